/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The host ops of the standalone hypervisor. What runs on a guest's processor takes constant time
 * and leaves the rest to the service core. */

#include "host/virt/virt.h"

#include <el2/sysreg.h>

static uint64_t vp_runtime(void *host, void *host_vp)
{
    (void)host;
    return clock_reference() - clock_units(cpu_idle_ticks(cpu_of(host_vp)));
}

static void interrupt_assert(void *host, void *host_vp, uint32_t intid)
{
    (void)host;
    if (vp_is_on(host_vp)) { /* else it would wait there for the next start */
        gic_pend(host_vp, intid);
    }
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
    .reference_time = op_reference_time,
    .rep_budget = op_rep_budget,
    .vp_runtime = vp_runtime,
    .interrupt_assert = interrupt_assert,
    .poll_wanted = op_poll_wanted,
    .gpa_set_bit = memory_set_bit,
    .vp_start = op_vp_start,
    .vp_mpidr = op_vp_mpidr,
    .tlb_flush = tlb_flush,
    .translate_gva = translate_gva,
    .debug_character = debug_character,
    .guest_crash = op_guest_crash,
    .guest_identified = vmbus_host_new_guest,
};

/* ---- Of a traced guest ---- */

static void traced_interrupt_assert(void *host, void *host_vp, uint32_t intid)
{
    ring_event_of(host_vp, SHIM_EVENT_INTERRUPT, intid, 0);
    interrupt_assert(host, host_vp, intid);
}

static void trace(void *host, void *host_vp, enum shim_trace_event event, uint64_t first,
                  uint64_t second)
{
    (void)host;
    ring_event_of(host_vp, event, first, second);
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
