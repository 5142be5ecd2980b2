/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Time: the generic timer's counter, which all processors share, in units of 100 ns. The guest's
 * virtual counter is the same one (CNTVOFF_EL2 is 0), and its reference TSC page gets the numbers
 * that are used here: whichever way it asks for the time, it is told the same. */

#include "host/virt/virt.h"

#include <el2/sysreg.h>

#include "host/virt/console.h"
#include "host/virt/scale.h"

#define UNITS_PER_SECOND UINT64_C(10000000)
#define MS_PER_SECOND 1000u

static struct {
    uint64_t origin;    /* units of the counter at clock_init() */
    uint64_t frequency; /* ticks per second */
    struct scale units; /* per tick */
} timebase;

void clock_init(void)
{
    uint64_t frequency = read_sysreg(cntfrq_el0) & UINT32_MAX;
    if (frequency < MS_PER_SECOND) {
        console_fail("CNTFRQ_EL0 holds no usable frequency");
    }
    timebase.units = scale_make(UNITS_PER_SECOND, frequency);
    timebase.frequency = frequency;
    timebase.origin = clock_units(clock_counter());
}

/* The barrier keeps the read from being done early (Arm ARM, "CNTPCT_EL0"). */
uint64_t clock_counter(void)
{
    isb();
    return read_sysreg(cntpct_el0);
}

uint64_t clock_units(uint64_t ticks)
{
    return scale_apply(&timebase.units, ticks);
}

uint64_t clock_reference(void)
{
    return clock_units(clock_counter()) - timebase.origin;
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

uint64_t clock_ticks(uint32_t units)
{
    return (units * timebase.frequency + UNITS_PER_SECOND - 1) / UNITS_PER_SECOND;
}

uint64_t clock_ticks_per_ms(void)
{
    return timebase.frequency / MS_PER_SECOND;
}
