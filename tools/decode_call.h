/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Arguments of the hypercalls as text: part of decode.h. */

#ifndef TOOLS_DECODE_CALL_H
#define TOOLS_DECODE_CALL_H

#include <stdio.h>

#include <shim/trace.h>

/* What stands between the parentheses of a call; for a get that succeeded, with the values got. */
void decode_call_arguments(FILE *out, const struct shim_trace_record *record);

/* The name of a VMBus message's type, or "VMBus message N". */
void decode_vmbus_message_name(FILE *out, uint32_t type);

#endif
