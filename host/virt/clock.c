/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Time: the generic timer's counter, which all processors share, in units of 100 ns. The guest's
 * virtual counter is the same one (CNTVOFF_EL2 is 0), and its reference TSC page gets the numbers
 * that are used here: whichever way it asks for the time, it is told the same. */

#include "host/virt/virt.h"

#include <el2/sysreg.h>

#include "host/virt/console.h"

#define UNITS_PER_SECOND UINT64_C(10000000)
#define MS_PER_SECOND 1000u

static struct {
    uint64_t per_tick;  /* units per tick: whole part, */
    uint64_t fraction;  /* and fraction, in 2^-64, rounded up */
    uint64_t origin;    /* units of the counter at clock_init() */
    uint64_t frequency; /* ticks per second */
} scale;

/* ceil(numerator * 2^64 / denominator), for numerator < denominator: long division by bits. */
static uint64_t divide_fraction(uint64_t numerator, uint64_t denominator)
{
    uint64_t quotient = 0;
    for (int bit = 0; bit < 64; bit++) {
        numerator *= 2; /* below 2^33: frequencies are 32 bits */
        quotient = quotient << 1 | (numerator >= denominator);
        numerator -= numerator >= denominator ? denominator : 0;
    }
    return numerator != 0 ? quotient + 1 : quotient;
}

void clock_init(void)
{
    uint64_t frequency = read_sysreg(cntfrq_el0) & UINT32_MAX;
    if (frequency < MS_PER_SECOND) {
        console_fail("CNTFRQ_EL0 holds no usable frequency");
    }
    scale.per_tick = UNITS_PER_SECOND / frequency;
    scale.fraction = divide_fraction(UNITS_PER_SECOND % frequency, frequency);
    scale.frequency = frequency;
    scale.origin = clock_units(clock_counter());
}

/* The barrier keeps the read from being done early (Arm ARM, "CNTPCT_EL0"). */
uint64_t clock_counter(void)
{
    isb();
    return read_sysreg(cntpct_el0);
}

/* The fraction is rounded up, so a whole number of units comes out whole. The error, ticks * 2^-64,
 * stays below what separates any other tick from the next unit: 1/25 at QEMU's 62.5 MHz, which is
 * centuries away. */
uint64_t clock_units(uint64_t ticks)
{
    return ticks * scale.per_tick + (uint64_t)(((unsigned __int128)ticks * scale.fraction) >> 64);
}

uint64_t clock_reference(void)
{
    return clock_units(clock_counter()) - scale.origin;
}

uint64_t clock_tsc_scale(void)
{
    return scale.per_tick == 0 ? scale.fraction : 0;
}

int64_t clock_tsc_offset(void)
{
    return (int64_t)-scale.origin;
}

uint64_t clock_ticks(uint32_t units)
{
    return (units * scale.frequency + UNITS_PER_SECOND - 1) / UNITS_PER_SECOND;
}

uint64_t clock_ticks_per_ms(void)
{
    return scale.frequency / MS_PER_SECOND;
}
