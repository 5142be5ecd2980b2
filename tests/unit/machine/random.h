/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Numbers that look random and are the same in each run. */

#ifndef TESTS_UNIT_MACHINE_RANDOM_H
#define TESTS_UNIT_MACHINE_RANDOM_H

#include <stdint.h>

/* The next number (xorshift64). `seed` must not be 0. */
static inline uint64_t random_word(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

#endif
