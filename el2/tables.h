/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Translation tables of 4 KiB granule, built once from a pool of pages that the caller provides
 * (Arm ARM, "VMSAv8-64 translation using the 4KB granule"). For both stages: what an entry permits
 * is the caller's. Identity only: input addresses are output addresses. Nothing is ever unmapped or
 * changed; what must not be reachable is left out. Pure: runs on the build machine as well. */

#ifndef EL2_TABLES_H
#define EL2_TABLES_H

#include <stdbool.h>
#include <stdint.h>

#define TABLE_ENTRIES 512u
#define TABLE_SIZE 4096u

/* Pages that tables may take, all zero. */
struct table_pool {
    uint64_t *next;
    uint64_t *end;
};

/* A map: a root of `entries` 1 GiB entries (level 1; up to 16 tables side by side for stage 2). */
struct address_map {
    struct table_pool *pool;
    uint64_t *root;
    uint64_t entries;
};

/* Attribute bits of a block or page: all but address and type. */
#define LEAF_AF (UINT64_C(1) << 10)
#define LEAF_SH_INNER (UINT64_C(3) << 8)
#define LEAF_XN (UINT64_C(1) << 54)

/* Starts an empty map whose root is `tables` pages side by side, aligned to their size (a power of
 * two). False when the pool has no such place. */
bool address_map_init(struct address_map *map, struct table_pool *pool, uint32_t tables);

/* Maps [start, end) with `leaf` attributes, in blocks as large as fit. False when the range is not
 * of whole pages, lies beyond the root, overlaps what is mapped, or the pool is empty; the map is
 * not to be used then. */
bool address_map_add(struct address_map *map, uint64_t start, uint64_t end, uint64_t leaf);

/* The entry that maps `address`, 0 when there is none. */
uint64_t address_map_find(const struct address_map *map, uint64_t address);

#endif
