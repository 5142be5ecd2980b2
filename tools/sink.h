/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What hvtrace makes of records: lines, counts, JSON, a timeline for Perfetto. */

#ifndef TOOLS_SINK_H
#define TOOLS_SINK_H

#include <stdint.h>
#include <stdio.h>

#include <shim/trace.h>

/* Each function gets the sink's state first. `restart` and `end` may be NULL. */
struct sink {
    void (*record)(void *state, FILE *out, const struct shim_trace_record *record);
    void (*restart)(void *state, FILE *out);
    void (*end)(void *state, FILE *out, uint64_t lost);
    void *state;
};

/* One line per record. */
struct sink sink_text(void);

/* A table of calls, as strace -c makes one; printed at the end. */
struct sink sink_counts(void);

/* One JSON object per record and line. */
struct sink sink_json(void);

/* One JSON document in Chrome's trace event format, which Perfetto loads: a track per processor.
 * `rings` is how many there are; the last is the hypervisor's own. */
struct sink sink_perfetto(uint32_t rings);

/* Text as a JSON string, quotes and all. */
void json_string(FILE *out, const char *text);

/* What `write` writes of a record, as a JSON string. */
void json_written(FILE *out, void (*write)(FILE *, const struct shim_trace_record *),
                  const struct shim_trace_record *record);

#endif
