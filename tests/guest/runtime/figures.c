/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Reads the budget, see figures.h. */

#include "figures.h"

#include <stddef.h>

extern const char budget[]; /* text of tests/guest/budget, by budget.S */

static const char *skip_line(const char *at)
{
    while (*at != '\0' && *at != '\n') {
        at++;
    }
    return *at == '\n' ? at + 1 : at;
}

const char *budget_line(const char *name)
{
    for (const char *line = budget; *line != '\0'; line = skip_line(line)) {
        uint32_t i = 0;

        while (name[i] != '\0' && line[i] == name[i]) {
            i++;
        }
        if (name[i] == '\0' && line[i] == ':') {
            return &line[i + 1];
        }
    }
    return NULL;
}

uint64_t next_figure(const char **at)
{
    uint64_t value = 0;

    while (**at == ' ') {
        (*at)++;
    }
    for (; **at >= '0' && **at <= '9'; (*at)++) {
        value = value * 10 + (uint64_t)(**at - '0');
    }
    while (**at == '-') {
        (*at)++;
    }
    return value;
}
