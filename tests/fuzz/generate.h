/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Parts of calls out of a fuzzer's bytes. */

#ifndef TESTS_FUZZ_GENERATE_H
#define TESTS_FUZZ_GENERATE_H

#include "bench.h"

#define BLOCK 4096u
struct block {
    uint8_t bytes[BLOCK];
};
#define PUT(block, offset, value) memcpy((block)->bytes + (offset), &(value), sizeof(value))

/* Any number, one that means something more often than not. */
uint64_t generate_word(struct cursor *cursor);

/* Header and variable header of a row, as guests fill them; returns the words of the latter. */
uint32_t generate_headers(struct cursor *cursor, const struct bench *bench,
                          const struct model_row *row, struct block *block);

/* `count` elements of a row, from offset `at` on. */
void generate_elements(struct cursor *cursor, struct block *block, const struct model_row *row,
                       uint32_t at, uint32_t count);

#endif
