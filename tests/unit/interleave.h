/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Included before all else where files of dispatch/ are compiled for test_races.c: each access to a
 * word that several processors share is a point where another one may come first. */

#ifndef TESTS_UNIT_INTERLEAVE_H
#define TESTS_UNIT_INTERLEAVE_H

#include <shim/compiler.h>

void interleave(void);

typedef void race_fn(void *context);

/* Runs `first`, and `second` as a whole before its access number `at`, which there may not be.
 * Returns how many there were. */
uint32_t interleaved(race_fn *first, race_fn *second, void *context, uint32_t at);

/* Functions in place of functions, so that the code around them compiles to the same branches. */
static inline uint64_t interleaved_load(const uint64_t *word)
{
    interleave();
    return shim_atomic_load(word);
}

static inline uint64_t interleaved_load_acquire(const uint64_t *word)
{
    interleave();
    return shim_atomic_load_acquire(word);
}

static inline void interleaved_store(uint64_t *word, uint64_t value)
{
    interleave();
    shim_atomic_store(word, value);
}

static inline void interleaved_store_release(uint64_t *word, uint64_t value)
{
    interleave();
    shim_atomic_store_release(word, value);
}

#define shim_atomic_load interleaved_load
#define shim_atomic_load_acquire interleaved_load_acquire
#define shim_atomic_store interleaved_store
#define shim_atomic_store_release interleaved_store_release
#define __atomic_load_n(word, order) (interleave(), __atomic_load_n(word, order))
#define __atomic_store_n(word, value, order) (interleave(), __atomic_store_n(word, value, order))
#define __atomic_fetch_or(word, value, order) (interleave(), __atomic_fetch_or(word, value, order))
#define __atomic_fetch_and(word, value, order)                                                     \
    (interleave(), __atomic_fetch_and(word, value, order))

#endif
