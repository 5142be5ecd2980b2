/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Ports and connections: where a guest's messages and events go (TLFS
 * inter-partition-communication).
 *
 * A port is an object of whoever serves it: VMBus, another service, another partition's end. A
 * connection gives it a number in one partition. Ports and connections may come and go while guests
 * use them; a port's storage must stay valid until no VP can be inside shim_hvc() any more that was
 * there when the port was closed. */

#ifndef SHIM_PORT_H
#define SHIM_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include <hv/message.h>
#include <hv/status.h>

struct shim_partition;
struct shim_port;
struct shim_vp;

/* What an owner serves. Called inside shim_hvc() on the VP that posts or signals, on several at the
 * same time; must not block. May call shim_event_set(), but not shim_message_send(). */
struct shim_port_ops {
    /* HvCallPostMessage; NULL: no message port. `message` is private to the call and checked: type,
     * payload size, reserved fields. The status goes to the guest: HV_STATUS_SUCCESS,
     * INSUFFICIENT_BUFFERS, INVALID_SYNIC_STATE, INVALID_VP_INDEX, INVALID_CONNECTION_ID. Nothing
     * may have changed unless SUCCESS. */
    hv_status_t (*post)(struct shim_port *port, struct shim_vp *vp,
                        const struct hv_post_message *message);

    /* HvCallSignalEvent; NULL: no event port. `flag` is below the port's flag_count. Statuses as
     * above. */
    hv_status_t (*signal)(struct shim_port *port, struct shim_vp *vp, uint16_t flag);
};

/* Made by its owner; the library only reads. */
struct shim_port {
    const struct shim_port_ops *ops;
    void *owner;         /* the owner's */
    uint64_t closed;     /* shared: set by the owner by shim_port_close() */
    uint32_t flag_count; /* of an event port, 1..2048 */
};

/* One slot of a partition's connections; the library's. */
struct shim_connection {
    uint64_t id; /* shared: written by shim_connect() and shim_disconnect(). 23:0: the number, 0
                    when free; above: how often it was taken away */
    struct shim_port *port; /* valid if `id` is the same before and after reading this */
};

/* Gives a port the number `id` (1..0xffffff) in a partition. False when the number is taken or out
 * of range, or when the slots near it are: provide more of them. One caller at a time per
 * partition. */
bool shim_connect(struct shim_partition *partition, uint32_t id, struct shim_port *port);

/* Takes the number away: INVALID_CONNECTION_ID from now on. One caller at a time per partition. */
void shim_disconnect(struct shim_partition *partition, uint32_t id);

/* The port is no more: INVALID_PORT_ID by every connection that still leads to it. */
void shim_port_close(struct shim_port *port);

#endif
