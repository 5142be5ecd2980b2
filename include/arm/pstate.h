/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* PSTATE as SPSR_ELx holds it (Arm ARM, "SPSR_EL2, Saved Program Status Register (EL2)"). */

#ifndef ARM_PSTATE_H
#define ARM_PSTATE_H

#include <stdbool.h>
#include <stdint.h>

#define PSTATE_NZCV (UINT64_C(0xf) << 28)
#define PSTATE_TCO (UINT64_C(1) << 25)
#define PSTATE_DIT (UINT64_C(1) << 24)
#define PSTATE_UAO (UINT64_C(1) << 23)
#define PSTATE_PAN (UINT64_C(1) << 22)
#define PSTATE_SS (UINT64_C(1) << 21)
#define PSTATE_IL (UINT64_C(1) << 20)
#define PSTATE_ALLINT (UINT64_C(1) << 13)
#define PSTATE_SSBS (UINT64_C(1) << 12)
#define PSTATE_BTYPE (UINT64_C(3) << 10)
#define PSTATE_DAIF (UINT64_C(0xf) << 6)
#define PSTATE_NRW (UINT64_C(1) << 4) /* AArch32 */
#define PSTATE_MODE UINT64_C(0xf)     /* with nRW clear: EL in bits 3:2, SP in bit 0 */
#define PSTATE_EL0T UINT64_C(0x0)
#define PSTATE_EL1T UINT64_C(0x4)
#define PSTATE_EL1H UINT64_C(0x5)

static inline bool pstate_is_aarch32(uint64_t pstate)
{
    return (pstate & PSTATE_NRW) != 0;
}

/* Of a guest with EL1 in AArch64: AArch32 is only EL0 then. */
static inline bool pstate_is_el0(uint64_t pstate)
{
    return pstate_is_aarch32(pstate) || (pstate & PSTATE_MODE) == PSTATE_EL0T;
}

#endif
