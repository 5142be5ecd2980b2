/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* VMBus: a session of requests, packets and polls, in any order, with anything wrong about them.
 * Ops are only called as promised, pages that were given back are left alone, a poll is bounded. */

#include "report.h"
#include "vmbus_peer.h"

#define STEPS 40

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct peer peer;
    struct cursor cursor = { data, size };

    peer_start(&peer);
    for (int step = 0; step < STEPS && cursor.left != 0; step++) {
        peer_step(&peer, &cursor);
    }
    return 0;
}
