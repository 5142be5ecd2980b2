/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The host ops of this host, and the guest's partition. */

#include "host/kvm/monitor.h"

#include <time.h>

/* The time of its thread: KVM sleeps in WFI. */
static uint64_t vp_runtime(void *host, void *host_vp)
{
    struct timespec time = { 0, 0 };
    clockid_t clock;

    (void)host;
    if (pthread_getcpuclockid(thread_of(host_vp)->id, &clock) == 0) {
        (void)clock_gettime(clock, &time);
    }
    return (uint64_t)time.tv_sec * UNITS_PER_SECOND + (uint64_t)time.tv_nsec / 100;
}

/* Whoever has called the library sends it afterwards: interrupts_send(). */
static void interrupt_assert(void *host, void *host_vp, uint32_t intid)
{
    (void)host;
    if (vp_is_on(host_vp)) {
        __atomic_fetch_or(&thread_of(host_vp)->asserted, UINT64_C(1) << intid, __ATOMIC_RELEASE);
    }
}

/* Stage 2 is KVM's, which never lets an old translation of it live. */
static void tlb_flush(void *host, bool stage2)
{
    (void)host;
    (void)stage2;
    courier_flush_tlb();
}

static void guest_crash(void *host, void *host_vp, const struct shim_crash *crash)
{
    op_guest_crash(host, host_vp, crash);
    __atomic_store_n(&monitor.crashed, true, __ATOMIC_RELAXED);
}

/* Not there, as in host/virt: boot_zeroed, memory_heat, vp_yield. Not there besides: page_pin,
 * which saves little here; and translate_gva, since KVM on arm64 translates for nobody: where an
 * address leads could be read in tables, but not what this processor would permit. */
static const struct shim_host_ops ops = {
    .gpa_read = memory_read,
    .gpa_write = memory_write,
    .reference_time = op_reference_time,
    .rep_budget = op_rep_budget,
    .vp_runtime = vp_runtime,
    .interrupt_assert = interrupt_assert,
    .poll_wanted = op_poll_wanted,
    .gpa_set_bit = memory_set_bit,
    .vp_start = op_vp_start,
    .vp_mpidr = op_vp_mpidr,
    .tlb_flush = tlb_flush,
    .debug_character = debug_character,
    .guest_crash = guest_crash,
    .guest_identified = vmbus_host_new_guest,
};

void partition_make(bool direct_calls)
{
    struct shim_partition_config config = guest_config(&ops);
    config.direct_calls = direct_calls;
    if (!guest_make(&config)) {
        fail(11, "the partition could not be made");
    }
}
