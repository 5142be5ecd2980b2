/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* How a run ended: collected from the trace's records and header, told as an exit status. */

#ifndef TOOLS_OUTCOME_H
#define TOOLS_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <shim/trace.h>

#include <hv/registers.h>

/* Exit statuses of hvshim-boot and of `hvtrace --exit`. */
enum {
    OUTCOME_POWER_OFF = 0,
    OUTCOME_ENDED = 1, /* by neither guest nor shim */
    OUTCOME_SETUP = 2, /* the guest was never started */
    OUTCOME_CRASH = 10,
    OUTCOME_PANIC = 11,
    OUTCOME_TIMEOUT = 124,
};

struct outcome {
    bool started; /* a VP entered the guest */
    bool crashed;
    uint64_t parameter[HV_CRASH_PARAMETERS];
    uint64_t control;
    size_t message_size;
    uint8_t message[HV_CRASH_MESSAGE_MAX];
    bool panicked;
    uint64_t esr_el2, elr_el2;
    uint64_t exit_reason; /* enum shim_trace_exit */
};

/* Looks at one record, in the order of the trace. */
void outcome_note(struct outcome *outcome, const struct shim_trace_record *record);

/* The exit status that the outcome stands for, by what the guest and the shim said. */
int outcome_status(const struct outcome *outcome);

/* Tells of a crash or a panic, each line behind `prefix`; nothing when there was neither. */
void outcome_print(FILE *out, const char *prefix, const struct outcome *outcome);

#endif
