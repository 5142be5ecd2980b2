/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* One processor in the midst of another. See interleave.h. */

#include "interleave.h"

#include <stddef.h>

static struct {
    race_fn *second;
    void *context;
    uint32_t at;
    uint32_t points; /* accesses so far */
} race_of;

void interleave(void)
{
    race_fn *second = race_of.second;

    if (second != NULL && race_of.points++ == race_of.at) {
        race_of.second = NULL; /* as a whole: nobody comes in between */
        second(race_of.context);
        race_of.second = second;
    }
}

uint32_t interleaved(race_fn *first, race_fn *second, void *context, uint32_t at)
{
    race_of.second = second;
    race_of.context = context;
    race_of.at = at;
    race_of.points = 0;
    first(context);
    race_of.second = NULL;
    return race_of.points;
}
