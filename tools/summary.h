/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A run in one line, and its last calls: what hvshim-boot says at the end. */

#ifndef TOOLS_SUMMARY_H
#define TOOLS_SUMMARY_H

#include <stdint.h>
#include <stdio.h>

#include <shim/trace.h>

#define SUMMARY_LAST 100u

struct summary {
    uint64_t calls, refused, messages, interrupts, timers, traps;
    uint64_t time;                               /* of the last record */
    struct shim_trace_record last[SUMMARY_LAST]; /* hypercalls, a ring: `calls` is the next one */
};

/* Looks at the next record. */
void summary_note(struct summary *summary, const struct shim_trace_record *record);

/* Prints the line behind `prefix`; `lost` records were not seen. */
void summary_print(FILE *out, const char *prefix, const struct summary *summary, uint64_t lost);

/* Prints the last calls, oldest first, each line behind `prefix`. */
void summary_print_last(FILE *out, const char *prefix, const struct summary *summary);

#endif
