/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of el2/tables.c and el2/stage2.c: what a walk of the tables finds, page by page, against a
 * flat list of regions; and what is refused. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "el2/stage2.h"

#define PAGE UINT64_C(0x1000)
#define BLOCK_2M UINT64_C(0x200000)
#define BLOCK_1G UINT64_C(0x40000000)
#define END (UINT64_C(1) << 40)
#define POOL_PAGES 64u

/* Descriptors as the Arm ARM draws them, D8.3: stage 2, block or page. */
#define RAM_BITS UINT64_C(0x7fc)    /* AF, SH inner, S2AP 11, MemAttr 1111 */
#define DEVICE_BITS UINT64_C(0x7c4) /* MemAttr 0001 */
#define XN (UINT64_C(1) << 54)

static struct table_pool pool;
static void *pool_memory;

static int setup(void **state)
{
    (void)state;
    pool_memory = aligned_alloc(2 * PAGE, POOL_PAGES * PAGE);
    memset(pool_memory, 0, POOL_PAGES * PAGE);
    pool.next = pool_memory;
    pool.end = pool.next + POOL_PAGES * TABLE_ENTRIES;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(pool_memory);
    return 0;
}

static uint64_t address_of(uint64_t entry)
{
    return entry & UINT64_C(0xfffffffff000);
}

/* What the processor would find for `address`: walks as hardware does. 0 is a fault. `*size` is
 * what one entry maps. */
static uint64_t walk(const struct address_map *map, uint64_t address, uint64_t *size)
{
    const uint64_t *table = map->root;
    uint64_t entry = table[address >> 30];

    *size = BLOCK_1G;
    for (unsigned shift = 21; (entry & 3) == 3 && shift >= 12; shift -= 9) {
        table = (const uint64_t *)(uintptr_t)address_of(entry);
        entry = table[address >> shift & 511];
        *size = UINT64_C(1) << shift;
        if (shift == 12) {
            return (entry & 3) == 3 ? entry : 0;
        }
    }
    return (entry & 3) == 1 ? entry : 0;
}

static void expect_mapped(const struct address_map *map, uint64_t start, uint64_t end,
                          uint64_t attributes)
{
    for (uint64_t at = start; at < end;) {
        uint64_t size;
        uint64_t entry = walk(map, at, &size);
        assert_int_not_equal(entry, 0);
        assert_int_equal(address_of(entry), at & ~(size - 1));
        assert_int_equal(entry & ~UINT64_C(0xfffffffff003), attributes);
        assert_int_equal(entry, address_map_find(map, at));
        at = (at & ~(size - 1)) + size;
    }
}

static void expect_hole(const struct address_map *map, uint64_t start, uint64_t end)
{
    for (uint64_t at = start; at < end; at += PAGE) {
        uint64_t size;
        assert_int_equal(walk(map, at, &size), 0);
        assert_int_equal(address_map_find(map, at), 0);
    }
}

static void regions_are_mapped_with_their_attributes_and_holes_are_not(void **state)
{
    (void)state;
    struct address_map map;
    const struct stage2_region regions[] = {
        { 0, 0x8000000, STAGE2_FLASH },
        { 0x8000000, 0x9020000, STAGE2_DEVICE },
        { 0x9021000, BLOCK_1G, STAGE2_DEVICE },
        { BLOCK_1G, BLOCK_1G + 0x1fa00000, STAGE2_RAM },
        { BLOCK_1G + 0x20000000, END, STAGE2_DEVICE },
    };
    assert_true(stage2_build(&map, &pool, regions, 5));
    expect_mapped(&map, 0, 0x8000000, RAM_BITS);
    expect_mapped(&map, 0x8000000, 0x9020000, DEVICE_BITS | XN);
    expect_hole(&map, 0x9020000, 0x9021000);
    expect_mapped(&map, 0x9021000, BLOCK_1G, DEVICE_BITS | XN);
    expect_mapped(&map, BLOCK_1G, BLOCK_1G + 0x1fa00000, RAM_BITS);
    expect_hole(&map, BLOCK_1G + 0x1fa00000, BLOCK_1G + 0x20000000);
    expect_mapped(&map, BLOCK_1G + 0x20000000, END, DEVICE_BITS | XN);
}

static void blocks_are_as_large_as_fit(void **state)
{
    (void)state;
    struct address_map map;
    uint64_t size;
    const struct stage2_region region = { BLOCK_1G - BLOCK_2M - PAGE, 3 * BLOCK_1G + PAGE,
                                          STAGE2_RAM };
    assert_true(stage2_build(&map, &pool, &region, 1));
    const uint64_t expected[][2] = { { region.start, PAGE },
                                     { BLOCK_1G - BLOCK_2M, BLOCK_2M },
                                     { BLOCK_1G, BLOCK_1G },
                                     { 3 * BLOCK_1G - PAGE, BLOCK_1G },
                                     { 3 * BLOCK_1G, PAGE } };
    for (unsigned n = 0; n < 5; n++) {
        assert_int_not_equal(walk(&map, expected[n][0], &size), 0);
        assert_int_equal(size, expected[n][1]);
    }
}

static void the_root_of_40_bits_is_two_tables_aligned_to_both(void **state)
{
    (void)state;
    struct address_map map;
    pool.next += TABLE_ENTRIES; /* as if a page had been taken */
    const struct stage2_region last = { END - BLOCK_1G, END, STAGE2_DEVICE };
    assert_true(stage2_build(&map, &pool, &last, 1));
    assert_int_equal((uintptr_t)map.root % (2 * PAGE), 0);
    assert_int_equal(stage2_vttbr(&map), (uintptr_t)map.root);
    assert_int_equal(map.root[1023] & ~UINT64_C(1), (END - BLOCK_1G) | DEVICE_BITS | XN);
}

/* T0SZ 24, SL0 1, write-back inner and outer, inner shareable, 4 KiB, 40 bits, bit 31 RES1. */
static void vtcr_is_what_the_tables_are(void **state)
{
    (void)state;
    assert_int_equal(stage2_vtcr(), UINT64_C(0x80023558));
}

static void overlaps_are_refused_in_every_relation(void **state)
{
    const uint64_t a = 8 * BLOCK_2M, b = 12 * BLOCK_2M;
    /* Starts and ends before, at, within and after [a, b). */
    const uint64_t points[] = { a - BLOCK_2M, a - PAGE, a,        a + PAGE,    a + BLOCK_2M,
                                b - PAGE,     b,        b + PAGE, b + BLOCK_2M };
    for (unsigned s = 0; s < 9; s++) {
        for (unsigned e = s; e < 9; e++) {
            struct address_map map;
            const struct stage2_region regions[] = { { a, b, STAGE2_RAM },
                                                     { points[s], points[e], STAGE2_DEVICE } };
            bool disjoint = points[e] <= a || points[s] >= b || points[s] == points[e];
            teardown(state);
            setup(state);
            assert_int_equal(stage2_build(&map, &pool, regions, 2), disjoint);
        }
    }
}

static void odd_ranges_are_refused(void **state)
{
    const struct stage2_region odd[] = {
        { 1, PAGE, STAGE2_RAM },
        { 0, PAGE - 1, STAGE2_RAM },
        { 2 * PAGE, PAGE, STAGE2_RAM },
        { END - PAGE, END + PAGE, STAGE2_RAM },
        { END, END + PAGE, STAGE2_RAM },
        { UINT64_MAX - PAGE + 1, 0, STAGE2_RAM },
        { 0, UINT64_MAX - PAGE + 1, STAGE2_RAM },
    };
    for (unsigned n = 0; n < sizeof odd / sizeof odd[0]; n++) {
        struct address_map map;
        teardown(state);
        setup(state);
        assert_false(stage2_build(&map, &pool, &odd[n], 1));
    }
}

static void an_empty_pool_is_noticed(void **state)
{
    const struct stage2_region region = { PAGE, 2 * PAGE, STAGE2_RAM };
    for (unsigned pages = 0; pages <= 4; pages++) {
        struct address_map map;
        teardown(state);
        setup(state);
        pool.end = pool.next + pages * TABLE_ENTRIES;
        assert_int_equal(stage2_build(&map, &pool, &region, 1), pages == 4);
        assert_true(pool.next <= pool.end);
    }
}

/* ---- Random maps against a flat model ---- */

#define MODEL_PAGES 2048u /* four blocks of 2 MiB */

static uint32_t random_below(uint32_t bound)
{
    static uint64_t seed = 20240229;
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % bound;
}

static void random_maps_equal_a_flat_model(void **state)
{
    for (unsigned round = 0; round < 300; round++) {
        struct address_map map;
        uint8_t model[MODEL_PAGES] = { 0 };
        uint64_t base = BLOCK_1G - 2 * BLOCK_2M; /* across a boundary of 1 GiB */
        uint32_t at = random_below(700);

        teardown(state);
        setup(state);
        assert_true(address_map_init(&map, &pool, STAGE2_ROOT_TABLES));
        while (at < MODEL_PAGES) {
            uint32_t end = at + random_below(MODEL_PAGES - at) + 1;
            bool device = random_below(2) != 0;
            memset(model + at, device ? 2 : 1, end - at);
            assert_true(address_map_add(&map, base + at * PAGE, base + end * PAGE,
                                        device ? DEVICE_BITS | XN : RAM_BITS));
            at = end + random_below(700);
        }
        for (uint32_t page = 0; page < MODEL_PAGES; page++) {
            uint64_t size;
            uint64_t found = walk(&map, base + page * PAGE, &size);
            uint64_t kind = found == 0 ? 0 : (found & XN) != 0 ? 2 : 1;
            assert_int_equal(kind, model[page]);
            assert_true(found == 0 || address_of(found) == ((base + page * PAGE) & ~(size - 1)));
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(regions_are_mapped_with_their_attributes_and_holes_are_not),
        TEST(blocks_are_as_large_as_fit),
        TEST(the_root_of_40_bits_is_two_tables_aligned_to_both),
        TEST(vtcr_is_what_the_tables_are),
        TEST(overlaps_are_refused_in_every_relation),
        TEST(odd_ranges_are_refused),
        TEST(an_empty_pool_is_noticed),
        TEST(random_maps_equal_a_flat_model),
    };
    return cmocka_run_group_tests_name("stage2", tests, NULL, NULL);
}
