/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The devices that are offered: one row each, which is all that channels and the component protocol
 * know of them. */

#ifndef VMBUS_DEVICE_H
#define VMBUS_DEVICE_H

#include "component_message.h"
#include "protocol.h"
#include "vmbus.h"

struct vmbus_device {
    struct vmbus_guid interface;
    struct vmbus_guid instance;
    enum component_type type;
    uint16_t version_count;
    uint32_t versions[COMPONENT_VERSIONS]; /* of its messages, ascending */
    uint16_t body_max;                     /* bytes, of its longest request */
    bool periodic;                         /* deadlines make it due, not only what hosts ask for */

    /* Whether a request is due. */
    bool (*due)(const struct vmbus *vmbus, const struct vmbus_session *session, uint64_t now);

    /* Called when one is due. Sets the next deadline, if periodic; writes the body, which is zero
     * before, and returns its size. When `blocked`, nothing can be sent: the last request is not
     * answered yet, or the ring is full. */
    uint16_t (*request)(struct vmbus *vmbus, struct vmbus_session *session, uint64_t now,
                        bool blocked, void *body);

    /* The answer to the last request. `body` is private, of `size` bytes. NULL: all are fine. */
    void (*answer)(struct vmbus *vmbus, uint32_t status, const void *body, uint32_t size);
};

/* By relid - 1. Their order is their ids', now and later: some guests want them back so. */
extern const struct vmbus_device *const vmbus_devices[VMBUS_CHANNELS] SHIM_INTERNAL;

extern const struct vmbus_device vmbus_heartbeat_device SHIM_INTERNAL;
extern const struct vmbus_device vmbus_shutdown_device SHIM_INTERNAL;
extern const struct vmbus_device vmbus_time_sync_device SHIM_INTERNAL;

#endif
