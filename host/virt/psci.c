/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Firmware below the guest's PSCI (host/common/psci.c). Firmware knows processors and EL2 entry
 * points; guests know VPs and EL1 entry points: no address of a guest's goes down. */

#include "host/virt/virt.h"

#include <el2/sysreg.h>

#include <arm/psci.h>
#include <arm/smccc.h>

#include "host/common/board.h"

struct vp *host_vp(uint32_t index)
{
    return &virt.cpus[index].vp;
}

/* In RAM, or in flash where that is its firmware's. */
bool memory_holds_code(uint64_t gpa)
{
    const struct machine *machine = &virt.machine;
    bool in_ram = gpa >= machine->ram_base && gpa < machine->guest_end;
    bool in_flash = machine->route == MACHINE_ROUTE_UEFI && gpa < BOARD_FLASH_END;
    return in_ram || in_flash;
}

int64_t psci_start(struct cpu *cpu)
{
    return (int32_t)smc_call(PSCI_CPU_ON | PSCI_SMC64, cpu->vp.mpidr, (uintptr_t)start_cpu,
                             (uintptr_t)cpu);
}

bool host_vp_launch(struct vp *vp)
{
    return psci_start(cpu_of(vp)) == PSCI_SUCCESS;
}

void psci_enter(struct cpu *cpu)
{
    const struct hv_initial_vp_context start = cpu->vp.start;
    const uint64_t x[4] = { cpu->vp.start_x0 };

    cpu_idle_end(cpu);
    psci_on(&cpu->vp);
    cpu_enter_guest(cpu, &start, x);
}

void host_vp_leave(struct vp *vp)
{
    cpu_idle_begin(cpu_of(vp));
    psci_left(vp);
    (void)smc_call(PSCI_CPU_OFF, 0, 0, 0);
    for (;;) {
        wfi(); /* a VP that is LEAVING has no way back */
    }
}

bool host_vp_is_gone(const struct vp *vp)
{
    return (int32_t)smc_call(PSCI_AFFINITY_INFO | PSCI_SMC64, vp->mpidr, 0, 0) == PSCI_AFFINITY_OFF;
}

void host_vp_wait(struct vp *vp)
{
    cpu_wait(cpu_of(vp));
}

void host_end(struct vp *vp, enum shim_trace_exit why)
{
    (void)vp;
    ring_exit(why);
    (void)smc_call(why == SHIM_EXIT_POWER_OFF ? PSCI_SYSTEM_OFF : PSCI_SYSTEM_RESET, 0, 0, 0);
    for (;;) {
        wfi();
    }
}
