/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* How a run ended. A guest that crashed has crashed, whatever it does afterwards; a panic of the
 * shim outranks that. */

#include "tools/outcome.h"

#include <inttypes.h>
#include <string.h>

#include "tools/decode.h"

static uint64_t word(const struct shim_trace_record *record, size_t index)
{
    uint64_t value;

    memcpy(&value, record->input + index * sizeof(value), sizeof(value));
    return value;
}

static void note_text(struct outcome *outcome, const struct shim_trace_record *record)
{
    size_t size = record->input_held < SHIM_TRACE_INPUT ? record->input_held : SHIM_TRACE_INPUT;
    size_t room = sizeof(outcome->message) - outcome->message_size;

    size = size < room ? size : room;
    memcpy(outcome->message + outcome->message_size, record->input, size);
    outcome->message_size += size;
}

void outcome_note(struct outcome *outcome, const struct shim_trace_record *record)
{
    if (record->kind == SHIM_TRACE_CRASH) {
        outcome->crashed = true;
        outcome->control = record->control;
        for (size_t i = 0; i < HV_CRASH_PARAMETERS; i++) {
            outcome->parameter[i] = word(record, i);
        }
        if ((record->control & HV_CRASH_CTL_MESSAGE) != 0) {
            outcome->message_size = 0; /* a new one follows */
        }
    } else if (record->kind == SHIM_TRACE_TEXT) {
        note_text(outcome, record);
    } else if (record->kind == SHIM_TRACE_EVENT && record->control == SHIM_EVENT_PANIC) {
        outcome->panicked = true;
        outcome->esr_el2 = word(record, 0);
        outcome->elr_el2 = word(record, 1);
    } else if (record->kind == SHIM_TRACE_EVENT && record->control == SHIM_EVENT_VP_ON) {
        outcome->started = true;
    }
}

int outcome_status(const struct outcome *outcome)
{
    if (outcome->panicked || outcome->exit_reason == SHIM_EXIT_PANIC) {
        return OUTCOME_PANIC;
    }
    if (outcome->crashed) {
        return OUTCOME_CRASH;
    }
    if (outcome->exit_reason == SHIM_EXIT_POWER_OFF) {
        return OUTCOME_POWER_OFF;
    }
    return outcome->started ? OUTCOME_ENDED : OUTCOME_SETUP;
}

/* The guest's message, its lines behind the prefix. */
static void print_message(FILE *out, const char *prefix, const struct outcome *outcome)
{
    size_t end = outcome->message_size;

    while (end > 0 && (outcome->message[end - 1] == '\0' || outcome->message[end - 1] == '\n')) {
        end--;
    }
    for (size_t line = 0; line < end;) {
        size_t size = 0;
        while (line + size < end && outcome->message[line + size] != '\n') {
            size++;
        }
        fprintf(out, "%s| ", prefix);
        decode_text(out, outcome->message + line, size, true);
        fputc('\n', out);
        line += size + 1;
    }
}

void outcome_print(FILE *out, const char *prefix, const struct outcome *outcome)
{
    if (outcome->crashed) {
        fprintf(out, "%sthe guest crashed:", prefix);
        for (size_t i = 0; i < HV_CRASH_PARAMETERS; i++) {
            fprintf(out, " P%zu=0x%" PRIx64, i, outcome->parameter[i]);
        }
        fprintf(out, " Ctl=0x%" PRIx64 "\n", outcome->control);
        print_message(out, prefix, outcome);
    }
    if (outcome->panicked) {
        fprintf(out, "%sthe shim panicked: ESR_EL2=0x%" PRIx64 " ELR_EL2=0x%" PRIx64 "\n", prefix,
                outcome->esr_el2, outcome->elr_el2);
    } else if (outcome->exit_reason == SHIM_EXIT_PANIC) {
        fprintf(out, "%sthe shim panicked\n", prefix);
    }
}
