/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* `hvtrace diff`: two traces compared in what their guests are, what they were offered and used,
 * which calls they made, how often and in which order. Addresses and times differ from run to run
 * and are left out. Lines begin with - for the first trace, + for the second, ~ for both. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <shim/shim.h>

#include <hv/calls.h>
#include <hv/vp_registers.h>

#include "tools/diff.h"
#include "tools/identity.h"
#include "tools/report_command.h"
#include "tools/report_rules.h"

#define PREFIX "hvtrace: "

static const char diff_usage[] =
    "Usage: hvtrace diff A B\n"
    "\n"
    "Compares the guests behind two traces: who they are, features, calls, values, order, VMBus.\n"
    "Addresses and times are left out.\n"
    "\n"
    "Exit status: 0 no difference, 1 differences, 2 when a trace is damaged or absent.\n";

void diff_found(struct diff *diff)
{
    if (diff->heading != NULL) {
        fprintf(diff->out, "\n%s\n", diff->heading);
        diff->heading = NULL;
    }
    diff->differences++;
}

const struct survey_step *diff_counterpart(const struct survey *survey,
                                           const struct survey_step *step, size_t *place)
{
    for (size_t i = 0; i < survey->step_count; i++) {
        if (survey_same_step(&survey->steps[i], step)) {
            *place = i;
            return &survey->steps[i];
        }
    }
    return NULL;
}

/* ---- Guests and features ---- */

void diff_number(struct diff *diff, const char *what, uint64_t a, uint64_t b)
{
    if (a != b) {
        diff_found(diff);
        fprintf(diff->out, "~ %s: %" PRIu64 " -> %" PRIu64 "\n", what, a, b);
    }
}

static void one_guest(FILE *out, char sign, const struct survey *survey)
{
    fprintf(out, "%c ", sign);
    identity_guest(out, survey->guest_os_id);
    fprintf(out, " (0x%016" PRIx64 ")\n", survey->guest_os_id);
}

static void guests(struct diff *diff)
{
    diff->heading = "Guest";
    if (diff->a->guest_os_id != diff->b->guest_os_id) {
        diff_found(diff);
        one_guest(diff->out, '-', diff->a);
        one_guest(diff->out, '+', diff->b);
    }
    diff_number(diff, "exit status", (uint64_t)outcome_status(&diff->a->outcome),
                (uint64_t)outcome_status(&diff->b->outcome));
    diff_number(diff, "resets", diff->a->resets, diff->b->resets);
    diff_number(diff, "refused calls", diff->a->refused_calls, diff->b->refused_calls);
}

static const char *offer_word(const struct survey *survey, size_t i)
{
    static const char *const words[] = { [OFFER_YES] = "offered",
                                         [OFFER_NO] = "not offered",
                                         [OFFER_UNKNOWN] = "not asked for",
                                         [OFFER_NONE] = "no bit" };
    return words[report_offer(survey, i)];
}

static void feature_state(FILE *out, const struct survey *survey, size_t i)
{
    const struct survey_feature *feature = &survey->features[i];

    fprintf(out, "%s, %s%s", offer_word(survey, i), feature->used != 0 ? "used" : "not used",
            feature->refused != 0 ? ", refused" : "");
}

static void features_of_both(struct diff *diff)
{
    diff->heading = "Features";
    for (size_t i = 0; i < feature_count; i++) {
        const struct survey_feature *a = &diff->a->features[i], *b = &diff->b->features[i];
        if (report_offer(diff->a, i) != report_offer(diff->b, i) ||
            (a->used != 0) != (b->used != 0) || (a->refused != 0) != (b->refused != 0)) {
            diff_found(diff);
            fprintf(diff->out, "~ %s: ", features[i].name);
            feature_state(diff->out, diff->a, i);
            fputs(" -> ", diff->out);
            feature_state(diff->out, diff->b, i);
            fputc('\n', diff->out);
        }
    }
}

/* ---- Calls ---- */

static void step_line(FILE *out, char sign, const struct survey_step *step)
{
    static const char *const conventions[] = { "HVC #1", "SMCCC", "compact" };
    char status[64];

    fprintf(out, "%c ", sign);
    survey_step_name(out, step);
    if (step->kind == SHIM_TRACE_CALL && step->convention < 3) {
        fprintf(out, " by %s", conventions[step->convention]);
    }
    fprintf(out, " = %s", survey_status(step, status, sizeof(status)));
}

static void calls_of_one(struct diff *diff, char sign, const struct survey *one,
                         const struct survey *other)
{
    size_t place;

    for (size_t i = 0; i < one->step_count; i++) {
        if (diff_counterpart(other, &one->steps[i], &place) == NULL) {
            diff_found(diff);
            step_line(diff->out, sign, &one->steps[i]);
            fprintf(diff->out, ", %" PRIu64 " time%s\n", one->steps[i].count,
                    one->steps[i].count == 1 ? "" : "s");
        }
    }
}

static void counts(struct diff *diff)
{
    size_t place;

    diff->heading = "Counts";
    for (size_t i = 0; i < diff->a->step_count; i++) {
        const struct survey_step *a = &diff->a->steps[i];
        const struct survey_step *b = diff_counterpart(diff->b, a, &place);
        if (b != NULL && b->count != a->count) {
            diff_found(diff);
            step_line(diff->out, '~', a);
            fprintf(diff->out, ": %" PRIu64 " -> %" PRIu64 "\n", a->count, b->count);
        }
    }
}

/* ---- Values ---- */

/* What differs from run to run, addresses and times; and what has a line of its own. */
static bool is_volatile(uint32_t name)
{
    switch (name) {
    case HV_REGISTER_GUEST_OS_ID:
    case HV_REGISTER_TIME_REF_COUNT:
    case HV_REGISTER_VP_RUNTIME:
    case HV_REGISTER_SIPP:
    case HV_REGISTER_SIFP:
    case HV_REGISTER_SIRBP:
    case HV_REGISTER_VP_ASSIST_PAGE:
    case HV_REGISTER_REFERENCE_TSC:
    case HV_REGISTER_GUEST_CRASH_P3: /* address of the message */
    case HV_REGISTER_GUEST_CRASH_P4: /* and its size */
        return true;
    default:
        return name - HV_REGISTER_STIMER0_CONFIG < 2 * HV_SYNTHETIC_TIMERS &&
               (name - HV_REGISTER_STIMER0_CONFIG) % 2 != 0;
    }
}

/* The value of the one register that the first call of a kind read or wrote. */
static bool first_value(const struct survey_step *step, struct hv_register_value *value)
{
    const struct shim_trace_record *record = &step->first.record;

    if (step->reps != 1 || step->status != HV_STATUS_SUCCESS || is_volatile(step->subject)) {
        return false;
    }
    if (step->code == HV_CALL_GET_VP_REGISTERS) {
        memcpy(value, record->output, sizeof(*value));
        return record->output_held >= sizeof(*value);
    }
    return step->code == HV_CALL_SET_VP_REGISTERS &&
           survey_input(record,
                        sizeof(struct hv_vp_registers_header) +
                            offsetof(struct hv_vp_register_assoc, value),
                        value, sizeof(*value));
}

static void print_value(FILE *out, const struct hv_register_value *value)
{
    if (value->high != 0) {
        fprintf(out, "0x%" PRIx64 "%016" PRIx64, value->high, value->low);
    } else {
        fprintf(out, "0x%" PRIx64, value->low);
    }
}

static void values(struct diff *diff)
{
    struct hv_register_value a, b;
    size_t place;

    diff->heading = "Values";
    for (size_t i = 0; i < diff->a->step_count; i++) {
        const struct survey_step *step = &diff->a->steps[i];
        const struct survey_step *other = diff_counterpart(diff->b, step, &place);
        if (other == NULL || !first_value(step, &a) || !first_value(other, &b) ||
            (a.low == b.low && a.high == b.high)) {
            continue;
        }
        diff_found(diff);
        step_line(diff->out, '~', step);
        fputs(": ", diff->out);
        print_value(diff->out, &a);
        fputs(" -> ", diff->out);
        print_value(diff->out, &b);
        fputc('\n', diff->out);
    }
}

static void calls(struct diff *diff)
{
    diff->heading = "Calls that one of them makes";
    calls_of_one(diff, '-', diff->a, diff->b);
    calls_of_one(diff, '+', diff->b, diff->a);
    counts(diff);
    values(diff);
}

/* ---- The command ---- */

static void header(FILE *out, char sign, const char *name, const struct survey *survey)
{
    fprintf(out, "%c%c%c %s: ", sign, sign, sign, name);
    identity_guest(out, survey->guest_os_id);
    fprintf(out, ", %" PRIu64 " records, %" PRIu64 " calls", survey->records, survey->calls);
    if (survey->dropped != 0) {
        fprintf(out, ", %" PRIu64 " records lost: what follows is about the rest", survey->dropped);
    }
    fputc('\n', out);
}

uint64_t diff_surveys(FILE *out, const struct survey *a, const struct survey *b,
                      const char *const names[2])
{
    struct diff diff = { .out = out, .a = a, .b = b };

    header(out, '-', names[0], a);
    header(out, '+', names[1], b);
    guests(&diff);
    features_of_both(&diff);
    calls(&diff);
    diff_order(&diff);
    diff_vmbus(&diff);
    if (diff.differences == 0) {
        fputs("\nNo difference.\n", out);
    }
    return diff.differences;
}

int diff_command(int argc, char **argv)
{
    static struct survey a, b;
    int status = OUTCOME_SETUP;

    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        fputs(diff_usage, stdout);
        return 0;
    }
    if (argc != 3) {
        fputs(PREFIX "two traces, please; see hvtrace diff --help\n", stderr);
        return OUTCOME_SETUP;
    }
    enum survey_read first = survey_read(&a, argv[1]);
    enum survey_read second = survey_read(&b, argv[2]);
    if (first != SURVEY_READ_NOTHING && second != SURVEY_READ_NOTHING) {
        const char *const names[2] = { argv[1], argv[2] };
        status = diff_surveys(stdout, &a, &b, names) != 0;
        if (ferror(stdout) != 0 || first != SURVEY_READ_ALL || second != SURVEY_READ_ALL) {
            status = OUTCOME_SETUP;
        }
    }
    survey_free(&a);
    survey_free(&b);
    return status;
}
