/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A fuzzer's bytes, taken one after another as choices. At the end of the bytes every choice is 0,
 * so that shorter inputs mean simpler things. */

#ifndef TESTS_FUZZ_CURSOR_H
#define TESTS_FUZZ_CURSOR_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct cursor {
    const uint8_t *at;
    size_t left;
};

static inline uint64_t take(struct cursor *cursor, size_t bytes)
{
    uint64_t value = 0;
    size_t size = bytes < cursor->left ? bytes : cursor->left;

    memcpy(&value, cursor->at, size);
    cursor->at += size;
    cursor->left -= size;
    return value;
}

static inline uint8_t take8(struct cursor *cursor)
{
    if (cursor->left == 0) {
        return 0;
    }
    cursor->left--;
    return *cursor->at++;
}

static inline uint16_t take16(struct cursor *cursor)
{
    return (uint16_t)take(cursor, 2);
}

static inline uint64_t take64(struct cursor *cursor)
{
    return take(cursor, 8);
}

/* A number below `limit`, which is at most 256. */
static inline uint32_t below(struct cursor *cursor, uint32_t limit)
{
    return (uint32_t)(take8(cursor) * limit) >> 8;
}

/* True once in `n` (at most 256), and never at the end of the bytes. */
static inline int once_in(struct cursor *cursor, uint32_t n)
{
    return below(cursor, n) == n - 1;
}

/* One harness: what libFuzzer calls for each input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
