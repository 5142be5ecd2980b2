/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The ACPI loader script, run: each command in and out of bounds, and blobs damaged at random. */

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
#include "machine/random.h"

#define MUTATIONS 20000

#define FILES_MAX 8

/* Files of a linker under test, at addresses that are not their pointers. */
struct fake {
    struct {
        uint8_t *data;
        uint32_t size;
    } files[FILES_MAX];
    uint32_t count;
    uint64_t base;
    char written_name[56];
    uint8_t written[8];
    uint32_t written_size;
    bool refuse;
};

static struct fake fake;

static bool fake_allocate(void *context, const char *name, uint64_t align, uint8_t **data,
                          uint64_t *address, uint32_t *size)
{
    struct fake *f = context;
    assert_true(align != 0 && (align & (align - 1)) == 0);
    if (f->refuse || f->count == FILES_MAX) {
        return false;
    }
    *size = strcmp(name, ACPI_FILE_TABLES) == 0 ? tables.size : 36;
    *data = malloc(*size);
    memcpy(*data, strcmp(name, ACPI_FILE_TABLES) == 0 ? tables.data : captured_rsdp, *size);
    *address = f->base + f->count * UINT64_C(0x1000000);
    f->files[f->count].data = *data;
    f->files[f->count++].size = *size;
    return true;
}

static bool fake_write(void *context, const char *name, uint32_t offset, const uint8_t *value,
                       uint32_t size)
{
    struct fake *f = context;
    assert_in_range(size, 1, 8);
    strncpy(f->written_name, name, sizeof(f->written_name) - 1);
    memcpy(f->written, value, size);
    f->written_size = size;
    return offset == 0;
}

static bool link_all(uint64_t *rsdp)
{
    const struct acpi_linker linker = { &fake, fake_allocate, fake_write };
    for (uint32_t i = 0; i < fake.count; i++) {
        free(fake.files[i].data);
    }
    fake.count = 0;
    return acpi_link(&script, &linker, rsdp, &why);
}

static int start_linking(void **state)
{
    fake = (struct fake) { .base = 0x48000000 };
    return blobs_start(state);
}

static int stop_linking(void **state)
{
    for (uint32_t i = 0; i < fake.count; i++) {
        free(fake.files[i].data);
    }
    fake.count = 0;
    return blobs_stop(state);
}

static void expect_link_refusal(const char *part)
{
    uint64_t rsdp;
    assert_false(link_all(&rsdp));
    assert_non_null(strstr(why, part));
}

static void script_of_qemu_links(void **state)
{
    (void)state;
    uint64_t rsdp;
    assert_true(blobs_patch());
    assert_true(link_all(&rsdp));
    assert_int_equal(rsdp, fake.base);
    const uint8_t *data = fake.files[0].data;
    assert_int_equal(le64_get(data + 24) & ~UINT64_C(0xffffff), fake.base + 0x1000000);
    uint8_t sum = 0;
    for (uint32_t i = 0; i < 20; i++) {
        sum = (uint8_t)(sum + data[i]);
    }
    assert_int_equal(sum, 0);
}

/* A table that got shorter sums to zero by its new length. */
static void tables_that_were_cut_sum_to_zero(void **state)
{
    (void)state;
    static const char *const signatures[] = { "APIC", "IORT" };
    uint32_t before[2];
    uint64_t rsdp;
    for (uint32_t n = 0; n < 2; n++) {
        before[n] = le32_get(tables.data + blobs_offset_of(signatures[n]) + 4);
    }
    assert_true(blobs_patch());
    assert_true(link_all(&rsdp));
    for (uint32_t n = 0; n < 2; n++) {
        const uint8_t *table = fake.files[1].data + blobs_offset_of(signatures[n]);
        assert_memory_equal(table, signatures[n], 4);
        uint32_t size = le32_get(table + 4);
        uint8_t sum = 0;
        for (uint32_t i = 0; i < size; i++) {
            sum = (uint8_t)(sum + table[i]);
        }
        assert_true(size < before[n]);
        assert_int_equal(sum, 0);
    }
}

static void allocations_are_checked(void **state)
{
    (void)state;
    struct acpi_script_command *command = blobs_command_of(ACPI_SCRIPT_ALLOCATE);
    struct acpi_script_command good = *command;
    command->allocate.align = 0;
    expect_link_refusal("allocates");
    command->allocate.align = 3;
    expect_link_refusal("allocates");
    *command = good;
    memset(command->allocate.file, 'x', sizeof(command->allocate.file));
    expect_link_refusal("allocates");
    *command = good;
    *acpi_script_at(&script, 2) = good; /* twice */
    expect_link_refusal("allocates");
    fake.refuse = true;
    expect_link_refusal("allocates");
    fake.refuse = false;
    memset(script.data, 0, script.size);
    expect_link_refusal("no RSDP");
}

static void pointers_are_checked(void **state)
{
    (void)state;
    struct acpi_script_command *command = blobs_command_of(ACPI_SCRIPT_ADD_POINTER);
    struct acpi_script_command good = *command;
    static const struct {
        uint32_t offset;
        uint8_t size;
    } bad[] = { { 0, 0 },          { 0, 3 },          { 0, 9 },          { 0, 255 },
                { UINT32_MAX, 8 }, { UINT32_MAX, 1 }, { 0x7fffffff, 8 }, { 0x20000, 1 } };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        command->pointer.offset = bad[i].offset;
        command->pointer.size = bad[i].size;
        expect_link_refusal("pointer outside");
    }
    *command = good;
    command->pointer.to[0] = '!';
    expect_link_refusal("pointer outside");
    *command = good;
    memset(command->pointer.from, 'x', sizeof(command->pointer.from));
    expect_link_refusal("pointer outside");
    *command = good;
    le_put(tables.data + command->pointer.offset, tables.size, command->pointer.size);
    expect_link_refusal("pointer outside");
    le_put(tables.data + command->pointer.offset, UINT64_MAX, command->pointer.size);
    expect_link_refusal("pointer outside");
}

/* An address above 4 GiB does not go into four bytes. */
static void pointers_are_not_cut_off(void **state)
{
    (void)state;
    uint64_t rsdp;
    struct acpi_script_command *command = blobs_command_of(ACPI_SCRIPT_ADD_POINTER);
    command->pointer.size = 4;
    assert_true(link_all(&rsdp));
    fake.base = UINT64_C(0x100000000);
    expect_link_refusal("pointer outside");
}

static void checksums_are_checked(void **state)
{
    (void)state;
    struct acpi_script_command *command = blobs_command_of(ACPI_SCRIPT_ADD_CHECKSUM);
    struct acpi_script_command good = *command;
    command->checksum.offset = tables.size;
    expect_link_refusal("sums bytes");
    *command = good;
    command->checksum.start = tables.size + 1;
    expect_link_refusal("sums bytes");
    *command = good;
    command->checksum.length = tables.size - command->checksum.start + 1;
    expect_link_refusal("sums bytes");
    command->checksum.start = UINT32_MAX;
    command->checksum.length = UINT32_MAX;
    expect_link_refusal("sums bytes");
    *command = good;
    memset(command->checksum.file, 0, sizeof(command->checksum.file));
    expect_link_refusal("sums bytes");
}

static void written_pointers_are_checked(void **state)
{
    (void)state;
    uint64_t rsdp;
    uint32_t last = acpi_script_count(&script) - 1;
    struct acpi_script_command *command = acpi_script_at(&script, last);
    struct acpi_script_command good = { .code = ACPI_SCRIPT_WRITE_POINTER };
    strcpy(good.write.to, "etc/somewhere");
    strcpy(good.write.from, ACPI_FILE_TABLES);
    good.write.from_offset = 0x44;
    good.write.size = 8;
    *command = good;
    assert_true(link_all(&rsdp));
    assert_string_equal(fake.written_name, "etc/somewhere");
    assert_int_equal(le64_get(fake.written), fake.base + 0x1000044);
    command->write.from_offset = tables.size;
    expect_link_refusal("cannot be written");
    *command = good;
    command->write.size = 0;
    expect_link_refusal("cannot be written");
    command->write.size = 9;
    expect_link_refusal("cannot be written");
    command->write.size = 2;
    expect_link_refusal("cannot be written");
    *command = good;
    command->write.to_offset = 1;
    expect_link_refusal("cannot be written");
    *command = good;
    memset(command->write.to, 'x', sizeof(command->write.to));
    expect_link_refusal("cannot be written");
    *command = good;
    command->write.from[0] = '!';
    expect_link_refusal("cannot be written");
}

static void unknown_commands_are_skipped(void **state)
{
    (void)state;
    uint64_t rsdp;
    struct acpi_script_command *last = acpi_script_at(&script, acpi_script_count(&script) - 1);
    memset(last, 0xff, sizeof(*last));
    assert_true(link_all(&rsdp));
}

static void mutate(struct acpi_blob *blob, uint32_t used, uint64_t *seed)
{
    static const uint8_t values[] = { 0, 1, 0x7f, 0x80, 0xff };
    uint64_t r = random_word(seed);
    uint32_t at = (uint32_t)(r >> 8) % used;
    uint32_t count = (r & 1) != 0 ? 1 : 1 + (uint32_t)(r >> 1) % 8;
    for (uint32_t i = 0; i < count && at + i < blob->size; i++) {
        blob->data[at + i] = (r & 16) != 0 ? values[(r >> 5) % 5] : (uint8_t)random_word(seed);
    }
}

/* Whatever QEMU says, nothing outside the blobs is touched (the sanitizer watches), and it ends. */
static void damaged_blobs_do_no_harm(void **state)
{
    uint64_t seed = 0x243f6a8885a308d3;
    uint32_t linked = 0;
    uint32_t tables_used = blobs_offset_of("XSDT") + 200;
    tables.size = tables_used;
    tables.capacity = tables_used + BLOB_ROOM;
    tables.data = realloc(tables.data, tables.capacity);
    assert_non_null(tables.data);
    for (int i = 0; i < MUTATIONS; i++) {
        uint64_t rsdp;
        memcpy(tables.data, captured_tables, tables_used);
        memset(tables.data + tables_used, 0, BLOB_ROOM);
        tables.size = tables_used;
        memcpy(script.data, captured_script, script.size);
        for (uint64_t n = random_word(&seed) % 4; n < 5; n++) {
            mutate((n & 1) != 0 ? &tables : &script, (n & 1) != 0 ? tables_used : script.size,
                   &seed);
        }
        if (blobs_patch() && link_all(&rsdp)) {
            linked++;
        }
    }
    (void)state;
    assert_in_range(linked, 1, MUTATIONS - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(script_of_qemu_links, start_linking, stop_linking),
        cmocka_unit_test_setup_teardown(tables_that_were_cut_sum_to_zero, start_linking,
                                        stop_linking),
        cmocka_unit_test_setup_teardown(allocations_are_checked, start_linking, stop_linking),
        cmocka_unit_test_setup_teardown(pointers_are_checked, start_linking, stop_linking),
        cmocka_unit_test_setup_teardown(pointers_are_not_cut_off, start_linking, stop_linking),
        cmocka_unit_test_setup_teardown(checksums_are_checked, start_linking, stop_linking),
        cmocka_unit_test_setup_teardown(written_pointers_are_checked, start_linking, stop_linking),
        cmocka_unit_test_setup_teardown(unknown_commands_are_skipped, start_linking, stop_linking),
        cmocka_unit_test_setup_teardown(damaged_blobs_do_no_harm, start_linking, stop_linking),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
