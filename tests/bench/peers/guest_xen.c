/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What is measured in a guest of Xen: beside the general calls, its shortest hypercall and sending
 * an event, which is what SignalEvent is to Hyper-V. Names and numbers as in Xen's public headers.
 */

#include <arm/smccc.h>

#include <stddef.h>

#include "measure.h"

#define XEN_HYPERCALL_TAG 0xea1
#define HYPERVISOR_memory_op 12u
#define HYPERVISOR_xen_version 17u
#define HYPERVISOR_event_channel_op 32u
#define XENVER_version 0u
#define XENMEM_add_to_physmap 7u
#define XENMAPSPACE_shared_info 0u
#define EVTCHNOP_bind_interdomain 0u
#define EVTCHNOP_send 4u
#define EVTCHNOP_alloc_unbound 6u
#define DOMID_SELF 0x7ff0u
#define EVENT_INTID 31u /* GUEST_EVTCHN_PPI */

#define GICD_BASE 0x03001000u
#define GICR_BASE 0x03020000u

struct evtchn_alloc_unbound {
    uint16_t dom;
    uint16_t remote_dom;
    uint32_t port;
};

struct evtchn_bind_interdomain {
    uint16_t remote_dom;
    uint32_t remote_port;
    uint32_t local_port;
};

struct xen_add_to_physmap {
    uint16_t domid;
    uint16_t size;
    uint32_t space;
    uint64_t idx;
    uint64_t gpfn;
};

/* As far as it is used here. */
struct shared_info {
    uint8_t evtchn_upcall_pending;
    uint8_t pad[7];
    uint64_t evtchn_pending_sel;
    uint64_t time[4];
    uint64_t evtchn_pending[64];
    uint64_t evtchn_mask[64];
};

/* Xen puts its page in the place of this one. */
static volatile union {
    struct shared_info info;
    uint8_t page[4096];
} shared __attribute__((aligned(4096)));

static inline __attribute__((always_inline)) uint64_t hypercall(bool measured, uint64_t number,
                                                                uint64_t command, const void *of)
{
    return call(measured, HVC(XEN_HYPERCALL_TAG),
                (struct registers) { .x0 = command, .x1 = (uint64_t)of, .x16 = number });
}

static inline __attribute__((always_inline)) uint64_t hvc(uint32_t id)
{
    return call(true, HVC(0), (struct registers) { .x0 = id });
}

static inline __attribute__((always_inline)) uint64_t event_send(const uint32_t *port)
{
    return hypercall(true, HYPERVISOR_event_channel_op, EVTCHNOP_send, port);
}

/* A port whose events come back to this guest. */
static uint32_t loopback_port(void)
{
    struct evtchn_alloc_unbound unbound = { .dom = DOMID_SELF, .remote_dom = DOMID_SELF };
    struct evtchn_bind_interdomain bound = { .remote_dom = DOMID_SELF };

    EXPECT(hypercall(false, HYPERVISOR_event_channel_op, EVTCHNOP_alloc_unbound, &unbound) == 0);
    bound.remote_port = unbound.port;
    EXPECT(hypercall(false, HYPERVISOR_event_channel_op, EVTCHNOP_bind_interdomain, &bound) == 0);
    return bound.local_port;
}

static void shared_info_map(void)
{
    const struct xen_add_to_physmap map = { .domid = DOMID_SELF,
                                            .space = XENMAPSPACE_shared_info,
                                            .gpfn = (uint64_t)&shared >> 12 };

    EXPECT(hypercall(false, HYPERVISOR_memory_op, XENMEM_add_to_physmap, &map) == 0);
}

static void event_clear(void)
{
    shared.info.evtchn_upcall_pending = 0;
    shared.info.evtchn_pending_sel = 0;
    shared.info.evtchn_pending[0] = 0;
}

/* Takes the event as a guest does: its interrupt, then what is pending. */
static bool event_take(void)
{
    bool right = interrupt_take() == EVENT_INTID && shared.info.evtchn_upcall_pending == 1;

    event_clear();
    return right;
}

void measure_all(void)
{
    uint32_t port;

    MEASURE(hvc(UNKNOWN_ID) == SMCCC_NOT_SUPPORTED);
    MEASURE(IS_VERSION_1(hvc(SMCCC_VERSION)));
    MEASURE(IS_VERSION_1(hvc(PSCI_VERSION)));
    MEASURE(hypercall(true, HYPERVISOR_xen_version, XENVER_version, NULL) >> 16 == 4);
    port = loopback_port();
    MEASURE(event_send(&port) == 0); /* pending from the first one on, and no interrupt enabled */
    shared_info_map();
    event_clear();
    gic_on(GICD_BASE, GICR_BASE, EVENT_INTID);
    MEASURE(event_send(&port) == 0 && event_take());
}
