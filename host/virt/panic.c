/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What is left to do when EL2 has failed and said so: a record for the reader of traces, and the
 * end of the machine. */

#include "host/virt/virt.h"

#include <el2/host.h>
#include <el2/sysreg.h>

#include <arm/psci.h>

void el2_host_panic(uint64_t esr, uint64_t elr)
{
    uint64_t mpidr = read_sysreg(mpidr_el1) & MPIDR_AFFINITY;
    for (uint32_t n = 0; virt.cpus != NULL && n < virt.machine.cpus; n++) {
        struct cpu *cpu = &virt.cpus[n];
        if (cpu->vp.mpidr == mpidr && cpu->frame.ring.slots != NULL) {
            ring_event(&cpu->vp, SHIM_EVENT_PANIC, esr, elr);
            ring_exit(SHIM_EXIT_PANIC);
        }
    }
    (void)smc_call(PSCI_SYSTEM_OFF, 0, 0, 0);
    for (;;) {
        wfi();
    }
}
