/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The host ops of the standalone hypervisor. What runs on a guest's processor takes constant time
 * and leaves the rest to the service core. */

#include "host/virt/virt.h"

#include <el2/sysreg.h>

/* Elements of a rep call in one go, with interrupts masked. */
#define REP_BUDGET 64u

static uint64_t reference_time(void *host)
{
    (void)host;
    return clock_reference();
}

static uint32_t rep_budget(void *host, void *host_vp, uint32_t done)
{
    (void)host;
    (void)host_vp;
    return done == 0 ? REP_BUDGET : 0;
}

static uint64_t vp_runtime(void *host, void *host_vp)
{
    (void)host;
    return clock_reference() - clock_units(cpu_idle_ticks(cpu_of(host_vp)));
}

static void interrupt_assert(void *host, void *host_vp, uint32_t intid)
{
    const struct cpu *cpu = cpu_of(host_vp);
    (void)host;
    if (cpu_is_on(cpu)) { /* else it would wait there for the next start */
        gic_pend(cpu, intid);
    }
}

static void poll_wanted(void *host, void *host_vp)
{
    (void)host;
    shim_atomic_store(&cpu_of(host_vp)->poll, 1);
    service_wake();
}

/* A guest may crash as often as it likes: nothing but its own ring is written. */
static void guest_crash(void *host, void *host_vp, const struct shim_crash *crash)
{
    (void)host;
    ring_crash(cpu_of(host_vp), crash);
}

static hv_status_t vp_start(void *host, void *host_vp, const struct hv_initial_vp_context *context)
{
    (void)host;
    return psci_vp_start(cpu_of(host_vp), context);
}

static uint64_t vp_mpidr(void *host, void *host_vp)
{
    (void)host;
    return cpu_of(host_vp)->mpidr;
}

/* Under the guest's VMID, which is the one in VTTBR_EL2 here. */
static void tlb_flush(void *host, bool stage2)
{
    (void)host;
    if (stage2) {
        tlb_flush_guest_all();
    } else {
        tlb_flush_guest_stage1();
    }
}

/* Not there: boot_zeroed, since firmware and QEMU have written to RAM that nobody has looked at
 * since; memory_heat, since nothing here would ever follow the hint; vp_yield, since each VP has a
 * processor of its own. */
static const struct shim_host_ops plain_ops = {
    .gpa_read = memory_read,
    .gpa_write = memory_write,
    .page_pin = memory_pin,
    .reference_time = reference_time,
    .rep_budget = rep_budget,
    .vp_runtime = vp_runtime,
    .interrupt_assert = interrupt_assert,
    .poll_wanted = poll_wanted,
    .gpa_set_bit = memory_set_bit,
    .vp_start = vp_start,
    .vp_mpidr = vp_mpidr,
    .tlb_flush = tlb_flush,
    .translate_gva = translate_gva,
    .debug_character = debug_character,
    .guest_crash = guest_crash,
    .guest_identified = vmbus_host_new_guest,
};

/* ---- Of a traced guest ---- */

static void traced_interrupt_assert(void *host, void *host_vp, uint32_t intid)
{
    ring_event_of(cpu_of(host_vp), SHIM_EVENT_INTERRUPT, intid, 0);
    interrupt_assert(host, host_vp, intid);
}

static void trace(void *host, void *host_vp, enum shim_trace_event event, uint64_t first,
                  uint64_t second)
{
    (void)host;
    ring_event_of(cpu_of(host_vp), event, first, second);
}

const struct shim_host_ops *host_ops(bool traced)
{
    static struct shim_host_ops traced_ops;

    if (!traced) {
        return &plain_ops;
    }
    traced_ops = plain_ops;
    traced_ops.interrupt_assert = traced_interrupt_assert;
    traced_ops.trace = trace;
    return &traced_ops;
}
