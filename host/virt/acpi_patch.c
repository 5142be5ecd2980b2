/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The changes to QEMU's ACPI tables that make a guest see Hyper-V, VMBus, one processor less, and
 * neither ITS nor SMMU. Tables are found as the loader script finds them: by the pointers between
 * blobs. */

#include "acpi.h"

#include "acpi_script.h"
#include "host/common/bytes.h"
#include "host/common/place.h"

#include <string.h>

/* ACPI 6.4, 5.2.6 (header), 5.2.9 (FADT), 5.2.12 (MADT) */
#define HEADER_LENGTH 4
#define HEADER_CHECKSUM 9
#define HEADER_SIZE 36
#define FADT_HYPERVISOR_VENDOR 268
#define FADT_SIZE 276
#define MADT_ENTRIES 44
#define MADT_GICC 0x0b
#define MADT_ITS 0x0f
#define GICC_FLAGS 12
#define GICC_FLAGS_ENABLED 0x1u
#define GICC_FLAGS_ONLINE_CAPABLE 0x8u
#define GICC_MPIDR 68
#define GICC_SIZE 76

#define DSDT_ALIGN 64

static bool is_tables(const char *name)
{
    return memcmp(name, ACPI_FILE_TABLES, sizeof(ACPI_FILE_TABLES)) == 0;
}

/* A table's place in the blob. */
struct table {
    uint32_t offset;
    uint32_t size;
};

static bool table_at(const struct acpi_blob *tables, uint64_t offset, struct table *table)
{
    struct range all = { 0, tables->size };
    if (!range_holds(all, offset, HEADER_SIZE)) {
        return false;
    }
    table->offset = (uint32_t)offset;
    table->size = le32_get(tables->data + offset + HEADER_LENGTH);
    return table->size >= HEADER_SIZE && range_holds(all, offset, table->size);
}

/* The pointer that an ADD_POINTER command between places in the tables blob will fill in; NULL for
 * other commands. */
static uint8_t *pointer_field(const struct acpi_blob *tables, struct acpi_script_command *command)
{
    struct range all = { 0, tables->size };
    if (command->code != ACPI_SCRIPT_ADD_POINTER || !is_tables(command->pointer.to) ||
        !is_tables(command->pointer.from) || command->pointer.size == 0 ||
        command->pointer.size > 8 ||
        !range_holds(all, command->pointer.offset, command->pointer.size)) {
        return NULL;
    }
    return tables->data + command->pointer.offset;
}

/* Finds the table with a signature that some pointer leads to. */
static bool table_find(const struct acpi_blob *tables, const struct acpi_blob *script,
                       const char *signature, struct table *table)
{
    for (uint32_t i = 0; i < acpi_script_count(script); i++) {
        struct acpi_script_command *command = acpi_script_at(script, i);
        const uint8_t *field = pointer_field(tables, command);
        if (field != NULL && table_at(tables, le_get(field, command->pointer.size), table) &&
            memcmp(tables->data + table->offset, signature, 4) == 0) {
            return true;
        }
    }
    return false;
}

/* The end of the last table that a pointer leads to: what follows is padding. */
static uint32_t tables_end(const struct acpi_blob *tables, const struct acpi_blob *script)
{
    uint32_t end = 0;
    for (uint32_t i = 0; i < acpi_script_count(script); i++) {
        struct acpi_script_command *command = acpi_script_at(script, i);
        struct table table;
        const uint8_t *field = pointer_field(tables, command);
        if (field != NULL && table_at(tables, le_get(field, command->pointer.size), &table) &&
            table.offset + table.size > end) {
            end = table.offset + table.size;
        }
        /* Checksums reach tables that pointers from other files lead to: the XSDT. */
        if (command->code == ACPI_SCRIPT_ADD_CHECKSUM && is_tables(command->checksum.file) &&
            table_at(tables, command->checksum.start, &table) && table.offset + table.size > end) {
            end = table.offset + table.size;
        }
    }
    return end;
}

static bool fadt_patch(struct acpi_blob *tables, const struct acpi_blob *script, const char **why)
{
    struct table fadt;
    if (!table_find(tables, script, "FACP", &fadt)) {
        return refuse(why, "ACPI: no FADT in the machine's tables");
    }
    if (fadt.size < FADT_SIZE) {
        return refuse(why, "ACPI: the FADT is too old to name a hypervisor (need ACPI 6)");
    }
    memcpy(tables->data + fadt.offset + FADT_HYPERVISOR_VENDOR, "MsHyperV", 8);
    return true;
}

/* Takes an entry out of the MADT. The bytes that this leaves behind it are zero, so that the loader
 * script may go on summing as many as before. */
static void madt_cut(struct acpi_blob *tables, struct table *madt, uint32_t at, uint32_t length)
{
    uint8_t *entry = tables->data + madt->offset + at;
    uint32_t rest = madt->size - at - length;
    memmove(entry, entry + length, rest);
    memset(entry + rest, 0, length);
    madt->size -= length;
    le_put(tables->data + madt->offset + HEADER_LENGTH, madt->size, 4);
}

/* Whether an entry is the processor's; it is then called unusable, now and later. */
static bool madt_hide(uint8_t *entry, uint32_t length, uint64_t hidden_mpidr)
{
    if (entry[0] != MADT_GICC || length < GICC_SIZE ||
        le64_get(entry + GICC_MPIDR) != hidden_mpidr) {
        return false;
    }
    uint32_t flags = le32_get(entry + GICC_FLAGS);
    flags &= ~(GICC_FLAGS_ENABLED | GICC_FLAGS_ONLINE_CAPABLE);
    le_put(entry + GICC_FLAGS, flags, 4);
    return true;
}

static bool madt_patch(struct acpi_blob *tables, const struct acpi_blob *script,
                       uint64_t hidden_mpidr, const char **why)
{
    struct table madt;
    bool hidden = false;
    if (!table_find(tables, script, "APIC", &madt)) {
        return refuse(why, "ACPI: no MADT in the machine's tables");
    }
    for (uint32_t at = MADT_ENTRIES; at + 2 <= madt.size;) {
        uint8_t *entry = tables->data + madt.offset + at;
        uint32_t length = entry[1];
        if (length < 2 || length > madt.size - at) {
            return refuse(why, "ACPI: the MADT holds an entry of impossible length");
        }
        if (entry[0] == MADT_ITS) {
            madt_cut(tables, &madt, at, length);
            continue;
        }
        hidden = madt_hide(entry, length, hidden_mpidr) || hidden;
        at += length;
    }
    return hidden || refuse(why, "ACPI: the MADT lacks the service core");
}

/* Machines without an IORT have nothing to hide in it. */
static bool iort_patch(struct acpi_blob *tables, const struct acpi_blob *script, const char **why)
{
    struct table iort;
    return !table_find(tables, script, "IORT", &iort) ||
           acpi_iort_cut_smmu(tables->data + iort.offset, iort.size) ||
           refuse(why, "ACPI: the IORT is damaged");
}

/* A move of bytes inside the tables blob; offsets that point there move along. */
struct move {
    struct table from;
    uint32_t to;
};

static bool moved(const struct move *move, uint64_t offset)
{
    return offset >= move->from.offset && offset - move->from.offset < move->from.size;
}

static uint32_t follow(const struct move *move, uint64_t offset)
{
    return (uint32_t)(offset - move->from.offset) + move->to;
}

/* Lets one command follow the move; `grown` is what the table gained. True for the checksum of the
 * table as a whole. */
static bool command_follow(struct acpi_blob *tables, struct acpi_script_command *command,
                           const struct move *move, uint32_t grown)
{
    uint8_t *field = pointer_field(tables, command);
    if (field != NULL && moved(move, le_get(field, command->pointer.size))) {
        uint64_t target = le_get(field, command->pointer.size);
        le_put(field, follow(move, target), command->pointer.size);
    }
    if (command->code == ACPI_SCRIPT_ADD_POINTER && is_tables(command->pointer.to) &&
        moved(move, command->pointer.offset)) {
        command->pointer.offset = follow(move, command->pointer.offset);
    }
    if (command->code == ACPI_SCRIPT_WRITE_POINTER && is_tables(command->write.from) &&
        moved(move, command->write.from_offset)) {
        command->write.from_offset = follow(move, command->write.from_offset);
    }
    if (command->code != ACPI_SCRIPT_ADD_CHECKSUM || !is_tables(command->checksum.file) ||
        command->checksum.start != move->from.offset ||
        command->checksum.offset != move->from.offset + HEADER_CHECKSUM) {
        return false;
    }
    command->checksum.start = move->to;
    command->checksum.offset = move->to + HEADER_CHECKSUM;
    command->checksum.length = move->from.size + grown;
    return true;
}

static bool script_follow(struct acpi_blob *tables, struct acpi_blob *script,
                          const struct move *move, uint32_t grown)
{
    bool summed = false;
    for (uint32_t i = 0; i < acpi_script_count(script); i++) {
        if (command_follow(tables, acpi_script_at(script, i), move, grown)) {
            summed = true;
        }
    }
    return summed;
}

static bool dsdt_patch(struct acpi_blob *tables, struct acpi_blob *script, const uint8_t *aml,
                       uint32_t aml_size, const char **why)
{
    struct move move;
    if (!table_find(tables, script, "DSDT", &move.from)) {
        return refuse(why, "ACPI: no DSDT in the machine's tables");
    }
    uint64_t to = (tables_end(tables, script) + (uint64_t)DSDT_ALIGN - 1) & ~(DSDT_ALIGN - 1ull);
    uint64_t size = (uint64_t)move.from.size + aml_size;
    if (to + size > tables->capacity) {
        return refuse(why, "ACPI: the machine's tables are too large");
    }
    move.to = (uint32_t)to;
    if (to + size > tables->size) {
        tables->size = (uint32_t)(to + size);
    }
    if (!script_follow(tables, script, &move, aml_size)) {
        return refuse(why, "ACPI: the loader script does not sum the DSDT");
    }
    uint8_t *dsdt = tables->data + move.to;
    memcpy(dsdt, tables->data + move.from.offset, move.from.size);
    memcpy(dsdt + move.from.size, aml, aml_size);
    le_put(dsdt + HEADER_LENGTH, size, 4);
    memset(tables->data + move.from.offset, 0, move.from.size);
    return true;
}

/* Names in commands are compared and searched as strings further on. */
static bool script_sound(const struct acpi_blob *script)
{
    return script->size % sizeof(struct acpi_script_command) == 0;
}

bool acpi_patch(struct acpi_blob *tables, struct acpi_blob *script, const uint8_t *aml,
                uint32_t aml_size, uint64_t hidden_mpidr, const char **why)
{
    if (!script_sound(script)) {
        return refuse(why, "ACPI: the loader script holds half a command");
    }
    if (aml_size < HEADER_SIZE) {
        return refuse(why, "ACPI: the VMBus fragment is not a table");
    }
    return fadt_patch(tables, script, why) && madt_patch(tables, script, hidden_mpidr, why) &&
           iort_patch(tables, script, why) &&
           dsdt_patch(tables, script, aml + HEADER_SIZE, aml_size - HEADER_SIZE, why);
}
