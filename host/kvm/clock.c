/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Time: the virtual counter, which is the guest's too: kvm.c sets its offset to ours. */

#include "host/kvm/monitor.h"

#include <time.h>

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
    timebase_init(frequency);
}

uint64_t clock_reference(void)
{
    return timebase_reference(clock_counter());
}

uint64_t clock_utc(void)
{
    struct timespec now = { 0, 0 };
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (SECONDS_1601_TO_1970 + (uint64_t)now.tv_sec) * UNITS_PER_SECOND +
           (uint64_t)now.tv_nsec / 100;
}
