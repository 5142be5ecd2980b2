/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A channel while it is open, and how it ends: by the guest's CLOSE, by the end of the connection,
 * or by us, when the guest's rings make no sense. What is closed has its pages touched no more. */

#include "channel.h"

#include "component.h"
#include "gpadl.h"
#include "request.h"
#include "ring.h"
#include "trace.h"

#include <string.h>

static uint32_t relid_of(const struct vmbus *vmbus, const struct vmbus_channel *channel)
{
    return (uint32_t)(channel - vmbus->channels) + 1;
}

static bool is_open(const struct vmbus_channel *channel)
{
    return channel->state == VMBUS_CHANNEL_OPENING || channel->state == VMBUS_CHANNEL_OPEN;
}

struct vmbus_channel *channel_find(struct vmbus *vmbus, uint32_t relid)
{
    struct vmbus_channel *channel;

    if (relid == 0 || relid > VMBUS_CHANNELS) {
        return NULL;
    }
    channel = &vmbus->channels[shim_index_nospec(relid - 1, VMBUS_CHANNELS)];
    return channel->state == VMBUS_CHANNEL_ABSENT ? NULL : channel;
}

bool channel_stands_on(const struct vmbus *vmbus, uint32_t relid, uint32_t place)
{
    const struct vmbus_channel *channel = &vmbus->channels[relid - 1];

    return is_open(channel) && channel->from_guest.gpadl == place;
}

void channels_offer(struct vmbus *vmbus)
{
    for (uint32_t i = 0; i < vmbus->channel_count; i++) {
        vmbus->channels[i].state = VMBUS_CHANNEL_CLOSED;
    }
}

/* Ends what an open channel does. Signals that VPs are just giving find nothing to do. */
static void stop(struct vmbus_channel *channel, enum vmbus_channel_state state)
{
    shim_atomic_store(&channel->port, 0);
    shim_atomic_store(&channel->signalled, 0);
    channel->interrupt = false;
    channel->state = state;
}

void channels_withdraw(struct vmbus *vmbus)
{
    for (uint32_t i = 0; i < VMBUS_CHANNELS; i++) {
        stop(&vmbus->channels[i], VMBUS_CHANNEL_ABSENT);
        vmbus->channels[i].rescinding = false;
    }
    gpadl_release(vmbus, 0);
}

void channels_settle(struct vmbus *vmbus)
{
    for (uint32_t i = 0; i < VMBUS_CHANNELS && backlog_has_place(&vmbus->backlog); i++) {
        struct vmbus_channel *channel = &vmbus->channels[i];

        if (channel->rescinding) {
            const struct vmbus_channel_message rescind = {
                .header.type = VMBUS_RESCIND_CHANNEL_OFFER,
                .relid = relid_of(vmbus, channel),
            };

            vmbus_answer(vmbus, &rescind, sizeof(rescind));
            channel->rescinding = false;
        }
    }
}

/* The guest did what no guest does: its channel is over, and it is told so as soon as it shows that
 * it is there. It may have the device again in its next connection. */
static void revoke(struct vmbus *vmbus, struct vmbus_channel *channel, enum vmbus_fault fault)
{
    stop(channel, VMBUS_CHANNEL_REVOKED);
    channel->rescinding = true;
    shim_atomic_store(&vmbus->heard, 0);
    vmbus_trace(vmbus, VMBUS_EVENT_BROKEN, relid_of(vmbus, channel), fault);
}

/* Stays wanted until the host could do it. */
static void interrupt(const struct vmbus *vmbus, struct vmbus_channel *channel)
{
    if (channel->interrupt) {
        channel->interrupt = channel->target_vp != VMBUS_VP_NONE &&
                             !vmbus->ops->event_set(vmbus->host, channel->target_vp, VMBUS_SINT,
                                                    relid_of(vmbus, channel));
    }
}

uint64_t channel_serve(struct vmbus *vmbus, struct vmbus_channel *channel, uint64_t now)
{
    enum vmbus_fault fault;

    if (channel->state == VMBUS_CHANNEL_OPENING && vmbus->backlog.count == 0) {
        channel->state = VMBUS_CHANNEL_OPEN; /* the guest was told; packets may come */
    }
    if (channel->state != VMBUS_CHANNEL_OPEN) {
        return VMBUS_NO_DEADLINE;
    }
    fault = component_serve(vmbus, relid_of(vmbus, channel), channel, now);
    if (fault != VMBUS_FAULT_NONE) {
        revoke(vmbus, channel, fault);
        return VMBUS_NO_DEADLINE;
    }
    interrupt(vmbus, channel);
    return shim_atomic_load(&channel->signalled) != 0 ? now : channel->session.deadline;
}

/* ---- Requests ------------------------------------------------------------------------------- */

/* Puts the rings where the guest wants them; the first part of the GPADL is what it writes itself.
 * Both need a control page and data. */
static bool place_rings(const struct vmbus *vmbus, struct vmbus_channel *channel, uint32_t gpadl,
                        uint32_t downstream)
{
    uint32_t pages = gpadl_pages(vmbus, gpadl);

    if (downstream < 2 || downstream > pages || pages - downstream < 2) {
        return false;
    }
    channel->from_guest = (struct vmbus_ring) {
        .gpadl = gpadl,
        .size = (downstream - 1) * HV_PAGE_SIZE,
    };
    channel->to_guest = (struct vmbus_ring) {
        .gpadl = gpadl,
        .page = downstream,
        .size = (pages - downstream - 1) * HV_PAGE_SIZE,
    };
    return vmbus_ring_start(vmbus, channel);
}

static uint32_t try_open(struct vmbus *vmbus, const struct vmbus_open_channel *request)
{
    struct vmbus_channel *channel = channel_find(vmbus, request->relid);
    uint32_t gpadl = gpadl_find(vmbus, request->gpadl_id, request->relid);

    if (channel == NULL || channel->state != VMBUS_CHANNEL_CLOSED) {
        return VMBUS_STATUS_INVALID_DEVICE_STATE;
    }
    if ((request->target_vp >= vmbus->vp_count && request->target_vp != VMBUS_VP_NONE) ||
        gpadl == VMBUS_GPADLS || !place_rings(vmbus, channel, gpadl, request->downstream_page)) {
        return VMBUS_STATUS_INVALID_PARAMETER;
    }
    channel->target_vp = request->target_vp;
    channel->state = VMBUS_CHANNEL_OPENING;
    component_start(&channel->session);
    shim_atomic_store(&channel->signalled, 1); /* there may be something already */
    shim_atomic_store(&channel->port, 1);
    vmbus_trace(vmbus, VMBUS_EVENT_OPENED, request->relid, request->target_vp);
    return VMBUS_STATUS_SUCCESS;
}

void serve_open(struct vmbus *vmbus, const struct hv_post_message *message)
{
    struct vmbus_open_channel_result result = { .header.type = VMBUS_OPEN_CHANNEL_RESULT };
    struct vmbus_open_channel request;

    memcpy(&request, message->payload, sizeof(request));
    result.relid = request.relid;
    result.open_id = request.open_id;
    result.status = try_open(vmbus, &request);
    if (result.status != VMBUS_STATUS_SUCCESS) {
        vmbus_trace(vmbus, VMBUS_EVENT_REFUSED, VMBUS_OPEN_CHANNEL, request.relid);
    }
    vmbus_answer(vmbus, &result, sizeof(result));
}

static struct vmbus_channel *channel_of(struct vmbus *vmbus, const struct hv_post_message *message,
                                        uint32_t *relid)
{
    struct vmbus_channel_message request;

    memcpy(&request, message->payload, sizeof(request));
    *relid = request.relid;
    return channel_find(vmbus, request.relid);
}

static void drop(const struct vmbus *vmbus, enum vmbus_message_type type,
                 const struct hv_post_message *message)
{
    vmbus_trace(vmbus, VMBUS_EVENT_DROPPED, type, message->payload_size);
}

/* Has no answer. A teardown of the rings, given too early, has its own now. */
void serve_close(struct vmbus *vmbus, const struct hv_post_message *message)
{
    uint32_t relid;
    struct vmbus_channel *channel = channel_of(vmbus, message, &relid);

    if (channel == NULL || !is_open(channel)) {
        drop(vmbus, VMBUS_CLOSE_CHANNEL, message);
        return;
    }
    stop(channel, VMBUS_CHANNEL_CLOSED);
    vmbus_trace(vmbus, VMBUS_EVENT_CLOSED, relid, 0);
    gpadl_settle(vmbus);
}

/* The guest wants the device no more, or heard that it is gone. It is not offered again in this
 * connection. */
void serve_released(struct vmbus *vmbus, const struct hv_post_message *message)
{
    uint32_t relid;
    struct vmbus_channel *channel = channel_of(vmbus, message, &relid);

    if (channel == NULL || is_open(channel)) {
        drop(vmbus, VMBUS_RELID_RELEASED, message);
        return;
    }
    channel->state = VMBUS_CHANNEL_ABSENT;
    channel->rescinding = false;
    gpadl_release(vmbus, relid);
    vmbus_trace(vmbus, VMBUS_EVENT_RELEASED, relid, 0);
}

static uint32_t try_modify(struct vmbus *vmbus, const struct vmbus_modify_channel *request)
{
    struct vmbus_channel *channel = channel_find(vmbus, request->relid);

    if (channel == NULL || !is_open(channel)) {
        return VMBUS_STATUS_INVALID_DEVICE_STATE;
    }
    if (request->target_vp >= vmbus->vp_count) {
        return VMBUS_STATUS_INVALID_PARAMETER;
    }
    channel->target_vp = request->target_vp; /* an interrupt that waits goes there as well */
    return VMBUS_STATUS_SUCCESS;
}

/* Guests below 5.3 do not wait for an answer and would take it for nonsense. */
void serve_modify(struct vmbus *vmbus, const struct hv_post_message *message)
{
    struct vmbus_modify_channel_response response = { .header.type =
                                                          VMBUS_MODIFY_CHANNEL_RESPONSE };
    struct vmbus_modify_channel request;

    memcpy(&request, message->payload, sizeof(request));
    response.relid = request.relid;
    response.status = try_modify(vmbus, &request);
    if (response.status != VMBUS_STATUS_SUCCESS) {
        vmbus_trace(vmbus, VMBUS_EVENT_REFUSED, VMBUS_MODIFY_CHANNEL, request.relid);
    }
    if (vmbus->version >= VMBUS_VERSION_5_3) {
        vmbus_answer(vmbus, &response, sizeof(response));
    }
}
