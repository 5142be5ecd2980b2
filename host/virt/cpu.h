/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A processor of the machine: its stack, the frame of its guest, and all that the host keeps about
 * it. Also read by start.S. */

#ifndef HOST_VIRT_CPU_H
#define HOST_VIRT_CPU_H

#define CPU_STACK_SIZE 16384
#define CPU_FRAME CPU_STACK_SIZE
#define BOOT_STACK_SIZE 65536

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

#include <el2/frame.h>
#include <el2/mmu.h>

#include "host/common/host.h"

#define MPIDR_AFFINITY UINT64_C(0xff00ffffff)

struct cpu {
    uint8_t stack[CPU_STACK_SIZE];
    struct el2_frame frame; /* SP_EL2 while the guest runs */

    struct vp vp;
    uint64_t gicr; /* address of its redistributor */

    uint64_t idle;       /* shared: written by this processor: counter ticks idle or off so far, */
    uint64_t idle_since; /* when it became so, 0 while it runs, */
    uint64_t idle_turn;  /* and how often these two changed; odd while they do */
} SHIM_ALIGNED(16);
_Static_assert(offsetof(struct cpu, frame) == CPU_FRAME, "start.S");

/* The processor of a VP. */
static inline struct cpu *cpu_of(void *host_vp)
{
    return (struct cpu *)((uint8_t *)host_vp - offsetof(struct cpu, vp));
}

/* How all processors switch their MMU on. */
extern struct mmu_registers cpu_mmu;

/* Where firmware starts a processor: physical, MMU off, X0 = its struct cpu. */
extern const char start_cpu[];

/* From start.S: a processor with stack, vectors and MMU. */
__attribute__((noreturn)) void cpu_main(struct cpu *cpu);

/* Sets EL2 up on this processor and enters the guest in state `start` with X0..X3 = `x`. */
__attribute__((noreturn)) void
cpu_enter_guest(struct cpu *cpu, const struct hv_initial_vp_context *start, const uint64_t x[4]);

/* Time that a processor does not run its guest: begins and ends on that processor; any may ask for
 * the sum so far, in ticks of the counter. */
void cpu_idle_begin(struct cpu *cpu);
void cpu_idle_end(struct cpu *cpu);
uint64_t cpu_idle_ticks(const struct cpu *cpu);

/* The VP waits for an interrupt. */
void cpu_wait(struct cpu *cpu);

#endif
#endif
