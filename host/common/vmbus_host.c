/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* VMBus in this host: what it needs of us, and its ports. What a guest posts waits in an inbox for
 * the service core; what it signals is a flag of the channel. */

#include "host/common/host.h"

#include <vmbus/protocol.h>

#include "host/common/inbox.h"

/* Messages per round of the service core. */
#define SLICE 4u

static struct inbox inbox;

/* shared: a guest has introduced itself; set by any VP, cleared by the service core */
static uint64_t new_guest;

static uint64_t steps; /* of the host's time, all together */

/* ---- What VMBus asks of its host ---- */

/* SHIM_EVENT_MESSAGE is the service core's: it is where messages are sent from. */
static bool message_send(void *host, hv_vp_index_t vp, uint32_t sint,
                         const struct hv_message *message)
{
    (void)host;
    if (!shim_message_send(&guest.vps[vp], sint, message)) {
        return false;
    }
    ring_event(service_vp(), SHIM_EVENT_MESSAGE, sint, message->type);
    return true;
}

static bool event_set(void *host, hv_vp_index_t vp, uint32_t sint, uint32_t flag)
{
    (void)host;
    return shim_event_set(&guest.vps[vp], sint, flag, NULL) == HV_STATUS_SUCCESS;
}

static uint64_t reference_time(void *host)
{
    (void)host;
    return clock_reference();
}

static uint64_t host_time(void *host)
{
    (void)host;
    return clock_utc() + steps;
}

static void trace(void *host, enum vmbus_event event, uint64_t first, uint64_t second)
{
    const uint64_t words[] = { event, first, second };
    (void)host;
    ring_words(service_vp(), SHIM_EVENT_VMBUS, words, 3);
}

static const struct vmbus_host_ops vmbus_ops = {
    .message_send = message_send,
    .event_set = event_set,
    .gpa_read = memory_read,
    .gpa_write = memory_write,
    .reference_time = reference_time,
    .host_time = host_time,
    .trace = trace,
};

/* ---- Ports ---- */

static hv_status_t post(struct shim_port *port, struct shim_vp *vp,
                        const struct hv_post_message *message)
{
    hv_status_t status = vmbus_check_post(&guest.vmbus, message);
    (void)port;
    (void)vp;
    if (status == HV_STATUS_SUCCESS) {
        status = inbox_post(&inbox, message);
        service_wake();
    }
    return status;
}

static const struct shim_port_ops message_ops = { .post = post };
static struct shim_port message_port = { .ops = &message_ops };

/* One for each channel, open or not: VMBus knows. Its number is its place. */
static struct shim_port channel_ports[VMBUS_CHANNELS];

static hv_status_t signal(struct shim_port *port, struct shim_vp *vp, uint16_t flag)
{
    uint32_t relid = (uint32_t)(port - channel_ports) + 1;
    hv_status_t status = vmbus_signal(&guest.vmbus, VMBUS_CONNECTION_EVENT + relid, flag);
    (void)vp;
    if (status == HV_STATUS_SUCCESS) {
        service_wake();
    }
    return status;
}

static const struct shim_port_ops channel_ops = { .signal = signal };

bool vmbus_host_init(void)
{
    bool made = vmbus_init(&guest.vmbus, &vmbus_ops, NULL, guest.vp_count) &&
                shim_connect(&guest.partition, VMBUS_CONNECTION_MESSAGE, &message_port) &&
                shim_connect(&guest.partition, VMBUS_CONNECTION_MESSAGE_5, &message_port);
    for (uint32_t n = 0; n < VMBUS_CHANNELS; n++) {
        channel_ports[n] = (struct shim_port) { .ops = &channel_ops, .flag_count = 1 };
        made = made &&
               shim_connect(&guest.partition, VMBUS_CONNECTION_EVENT + n + 1, &channel_ports[n]);
    }
    return made;
}

/* ---- The next guest ---- */

/* Linux leaves VMBus as it is at kexec. What we write into the pages of its rings, the next kernel
 * finds in pages of its own; the first that is heard of it, long before it makes contact, is its
 * GuestOsId. */
void vmbus_host_new_guest(void *host, void *host_vp, uint64_t guest_os_id)
{
    (void)host;
    (void)host_vp;
    (void)guest_os_id;
    shim_atomic_store_release(&new_guest, 1);
    service_wake();
}

static void end_old_guest(void)
{
    if (shim_atomic_load(&new_guest) != 0) {
        shim_atomic_store(&new_guest, 0);
        vmbus_disconnect(&guest.vmbus);
    }
}

/* ---- The service core's part ---- */

void vmbus_host_step(int64_t units)
{
    steps += (uint64_t)units;
}

/* Heartbeats as they are counted, whenever an answer came or did not. */
static void report_beats(void)
{
    static uint64_t reported;
    struct vmbus_heartbeats beats = vmbus_heartbeats(&guest.vmbus);
    if (beats.answered + beats.lost != reported) {
        const uint64_t words[] = { beats.sent, beats.answered, beats.lost };
        ring_words(service_vp(), SHIM_EVENT_BEATS, words, 3);
        reported = beats.answered + beats.lost;
    }
}

/* Sends before it takes: an answer needs a place. A new guest is seen before its first message. */
uint64_t vmbus_host_serve(void)
{
    const struct hv_post_message *message = NULL;
    uint64_t deadline;

    end_old_guest();
    deadline = vmbus_poll(&guest.vmbus);
    for (uint32_t n = 0; n < SLICE; n++) {
        message = inbox_oldest(&inbox);
        end_old_guest();
        if (message == NULL || !vmbus_receive(&guest.vmbus, message)) {
            break;
        }
        inbox_remove(&inbox);
        deadline = 0; /* more may have come, and channels have opened */
    }
    report_beats();
    return deadline;
}
