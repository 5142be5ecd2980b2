/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The IORT without its SMMU: what of QEMU's table remains and where it leads, and tables that are
 * damaged are refused as they are or done right. Read as Arm DEN0049 draws it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/common/bytes.h"
#include "machine/blobs.h"
#include "machine/device.h"

#define ITS 0
#define ROOT_COMPLEX 2
#define SMMU 4
#define SMMU_LENGTH 88
#define SIZE_MAX_HERE 1024

static uint8_t whole[SIZE_MAX_HERE]; /* QEMU's */
static uint32_t size;
static uint8_t
    *iort; /* a copy in a block of its own, so that the sanitizer sees each step outside */

static void start_of(uint32_t bytes)
{
    free(iort);
    iort = malloc(bytes);
    memcpy(iort, whole, bytes);
}

static int start(void **state)
{
    blobs_start(state);
    const uint8_t *table = tables.data + blobs_offset_of("IORT");
    size = le32_get(table + 4);
    assert_true(size <= SIZE_MAX_HERE);
    memcpy(whole, table, size);
    iort = NULL;
    start_of(size);
    return 0;
}

static int stop(void **state)
{
    free(iort);
    return blobs_stop(state);
}

static uint32_t count_of(const uint8_t *table)
{
    return le32_get(table + 36);
}

/* The offset of the first node of a kind, 0 for none. */
static uint32_t node_of(const uint8_t *table, uint8_t kind)
{
    uint32_t at = le32_get(table + 40);
    for (uint32_t n = 0; n < count_of(table); n++) {
        if (table[at] == kind) {
            return at;
        }
        at += le16_get(table + at + 1);
    }
    assert_int_equal(at, le32_get(table + 4)); /* nodes end with the table */
    return 0;
}

static uint32_t mappings_of(const uint8_t *table, uint32_t node)
{
    return le32_get(table + node + 8);
}

static uint32_t output_of(const uint8_t *table, uint32_t node, uint32_t mapping)
{
    return le32_get(table + node + le32_get(table + node + 12) + 20 * mapping + 12);
}

static void qemus_iort_loses_its_smmu(void **state)
{
    (void)state;
    assert_int_equal(count_of(whole), 3);
    assert_true(node_of(whole, SMMU) != 0);
    assert_int_equal(output_of(whole, node_of(whole, ROOT_COMPLEX), 0), node_of(whole, SMMU));
    assert_true(acpi_iort_cut_smmu(iort, size));
    assert_int_equal(count_of(iort), 2);
    assert_int_equal(le32_get(iort + 4), size - SMMU_LENGTH);
    assert_int_equal(node_of(iort, SMMU), 0);
    for (uint32_t n = size - SMMU_LENGTH; n < size; n++) {
        assert_int_equal(iort[n], 0);
    }
}

/* All mappings of the root complex, those that had led to the ITS before as well; numbers in them
 * are as they were. */
static void mappings_lead_straight_to_the_its(void **state)
{
    (void)state;
    uint32_t before = node_of(whole, ROOT_COMPLEX);
    assert_true(mappings_of(whole, before) > 1);
    assert_true(acpi_iort_cut_smmu(iort, size));
    uint32_t after = node_of(iort, ROOT_COMPLEX);
    assert_int_equal(mappings_of(iort, after), mappings_of(whole, before));
    for (uint32_t n = 0; n < mappings_of(iort, after); n++) {
        assert_int_equal(output_of(iort, after, n), node_of(iort, ITS));
        const uint8_t *mapping = iort + after + le32_get(iort + after + 12) + 20 * n;
        assert_memory_equal(mapping, whole + before + le32_get(whole + before + 12) + 20 * n, 12);
    }
    assert_memory_equal(iort + after, whole + before, 36); /* but for its mappings */
}

static void other_nodes_stay_where_they_lead(void **state)
{
    (void)state;
    /* The SMMU first, the ITS behind it: its place changes. */
    uint32_t its = node_of(whole, ITS), smmu = node_of(whole, SMMU), length = smmu - its;
    memcpy(iort + its, whole + smmu, SMMU_LENGTH);
    memcpy(iort + its + SMMU_LENGTH, whole + its, length);
    uint32_t root = node_of(whole, ROOT_COMPLEX);
    uint8_t *mapping = iort + root + le32_get(iort + root + 12);
    le_put(mapping + 12, its, 4);
    le_put(mapping + 20 + 12, its + SMMU_LENGTH, 4);
    le_put(iort + its + le32_get(iort + its + 12) + 12, its + SMMU_LENGTH, 4);
    assert_true(acpi_iort_cut_smmu(iort, size));
    root = node_of(iort, ROOT_COMPLEX);
    assert_int_equal(node_of(iort, ITS), its);
    assert_int_equal(output_of(iort, root, 0), its);
    assert_int_equal(output_of(iort, root, 1), its);
}

static void without_an_its_mappings_go(void **state)
{
    (void)state;
    iort[node_of(whole, ITS)] = 1; /* a named component */
    assert_true(acpi_iort_cut_smmu(iort, size));
    uint32_t root = node_of(iort, ROOT_COMPLEX);
    assert_int_equal(mappings_of(iort, root), 1); /* what had passed the SMMU by before */
    assert_int_equal(le32_get(iort + root + 36), 0x100);
}

static void two_smmus_go_as_well(void **state)
{
    (void)state;
    uint32_t root = node_of(whole, ROOT_COMPLEX), smmu = node_of(whole, SMMU);
    free(iort);
    iort = malloc(size + SMMU_LENGTH);
    memcpy(iort, whole, size);
    memcpy(iort + root, whole + smmu, SMMU_LENGTH);
    memcpy(iort + root + SMMU_LENGTH, whole + root, size - root);
    le_put(iort + 4, size + SMMU_LENGTH, 4);
    le_put(iort + 36, 4, 4);
    le_put(iort + root + SMMU_LENGTH + 36 + 20 + 12, root, 4); /* its second mapping */
    assert_true(acpi_iort_cut_smmu(iort, size + SMMU_LENGTH));
    assert_int_equal(count_of(iort), 2);
    assert_int_equal(node_of(iort, SMMU), 0);
    assert_int_equal(output_of(iort, node_of(iort, ROOT_COMPLEX), 0), node_of(iort, ITS));
    assert_int_equal(output_of(iort, node_of(iort, ROOT_COMPLEX), 1), node_of(iort, ITS));
}

static void table_without_an_smmu_stays(void **state)
{
    (void)state;
    assert_true(acpi_iort_cut_smmu(iort, size));
    uint32_t left = le32_get(iort + 4);
    memcpy(whole, iort, left);
    start_of(left);
    assert_true(acpi_iort_cut_smmu(iort, left));
    assert_memory_equal(iort, whole, left);
}

static void truncated_tables_are_refused(void **state)
{
    (void)state;
    for (uint32_t bytes = 1; bytes < size; bytes++) {
        start_of(bytes);
        assert_false(acpi_iort_cut_smmu(iort, bytes));
        assert_memory_equal(iort, whole, bytes);
    }
}

static void expect_refused(uint32_t at, uint32_t value, uint32_t width)
{
    uint8_t before[SIZE_MAX_HERE];
    start_of(size);
    le_put(iort + at, value, width);
    memcpy(before, iort, size);
    assert_false(acpi_iort_cut_smmu(iort, size));
    assert_memory_equal(iort, before, size);
}

static void wild_offsets_and_lengths_are_refused(void **state)
{
    (void)state;
    uint32_t root = node_of(whole, ROOT_COMPLEX);
    static const uint32_t wild[] = { 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0, UINT32_MAX };
    for (size_t n = 0; n < sizeof(wild) / sizeof(wild[0]); n++) {
        expect_refused(36, wild[n], 4);        /* count of nodes */
        expect_refused(40, wild[n], 4);        /* the first one */
        expect_refused(root + 8, wild[n], 4);  /* count of mappings */
        expect_refused(root + 12, wild[n], 4); /* the first one */
        expect_refused(root + 36 + 12, wild[n], 4);
    }
    expect_refused(40, 0, 4);
    expect_refused(40, 47, 4);
    expect_refused(36, 4, 4);
    expect_refused(root + 36 + 12, size, 4);
    expect_refused(root + 8, 3, 4);
    expect_refused(root + 12, 37, 4);
    expect_refused(root + 1, 0, 2);
    expect_refused(root + 1, 15, 2);
    expect_refused(root + 1, (uint16_t)(size - root + 1), 2);
    expect_refused(root, 5, 1); /* PMCG: refers to nodes in a way of its own */
    expect_refused(root, 0xff, 1);
}

/* Whatever is wrong with one byte: no step outside, and no SMMU left when all seems well. */
static void no_damage_leads_outside(void **state)
{
    (void)state;
    uint32_t done = 0;
    for (uint32_t at = 0; at < size; at++) {
        for (uint32_t value = 0; value < 256; value++) {
            start_of(size);
            iort[at] = (uint8_t)value;
            if (acpi_iort_cut_smmu(iort, size)) {
                uint32_t node = le32_get(iort + 40);
                for (uint32_t n = 0; n < count_of(iort); n++) {
                    assert_int_not_equal(iort[node], SMMU);
                    node += le16_get(iort + node + 1);
                    assert_true(node <= size);
                }
                done++;
            }
        }
    }
    assert_in_range(done, 1, size * 256 - 1);
}

/* With all that belongs to it: found by the script, refused with a sentence. */
static void the_blobs_iort_is_patched(void **state)
{
    (void)state;
    uint8_t *table = tables.data + blobs_offset_of("IORT");
    assert_true(blobs_patch());
    assert_int_equal(count_of(table), 2);
    assert_int_equal(node_of(table, SMMU), 0);
    blobs_stop(state);
    blobs_start(state);
    table = tables.data + blobs_offset_of("IORT");
    le_put(table + 40, 0x10000, 4);
    assert_false(blobs_patch());
    assert_string_equal(why, "ACPI: the IORT is damaged");
    table[0] = 'J'; /* there is none */
    assert_true(blobs_patch());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(qemus_iort_loses_its_smmu, start, stop),
        cmocka_unit_test_setup_teardown(mappings_lead_straight_to_the_its, start, stop),
        cmocka_unit_test_setup_teardown(other_nodes_stay_where_they_lead, start, stop),
        cmocka_unit_test_setup_teardown(without_an_its_mappings_go, start, stop),
        cmocka_unit_test_setup_teardown(two_smmus_go_as_well, start, stop),
        cmocka_unit_test_setup_teardown(table_without_an_smmu_stays, start, stop),
        cmocka_unit_test_setup_teardown(truncated_tables_are_refused, start, stop),
        cmocka_unit_test_setup_teardown(wild_offsets_and_lengths_are_refused, start, stop),
        cmocka_unit_test_setup_teardown(no_damage_leads_outside, start, stop),
        cmocka_unit_test_setup_teardown(the_blobs_iort_is_patched, start, stop),
    };
    return cmocka_run_group_tests_name("acpi_iort", tests, NULL, NULL);
}
