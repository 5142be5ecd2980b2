/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The loader script, run. Each command is checked against the files it names before it does
 * anything; a file has to be allocated before it is used. */

#include "acpi.h"

#include "acpi_script.h"
#include "host/common/bytes.h"
#include "host/common/place.h"

#include <string.h>

struct file {
    const char *name; /* in the script, ends within ACPI_SCRIPT_NAME_SIZE */
    uint8_t *data;
    uint64_t address;
    uint32_t size;
};

struct linking {
    const struct acpi_linker *linker;
    struct file files[ACPI_SCRIPT_FILES_MAX];
    uint32_t count;
};

static bool name_ends(const char *name)
{
    return memchr(name, '\0', ACPI_SCRIPT_NAME_SIZE) != NULL;
}

static struct file *file_find(struct linking *linking, const char *name)
{
    for (uint32_t i = 0; name_ends(name) && i < linking->count; i++) {
        if (memcmp(linking->files[i].name, name, strlen(name) + 1) == 0) {
            return &linking->files[i];
        }
    }
    return NULL;
}

static bool power_of_two(uint32_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

static bool run_allocate(struct linking *linking, const struct acpi_script_command *command)
{
    const char *name = command->allocate.file;
    if (!name_ends(name) || file_find(linking, name) != NULL ||
        linking->count == ACPI_SCRIPT_FILES_MAX || !power_of_two(command->allocate.align)) {
        return false;
    }
    struct file *file = &linking->files[linking->count];
    if (!linking->linker->allocate(linking->linker->context, name, command->allocate.align,
                                   &file->data, &file->address, &file->size)) {
        return false;
    }
    file->name = name;
    linking->count++;
    return true;
}

/* Whether `value` survives being written with `size` bytes. */
static bool value_fits(uint64_t value, uint32_t size)
{
    return size == 8 || ((size == 1 || size == 2 || size == 4) && value >> (8 * size) == 0);
}

static bool run_add_pointer(struct linking *linking, const struct acpi_script_command *command)
{
    const struct file *to = file_find(linking, command->pointer.to);
    const struct file *from = file_find(linking, command->pointer.from);
    uint32_t offset = command->pointer.offset;
    uint32_t size = command->pointer.size;
    if (to == NULL || from == NULL || size == 0 || size > 8 || offset > to->size ||
        size > to->size - offset) {
        return false;
    }
    uint64_t target = le_get(to->data + offset, size);
    if (target >= from->size || !value_fits(from->address + target, size)) {
        return false;
    }
    le_put(to->data + offset, from->address + target, size);
    return true;
}

static bool run_add_checksum(struct linking *linking, const struct acpi_script_command *command)
{
    const struct file *file = file_find(linking, command->checksum.file);
    uint32_t start = command->checksum.start;
    uint32_t length = command->checksum.length;
    if (file == NULL || command->checksum.offset >= file->size || start > file->size ||
        length > file->size - start) {
        return false;
    }
    uint8_t sum = 0;
    for (uint32_t i = 0; i < length; i++) {
        sum = (uint8_t)(sum + file->data[start + i]);
    }
    uint8_t *byte = file->data + command->checksum.offset;
    *byte = (uint8_t)(*byte - sum);
    return true;
}

static bool run_write_pointer(struct linking *linking, const struct acpi_script_command *command)
{
    const struct file *from = file_find(linking, command->write.from);
    uint32_t size = command->write.size;
    uint8_t value[8];
    if (from == NULL || !name_ends(command->write.to) || command->write.from_offset >= from->size ||
        !value_fits(from->address + command->write.from_offset, size)) {
        return false;
    }
    le_put(value, from->address + command->write.from_offset, size);
    return linking->linker->write(linking->linker->context, command->write.to,
                                  command->write.to_offset, value, size);
}

static bool run(struct linking *linking, const struct acpi_script_command *command,
                const char **why)
{
    switch (command->code) {
    case ACPI_SCRIPT_ALLOCATE:
        return run_allocate(linking, command) ||
               refuse(why, "ACPI: the loader script allocates what cannot be had");
    case ACPI_SCRIPT_ADD_POINTER:
        return run_add_pointer(linking, command) ||
               refuse(why, "ACPI: the loader script sets a pointer outside of its files");
    case ACPI_SCRIPT_ADD_CHECKSUM:
        return run_add_checksum(linking, command) ||
               refuse(why, "ACPI: the loader script sums bytes outside of its files");
    case ACPI_SCRIPT_WRITE_POINTER:
        return run_write_pointer(linking, command) ||
               refuse(why, "ACPI: the loader script writes a pointer that cannot be written");
    default:
        return true; /* QEMU: commands that are not known are to be skipped */
    }
}

bool acpi_link(const struct acpi_blob *script, const struct acpi_linker *linker, uint64_t *rsdp,
               const char **why)
{
    struct linking linking = { .linker = linker };
    for (uint32_t i = 0; i < acpi_script_count(script); i++) {
        if (!run(&linking, acpi_script_at(script, i), why)) {
            return false;
        }
    }
    const struct file *file = file_find(&linking, ACPI_FILE_RSDP);
    if (file == NULL) {
        return refuse(why, "ACPI: the loader script allocates no RSDP");
    }
    *rsdp = file->address;
    return true;
}
