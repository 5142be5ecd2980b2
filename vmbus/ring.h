/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The rings of an open channel. Everything in their pages may change at any time and be anything:
 * our own indices live in struct vmbus_ring, the guest's are checked each time they are read, and
 * packets are copied before they are looked at. Any fault means that the channel is to be closed.
 */

#ifndef VMBUS_RING_H
#define VMBUS_RING_H

#include "vmbus.h"

/* Writes what is ours in both control pages: empty rings, no mask, pending sizes in use. False when
 * a page is no RAM. */
bool vmbus_ring_start(const struct vmbus *vmbus, const struct vmbus_channel *channel);

/* ---- Guest to host --------------------------------------------------------------------------- */

/* Whether the guest is to signal when it writes to an empty ring. */
enum vmbus_fault vmbus_ring_mask(const struct vmbus *vmbus, struct vmbus_channel *channel,
                                 bool masked);

/* Bytes that can be read. */
enum vmbus_fault vmbus_ring_look(const struct vmbus *vmbus, struct vmbus_channel *channel,
                                 uint32_t *available);

/* Copies the payload of the next packet, up to `capacity` bytes of it, and passes over the packet;
 * `size` is how long the payload is. `available` comes from vmbus_ring_look() and loses what was
 * taken. */
enum vmbus_fault vmbus_ring_take(const struct vmbus *vmbus, struct vmbus_channel *channel,
                                 uint32_t *available, void *payload, uint32_t capacity,
                                 uint32_t *size);

/* Gives the guest back what was taken since the last time, `taken` bytes, and has it interrupted if
 * that is what it waits for. */
enum vmbus_fault vmbus_ring_give_back(const struct vmbus *vmbus, struct vmbus_channel *channel,
                                      uint32_t taken);

/* ---- Host to guest --------------------------------------------------------------------------- */

/* Whether a packet of `length` bytes, trailer included, has room. If not, the guest is asked to
 * signal when it has. */
enum vmbus_fault vmbus_ring_reserve(const struct vmbus *vmbus, struct vmbus_channel *channel,
                                    uint32_t length, bool *room);

/* Makes an in-band packet of vmbus->packet, whose payload of `size` bytes stands behind the
 * descriptor's place and is zero up to the next multiple of 8, and appends it; room must be
 * reserved. Has the guest interrupted if it waits for packets. */
enum vmbus_fault vmbus_ring_put(struct vmbus *vmbus, struct vmbus_channel *channel, uint32_t size);

/* Length on the ring of a packet with that much payload. */
uint32_t vmbus_ring_length(uint32_t payload);

#endif
