/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Time: the virtual counter, which is the guest's too (kvm.c sets its offset to ours), in units of
 * 100 ns since the partition was made. */

#include "host/kvm/monitor.h"

#include "host/virt/scale.h"

#define UNITS_PER_SECOND UINT64_C(10000000)

static struct scale units; /* per tick */
static uint64_t origin;    /* units at clock_init() */

uint64_t clock_counter(void)
{
    uint64_t ticks;
    __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
    return ticks;
}

void clock_init(void)
{
    uint64_t frequency;
    __asm__("mrs %0, cntfrq_el0" : "=r"(frequency));
    units = scale_make(UNITS_PER_SECOND, frequency);
    origin = scale_apply(&units, clock_counter());
}

uint64_t clock_reference(void)
{
    return scale_apply(&units, clock_counter()) - origin;
}

uint64_t clock_tsc_scale(void)
{
    return units.whole == 0 ? units.fraction : 0;
}

int64_t clock_tsc_offset(void)
{
    return (int64_t)-origin;
}

void clock_describe(uint64_t *whole, uint64_t *fraction, uint64_t *time_origin)
{
    *whole = units.whole;
    *fraction = units.fraction;
    *time_origin = origin;
}
