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
#include <hv/processor.h>
#include <shim/compiler.h>
#include <shim/tracer.h>

#define MPIDR_AFFINITY UINT64_C(0xff00ffffff)

/* Whether a VP runs. Each change has one author; see psci.c. */
enum cpu_state {
    CPU_DOWN,     /* off; CPU_ON may claim it */
    CPU_CLAIMED,  /* one caller of CPU_ON has it, and writes entry and context */
    CPU_WANTED,   /* these are valid; the service core is to start it */
    CPU_STARTING, /* synthetic state reset; firmware was asked, or is about to be */
    CPU_ON,       /* runs; set by itself */
    CPU_LEAVING,  /* has gone, or is about to; set by itself. The service core makes it DOWN. */
};

struct cpu {
    uint8_t stack[CPU_STACK_SIZE];
    struct el2_frame frame; /* SP_EL2 while the guest runs */

    uint32_t index;     /* VP index; the service core's is the number of VPs */
    uint64_t mpidr;     /* affinity fields */
    uint64_t gicr;      /* address of its redistributor */
    struct shim_vp *vp; /* NULL: the service core */

    uint64_t state; /* shared: enum cpu_state; see psci.c */
    /* How it starts: of the claimer until WANTED, then the processor's. */
    struct hv_initial_vp_context start;
    uint64_t start_x0;

    uint64_t idle;       /* shared: written by this processor: counter ticks idle or off so far, */
    uint64_t idle_since; /* when it became so, 0 while it runs, */
    uint64_t idle_turn;  /* and how often these two changed; odd while they do */

    uint64_t poll; /* shared: set by any VP, cleared by the service core: shim_vp_poll() has work */
    uint64_t deadline; /* of the next shim_vp_poll(), in reference time; the service core's */

    uint32_t text_size; /* of a line that HvCallOutputDebugCharacter has begun */
    char text[SHIM_TRACE_TEXT_MAX];
} SHIM_ALIGNED(16);
_Static_assert(offsetof(struct cpu, frame) == CPU_FRAME, "start.S");

/* How all processors switch their MMU on. */
extern struct mmu_registers cpu_mmu;

/* Where firmware starts a processor: physical, MMU off, X0 = its struct cpu. */
extern const char start_cpu[];

/* From start.S: a processor with stack, vectors and MMU. */
__attribute__((noreturn)) void cpu_main(struct cpu *cpu);

/* Sets EL2 up on this processor and enters the guest in state `start` with X0..X3 = `x`. */
__attribute__((noreturn)) void
cpu_enter_guest(struct cpu *cpu, const struct hv_initial_vp_context *start, const uint64_t x[4]);

/* Runs its guest. Any processor may ask; what it hears may be over. */
static inline bool cpu_is_on(const struct cpu *cpu)
{
    return shim_atomic_load(&cpu->state) == CPU_ON;
}

/* Time that a processor does not run its guest: begins and ends on that processor; any may ask for
 * the sum so far, in ticks of the counter. */
void cpu_idle_begin(struct cpu *cpu);
void cpu_idle_end(struct cpu *cpu);
uint64_t cpu_idle_ticks(const struct cpu *cpu);

/* The VP waits for an interrupt. */
void cpu_wait(struct cpu *cpu);

#endif
#endif
