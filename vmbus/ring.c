/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Rings in guest memory. The order of accesses is what makes them work: index, then data, when
 * reading; data, then index, when writing; and a full barrier between publishing an index and
 * looking at what the other side wants to be told. */

#include "ring.h"

#include "gpadl.h"
#include "ring_layout.h"

#include <hv/types.h>

#include <string.h>

#define CONTROL(field) ((uint32_t)offsetof(struct vmbus_ring_control, field))

static bool load(const struct vmbus *vmbus, const struct vmbus_ring *ring, uint32_t field,
                 uint32_t *value)
{
    uint64_t control = gpadl_page(vmbus, ring->gpadl, ring->page);

    return vmbus->ops->gpa_read(vmbus->host, control + field, value, sizeof(*value));
}

static bool store(const struct vmbus *vmbus, const struct vmbus_ring *ring, uint32_t field,
                  uint32_t value)
{
    uint64_t control = gpadl_page(vmbus, ring->gpadl, ring->page);

    return vmbus->ops->gpa_write(vmbus->host, control + field, &value, sizeof(value));
}

/* Where data at an index is, and how much of `size` follows it in the same page. */
static uint64_t locate(const struct vmbus *vmbus, const struct vmbus_ring *ring, uint32_t index,
                       uint32_t *size)
{
    uint32_t left = HV_PAGE_SIZE - index % HV_PAGE_SIZE;

    *size = *size < left ? *size : left;
    return gpadl_page(vmbus, ring->gpadl, ring->page + 1 + index / HV_PAGE_SIZE) +
           index % HV_PAGE_SIZE;
}

/* An index further on; `distance` is at most the ring's size. */
static uint32_t advance(const struct vmbus_ring *ring, uint32_t index, uint32_t distance)
{
    uint32_t left = ring->size - index;

    return distance < left ? index + distance : distance - left;
}

/* Bytes from an index to another one. */
static uint32_t distance(const struct vmbus_ring *ring, uint32_t from, uint32_t to)
{
    return to >= from ? to - from : ring->size - (from - to);
}

static bool copy_out_of(const struct vmbus *vmbus, const struct vmbus_ring *ring, uint32_t index,
                        void *to, uint32_t size)
{
    uint8_t *bytes = to;

    while (size != 0) {
        uint32_t step = size;
        uint64_t gpa = locate(vmbus, ring, index, &step);

        if (!vmbus->ops->gpa_read(vmbus->host, gpa, bytes, step)) {
            return false;
        }
        index = advance(ring, index, step);
        bytes += step;
        size -= step;
    }
    return true;
}

static bool copy_into(const struct vmbus *vmbus, const struct vmbus_ring *ring, uint32_t index,
                      const void *from, uint32_t size)
{
    const uint8_t *bytes = from;

    while (size != 0) {
        uint32_t step = size;
        uint64_t gpa = locate(vmbus, ring, index, &step);

        if (!vmbus->ops->gpa_write(vmbus->host, gpa, bytes, step)) {
            return false;
        }
        index = advance(ring, index, step);
        bytes += step;
        size -= step;
    }
    return true;
}

/* Reads the guest's index: inside the ring, aligned, and between the two bounds, of which the first
 * is where it was before and the second is ours. */
static enum vmbus_fault load_peer(const struct vmbus *vmbus, struct vmbus_ring *ring,
                                  uint32_t field)
{
    bool reader = field == CONTROL(read); /* it follows us; a writer is ahead of us */
    uint32_t index;

    if (!load(vmbus, ring, field, &index)) {
        return VMBUS_FAULT_MEMORY;
    }
    if (index >= ring->size || index % 8 != 0) {
        return VMBUS_FAULT_INDEX;
    }
    if (reader ? distance(ring, index, ring->own) > distance(ring, ring->peer, ring->own)
               : distance(ring, ring->own, index) < distance(ring, ring->own, ring->peer)) {
        return VMBUS_FAULT_INDEX; /* backwards */
    }
    ring->peer = index;
    return VMBUS_FAULT_NONE;
}

bool vmbus_ring_start(const struct vmbus *vmbus, const struct vmbus_channel *channel)
{
    const struct vmbus_ring *in = &channel->from_guest;
    const struct vmbus_ring *out = &channel->to_guest;

    return store(vmbus, in, CONTROL(read), 0) && store(vmbus, in, CONTROL(interrupt_mask), 0) &&
           store(vmbus, out, CONTROL(write), 0) &&
           store(vmbus, out, CONTROL(pending_send_size), 0) &&
           store(vmbus, out, CONTROL(features), VMBUS_RING_FEATURE_PENDING_SEND_SIZE);
}

/* ---- Guest to host --------------------------------------------------------------------------- */

enum vmbus_fault vmbus_ring_mask(const struct vmbus *vmbus, struct vmbus_channel *channel,
                                 bool masked)
{
    if (!store(vmbus, &channel->from_guest, CONTROL(interrupt_mask), masked)) {
        return VMBUS_FAULT_MEMORY;
    }
    shim_atomic_fence(); /* the guest writes its index, then looks at the mask */
    return VMBUS_FAULT_NONE;
}

enum vmbus_fault vmbus_ring_look(const struct vmbus *vmbus, struct vmbus_channel *channel,
                                 uint32_t *available)
{
    struct vmbus_ring *ring = &channel->from_guest;
    enum vmbus_fault fault = load_peer(vmbus, ring, CONTROL(write));

    shim_atomic_fence(); /* what the index covers is read after it */
    *available = distance(ring, ring->own, ring->peer);
    return fault;
}

/* A descriptor whose lengths fit one another and what there is. */
static bool packet_valid(const struct vmbus_packet *packet, uint32_t available)
{
    uint32_t length = packet->length8 * 8u + (uint32_t)sizeof(struct vmbus_packet_trailer);

    return packet->type == VMBUS_PACKET_IN_BAND && packet->offset8 * 8u >= sizeof(*packet) &&
           packet->offset8 <= packet->length8 && length <= available &&
           (packet->flags & ~VMBUS_PACKET_FLAG_COMPLETION) == 0;
}

enum vmbus_fault vmbus_ring_take(const struct vmbus *vmbus, struct vmbus_channel *channel,
                                 uint32_t *available, void *payload, uint32_t capacity,
                                 uint32_t *size)
{
    struct vmbus_ring *ring = &channel->from_guest;
    struct vmbus_packet packet;
    uint32_t length;

    if (*available < sizeof(packet)) {
        return VMBUS_FAULT_PACKET;
    }
    if (!copy_out_of(vmbus, ring, ring->own, &packet, sizeof(packet))) {
        return VMBUS_FAULT_MEMORY;
    }
    if (!packet_valid(&packet, *available)) {
        return VMBUS_FAULT_PACKET;
    }
    *size = (packet.length8 - packet.offset8) * 8u;
    if (!copy_out_of(vmbus, ring, advance(ring, ring->own, packet.offset8 * 8u), payload,
                     *size < capacity ? *size : capacity)) {
        return VMBUS_FAULT_MEMORY;
    }
    length = packet.length8 * 8u + (uint32_t)sizeof(struct vmbus_packet_trailer);
    ring->own = advance(ring, ring->own, length);
    *available -= length;
    return VMBUS_FAULT_NONE;
}

enum vmbus_fault vmbus_ring_give_back(const struct vmbus *vmbus, struct vmbus_channel *channel,
                                      uint32_t taken)
{
    struct vmbus_ring *ring = &channel->from_guest;
    enum vmbus_fault fault = VMBUS_FAULT_NONE;
    uint32_t wanted;

    shim_atomic_fence(); /* all that was read was read before */
    if (!store(vmbus, ring, CONTROL(read), ring->own)) {
        return VMBUS_FAULT_MEMORY;
    }
    shim_atomic_fence(); /* the guest writes the size, then looks at the index */
    if (!load(vmbus, ring, CONTROL(pending_send_size), &wanted)) {
        return VMBUS_FAULT_MEMORY;
    }
    wanted &= ~7u; /* some guests write one byte less than they need */
    if (wanted != 0) {
        uint32_t room;

        fault = load_peer(vmbus, ring, CONTROL(write));
        room = ring->size - distance(ring, ring->own, ring->peer) - VMBUS_RING_RESERVED;
        /* Only when it has enough now and had not before. */
        channel->interrupt |= room >= wanted && (uint64_t)wanted + taken > room;
    }
    return fault;
}

/* ---- Host to guest --------------------------------------------------------------------------- */

static enum vmbus_fault look_for_room(const struct vmbus *vmbus, struct vmbus_ring *ring,
                                      uint32_t length, bool *room)
{
    enum vmbus_fault fault = load_peer(vmbus, ring, CONTROL(read));
    uint32_t used = distance(ring, ring->peer, ring->own);

    *room = ring->size - used - VMBUS_RING_RESERVED >= length;
    return fault;
}

/* Says how much room we wait for, and looks once more: the guest may have made it just before. */
enum vmbus_fault vmbus_ring_reserve(const struct vmbus *vmbus, struct vmbus_channel *channel,
                                    uint32_t length, bool *room)
{
    struct vmbus_ring *ring = &channel->to_guest;
    enum vmbus_fault fault = look_for_room(vmbus, ring, length, room);

    if (fault == VMBUS_FAULT_NONE && !*room) {
        if (!store(vmbus, ring, CONTROL(pending_send_size), length)) {
            return VMBUS_FAULT_MEMORY;
        }
        shim_atomic_fence(); /* the guest writes its index, then looks at the size */
        fault = look_for_room(vmbus, ring, length, room);
    }
    return fault;
}

uint32_t vmbus_ring_length(uint32_t payload)
{
    return (uint32_t)sizeof(struct vmbus_packet) + (payload + 7) / 8 * 8 +
           (uint32_t)sizeof(struct vmbus_packet_trailer);
}

/* The guest waits for packets when it had read all, and does not mask interrupts. */
static enum vmbus_fault publish(const struct vmbus *vmbus, struct vmbus_channel *channel,
                                uint32_t length)
{
    struct vmbus_ring *ring = &channel->to_guest;
    uint32_t before = ring->own;
    enum vmbus_fault fault;
    uint32_t mask;

    ring->own = advance(ring, ring->own, length);
    shim_atomic_fence(); /* the packet is there before the index says so */
    if (!store(vmbus, ring, CONTROL(pending_send_size), 0) ||
        !store(vmbus, ring, CONTROL(write), ring->own)) {
        return VMBUS_FAULT_MEMORY;
    }
    shim_atomic_fence(); /* the guest writes mask or index, then looks at our index */
    if (!load(vmbus, ring, CONTROL(interrupt_mask), &mask)) {
        return VMBUS_FAULT_MEMORY;
    }
    fault = load_peer(vmbus, ring, CONTROL(read));
    channel->interrupt |= mask == 0 && ring->peer == before;
    return fault;
}

enum vmbus_fault vmbus_ring_put(struct vmbus *vmbus, struct vmbus_channel *channel, uint32_t size)
{
    const struct vmbus_ring *ring = &channel->to_guest;
    const uint32_t length = vmbus_ring_length(size);
    const struct vmbus_packet_trailer trailer = { .start = ring->own };
    const uint32_t body = length - (uint32_t)sizeof(trailer);
    const struct vmbus_packet packet = {
        .type = VMBUS_PACKET_IN_BAND,
        .offset8 = sizeof(packet) / 8,
        .length8 = (uint16_t)(body / 8),
    };
    uint8_t *bytes = (uint8_t *)vmbus->packet;

    memcpy(bytes, &packet, sizeof(packet));
    memcpy(bytes + body, &trailer, sizeof(trailer));
    if (!copy_into(vmbus, ring, ring->own, bytes, length)) {
        return VMBUS_FAULT_MEMORY;
    }
    return publish(vmbus, channel, length);
}
