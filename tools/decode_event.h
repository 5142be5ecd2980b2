/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What happens besides calls, as text: part of decode.h. */

#ifndef TOOLS_DECODE_EVENT_H
#define TOOLS_DECODE_EVENT_H

#include <stdint.h>
#include <stdio.h>

#include <shim/trace.h>

/* A SHIM_TRACE_EVENT: its name and its words. */
void decode_event(FILE *out, const struct shim_trace_record *record);

/* A SHIM_TRACE_TRAP: what trapped, and where. */
void decode_trap(FILE *out, const struct shim_trace_record *record);

/* "VP_ON" and the like, "WFI", "data abort"; NULL when nobody has named it. */
const char *decode_event_name(uint64_t event);
const char *decode_trap_name(uint64_t esr);

/* Word `index` of the record's input; 0 when the record does not hold it. */
uint64_t decode_word(const struct shim_trace_record *record, size_t index);

#endif
