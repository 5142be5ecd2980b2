/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* hvtrace's plain output, and its table of counts. */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <shim/describe.h>
#include <shim/shim.h>

#include <hv/hypercall.h>

#include "tools/decode.h"
#include "tools/sink.h"

/* ---- Lines ---- */

static void text_record(void *state, FILE *out, const struct shim_trace_record *record)
{
    (void)state;
    decode_record(out, record);
}

static void text_restart(void *state, FILE *out)
{
    (void)state;
    fputs("---- the machine was reset ----\n", out);
}

static void text_end(void *state, FILE *out, uint64_t lost)
{
    (void)state;
    if (lost != 0) {
        fprintf(out, "---- %" PRIu64 " records were overwritten before they were read ----\n",
                lost);
    }
}

struct sink sink_text(void)
{
    return (struct sink) { .record = text_record, .restart = text_restart, .end = text_end };
}

/* ---- Counts ---- */

#define ROWS 512u /* what is called beyond is counted as one */

struct row {
    uint8_t kind;
    uint64_t id; /* call code, function id, or class of trap */
    uint64_t calls, errors, spent_ns;
};

static struct counts {
    size_t count;
    struct row rows[ROWS + 1];
    uint64_t others; /* records that are no calls */
} counts;

static bool is_counted(const struct shim_trace_record *record)
{
    return record->kind == SHIM_TRACE_CALL || record->kind == SHIM_TRACE_SMCCC ||
           record->kind == SHIM_TRACE_TRAP || record->kind == SHIM_TRACE_HVC;
}

static uint64_t id_of(const struct shim_trace_record *record)
{
    switch (record->kind) {
    case SHIM_TRACE_CALL:
        return hv_control_code(record->control);
    case SHIM_TRACE_TRAP:
        return record->control >> 26 << 26; /* its class */
    default:
        return record->control;
    }
}

static bool failed(const struct shim_trace_record *record)
{
    switch (record->kind) {
    case SHIM_TRACE_CALL:
        return record->verdict == SHIM_UNDEFINED ||
               (record->verdict == SHIM_DONE &&
                (record->result & HV_RESULT_STATUS) != HV_STATUS_SUCCESS);
    case SHIM_TRACE_SMCCC:
        return (int32_t)record->result == -1;
    default:
        return record->verdict != SHIM_DONE;
    }
}

static struct row *find_row(uint8_t kind, uint64_t id)
{
    for (size_t i = 0; i < counts.count; i++) {
        if (counts.rows[i].kind == kind && counts.rows[i].id == id) {
            return &counts.rows[i];
        }
    }
    if (counts.count < ROWS) {
        counts.rows[counts.count++] = (struct row) { .kind = kind, .id = id };
        return &counts.rows[counts.count - 1];
    }
    return &counts.rows[ROWS];
}

static void counts_record(void *state, FILE *out, const struct shim_trace_record *record)
{
    (void)state;
    (void)out;
    if (!is_counted(record)) {
        counts.others++;
        return;
    }
    struct row *row = find_row(record->kind, id_of(record));
    row->calls++;
    row->errors += failed(record);
    row->spent_ns += record->spent_ns;
}

static int by_time(const void *one, const void *other)
{
    const struct row *a = one, *b = other;

    if (a->spent_ns != b->spent_ns) {
        return a->spent_ns < b->spent_ns ? 1 : -1;
    }
    return a->calls != b->calls ? (a->calls < b->calls ? 1 : -1) : 0;
}

static void print_row(FILE *out, const struct row *row, uint64_t total_ns)
{
    double share = total_ns == 0 ? 0 : 100.0 * (double)row->spent_ns / (double)total_ns;
    double mean = row->calls == 0 ? 0 : (double)row->spent_ns / 1000.0 / (double)row->calls;

    fprintf(out, "%6.2f %11.6f %11.3f %9" PRIu64 " ", share, (double)row->spent_ns / 1e9, mean,
            row->calls);
    if (row->errors != 0) {
        fprintf(out, "%9" PRIu64 " ", row->errors);
    } else {
        fprintf(out, "%9s ", "");
    }
}

static void counts_end(void *state, FILE *out, uint64_t lost)
{
    struct row total = { 0 };

    (void)state;
    counts.count += counts.rows[ROWS].calls != 0;
    qsort(counts.rows, counts.count, sizeof(counts.rows[0]), by_time);
    for (size_t i = 0; i < counts.count; i++) {
        total.calls += counts.rows[i].calls;
        total.errors += counts.rows[i].errors;
        total.spent_ns += counts.rows[i].spent_ns;
    }
    fputs("% time     seconds  usecs/call     calls    errors call\n"
          "------ ----------- ----------- --------- --------- ----------------\n",
          out);
    for (size_t i = 0; i < counts.count; i++) {
        const struct row *row = &counts.rows[i];
        print_row(out, row, total.spent_ns);
        if (row->kind == SHIM_TRACE_NONE) {
            fputs("others", out);
        } else {
            decode_name(out, row->kind, row->id);
        }
        fputc('\n', out);
    }
    fputs("------ ----------- ----------- --------- --------- ----------------\n", out);
    print_row(out, &total, total.spent_ns);
    fputs("total\n", out);
    text_end(NULL, out, lost);
}

struct sink sink_counts(void)
{
    return (struct sink) { .record = counts_record, .end = counts_end };
}
