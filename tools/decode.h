/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* One line of text for a trace record. Bytes that a guest chose are escaped, so that a log is safe
 * to look at in a terminal. */

#ifndef TOOLS_DECODE_H
#define TOOLS_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <shim/trace.h>

/* Writes the record as one line, newline included. Any record: numbers without a name are printed.
 */
void decode_record(FILE *out, const struct shim_trace_record *record);

/* The line's parts: what happened, without when, where and how long; and for calls what came of it.
 */
void decode_body(FILE *out, const struct shim_trace_record *record);
void decode_status(FILE *out, const struct shim_trace_record *record);

/* Writes the name of a call, a function, an event or a trap, by kind of record; `id` is the call's
 * code, or the record's control. */
void decode_name(FILE *out, uint8_t kind, uint64_t id);
void decode_function_name(FILE *out, uint64_t id);

/* "native" and the like, "call" and the like; "unknown" when there is no such thing. */
const char *decode_convention_name(uint8_t convention);
const char *decode_kind_name(uint8_t kind);

/* Writes bytes as text: printable ASCII as it is, newlines too if `lines`, the rest as \n or \xNN.
 */
void decode_text(FILE *out, const uint8_t *bytes, size_t size, bool lines);

#endif
