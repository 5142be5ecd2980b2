/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Building translation tables; see tables.h. */

#include <el2/tables.h>

#include <stddef.h>

#define ENTRY_VALID UINT64_C(1)
#define ENTRY_TABLE UINT64_C(3) /* at level 1 and 2; at level 3 the same bits mean a page */
#define ENTRY_BLOCK UINT64_C(1)
#define ENTRY_TYPE UINT64_C(3)
#define ENTRY_ADDRESS UINT64_C(0x0000fffffffff000)
#define LEVEL_LAST 3u

/* log2 of what one entry of a level maps: 1 GiB, 2 MiB, 4 KiB. */
static unsigned level_shift(unsigned level)
{
    return 39 - 9 * level;
}

static uint64_t level_size(unsigned level)
{
    return UINT64_C(1) << level_shift(level);
}

static uint64_t *pool_take(struct table_pool *pool, uint64_t bytes)
{
    uintptr_t start = ((uintptr_t)pool->next + bytes - 1) & ~(uintptr_t)(bytes - 1);
    if (start > (uintptr_t)pool->end || (uintptr_t)pool->end - start < bytes) {
        return NULL;
    }
    pool->next = (uint64_t *)(start + bytes);
    return (uint64_t *)start;
}

bool address_map_init(struct address_map *map, struct table_pool *pool, uint32_t tables)
{
    map->pool = pool;
    map->root = pool_take(pool, (uint64_t)tables * TABLE_SIZE);
    map->entries = (uint64_t)tables * TABLE_ENTRIES;
    return map->root != NULL;
}

static uint64_t *entry_table(uint64_t entry)
{
    return (uint64_t *)(uintptr_t)(entry & ENTRY_ADDRESS);
}

/* The entry for `address` at `level`, with tables on the way made as needed. NULL when a block is
 * in the way, or the pool is empty. */
static uint64_t *entry_at(struct address_map *map, uint64_t address, unsigned level)
{
    uint64_t *entry = &map->root[address >> level_shift(1)];
    for (unsigned above = 1; above < level; above++) {
        if (*entry == 0) {
            uint64_t *table = pool_take(map->pool, TABLE_SIZE);
            if (table == NULL) {
                return NULL;
            }
            *entry = (uint64_t)(uintptr_t)table | ENTRY_TABLE;
        } else if ((*entry & ENTRY_TYPE) != ENTRY_TABLE) {
            return NULL;
        }
        entry = &entry_table(*entry)[(address >> level_shift(above + 1)) % TABLE_ENTRIES];
    }
    return entry;
}

/* The level whose entry is the largest that starts at `start` and ends by `end`. */
static unsigned largest_level(uint64_t start, uint64_t end)
{
    unsigned level = 1;
    while (level < LEVEL_LAST &&
           (start % level_size(level) != 0 || end - start < level_size(level))) {
        level++;
    }
    return level;
}

bool address_map_add(struct address_map *map, uint64_t start, uint64_t end, uint64_t leaf)
{
    if (start > end || end > map->entries << level_shift(1) || (start | end) % TABLE_SIZE != 0) {
        return false;
    }
    while (start < end) {
        unsigned level = largest_level(start, end);
        uint64_t *entry = entry_at(map, start, level);
        if (entry == NULL || *entry != 0) {
            return false;
        }
        *entry = start | leaf | (level == LEVEL_LAST ? ENTRY_TABLE : ENTRY_BLOCK);
        start += level_size(level);
    }
    return true;
}

uint64_t address_map_find(const struct address_map *map, uint64_t address)
{
    if (address >> level_shift(1) >= map->entries) {
        return 0;
    }
    uint64_t entry = map->root[address >> level_shift(1)];
    for (unsigned level = 1; level < LEVEL_LAST && (entry & ENTRY_TYPE) == ENTRY_TABLE; level++) {
        entry = entry_table(entry)[(address >> level_shift(level + 1)) % TABLE_ENTRIES];
    }
    return (entry & ENTRY_VALID) != 0 ? entry : 0;
}
