/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of host/virt/smmu_tables.c: where a device's transaction ends. The tables are walked as an
 * SMMU walks them (Arm IHI 0070, 3.3, 5.2, 5.4), with numbers written out, not the code's. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/virt/smmu.h"

#define PAGE UINT64_C(0x1000)
#define POOL_PAGES 8u
#define RAM_START UINT64_C(0x40000000)
#define NOWHERE UINT64_MAX
#define POINTER UINT64_C(0x000fffffffffffc0)

static struct smmu_tables *made;
static void *memory;
static struct table_pool pool;

static int setup(void **state)
{
    (void)state;
    made = aligned_alloc(16384, sizeof *made);
    memset(made, 0, sizeof *made);
    memory = aligned_alloc(PAGE, POOL_PAGES * PAGE);
    memset(memory, 0, POOL_PAGES * PAGE);
    pool = (struct table_pool) { memory, (uint64_t *)memory + POOL_PAGES * 512 };
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(made);
    free(memory);
    return 0;
}

static const uint64_t *table_of(uint64_t pointer)
{
    return (const uint64_t *)(uintptr_t)(pointer & POINTER);
}

static uint64_t bits(uint64_t value, unsigned high, unsigned low)
{
    return value >> low & ((UINT64_C(2) << (high - low)) - 1);
}

/* The STE of a StreamID, by a table of two levels split at 8 bits. NULL: C_BAD_STREAMID. */
static const uint64_t *stream(uint32_t id)
{
    if (id >> 16 != 0) {
        return NULL;
    }
    uint64_t descriptor = made->buses[id >> 8];
    uint64_t span = bits(descriptor, 4, 0);
    if (span == 0 || (id & 0xff) >= UINT64_C(1) << (span - 1)) {
        return NULL;
    }
    return table_of(descriptor) + UINT64_C(8) * (id & 0xff);
}

/* VMSAv8-64, 4 KiB, 39 bits in: levels 1 to 3. */
static uint64_t walk(uint64_t root, uint64_t address, bool write)
{
    const uint64_t *table = table_of(root);
    for (unsigned level = 1; level <= 3; level++) {
        unsigned shift = 39 - 9 * level;
        uint64_t entry = table[bits(address, shift + 8, shift)];
        if ((entry & 1) == 0 || (level == 3 && (entry & 2) == 0)) {
            return NOWHERE;
        }
        if (level == 3 || (entry & 2) == 0) {
            bool access = bits(entry, 10, 10) == 1 && bits(entry, 6, 6) == 1;
            bool writable = bits(entry, 7, 7) == 0;
            bool executable = bits(entry, 54, 53) != 3;
            assert_false(executable);
            uint64_t offset = address & ((UINT64_C(1) << shift) - 1);
            return access && (writable || !write) ? (bits(entry, 47, shift) << shift) + offset
                                                  : NOWHERE;
        }
        table = table_of(bits(entry, 47, 12) << 12);
    }
    return NOWHERE;
}

/* What a device with this StreamID reaches at an address. */
static uint64_t reached(uint32_t id, uint64_t address, bool write)
{
    const uint64_t *ste = stream(id);
    if (ste == NULL || bits(ste[0], 0, 0) == 0) {
        return NOWHERE;
    }
    assert_int_equal(bits(ste[0], 3, 1), 5);   /* stage 1, no stage 2 */
    assert_int_equal(bits(ste[0], 63, 59), 0); /* one context */
    const uint64_t *cd = table_of(ste[0]);
    assert_int_equal(bits(cd[0], 31, 31), 1); /* V */
    assert_int_equal(bits(cd[0], 30, 30), 1); /* nothing by TTB1 */
    assert_int_equal(bits(cd[0], 14, 14), 0); /* something by TTB0 */
    assert_int_equal(bits(cd[0], 7, 6), 0);   /* 4 KiB */
    assert_int_equal(bits(cd[0], 41, 41), 1); /* AArch64 */
    assert_int_equal(bits(cd[0], 46, 44), 4); /* aborts, neither stalls nor records */
    assert_int_equal(bits(cd[0], 5, 0), 64 - 39);
    return address >> 39 != 0 ? NOWHERE : walk(cd[1], address, write);
}

static void expect_map(struct range ram)
{
    const uint64_t addresses[] = { 0,
                                   0x08000000,
                                   0x08080040,
                                   0x09020010,
                                   0x09050020,
                                   ram.start - 1,
                                   ram.start,
                                   ram.start + 0x12345,
                                   (ram.start + ram.end) / 2,
                                   ram.end - PAGE,
                                   ram.end - 1,
                                   ram.end,
                                   ram.end + PAGE,
                                   ram.end + 0x200000,
                                   ram.end + 0x40000000,
                                   UINT64_C(0x4010000000),
                                   (UINT64_C(1) << 39) + ram.start,
                                   (UINT64_C(1) << 48) + ram.start,
                                   UINT64_MAX };
    for (size_t n = 0; n < sizeof(addresses) / sizeof(addresses[0]); n++) {
        uint64_t at = addresses[n];
        uint64_t wanted = at >= ram.start && at < ram.end ? at : NOWHERE;
        assert_int_equal(reached(0x0008, at, false), wanted);
        assert_int_equal(reached(0x0008, at, true), wanted);
    }
}

static void devices_reach_the_guests_ram_and_nothing_else(void **state)
{
    static const uint64_t sizes[] = { 0x1000,     0x200000,   0x0fa00000, 0x1fa00000,
                                      0x40000000, 0x7fe00000, 0xbfe01000, 0x3f80000000 };
    for (size_t n = 0; n < sizeof(sizes) / sizeof(sizes[0]); n++) {
        struct range ram = { RAM_START, RAM_START + sizes[n] };
        assert_true(smmu_tables_build(made, &pool, ram));
        expect_map(ram);
        teardown(state);
        setup(state);
    }
}

static void every_page_of_a_small_machine(void **state)
{
    (void)state;
    struct range ram = { RAM_START, RAM_START + 0x603000 };
    assert_true(smmu_tables_build(made, &pool, ram));
    for (uint64_t at = ram.start - 0x1000000; at < ram.end + 0x1000000; at += PAGE) {
        uint64_t wanted = at >= ram.start && at < ram.end ? at : NOWHERE;
        assert_int_equal(reached(0, at, true), wanted);
    }
}

static void all_streams_are_confined_alike(void **state)
{
    (void)state;
    struct range ram = { RAM_START, RAM_START + 0xfa00000 };
    assert_true(smmu_tables_build(made, &pool, ram));
    for (uint32_t id = 0; id < 0x10000; id++) {
        assert_int_equal(reached(id, ram.end - 1, true), ram.end - 1);
        assert_int_equal(reached(id, ram.end, false), NOWHERE);
    }
    assert_int_equal(reached(0x10000, ram.start, false), NOWHERE);
    assert_int_equal(reached(UINT32_MAX, ram.start, false), NOWHERE);
}

static void nothing_before_it_is_built(void **state)
{
    (void)state;
    assert_int_equal(reached(0, RAM_START, false), NOWHERE);
}

static void tables_lie_as_the_smmu_wants(void **state)
{
    (void)state;
    assert_int_equal((uintptr_t)made->functions % 16384, 0);
    assert_int_equal((uintptr_t)made->buses % 2048, 0);
    assert_int_equal((uintptr_t)made->queue % 64, 0);
    assert_int_equal((uintptr_t)made->context % 64, 0);
}

/* CMD_CFGI_ALL, CMD_TLBI_NSNH_ALL, CMD_SYNC without a signal. */
static void the_queue_makes_it_forget(void **state)
{
    (void)state;
    struct range ram = { RAM_START, RAM_START + 0xfa00000 };
    assert_true(smmu_tables_build(made, &pool, ram));
    const uint64_t wanted[4][2] = { { 0x04, 31 }, { 0x30, 0 }, { 0x46, 0 }, { 0, 0 } };
    assert_memory_equal(made->queue, wanted, sizeof wanted);
}

static void what_can_not_be_mapped_is_refused(void **state)
{
    struct range ragged = { RAM_START, RAM_START + 0x200800 };
    struct range high = { RAM_START, (UINT64_C(1) << 39) + PAGE };
    (void)state;
    assert_false(smmu_tables_build(made, &pool, ragged));
    assert_false(smmu_tables_build(made, &pool, high));
    pool.next = pool.end - 512; /* room for a root only */
    assert_false(smmu_tables_build(made, &pool, (struct range) { RAM_START, RAM_START + PAGE }));
    pool.next = pool.end;
    assert_false(smmu_tables_build(made, &pool, (struct range) { RAM_START, RAM_START + PAGE }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(devices_reach_the_guests_ram_and_nothing_else, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(every_page_of_a_small_machine, setup, teardown),
        cmocka_unit_test_setup_teardown(all_streams_are_confined_alike, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_before_it_is_built, setup, teardown),
        cmocka_unit_test_setup_teardown(tables_lie_as_the_smmu_wants, setup, teardown),
        cmocka_unit_test_setup_teardown(the_queue_makes_it_forget, setup, teardown),
        cmocka_unit_test_setup_teardown(what_can_not_be_mapped_is_refused, setup, teardown),
    };
    return cmocka_run_group_tests_name("smmu", tests, NULL, NULL);
}
