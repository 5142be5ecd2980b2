/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The queue of answers. A ring of fixed size; VPs read its count while the service context writes
 * it, as a hint only. */

#include "backlog.h"

#include "protocol.h"

#include <string.h>

/* The answer at a distance from the oldest one, which may be one past the youngest. */
static struct vmbus_reply *reply_at(struct vmbus_backlog *backlog, uint64_t distance)
{
    return &backlog->replies[(backlog->first + distance) % VMBUS_BACKLOG];
}

uint64_t backlog_places(const struct vmbus_backlog *backlog)
{
    return VMBUS_BACKLOG - shim_atomic_load(&backlog->count);
}

bool backlog_has_place(const struct vmbus_backlog *backlog)
{
    return backlog_places(backlog) != 0;
}

void backlog_append(struct vmbus_backlog *backlog, hv_vp_index_t vp, uint32_t sint,
                    bool of_connection, const void *payload, size_t size)
{
    struct vmbus_reply *reply = reply_at(backlog, backlog->count);

    SHIM_ASSERT(backlog_has_place(backlog)); /* callers ask first */
    memset(&reply->message, 0, sizeof(reply->message));
    reply->vp = vp;
    reply->sint = sint;
    reply->of_connection = of_connection;
    reply->message.type = VMBUS_MESSAGE_TYPE;
    reply->message.payload_size = (uint8_t)size;
    memcpy(reply->message.payload, payload, size);
    shim_atomic_store(&backlog->count, backlog->count + 1);
}

void backlog_flush(struct vmbus *vmbus)
{
    struct vmbus_backlog *backlog = &vmbus->backlog;

    while (backlog->count != 0) {
        const struct vmbus_reply *reply = reply_at(backlog, 0);

        if (!vmbus->ops->message_send(vmbus->host, reply->vp, reply->sint, &reply->message)) {
            return;
        }
        backlog->first = (backlog->first + 1) % VMBUS_BACKLOG;
        shim_atomic_store(&backlog->count, backlog->count - 1);
    }
}

void backlog_drop_connection(struct vmbus_backlog *backlog)
{
    uint64_t kept = 0;

    for (uint64_t i = 0; i < backlog->count; i++) {
        const struct vmbus_reply *reply = reply_at(backlog, i);

        if (!reply->of_connection) {
            *reply_at(backlog, kept) = *reply;
            kept++;
        }
    }
    shim_atomic_store(&backlog->count, kept);
}
