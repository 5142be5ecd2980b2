/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Saving traces (shim/trace.h, struct shim_trace_file), as they are read. */

#ifndef TOOLS_TRACE_FILE_H
#define TOOLS_TRACE_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "tools/trace_reader.h"

struct trace_file {
    FILE *out; /* NULL: nothing is saved */
    bool begun;
    uint64_t written; /* records */
    uint64_t lost;    /* of the reader's, those that the file knows of */
};

/* Writes a record that the reader gave, and before it what the reader lost meanwhile. */
void trace_file_add(struct trace_file *file, const struct trace_reader *reader,
                    const struct shim_trace_slot *slot);

/* The machine was reset. */
void trace_file_restart(struct trace_file *file, const struct trace_reader *reader);

/* The machine has ended, as the reader's exit_seen says. Closes the file; false when it could not
 * be written. */
bool trace_file_end(struct trace_file *file, const struct trace_reader *reader);

#endif
