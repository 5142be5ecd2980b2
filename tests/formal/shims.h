/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Included before everything that is proved: what GCC has and Frama-C lacks, and the words that
 * several VPs touch. README.md says why each of these stands for what the compiler makes of it. */

#ifndef FORMAL_SHIMS_H
#define FORMAL_SHIMS_H

#include <stdbool.h>
#include <stdint.h>

/* The only templates that are left on the build machine's side are empty: they change nothing
 * (`run` looks). */
#define __asm__(...) ((void)0)

/* A word that others write holds anything: see formal_load(). What is left is pointers: one of those
 * that were stored. */
#define __atomic_load_n(word, order) (*(word))
#define __atomic_store_n(word, value, order) (*(word) = (value))
#define __atomic_fetch_or(word, bits, order) formal_fetch_or(word, bits)
#define __atomic_fetch_and(word, bits, order) formal_fetch_and(word, bits)
#define __atomic_thread_fence(order) ((void)0)

static inline uint64_t formal_fetch_or(uint64_t *word, uint64_t bits)
{
    uint64_t before = *(volatile uint64_t *)word;

    *word = before | bits;
    return before;
}

static inline uint64_t formal_fetch_and(uint64_t *word, uint64_t bits)
{
    uint64_t before = *(volatile uint64_t *)word;

    *word = before & bits;
    return before;
}

/* Assertions of the sources are proved as well. */
#define SHIM_DEBUG
#define __builtin_trap() formal_assertion_failed()
/*@ requires an_assertion_of_the_sources_holds: \false;
    assigns \nothing; */
void formal_assertion_failed(void);

#include <shim/compiler.h>

/* An index below `count`, else 0: proved to be what the function of the sources returns, for all
 * indices and counts, by nospec.c. The difference is only that Eva sees it. */
static inline uint64_t formal_index(uint64_t index, uint64_t count)
{
    return index < count ? index : 0;
}
#define shim_index_nospec(index, count) formal_index(index, count)

/* Of a partition's rights others write only what the partition may have: see invariants.h, where it
 * is proved of every write. */
uint64_t formal_load(const uint64_t *word);
void formal_store(uint64_t *word, uint64_t value);
#define shim_atomic_load(word) formal_load(word)
#define shim_atomic_load_acquire(word) formal_load(word)
#define shim_atomic_store(word, value) formal_store(word, value)

#endif
