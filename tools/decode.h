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

/* The name of an SMCCC function, or "function 0x...". */
void decode_function_name(FILE *out, uint64_t id);

/* Writes bytes as text: printable ASCII as it is, newlines too if `lines`, the rest as \n or \xNN.
 */
void decode_text(FILE *out, const uint8_t *bytes, size_t size, bool lines);

#endif
