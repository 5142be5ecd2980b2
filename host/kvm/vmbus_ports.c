/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* VMBus in this host: what it needs of us, and its ports. What a guest posts waits in an inbox for
 * the service thread; what it signals is a flag of the channel. */

#include "host/kvm/monitor.h"

#include <time.h>

#include <vmbus/protocol.h>

#define SLICE 4u /* messages per round */
#define UNITS_PER_SECOND UINT64_C(10000000)
#define SECONDS_1601_TO_1970 UINT64_C(11644473600)

static bool message_send(void *host, hv_vp_index_t vp, uint32_t sint,
                         const struct hv_message *message)
{
    bool sent = shim_message_send(&monitor.shim_vps[vp], sint, message);
    (void)host;
    if (sent) {
        ring_event(service_ring(), SHIM_EVENT_MESSAGE, sint, message->type);
    }
    return sent;
}

static bool event_set(void *host, hv_vp_index_t vp, uint32_t sint, uint32_t flag)
{
    (void)host;
    return shim_event_set(&monitor.shim_vps[vp], sint, flag, NULL) == HV_STATUS_SUCCESS;
}

static uint64_t reference_time(void *host)
{
    (void)host;
    return clock_reference();
}

static uint64_t host_time(void *host)
{
    struct timespec now = { 0, 0 };
    (void)host;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (SECONDS_1601_TO_1970 + (uint64_t)now.tv_sec) * UNITS_PER_SECOND +
           (uint64_t)now.tv_nsec / 100;
}

static void trace(void *host, enum vmbus_event event, uint64_t first, uint64_t second)
{
    const uint64_t words[] = { event, first, second };
    (void)host;
    ring_words(service_ring(), SHIM_EVENT_VMBUS, words, 3);
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

static hv_status_t post(struct shim_port *port, struct shim_vp *vp,
                        const struct hv_post_message *message)
{
    hv_status_t status = vmbus_check_post(&monitor.vmbus, message);
    (void)port;
    (void)vp;
    if (status == HV_STATUS_SUCCESS) {
        status = inbox_post(&monitor.inbox, message);
        service_wake();
    }
    return status;
}

static const struct shim_port_ops message_ops = { .post = post };
static struct shim_port message_port = { .ops = &message_ops };
static struct shim_port channel_ports[VMBUS_CHANNELS];

static hv_status_t signal(struct shim_port *port, struct shim_vp *vp, uint16_t flag)
{
    uint32_t relid = (uint32_t)(port - channel_ports) + 1;
    hv_status_t status = vmbus_signal(&monitor.vmbus, VMBUS_CONNECTION_EVENT + relid, flag);
    (void)vp;
    if (status == HV_STATUS_SUCCESS) {
        service_wake();
    }
    return status;
}

static const struct shim_port_ops channel_ops = { .signal = signal };

bool vmbus_ports_init(void)
{
    bool made = vmbus_init(&monitor.vmbus, &vmbus_ops, NULL, monitor.vp_count) &&
                shim_connect(&monitor.partition, VMBUS_CONNECTION_MESSAGE, &message_port) &&
                shim_connect(&monitor.partition, VMBUS_CONNECTION_MESSAGE_5, &message_port);
    for (uint32_t n = 0; n < VMBUS_CHANNELS; n++) {
        channel_ports[n] = (struct shim_port) { .ops = &channel_ops, .flag_count = 1 };
        made = made &&
               shim_connect(&monitor.partition, VMBUS_CONNECTION_EVENT + n + 1, &channel_ports[n]);
    }
    return made;
}

static void report_beats(void)
{
    static uint64_t reported;
    struct vmbus_heartbeats beats = vmbus_heartbeats(&monitor.vmbus);
    if (beats.answered + beats.lost != reported) {
        const uint64_t words[] = { beats.sent, beats.answered, beats.lost };
        ring_words(service_ring(), SHIM_EVENT_BEATS, words, 3);
        reported = beats.answered + beats.lost;
    }
}

/* Sends before it takes: an answer needs a place. */
uint64_t vmbus_serve(void)
{
    uint64_t deadline = vmbus_poll(&monitor.vmbus);

    for (uint32_t n = 0; n < SLICE; n++) {
        const struct hv_post_message *message = inbox_oldest(&monitor.inbox);
        if (message == NULL || !vmbus_receive(&monitor.vmbus, message)) {
            break;
        }
        inbox_remove(&monitor.inbox);
        deadline = 0; /* more may have come, and channels have opened */
    }
    report_beats();
    return deadline;
}
