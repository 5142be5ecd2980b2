/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* VMBus as its host sees it: which ports there are, and which requests have an answer in which
 * state. What the guest posts is hostile; it gets past here only in the right length and state. */

#include "vmbus.h"

#include "backlog.h"
#include "protocol.h"
#include "request.h"

#include <string.h>

/* What is known of a type: how long its message is at least, and who serves it in each state. A
 * place left out is a message that is dropped without an answer: types that we do not know, those
 * that only hosts send, and requests at the wrong time. */
struct request {
    uint16_t size;
    vmbus_serve_fn *serve[VMBUS_STATES];
};

// clang-format off
static const struct request requests[] = {
    [VMBUS_REQUEST_OFFERS] = {
        .size = sizeof(struct vmbus_header),
        .serve = { [VMBUS_CONNECTED] = serve_request_offers },
    },
    [VMBUS_INITIATE_CONTACT] = {
        .size = sizeof(struct vmbus_initiate_contact),
        .serve = { [VMBUS_DISCONNECTED] = serve_initiate_contact,
                   [VMBUS_CONNECTED] = serve_initiate_contact,
                   [VMBUS_OFFERED] = serve_initiate_contact },
    },
    [VMBUS_UNLOAD] = {
        .size = sizeof(struct vmbus_header),
        .serve = { [VMBUS_CONNECTED] = serve_unload,
                   [VMBUS_OFFERED] = serve_unload },
    },
};
// clang-format on

#define REQUESTS (sizeof(requests) / sizeof(requests[0]))

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
    return true;
}

void vmbus_reset(struct vmbus *vmbus)
{
    backlog_clear(&vmbus->backlog);
    vmbus->state = VMBUS_DISCONNECTED;
    vmbus->target_vp = 0;
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

/* The function for a message; NULL when it has no answer now, or none at all. */
static vmbus_serve_fn *find_request(const struct vmbus *vmbus,
                                    const struct hv_post_message *message)
{
    struct vmbus_header header;
    const struct request *request;

    if (!is_message_port(message->connection_id) || message->message_type != VMBUS_MESSAGE_TYPE ||
        message->payload_size < sizeof(header) || message->payload_size > HV_MESSAGE_PAYLOAD_MAX) {
        return NULL;
    }
    memcpy(&header, message->payload, sizeof(header));
    if (header.type >= REQUESTS) {
        return NULL;
    }
    request = &requests[shim_index_nospec(header.type, REQUESTS)];
    return message->payload_size < request->size ? NULL : request->serve[vmbus->state];
}

bool vmbus_receive(struct vmbus *vmbus, const struct hv_post_message *message)
{
    vmbus_serve_fn *serve;

    /* The place of the answer is reserved before anything happens. */
    if (!backlog_has_place(&vmbus->backlog)) {
        return false;
    }
    serve = find_request(vmbus, message);
    if (serve != NULL) {
        serve(vmbus, message);
        backlog_flush(vmbus);
    }
    return true;
}

void vmbus_poll(struct vmbus *vmbus)
{
    backlog_flush(vmbus);
}
