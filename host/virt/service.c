/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The service core: the last processor, kept at EL2 and hidden from the guest. It owns time and
 * delivery: it is the delivery context of every VP, and runs the host's side of VMBus. It lives on
 * nothing that a guest owns: no lock, no interrupt taken, its own redistributor and timer.
 *
 * It goes in rounds (host/common/service.c) and sleeps in between, until the doorbell rings or the
 * next one is due. The doorbell is silenced before a round looks around, so what is left for it
 * later rings again. */

#include "host/virt/virt.h"

#include <el2/sysreg.h>

void service_wake(void)
{
    gic_ring();
}

/* Until `deadline` or the doorbell. Pending interrupts end WFI although they are masked. The timer
 * counts from after the look at the clock, in ticks rounded up: it is never early. */
static void sleep(uint64_t deadline)
{
    uint64_t now = clock_reference();

    if (deadline <= now) {
        return;
    }
    write_sysreg(cnthp_cval_el2, clock_counter() + clock_ticks((uint32_t)(deadline - now)));
    write_sysreg(cnthp_ctl_el2, 1);
    isb();
    wfi();
    write_sysreg(cnthp_ctl_el2, 0);
    isb();
}

void service_main(struct cpu *cpu)
{
    gic_service_init(cpu);
    shim_atomic_store_release(&cpu->vp.state, VP_ON);
    for (;;) {
        gic_service_acknowledge(cpu);
        sleep(service_round());
    }
}
