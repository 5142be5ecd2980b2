/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of el2/mmu.c: what EL2 itself may do where. Descriptors are read as the Arm ARM draws them
 * (D8.3, stage 1 of EL2), not as the code writes them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "el2/mmu.h"

#define PAGE UINT64_C(0x1000)
#define POOL_PAGES 16u
#define READ_ONLY (UINT64_C(1) << 7)
#define XN (UINT64_C(1) << 54)
#define ATTRIBUTE_INDEX(entry) ((entry) >> 2 & 7)
#define SCTLR_M_A_C_SA_I_WXN UINT64_C(0x8100f)

/* As map_self() lays them out. */
static const struct mmu_region regions[] = {
    { 0, 0x40000000, MMU_DEVICE },        { 0x40000000, 0x5fe00000, MMU_DATA },
    { 0x5fe00000, 0x5fe17000, MMU_CODE }, { 0x5fe17000, 0x5fe23000, MMU_CONSTANTS },
    { 0x5fe23000, 0x60000000, MMU_DATA },
};
#define REGIONS (sizeof(regions) / sizeof(regions[0]))

static void *memory;
static struct table_pool pool;
static struct mmu_registers registers;

static int setup(void **state)
{
    (void)state;
    memory = aligned_alloc(PAGE, POOL_PAGES * PAGE);
    memset(memory, 0, POOL_PAGES * PAGE);
    pool.next = memory;
    pool.end = pool.next + POOL_PAGES * TABLE_ENTRIES;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(memory);
    return 0;
}

static uint64_t entry_of(uint64_t address)
{
    const struct address_map map = { .root = (uint64_t *)(uintptr_t)registers.ttbr0,
                                     .entries = TABLE_ENTRIES };
    return address_map_find(&map, address);
}

static void nothing_writable_is_executable(void **state)
{
    (void)state;
    assert_true(mmu_build(&registers, &pool, regions, REGIONS));
    for (size_t n = 0; n < REGIONS; n++) {
        uint64_t step = n == 0 || n == 1 ? 0x200000 : PAGE;
        for (uint64_t at = regions[n].start; at < regions[n].end; at += step) {
            uint64_t entry = entry_of(at);
            assert_int_equal(entry & 1, 1);
            assert_true((entry & READ_ONLY) != 0 || (entry & XN) != 0);
        }
    }
}

static void each_kind_has_its_rights(void **state)
{
    (void)state;
    assert_true(mmu_build(&registers, &pool, regions, REGIONS));
    assert_int_equal(entry_of(0x5fe00000) & (READ_ONLY | XN), READ_ONLY);
    assert_int_equal(entry_of(0x5fe17000) & (READ_ONLY | XN), READ_ONLY | XN);
    assert_int_equal(entry_of(0x5fe23000) & (READ_ONLY | XN), XN);
    assert_int_equal(entry_of(0x40000000) & (READ_ONLY | XN), XN); /* the guest's RAM */
    assert_int_equal(entry_of(0x09000000) & (READ_ONLY | XN), XN);
    assert_int_equal(registers.mair >> 8 * ATTRIBUTE_INDEX(entry_of(0x40000000)) & 0xff, 0xff);
    assert_int_equal(registers.mair >> 8 * ATTRIBUTE_INDEX(entry_of(0x09000000)) & 0xff, 0x04);
}

static void what_is_not_listed_is_not_mapped(void **state)
{
    (void)state;
    assert_true(mmu_build(&registers, &pool, regions, REGIONS));
    assert_int_equal(entry_of(0x60000000), 0);
    assert_int_equal(entry_of(0x4000000000), 0);
}

/* WXN: a mistake in the tables would not make memory executable that can be written. */
static void translation_is_on_with_its_checks(void **state)
{
    (void)state;
    assert_true(mmu_build(&registers, &pool, regions, REGIONS));
    assert_int_equal(registers.sctlr & SCTLR_M_A_C_SA_I_WXN, SCTLR_M_A_C_SA_I_WXN);
    assert_int_equal(registers.tcr & 0x3f, 64 - 39);
    assert_int_equal(registers.tcr >> 16 & 7, 2);
}

static void overlaps_and_an_empty_pool_are_refused(void **state)
{
    const struct mmu_region overlapping[] = {
        { 0x40000000, 0x40002000, MMU_CODE },
        { 0x40001000, 0x40003000, MMU_DATA },
    };

    (void)state;
    assert_false(mmu_build(&registers, &pool, overlapping, 2));
    pool.next = pool.end;
    assert_false(mmu_build(&registers, &pool, regions, REGIONS));
}

#define MMU_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MMU_TEST(nothing_writable_is_executable),
        MMU_TEST(each_kind_has_its_rights),
        MMU_TEST(what_is_not_listed_is_not_mapped),
        MMU_TEST(translation_is_on_with_its_checks),
        MMU_TEST(overlaps_and_an_empty_pool_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
