/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The connection: agreeing on a version, offers, and how it ends. There is an answer to every
 * request served here, also to a refused one, because guests wait for it without a limit. */

#include "channel.h"
#include "device.h"
#include "request.h"
#include "trace.h"

#include <hv/registers.h>

#include <string.h>

/* Versions that we speak. A guest asks for one after the other, best first, until one is taken. */
static const uint32_t versions[] = {
    VMBUS_VERSION_5_0,
    VMBUS_VERSION_5_1,
    VMBUS_VERSION_5_2,
    VMBUS_VERSION_5_3,
};

/* Where the answer goes, and to what: INITIATE_CONTACT without the fields that are not in force. */
struct contact {
    uint32_t version;
    hv_vp_index_t vp;
    uint32_t sint;
    bool acceptable;
};

static bool version_spoken(uint32_t version)
{
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        if (versions[i] == version) {
            return true;
        }
    }
    return false;
}

/* SINT and VTL stand where older guests, and those that come in by the old port, put the address of
 * an interrupt page, which means nothing any more. */
static void decode_target(struct contact *contact, const struct vmbus_initiate_contact *request,
                          uint32_t connection_id)
{
    contact->sint = VMBUS_SINT;
    if (connection_id != VMBUS_CONNECTION_MESSAGE_5 || request->version < VMBUS_VERSION_5_0) {
        return;
    }
    /* Who listens on another SINT should hear there that it will not do. */
    if (request->sint != VMBUS_SINT) {
        contact->acceptable = false;
        contact->sint = request->sint < HV_SYNIC_SINT_COUNT ? request->sint : VMBUS_SINT;
    }
    if (request->version >= VMBUS_VERSION_5_1 && request->vtl != 0) {
        contact->acceptable = false;
    }
}

static struct contact decode_contact(const struct vmbus *vmbus,
                                     const struct hv_post_message *message)
{
    struct vmbus_initiate_contact request;
    struct contact contact;

    memcpy(&request, message->payload, sizeof(request));
    contact.version = request.version;
    /* A VP that does not exist cannot be told so: VP 0 is. */
    contact.vp = (hv_vp_index_t)shim_index_nospec(request.target_vp, vmbus->vp_count);
    contact.acceptable =
        version_spoken(request.version) && request.target_vp < vmbus->vp_count &&
        (request.monitor_host_to_guest == 0) == (request.monitor_guest_to_host == 0);
    decode_target(&contact, &request, message->connection_id);
    return contact;
}

/* With everything that is still on its way to the guest. */
void vmbus_disconnect(struct vmbus *vmbus)
{
    if (vmbus->state != VMBUS_DISCONNECTED) {
        channels_withdraw(vmbus);
        backlog_drop_connection(&vmbus->backlog);
        vmbus->state = VMBUS_DISCONNECTED;
        vmbus_trace(vmbus, VMBUS_EVENT_DISCONNECTED, vmbus->version, 0);
    }
}

/* Legal in every state: a kernel that was started by another one (kexec) does not know that the
 * first one was connected. A refusal is version_supported = 0 and nothing else: guests take every
 * connection_state for success. */
void serve_initiate_contact(struct vmbus *vmbus, const struct hv_post_message *message)
{
    struct vmbus_version_response response = { .header.type = VMBUS_VERSION_RESPONSE };
    const struct contact contact = decode_contact(vmbus, message);

    vmbus_disconnect(vmbus);
    if (contact.acceptable) {
        vmbus->state = VMBUS_CONNECTED;
        vmbus->version = contact.version;
        vmbus->target_vp = contact.vp;
        response.version_supported = 1;
        response.message_connection = VMBUS_CONNECTION_MESSAGE;
        vmbus_trace(vmbus, VMBUS_EVENT_CONNECTED, contact.version, contact.vp);
    } else {
        vmbus_trace(vmbus, VMBUS_EVENT_REFUSED, VMBUS_INITIATE_CONTACT, 0);
    }
    backlog_append(&vmbus->backlog, contact.vp, contact.sint, false, &response, sizeof(response));
}

static void offer(struct vmbus *vmbus, uint32_t relid)
{
    const struct vmbus_device *device = vmbus_devices[relid - 1];
    const struct vmbus_offer_channel message = {
        .header.type = VMBUS_OFFER_CHANNEL,
        .interface = device->interface,
        .instance = device->instance,
        .flags = VMBUS_OFFER_ENUMERATE_INTERFACE | VMBUS_OFFER_PIPE,
        .pipe_type = VMBUS_PIPE_MESSAGE,
        .relid = relid,
        .monitor_id = VMBUS_MONITOR_NONE,
        .dedicated_interrupt = 1,
        .connection_id = VMBUS_CONNECTION_EVENT + relid,
    };

    vmbus_answer(vmbus, &message, sizeof(message));
}

void serve_request_offers(struct vmbus *vmbus, const struct hv_post_message *message)
{
    const struct vmbus_header delivered = { .type = VMBUS_ALL_OFFERS_DELIVERED };

    (void)message;
    vmbus->state = VMBUS_OFFERED;
    channels_offer(vmbus);
    for (uint32_t relid = 1; relid <= vmbus->channel_count; relid++) {
        offer(vmbus, relid);
    }
    vmbus_answer(vmbus, &delivered, sizeof(delivered));
}

/* The answer is the last message of the connection and outlives it. */
void serve_unload(struct vmbus *vmbus, const struct hv_post_message *message)
{
    const struct vmbus_header response = { .type = VMBUS_UNLOAD_RESPONSE };

    (void)message;
    vmbus_disconnect(vmbus);
    backlog_append(&vmbus->backlog, vmbus->target_vp, VMBUS_SINT, false, &response,
                   sizeof(response));
}

/* There are no sockets. */
void serve_tl_connect(struct vmbus *vmbus, const struct hv_post_message *message)
{
    struct vmbus_tl_connect_result result = {
        .header.type = VMBUS_TL_CONNECT_RESULT,
        .status = VMBUS_STATUS_CONNECTION_REFUSED,
    };
    struct vmbus_tl_connect_request request;

    memcpy(&request, message->payload, sizeof(request));
    result.endpoint = request.endpoint;
    result.service = request.service;
    vmbus_trace(vmbus, VMBUS_EVENT_REFUSED, VMBUS_TL_CONNECT_REQUEST, 0);
    vmbus_answer(vmbus, &result, sizeof(result));
}
