/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Messages that guests posted, in order, until the service core takes them: a bounded queue of many
 * producers and one consumer. Nobody waits: what is full refuses. */

#ifndef HOST_COMMON_INBOX_H
#define HOST_COMMON_INBOX_H

#include <stdbool.h>
#include <stdint.h>

#include <hv/message.h>
#include <hv/status.h>

#define INBOX_PLACES 16u /* as many as a port has (TLFS HvCallPostMessage) */

/* Free for its n-th use when `turn` is 2n, filled when it is 2n + 1. */
struct inbox_place {
    uint64_t turn; /* shared: by turns of producer and consumer */
    struct hv_post_message message;
};

/* All zero: empty. */
struct inbox {
    struct inbox_place places[INBOX_PLACES];
    uint64_t posted; /* shared: any VP, by compare-and-swap */
    uint64_t taken;  /* the service core's */
};

/* Any VP: SUCCESS or INSUFFICIENT_BUFFERS. */
hv_status_t inbox_post(struct inbox *inbox, const struct hv_post_message *message);

/* Service core: the oldest message, NULL when there is none; and away with it. */
const struct hv_post_message *inbox_oldest(struct inbox *inbox);
void inbox_remove(struct inbox *inbox);

#endif
