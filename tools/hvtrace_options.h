/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What somebody wants of hvtrace. */

#ifndef TOOLS_HVTRACE_OPTIONS_H
#define TOOLS_HVTRACE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/filter.h"

enum format { FORMAT_TEXT, FORMAT_COUNTS, FORMAT_JSON, FORMAT_PERFETTO };

struct options {
    bool follow;
    bool exit_only;
    enum format format;
    struct filter filter;
    uint64_t last; /* 0: all */
    const char *output;
    const char *save;
    const char *path;
};

/* Reads the command line; false, and a sentence on standard error, when it can't be. --help prints
 * and exits. */
bool options_parse(int argc, char **argv, struct options *options);

#endif
