/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* ACPI blobs of QEMU's, patched and linked; damaged in every way, and then refused or left sound.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/virt/acpi.h"
#include "host/virt/acpi_script.h"
#include "host/virt/bytes.h"

#define ROOM 0x2000
#define HIDDEN 2
#define MUTATIONS 20000

/* Blobs in memory of exactly their capacity, so that the sanitizer sees every step outside. */
static struct acpi_blob tables;
static struct acpi_blob script;
static const char *why;

static uint32_t aml_size(void)
{
    return (uint32_t)(acpi_vmbus_aml_end - acpi_vmbus_aml);
}

static struct acpi_blob blob_of(const uint8_t *start, const uint8_t *end, uint32_t room)
{
    uint32_t size = (uint32_t)(end - start);
    struct acpi_blob blob = { malloc(size + room), size, size + room };
    memcpy(blob.data, start, size);
    memset(blob.data + size, 0, room);
    return blob;
}

extern const uint8_t captured_tables[], captured_tables_end[];
extern const uint8_t captured_script[], captured_script_end[];
extern const uint8_t captured_rsdp[], captured_rsdp_end[];

static int start(void **state)
{
    (void)state;
    tables = blob_of(captured_tables, captured_tables_end, ROOM);
    script = blob_of(captured_script, captured_script_end, 0);
    why = NULL;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    free(tables.data);
    free(script.data);
    return 0;
}

static bool patch(void)
{
    return acpi_patch(&tables, &script, acpi_vmbus_aml, aml_size(), HIDDEN, &why);
}

static void expect_refusal(const char *part)
{
    assert_false(patch());
    assert_non_null(why);
    assert_non_null(strstr(why, part));
}

/* The offset of a table in QEMU's blob, by its signature. */
static uint32_t offset_of(const char *signature)
{
    for (uint32_t i = 0; i + 36 < tables.size; i++) {
        if (memcmp(tables.data + i, signature, 4) == 0) {
            return i;
        }
    }
    fail_msg("QEMU has no %s", signature);
    return 0;
}

/* The first command of a kind after `from`, counted in commands. */
static struct acpi_script_command *command_of(uint32_t code, uint32_t from)
{
    for (uint32_t i = from; i < acpi_script_count(&script); i++) {
        if (acpi_script_at(&script, i)->code == code) {
            return acpi_script_at(&script, i);
        }
    }
    fail_msg("no such command");
    return NULL;
}

/* ---- Patching ---- */

static void tables_of_qemu_are_patched(void **state)
{
    (void)state;
    uint32_t old = offset_of("DSDT");
    uint32_t size = le32_get(tables.data + old + 4);
    uint32_t before = tables.size;
    assert_true(patch());
    uint32_t dsdt = offset_of("DSDT");
    assert_true(dsdt > old);
    assert_int_equal(dsdt % 64, 0);
    assert_int_equal(le32_get(tables.data + dsdt + 4), size + aml_size() - 36);
    assert_memory_equal(tables.data + dsdt + 36, captured_tables + old + 36, size - 36);
    assert_memory_equal(tables.data + dsdt + size, acpi_vmbus_aml + 36, aml_size() - 36);
    assert_int_equal(tables.size, before); /* there was room in the padding */
    assert_memory_equal(tables.data + offset_of("FACP") + 268, "MsHyperV", 8);
    assert_int_equal(le64_get(tables.data + offset_of("FACP") + 140), dsdt);
}

/* Everything but what was to change: the old DSDT, the new one, vendor, X_DSDT, one GICC's flags.
 */
static void nothing_else_changes(void **state)
{
    (void)state;
    uint32_t old = offset_of("DSDT");
    uint32_t fadt = offset_of("FACP");
    uint32_t old_size = le32_get(tables.data + old + 4);
    uint32_t madt = offset_of("APIC");
    uint32_t flags_changed = 0;
    assert_true(patch());
    uint32_t dsdt = offset_of("DSDT");
    for (uint32_t i = 0; i < dsdt; i++) {
        bool in_dsdt = i >= old && i < old + old_size;
        bool in_fadt = (i >= fadt + 268 && i < fadt + 276) || (i >= fadt + 140 && i < fadt + 148);
        if (in_dsdt || in_fadt || tables.data[i] == captured_tables[i]) {
            continue;
        }
        assert_in_range(i, madt + 44, madt + le32_get(tables.data + madt + 4));
        assert_int_equal(captured_tables[i], 1);
        assert_int_equal(tables.data[i], 0);
        flags_changed++;
    }
    assert_int_equal(flags_changed, 1);
}

static void blob_without_padding_grows(void **state)
{
    (void)state;
    uint32_t xsdt = offset_of("XSDT");
    tables.size = xsdt + le32_get(tables.data + xsdt + 4);
    uint32_t before = tables.size;
    assert_true(patch());
    assert_true(tables.size > before);
    assert_int_equal(tables.size,
                     offset_of("DSDT") + le32_get(tables.data + offset_of("DSDT") + 4));
}

static void blob_without_room_is_refused(void **state)
{
    (void)state;
    uint32_t xsdt = offset_of("XSDT");
    tables.size = xsdt + le32_get(tables.data + xsdt + 4);
    tables.capacity = tables.size + 100;
    expect_refusal("too large");
}

static void pointers_into_the_dsdt_move_along(void **state)
{
    (void)state;
    uint32_t old = offset_of("DSDT");
    /* The last command is QEMU's padding or a checksum that does not matter here. */
    struct acpi_script_command *last = acpi_script_at(&script, acpi_script_count(&script) - 1);
    memset(last, 0, sizeof(*last));
    last->code = ACPI_SCRIPT_ADD_POINTER;
    strcpy(last->pointer.to, ACPI_FILE_TABLES);
    strcpy(last->pointer.from, ACPI_FILE_TABLES);
    last->pointer.offset = old + 40;
    last->pointer.size = 4;
    le_put(tables.data + old + 40, old + 50, 4);
    assert_true(patch());
    uint32_t dsdt = offset_of("DSDT");
    assert_int_equal(last->pointer.offset, dsdt + 40);
    assert_int_equal(le32_get(tables.data + dsdt + 40), dsdt + 50);

    last->code = ACPI_SCRIPT_WRITE_POINTER;
    strcpy(last->write.from, ACPI_FILE_TABLES);
    last->write.from_offset = dsdt + 60;
    last->write.size = 8;
    assert_true(patch()); /* patching twice moves twice */
    assert_int_equal(last->write.from_offset, offset_of("DSDT") + 60);
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
        stop(state);
        start(state);
        uint8_t *table = tables.data + offset_of(damage[i].signature);
        le_put(table + damage[i].offset, damage[i].value, damage[i].size);
        expect_refusal(damage[i].part);
    }
}

static void last_madt_entry_ends_with_the_table(void **state)
{
    (void)state;
    uint8_t *madt = tables.data + offset_of("APIC");
    uint32_t length = le32_get(madt + 4);
    uint32_t at = 44;
    while (!(madt[at] == 0x0b && le64_get(madt + at + 68) == HIDDEN)) {
        at += madt[at + 1];
        assert_true(at < length);
    }
    le_put(madt + 4, at + madt[at + 1] - 1, 4); /* one byte short */
    expect_refusal("impossible length");
    le_put(madt + 4, at + madt[at + 1], 4);
    assert_true(patch());
    assert_int_equal(le32_get(madt + at + 12) & 9, 0);
}

static void script_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    script.size -= 1;
    expect_refusal("half a command");
    script.size = 0;
    expect_refusal("no FADT");
    assert_false(acpi_patch(&tables, &script, acpi_vmbus_aml, 35, HIDDEN, &why));
}

static void dsdt_must_be_summed(void **state)
{
    (void)state;
    uint32_t dsdt = offset_of("DSDT");
    for (uint32_t i = 0; i < acpi_script_count(&script); i++) {
        struct acpi_script_command *command = acpi_script_at(&script, i);
        if (command->code == ACPI_SCRIPT_ADD_CHECKSUM && command->checksum.start == dsdt) {
            command->code = 0;
        }
    }
    expect_refusal("does not sum");
}

/* ---- Linking ---- */

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
    return start(state);
}

static int stop_linking(void **state)
{
    for (uint32_t i = 0; i < fake.count; i++) {
        free(fake.files[i].data);
    }
    fake.count = 0;
    return stop(state);
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
    assert_true(patch());
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

static void allocations_are_checked(void **state)
{
    (void)state;
    struct acpi_script_command *command = command_of(ACPI_SCRIPT_ALLOCATE, 0);
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
    struct acpi_script_command *command = command_of(ACPI_SCRIPT_ADD_POINTER, 0);
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
    struct acpi_script_command *command = command_of(ACPI_SCRIPT_ADD_POINTER, 0);
    command->pointer.size = 4;
    assert_true(link_all(&rsdp));
    fake.base = UINT64_C(0x100000000);
    expect_link_refusal("pointer outside");
}

static void checksums_are_checked(void **state)
{
    (void)state;
    struct acpi_script_command *command = command_of(ACPI_SCRIPT_ADD_CHECKSUM, 0);
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

/* ---- Anything at all ---- */

static uint64_t random_word(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
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
    uint32_t tables_used = offset_of("XSDT") + 200;
    tables.size = tables_used;
    tables.capacity = tables_used + ROOM;
    tables.data = realloc(tables.data, tables.capacity);
    assert_non_null(tables.data);
    for (int i = 0; i < MUTATIONS; i++) {
        uint64_t rsdp;
        memcpy(tables.data, captured_tables, tables_used);
        memset(tables.data + tables_used, 0, ROOM);
        tables.size = tables_used;
        memcpy(script.data, captured_script, script.size);
        for (uint64_t n = random_word(&seed) % 4; n < 5; n++) {
            mutate((n & 1) != 0 ? &tables : &script, (n & 1) != 0 ? tables_used : script.size,
                   &seed);
        }
        if (patch() && link_all(&rsdp)) {
            linked++;
        }
    }
    (void)state;
    assert_in_range(linked, 1, MUTATIONS - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tables_of_qemu_are_patched, start, stop),
        cmocka_unit_test_setup_teardown(nothing_else_changes, start, stop),
        cmocka_unit_test_setup_teardown(blob_without_padding_grows, start, stop),
        cmocka_unit_test_setup_teardown(blob_without_room_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(pointers_into_the_dsdt_move_along, start, stop),
        cmocka_unit_test_setup_teardown(tables_that_are_missing_or_short_are_refused, start, stop),
        cmocka_unit_test_setup_teardown(last_madt_entry_ends_with_the_table, start, stop),
        cmocka_unit_test_setup_teardown(script_that_does_not_fit_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(dsdt_must_be_summed, start, stop),
        cmocka_unit_test_setup_teardown(script_of_qemu_links, start_linking, stop_linking),
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
