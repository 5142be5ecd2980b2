/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of host/common/walk.c: tables of each granule laid out by hand, and what is found in them.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/common/walk.h"

#define BASE UINT64_C(0x40000000)
#define MEMORY_SIZE 0x80000u

#define BIT(n) (UINT64_C(1) << (n))
#define TABLE 3u
#define BLOCK 1u
#define PAGE 3u

/* TCR_EL1: TG0, TG1 as the Arm ARM numbers them. */
enum { TG0_4K = 0, TG0_64K = 1, TG0_16K = 2, TG1_16K = 1, TG1_4K = 2, TG1_64K = 3 };
#define TCR(bits0, tg0, bits1, tg1)                                                                \
    ((64 - (uint64_t)(bits0)) | (uint64_t)(tg0) << 14 | (64 - (uint64_t)(bits1)) << 16 |           \
     (uint64_t)(tg1) << 30)

/* Addresses of 52 bits: DS for the smaller granules, IPS for that of 64 KiB. */
#define TCR_DS BIT(59)
#define TCR_IPS_52 (UINT64_C(6) << 32)

static uint64_t memory[MEMORY_SIZE / 8];
static uint32_t reads;

static bool read(void *host, uint64_t gpa, void *to, size_t size)
{
    (void)host;
    reads++;
    if (gpa < BASE || gpa - BASE > MEMORY_SIZE - size) {
        return false;
    }
    memcpy(to, (const uint8_t *)memory + (gpa - BASE), size);
    return true;
}

static void put(uint64_t gpa, uint64_t entry)
{
    memory[(gpa - BASE) / 8] = entry;
}

static int setup(void **state)
{
    (void)state;
    memset(memory, 0, sizeof(memory));
    reads = 0;
    return 0;
}

static void expect_leaf(const struct walk_registers *registers, uint64_t gva, uint64_t gpa,
                        uint64_t attributes)
{
    struct walk_leaf leaf;

    assert_int_equal(walk(registers, gva, read, &leaf), WALK_FOUND);
    assert_int_equal(leaf.gpa, gpa);
    assert_int_equal(leaf.entry, memory[(gpa - BASE) / 8]);
    assert_int_equal(leaf.attributes, attributes);
}

static void expect_result(const struct walk_registers *registers, uint64_t gva,
                          enum walk_result result)
{
    struct walk_leaf leaf;

    assert_int_equal(walk(registers, gva, read, &leaf), result);
}

struct form {
    uint32_t bits, tg0, tg1, granule, levels;
    uint64_t more;
};

/* Tables of this form that lead to one page: the last one of the half. Returns where its entry is.
 */
static uint64_t put_tables(const struct form *form, uint64_t inside)
{
    uint64_t page = BIT(form->granule);
    uint32_t stride = form->granule - 3;
    uint64_t gpa = 0;

    for (uint32_t level = 0; level < form->levels; level++) {
        uint32_t shift = form->granule + (form->levels - 1 - level) * stride;
        uint64_t index = inside >> shift & (BIT(stride) - 1);
        bool last = level == form->levels - 1;

        gpa = BASE + level * page + index * 8;
        put(gpa, last ? BASE | PAGE : (BASE + (level + 1) * page) | TABLE);
    }
    return gpa;
}

static void a_page_is_found_at_the_end_of_each_granules_tables(void **state)
{
    static const struct form forms[] = {
        { 48, TG0_4K, TG1_4K, 12, 4, 0 },
        { 39, TG0_4K, TG1_4K, 12, 3, 0 },
        { 40, TG0_4K, TG1_4K, 12, 4, 0 },
        { 30, TG0_4K, TG1_4K, 12, 2, 0 },
        { 48, TG0_16K, TG1_16K, 14, 4, 0 },
        { 47, TG0_16K, TG1_16K, 14, 3, 0 },
        { 36, TG0_16K, TG1_16K, 14, 2, 0 },
        { 48, TG0_64K, TG1_64K, 16, 3, 0 },
        { 42, TG0_64K, TG1_64K, 16, 2, 0 },
        { 25, TG0_64K, TG1_64K, 16, 1, 0 },
        { 52, TG0_4K, TG1_4K, 12, 5, TCR_DS },
        { 48, TG0_4K, TG1_4K, 12, 4, TCR_DS },
        { 52, TG0_16K, TG1_16K, 14, 4, TCR_DS },
        { 52, TG0_64K, TG1_64K, 16, 3, 0 },
        { 52, TG0_64K, TG1_64K, 16, 3, TCR_IPS_52 },
        { 48, TG0_4K, TG1_4K, 12, 4, TCR_IPS_52 },
    };

    for (size_t n = 0; n < sizeof(forms) / sizeof(forms[0]); n++) {
        const struct form *form = &forms[n];
        uint64_t page = BIT(form->granule);
        uint64_t inside = BIT(form->bits) - page;

        for (uint32_t upper = 0; upper < 2; upper++) {
            const struct walk_registers registers = {
                .tcr = TCR(form->bits, form->tg0, form->bits, form->tg1) | form->more,
                .ttbr = { BASE, BASE },
            };
            uint64_t gva = upper != 0 ? UINT64_MAX - page + 1 : inside;

            (void)setup(state);
            expect_leaf(&registers, gva, put_tables(form, inside), BASE | PAGE);
            assert_int_equal(reads, form->levels);
        }
    }
}

static void blocks_end_a_walk_where_they_exist(void **state)
{
    struct walk_registers registers = { .tcr = TCR(48, TG0_4K, 48, TG1_4K), .ttbr = { BASE } };

    (void)state;
    put(BASE, BASE | BLOCK); /* 512 GiB: there is none */
    expect_result(&registers, 0, WALK_NOT_PRESENT);
    put(BASE, (BASE + 0x1000) | TABLE);
    put(BASE + 0x1000, BASE | BLOCK);
    expect_leaf(&registers, 0x3fffffff, BASE + 0x1000, BASE | BLOCK);
    put(BASE + 0x1008, (BASE + 0x2000) | TABLE);
    put(BASE + 0x2000, BASE | BLOCK);
    expect_leaf(&registers, 0x40000000, BASE + 0x2000, BASE | BLOCK);
    put(BASE + 0x2008, (BASE + 0x3000) | TABLE);
    put(BASE + 0x3000, BASE | BLOCK); /* at the last level: reserved */
    expect_result(&registers, 0x40200000, WALK_NOT_PRESENT);

    registers.tcr = TCR(47, TG0_16K, 47, TG1_16K);
    put(BASE, BASE | BLOCK);
    expect_result(&registers, 0x40000000, WALK_NOT_PRESENT); /* 64 GiB of 16 KiB pages */
    registers.tcr |= TCR_DS;
    expect_leaf(&registers, 0x40000000, BASE, BASE | BLOCK); /* which long addresses have */
    registers.tcr = TCR(48, TG0_4K, 48, TG1_4K) | TCR_DS;
    expect_leaf(&registers, 0, BASE, BASE | BLOCK); /* and 512 GiB */
    registers.tcr = TCR(48, TG0_64K, 48, TG1_64K);
    expect_result(&registers, 0, WALK_NOT_PRESENT); /* and 4 TiB */
    registers.tcr |= TCR_IPS_52;
    expect_leaf(&registers, 0, BASE, BASE | BLOCK);
}

/* Bits above 48 stand elsewhere in entries, each granule has its own place, and in TTBR; where
 * addresses are short these are other fields. */
static void addresses_above_48_bits_are_put_together(void **state)
{
    static const struct {
        uint32_t bits, tg0, granule;
        uint64_t more, above, target;
    } forms[] = {
        { 30, TG0_4K, 12, TCR_DS, UINT64_C(0x0003000000000300), UINT64_C(0x000f000000000000) },
        { 36, TG0_16K, 14, TCR_DS, UINT64_C(0x0003000000000300), UINT64_C(0x000f000000000000) },
        { 42, TG0_64K, 16, TCR_IPS_52, 0xf000, UINT64_C(0x000f000000000000) },
        { 30, TG0_4K, 12, 0, 0x300, 0 },
        { 36, TG0_16K, 14, 0, 0x300, 0 },
        { 42, TG0_64K, 16, 0, 0xf000, 0 },
    };

    for (size_t n = 0; n < sizeof(forms) / sizeof(forms[0]); n++) {
        struct walk_registers registers = {
            .tcr = TCR(forms[n].bits, forms[n].tg0, 39, TG1_4K) | forms[n].more,
            .ttbr = { BASE },
        };
        uint64_t second = BASE + BIT(forms[n].granule);
        struct walk_leaf leaf;

        (void)setup(state);
        put(BASE, second | TABLE);
        put(second, BASE | forms[n].above | PAGE);
        assert_int_equal(walk(&registers, 8, read, &leaf), WALK_FOUND);
        assert_int_equal(leaf.target, BASE | forms[n].target | 8);
        put(BASE, second | forms[n].above | TABLE);
        assert_int_equal(walk(&registers, 8, read, &leaf),
                         forms[n].target != 0 ? WALK_NO_MEMORY : WALK_FOUND);
        put(BASE, second | TABLE);
        registers.ttbr[0] = BASE | 0x3c;
        assert_int_equal(walk(&registers, 8, read, &leaf),
                         forms[n].target != 0 ? WALK_NO_MEMORY : WALK_FOUND);
    }
}

static void tables_limit_what_is_below_them(void **state)
{
    struct walk_registers registers = { .tcr = TCR(30, TG0_4K, 30, TG1_4K), .ttbr = { BASE } };

    (void)state;
    put(BASE + 0x1000, BASE | PAGE | WALK_AP_EL0 | WALK_AF);
    put(BASE, (BASE + 0x1000) | TABLE | BIT(59));
    expect_leaf(&registers, 0, BASE + 0x1000, BASE | PAGE | WALK_AP_EL0 | WALK_AF | WALK_PXN);
    put(BASE, (BASE + 0x1000) | TABLE | BIT(60));
    expect_leaf(&registers, 0, BASE + 0x1000, BASE | PAGE | WALK_AP_EL0 | WALK_AF | WALK_UXN);
    put(BASE, (BASE + 0x1000) | TABLE | BIT(61));
    expect_leaf(&registers, 0, BASE + 0x1000, BASE | PAGE | WALK_AF);
    put(BASE, (BASE + 0x1000) | TABLE | BIT(62));
    expect_leaf(&registers, 0, BASE + 0x1000,
                BASE | PAGE | WALK_AP_EL0 | WALK_AF | WALK_AP_READ_ONLY);

    registers.tcr |= BIT(41); /* HPD0 */
    put(BASE, (BASE + 0x1000) | TABLE | UINT64_C(15) << 59);
    expect_leaf(&registers, 0, BASE + 0x1000, BASE | PAGE | WALK_AP_EL0 | WALK_AF);
}

static void addresses_in_neither_half_are_told_apart(void **state)
{
    struct walk_registers registers = { .tcr = TCR(39, TG0_4K, 42, TG1_4K),
                                        .ttbr = { BASE, BASE } };

    (void)state;
    expect_result(&registers, BIT(39) - 1, WALK_NOT_PRESENT);
    expect_result(&registers, BIT(39), WALK_NO_RANGE);
    expect_result(&registers, UINT64_MAX << 42, WALK_NOT_PRESENT);
    expect_result(&registers, (UINT64_MAX << 42) - 1, WALK_NO_RANGE);
    expect_result(&registers, BIT(56) | 0x1000, WALK_NO_RANGE);
    expect_result(&registers, UINT64_MAX - BIT(63), WALK_NO_RANGE);

    registers.tcr |= BIT(37) | BIT(38); /* TBI0, TBI1: bits 63:56 are a tag */
    expect_result(&registers, UINT64_C(0xa5) << 56 | 0x1000, WALK_NOT_PRESENT);
    expect_result(&registers, BIT(54), WALK_NO_RANGE);
    expect_result(&registers, UINT64_MAX - BIT(63), WALK_NOT_PRESENT);
    expect_result(&registers, UINT64_MAX - BIT(54), WALK_NO_RANGE);
}

static void registers_without_sense_translate_nothing(void **state)
{
    static const uint64_t tcrs[] = {
        TCR(49, TG0_4K, 49, TG1_4K),
        TCR(15, TG0_4K, 15, TG1_4K),
        TCR(39, 3, 39, 0),
        TCR(16, TG0_64K, 16, TG1_64K),
        TCR(49, TG0_4K, 49, TG1_4K) | TCR_IPS_52,
        TCR(53, TG0_4K, 53, TG1_4K) | TCR_DS,
        TCR(53, TG0_64K, 53, TG1_64K) | TCR_IPS_52,
    };

    (void)state;
    for (size_t n = 0; n < sizeof(tcrs) / sizeof(tcrs[0]); n++) {
        const struct walk_registers registers = { .tcr = tcrs[n], .ttbr = { BASE, BASE } };

        expect_result(&registers, 0, WALK_NO_RANGE);
        expect_result(&registers, UINT64_MAX, WALK_NO_RANGE);
    }
    assert_int_equal(reads, 0);
}

static void a_half_that_is_off_is_not_walked(void **state)
{
    const struct walk_registers registers = { .tcr = TCR(39, TG0_4K, 39, TG1_4K) | BIT(7) | BIT(23),
                                              .ttbr = { BASE, BASE } };

    (void)state;
    expect_result(&registers, 0, WALK_NOT_PRESENT);
    expect_result(&registers, UINT64_MAX, WALK_NOT_PRESENT);
    assert_int_equal(reads, 0);
}

static void tables_outside_memory_are_not_read(void **state)
{
    struct walk_registers registers = { .tcr = TCR(39, TG0_4K, 39, TG1_4K),
                                        .ttbr = { BASE + MEMORY_SIZE } };

    (void)state;
    expect_result(&registers, 0, WALK_NO_MEMORY);
    registers.ttbr[0] = BASE;
    put(BASE, TABLE); /* of address 0 */
    expect_result(&registers, 0, WALK_NO_MEMORY);
}

/* 32 bits of 4 KiB pages: a first table of four entries, 32 bytes, which may stand every 64. */
static void a_small_first_table_need_not_fill_a_page(void **state)
{
    const struct walk_registers registers = { .tcr = TCR(32, TG0_4K, 32, TG1_4K),
                                              .ttbr = { BASE + 0x40 } };

    (void)state;
    put(BASE + 0x40 + 3 * 8, BASE | BLOCK);
    expect_leaf(&registers, UINT64_C(0xc0000000), BASE + 0x40 + 3 * 8, BASE | BLOCK);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_page_is_found_at_the_end_of_each_granules_tables),
        TEST(blocks_end_a_walk_where_they_exist),
        TEST(addresses_above_48_bits_are_put_together),
        TEST(tables_limit_what_is_below_them),
        TEST(addresses_in_neither_half_are_told_apart),
        TEST(registers_without_sense_translate_nothing),
        TEST(a_half_that_is_off_is_not_walked),
        TEST(tables_outside_memory_are_not_read),
        TEST(a_small_first_table_need_not_fill_a_page),
    };
    return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
