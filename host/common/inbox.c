/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Posted messages on their way to the service core; see inbox.h. */

#include "host/common/inbox.h"

#include <shim/compiler.h>
#include <shim/copy.h>

#define TRIES 64u /* other VPs won so often in between; the guest may try again */

static uint64_t turn_of(uint64_t number)
{
    return number / INBOX_PLACES * 2;
}

/* Both ends are aligned to 8 bytes, whatever the type says. */
static inline void copy_message(struct hv_post_message *to, const struct hv_post_message *from)
{
    uint8_t *t = (uint8_t *)to;
    const uint8_t *f = (const uint8_t *)from;

    _Static_assert(sizeof *to == 256, "four times 64 bytes");
    shim_copy_64(&t, &f);
    shim_copy_64(&t, &f);
    shim_copy_64(&t, &f);
    shim_copy_64(&t, &f);
}

hv_status_t inbox_post(struct inbox *inbox, const struct hv_post_message *message)
{
    for (uint32_t n = 0; n < TRIES; n++) {
        uint64_t number = shim_atomic_load(&inbox->posted);
        struct inbox_place *place = &inbox->places[number % INBOX_PLACES];
        uint64_t turn = shim_atomic_load_acquire(&place->turn);

        if (turn != turn_of(number)) {
            if (shim_atomic_load(&inbox->posted) == number) {
                return HV_STATUS_INSUFFICIENT_BUFFERS; /* not yet taken since the last round */
            }
        } else if (__atomic_compare_exchange_n(&inbox->posted, &number, number + 1, false,
                                               __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
            copy_message(&place->message, message);
            shim_atomic_store_release(&place->turn, turn + 1);
            return HV_STATUS_SUCCESS;
        }
    }
    return HV_STATUS_INSUFFICIENT_BUFFERS;
}

const struct hv_post_message *inbox_oldest(struct inbox *inbox)
{
    struct inbox_place *place = &inbox->places[inbox->taken % INBOX_PLACES];
    bool filled = shim_atomic_load_acquire(&place->turn) == turn_of(inbox->taken) + 1;
    return filled ? &place->message : NULL;
}

void inbox_remove(struct inbox *inbox)
{
    struct inbox_place *place = &inbox->places[inbox->taken % INBOX_PLACES];
    shim_atomic_store_release(&place->turn, turn_of(inbox->taken) + 2);
    inbox->taken++;
}
