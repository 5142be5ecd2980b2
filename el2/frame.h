/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Where the registers of a trapped guest are. While a guest runs, SP_EL2 points at its processor's
 * frame: nothing has to be looked up on entry, and the stack grows down from there. Also read by
 * vectors.S. */

#ifndef EL2_FRAME_H
#define EL2_FRAME_H

#define EL2_FRAME_X(n) (8 * (n))
/* The light frame of an HVC holds X0..X18, and X30 here: C code keeps X19..X29. */
#define EL2_FRAME_LIGHT_X30 EL2_FRAME_X(19)
#define EL2_FRAME_VP 248
#define EL2_FRAME_SIZE 256
#define EL2_HVC_NATIVE 1           /* HV_HVC_HYPERCALL */
#define EL2_VERDICT_NOT_OURS_BIT 2 /* of SHIM_NOT_OURS, and of no other verdict */

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

struct shim_vp;

struct el2_frame {
    uint64_t x[31];     /* the guest's; in a light frame X0..X18 only */
    struct shim_vp *vp; /* of this processor; constant while the guest runs */
};
_Static_assert(offsetof(struct el2_frame, x) == EL2_FRAME_X(0), "vectors.S");
_Static_assert(offsetof(struct el2_frame, vp) == EL2_FRAME_VP, "vectors.S");
_Static_assert(sizeof(struct el2_frame) == EL2_FRAME_SIZE && EL2_FRAME_SIZE % 16 == 0, "SP");

#endif
#endif
