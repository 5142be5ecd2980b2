/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Ports by which VPs reach one another, for tests of messages and events (guest.loopback). For each
 * SINT of the first VPs, event port    0x10800 | VP << 4 | SINT: its flags are those of this SINT
 *   message port  0x11000 | VP << 4 | SINT: what is posted comes in there, by the service core
 * and
 *   event port    0x12000: wakes the service core, as a signalled device of VMBus would
 */

#include "host/common/host.h"

#include <string.h>

#include "host/common/inbox.h"

#define EVENT_PORTS 0x10800u
#define MESSAGE_PORTS 0x11000u
#define HOST_PORT 0x12000u
#define VPS 8u
#define FLAGS 2048u
#define SLICE 8u /* messages of a VP per round of the service core */

/* Numbers of VMBus and these differ in their low 14 bits: each has a slot of its own. */
#define SLOTS 0x4000u

static struct shim_connection slots[SLOTS];
static struct shim_port event_ports[VPS * HV_SYNIC_SINT_COUNT];
static struct shim_port message_ports[VPS * HV_SYNIC_SINT_COUNT];

/* Where the message ports of a VP lead: their owner. */
static struct end {
    struct inbox inbox;
    const struct vp *vp;
} ends[VPS];

static uint32_t vps(void)
{
    return guest.vp_count < VPS ? guest.vp_count : VPS;
}

/* The owner of an event port is the VP. */
static hv_status_t signal(struct shim_port *port, struct shim_vp *vp, uint16_t flag)
{
    (void)vp;
    return shim_event_set(port->owner, (uint32_t)(port - event_ports) % HV_SYNIC_SINT_COUNT, flag,
                          NULL);
}

static hv_status_t post(struct shim_port *port, struct shim_vp *vp,
                        const struct hv_post_message *message)
{
    struct end *end = port->owner;
    hv_status_t status;
    (void)vp;
    if (!vp_is_on(end->vp)) {
        return HV_STATUS_INVALID_VP_INDEX;
    }
    status = inbox_post(&end->inbox, message);
    if (status == HV_STATUS_SUCCESS) {
        service_wake();
    }
    return status;
}

/* shared: set by any VP, cleared by the service core */
static uint64_t host_signalled;

static hv_status_t signal_host(struct shim_port *port, struct shim_vp *vp, uint16_t flag)
{
    (void)port;
    (void)vp;
    (void)flag;
    shim_atomic_store(&host_signalled, 1);
    service_wake();
    return HV_STATUS_SUCCESS;
}

static const struct shim_port_ops host_port_ops = { .signal = signal_host };
static struct shim_port host_port = { .ops = &host_port_ops, .flag_count = FLAGS };
static const struct shim_port_ops event_ops = { .signal = signal };
static const struct shim_port_ops message_ops = { .post = post };

struct shim_connection *loopback_slots(uint32_t *count)
{
    *count = SLOTS;
    return slots;
}

bool loopback_init(void)
{
    bool made = shim_connect(&guest.partition, HOST_PORT, &host_port);
    for (uint32_t n = 0; n < vps() * HV_SYNIC_SINT_COUNT; n++) {
        uint32_t vp = n / HV_SYNIC_SINT_COUNT;
        ends[vp].vp = host_vp(vp);
        event_ports[n] =
            (struct shim_port) { .ops = &event_ops, .owner = &guest.vps[vp], .flag_count = FLAGS };
        message_ports[n] = (struct shim_port) { .ops = &message_ops, .owner = &ends[vp] };
        made = made && shim_connect(&guest.partition, EVENT_PORTS | n, &event_ports[n]) &&
               shim_connect(&guest.partition, MESSAGE_PORTS | n, &message_ports[n]);
    }
    return made;
}

static bool deliver(uint32_t vp, const struct hv_post_message *post)
{
    struct hv_message message = {
        .type = post->message_type,
        .payload_size = (uint8_t)post->payload_size,
        .origin = post->connection_id,
    };
    memcpy(message.payload, post->payload, post->payload_size);
    return shim_message_send(&guest.vps[vp], post->connection_id % HV_SYNIC_SINT_COUNT, &message);
}

/* What finds the VP's queue full waits for its EOM, which wakes the service core. */
static bool serve(uint32_t vp)
{
    for (uint32_t n = 0; n < SLICE; n++) {
        const struct hv_post_message *message = inbox_oldest(&ends[vp].inbox);
        if (message == NULL || !deliver(vp, message)) {
            return false;
        }
        inbox_remove(&ends[vp].inbox);
    }
    return true;
}

bool loopback_serve(void)
{
    bool more = false;
    shim_atomic_store(&host_signalled, 0);
    for (uint32_t vp = 0; vp < vps(); vp++) {
        more |= serve(vp);
    }
    return more;
}
