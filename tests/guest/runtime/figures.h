/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The budget of what calls may cost: lines "name: n n n". */

#ifndef GUEST_FIGURES_H
#define GUEST_FIGURES_H

#include <stdint.h>

/* The figures of a line, to be read one by one. NULL when there is no such line. */
const char *budget_line(const char *name);

/* The figure at `*at`, which moves behind it. "-" stands for none and is 0. */
uint64_t next_figure(const char **at);

#endif
