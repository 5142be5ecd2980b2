/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Entry points for HvCallStartVirtualProcessor. */

#ifndef GUEST_VP_STATE_H
#define GUEST_VP_STATE_H

#include <stddef.h>
#include <stdint.h>

/* What a VP finds when it starts. */
struct vp_state {
    uint64_t x[31];
    uint64_t sp;
    uint64_t sctlr_el1;
    uint64_t mair_el1;
    uint64_t tcr_el1;
    uint64_t vbar_el1;
    uint64_t ttbr0_el1;
    uint64_t ttbr1_el1;
    uint64_t currentel;
    uint64_t daif;
    uint64_t spsel;
    uint64_t unused[7];
};
_Static_assert(offsetof(struct vp_state, sp) == 248, "vp_state.S");
_Static_assert(sizeof(struct vp_state) == 384, "vp_state.S");
extern volatile struct vp_state vp_state_found;

void vp_state_stub(void); /* fills vp_state_found, and goes off by CPU_OFF; the MMU is off */
void vp_adopt_stub(void); /* X18: struct cpu; MMU, vectors and stack are as they should be */

#endif
