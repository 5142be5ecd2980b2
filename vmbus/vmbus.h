/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The host's side of VMBus for one guest: connects, offers integration components (heartbeat,
 * shutdown, time synchronisation), moves their packets through rings in guest memory. It knows
 * nothing of EL2 nor of hypercalls; a host hands it what the guest posted and signalled, and does
 * what it asks by the ops.
 *
 * Concurrency: one context, the host's choice (a service core, a worker thread), calls all
 * functions but those marked "any VP", one at a time.
 *
 * How a host wires it up. A guest's hypercall must have its status at once, the work may come
 * later. So the message_post op does, on the guest's own VP:
 *
 *     status = vmbus_check_post(vmbus, message);
 *     SUCCESS: put a copy into an inbox, one for all VPs and in order; inbox full:
 *              HV_STATUS_INSUFFICIENT_BUFFERS; then wake the service context
 *
 * the event_signal op:
 *
 *     status = vmbus_signal(vmbus, connection_id, flag);
 *     SUCCESS: wake the service context
 *
 * and the service context, when it is woken, when a guest freed a slot (EOM) or enabled its SynIC,
 * and when the deadline has passed:
 *
 *     vmbus_poll(vmbus);
 *     while the inbox is not empty and vmbus_receive(vmbus, its oldest): remove the oldest
 *     deadline = vmbus_poll(vmbus);
 *
 * So a request is only taken when its answer has a place. A guest that never reads its message slot
 * finds first the backlog full, then the inbox, then gets INSUFFICIENT_BUFFERS: nothing that was
 * accepted is lost, nothing overtakes, and memory is what is declared in state.h. */

#ifndef VMBUS_VMBUS_H
#define VMBUS_VMBUS_H

#include "state.h"

#include <shim/compiler.h>

#include <hv/message.h>
#include <hv/status.h>
#include <hv/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VMBUS_NO_DEADLINE UINT64_MAX

/* What happened, for a log. Two numbers each. */
enum vmbus_event {
    VMBUS_EVENT_CONNECTED,     /* version, target VP */
    VMBUS_EVENT_DISCONNECTED,  /* version, 0 */
    VMBUS_EVENT_DROPPED,       /* a message without an answer: its type (~0: none), its size */
    VMBUS_EVENT_REFUSED,       /* a request answered by a failure: its type, relid */
    VMBUS_EVENT_OPENED,        /* relid, target VP */
    VMBUS_EVENT_CLOSED,        /* by the guest: relid, 0 */
    VMBUS_EVENT_BROKEN,        /* closed by us: relid, enum vmbus_fault */
    VMBUS_EVENT_RELEASED,      /* relid, 0 */
    VMBUS_EVENT_AGREED,        /* an integration component's version: relid, major and minor */
    VMBUS_EVENT_IGNORED,       /* a packet that answers nothing: relid, payload size */
    VMBUS_EVENT_BEAT_LOST,     /* a heartbeat was due, the last one unanswered: lost, sent so far */
    VMBUS_EVENT_TIME_SYNC,     /* the guest was told to set its clock: host time, reference time */
    VMBUS_EVENT_SHUTDOWN_SENT, /* 0, 0 */
    VMBUS_EVENT_SHUTDOWN_ANSWERED, /* status: 0 = the guest will, 0 */
};

/* Why a channel was closed by us. */
enum vmbus_fault {
    VMBUS_FAULT_NONE,
    VMBUS_FAULT_MEMORY, /* a ring's page is no longer RAM of the guest */
    VMBUS_FAULT_INDEX,  /* outside the ring, not aligned, or moved backwards */
    VMBUS_FAULT_PACKET, /* lengths that contradict one another, or a type that the device lacks */
};

/* What VMBus needs of its host. */
struct vmbus_host_ops {
    /* Mandatory. Sends a message to a SINT of a VP (below vp_count; SINT below 16), in order; see
     * shim_message_send(). False when there is no place: nothing was sent, vmbus_poll() tries
     * again. Must not call back. */
    bool (*message_send)(void *host, hv_vp_index_t vp, uint32_t sint,
                         const struct hv_message *message);

    /* Without any of these four no device is offered.
     *
     * Sets an event flag of a SINT of a VP, and interrupts if it was clear. False when it can't be
     * done now (the VP's SynIC is off): every vmbus_poll() tries again. */
    bool (*event_set)(void *host, hv_vp_index_t vp, uint32_t sint, uint32_t flag);

    /* Guest memory, as in <shim/host.h>: all or nothing, at most a page and within one. Aligned
     * accesses of 4 and 8 bytes are single ones; they are made here in the order of our fences. */
    bool (*gpa_read)(void *host, uint64_t gpa, void *to, size_t size);
    bool (*gpa_write)(void *host, uint64_t gpa, const void *from, size_t size);

    /* The guest's own reference counter (TimeRefCount), in units of 100 ns. */
    uint64_t (*reference_time)(void *host);

    /* Optional; without it time synchronisation is not offered. UTC in units of 100 ns since
     * 1601-01-01. */
    uint64_t (*host_time)(void *host);

    /* Optional: gets what happens. */
    void (*trace)(void *host, enum vmbus_event event, uint64_t first, uint64_t second);
};

/* Makes a VMBus without a connection. `ops` must stay valid; `host` is handed to them. False, and
 * nothing usable, without message_send or VPs. Call before any VP runs. */
bool vmbus_init(struct vmbus *vmbus, const struct vmbus_host_ops *ops, void *host,
                uint32_t vp_count);

/* Forgets everything but what vmbus_init() was given, as partition reset requires. The host empties
 * its inbox itself. No VP may be running. */
void vmbus_reset(struct vmbus *vmbus);

/* Ends the connection, if there is one, without a word: the guest that had it is gone, and its
 * pages are somebody else's (kexec). Shutdown and time synchronisation stay asked for. */
void vmbus_disconnect(struct vmbus *vmbus);

/* The status of posting to a connection now: SUCCESS, INVALID_CONNECTION_ID when it is none of
 * ours, INSUFFICIENT_BUFFERS while answers wait for the guest in every place that there is. SUCCESS
 * promises no place: the host still may have to wait for vmbus_receive(). Any VP. */
hv_status_t vmbus_check_post(const struct vmbus *vmbus, const struct hv_post_message *message);

/* The status of signalling a connection now: SUCCESS, INVALID_CONNECTION_ID when no channel is open
 * there, INVALID_PARAMETER for a flag but 0. After SUCCESS vmbus_poll() looks into the channel's
 * ring. A few instructions, no lock. Any VP. */
hv_status_t vmbus_signal(struct vmbus *vmbus, uint32_t connection_id, uint16_t flag);

/* Serves a message that the guest posted. `message` is the host's private copy; its contents may be
 * anything. What is malformed, came by no port of ours or has no answer in this state is dropped.
 * False when an answer might find no place: nothing has changed, give the same message again after
 * the next vmbus_poll(). */
__attribute__((warn_unused_result)) bool vmbus_receive(struct vmbus *vmbus,
                                                       const struct hv_post_message *message);

/* Sends what waits, as far as the host has places, and serves the channels, a bounded number of
 * packets each. Returns the reference time at which it wants to be called again: not later than now
 * if there is more to do at once, VMBUS_NO_DEADLINE if nothing is to come by itself. */
uint64_t vmbus_poll(struct vmbus *vmbus);

/* ---- Integration components: any context -------------------------------------------------------
 * Those that ask for something take effect at the next vmbus_poll(): wake the service context. */

/* Asks the guest to power off, as soon as it listens. The request stands until it is answered, also
 * over a kexec. */
void vmbus_shutdown(struct vmbus *vmbus);

enum vmbus_shutdown_state {
    VMBUS_SHUTDOWN_NONE,     /* never asked for */
    VMBUS_SHUTDOWN_WANTED,   /* not answered yet */
    VMBUS_SHUTDOWN_ACCEPTED, /* the guest said that it will */
    VMBUS_SHUTDOWN_REFUSED,  /* that it will not */
};
enum vmbus_shutdown_state vmbus_shutdown_state(const struct vmbus *vmbus);

/* Has the guest set its clock to the host's time. It is told so anyway when it starts, and when the
 * host's clock has moved by more than a second against the reference time. */
void vmbus_time_sync(struct vmbus *vmbus);

/* Heartbeats since vmbus_init(): sent; answered; and due while the last one had no answer, or one
 * that was wrong. */
struct vmbus_heartbeats {
    uint64_t sent;
    uint64_t answered;
    uint64_t lost;
};
struct vmbus_heartbeats vmbus_heartbeats(const struct vmbus *vmbus);

#endif
