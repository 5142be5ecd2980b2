/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The registers of EL2 that decide what a guest may do. One table, applied on every path to a
 * guest: at boot, and when PSCI starts a processor. */

#ifndef EL2_SYSREGS_H
#define EL2_SYSREGS_H

#include <stdint.h>

/* SCTLR_EL1 and SPSR_EL2 of a processor that starts: MMU off, EL1h, all masked (PSCI, "Initial
 * core configuration"). */
#define GUEST_START_SCTLR_EL1 UINT64_C(0x30d00800)
#define GUEST_START_PSTATE UINT64_C(0x3c5)

/* What is the same on all processors, but not known at build time. */
struct el2_sysreg_values {
    uint64_t vtcr;
    uint64_t vttbr;
};

/* Sets every register that this processor has, and makes translations of EL1 and stage 2 new. */
void el2_sysregs_set(const struct el2_sysreg_values *values);

#endif
