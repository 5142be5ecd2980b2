/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A hypervisor that knows hvshim by its installed headers and archive alone. It brings what an
 * integrator must: storage, the mandatory host ops, memory.c. Its guest says who it is, by SMCCC,
 * and reads that back. */

#include <hv/calls.h>
#include <hv/hypercall.h>
#include <shim/shim.h>

#include "console.h"
#include "memory.h"

#define GUEST_OS_ID UINT64_C(0x8100000601000000)

static uint8_t guest_ram[1 << 16];
static struct shim_partition partition;
static struct shim_vp vps[1];

static bool in_ram(uint64_t gpa, size_t size)
{
    return gpa < sizeof(guest_ram) && size <= sizeof(guest_ram) - gpa;
}

static bool gpa_read(void *host, uint64_t gpa, void *to, size_t size)
{
    (void)host;
    return in_ram(gpa, size) && memcpy(to, guest_ram + gpa, size);
}

static bool gpa_write(void *host, uint64_t gpa, const void *from, size_t size)
{
    (void)host;
    return in_ram(gpa, size) && memcpy(guest_ram + gpa, from, size);
}

static uint64_t reference_time(void *host)
{
    (void)host;
    return 0; /* time stands still here; this guest does not look */
}

static const struct shim_host_ops ops = {
    .gpa_read = gpa_read,
    .gpa_write = gpa_write,
    .reference_time = reference_time,
};

/* What a guest's HVC #0 does: one register of its own VP, fast, X4 and up from the caller. */
static bool guest_calls(uint64_t code, uint64_t x[SHIM_REGISTERS])
{
    x[0] = HV_SMCCC_HYPERCALL;
    x[1] = UINT64_C(1) << HV_CONTROL_REP_COUNT_SHIFT | HV_CONTROL_FAST | code;
    x[2] = HV_PARTITION_ID_SELF;
    x[3] = HV_VP_INDEX_SELF;
    return shim_hvc(&vps[0], HV_HVC_SMCCC, x) == SHIM_DONE && x[0] == hv_result(0, 1);
}

int main(void)
{
    const struct shim_partition_config config = {
        .ops = &ops,
        .vps = vps,
        .vp_count = 1,
        .partition_id = 1,
        .privileges = SHIM_PRIVILEGES_ALL,
    };
    uint64_t set[SHIM_REGISTERS] = { [4] = HV_REGISTER_GUEST_OS_ID, [6] = GUEST_OS_ID };
    uint64_t get[SHIM_REGISTERS] = { [4] = HV_REGISTER_GUEST_OS_ID };

    if (!shim_partition_init(&partition, &config) || !shim_vp_init(&vps[0], &partition, 0, NULL)) {
        console("hvshim refuses this hypervisor");
        return 1;
    }
    if (!guest_calls(HV_CALL_SET_VP_REGISTERS, set) ||
        !guest_calls(HV_CALL_GET_VP_REGISTERS, get)) {
        console("the guest's call failed");
        return 1;
    }
    console(get[6] == GUEST_OS_ID ? "the guest runs Linux 6.1" : "the guest runs something else");
    return 0;
}
