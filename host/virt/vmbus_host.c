/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* VMBus in this host: what it needs of us, and its ports. What a guest posts waits in an inbox for
 * the service core; what it signals is a flag of the channel. */

#include "host/virt/virt.h"

#include <vmbus/protocol.h>

#include "host/virt/board.h"
#include "host/virt/inbox.h"
#include "host/virt/io.h"

/* Messages per round of the service core. */
#define SLICE 4u

#define PL031_DR 0x000u /* seconds since 1970 */
#define UNITS_PER_SECOND UINT64_C(10000000)
#define SECONDS_1601_TO_1970 UINT64_C(11644473600)

static struct inbox inbox;

/* shared: a guest has introduced itself; set by any VP, cleared by the service core */
static uint64_t new_guest;

/* UTC when the reference time was 0, 100 ns since 1601. */
static uint64_t host_time_origin;

/* ---- What VMBus asks of its host ---- */

/* SHIM_EVENT_MESSAGE is the service core's: it is where messages are sent from. */
static bool message_send(void *host, hv_vp_index_t vp, uint32_t sint,
                         const struct hv_message *message)
{
    (void)host;
    if (!shim_message_send(&virt.vps[vp], sint, message)) {
        return false;
    }
    ring_event(service_cpu(), SHIM_EVENT_MESSAGE, sint, message->type);
    return true;
}

static bool event_set(void *host, hv_vp_index_t vp, uint32_t sint, uint32_t flag)
{
    (void)host;
    return shim_event_set(&virt.vps[vp], sint, flag, NULL) == HV_STATUS_SUCCESS;
}

static uint64_t reference_time(void *host)
{
    (void)host;
    return clock_reference();
}

/* The clock of the board, read once: a guest that sets it does not change what it is told. */
static uint64_t host_time(void *host)
{
    (void)host;
    return host_time_origin + clock_reference();
}

static void trace(void *host, enum vmbus_event event, uint64_t first, uint64_t second)
{
    const uint64_t words[] = { event, first, second };
    (void)host;
    ring_words(service_cpu(), SHIM_EVENT_VMBUS, words, 3);
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
    hv_status_t status = vmbus_check_post(&virt.vmbus, message);
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
    hv_status_t status = vmbus_signal(&virt.vmbus, VMBUS_CONNECTION_EVENT + relid, flag);
    (void)vp;
    if (status == HV_STATUS_SUCCESS) {
        service_wake();
    }
    return status;
}

static const struct shim_port_ops channel_ops = { .signal = signal };

bool vmbus_host_init(void)
{
    host_time_origin =
        (SECONDS_1601_TO_1970 + io_read32(BOARD_PL031 + PL031_DR)) * UNITS_PER_SECOND -
        clock_reference();
    bool made = vmbus_init(&virt.vmbus, &vmbus_ops, NULL, virt.vp_count) &&
                shim_connect(&virt.partition, VMBUS_CONNECTION_MESSAGE, &message_port) &&
                shim_connect(&virt.partition, VMBUS_CONNECTION_MESSAGE_5, &message_port);
    for (uint32_t n = 0; n < VMBUS_CHANNELS; n++) {
        channel_ports[n] = (struct shim_port) { .ops = &channel_ops, .flag_count = 1 };
        made = made &&
               shim_connect(&virt.partition, VMBUS_CONNECTION_EVENT + n + 1, &channel_ports[n]);
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
        vmbus_disconnect(&virt.vmbus);
    }
}

/* ---- The service core's part ---- */

void vmbus_host_step(int64_t units)
{
    host_time_origin += (uint64_t)units;
}

/* Heartbeats as they are counted, whenever an answer came or did not. */
static void report_beats(void)
{
    static uint64_t reported;
    struct vmbus_heartbeats beats = vmbus_heartbeats(&virt.vmbus);
    if (beats.answered + beats.lost != reported) {
        const uint64_t words[] = { beats.sent, beats.answered, beats.lost };
        ring_words(service_cpu(), SHIM_EVENT_BEATS, words, 3);
        reported = beats.answered + beats.lost;
    }
}

/* Sends before it takes: an answer needs a place. A new guest is seen before its first message. */
uint64_t vmbus_host_serve(void)
{
    const struct hv_post_message *message = NULL;
    uint64_t deadline;

    end_old_guest();
    deadline = vmbus_poll(&virt.vmbus);
    for (uint32_t n = 0; n < SLICE; n++) {
        message = inbox_oldest(&inbox);
        end_old_guest();
        if (message == NULL || !vmbus_receive(&virt.vmbus, message)) {
            break;
        }
        inbox_remove(&inbox);
        deadline = 0; /* more may have come, and channels have opened */
    }
    report_beats();
    return deadline;
}
