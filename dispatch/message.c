/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Delivery of SynIC messages into a VP's message page (TLFS inter-partition-communication, "SynIC
 * Message Delivery"). The page is guest memory: nothing read from a slot is trusted but "empty or
 * not", and a guest that lies about that harms only itself. Runs in the VP's delivery context,
 * beside the VP. */

#include "message.h"

#include <string.h>

#include "timer.h"
#include "trace.h"

static bool slot_is_empty(const struct shim_partition *partition, uint64_t slot, bool *empty)
{
    uint32_t type;

    if (!partition->ops->gpa_read(partition->host, slot + offsetof(struct hv_message, type), &type,
                                  sizeof(type))) {
        return false;
    }
    *empty = type == HV_MESSAGE_TYPE_NONE;
    return true;
}

/* Asks the guest to write EOM when it has emptied the slot. The flags byte alone is touched:
 * writing more could bring back a type that the guest has just cleared. */
static bool ask_for_eom(const struct shim_partition *partition, uint64_t slot)
{
    uint8_t flags = HV_MESSAGE_FLAG_PENDING;
    bool written = partition->ops->gpa_write(
        partition->host, slot + offsetof(struct hv_message, flags), &flags, sizeof(flags));

    shim_atomic_fence(); /* the guest clears the type, then reads the flag; we do it the other way
                            round */
    return written;
}

/* True when the slot is free now, or became free while we said that there is more. A guest that
 * emptied it just before the flag was set saw no flag and will not write EOM. */
static bool slot_claim(const struct shim_partition *partition, uint64_t slot)
{
    bool empty;

    if (!slot_is_empty(partition, slot, &empty)) {
        return false;
    }
    if (!empty && ask_for_eom(partition, slot)) {
        (void)slot_is_empty(partition, slot, &empty);
    }
    return empty;
}

/* Type last: from then on the guest may read the slot. The pending flag is clear: if there is more
 * for this SINT, the poll that comes here finds the slot taken in its next step, and sets it. */
static bool slot_fill(const struct shim_partition *partition, uint64_t slot,
                      const struct hv_message *message)
{
    const uint8_t *bytes = (const uint8_t *)message;
    size_t body = offsetof(struct hv_message, payload_size);

    if (!partition->ops->gpa_write(partition->host, slot + body, bytes + body,
                                   sizeof(*message) - body)) {
        return false;
    }
    shim_atomic_fence();
    return partition->ops->gpa_write(partition->host, slot, bytes, sizeof(message->type));
}

/* A masked SINT has its message written all the same: only the interrupt is lost. */
static void notify(struct shim_vp *vp, uint32_t sint)
{
    const struct shim_partition *partition = vp->partition;
    uint64_t value = shim_atomic_load(&vp->sint[sint]);

    if ((value & (HV_SINT_MASKED | HV_SINT_POLLING)) == 0) {
        partition->ops->interrupt_assert(partition->host, vp->host_vp,
                                         (uint32_t)(value & HV_SINT_VECTOR));
    }
}

/* Two may want to fill a slot at once: the delivery context, and the VP itself with a direct
 * message. Neither waits: who comes second leaves it for later. */
static bool slot_enter(struct shim_vp *vp, uint32_t sint)
{
    uint64_t bit = UINT64_C(1) << sint;

    return (__atomic_fetch_or(&vp->slots_in_use, bit, __ATOMIC_ACQUIRE) & bit) == 0;
}

static void slot_leave(struct shim_vp *vp, uint32_t sint)
{
    (void)__atomic_fetch_and(&vp->slots_in_use, ~(UINT64_C(1) << sint), __ATOMIC_RELEASE);
}

static bool slot_deliver(const struct shim_partition *partition, uint64_t slot, bool wait,
                         const struct hv_message *message)
{
    bool empty;

    if (wait ? !slot_claim(partition, slot) : !slot_is_empty(partition, slot, &empty) || !empty) {
        return false;
    }
    return slot_fill(partition, slot, message);
}

bool message_deliver(struct shim_vp *vp, uint32_t sint, bool wait, const struct hv_message *message)
{
    uint64_t simp = shim_atomic_load(&vp->simp);
    uint64_t slot = (simp & HV_SYNIC_PAGE) + (uint64_t)sint * HV_MESSAGE_SIZE;
    bool delivered;

    if ((shim_atomic_load(&vp->scontrol) & simp & HV_SYNIC_ENABLE) == 0 || !slot_enter(vp, sint)) {
        return false;
    }
    delivered = slot_deliver(vp->partition, slot, wait, message);
    slot_leave(vp, sint);
    if (delivered) {
        trace_event(vp, SHIM_EVENT_DELIVERED, sint, message->type);
        notify(vp, sint);
    }
    return delivered;
}

static void take_out(struct shim_message_queue *queue, uint32_t position)
{
    uint32_t behind = queue->count - position - 1;

    memmove(&queue->messages[position], &queue->messages[position + 1],
            behind * sizeof(queue->messages[0]));
    memmove(&queue->sint[position], &queue->sint[position + 1], behind);
    queue->count--;
}

/* `blocked`: SINTs whose slot is taken; nothing overtakes there. */
static void deliver_queue(struct shim_vp *vp, uint32_t *blocked)
{
    struct shim_message_queue *queue = &vp->queue;
    uint32_t position = 0;

    while (position < queue->count) {
        uint32_t sint = queue->sint[position];

        if ((*blocked >> sint & 1) == 0 &&
            message_deliver(vp, sint, true, &queue->messages[position])) {
            take_out(queue, position);
        } else {
            *blocked |= UINT32_C(1) << sint;
            position++;
        }
    }
}

/* A host may tell its delivery context by a plain store: what the poll is about comes first. */
void poll_request(struct shim_vp *vp)
{
    shim_atomic_fence();
    vp->partition->ops->poll_wanted(vp->partition->host, vp->host_vp);
}

uint64_t shim_vp_poll(struct shim_vp *vp)
{
    uint32_t blocked = 0;

    deliver_queue(vp, &blocked);
    return timers_poll(vp, &blocked);
}

bool shim_message_send(struct shim_vp *vp, uint32_t sint, const struct hv_message *message)
{
    struct shim_message_queue *queue = &vp->queue;
    struct hv_message *place = &queue->messages[queue->count];
    uint32_t blocked = 0;

    SHIM_ASSERT(sint < HV_SYNIC_SINT_COUNT);
    SHIM_ASSERT(message->type != HV_MESSAGE_TYPE_NONE);
    SHIM_ASSERT(message->payload_size <= HV_MESSAGE_PAYLOAD_MAX);
    if (queue->count == SHIM_MESSAGE_QUEUE) {
        return false;
    }
    memset(place, 0, sizeof(*place));
    place->type = message->type;
    place->payload_size = message->payload_size;
    place->origin = message->origin;
    memcpy(place->payload, message->payload, message->payload_size);
    queue->sint[queue->count] = (uint8_t)sint;
    queue->count++;
    deliver_queue(vp, &blocked);
    return true;
}
