/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* SMC Calling Convention (Arm DEN0028): the fields of a function id and the ids of general
 * services. */

#ifndef ARM_SMCCC_H
#define ARM_SMCCC_H

#include <stdbool.h>
#include <stdint.h>

/* Function id, W0. Bits 63:32 of X0 do not belong to it. */
#define SMCCC_FAST (UINT32_C(1) << 31)
#define SMCCC_SMC64 (UINT32_C(1) << 30)
#define SMCCC_OWNER (UINT32_C(0x3f) << 24)
#define SMCCC_OWNER_SHIFT 24
#define SMCCC_SVE_HINT                                                                             \
    (UINT32_C(1) << 16) /* DEN0028 1.3: "no live SVE state"; not part of the name */
#define SMCCC_FUNCTION UINT32_C(0xffff)

#define SMCCC_OWNER_ARCH 0u
#define SMCCC_OWNER_STANDARD 4u /* PSCI among others */
#define SMCCC_OWNER_VENDOR_HYP 6u

#define SMCCC_NOT_SUPPORTED UINT64_C(0xffffffffffffffff)     /* -1, all 64 bits */
#define SMCCC_INVALID_PARAMETER UINT64_C(0xfffffffffffffffd) /* -3 */

#define SMCCC_VERSION UINT32_C(0x80000000)
#define SMCCC_ARCH_FEATURES UINT32_C(0x80000001)
#define SMCCC_ARCH_SOC_ID UINT32_C(0x80000002)
#define SMCCC_ARCH_WORKAROUND_1 UINT32_C(0x80008000)
#define SMCCC_ARCH_WORKAROUND_2 UINT32_C(0x80007fff)
#define SMCCC_ARCH_WORKAROUND_3 UINT32_C(0x80003fff)
#define SMCCC_VENDOR_HYP_CALL_COUNT UINT32_C(0x8600ff00)
#define SMCCC_VENDOR_HYP_UID UINT32_C(0x8600ff01)
#define SMCCC_VENDOR_HYP_REVISION UINT32_C(0x8600ff03)

#define SMCCC_VERSION_1_2 UINT32_C(0x00010002)

static inline uint32_t smccc_owner(uint32_t id)
{
    return (id & SMCCC_OWNER) >> SMCCC_OWNER_SHIFT;
}

/* The id as it is matched: the hint bit of a fast or yielding call is no part of the name. */
static inline uint32_t smccc_function_id(uint64_t x0)
{
    return (uint32_t)x0 & ~SMCCC_SVE_HINT;
}

#endif
