/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Taking an exception to EL1 by hand: Arm ARM, pseudocode AArch64.TakeException, for a synchronous
 * exception from EL0 or EL1 with EL1 in AArch64. */

#include <el2/inject.h>

#include <arm/esr.h>
#include <arm/pstate.h>

#include <stdbool.h>

#define SCTLR_EL1_SPAN (UINT64_C(1) << 23)
#define SCTLR_EL1_DSSBS (UINT64_C(1) << 44)
#define SCTLR_EL1_SPINTMASK (UINT64_C(1) << 62)

#define ID_FIELD UINT64_C(0xf)
#define ID_AA64PFR1_SSBS_SHIFT 4
#define ID_AA64PFR1_MTE_SHIFT 8
#define ID_AA64PFR1_NMI_SHIFT 36
#define ID_AA64MMFR1_PAN_SHIFT 20

/* Offsets into the guest's vector table, of synchronous exceptions. */
enum {
    VECTOR_FROM_EL1T = 0x000,
    VECTOR_FROM_EL1H = 0x200,
    VECTOR_FROM_EL0_64 = 0x400,
    VECTOR_FROM_EL0_32 = 0x600,
};

uint32_t el1_features(uint64_t id_aa64pfr1, uint64_t id_aa64mmfr1)
{
    uint32_t features = 0;
    if (((id_aa64mmfr1 >> ID_AA64MMFR1_PAN_SHIFT) & ID_FIELD) != 0) {
        features |= EL1_HAS_PAN;
    }
    if (((id_aa64pfr1 >> ID_AA64PFR1_SSBS_SHIFT) & ID_FIELD) != 0) {
        features |= EL1_HAS_SSBS;
    }
    if (((id_aa64pfr1 >> ID_AA64PFR1_MTE_SHIFT) & ID_FIELD) >= 2) {
        features |= EL1_HAS_MTE2;
    }
    if (((id_aa64pfr1 >> ID_AA64PFR1_NMI_SHIFT) & ID_FIELD) != 0) {
        features |= EL1_HAS_NMI;
    }
    return features;
}

static uint64_t vector_offset(uint64_t pstate)
{
    if (pstate_is_aarch32(pstate)) {
        return VECTOR_FROM_EL0_32;
    }
    switch (pstate & PSTATE_MODE) {
    case PSTATE_EL0T:
        return VECTOR_FROM_EL0_64;
    case PSTATE_EL1T:
        return VECTOR_FROM_EL1T;
    default:
        return VECTOR_FROM_EL1H;
    }
}

/* PSTATE at the first instruction of the handler. NZCV and DIT stay, so does PAN unless SCTLR_EL1
 * wants it set; UAO, SS, IL, BTYPE and all of AArch32 are cleared. */
static uint64_t handler_pstate(uint64_t old, uint64_t sctlr, uint32_t features)
{
    uint64_t pstate = (old & (PSTATE_NZCV | PSTATE_DIT | PSTATE_PAN)) | PSTATE_DAIF | PSTATE_EL1H;
    if ((features & EL1_HAS_PAN) != 0 && (sctlr & SCTLR_EL1_SPAN) == 0) {
        pstate |= PSTATE_PAN;
    }
    if ((features & EL1_HAS_SSBS) != 0 && (sctlr & SCTLR_EL1_DSSBS) != 0) {
        pstate |= PSTATE_SSBS;
    }
    if ((features & EL1_HAS_MTE2) != 0) {
        pstate |= PSTATE_TCO;
    }
    if ((features & EL1_HAS_NMI) != 0 && (sctlr & SCTLR_EL1_SPINTMASK) == 0) {
        pstate |= PSTATE_ALLINT;
    }
    return pstate;
}

static void take_exception(struct el1_state *state, uint32_t features, uint64_t esr)
{
    uint64_t old = state->pstate;

    state->elr = state->pc;
    state->spsr = old;
    state->esr = esr;
    state->pc = state->vbar + vector_offset(old);
    state->pstate = handler_pstate(old, state->sctlr, features);
}

void inject_undefined(struct el1_state *state, uint32_t features)
{
    /* FAR_EL1 becomes UNKNOWN; it keeps its value. */
    take_exception(state, features, (uint64_t)ESR_EC_UNKNOWN << ESR_EC_SHIFT | ESR_IL);
}

void inject_external_abort(struct el1_state *state, uint32_t features, uint64_t esr_el2,
                           uint64_t far)
{
    bool fetch = esr_ec(esr_el2) == ESR_EC_INSTRUCTION_ABORT_LOWER;
    bool lower = pstate_is_el0(state->pstate);
    uint64_t ec;
    if (fetch) {
        ec = lower ? ESR_EC_INSTRUCTION_ABORT_LOWER : ESR_EC_INSTRUCTION_ABORT_SAME;
    } else {
        ec = lower ? ESR_EC_DATA_ABORT_LOWER : ESR_EC_DATA_ABORT_SAME;
    }
    /* A fault on a walk of the guest's tables (S1PTW) is told as a plain external abort too: at
     * which level of the walk it was, the trap does not say. */
    uint64_t iss = ESR_FSC_EXTERNAL;
    if (!fetch) {
        iss |= esr_el2 & (ESR_ABORT_WNR | ESR_ABORT_CM);
    }
    state->far = far;
    take_exception(state, features, ec << ESR_EC_SHIFT | ESR_IL | iss);
}

/* IT[7:2] and IT[1:0] of T32 (Arm ARM, "ITSTATE, If-Then execution state bits"). */
#define PSTATE_IT_HIGH_SHIFT 10
#define PSTATE_IT_LOW_SHIFT 25

/* To the next instruction of an IT block: pseudocode AArch32.ITAdvance. */
static uint64_t it_advance(uint64_t pstate)
{
    uint64_t it =
        (pstate >> PSTATE_IT_HIGH_SHIFT & 0x3f) << 2 | (pstate >> PSTATE_IT_LOW_SHIFT & 3);
    uint64_t next = (it & 7) == 0 ? 0 : (it & 0xe0) | (it << 1 & 0x1f);
    pstate &= ~(UINT64_C(0x3f) << PSTATE_IT_HIGH_SHIFT | UINT64_C(3) << PSTATE_IT_LOW_SHIFT);
    return pstate | next >> 2 << PSTATE_IT_HIGH_SHIFT | (next & 3) << PSTATE_IT_LOW_SHIFT;
}

uint64_t pstate_after_instruction(uint64_t pstate)
{
    pstate &= ~PSTATE_SS; /* a debugger that steps the guest sees the step */
    return pstate_is_aarch32(pstate) ? it_advance(pstate) : pstate & ~PSTATE_BTYPE;
}
