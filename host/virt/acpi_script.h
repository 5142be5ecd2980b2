/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* QEMU's table loader script: commands of 128 bytes (little-endian) that place the ACPI blobs and
 * put addresses and checksums into them. */

#ifndef HOST_VIRT_ACPI_SCRIPT_H
#define HOST_VIRT_ACPI_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

#include "acpi.h"

#define ACPI_SCRIPT_NAME_SIZE 56
#define ACPI_SCRIPT_FILES_MAX 16

enum acpi_script_code {
    ACPI_SCRIPT_ALLOCATE = 1,
    ACPI_SCRIPT_ADD_POINTER = 2,
    ACPI_SCRIPT_ADD_CHECKSUM = 3,
    ACPI_SCRIPT_WRITE_POINTER = 4,
};

struct acpi_script_command {
    uint32_t code;
    union {
        struct {
            char file[ACPI_SCRIPT_NAME_SIZE];
            uint32_t align;
            uint8_t zone;
        } allocate;
        struct {
            char to[ACPI_SCRIPT_NAME_SIZE];
            char from[ACPI_SCRIPT_NAME_SIZE];
            uint32_t offset; /* in `to`: an offset in `from`, to become an address */
            uint8_t size;
        } pointer;
        struct {
            char file[ACPI_SCRIPT_NAME_SIZE];
            uint32_t offset; /* of the checksum byte */
            uint32_t start;
            uint32_t length;
        } checksum;
        struct {
            char to[ACPI_SCRIPT_NAME_SIZE];
            char from[ACPI_SCRIPT_NAME_SIZE];
            uint32_t to_offset;
            uint32_t from_offset;
            uint8_t size;
        } write;
        uint8_t padding[124];
    };
};
_Static_assert(sizeof(struct acpi_script_command) == 128, "QEMU bios-linker-loader command");
_Static_assert(offsetof(struct acpi_script_command, pointer.offset) == 116, "ADD_POINTER offset");
_Static_assert(offsetof(struct acpi_script_command, write.size) == 124, "WRITE_POINTER size");

static inline uint32_t acpi_script_count(const struct acpi_blob *script)
{
    return script->size / (uint32_t)sizeof(struct acpi_script_command);
}

/* Command `index`, which must be below the count. The blob is aligned for it. */
static inline struct acpi_script_command *acpi_script_at(const struct acpi_blob *script,
                                                         uint32_t index)
{
    return (struct acpi_script_command *)(void *)script->data + index;
}

#endif
