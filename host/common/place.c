/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Taking places for boot data: cleared as they are taken, so that nothing of ours, and nothing of
 * an earlier guest, is handed over between tables. */

#include "place.h"

#include <string.h>

bool space_take(struct space *space, uint64_t size, uint64_t align, uint64_t *address)
{
    uint64_t start;
    if (!place_align(space->next, align, &start) || start > space->end ||
        size > space->end - start) {
        return false;
    }
    memset(place_pointer(space->next), 0, start + size - space->next);
    space->next = start + size;
    *address = start;
    return true;
}
