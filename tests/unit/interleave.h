/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Included before all else where files of dispatch/ are compiled for test_races.c: each access to a
 * word that several processors share is a point where another one may come first. */

#ifndef TESTS_UNIT_INTERLEAVE_H
#define TESTS_UNIT_INTERLEAVE_H

#include <shim/compiler.h>

void interleave(void);

#define shim_atomic_load(word) (interleave(), shim_atomic_load(word))
#define shim_atomic_load_acquire(word) (interleave(), shim_atomic_load_acquire(word))
#define shim_atomic_store(word, value) (interleave(), shim_atomic_store(word, value))
#define shim_atomic_store_release(word, value)                                                     \
    (interleave(), shim_atomic_store_release(word, value))
#define __atomic_load_n(word, order) (interleave(), __atomic_load_n(word, order))
#define __atomic_store_n(word, value, order) (interleave(), __atomic_store_n(word, value, order))
#define __atomic_fetch_or(word, value, order) (interleave(), __atomic_fetch_or(word, value, order))
#define __atomic_fetch_and(word, value, order)                                                     \
    (interleave(), __atomic_fetch_and(word, value, order))

#endif
