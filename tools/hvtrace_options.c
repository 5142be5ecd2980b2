/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The command line of hvtrace. */

#include "tools/hvtrace_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage_text[] =
    "Usage: hvtrace [-f] [-e FILTER]... [-c | --json | --perfetto] [-n N] [-o FILE] [-w FILE] "
    "TRACE\n"
    "       hvtrace --exit TRACE\n"
    "       hvtrace report|diff|features ...   (each has its --help)\n"
    "\n"
    "Shows what a guest asked of its hypervisor, one line per hypercall: time in seconds since "
    "boot,\n"
    "VP, convention, call with arguments, status, time spent. TRACE is the file behind the "
    "guest's\n"
    "RAM (HVSHIM_RAM of hvshim-boot), live or afterwards, or a trace that was saved.\n"
    "\n"
    "  -f          go on until the machine ends, or Ctrl-C\n"
    "  -e FILTER   only what fits; of several filters, all\n"
    "  -c          count calls, errors and time, and print a table at the end\n"
    "  --json      one JSON object per line\n"
    "  --perfetto  a timeline for ui.perfetto.dev or chrome://tracing, with traps in it\n"
    "  -n N        only the last N\n"
    "  -o FILE     print there\n"
    "  -w FILE     save the whole trace there, filters or not\n"
    "  --exit      print only a crash, and exit as hvshim-boot would: 0 the guest powered off,\n"
    "              10 it crashed, 11 the shim failed, 1 the machine runs or was ended from\n"
    "              outside, 2 the guest was never started\n"
    "\n"
    "Filters are KEY=VALUE,... or KEY!=VALUE,... of\n";

static const char usage_end[] =
    "Traps are shown when a filter asks for their kind.\n"
    "\n"
    "Exit status otherwise: 0, or 2 when the file is no trace or damaged.\n";

static void usage(void)
{
    fputs(usage_text, stdout);
    fputs(filter_help, stdout);
    fputs(usage_end, stdout);
}

static bool complain(const char *what, const char *about)
{
    fprintf(stderr, "hvtrace: %s%s; see hvtrace --help\n", what, about);
    return false;
}

static bool parse_count(const char *text, uint64_t *count)
{
    char *end;

    errno = 0;
    *count = strtoull(text, &end, 10);
    return errno == 0 && *text >= '1' && *text <= '9' && *end == '\0' && *count <= 1000000;
}

static bool parse_value(char option, const char *value, struct options *options)
{
    char why[160];

    switch (option) {
    case 'e':
        return filter_add(&options->filter, value, why, sizeof(why)) || complain("-e: ", why);
    case 'n':
        return parse_count(value, &options->last) ||
               complain("-n takes a number from 1 to 1000000, not ", value);
    case 'o':
        options->output = value;
        return true;
    default:
        options->save = value;
        return true;
    }
}

static bool set_format(struct options *options, enum format format)
{
    if (options->format != FORMAT_TEXT && options->format != format) {
        return complain("only one of -c, --json, --perfetto", "");
    }
    options->format = format;
    return true;
}

/* An option without a value. */
static bool parse_word(const char *word, struct options *options)
{
    if (strcmp(word, "-f") == 0) {
        options->follow = true;
    } else if (strcmp(word, "--exit") == 0) {
        options->exit_only = true;
    } else if (strcmp(word, "-c") == 0) {
        return set_format(options, FORMAT_COUNTS);
    } else if (strcmp(word, "--json") == 0) {
        return set_format(options, FORMAT_JSON);
    } else if (strcmp(word, "--perfetto") == 0) {
        return set_format(options, FORMAT_PERFETTO);
    } else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        usage();
        exit(0);
    } else {
        return complain("unknown option ", word);
    }
    return true;
}

bool options_parse(int argc, char **argv, struct options *options)
{
    int i;

    for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        const char *word = argv[i];
        bool good;

        if (strchr("enow", word[1]) == NULL) {
            good = parse_word(word, options);
        } else if (word[2] != '\0') {
            good = parse_value(word[1], word + 2, options);
        } else if (i + 1 < argc) {
            good = parse_value(word[1], argv[++i], options);
        } else {
            good = complain(word, " needs a value");
        }
        if (!good) {
            return false;
        }
    }
    if (i != argc - 1) {
        return complain("one trace, please", "");
    }
    options->path = argv[i];
    if (options->format == FORMAT_PERFETTO) {
        options->filter.kinds = true; /* a timeline wants to know where the time went */
    }
    return true;
}
