/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The protocol of integration components over the rings of an open channel. A guest may send what
 * it likes: only the one answer that is waited for does anything. */

#include "component.h"

#include "device.h"
#include "ring_layout.h"
#include "trace.h"

#include <string.h>

/* Packets that one channel may have looked at in one go. */
#define SLICE 8u

#define HEADER ((uint32_t)sizeof(struct component_header))
#define DESCRIPTOR ((uint32_t)sizeof(struct vmbus_packet))

static const uint32_t frameworks[COMPONENT_FRAMEWORKS] = {
    COMPONENT_FRAMEWORK_1_0,
    COMPONENT_FRAMEWORK_3_0,
};

_Static_assert(DESCRIPTOR + HEADER + sizeof(struct component_shutdown) <=
                   VMBUS_PACKET_MAX - sizeof(struct vmbus_packet_trailer),
               "the longest packet");

/* The payload of the packet at hand. */
static uint8_t *payload(struct vmbus *vmbus)
{
    return (uint8_t *)vmbus->packet + DESCRIPTOR;
}

void component_start(struct vmbus_session *session)
{
    *session = (struct vmbus_session) { .deadline = VMBUS_NO_DEADLINE };
}

/* ---- Answers ------------------------------------------------------------------------------------
 * `size` is that of the payload. */

static bool contains(const uint32_t *versions, uint32_t count, uint32_t version)
{
    for (uint32_t i = 0; i < count; i++) {
        if (versions[i] == version) {
            return true;
        }
    }
    return false;
}

/* The guest picks one of each that we know, or says that it knows none. */
static void take_versions(struct vmbus *vmbus, uint32_t relid, struct vmbus_session *session,
                          uint32_t size)
{
    const struct vmbus_device *device = vmbus_devices[relid - 1];
    struct component_negotiate answer = { .framework_count = 0 };
    uint32_t chosen = (uint32_t)offsetof(struct component_negotiate, versions[2]);

    memcpy(&answer, payload(vmbus) + HEADER, size < chosen ? size : chosen);
    session->agreed = answer.framework_count == 1 && answer.message_count == 1 &&
                      contains(frameworks, COMPONENT_FRAMEWORKS, answer.versions[0]) &&
                      contains(device->versions, device->version_count, answer.versions[1]);
    if (session->agreed) {
        session->framework = answer.versions[0];
        session->version = answer.versions[1];
        session->deadline = device->periodic ? 0 : VMBUS_NO_DEADLINE;
    }
    vmbus_trace(vmbus, VMBUS_EVENT_AGREED, relid, session->version);
}

static bool answer_valid(const struct vmbus_session *session, enum component_type type,
                         const struct component_header *header, uint32_t size)
{
    return session->waiting && header->type == type &&
           header->transaction == session->transaction &&
           (header->flags & (COMPONENT_FLAG_REQUEST | COMPONENT_FLAG_RESPONSE)) ==
               COMPONENT_FLAG_RESPONSE &&
           header->pipe_size <= size - COMPONENT_PIPE_HEADER &&
           header->pipe_size >= HEADER - COMPONENT_PIPE_HEADER &&
           header->body_size <= header->pipe_size - (HEADER - COMPONENT_PIPE_HEADER);
}

static void take_answer(struct vmbus *vmbus, uint32_t relid, struct vmbus_session *session,
                        uint32_t size)
{
    const struct vmbus_device *device = vmbus_devices[relid - 1];
    enum component_type type = session->agreed ? device->type : COMPONENT_NEGOTIATE;
    struct component_header header;

    memcpy(&header, payload(vmbus), sizeof(header));
    if (size < HEADER || size > VMBUS_PACKET_MAX - DESCRIPTOR ||
        !answer_valid(session, type, &header, size)) {
        vmbus_trace(vmbus, VMBUS_EVENT_IGNORED, relid, size);
        return;
    }
    session->waiting = false;
    if (!session->agreed) {
        take_versions(vmbus, relid, session, header.body_size);
    } else if (device->answer != NULL) {
        device->answer(vmbus, header.status, payload(vmbus) + HEADER, header.body_size);
    }
}

/* Takes packets until there are none, or the slice is used up. */
static enum vmbus_fault take_packets(struct vmbus *vmbus, uint32_t relid,
                                     struct vmbus_channel *channel, uint32_t *left)
{
    uint32_t available;
    uint32_t size;
    uint32_t taken = 0;
    enum vmbus_fault fault = vmbus_ring_look(vmbus, channel, &available);

    while (fault == VMBUS_FAULT_NONE && available != 0 && *left != 0) {
        uint32_t before = available;

        fault = vmbus_ring_take(vmbus, channel, &available, payload(vmbus),
                                VMBUS_PACKET_MAX - DESCRIPTOR, &size);
        if (fault == VMBUS_FAULT_NONE) {
            take_answer(vmbus, relid, &channel->session, size);
            taken += before - available;
            --*left;
        }
    }
    if (fault == VMBUS_FAULT_NONE && taken != 0) {
        fault = vmbus_ring_give_back(vmbus, channel, taken);
    }
    return fault;
}

/* The guest signals when it writes to an empty ring, unless masked. So: mask, take all there is,
 * unmask, look again. What comes in after that look is signalled. */
static enum vmbus_fault receive(struct vmbus *vmbus, uint32_t relid, struct vmbus_channel *channel)
{
    uint32_t left = SLICE;
    uint32_t available = 0;
    enum vmbus_fault fault;

    shim_atomic_store(&channel->signalled, 0);
    shim_atomic_fence(); /* a signal from here on counts for the next time */
    do {
        fault = vmbus_ring_mask(vmbus, channel, true);
        if (fault == VMBUS_FAULT_NONE) {
            fault = take_packets(vmbus, relid, channel, &left);
        }
        if (fault == VMBUS_FAULT_NONE) {
            fault = vmbus_ring_mask(vmbus, channel, false);
        }
        if (fault == VMBUS_FAULT_NONE) {
            fault = vmbus_ring_look(vmbus, channel, &available);
        }
    } while (fault == VMBUS_FAULT_NONE && available != 0 && left != 0);
    if (available != 0) {
        shim_atomic_store(&channel->signalled, 1); /* others first */
    }
    return fault;
}

/* ---- Requests -------------------------------------------------------------------------------- */

/* Sends vmbus->packet, whose body of `size` bytes is there already. */
static enum vmbus_fault send(struct vmbus *vmbus, struct vmbus_channel *channel,
                             enum component_type type, uint16_t size)
{
    struct vmbus_session *session = &channel->session;
    const struct component_header header = {
        .pipe_type = COMPONENT_PIPE_DATA,
        .pipe_size = HEADER - COMPONENT_PIPE_HEADER + size,
        .framework = session->framework,
        .type = (uint16_t)type,
        .version_major = (uint16_t)session->version,
        .version_minor = (uint16_t)(session->version >> 16),
        .body_size = size,
        .transaction = ++session->transaction,
        .flags = COMPONENT_FLAG_TRANSACTION | COMPONENT_FLAG_REQUEST,
    };

    memcpy(payload(vmbus), &header, sizeof(header));
    session->waiting = true;
    return vmbus_ring_put(vmbus, channel, HEADER + size);
}

/* The first packet of a session; its rings are empty. */
static enum vmbus_fault negotiate(struct vmbus *vmbus, const struct vmbus_device *device,
                                  struct vmbus_channel *channel)
{
    struct component_negotiate body = {
        .framework_count = COMPONENT_FRAMEWORKS,
        .message_count = device->version_count,
    };

    memcpy(body.versions, frameworks, sizeof(frameworks));
    memcpy(body.versions + COMPONENT_FRAMEWORKS, device->versions, sizeof(device->versions));
    memset(vmbus->packet, 0, sizeof(vmbus->packet));
    memcpy(payload(vmbus) + HEADER, &body, sizeof(body));
    channel->session.asked = true;
    return send(vmbus, channel, COMPONENT_NEGOTIATE,
                (uint16_t)(sizeof(body) - sizeof(device->versions) +
                           device->version_count * sizeof(device->versions[0])));
}

static enum vmbus_fault send_due(struct vmbus *vmbus, const struct vmbus_device *device,
                                 struct vmbus_channel *channel, uint64_t now)
{
    struct vmbus_session *session = &channel->session;
    enum vmbus_fault fault = VMBUS_FAULT_NONE;
    bool room = false;
    uint16_t size;

    if (!session->waiting) {
        fault =
            vmbus_ring_reserve(vmbus, channel, vmbus_ring_length(HEADER + device->body_max), &room);
    }
    if (fault != VMBUS_FAULT_NONE) {
        return fault;
    }
    memset(vmbus->packet, 0, sizeof(vmbus->packet));
    size = device->request(vmbus, session, now, !room, payload(vmbus) + HEADER);
    if (room) {
        session->begun = true;
        fault = send(vmbus, channel, device->type, size);
    }
    return fault;
}

enum vmbus_fault component_serve(struct vmbus *vmbus, uint32_t relid, struct vmbus_channel *channel,
                                 uint64_t now)
{
    const struct vmbus_device *device = vmbus_devices[relid - 1];
    struct vmbus_session *session = &channel->session;
    enum vmbus_fault fault = VMBUS_FAULT_NONE;

    if (shim_atomic_load(&channel->signalled) != 0) {
        fault = receive(vmbus, relid, channel);
    }
    if (fault == VMBUS_FAULT_NONE && !session->asked) {
        return negotiate(vmbus, device, channel);
    }
    if (fault == VMBUS_FAULT_NONE && session->agreed && device->due(vmbus, session, now)) {
        fault = send_due(vmbus, device, channel, now);
    }
    return fault;
}
