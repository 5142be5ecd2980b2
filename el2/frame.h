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
#define EL2_FRAME_TIME 256 /* of a traced guest from here on */
#define EL2_FRAME_BEFORE(n) (272 + 8 * (n))
#define EL2_FRAME_SLOTS 304
#define EL2_FRAME_WRITTEN 320
#define EL2_FRAME_SIZE 336
#define EL2_HVC_NATIVE 1           /* HV_HVC_HYPERCALL */
#define EL2_VERDICT_NOT_OURS_BIT 2 /* of SHIM_NOT_OURS, and of no other verdict */

/* What a traced HVC writes of its record (struct shim_trace_slot), and needs to know for that. */
#define EL2_RECORD_SEQUENCE 0
#define EL2_RECORD_SPENT 8
#define EL2_RECORD_TIME 16
#define EL2_RECORD_BEFORE(n) (32 + 8 * (n))
#define EL2_RECORD_X(n) (64 + 8 * (n))
#define EL2_RECORD_SHIFT 8
#define EL2_VP_FETCHED 568
#define EL2_CONTROL_FAST_BIT 16

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

#include <shim/tracer.h>

struct el2_frame {
    uint64_t x[31];     /* the guest's; in a light frame X0..X18 only */
    struct shim_vp *vp; /* of this processor; constant while the guest runs */

    struct shim_trace_entry entry; /* of a traced guest: the HVC as it came in */
    struct shim_trace_ring ring;   /* and where its records go; only this processor writes */
    uint64_t unused;
};
_Static_assert(offsetof(struct el2_frame, x) == EL2_FRAME_X(0), "vectors.S");
_Static_assert(offsetof(struct el2_frame, vp) == EL2_FRAME_VP, "vectors.S");
_Static_assert(offsetof(struct el2_frame, entry.time) == EL2_FRAME_TIME, "vectors.S");
_Static_assert(offsetof(struct el2_frame, entry.about) == EL2_FRAME_TIME + 8, "vectors.S");
_Static_assert(offsetof(struct el2_frame, entry.before) == EL2_FRAME_BEFORE(0), "vectors.S");
_Static_assert(offsetof(struct el2_frame, ring.slots) == EL2_FRAME_SLOTS, "vectors.S");
_Static_assert(offsetof(struct el2_frame, ring.mask) == EL2_FRAME_SLOTS + 8, "vectors.S");
_Static_assert(offsetof(struct el2_frame, ring.written) == EL2_FRAME_WRITTEN, "vectors.S");
_Static_assert(sizeof(struct el2_frame) == EL2_FRAME_SIZE && EL2_FRAME_SIZE % 16 == 0, "SP");

#endif
#endif
