/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* hvtrace: shows what a guest asked of its hypervisor, from the RAM file of the machine or from a
 * saved trace. docs/hvtrace.1 is its manual. */

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tools/hvtrace_options.h"
#include "tools/outcome.h"
#include "tools/report_command.h"
#include "tools/sink.h"
#include "tools/trace_file.h"
#include "tools/trace_reader.h"

#define POLL_NS 1000000       /* a ring of 4096 records takes a few of these to go round */
#define POLLS_UNTIL_SAID 1000 /* about a second of waiting for a trace */
#define OUTPUT_BUFFER (1u << 20)

/* A record that may be one of the last. */
struct kept {
    struct shim_trace_record record;
    bool restarted; /* the machine was reset before it */
};

/* What is done with records: shown, or kept until the last ones are known. */
struct show {
    const struct options *options;
    struct sink sink;
    FILE *out;
    struct trace_file file;
    struct outcome outcome;
    struct kept *kept; /* the last ones, a ring */
    bool restarted;    /* since the last one that was kept */
    uint64_t passed;
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

/* ---- Showing ---- */

static void pause_a_moment(void)
{
    const struct timespec moment = { 0, POLL_NS };

    nanosleep(&moment, NULL);
}

static void show_record(struct show *show, const struct shim_trace_record *record)
{
    uint64_t last = show->options->last;

    if (!filter_passes(&show->options->filter, record)) {
        return;
    }
    if (last == 0) {
        show->sink.record(show->sink.state, show->out, record);
    } else {
        show->kept[show->passed % last] = (struct kept) { *record, show->restarted };
        show->restarted = false;
    }
    show->passed++;
}

/* Takes what can be taken; `all` at the end of a trace. Returns how many records there were. */
static uint64_t take_records(struct show *show, struct trace_reader *reader, bool all)
{
    struct shim_trace_record record;
    struct shim_trace_slot slot;
    uint64_t taken = 0;

    while (trace_take_slot(reader, all, &slot)) {
        trace_file_add(&show->file, reader, &slot);
        trace_read(reader, &slot, &record);
        outcome_note(&show->outcome, &record);
        if (!show->options->exit_only) {
            show_record(show, &record);
        }
        taken++;
    }
    show->outcome.exit_reason = reader->exit_seen;
    return taken;
}

static void write_restart(struct show *show)
{
    if (show->sink.restart != NULL && !show->options->exit_only) {
        show->sink.restart(show->sink.state, show->out);
    }
}

static void show_restart(struct show *show, const struct trace_reader *reader)
{
    trace_file_restart(&show->file, reader);
    if (show->options->last == 0) {
        write_restart(show);
    }
    show->restarted = true;
}

static void show_end(struct show *show, const struct trace_reader *reader)
{
    uint64_t last = show->options->last;
    uint64_t from = last != 0 && show->passed > last ? show->passed - last : 0;

    for (uint64_t i = from; last != 0 && i < show->passed; i++) {
        const struct kept *kept = &show->kept[i % last];
        if (kept->restarted && i != from) {
            write_restart(show);
        }
        show->sink.record(show->sink.state, show->out, &kept->record);
    }
    if (last != 0 && show->restarted) { /* and nothing came after it */
        write_restart(show);
    }
    if (show->sink.end != NULL && !show->options->exit_only) {
        show->sink.end(show->sink.state, show->out, reader->dropped);
    }
}

static bool has_ended(const struct trace_reader *reader)
{
    return reader->saved.ended ||
           (reader->exit_seen != SHIM_EXIT_RUNNING && reader->exit_seen != SHIM_EXIT_RESET);
}

/* The trace as it stands, or until the machine ends. */
static enum trace_result read_trace(struct trace_reader *reader, struct show *show)
{
    bool follow = show->options->follow;

    for (;;) {
        enum trace_result result = trace_poll(reader);
        if (result == TRACE_DAMAGED) {
            take_records(show, reader, true);
            return result;
        }
        bool last = !follow || has_ended(reader) || interrupted != 0;
        uint64_t taken = take_records(show, reader, last || result == TRACE_RESTARTED);
        if (result == TRACE_RESTARTED) {
            show_restart(show, reader);
        } else if (reader->saved.restarted) {
            continue; /* the reset of a saved trace is passed by the next poll */
        } else if (last) {
            return follow ? result : trace_complete(reader);
        }
        if (taken == 0) {
            fflush(show->out);
            pause_a_moment();
        }
    }
}

/* The file may shrink while it is mapped. */
static void file_shrank(int signal_number)
{
    static const char text[] = "hvtrace: the file shrank while it was read\n";

    (void)signal_number;
    (void)!write(STDERR_FILENO, text, sizeof(text) - 1);
    _exit(OUTCOME_SETUP);
}

/* ---- Beginning and end ---- */

static struct sink choose_sink(enum format format, const struct trace_reader *reader)
{
    switch (format) {
    case FORMAT_COUNTS:
        return sink_counts();
    case FORMAT_JSON:
        return sink_json();
    case FORMAT_PERFETTO:
        return sink_perfetto(reader->ring_count);
    default:
        return sink_text();
    }
}

static FILE *open_output(const char *path)
{
    FILE *file = fopen(path, "w");

    if (file == NULL) {
        fprintf(stderr, "hvtrace: cannot write %s: %s\n", path, strerror(errno));
    }
    return file;
}

static bool show_begin(struct show *show, const struct trace_reader *reader)
{
    const struct options *options = show->options;

    if (command_overwrites(options->path, options->output) ||
        command_overwrites(options->path, options->save)) {
        return false;
    }
    show->sink = choose_sink(options->format, reader);
    show->out = options->output != NULL ? open_output(options->output) : stdout;
    show->file.out = options->save != NULL ? open_output(options->save) : NULL;
    if (show->out == NULL || (options->save != NULL && show->file.out == NULL)) {
        return false;
    }
    setvbuf(show->out, NULL, isatty(fileno(show->out)) != 0 ? _IOLBF : _IOFBF, OUTPUT_BUFFER);
    if (options->last != 0) {
        show->kept = calloc(options->last, sizeof(*show->kept));
        if (show->kept == NULL) {
            fputs("hvtrace: out of memory\n", stderr);
            return false;
        }
    }
    return true;
}

/* What is left to say; the exit status. */
static int finish(struct show *show, struct trace_reader *reader, enum trace_result result)
{
    bool written;
    int status = result == TRACE_DAMAGED ? OUTCOME_SETUP : 0;

    show_end(show, reader);
    written = trace_file_end(&show->file, reader);
    written = fflush(show->out) == 0 && ferror(show->out) == 0 && written;
    if (result == TRACE_DAMAGED) {
        fprintf(stderr, "hvtrace: %s: %s\n", show->options->path, reader->why);
    }
    if (reader->dropped != 0) {
        fprintf(stderr, "hvtrace: %" PRIu64 " records were overwritten before they were read\n",
                reader->dropped);
    }
    if (!written) {
        fputs("hvtrace: the output could not be written\n", stderr);
        status = OUTCOME_SETUP;
    }
    if (show->options->exit_only && status == 0) {
        outcome_print(stdout, "hvtrace: ", &show->outcome);
        status = outcome_status(&show->outcome);
    }
    free(show->kept);
    return status;
}

static enum trace_result open_trace(struct trace_reader *reader, const struct options *options)
{
    enum trace_result result;
    unsigned polls = 0;

    while ((result = trace_open(reader, options->path)) == TRACE_ABSENT && options->follow &&
           interrupted == 0) {
        if (++polls == POLLS_UNTIL_SAID) {
            fprintf(stderr, "hvtrace: %s: %s; waiting for one to come, Ctrl-C to stop\n",
                    options->path, reader->why);
        }
        pause_a_moment();
    }
    if (result != TRACE_OK) {
        fprintf(stderr, "hvtrace: %s: %s\n", options->path, reader->why);
    }
    return result;
}

int main(int argc, char **argv)
{
    const struct sigaction on_int = { .sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND };
    static struct options options;
    static struct show show;
    struct trace_reader reader;
    int status = OUTCOME_SETUP;

    signal(SIGBUS, file_shrank);
    if (command_run(argc, argv, &status)) {
        return status;
    }
    if (!options_parse(argc, argv, &options)) {
        return OUTCOME_SETUP;
    }
    if (options.follow) {
        sigaction(SIGINT, &on_int, NULL);
    }
    if (open_trace(&reader, &options) != TRACE_OK) {
        return OUTCOME_SETUP;
    }
    if (options.save != NULL) {
        signal(SIGPIPE, SIG_IGN); /* what is saved is to be whole, whoever else stops reading */
    }
    show.options = &options;
    if (show_begin(&show, &reader)) {
        status = finish(&show, &reader, read_trace(&reader, &show));
    }
    trace_close(&reader);
    return status;
}
