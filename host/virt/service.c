/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The service core: the last processor, kept at EL2 and hidden from the guest. It owns time and
 * delivery: it is the delivery context of every VP, and runs the host's side of VMBus. It lives on
 * nothing that a guest owns: no lock, no interrupt taken, its own redistributor and timer.
 *
 * It goes in rounds of bounded work and sleeps when none is left, until the doorbell rings, the
 * earliest deadline has come, or it is time to see whether somebody outside wants something. The
 * doorbell is silenced before a round looks around, so what is left for it later rings again. */

#include "host/virt/virt.h"

#include <el2/sysreg.h>

#define UNITS_PER_MS 10000u
#define LONGEST_SLEEP (100 * UNITS_PER_MS)
#define PSCI_SLEEP UNITS_PER_MS /* how soon to ask again whether a VP has gone off */
#define NEVER UINT64_MAX
#define AT_ONCE UINT64_C(0)

static uint64_t earlier(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

static bool take_poll(struct cpu *cpu)
{
    if (shim_atomic_load(&cpu->poll) == 0) {
        return false;
    }
    shim_atomic_store(&cpu->poll, 0);
    shim_atomic_fence(); /* a VP that asks after this asks again */
    return true;
}

/* One VP's wish is taken for all: a kernel that panics empties the slots of its other processors,
 * and writes EOM on the one that it runs on. */
static bool take_polls(void)
{
    bool wanted = false;
    for (uint32_t n = 0; n < virt.vp_count; n++) {
        wanted |= take_poll(&virt.cpus[n]);
    }
    return wanted;
}

/* Timers of a VP that is off wait for nothing but its reset; messages for it are delivered, into a
 * page that is still the guest's. */
static uint64_t serve_vps(void)
{
    bool wanted = take_polls();
    uint64_t next = NEVER;
    for (uint32_t n = 0; n < virt.vp_count; n++) {
        struct cpu *cpu = &virt.cpus[n];
        bool due = cpu_is_on(cpu) && cpu->deadline <= clock_reference();
        if (wanted || due) {
            cpu->deadline = shim_vp_poll(cpu->vp);
        }
        if (cpu_is_on(cpu)) {
            next = earlier(next, cpu->deadline);
        }
    }
    return next;
}

/* What somebody outside wrote into the header of the rings. */
static void serve_requests(void)
{
    int64_t argument = 0;
    enum shim_request request = ring_request(&argument);

    switch (request) {
    case SHIM_REQUEST_SHUTDOWN:
        vmbus_shutdown(&virt.vmbus);
        break;
    case SHIM_REQUEST_TIME_SYNC:
        vmbus_time_sync(&virt.vmbus);
        break;
    case SHIM_REQUEST_TIME_STEP:
        vmbus_host_step(argument);
        break;
    default:
        break;
    }
    if (request != SHIM_REQUEST_NONE) {
        ring_event(service_cpu(), SHIM_EVENT_REQUEST, request, (uint64_t)argument);
    }
}

/* One round; when the next one is due, in reference time. */
static uint64_t serve(void)
{
    uint64_t next = psci_serve() ? clock_reference() + PSCI_SLEEP : NEVER;

    serve_requests();
    next = earlier(next, serve_vps());
    next = earlier(next, vmbus_host_serve());
    if (virt.loopback && loopback_serve()) {
        next = AT_ONCE;
    }
    return next;
}

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
    write_sysreg(cnthp_cval_el2,
                 clock_counter() + clock_ticks((uint32_t)earlier(deadline - now, LONGEST_SLEEP)));
    write_sysreg(cnthp_ctl_el2, 1);
    isb();
    wfi();
    write_sysreg(cnthp_ctl_el2, 0);
    isb();
}

void service_main(struct cpu *cpu)
{
    gic_service_init(cpu);
    shim_atomic_store_release(&cpu->state, CPU_ON);
    for (;;) {
        gic_service_acknowledge(cpu);
        sleep(serve());
    }
}
