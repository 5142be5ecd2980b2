/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Rounds of the service core: bounded work, and when there is more of it. */

#include "host/common/host.h"

#define UNITS_PER_MS 10000u
#define LONGEST_SLEEP                                                                              \
    (100 * UNITS_PER_MS)        /* then it is time to see who wants something outside              \
                                 */
#define PSCI_SLEEP UNITS_PER_MS /* how soon to ask again whether a VP has gone off */
#define AT_ONCE UINT64_C(0)

static uint64_t earlier(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

static bool take_poll(struct vp *vp)
{
    if (shim_atomic_load(&vp->poll) == 0) {
        return false;
    }
    shim_atomic_store(&vp->poll, 0);
    shim_atomic_fence(); /* a VP that asks after this asks again */
    return true;
}

/* One VP's wish is taken for all: a kernel that panics empties the slots of its other processors,
 * and writes EOM on the one that it runs on. */
static bool take_polls(void)
{
    bool wanted = false;
    for (uint32_t n = 0; n < guest.vp_count; n++) {
        wanted |= take_poll(host_vp(n));
    }
    return wanted;
}

/* Timers of a VP that is off wait for nothing but its reset; messages for it are delivered, into a
 * page that is still the guest's. */
static uint64_t serve_vps(uint64_t next)
{
    bool wanted = take_polls();
    for (uint32_t n = 0; n < guest.vp_count; n++) {
        struct vp *vp = host_vp(n);
        bool due = vp_is_on(vp) && vp->deadline <= clock_reference();
        if (wanted || due) {
            vp->deadline = shim_vp_poll(vp->shim);
        }
        if (vp_is_on(vp)) {
            next = earlier(next, vp->deadline);
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
        vmbus_shutdown(&guest.vmbus);
        break;
    case SHIM_REQUEST_TIME_SYNC:
        vmbus_time_sync(&guest.vmbus);
        break;
    case SHIM_REQUEST_TIME_STEP:
        vmbus_host_step(argument);
        break;
    default:
        break;
    }
    if (request != SHIM_REQUEST_NONE) {
        ring_event(service_vp(), SHIM_EVENT_REQUEST, request, (uint64_t)argument);
    }
}

uint64_t service_round(void)
{
    uint64_t next = clock_reference() + (psci_serve() ? PSCI_SLEEP : LONGEST_SLEEP);

    serve_requests();
    next = earlier(serve_vps(next), vmbus_host_serve());
    if (guest.loopback && loopback_serve()) {
        next = AT_ONCE;
    }
    return next;
}
