/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* VMBus as its host sees it: which ports there are, and which requests have an answer in which
 * state. What the guest posts is hostile; it gets past here only in the right length and state. */

#include "vmbus.h"

#include "channel.h"
#include "gpadl.h"
#include "request.h"
#include "trace.h"

#include <string.h>

/* What is known of a type: how long its message is at least, and who serves it in each state. A
 * place left out is a message that is dropped without an answer: types that we do not know, those
 * that only hosts send, and requests at the wrong time. */
struct request {
    uint16_t size;
    vmbus_serve_fn *serve[VMBUS_STATES];
};

/* Requests within a connection; some find that what they name was not offered yet. */
#define CONNECTED(type, function)                                                                  \
    {                                                                                              \
        .size = sizeof(type),                                                                      \
        .serve = { [VMBUS_CONNECTED] = (function), [VMBUS_OFFERED] = (function) },                 \
    }

// clang-format off
static const struct request requests[] = {
    [VMBUS_REQUEST_OFFERS] = {
        .size = sizeof(struct vmbus_header),
        .serve = { [VMBUS_CONNECTED] = serve_request_offers },
    },
    [VMBUS_OPEN_CHANNEL] = CONNECTED(struct vmbus_open_channel, serve_open),
    [VMBUS_CLOSE_CHANNEL] = CONNECTED(struct vmbus_channel_message, serve_close),
    [VMBUS_GPADL_HEADER] = CONNECTED(struct vmbus_gpadl_header, serve_gpadl_header),
    [VMBUS_GPADL_BODY] = CONNECTED(struct vmbus_gpadl_body, serve_gpadl_body),
    [VMBUS_GPADL_TEARDOWN] = CONNECTED(struct vmbus_gpadl_teardown, serve_gpadl_teardown),
    [VMBUS_RELID_RELEASED] = CONNECTED(struct vmbus_channel_message, serve_released),
    [VMBUS_INITIATE_CONTACT] = {
        .size = sizeof(struct vmbus_initiate_contact),
        .serve = { [VMBUS_DISCONNECTED] = serve_initiate_contact,
                   [VMBUS_CONNECTED] = serve_initiate_contact,
                   [VMBUS_OFFERED] = serve_initiate_contact },
    },
    [VMBUS_UNLOAD] = CONNECTED(struct vmbus_header, serve_unload),
    [VMBUS_TL_CONNECT_REQUEST] = CONNECTED(struct vmbus_tl_connect_request, serve_tl_connect),
    [VMBUS_MODIFY_CHANNEL] = CONNECTED(struct vmbus_modify_channel, serve_modify),
};
// clang-format on

#define REQUESTS (sizeof(requests) / sizeof(requests[0]))

/* What is offered is what the host makes possible. */
static uint32_t count_channels(const struct vmbus_host_ops *ops)
{
    if (ops->event_set == NULL || ops->gpa_read == NULL || ops->gpa_write == NULL ||
        ops->reference_time == NULL) {
        return 0;
    }
    return ops->host_time == NULL ? VMBUS_CHANNELS - 1 : VMBUS_CHANNELS;
}

bool vmbus_init(struct vmbus *vmbus, const struct vmbus_host_ops *ops, void *host,
                uint32_t vp_count)
{
    if (ops == NULL || ops->message_send == NULL || vp_count == 0) {
        return false;
    }
    memset(vmbus, 0, sizeof(*vmbus));
    vmbus->ops = ops;
    vmbus->host = host;
    vmbus->vp_count = vp_count;
    vmbus->channel_count = count_channels(ops);
    return true;
}

void vmbus_reset(struct vmbus *vmbus)
{
    (void)vmbus_init(vmbus, vmbus->ops, vmbus->host, vmbus->vp_count); /* succeeded before */
}

/* Both message ports are there in every state: a kernel started by kexec comes in by connection 4
 * while the connection of its predecessor still stands. */
static bool is_message_port(uint32_t connection_id)
{
    return connection_id == VMBUS_CONNECTION_MESSAGE || connection_id == VMBUS_CONNECTION_MESSAGE_5;
}

hv_status_t vmbus_check_post(const struct vmbus *vmbus, const struct hv_post_message *message)
{
    if (!is_message_port(message->connection_id)) {
        return HV_STATUS_INVALID_CONNECTION_ID;
    }
    if (!backlog_has_place(&vmbus->backlog)) {
        return HV_STATUS_INSUFFICIENT_BUFFERS;
    }
    return HV_STATUS_SUCCESS;
}

/* A channel's event port is there while the channel is open. */
hv_status_t vmbus_signal(struct vmbus *vmbus, uint32_t connection_id, uint16_t flag)
{
    uint64_t place = (uint64_t)connection_id - VMBUS_CONNECTION_EVENT - 1;
    struct vmbus_channel *channel = &vmbus->channels[shim_index_nospec(place, VMBUS_CHANNELS)];

    if (place >= VMBUS_CHANNELS || shim_atomic_load(&channel->port) == 0) {
        return HV_STATUS_INVALID_CONNECTION_ID;
    }
    if (flag != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    shim_atomic_store(&vmbus->heard, 1);
    shim_atomic_store_release(&channel->signalled, 1);
    return HV_STATUS_SUCCESS;
}

/* The function for a message; NULL when it has no answer now, or none at all. */
static vmbus_serve_fn *find_request(const struct vmbus *vmbus,
                                    const struct hv_post_message *message, uint32_t *type)
{
    struct vmbus_header header;
    const struct request *request;

    if (!is_message_port(message->connection_id) || message->message_type != VMBUS_MESSAGE_TYPE ||
        message->payload_size < sizeof(header) || message->payload_size > HV_MESSAGE_PAYLOAD_MAX) {
        return NULL;
    }
    memcpy(&header, message->payload, sizeof(header));
    *type = header.type;
    if (header.type >= REQUESTS) {
        return NULL;
    }
    request = &requests[shim_index_nospec(header.type, REQUESTS)];
    return message->payload_size < request->size ? NULL : request->serve[vmbus->state];
}

/* Sends what waits, and what waited for a place or a sign of the guest.
 *
 * A channel also breaks because there is another kernel now (kexec), which takes the pages of the
 * rings as its own. A message of its predecessor's connection would hit it while it sets its SynIC
 * up, and Linux does not survive that. So bad news waits until somebody does something with this
 * connection. The new kernel's INITIATE_CONTACT is no such thing: it ends it, news and all. */
static void send(struct vmbus *vmbus)
{
    uint64_t left;

    backlog_flush(vmbus);
    left = vmbus->backlog.count;
    if (shim_atomic_load(&vmbus->heard) != 0) {
        channels_settle(vmbus);
        gpadl_settle(vmbus);
    }
    if (vmbus->backlog.count != left) {
        backlog_flush(vmbus);
    }
}

bool vmbus_receive(struct vmbus *vmbus, const struct hv_post_message *message)
{
    uint32_t type = UINT32_MAX;
    vmbus_serve_fn *serve = find_request(vmbus, message, &type);
    uint64_t answers = serve == serve_request_offers ? vmbus->channel_count + 1 : 1; /* at most */

    /* Their places are reserved before anything happens. */
    if (backlog_places(&vmbus->backlog) < answers) {
        return false;
    }
    if (serve != NULL) {
        shim_atomic_store(&vmbus->heard, 1);
        serve(vmbus, message);
        backlog_flush(vmbus);
    } else {
        vmbus_trace(vmbus, VMBUS_EVENT_DROPPED, type, message->payload_size);
    }
    return true;
}

uint64_t vmbus_poll(struct vmbus *vmbus)
{
    uint64_t deadline = VMBUS_NO_DEADLINE;

    send(vmbus);
    for (uint32_t i = 0; i < vmbus->channel_count; i++) {
        uint64_t now = vmbus->ops->reference_time(vmbus->host);
        uint64_t wanted = channel_serve(vmbus, &vmbus->channels[i], now);

        deadline = wanted < deadline ? wanted : deadline;
    }
    return deadline;
}
