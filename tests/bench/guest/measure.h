/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Measuring calls from inside of the guest: EL2 instructions from the trap to the next instruction
 * of the guest, the ERET among them, by the guest's own PMU; and marks for the plugin, which counts
 * the same calls from outside. With QEMU's -icount the figures are exact and repeat. */

#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "tests/guest/runtime/hypercall.h"

/* One way to make a hypercall. */
struct form {
    const char *name;
    const struct convention *convention;
    bool fast; /* else by memory */
    bool page; /* with a spill page attached */
};
#define FORMS 6u
extern const struct form forms[FORMS];

#define DONE_REPS(n) ((uint64_t)(n) << HV_RESULT_REPS_SHIFT) /* result of n elements */

/* One call, the same in all forms. */
struct job {
    const char *name;
    uint64_t control; /* call code and counts */
    void (*fill)(uint64_t *input);
    uint32_t input, output; /* bytes that the form must have room for */
    uint64_t result;        /* that is wanted */
    void (*after)(void);    /* each call, and not counted; may be NULL */
};

void measure_init(void);

/* Does the call fit the form? */
bool job_fits(const struct job *job, const struct form *form);

/* Measures, and prints a line for tests/bench/measure:
 *   "# row NUMBER INSTRUCTIONS NAME; FORM", of which NUMBER is the plugin's case */
void job_row(const struct job *job, const struct form *form);
/* In every form that it fits. */
void job_rows(const struct job *job);
/* Something else than a hypercall; `how` stands for the form. */
void plain_row(const char *name, const char *how, void (*make)(void));

/* The same for growth: "# point NUMBER INSTRUCTIONS X SERIES; FORM". */
void job_point(const struct job *job, const struct form *form, const char *series, uint64_t x);

/* The blocks of a call by memory, or of any other before they go into registers. */
extern uint64_t in_page[512], out_page[512];

#endif
