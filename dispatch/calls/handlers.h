/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The handlers that the table names, by the file that holds them. Each serves the TLFS call of its
 * name; `struct hv_args` says what it gets. */

#ifndef DISPATCH_CALLS_HANDLERS_H
#define DISPATCH_CALLS_HANDLERS_H

#include "dispatch/call.h"

/* vp_registers.c */
hv_handler_fn hv_get_vp_registers;
hv_handler_fn hv_set_vp_registers;

/* messages.c */
hv_handler_fn hv_post_message;
hv_handler_fn hv_signal_event;

/* partition.c */
hv_handler_fn hv_get_partition_id;

/* spin_wait.c */
hv_handler_fn hv_notify_long_spin_wait;

/* extended.c */
hv_handler_fn hv_ext_query_capabilities;

#endif
