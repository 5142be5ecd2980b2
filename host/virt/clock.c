/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Time: the generic timer's counter, which all processors share, and which is the guest's virtual
 * counter, too (CNTVOFF_EL2 is 0). */

#include "host/virt/virt.h"

#include <el2/sysreg.h>

#include "host/common/board.h"
#include "host/virt/console.h"
#include "host/virt/io.h"

#define PL031_DR 0x000u /* seconds since 1970 */
#define MS_PER_SECOND 1000u

static uint64_t frequency; /* ticks per second */
static uint64_t utc_origin;

void clock_init(void)
{
    frequency = read_sysreg(cntfrq_el0) & UINT32_MAX;
    if (frequency < MS_PER_SECOND) {
        console_fail("CNTFRQ_EL0 holds no usable frequency");
    }
    timebase_init(frequency);
    utc_origin = (SECONDS_1601_TO_1970 + io_read32(BOARD_PL031 + PL031_DR)) * UNITS_PER_SECOND;
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
    return timebase_reference(clock_counter());
}

/* The clock of the board, read once: a guest that sets it does not change what it is told. */
uint64_t clock_utc(void)
{
    return utc_origin + clock_reference();
}

uint64_t clock_ticks(uint32_t units)
{
    return (units * frequency + UNITS_PER_SECOND - 1) / UNITS_PER_SECOND;
}

uint64_t clock_ticks_per_ms(void)
{
    return frequency / MS_PER_SECOND;
}
