/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Time: the virtual counter, which is the guest's too (kvm.c sets its offset to ours), in units of
 * 100 ns since the partition was made. */

#include "host/kvm/monitor.h"

#include "host/virt/scale.h"

#define UNITS_PER_SECOND UINT64_C(10000000)

static struct scale units; /* per tick */
static uint64_t origin;    /* units at clock_init() */

static uint64_t counter_units(void)
{
    uint64_t ticks;
    __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
    return scale_apply(&units, ticks);
}

void clock_init(void)
{
    uint64_t frequency;
    __asm__("mrs %0, cntfrq_el0" : "=r"(frequency));
    units = scale_make(UNITS_PER_SECOND, frequency);
    origin = counter_units();
}

uint64_t clock_reference(void)
{
    return counter_units() - origin;
}

uint64_t clock_tsc_scale(void)
{
    return units.whole == 0 ? units.fraction : 0;
}

int64_t clock_tsc_offset(void)
{
    return (int64_t)-origin;
}
