/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* hvtrace: prints what a guest asked of its hypervisor, from the RAM file of the machine. */

#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tools/decode.h"
#include "tools/outcome.h"
#include "tools/report_command.h"
#include "tools/trace_reader.h"

#define POLL_NS 5000000

static const char usage_text[] =
    "Usage: hvtrace [-f] RAMFILE\n"
    "       hvtrace --exit RAMFILE\n"
    "       hvtrace report|diff|features ...   (each has its --help)\n"
    "\n"
    "Prints one line per hypercall: time in seconds since boot, VP, convention, call, status.\n"
    "RAMFILE is the file behind the guest's RAM (HVSHIM_RAM of hvshim-boot), live or afterwards.\n"
    "\n"
    "  -f      go on until the machine ends\n"
    "  --exit  print only a crash, and exit as hvshim-boot would: 0 the guest powered off,\n"
    "          10 it crashed, 11 the shim failed, 1 the machine runs or was ended from outside,\n"
    "          2 the guest was never started\n"
    "\n"
    "Exit status otherwise: 0, or 2 when the file is no trace or damaged.\n";

struct options {
    bool follow;
    bool exit_only;
    const char *path;
};

static bool parse_options(int argc, char **argv, struct options *options)
{
    int i;

    for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        if (strcmp(argv[i], "-f") == 0) {
            options->follow = true;
        } else if (strcmp(argv[i], "--exit") == 0) {
            options->exit_only = true;
        } else if (strcmp(argv[i], "--help") == 0) {
            fputs(usage_text, stdout);
            exit(0);
        } else {
            fprintf(stderr, "hvtrace: unknown option %s; see hvtrace --help\n", argv[i]);
            return false;
        }
    }
    if (i != argc - 1) {
        fputs("hvtrace: one RAM file, please; see hvtrace --help\n", stderr);
        return false;
    }
    options->path = argv[i];
    return true;
}

/* The file may shrink while it is mapped. */
static void file_shrank(int signal_number)
{
    static const char text[] = "hvtrace: the file shrank while it was read\n";

    (void)signal_number;
    (void)!write(STDERR_FILENO, text, sizeof(text) - 1);
    _exit(OUTCOME_SETUP);
}

static void pause_a_moment(void)
{
    const struct timespec moment = { 0, POLL_NS };

    nanosleep(&moment, NULL);
}

/* Prints what can be printed; `all` at the end of a trace. */
static void print_records(struct trace_reader *reader, struct outcome *outcome, bool print,
                          bool all)
{
    struct shim_trace_record record;

    while (trace_take(reader, all, &record)) {
        outcome_note(outcome, &record);
        if (print) {
            decode_record(stdout, &record);
        }
    }
    outcome->exit_reason = reader->exit_seen;
    fflush(stdout);
}

/* The trace as it stands, or until the machine ends. */
static enum trace_result read_trace(struct trace_reader *reader, struct outcome *outcome,
                                    const struct options *options)
{
    bool print = !options->exit_only;

    for (;;) {
        enum trace_result result = trace_poll(reader);
        if (result == TRACE_OK && !options->follow) {
            result = trace_complete(reader);
        }
        if (result == TRACE_DAMAGED) {
            print_records(reader, outcome, print, true);
            return result;
        }
        bool ended = reader->exit_seen != SHIM_EXIT_RUNNING && reader->exit_seen != SHIM_EXIT_RESET;
        bool last = !options->follow || ended;
        print_records(reader, outcome, print, last || result == TRACE_RESTARTED);
        if (result == TRACE_RESTARTED && print) {
            puts("---- the machine was reset ----");
        } else if (last) {
            return result;
        }
        pause_a_moment();
    }
}

int main(int argc, char **argv)
{
    struct options options = { 0 };
    struct outcome outcome = { 0 };
    struct trace_reader reader;
    enum trace_result result;
    int status;

    signal(SIGBUS, file_shrank);
    if (command_run(argc, argv, &status)) {
        return status;
    }
    if (!parse_options(argc, argv, &options)) {
        return OUTCOME_SETUP;
    }
    while ((result = trace_open(&reader, options.path)) == TRACE_ABSENT && options.follow) {
        pause_a_moment();
    }
    if (result == TRACE_ABSENT) {
        fprintf(stderr,
                "hvtrace: %s: no trace in the file's last page: not a RAM file of hvshim, "
                "or truncated\n",
                options.path);
        return OUTCOME_SETUP;
    }
    if (result == TRACE_OK) {
        result = read_trace(&reader, &outcome, &options);
    }
    if (result == TRACE_DAMAGED) {
        fprintf(stderr, "hvtrace: %s: %s\n", options.path, reader.why);
        return OUTCOME_SETUP;
    }
    if (reader.dropped != 0) {
        fprintf(stderr, "hvtrace: %" PRIu64 " records were overwritten before they were read\n",
                reader.dropped);
    }
    trace_close(&reader);
    if (options.exit_only) {
        outcome_print(stdout, "hvtrace: ", &outcome);
        return outcome_status(&outcome);
    }
    return ferror(stdout) != 0 ? OUTCOME_SETUP : 0;
}
