/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What of a trace somebody wants to see: expressions as -e of hvtrace takes them. */

#ifndef TOOLS_FILTER_H
#define TOOLS_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include <shim/trace.h>

#define FILTER_MAX 16u /* expressions */

enum filter_key {
    FILTER_CALL,
    FILTER_STATUS,
    FILTER_VP,
    FILTER_KIND,
    FILTER_CONVENTION,
    FILTER_REGISTER,
    FILTER_KEYS,
};

struct filter {
    size_t count;
    bool kinds; /* an expression is about kinds */
    struct filter_term {
        enum filter_key key;
        bool negated;
        const char *values; /* separated by commas */
    } terms[FILTER_MAX];
};

extern const char filter_help[];

/* Adds KEY=VALUE,... or KEY!=VALUE,... False, and a sentence in `why`, when that means nothing. The
 * text must stay. */
bool filter_add(struct filter *filter, const char *text, char *why, size_t room);

/* Whether the record is one of those that all expressions ask for. Without one about kinds, traps
 * are not: there are too many of them. */
bool filter_passes(const struct filter *filter, const struct shim_trace_record *record);

#endif
