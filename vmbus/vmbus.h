/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The host's side of VMBus for one guest: connects, offers, disconnects. It knows nothing of EL2
 * nor of hypercalls; a host hands it what the guest posted and sends what it answers.
 *
 * Concurrency: one context, the host's choice (a service core, a worker thread), calls all
 * functions but vmbus_check_post(), one at a time. vmbus_check_post() only reads; any VP may call
 * it at any time.
 *
 * How a host wires it up. A guest's HvCallPostMessage must have its status at once, the work may
 * come later, so the message_post op does, on the guest's own VP:
 *
 *     status = vmbus_check_post(vmbus, message);
 *     SUCCESS: put a copy into an inbox, one for all VPs and in order; inbox full:
 *              HV_STATUS_INSUFFICIENT_BUFFERS; then wake the service context
 *
 * and the service context, whenever a message came in or a guest freed a slot (EOM):
 *
 *     vmbus_poll(vmbus);
 *     while the inbox is not empty and vmbus_receive(vmbus, its oldest): remove the oldest
 *
 * So a request is only taken when its answer has a place. A guest that never reads its message slot
 * finds first the backlog full, then the inbox, then gets INSUFFICIENT_BUFFERS: nothing that was
 * accepted is lost, nothing overtakes, and memory is what is declared here. */

#ifndef VMBUS_VMBUS_H
#define VMBUS_VMBUS_H

#include <shim/compiler.h>

#include <hv/message.h>
#include <hv/status.h>
#include <hv/types.h>

#include <stdbool.h>
#include <stdint.h>

/* Answers that may wait here for the host to take them. */
#define VMBUS_BACKLOG 16u

/* What VMBus needs of its host. All ops are mandatory. */
struct vmbus_host_ops {
    /* Sends a message to a SINT of a VP (below vp_count; SINT below 16), in order; see
     * shim_message_send(). False when there is no place: nothing was sent, vmbus_poll() tries
     * again. Must not call back. */
    bool (*message_send)(void *host, hv_vp_index_t vp, uint32_t sint,
                         const struct hv_message *message);
};

enum vmbus_state {
    VMBUS_DISCONNECTED, /* only INITIATE_CONTACT has an answer */
    VMBUS_CONNECTED,    /* a version is agreed on */
    VMBUS_OFFERED,      /* REQUEST_OFFERS was answered; it is once per connection */
    VMBUS_STATES,
};

/* An answer on its way. */
struct vmbus_reply {
    hv_vp_index_t vp;
    uint32_t sint;
    bool of_connection; /* is dropped when the connection ends before it was sent */
    struct hv_message message;
};

/* Answers that the host had no place for yet: a ring, oldest first. */
struct vmbus_backlog {
    uint64_t count; /* shared: written by the service context, read by vmbus_check_post() */
    uint32_t first;
    struct vmbus_reply replies[VMBUS_BACKLOG];
};

/* VMBus of one guest. Fields are the library's; hosts pass the pointer only. */
struct vmbus {
    const struct vmbus_host_ops *ops;
    void *host;
    uint32_t vp_count;
    enum vmbus_state state;
    hv_vp_index_t target_vp; /* while connected: the VP that gets our messages */
    struct vmbus_backlog backlog;
};

/* Makes a VMBus without a connection. `ops` must stay valid; `host` is handed to them. False, and
 * nothing usable, without message_send or VPs. Call before any VP runs. */
bool vmbus_init(struct vmbus *vmbus, const struct vmbus_host_ops *ops, void *host,
                uint32_t vp_count);

/* Forgets the connection and all waiting answers, as partition reset requires. The host empties
 * its inbox itself. No VP may be running. */
void vmbus_reset(struct vmbus *vmbus);

/* The status of posting to a connection now: SUCCESS, INVALID_CONNECTION_ID when it is none of
 * ours, INSUFFICIENT_BUFFERS while answers wait for the guest in every place that there is. SUCCESS
 * promises no place: the host still may have to wait for vmbus_receive(). Any VP. */
hv_status_t vmbus_check_post(const struct vmbus *vmbus, const struct hv_post_message *message);

/* Serves a message that the guest posted. `message` is the host's private copy; its contents may be
 * anything. What is malformed, came by no port of ours or has no answer in this state is dropped.
 * False when an answer might find no place: nothing has changed, give the same message again after
 * the next vmbus_poll(). */
__attribute__((warn_unused_result)) bool vmbus_receive(struct vmbus *vmbus,
                                                       const struct hv_post_message *message);

/* Sends what waits, as far as the host has places. */
void vmbus_poll(struct vmbus *vmbus);

#endif
