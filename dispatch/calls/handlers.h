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

/* direct.c */
hv_handler_fn hv_post_message_direct;
hv_handler_fn hv_signal_event_direct;

/* interrupts.c */
hv_handler_fn hv_send_synthetic_cluster_ipi;
hv_handler_fn hv_send_synthetic_cluster_ipi_ex;
hv_handler_fn hv_assert_virtual_interrupt;
hv_handler_fn hv_get_vp_index_from_apic_id;

/* virtual_processor.c */
hv_handler_fn hv_start_virtual_processor;

/* memory.c */
hv_handler_fn hv_flush_virtual_address_space;
hv_handler_fn hv_flush_virtual_address_space_ex;
hv_handler_fn hv_flush_virtual_address_list;
hv_handler_fn hv_flush_virtual_address_list_ex;
hv_handler_fn hv_flush_guest_physical_address_space;
hv_handler_fn hv_flush_guest_physical_address_list;
hv_handler_fn hv_translate_virtual_address;

/* debug.c */
hv_handler_fn hv_output_debug_character;

/* partition.c */
hv_handler_fn hv_get_partition_id;

/* spin_wait.c */
hv_handler_fn hv_notify_long_spin_wait;

/* extended.c */
hv_handler_fn hv_ext_query_capabilities;
hv_handler_fn hv_ext_get_boot_zeroed_memory;
hv_handler_fn hv_ext_memory_heat_hint;

#endif
