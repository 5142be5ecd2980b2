/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Words of flags, spelled out; and the arguments of calls that are plain structures: parts of
 * decode.h. */

#ifndef TOOLS_DECODE_FLAGS_H
#define TOOLS_DECODE_FLAGS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <shim/trace.h>

#include <hv/types.h>

/* A field of a word: a single bit by its name, a wider field as name=value. Ends with mask 0. */
struct decode_flag {
    uint64_t mask;
    const char *name;
};

/* Writes "READ|USER|size=3", and what has no name as a number; "0" for nothing at all. */
void decode_flags(FILE *out, uint64_t value, const struct decode_flag *flags);

/* Writes " {ENABLED|vector=18}" for a register whose value is made of fields, nothing for others.
 */
void decode_register_flags(FILE *out, uint32_t name, const struct hv_register_value *value);

/* Writes the arguments, and what was answered, of a call that is in the table of structures; false,
 * and nothing written, for others. */
bool decode_fields(FILE *out, const struct shim_trace_record *record);

#endif
