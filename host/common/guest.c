/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The guest's partition, and the host ops that are the same for all hosts. */

#include "host/common/host.h"

#define PARTITION_ID 1
#define CONNECTION_SLOTS 16u /* VMBus has five */

/* Elements of a rep call in one go: with interrupts masked, or nobody looking at what else the VP
 * has to do. */
#define REP_BUDGET 64u

/* Version 10.0 build 20348, as a host of that time says it (HvRegisterHypervisorVersion: build;
 * minor and major). */
#define HYPERVISOR_BUILD UINT64_C(20348)
#define HYPERVISOR_VERSION UINT64_C(0x000a0000)

struct guest guest;

uint64_t op_reference_time(void *host)
{
    (void)host;
    return clock_reference();
}

uint32_t op_rep_budget(void *host, void *vp, uint32_t done)
{
    (void)host;
    (void)vp;
    return done == 0 ? REP_BUDGET : 0;
}

void op_poll_wanted(void *host, void *vp)
{
    (void)host;
    shim_atomic_store(&((struct vp *)vp)->poll, 1);
    service_wake();
}

/* A guest may crash as often as it likes: nothing but its own ring is written. */
void op_guest_crash(void *host, void *vp, const struct shim_crash *crash)
{
    (void)host;
    ring_crash(vp, crash);
}

hv_status_t op_vp_start(void *host, void *vp, const struct hv_initial_vp_context *context)
{
    (void)host;
    return psci_vp_start(vp, context);
}

uint64_t op_vp_mpidr(void *host, void *vp)
{
    (void)host;
    return ((const struct vp *)vp)->mpidr;
}

struct shim_partition_config guest_config(const struct shim_host_ops *ops)
{
    static struct shim_connection few_slots[CONNECTION_SLOTS];
    struct shim_partition_config config = {
        .ops = ops,
        .vps = guest.vps,
        .vp_count = guest.vp_count,
        .partition_id = PARTITION_ID,
        .privileges = SHIM_PRIVILEGES_ALL,
        .hypervisor_version = { .low = HYPERVISOR_BUILD | HYPERVISOR_VERSION << 32 },
        .connections = few_slots,
        .connection_slots = CONNECTION_SLOTS,
        .reference_tsc_scale = clock_tsc_scale(),
        .reference_tsc_offset = clock_tsc_offset(),
    };
    if (guest.loopback) {
        config.connections = loopback_slots(&config.connection_slots);
    }
    return config;
}

bool guest_make(const struct shim_partition_config *config)
{
    bool made = shim_partition_init(&guest.partition, config) && vmbus_host_init() &&
                (!guest.loopback || loopback_init());
    for (uint32_t n = 0; n < guest.vp_count; n++) {
        struct vp *vp = host_vp(n);
        made = made && shim_vp_init(&guest.vps[n], &guest.partition, n, vp);
        vp->shim = &guest.vps[n];
        vp->deadline = UINT64_MAX;
    }
    return made;
}
