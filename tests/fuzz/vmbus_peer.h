/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A host and a guest for fuzzing VMBus: memory with traps in it, requests and packets that make
 * sense, and what may be wrong about them. Numbers are the protocol's, not taken from vmbus/. */

#ifndef TESTS_FUZZ_VMBUS_PEER_H
#define TESTS_FUZZ_VMBUS_PEER_H

#include "cursor.h"

#include "vmbus/vmbus.h"

#define PEER_RAM UINT64_C(0x40000000)
#define PEER_PAGES 32u
#define PEER_VPS 4u
#define PEER_RELIDS 3u     /* 1..3 */
#define PEER_RING_PAGES 8u /* of channel n: pages 8n and on; half for each direction */
#define PEER_RING_DATA ((PEER_RING_PAGES / 2 - 1) * 4096u)

struct peer {
    struct vmbus vmbus;
    uint8_t ram[PEER_PAGES * 4096];
    bool touched[PEER_PAGES];
    bool gone[PEER_PAGES];     /* no RAM any more */
    bool returned[PEER_PAGES]; /* the guest has them back: nobody may touch them */
    bool lied;                 /* a GPADL named pages that are not its channel's */
    uint64_t accesses;         /* since peer_step() */
    uint64_t packets;          /* messages sent since then */
    uint64_t time;
    uint32_t places; /* messages that the host still takes */
    bool synic_off;
};

/* Everything as when the machine starts. */
void peer_start(struct peer *peer);

/* One step of the host or the guest, chosen by the fuzzer. */
void peer_step(struct peer *peer, struct cursor *cursor);

/* What the guest does to its rings: answers what the host sent, sends something else, changes the
 * control page. */
void peer_answer(struct peer *peer, struct cursor *cursor);
void peer_send_nonsense(struct peer *peer, struct cursor *cursor);
void peer_scribble(struct peer *peer, struct cursor *cursor);

#endif
