/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What calls cost, as `make bench` measured it: the figures of tests/guest/budget, which is built
 * into the tools. */

#ifndef TOOLS_COSTS_H
#define TOOLS_COSTS_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/survey.h"

#define COSTS_CONVENTIONS 3u /* enum shim_trace_convention: native, SMCCC, compact */

/* EL2 instructions of one call in each convention; 0: not measured. */
struct costs {
    const char *name; /* of the measurement */
    uint32_t instructions[COSTS_CONVENTIONS];
};

/* The measurement that is nearest to a kind of call; false when there is none. */
bool costs_of(const struct survey_step *step, struct costs *costs);

/* The measurement of a name. */
bool costs_named(const char *name, struct costs *costs);

/* How many kinds of calls have a measurement, and the name that the table gives number `i`. */
uint32_t costs_rows(void);
const char *costs_row_name(uint32_t i);

#endif
