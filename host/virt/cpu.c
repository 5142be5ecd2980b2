/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Processors on their way into the guest, and waiting in it. */

#include "host/virt/virt.h"

#include <el2/host.h>
#include <el2/sysreg.h>
#include <el2/trap.h>

#include <string.h>

#define READ_TRIES 8u

struct mmu_registers cpu_mmu;

void cpu_enter_guest(struct cpu *cpu, const struct hv_initial_vp_context *start,
                     const uint64_t x[4])
{
    memset(cpu->frame.x, 0, sizeof cpu->frame.x);
    memcpy(cpu->frame.x, x, 4 * sizeof x[0]);
    cpu->frame.x[18] = start->x18;
    cpu->frame.vp = cpu->vp.shim;
    el2_sysregs_set(&virt.sysregs);
    el1_sysregs_set(start);
    write_sysreg(elr_el2, start->pc);
    write_sysreg(spsr_el2, GUEST_START_PSTATE);
    el2_enter(&cpu->frame);
}

void cpu_main(struct cpu *cpu)
{
    if (cpu->vp.shim == NULL) {
        service_main(cpu);
    }
    psci_enter(cpu);
}

void cpu_idle_begin(struct cpu *cpu)
{
    uint64_t turn = cpu->idle_turn;
    shim_atomic_store(&cpu->idle_turn, turn + 1);
    shim_atomic_fence();
    shim_atomic_store(&cpu->idle_since, clock_counter());
    shim_atomic_store_release(&cpu->idle_turn, turn + 2);
}

void cpu_idle_end(struct cpu *cpu)
{
    uint64_t turn = cpu->idle_turn;
    shim_atomic_store(&cpu->idle_turn, turn + 1);
    shim_atomic_fence();
    shim_atomic_store(&cpu->idle, cpu->idle + clock_counter() - cpu->idle_since);
    shim_atomic_store(&cpu->idle_since, 0);
    shim_atomic_store_release(&cpu->idle_turn, turn + 2);
}

/* A processor that falls asleep and wakes as fast as we read it gets the older answer. */
uint64_t cpu_idle_ticks(const struct cpu *cpu)
{
    uint64_t idle = 0;
    for (uint32_t n = 0; n < READ_TRIES; n++) {
        uint64_t turn = shim_atomic_load_acquire(&cpu->idle_turn);
        uint64_t now = clock_counter();
        uint64_t since = shim_atomic_load_acquire(&cpu->idle_since);
        idle = shim_atomic_load_acquire(&cpu->idle);
        if (turn % 2 == 0 && shim_atomic_load_acquire(&cpu->idle_turn) == turn) {
            return since == 0 || since > now ? idle : idle + (now - since);
        }
    }
    return idle;
}

/* WFI on the guest's behalf, so that it counts as idle (HvRegisterVpRuntime). The guest's
 * interrupts are masked here, and end it all the same: they are taken when the guest is back. */
void cpu_wait(struct cpu *cpu)
{
    cpu_idle_begin(cpu);
    wfi();
    cpu_idle_end(cpu);
}

void el2_host_wait(struct shim_vp *vp)
{
    cpu_wait(cpu_of(vp->host_vp));
}
