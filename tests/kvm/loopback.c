/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Ports by which VPs reach one another, for tests: the same numbers as host/virt/loopback.c. For
 * each SINT of each VP, 0x10000 | VP << 4 | SINT takes events and 0x11000 | VP << 4 | SINT
 * messages, which arrive by the service thread. */

#include "host/kvm/monitor.h"

#include <string.h>

#define EVENT_PORTS 0x10000u
#define MESSAGE_PORTS 0x11000u
#define FLAGS 2048u
#define SLICE 8u      /* messages of a VP per round */
#define SLOTS 0x4000u /* no two of these numbers share one */

static struct shim_connection slots[SLOTS];
static struct shim_port event_ports[MAX_VPS * HV_SYNIC_SINT_COUNT];
static struct shim_port message_ports[MAX_VPS * HV_SYNIC_SINT_COUNT];
static struct inbox inboxes[MAX_VPS];

static hv_status_t signal(struct shim_port *port, struct shim_vp *vp, uint16_t flag)
{
    uint32_t place = (uint32_t)(port - event_ports);
    (void)vp;
    return shim_event_set(&monitor.shim_vps[place / HV_SYNIC_SINT_COUNT],
                          place % HV_SYNIC_SINT_COUNT, flag, NULL);
}

static hv_status_t post(struct shim_port *port, struct shim_vp *vp,
                        const struct hv_post_message *message)
{
    uint32_t target = (uint32_t)(port - message_ports) / HV_SYNIC_SINT_COUNT;
    hv_status_t status;
    (void)vp;
    if (!vp_is_on(&monitor.vps[target])) {
        return HV_STATUS_INVALID_VP_INDEX;
    }
    status = inbox_post(&inboxes[target], message);
    service_wake();
    return status;
}

static const struct shim_port_ops event_ops = { .signal = signal };
static const struct shim_port_ops message_ops = { .post = post };

struct shim_connection *loopback_slots(uint32_t *count)
{
    *count = SLOTS;
    return slots;
}

bool loopback_init(void)
{
    bool made = true;
    for (uint32_t n = 0; n < monitor.vp_count * HV_SYNIC_SINT_COUNT; n++) {
        event_ports[n] = (struct shim_port) { .ops = &event_ops, .flag_count = FLAGS };
        message_ports[n] = (struct shim_port) { .ops = &message_ops };
        made = made && shim_connect(&monitor.partition, EVENT_PORTS | n, &event_ports[n]) &&
               shim_connect(&monitor.partition, MESSAGE_PORTS | n, &message_ports[n]);
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
    return shim_message_send(&monitor.shim_vps[vp], post->connection_id % HV_SYNIC_SINT_COUNT,
                             &message);
}

bool loopback_serve(void)
{
    bool more = false;
    for (uint32_t vp = 0; vp < monitor.vp_count; vp++) {
        const struct hv_post_message *message = NULL;
        uint32_t n = 0;
        for (; n < SLICE; n++) {
            message = inbox_oldest(&inboxes[vp]);
            if (message == NULL || !deliver(vp, message)) {
                break; /* a queue that is full waits for the VP's EOM */
            }
            inbox_remove(&inboxes[vp]);
        }
        more |= n == SLICE;
    }
    return more;
}
