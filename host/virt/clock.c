/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Time: the generic timer's counter, which all processors share, in units of 100 ns. */

#include "host/virt/virt.h"

#include <el2/sysreg.h>

#include "host/virt/console.h"
#include "host/virt/scale.h"

#define UNITS_PER_SECOND UINT64_C(10000000)
#define MS_PER_SECOND 1000u

static struct {
    uint64_t origin; /* counter at clock_init() */
    uint64_t ticks_per_ms;
    struct scale units; /* per tick */
} timebase;

void clock_init(void)
{
    uint64_t frequency = read_sysreg(cntfrq_el0) & UINT32_MAX;
    if (frequency < MS_PER_SECOND) {
        console_fail("CNTFRQ_EL0 holds no usable frequency");
    }
    timebase.units = scale_make(UNITS_PER_SECOND, frequency);
    timebase.ticks_per_ms = frequency / MS_PER_SECOND;
    timebase.origin = clock_counter();
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
    return clock_units(clock_counter() - timebase.origin);
}

uint64_t clock_ticks_per_ms(void)
{
    return timebase.ticks_per_ms;
}
