/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Two surveys being compared: what the parts of `hvtrace diff` share. */

#ifndef TOOLS_DIFF_H
#define TOOLS_DIFF_H

#include "tools/survey.h"

struct diff {
    FILE *out;
    const struct survey *a, *b;
    uint64_t differences;
    const char *heading; /* of a section, until its first difference */
};

/* Counts a difference, of which the caller prints the line. */
void diff_found(struct diff *diff);

/* Prints a number that differs. */
void diff_number(struct diff *diff, const char *what, uint64_t a, uint64_t b);

/* The step of a survey that is of the same kind, and its place in the order; NULL: none. */
const struct survey_step *diff_counterpart(const struct survey *survey,
                                           const struct survey_step *step, size_t *place);

/* Compares two surveys; `names` are their traces'. Returns how many differences there are. */
uint64_t diff_surveys(FILE *out, const struct survey *a, const struct survey *b,
                      const char *const names[2]);

/* Sections. */
void diff_order(struct diff *diff);
void diff_vmbus(struct diff *diff);

#endif
