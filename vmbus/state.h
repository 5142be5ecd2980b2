/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What VMBus of one guest consists of. All of it is the library's; hosts see its size, so that
 * they can give the memory, and pass pointers. Words marked "shared" are touched by any VP, by
 * shim_atomic_* alone; all else is the service context's. */

#ifndef VMBUS_STATE_H
#define VMBUS_STATE_H

#include <hv/message.h>
#include <hv/types.h>

#include <stdbool.h>
#include <stdint.h>

/* Quotas. A guest that asks for more is refused. */
#define VMBUS_BACKLOG 16u       /* answers that may wait here for the host to take them */
#define VMBUS_CHANNELS 3u       /* heartbeat, shutdown, time synchronisation */
#define VMBUS_GPADLS 32u        /* GPADLs, finished or not */
#define VMBUS_GPADL_WORDS 2048u /* their page numbers and range headers together */
#define VMBUS_PACKET_MAX 2112u  /* the longest packet that we send: shutdown */

struct vmbus_host_ops;
struct vmbus_device;

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

/* Pages that the guest shares. Its ranges are words [first, first + word_count) of the pool. */
struct vmbus_gpadl {
    bool used;
    bool leaving; /* torn down by the guest; goes when no channel stands on it */
    uint32_t id;  /* the guest's choice, unique while used */
    uint32_t relid;
    uint32_t range_count;
    uint32_t first;
    uint32_t word_count;
    uint32_t filled; /* words that have come; all: the GPADL is complete and good */
};

/* One direction of a channel. */
struct vmbus_ring {
    uint32_t gpadl; /* place in gpadls[] */
    uint32_t page;  /* of the GPADL: the control page */
    uint32_t size;  /* bytes of data behind it */
    uint32_t own;   /* our index; the guest's page only gets copies */
    uint32_t peer;  /* the guest's index when it was last looked at */
};

enum vmbus_channel_state {
    VMBUS_CHANNEL_ABSENT,  /* not offered, or released */
    VMBUS_CHANNEL_CLOSED,  /* the guest holds its relid */
    VMBUS_CHANNEL_OPENING, /* open, and its first packet waits for the result to be sent */
    VMBUS_CHANNEL_OPEN,
    VMBUS_CHANNEL_REVOKED, /* taken back; the relid is held until the guest releases it */
};

/* The session of an integration component, which lasts as long as its channel is open. */
struct vmbus_session {
    bool asked;   /* for versions */
    bool agreed;  /* on versions */
    bool begun;   /* the device has sent a request */
    bool waiting; /* for the answer to a request: there is never more than one */
    uint8_t transaction;
    uint32_t framework; /* version: major in bits 15:0, minor in 31:16; 0 until agreed */
    uint32_t version;
    uint64_t deadline; /* of the next request, in reference time */
};

struct vmbus_channel {
    uint64_t port;      /* shared: 1 while signals are taken; written by the service context */
    uint64_t signalled; /* shared: set by VPs, cleared by the service context */
    enum vmbus_channel_state state;
    bool rescinding; /* RESCIND_CHANNEL_OFFER waits for a place, or for a sign of the guest */
    bool interrupt;  /* the guest is to be interrupted */
    hv_vp_index_t target_vp;
    struct vmbus_ring from_guest;
    struct vmbus_ring to_guest;
    struct vmbus_session session;
};

/* VMBus of one guest. */
struct vmbus {
    const struct vmbus_host_ops *ops;
    void *host;
    uint32_t vp_count;
    uint32_t channel_count; /* that are offered: what the ops allow */
    enum vmbus_state state;
    uint32_t version;        /* while connected */
    hv_vp_index_t target_vp; /* while connected: the VP that gets our messages */
    uint64_t heard;          /* shared: set by what the guest does, cleared when a channel breaks */
    struct vmbus_backlog backlog;
    struct vmbus_channel channels[VMBUS_CHANNELS]; /* relid - 1 */
    struct vmbus_gpadl gpadls[VMBUS_GPADLS];
    uint32_t gpadl_words_used;
    uint64_t gpadl_words[VMBUS_GPADL_WORDS];
    uint64_t packet[VMBUS_PACKET_MAX / 8]; /* private copy of the packet at hand */

    uint64_t beats_sent;     /* shared: these three are written by the service context */
    uint64_t beats_answered; /* shared */
    uint64_t beats_lost;     /* shared */
    uint64_t beat_sequence;
    uint64_t shutdown_wanted; /* shared: set by any context, cleared by the service context */
    uint64_t shutdown_answer; /* shared: enum vmbus_shutdown_state; the service context's */
    uint64_t sync_wanted;     /* shared: set by any context, cleared by the service context */
    uint64_t sync_offset;     /* host time - reference time that the guest was last set to */
};

#endif
