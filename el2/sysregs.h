/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The registers of EL2 that decide what a guest may do. One table, applied on every path to a
 * guest: at boot, and when PSCI starts a processor. */

#ifndef EL2_SYSREGS_H
#define EL2_SYSREGS_H

#include <stdint.h>

#include <hv/processor.h>

/* SCTLR_EL1 and SPSR_EL2 of a processor that starts: MMU off, EL1h, all masked (PSCI, "Initial
 * core configuration"). */
#define GUEST_START_SCTLR_EL1 UINT64_C(0x30d00800)
#define GUEST_START_PSTATE UINT64_C(0x3c5)
#define SCTLR_EL1_M UINT64_C(1)          /* the MMU is on */
#define SCTLR_EL1_EE (UINT64_C(1) << 25) /* data and tables are big-endian */

/* What is the same on all processors, but not known at build time. */
struct el2_sysreg_values {
    uint64_t vtcr;
    uint64_t vttbr;
};

/* Sets every register that this processor has, and makes translations of EL1 and stage 2 new. */
void el2_sysregs_set(const struct el2_sysreg_values *values);

/* Sets the registers of EL1 in which this processor starts (all but PC and X18), after
 * el2_sysregs_set(), with what an older state of them left in TLB and instruction cache gone. */
void el1_sysregs_set(const struct hv_initial_vp_context *start);

#endif
