/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* hvshim-watch: hvshim-boot's second process. Follows the trace while QEMU runs: writes the log,
 * notices a crash, ends a machine that does not end by itself, and says how the run ended. On
 * SIGTERM it asks the guest to power off, and ends the machine if that takes too long or at a
 * second one. */

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "tools/decode.h"
#include "tools/outcome.h"
#include "tools/report.h"
#include "tools/request.h"
#include "tools/summary.h"
#include "tools/trace_file.h"
#include "tools/trace_reader.h"

#define PREFIX "hvshim-boot: "
#define NEVER INT64_MAX
#define MILLISECOND INT64_C(1000000)
#define SECOND (1000 * MILLISECOND)

/* What a guest may still do after it reported a crash: print, write a dump, reset. */
#define CRASH_GRACE (5 * SECOND)
/* What a guest gets to power off when it is asked to. */
#define SHUTDOWN_GRACE (10 * SECOND)
/* What QEMU gets to end after SIGTERM. */
#define QEMU_GRACE (3 * SECOND)

struct watch {
    const char *ram_path;
    const char *report;   /* a page to write at the end; NULL for none */
    const char *title;    /* what it is about */
    struct survey survey; /* for it */
    FILE *log;            /* NULL for none */
    struct trace_file file;
    bool traced; /* the guest is; else only its end is in the trace */
    bool kept;   /* the user has a log or a trace of it */
    pid_t qemu;
    pid_t parent;
    int64_t timeout; /* seconds, 0 for none */
    int64_t deadline;
    int64_t crash_deadline;
    int64_t shutdown_deadline;
    int64_t kill_at; /* QEMU did not listen */
    bool asked;      /* this boot of the guest to power off */
    bool attached;
    bool failed; /* the trace cannot be read */
    bool timed_out;
    bool crash_told;
    struct trace_reader reader;
    struct outcome outcome;
    struct summary summary;
};

static volatile sig_atomic_t terminations; /* SIGTERMs so far */

static void terminated(int signal_number)
{
    (void)signal_number;
    terminations = terminations + 1;
}

static int64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

static void end_machine(struct watch *watch)
{
    if (watch->kill_at == NEVER) {
        kill(watch->qemu, SIGTERM);
        watch->kill_at = now() + QEMU_GRACE;
    } else if (now() >= watch->kill_at) {
        kill(watch->qemu, SIGKILL);
    }
}

/* Returns whether there were any. */
static bool take_records(struct watch *watch, bool all)
{
    struct shim_trace_record record;
    struct shim_trace_slot slot;
    bool any = false;

    while (trace_take_slot(&watch->reader, all, &slot)) {
        bool crashed = watch->outcome.crashed;
        any = true;
        trace_file_add(&watch->file, &watch->reader, &slot);
        trace_read(&watch->reader, &slot, &record);
        outcome_note(&watch->outcome, &record);
        summary_note(&watch->summary, &record);
        if (watch->report != NULL) {
            survey_note(&watch->survey, &record);
        }
        if (watch->log != NULL && record.kind != SHIM_TRACE_TRAP) {
            decode_record(watch->log, &record);
        }
        if (watch->outcome.crashed && !crashed) {
            watch->crash_deadline = now() + CRASH_GRACE;
        }
    }
    watch->outcome.exit_reason = watch->reader.exit_seen;
    return any;
}

/* The machine was reset: it goes on, unless that was the end of a crashed guest. */
static void machine_was_reset(struct watch *watch)
{
    if (watch->log != NULL) {
        fputs("---- the machine was reset ----\n", watch->log);
    }
    trace_file_restart(&watch->file, &watch->reader);
    if (watch->report != NULL) {
        survey_reset(&watch->survey);
    }
    watch->asked = false;
    if (watch->outcome.crashed) {
        end_machine(watch);
    }
}

/* Somebody wants an end: by the guest's own will if it has one. */
static void end_politely(struct watch *watch)
{
    if (watch->shutdown_deadline == NEVER) {
        watch->shutdown_deadline = now() + SHUTDOWN_GRACE;
    }
    if (!watch->asked && watch->attached) {
        watch->asked = request_write(watch->ram_path, SHIM_REQUEST_SHUTDOWN, 0);
    }
    if (terminations > 1 || now() >= watch->shutdown_deadline || !watch->asked) {
        end_machine(watch);
    }
}

/* Looks at the trace once; returns whether something was there. */
static bool look(struct watch *watch, bool last)
{
    enum trace_result result = TRACE_OK;
    bool any = false;

    if (watch->failed) {
        return false;
    }
    if (!watch->attached) {
        result = trace_open(&watch->reader, watch->ram_path);
        watch->attached = result == TRACE_OK;
    }
    if (watch->attached) {
        result = trace_poll(&watch->reader);
        any = take_records(watch, last || result == TRACE_RESTARTED);
    }
    if (result == TRACE_RESTARTED) {
        machine_was_reset(watch);
    } else if (result == TRACE_DAMAGED) {
        fprintf(stderr, PREFIX "the trace cannot be read: %s\n", watch->reader.why);
        watch->failed = true;
    }
    return any;
}

/* hvshim-boot was killed, and could not end the machine. */
static bool orphaned(const struct watch *watch)
{
    return getppid() != watch->parent;
}

/* SIGKILL has had its time: what is left is a zombie that nobody waits for. */
static bool given_up(const struct watch *watch)
{
    return watch->kill_at != NEVER && now() >= watch->kill_at + SECOND;
}

/* Until QEMU has ended, by itself or by us. */
static void watch_machine(struct watch *watch)
{
    const struct timespec moment = { 0, watch->traced ? 2 * MILLISECOND : 10 * MILLISECOND };

    while (kill(watch->qemu, 0) == 0 && !given_up(watch)) {
        bool busy = look(watch, false);
        if (now() >= watch->deadline && watch->kill_at == NEVER) {
            watch->timed_out = true;
        }
        if (watch->timed_out || now() >= watch->crash_deadline || watch->kill_at != NEVER ||
            orphaned(watch)) {
            end_machine(watch);
        } else if (terminations != 0) {
            end_politely(watch);
        }
        if (!busy) {
            if (watch->log != NULL) {
                fflush(watch->log);
            }
            nanosleep(&moment, NULL);
        }
    }
    (void)look(watch, false); /* a reset may be seen first, and what follows it behind it */
    (void)look(watch, true);
    if (orphaned(watch) && getenv("HVSHIM_RAM") == NULL) {
        unlink(watch->ram_path); /* nobody else will, and it may fill the memory */
    }
}

static void write_report(struct watch *watch)
{
    watch->survey.outcome = watch->outcome;
    watch->survey.dropped = watch->attached ? watch->reader.dropped : 0;
    watch->survey.damage = watch->failed ? watch->reader.why : NULL;
    report_save(watch->report, &watch->survey, watch->title, PREFIX);
    survey_free(&watch->survey);
}

static int tell_end(struct watch *watch)
{
    int status = outcome_status(&watch->outcome);

    outcome_print(stderr, PREFIX, &watch->outcome);
    if (watch->outcome.crashed && watch->traced && !watch->kept) {
        fputs(PREFIX "its last hypercalls:\n", stderr);
        summary_print_last(stderr, PREFIX, &watch->summary);
    }
    if (watch->traced && watch->attached) {
        summary_print(stderr, PREFIX, &watch->summary, watch->reader.dropped);
    }
    if (!trace_file_end(&watch->file, &watch->reader)) {
        fprintf(stderr, PREFIX "the trace could not be saved: %s\n", strerror(errno));
    }
    if (watch->attached && watch->log != NULL && watch->reader.dropped != 0) {
        fprintf(watch->log, "---- %" PRIu64 " records lost ----\n", watch->reader.dropped);
    }
    if (watch->log != NULL && (fflush(watch->log) != 0 || ferror(watch->log) != 0)) {
        fprintf(stderr, PREFIX "the log could not be written: %s\n", strerror(errno));
    }
    if (watch->timed_out && (status == OUTCOME_ENDED || status == OUTCOME_SETUP)) {
        fprintf(stderr, PREFIX "timeout: the guest was still running after %" PRId64 " s\n",
                watch->timeout);
        status = OUTCOME_TIMEOUT;
    }
    if (watch->report != NULL) {
        write_report(watch);
    }
    return status;
}

/* A number of hvshim-boot's making. */
static int64_t number(const char *text)
{
    return strtoll(text, NULL, 10);
}

static FILE *open_file(const char *path)
{
    FILE *file = fopen(path, "w");

    if (file == NULL) {
        fprintf(stderr, PREFIX "cannot write %s: %s\n", path, strerror(errno));
    }
    return file;
}

/* One option and its value; false when there is no such option, or its file cannot be opened. */
static bool parse_option(const char *option, const char *value, struct watch *watch)
{
    if (strcmp(option, "--qemu") == 0) {
        watch->qemu = (pid_t)number(value);
    } else if (strcmp(option, "--timeout") == 0) {
        watch->timeout = number(value);
        watch->deadline = now() + watch->timeout * SECOND;
    } else if (strcmp(option, "--log") == 0) {
        watch->log = open_file(value);
        return watch->log != NULL;
    } else if (strcmp(option, "--trace") == 0) {
        watch->file.out = open_file(value);
        return watch->file.out != NULL;
    } else if (strcmp(option, "--traced") == 0) {
        watch->traced = strcmp(value, "1") == 0;
    } else if (strcmp(option, "--report") == 0) {
        watch->report = value;
    } else if (strcmp(option, "--title") == 0) {
        watch->title = value;
    } else {
        return false;
    }
    return true;
}

/* Options come from hvshim-boot, which has checked what the user gave. */
static bool parse_options(int argc, char **argv, struct watch *watch)
{
    int i;

    for (i = 1; i + 2 < argc; i += 2) {
        if (!parse_option(argv[i], argv[i + 1], watch)) {
            return false;
        }
    }
    if (i != argc - 1) {
        return false;
    }
    watch->ram_path = argv[i];
    watch->kept = watch->log != NULL || watch->file.out != NULL;
    if (watch->report != NULL && !survey_init(&watch->survey)) {
        fputs(PREFIX "out of memory for the report\n", stderr);
        return false;
    }
    return watch->qemu > 0;
}

int main(int argc, char **argv)
{
    static struct watch watch = {
        .ram_path = "",
        .title = "",
        .deadline = NEVER,
        .crash_deadline = NEVER,
        .shutdown_deadline = NEVER,
        .kill_at = NEVER,
    };
    const struct sigaction on_term = { .sa_handler = terminated };

    watch.parent = getppid();
    sigaction(SIGTERM, &on_term, NULL);
    signal(SIGINT, SIG_IGN); /* hvshim-boot ends the machine, and that ends us */
    signal(SIGHUP, SIG_IGN);
    if (!parse_options(argc, argv, &watch)) {
        fputs("hvshim-watch: a part of hvshim-boot, which knows how to call it\n", stderr);
        return OUTCOME_SETUP;
    }
    watch_machine(&watch);
    return tell_end(&watch);
}
