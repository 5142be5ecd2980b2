/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Exceptions that we make the guest take at EL1: what its registers are before, and after. Pure
 * functions; el2/trap.c moves the state from and to the processor. */

#ifndef EL2_INJECT_H
#define EL2_INJECT_H

#include <stdint.h>

/* What taking an exception to EL1 reads and writes (AArch64.TakeException). */
struct el1_state {
    uint64_t pc;
    uint64_t pstate;
    uint64_t elr; /* ELR_EL1, and so on */
    uint64_t spsr;
    uint64_t esr;
    uint64_t far;
    uint64_t vbar;
    uint64_t sctlr;
};

/* PSTATE fields that only some processors have. */
#define EL1_HAS_PAN 0x01u
#define EL1_HAS_SSBS 0x02u
#define EL1_HAS_MTE2 0x04u
#define EL1_HAS_NMI 0x08u

/* EL1_HAS_* from the processor's ID registers. */
uint32_t el1_features(uint64_t id_aa64pfr1, uint64_t id_aa64mmfr1);

/* The instruction at state->pc is undefined. */
void inject_undefined(struct el1_state *state, uint32_t features);

/* The access or fetch of the instruction at state->pc, which stage 2 stopped with `esr_el2` for the
 * virtual address `far`, met an external abort instead. */
void inject_external_abort(struct el1_state *state, uint32_t features, uint64_t esr_el2,
                           uint64_t far);

/* PSTATE after the instruction that trapped was completed in software: what executing it does to
 * PSTATE by itself. */
uint64_t pstate_after_instruction(uint64_t pstate);

#endif
