/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Writing traces: a ring per processor, which only that processor writes, so that a record needs no
 * lock: its number is taken away first and given last. An integrator who wants its guest traced
 * calls shim_trace_hvc() in the place of shim_hvc(); one who counts instructions writes the records
 * of calls whose blocks were in registers itself, as el2/vectors.S does. */

#ifndef SHIM_TRACER_H
#define SHIM_TRACER_H

#include <shim/shim.h>

struct shim_trace_ring {
    struct shim_trace_slot *slots;
    uint64_t mask;    /* number of slots - 1 */
    uint64_t written; /* records so far */
};

/* The next slot, which may be written until shim_trace_close(). The oldest record is gone. */
static inline struct shim_trace_slot *shim_trace_open(const struct shim_trace_ring *ring)
{
    struct shim_trace_slot *slot = &ring->slots[ring->written & ring->mask];

    shim_atomic_store(&slot->sequence, 0);
    shim_atomic_fence();
    return slot;
}

static inline void shim_trace_close(struct shim_trace_ring *ring, struct shim_trace_slot *slot)
{
    ring->written++;
    shim_atomic_store_release(&slot->sequence, ring->written);
}

/* An HVC as it came in. */
struct shim_trace_entry {
    uint64_t time;  /* of the processor's counter, the same for all rings of a trace */
    uint64_t about; /* shim_trace_about() of an HVC that is done, or its ESR_EL2 */
    uint64_t before[4];
};

/* Leaves a record of the call that came in as `entry`; it is over now. `x` are the registers that
 * the guest gets. A call that was not ours leaves none. */
void shim_trace_call(struct shim_vp *vp, const struct shim_trace_entry *entry,
                     enum shim_verdict verdict, const uint64_t x[SHIM_REGISTERS], uint64_t now,
                     struct shim_trace_ring *ring);

/* Makes a call as shim_hvc() does, and leaves a record of it. */
static inline enum shim_verdict shim_trace_hvc(struct shim_vp *vp, uint16_t imm16,
                                               uint64_t x[SHIM_REGISTERS],
                                               struct shim_trace_ring *ring,
                                               uint64_t (*counter)(void))
{
    struct shim_trace_entry entry = { .time = counter(),
                                      .about = shim_trace_about(SHIM_TRACE_HVC, SHIM_DONE, imm16),
                                      .before = { x[0], x[1], x[2], x[3] } };
    enum shim_verdict verdict;

    vp->fetched = 0; /* it may have made calls that were not traced */
    verdict = shim_hvc(vp, imm16, x);
    shim_trace_call(vp, &entry, verdict, x, counter(), ring);
    return verdict;
}

#endif
