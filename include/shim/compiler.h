/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What the library needs of the compiler beyond C11: alignment, assertions, words that more than
 * one VP touches, and an index that stays in bounds under speculation. GCC and Clang. */

#ifndef SHIM_COMPILER_H
#define SHIM_COMPILER_H

#include <stdbool.h>
#include <stdint.h>

#define SHIM_ALIGNED(bytes) __attribute__((aligned(bytes)))
#define SHIM_INTERNAL __attribute__((visibility("hidden"))) /* data of ours: no GOT in between */
#define SHIM_UNUSED __attribute__((unused))
#define SHIM_INLINE __attribute__((always_inline)) inline
#ifdef __clang__
#define SHIM_NOINLINE __attribute__((noinline))
#else
#define SHIM_NOINLINE __attribute__((noipa)) /* nor with other arguments than written */
#endif
#define SHIM_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define SHIM_UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/* Makes the compiler keep `pointer` as it is, instead of working its parts out again at each use.
 */
#define SHIM_KEEP(pointer) __asm__("" : "+r"(pointer))

/* States what our own code guarantees; never what a guest sends. Only debug builds check it. */
#ifdef SHIM_DEBUG
#define SHIM_ASSERT(condition) ((condition) ? (void)0 : __builtin_trap())
#else
#define SHIM_ASSERT(condition) ((void)0)
#endif

/* Words that several VPs touch. Every such field names its writers where it is declared. A relaxed
 * load or store is one instruction either way; as an atomic, GCC computes its address apart. */
static inline uint64_t shim_atomic_load(const uint64_t *word)
{
    return *(const volatile uint64_t *)word;
}

static inline uint64_t shim_atomic_load_acquire(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void shim_atomic_store(uint64_t *word, uint64_t value)
{
    *(volatile uint64_t *)word = value;
}

static inline void shim_atomic_store_release(uint64_t *word, uint64_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/* Full barrier between accesses to memory that guest and host share. */
static inline void shim_atomic_fence(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* `index` when it is below `count`, else 0, without a branch that speculation could run past.
 * `count` must be below 2^63. The caller still checks the bound: this is for the shadow of it. */
static inline uint64_t shim_index_nospec(uint64_t index, uint64_t count)
{
    __asm__("" : "+r"(index)); /* hides the value, so that the mask is not optimised away */
    return index & (uint64_t)((int64_t)((index - count) & ~index) >> 63);
}

#endif
