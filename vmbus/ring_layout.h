/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A channel's rings in guest memory: a control page and data behind it, one ring for each
 * direction. Layouts are as Linux (include/linux/hyperv.h), FreeBSD and OpenVMM agree on. */

#ifndef VMBUS_RING_LAYOUT_H
#define VMBUS_RING_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

/* The control page. Indices are offsets into the data, multiples of 8; equal means empty, and a
 * ring is never filled, so 8 bytes always stay free. */
struct vmbus_ring_control {
    uint32_t write;             /* the writer's */
    uint32_t read;              /* the reader's */
    uint32_t interrupt_mask;    /* the reader's: 1 = do not signal what you write */
    uint32_t pending_send_size; /* the writer's: bytes it waits for; 0: it does not wait */
    uint32_t reserved[12];
    uint32_t features;
};
#define VMBUS_RING_FEATURE_PENDING_SEND_SIZE 0x1u
#define VMBUS_RING_RESERVED 8u /* bytes that stay free */
_Static_assert(offsetof(struct vmbus_ring_control, write) == 0, "ring control page");
_Static_assert(offsetof(struct vmbus_ring_control, read) == 4, "ring control page");
_Static_assert(offsetof(struct vmbus_ring_control, interrupt_mask) == 8, "ring control page");
_Static_assert(offsetof(struct vmbus_ring_control, pending_send_size) == 12, "ring control page");
_Static_assert(offsetof(struct vmbus_ring_control, features) == 64, "ring control page");

/* A packet: this, further headers, the payload rounded up to 8 bytes, and a trailer. */
struct vmbus_packet {
    uint16_t type;
    uint16_t offset8; /* where the payload starts, / 8 */
    uint16_t length8; /* without the trailer, / 8 */
    uint16_t flags;
    uint64_t transaction;
};
#define VMBUS_PACKET_IN_BAND 6u              /* the payload is all in the ring */
#define VMBUS_PACKET_FLAG_COMPLETION 0x0001u /* a completion is asked for */
_Static_assert(offsetof(struct vmbus_packet, offset8) == 2, "packet descriptor");
_Static_assert(offsetof(struct vmbus_packet, length8) == 4, "packet descriptor");
_Static_assert(offsetof(struct vmbus_packet, flags) == 6, "packet descriptor");
_Static_assert(offsetof(struct vmbus_packet, transaction) == 8, "packet descriptor");
_Static_assert(sizeof(struct vmbus_packet) == 16, "packet descriptor");

struct vmbus_packet_trailer {
    uint32_t reserved;
    uint32_t start; /* index at which the packet started */
};
_Static_assert(sizeof(struct vmbus_packet_trailer) == 8, "packet trailer");

#endif
