/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* ESR_ELx: what a trap was about (Arm ARM, "ESR_EL2, Exception Syndrome Register (EL2)"). Also
 * read by assembly. */

#ifndef ARM_ESR_H
#define ARM_ESR_H

/* Exception classes. */
#define ESR_EC_SHIFT 26
#define ESR_EC_COUNT 64
#define ESR_EC_UNKNOWN 0x00
#define ESR_EC_WFX 0x01
#define ESR_EC_HVC64 0x16
#define ESR_EC_SMC64 0x17
#define ESR_HVC64 0x5a000000 /* of HVC #0: the class, and the length of the instruction */
#define ESR_EC_INSTRUCTION_ABORT_LOWER 0x20
#define ESR_EC_INSTRUCTION_ABORT_SAME 0x21
#define ESR_EC_DATA_ABORT_LOWER 0x24
#define ESR_EC_DATA_ABORT_SAME 0x25

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stdint.h>

#define ESR_IL (UINT64_C(1) << 25) /* 32-bit instruction */
_Static_assert(ESR_HVC64 == (((uint64_t)ESR_EC_HVC64 << ESR_EC_SHIFT) | ESR_IL), "HVC #0");

/* ISS of a trapped WFI or WFE. */
#define ESR_WFX_TI UINT64_C(3) /* 0 WFI, 1 WFE, 2 WFIT, 3 WFET */

/* ISS of instruction and data aborts. */
#define ESR_ABORT_ISV (UINT64_C(1) << 24)
#define ESR_ABORT_SAS_SHIFT 22 /* log2 of the size */
#define ESR_ABORT_SSE (UINT64_C(1) << 21)
#define ESR_ABORT_SRT_SHIFT 16
#define ESR_ABORT_SF (UINT64_C(1) << 15)
#define ESR_ABORT_CM (UINT64_C(1) << 8)
#define ESR_ABORT_S1PTW (UINT64_C(1) << 7)
#define ESR_ABORT_WNR (UINT64_C(1) << 6)
#define ESR_ABORT_FSC UINT64_C(0x3f)
#define ESR_FSC_EXTERNAL UINT64_C(0x10)    /* synchronous external abort, not on a table walk */
#define ESR_FSC_TRANSLATION UINT64_C(0x04) /* level in bits 1:0 */
#define ESR_FSC_LEVEL UINT64_C(0x03)

static inline uint32_t esr_ec(uint64_t esr)
{
    return (uint32_t)(esr >> ESR_EC_SHIFT) & 0x3f;
}

static inline uint32_t esr_wfx_ti(uint64_t esr)
{
    return (uint32_t)(esr & ESR_WFX_TI);
}

/* Bytes of the access of a data abort with ISV. */
static inline uint32_t esr_access_size(uint64_t esr)
{
    return 1u << ((esr >> ESR_ABORT_SAS_SHIFT) & 3);
}

/* Number of the register that a data abort with ISV loads or stores; 31 is XZR. */
static inline uint32_t esr_access_register(uint64_t esr)
{
    return (uint32_t)(esr >> ESR_ABORT_SRT_SHIFT) & 0x1f;
}

static inline bool esr_is_translation_fault(uint64_t esr)
{
    return (esr & ESR_ABORT_FSC & ~ESR_FSC_LEVEL) == ESR_FSC_TRANSLATION;
}

#endif
#endif
