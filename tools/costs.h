/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What calls cost, as `make bench` measured it: the figures of tests/bench/baseline.json, which is
 * built into the tools. */

#ifndef TOOLS_COSTS_H
#define TOOLS_COSTS_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/survey.h"

/* Conventions, and where the blocks of a call are. */
enum costs_form {
    COSTS_NATIVE_FAST,
    COSTS_NATIVE_SLOW,
    COSTS_SMCCC_FAST,
    COSTS_SMCCC_SLOW,
    COSTS_COMPACT,
    COSTS_COMPACT_SPILL,
    COSTS_FORMS,
};

extern const char *const costs_form_names[COSTS_FORMS];

/* EL2 instructions of one call in each form; 0: not measured, or there is no such form. */
struct costs {
    const char *name; /* of the measurement */
    uint32_t instructions[COSTS_FORMS];
};

/* The form of a step, and the measurement that is nearest to it; false when there is none. */
bool costs_of(const struct survey_step *step, enum costs_form *form, struct costs *costs);

/* The measurement of a name. */
bool costs_named(const char *name, struct costs *costs);

/* How many kinds of calls have a measurement, and the name that the table gives number `i`. */
uint32_t costs_rows(void);
const char *costs_row_name(uint32_t i);

#endif
