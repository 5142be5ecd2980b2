/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Ranges of addresses, and a space from which boot data takes its places one after the other. All
 * ranges are end-exclusive; nothing here wraps. */

#ifndef HOST_COMMON_PLACE_H
#define HOST_COMMON_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLACE_2M UINT64_C(0x200000)

struct range {
    uint64_t start;
    uint64_t end; /* first address after it; never below start */
};

/* Whether two ranges share an address. An empty range shares none. */
static inline bool range_overlaps(struct range a, struct range b)
{
    return a.start < a.end && b.start < b.end && a.start < b.end && b.start < a.end;
}

/* Whether `size` bytes from `start` lie in `outer`. Takes any `start` and `size`. */
static inline bool range_holds(struct range outer, uint64_t start, uint64_t size)
{
    return start >= outer.start && start <= outer.end && size <= outer.end - start;
}

/* Rounds up to `align`, a power of two; false when that leaves 64 bits. */
static inline bool place_align(uint64_t value, uint64_t align, uint64_t *aligned)
{
    if (value > UINT64_MAX - (align - 1)) {
        return false;
    }
    *aligned = (value + align - 1) & ~(align - 1);
    return true;
}

/* Memory is mapped one to one at EL2 (and in tests): an address is a pointer. */
static inline uint8_t *place_pointer(uint64_t address)
{
    return (uint8_t *)(uintptr_t)address;
}

/* Guest RAM that boot data fills from the bottom. */
struct space {
    uint64_t next; /* first address not taken */
    uint64_t end;
};

/* Takes `size` bytes at a multiple of `align`, a power of two. They and the gap before them are
 * zero. False, and nothing taken, when there is no room. */
bool space_take(struct space *space, uint64_t size, uint64_t align, uint64_t *address);

/* For functions that say why they fail: returns false with the sentence in place. */
static inline bool refuse(const char **why, const char *sentence)
{
    *why = sentence;
    return false;
}

#endif
