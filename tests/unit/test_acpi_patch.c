/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* QEMU's ACPI tables, patched: what changes, what does not, and what is refused. */

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

static void expect_refusal(const char *part)
{
    assert_false(blobs_patch());
    assert_non_null(why);
    assert_non_null(strstr(why, part));
}

static void tables_of_qemu_are_patched(void **state)
{
    (void)state;
    uint32_t old = blobs_offset_of("DSDT");
    uint32_t size = le32_get(tables.data + old + 4);
    uint32_t before = tables.size;
    assert_true(blobs_patch());
    uint32_t dsdt = blobs_offset_of("DSDT");
    assert_true(dsdt > old);
    assert_int_equal(dsdt % 64, 0);
    assert_int_equal(le32_get(tables.data + dsdt + 4), size + blobs_aml_size() - 36);
    assert_memory_equal(tables.data + dsdt + 36, captured_tables + old + 36, size - 36);
    assert_memory_equal(tables.data + dsdt + size, acpi_vmbus_aml + 36, blobs_aml_size() - 36);
    assert_int_equal(tables.size, before); /* there was room in the padding */
    assert_memory_equal(tables.data + blobs_offset_of("FACP") + 268, "MsHyperV", 8);
    assert_int_equal(le64_get(tables.data + blobs_offset_of("FACP") + 140), dsdt);
}

/* Everything but what was to change: the old DSDT, the new one, vendor, X_DSDT, the MADT,
 * the IORT. */
static void nothing_else_changes(void **state)
{
    (void)state;
    uint32_t old = blobs_offset_of("DSDT");
    uint32_t fadt = blobs_offset_of("FACP");
    uint32_t madt = blobs_offset_of("APIC");
    uint32_t old_size = le32_get(tables.data + old + 4);
    uint32_t madt_size = le32_get(tables.data + madt + 4);
    uint32_t iort = blobs_offset_of("IORT");
    uint32_t iort_size = le32_get(tables.data + iort + 4);
    assert_true(blobs_patch());
    uint32_t dsdt = blobs_offset_of("DSDT");
    for (uint32_t i = 0; i < dsdt; i++) {
        bool in_dsdt = i >= old && i < old + old_size;
        bool in_madt = i >= madt && i < madt + madt_size;
        bool in_fadt = (i >= fadt + 268 && i < fadt + 276) || (i >= fadt + 140 && i < fadt + 148);
        bool in_iort = i >= iort && i < iort + iort_size;
        if (!in_dsdt && !in_madt && !in_fadt && !in_iort) {
            assert_int_equal(tables.data[i], captured_tables[i]);
        }
    }
}

/* One processor is not enabled, the ITS is gone, the rest of the MADT is as it was, and the bytes
 * behind it, which the script sums as well, are zero. */
static void madt_loses_a_processor_and_the_its(void **state)
{
    (void)state;
    const uint8_t *before = captured_tables + blobs_offset_of("APIC");
    const uint8_t *after = tables.data + blobs_offset_of("APIC");
    assert_true(blobs_patch());
    uint32_t at = 44;
    uint32_t changed = 0;
    uint32_t cut = 0;
    for (uint32_t i = 44; i < le32_get(before + 4); i += before[i + 1]) {
        if (before[i] == 0x0f) {
            cut += before[i + 1];
            continue;
        }
        for (uint32_t n = 0; n < before[i + 1]; n++) {
            changed += before[i + n] != after[at + n];
        }
        at += before[i + 1];
    }
    assert_int_equal(changed, 1);
    assert_true(cut > 0);
    assert_int_equal(le32_get(after + 4), at);
    for (uint32_t n = 0; n < cut; n++) {
        assert_int_equal(after[at + n], 0);
    }
}

static void blob_without_padding_grows(void **state)
{
    (void)state;
    uint32_t xsdt = blobs_offset_of("XSDT");
    tables.size = xsdt + le32_get(tables.data + xsdt + 4);
    uint32_t before = tables.size;
    assert_true(blobs_patch());
    assert_true(tables.size > before);
    assert_int_equal(tables.size,
                     blobs_offset_of("DSDT") + le32_get(tables.data + blobs_offset_of("DSDT") + 4));
}

static void blob_without_room_is_refused(void **state)
{
    (void)state;
    uint32_t xsdt = blobs_offset_of("XSDT");
    tables.size = xsdt + le32_get(tables.data + xsdt + 4);
    tables.capacity = tables.size + 100;
    expect_refusal("too large");
}

static void pointers_into_the_dsdt_move_along(void **state)
{
    (void)state;
    uint32_t old = blobs_offset_of("DSDT");
    /* The last command is QEMU's padding or a checksum that does not matter here. */
    struct acpi_script_command *last = acpi_script_at(&script, acpi_script_count(&script) - 1);
    memset(last, 0, sizeof(*last));
    last->code = ACPI_SCRIPT_ADD_POINTER;
    strcpy(last->pointer.to, ACPI_FILE_TABLES);
    strcpy(last->pointer.from, ACPI_FILE_TABLES);
    last->pointer.offset = old + 40;
    last->pointer.size = 4;
    le_put(tables.data + old + 40, old + 50, 4);
    assert_true(blobs_patch());
    uint32_t dsdt = blobs_offset_of("DSDT");
    assert_int_equal(last->pointer.offset, dsdt + 40);
    assert_int_equal(le32_get(tables.data + dsdt + 40), dsdt + 50);

    last->code = ACPI_SCRIPT_WRITE_POINTER;
    strcpy(last->write.from, ACPI_FILE_TABLES);
    last->write.from_offset = dsdt + 60;
    last->write.size = 8;
    assert_true(blobs_patch()); /* patching twice moves twice */
    assert_int_equal(last->write.from_offset, blobs_offset_of("DSDT") + 60);
}

static void tables_that_are_missing_or_short_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *signature;
        uint32_t offset;
        uint32_t size;
        uint32_t value;
        const char *part;
    } damage[] = {
        { "FACP", 0, 4, 0, "no FADT" },
        { "APIC", 0, 4, 0, "no MADT" },
        { "DSDT", 0, 4, 0, "no DSDT" },
        { "FACP", 4, 4, 275, "too old" },
        { "FACP", 4, 4, 35, "no FADT" },
        { "FACP", 4, 4, UINT32_MAX, "no FADT" },
        { "APIC", 4, 4, 44, "service core" },
        { "APIC", 4, 4, UINT32_MAX, "no MADT" },
        { "APIC", 45, 1, 0, "impossible length" },
        { "APIC", 45, 1, 1, "impossible length" },
        { "DSDT", 4, 4, UINT32_MAX, "no DSDT" },
    };
    for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
        blobs_stop(state);
        blobs_start(state);
        uint8_t *table = tables.data + blobs_offset_of(damage[i].signature);
        le_put(table + damage[i].offset, damage[i].value, damage[i].size);
        expect_refusal(damage[i].part);
    }
}

static void last_madt_entry_ends_with_the_table(void **state)
{
    (void)state;
    uint8_t *madt = tables.data + blobs_offset_of("APIC");
    uint32_t length = le32_get(madt + 4);
    uint32_t at = 44;
    while (!(madt[at] == 0x0b && le64_get(madt + at + 68) == BLOB_HIDDEN_CPU)) {
        at += madt[at + 1];
        assert_true(at < length);
    }
    le_put(madt + 4, at + madt[at + 1] - 1, 4); /* one byte short */
    expect_refusal("impossible length");
    le_put(madt + 4, at + madt[at + 1], 4);
    assert_true(blobs_patch());
    assert_int_equal(le32_get(madt + at + 12) & 9, 0);
}

static void script_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    script.size -= 1;
    expect_refusal("half a command");
    script.size = 0;
    expect_refusal("no FADT");
    assert_false(acpi_patch(&tables, &script, acpi_vmbus_aml, 35, BLOB_HIDDEN_CPU, &why));
}

static void dsdt_must_be_summed(void **state)
{
    (void)state;
    uint32_t dsdt = blobs_offset_of("DSDT");
    for (uint32_t i = 0; i < acpi_script_count(&script); i++) {
        struct acpi_script_command *command = acpi_script_at(&script, i);
        if (command->code == ACPI_SCRIPT_ADD_CHECKSUM && command->checksum.start == dsdt) {
            command->code = 0;
        }
    }
    expect_refusal("does not sum");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tables_of_qemu_are_patched, blobs_start, blobs_stop),
        cmocka_unit_test_setup_teardown(nothing_else_changes, blobs_start, blobs_stop),
        cmocka_unit_test_setup_teardown(madt_loses_a_processor_and_the_its, blobs_start,
                                        blobs_stop),
        cmocka_unit_test_setup_teardown(blob_without_padding_grows, blobs_start, blobs_stop),
        cmocka_unit_test_setup_teardown(blob_without_room_is_refused, blobs_start, blobs_stop),
        cmocka_unit_test_setup_teardown(pointers_into_the_dsdt_move_along, blobs_start, blobs_stop),
        cmocka_unit_test_setup_teardown(tables_that_are_missing_or_short_are_refused, blobs_start,
                                        blobs_stop),
        cmocka_unit_test_setup_teardown(last_madt_entry_ends_with_the_table, blobs_start,
                                        blobs_stop),
        cmocka_unit_test_setup_teardown(script_that_does_not_fit_is_refused, blobs_start,
                                        blobs_stop),
        cmocka_unit_test_setup_teardown(dsdt_must_be_summed, blobs_start, blobs_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
