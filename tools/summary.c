/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A run in one line: see summary.h. */

#include "tools/summary.h"

#include <inttypes.h>

#include <shim/shim.h>

#include <hv/hypercall.h>

#include "tools/decode.h"

static void note_call(struct summary *summary, const struct shim_trace_record *record)
{
    summary->last[summary->calls % SUMMARY_LAST] = *record;
    summary->calls++;
    summary->refused +=
        record->verdict == SHIM_DONE && (record->result & HV_RESULT_STATUS) != HV_STATUS_SUCCESS;
}

void summary_note(struct summary *summary, const struct shim_trace_record *record)
{
    summary->time = record->time;
    if (record->kind == SHIM_TRACE_CALL) {
        note_call(summary, record);
    } else if (record->kind == SHIM_TRACE_TRAP) {
        summary->traps++;
    } else if (record->kind == SHIM_TRACE_EVENT) {
        summary->messages += record->control == SHIM_EVENT_DELIVERED;
        summary->interrupts += record->control == SHIM_EVENT_INTERRUPT;
        summary->timers += record->control == SHIM_EVENT_TIMER;
    }
}

static void print_count(FILE *out, const char *before, uint64_t count, const char *what)
{
    fprintf(out, "%s%" PRIu64 " %s%s", before, count, what, count == 1 ? "" : "s");
}

void summary_print(FILE *out, const char *prefix, const struct summary *summary, uint64_t lost)
{
    fprintf(out, "%s%" PRIu64 ".%03" PRIu64 " s", prefix, summary->time / 10000000,
            summary->time / 10000 % 1000);
    print_count(out, ": ", summary->calls, "hypercall");
    fprintf(out, " (%" PRIu64 " refused)", summary->refused);
    print_count(out, ", ", summary->messages, "message");
    print_count(out, ", ", summary->interrupts, "interrupt");
    print_count(out, ", ", summary->timers, "timer expiration");
    print_count(out, ", ", summary->traps, "other trap");
    if (lost != 0) {
        print_count(out, "; ", lost, "record");
        fputs(" lost, not counted", out);
    }
    fputc('\n', out);
}

void summary_print_last(FILE *out, const char *prefix, const struct summary *summary)
{
    uint64_t from = summary->calls > SUMMARY_LAST ? summary->calls - SUMMARY_LAST : 0;

    for (uint64_t i = from; i < summary->calls; i++) {
        fputs(prefix, out);
        decode_record(out, &summary->last[i % SUMMARY_LAST]);
    }
}
