/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Records of what only this host sees, or sees often: calls, traps, and what one processor does to
 * the VP of another. Each goes into the ring of the processor that runs this. */

#include "host/virt/virt.h"

#include <el2/host.h>
#include <el2/sysreg.h>

/* The processor that runs this: its stack is in its struct cpu. */
static struct cpu *this_cpu(void)
{
    uint64_t stack = (uintptr_t)__builtin_frame_address(0) - (uintptr_t)virt.cpus;
    return &virt.cpus[stack / sizeof(struct cpu)];
}

void ring_event_of(const struct vp *about, enum shim_trace_event event, uint64_t first,
                   uint64_t second)
{
    struct cpu *cpu = this_cpu();
    struct shim_trace_ring *ring = &cpu->frame.ring;
    const uint64_t words[] = { first, second, cpu->vp.index };
    struct shim_trace_slot *slot = record_open(ring, SHIM_TRACE_EVENT, about->index, event);
    record_close(ring, slot, words, sizeof words);
}

uint32_t el2_host_note_hvc(struct el2_frame *frame, uint32_t verdict)
{
    shim_trace_call(frame->vp, &frame->entry, (enum shim_verdict)verdict, frame->x,
                    read_sysreg(cntpct_el0), &frame->ring);
    return verdict;
}

void el2_host_trap(struct shim_vp *vp, const struct el2_trap_note *note)
{
    struct cpu *cpu = cpu_of(vp->host_vp);
    struct shim_trace_ring *ring = &cpu->frame.ring;
    const uint64_t words[SHIM_TRAP_WORDS] = {
        [SHIM_TRAP_PC] = note->pc,
        [SHIM_TRAP_FAR] = note->far,
        [SHIM_TRAP_GPA] = note->gpa,
        [SHIM_TRAP_X0] = note->x0,
    };
    struct shim_trace_slot *slot = record_open(ring, SHIM_TRACE_TRAP, cpu->vp.index, note->esr);
    slot->spent = (uint32_t)(slot->time - note->time);
    slot->time = note->time;
    record_close(ring, slot, words, sizeof words);
}
