/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Writing traces: a ring per processor, which only that processor writes, so that a record needs no
 * lock: its number is taken away first and given last. An integrator who wants its guest traced has
 * a function that calls shim_trace_hvc() with its ring and its counter, and puts it into
 * shim_vp.trace. */

#ifndef SHIM_TRACER_H
#define SHIM_TRACER_H

#include <shim/shim.h>

#include <hv/hypercall.h>

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

/* X0, X1, and what the library has of blocks in memory; the other words of the slot are written. */
void shim_trace_blocks(const struct shim_vp *vp, const uint64_t *x, struct shim_trace_slot *slot);

/* In pairs, which is how an A64 processor likes it; unrolled, which compilers leave out. */
static inline void shim_trace_copy_registers(uint64_t *to, const uint64_t *from)
{
#pragma GCC unroll 9
    for (unsigned n = 0; n < SHIM_REGISTERS; n += 2) {
        uint64_t first = from[n], second = from[n + 1];
        to[n] = first;
        to[n + 1] = second;
    }
}

/* Makes a call as shim_hvc() would without a trace, and leaves a record of it, unless it was not
 * ours. `counter` is the processor's, the same for all rings of a trace. */
static inline enum shim_verdict shim_trace_hvc(struct shim_vp *vp, uint16_t imm16,
                                               uint64_t x[SHIM_REGISTERS],
                                               struct shim_trace_ring *ring,
                                               uint64_t (*counter)(void))
{
    uint64_t x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3];
    uint64_t time = counter();
    struct shim_trace_slot *slot;
    enum shim_verdict verdict;

    vp->fetched = 0;
    verdict = shim_hvc_untraced(vp, imm16, x);
    if (SHIM_UNLIKELY(verdict == SHIM_NOT_OURS)) {
        return verdict;
    }
    uint32_t spent = (uint32_t)(counter() - time);
    slot = shim_trace_open(ring);
    slot->time = time;
    slot->spent = spent;
    slot->about = shim_trace_about(SHIM_TRACE_HVC, verdict, imm16);
    slot->vp_index = slot->input_size = slot->output_size = 0;
    slot->before[0] = x0;
    slot->before[1] = x1;
    slot->before[2] = x2;
    slot->before[3] = x3;
    /* Of a slow call registers hold addresses. */
    uint64_t control = imm16 == HV_HVC_HYPERCALL ? x0 : x1;
    if (SHIM_LIKELY((control & HV_CONTROL_FAST) != 0 && vp->fetched == 0)) {
        shim_trace_copy_registers(slot->x, x);
    } else {
        shim_trace_blocks(vp, x, slot);
    }
    shim_trace_close(ring, slot);
    return verdict;
}

#endif
