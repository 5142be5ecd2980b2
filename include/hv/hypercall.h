/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The words of every hypercall: the input value ("control word"), the result value, and where they
 * travel (TLFS hypercall-interface, "Hypercall Inputs" and "Hypercall Outputs"). */

#ifndef HV_HYPERCALL_H
#define HV_HYPERCALL_H

#include <stdbool.h>
#include <stdint.h>

#include <hv/status.h>

/* Immediates of the HVC instruction. */
#define HV_HVC_SMCCC 0
#define HV_HVC_HYPERCALL 1
#define HV_HVC_VTL_CALL 2
#define HV_HVC_VTL_RETURN 3

/* SMCCC function ids of the vendor-specific hypervisor service. */
#define HV_SMCCC_HYPERCALL UINT32_C(0x46000001)
#define HV_SMCCC_SPILLED_HYPERCALL UINT32_C(0x46005302) /* docs/spill-page.md */
#define HV_SMCCC_SPILL_ATTACH UINT32_C(0xc6005301)      /* docs/spill-page.md */

/* The four words of the vendor UID (TLFS feature-discovery). */
#define HV_SMCCC_UID_0 UINT32_C(0x4d32ba58)
#define HV_SMCCC_UID_1 UINT32_C(0xcd244764)
#define HV_SMCCC_UID_2 UINT32_C(0x8eef6c75)
#define HV_SMCCC_UID_3 UINT32_C(0x16597024)

/* Control word. */
#define HV_CONTROL_CODE UINT64_C(0x000000000000ffff)
#define HV_CONTROL_FAST UINT64_C(0x0000000000010000)
#define HV_CONTROL_VARIABLE_HEADER UINT64_C(0x0000000007fe0000)
#define HV_CONTROL_NESTED UINT64_C(0x0000000080000000)
#define HV_CONTROL_REP_COUNT UINT64_C(0x00000fff00000000)
#define HV_CONTROL_REP_START UINT64_C(0x0fff000000000000)
/* Bits that must be zero. Bit 31 (nested) is among them: there is no L0 to pass the call to. */
#define HV_CONTROL_RESERVED UINT64_C(0xf000f000f8000000)

#define HV_CONTROL_VARIABLE_HEADER_SHIFT 17
#define HV_CONTROL_REP_COUNT_SHIFT 32
#define HV_CONTROL_REP_START_SHIFT 48
#define HV_REP_MAX 0xfffu

static inline uint16_t hv_control_code(uint64_t control)
{
    return (uint16_t)(control & HV_CONTROL_CODE);
}

static inline bool hv_control_fast(uint64_t control)
{
    return (control & HV_CONTROL_FAST) != 0;
}

/* Variable header size in 8-byte words. */
static inline uint32_t hv_control_variable_header(uint64_t control)
{
    return (uint32_t)((control & HV_CONTROL_VARIABLE_HEADER) >> HV_CONTROL_VARIABLE_HEADER_SHIFT);
}

static inline uint32_t hv_control_rep_count(uint64_t control)
{
    return (uint32_t)((control & HV_CONTROL_REP_COUNT) >> HV_CONTROL_REP_COUNT_SHIFT);
}

static inline uint32_t hv_control_rep_start(uint64_t control)
{
    return (uint32_t)((control & HV_CONTROL_REP_START) >> HV_CONTROL_REP_START_SHIFT);
}

static inline uint64_t hv_control_with_rep_start(uint64_t control, uint32_t rep_start)
{
    return (control & ~HV_CONTROL_REP_START) | ((uint64_t)rep_start << HV_CONTROL_REP_START_SHIFT);
}

/* Result value: bits 15:0 the status, 43:32 the reps completed, counted from element 0. */
#define HV_RESULT_STATUS UINT64_C(0x000000000000ffff)
#define HV_RESULT_REPS UINT64_C(0x00000fff00000000)
#define HV_RESULT_REPS_SHIFT 32

static inline uint64_t hv_result(hv_status_t status, uint32_t reps)
{
    return ((uint64_t)reps << HV_RESULT_REPS_SHIFT) | status;
}

/* Sizes in bytes. */
#define HV_FAST_BLOCK_SIZE 128u    /* sixteen registers */
#define HV_COMPACT_INPUT_SIZE 40u  /* X2..X6 */
#define HV_COMPACT_OUTPUT_SIZE 16u /* X2, X3 */
#define HV_SPILL_INPUT_MAX 2048u   /* first half of the spill page */
#define HV_SPILL_OUTPUT_OFFSET 2048u
#define HV_SPILL_OUTPUT_MAX 2048u
#define HV_SPILL_ATTACH_ENABLE UINT64_C(1)
#define HV_SPILL_ATTACH_RESERVED UINT64_C(0xffe)

#endif
