/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The host ops, and the guest's partition. */

#include "host/kvm/monitor.h"

#include <time.h>

#define REP_BUDGET                                                                                 \
    64u /* elements of a rep call between two looks at what else the VP has to do                  \
         */
#define PARTITION_ID 1
#define SLOTS 16u
#define UNITS_PER_SECOND UINT64_C(10000000)

/* The same as host/virt says: 10.0, build 20348. */
#define HYPERVISOR_VERSION (UINT64_C(20348) | UINT64_C(0x000a0000) << 32)

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

/* The time of its thread: KVM sleeps in WFI. */
static uint64_t vp_runtime(void *host, void *host_vp)
{
    const struct vp *vp = host_vp;
    struct timespec time = { 0, 0 };
    clockid_t clock;

    (void)host;
    if (pthread_getcpuclockid(vp->thread, &clock) == 0) {
        (void)clock_gettime(clock, &time);
    }
    return (uint64_t)time.tv_sec * UNITS_PER_SECOND + (uint64_t)time.tv_nsec / 100;
}

static void interrupt_assert(void *host, void *host_vp, uint32_t intid)
{
    struct vp *vp = host_vp;
    (void)host;
    if (vp_is_on(vp)) {
        __atomic_fetch_or(&vp->asserted, UINT64_C(1) << intid, __ATOMIC_RELEASE);
    }
}

static void poll_wanted(void *host, void *host_vp)
{
    struct vp *vp = host_vp;
    (void)host;
    shim_atomic_store_release(&vp->poll, 1);
    service_wake();
}

static hv_status_t vp_start(void *host, void *host_vp, const struct hv_initial_vp_context *context)
{
    (void)host;
    return psci_vp_start(host_vp, context);
}

static uint64_t vp_mpidr(void *host, void *host_vp)
{
    const struct vp *vp = host_vp;
    (void)host;
    return vp->mpidr;
}

/* Stage 2 is KVM's, which never lets an old translation of it live. */
static void tlb_flush(void *host, bool stage2)
{
    (void)host;
    (void)stage2;
    courier_flush_tlb();
}

void debug_flush(struct vp *vp)
{
    if (vp->text_size != 0) {
        ring_text(vp, SHIM_TRACE_DEBUG, vp->text, vp->text_size);
        vp->text_size = 0;
    }
}

static void debug_character(void *host, void *host_vp, uint8_t character)
{
    struct vp *vp = host_vp;
    (void)host;
    if (character != '\n') {
        vp->text[vp->text_size++] = (char)character;
    }
    if (character == '\n' || vp->text_size == sizeof vp->text) {
        debug_flush(vp);
    }
}

static void guest_crash(void *host, void *host_vp, const struct shim_crash *crash)
{
    (void)host;
    ring_crash(host_vp, crash);
    __atomic_store_n(&monitor.crashed, true, __ATOMIC_RELAXED);
}

/* Not there, as in host/virt: boot_zeroed, memory_heat, vp_yield. Not there besides: translate_gva,
 * since KVM on arm64 translates for nobody, and doing it here would be another MMU. */
static const struct shim_host_ops ops = {
    .gpa_read = memory_read,
    .gpa_write = memory_write,
    .reference_time = reference_time,
    .rep_budget = rep_budget,
    .vp_runtime = vp_runtime,
    .interrupt_assert = interrupt_assert,
    .poll_wanted = poll_wanted,
    .gpa_set_bit = memory_set_bit,
    .vp_start = vp_start,
    .vp_mpidr = vp_mpidr,
    .tlb_flush = tlb_flush,
    .debug_character = debug_character,
    .guest_crash = guest_crash,
};

void partition_make(void)
{
    static struct shim_connection few_slots[SLOTS];
    struct shim_partition_config config = {
        .ops = &ops,
        .vps = monitor.shim_vps,
        .vp_count = monitor.vp_count,
        .partition_id = PARTITION_ID,
        .privileges = SHIM_PRIVILEGES_ALL,
        .hypervisor_version = { .low = HYPERVISOR_VERSION },
        .connections = few_slots,
        .connection_slots = SLOTS,
        .reference_tsc_scale = clock_tsc_scale(),
        .reference_tsc_offset = clock_tsc_offset(),
        .direct_calls = monitor.direct,
    };
    bool made;

    if (monitor.loopback) {
        config.connections = loopback_slots(&config.connection_slots);
    }
    made = shim_partition_init(&monitor.partition, &config) && vmbus_ports_init() &&
           (!monitor.loopback || loopback_init());
    for (uint32_t n = 0; n < monitor.vp_count; n++) {
        made = made && shim_vp_init(&monitor.shim_vps[n], &monitor.partition, n, &monitor.vps[n]);
        monitor.vps[n].deadline = UINT64_MAX;
    }
    if (!made) {
        fail(11, "the partition could not be made");
    }
}
