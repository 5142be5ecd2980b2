/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Ticks of the counter as units of 100 ns. The guest's counter is the same one, and its reference
 * TSC page gets the numbers that are used here: whichever way it asks for the time, it is told the
 * same. */

#include "host/common/host.h"

struct timebase timebase;

void timebase_init(uint64_t frequency)
{
    timebase.units = scale_make(UNITS_PER_SECOND, frequency);
    timebase.origin = scale_apply(&timebase.units, clock_counter());
}

/* The page has no whole part: a counter of 10 MHz or less has none. */
uint64_t clock_tsc_scale(void)
{
    return timebase.units.whole == 0 ? timebase.units.fraction : 0;
}

int64_t clock_tsc_offset(void)
{
    return (int64_t)-timebase.origin;
}

void clock_describe(uint64_t *whole, uint64_t *fraction, uint64_t *origin)
{
    *whole = timebase.units.whole;
    *fraction = timebase.units.fraction;
    *origin = timebase.origin;
}
