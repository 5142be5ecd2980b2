/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Memory accesses of every shape, by one instruction each, to be tried where none should succeed.
 */

#ifndef GUEST_ACCESS_H
#define GUEST_ACCESS_H

#include <stdint.h>

typedef void access_fn(uint64_t address);
access_fn access_load8, access_load16, access_load32, access_load64, access_load_signed,
    access_load_to_zero, access_load_pair, access_load_writeback, access_load_exclusive,
    access_load_acquire, access_store8, access_store16, access_store32, access_store64,
    access_store_zero, access_store_pair, access_store_writeback, access_store_release,
    access_zero_block, access_load_nontemporal, access_store_nontemporal,
    access_load_exclusive_pair, access_load_vector, access_store_vector, access_store_four,
    access_clean_to_coherency, access_clean_to_unification, access_clean_invalidate,
    access_invalidate, access_invalidate_fetch, access_prefetch, access_translate,
    access_atomic_add, access_atomic_set, access_atomic_swap, access_compare_swap,
    access_compare_swap_pair;

#endif
