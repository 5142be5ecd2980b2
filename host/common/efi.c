/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* EFI tables for the direct ACPI route (UEFI 2.7, 4.3 system table, 4.6 configuration tables, 7.2
 * memory map). */

#include "efi.h"

#include <string.h>

#define EFI_SYSTEM_TABLE_SIGNATURE UINT64_C(0x5453595320494249)
#define EFI_2_70 UINT32_C(0x00020046)
#define EFI_PAGE_SIZE 4096
#define EFI_DESCRIPTOR_VERSION 1

#define EFI_CONVENTIONAL_MEMORY 7
#define EFI_ACPI_RECLAIM_MEMORY 9
#define EFI_MEMORY_WB UINT64_C(8)

#define EFI_MAP_GRANULE 0x10000 /* kernels with 64 KiB pages want whole ones */
#define EFI_MAP_ENTRIES 3

struct efi_guid {
    uint8_t bytes[16];
};

struct efi_system_table {
    uint64_t signature;
    uint32_t revision;
    uint32_t header_size;
    uint32_t crc32;
    uint32_t reserved;
    uint64_t firmware_vendor;
    uint32_t firmware_revision;
    uint32_t padding;
    uint64_t console[6];
    uint64_t runtime_services;
    uint64_t boot_services;
    uint64_t table_count;
    uint64_t tables;
};
_Static_assert(sizeof(struct efi_system_table) == 120, "EFI_SYSTEM_TABLE");

struct efi_configuration_table {
    struct efi_guid guid;
    uint64_t table;
};
_Static_assert(sizeof(struct efi_configuration_table) == 24, "EFI_CONFIGURATION_TABLE");

struct efi_memory_descriptor {
    uint32_t type;
    uint32_t padding;
    uint64_t physical_start;
    uint64_t virtual_start;
    uint64_t pages;
    uint64_t attribute;
};
_Static_assert(sizeof(struct efi_memory_descriptor) == 40, "EFI_MEMORY_DESCRIPTOR");

/* Says that no runtime service may be called (UEFI 4.6, EFI_RT_PROPERTIES_TABLE). */
struct efi_rt_properties {
    uint16_t version;
    uint16_t length;
    uint32_t supported;
};
_Static_assert(sizeof(struct efi_rt_properties) == 8, "EFI_RT_PROPERTIES_TABLE");

/* Where Linux notes memory that is to survive kexec: an empty list that it owns. */
struct linux_memreserve {
    uint32_t size;
    uint32_t count;
    uint64_t next;
};
_Static_assert(sizeof(struct linux_memreserve) == 16, "LINUX_EFI_MEMRESERVE_TABLE");

/* All of it, in one piece of guest memory. */
struct efi_block {
    struct efi_system_table system;
    struct efi_configuration_table configuration[3];
    struct linux_memreserve memreserve;
    struct efi_rt_properties rt_properties;
    uint16_t vendor[100]; /* Linux maps 100 characters whatever the length */
    struct efi_memory_descriptor map[EFI_MAP_ENTRIES];
};

// clang-format off
static const struct efi_guid guid_acpi_20 = { {
    0x71, 0xe8, 0x68, 0x88, 0xf1, 0xe4, 0xd3, 0x11, 0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81 } };
static const struct efi_guid guid_rt_properties = { {
    0x8a, 0x91, 0x66, 0xeb, 0xef, 0x7e, 0x2a, 0x40, 0x84, 0x2e, 0x93, 0x1d, 0x21, 0xc3, 0x8a, 0xe9 } };
static const struct efi_guid guid_linux_memreserve = { {
    0xc6, 0xb0, 0x8e, 0x88, 0xde, 0x8e, 0xf5, 0x4f, 0xa8, 0xf0, 0x9a, 0xee, 0x5c, 0xb9, 0x77, 0xc2 } };
// clang-format on

/* CRC-32 as the table header has it (UEFI 4.2). */
static uint32_t crc32(const uint8_t *bytes, size_t size)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (UINT32_C(0xedb88320) & (0 - (crc & 1)));
        }
    }
    return ~crc;
}

static void map_fill(struct efi_memory_descriptor *map, struct range ram, struct range tables)
{
    const struct {
        uint32_t type;
        struct range range;
    } regions[EFI_MAP_ENTRIES] = {
        { EFI_CONVENTIONAL_MEMORY, { ram.start, tables.start } },
        { EFI_ACPI_RECLAIM_MEMORY, tables },
        { EFI_CONVENTIONAL_MEMORY, { tables.end, ram.end } },
    };
    for (uint32_t i = 0; i < EFI_MAP_ENTRIES; i++) {
        map[i] = (struct efi_memory_descriptor) {
            .type = regions[i].type,
            .physical_start = regions[i].range.start,
            .pages = (regions[i].range.end - regions[i].range.start) / EFI_PAGE_SIZE,
            .attribute = EFI_MEMORY_WB,
        };
    }
}

static void block_fill(struct efi_block *block, uint64_t address, uint64_t rsdp)
{
    static const char vendor[] = "hvshim";
    for (size_t i = 0; i < sizeof(vendor); i++) {
        block->vendor[i] = (uint8_t)vendor[i];
    }
    block->rt_properties.version = 1;
    block->rt_properties.length = sizeof(block->rt_properties);
    block->configuration[0] = (struct efi_configuration_table) { guid_acpi_20, rsdp };
    block->configuration[1] =
        (struct efi_configuration_table) { guid_rt_properties,
                                           address + offsetof(struct efi_block, rt_properties) };
    block->configuration[2] =
        (struct efi_configuration_table) { guid_linux_memreserve,
                                           address + offsetof(struct efi_block, memreserve) };
    block->system = (struct efi_system_table) {
        .signature = EFI_SYSTEM_TABLE_SIGNATURE,
        .revision = EFI_2_70,
        .header_size = sizeof(block->system),
        .firmware_vendor = address + offsetof(struct efi_block, vendor),
        .table_count = sizeof(block->configuration) / sizeof(block->configuration[0]),
        .tables = address + offsetof(struct efi_block, configuration),
    };
    block->system.crc32 = crc32((const uint8_t *)&block->system, sizeof(block->system));
}

bool efi_build(struct space *space, struct range ram, uint64_t tables_start, uint64_t rsdp,
               struct efi_tables *efi, const char **why)
{
    uint64_t address;
    uint64_t end;
    if (!space_take(space, sizeof(struct efi_block), 16, &address) ||
        !place_align(space->next, EFI_MAP_GRANULE, &end) ||
        !space_take(space, end - space->next, 1, &end)) {
        return refuse(why, "no room for EFI tables in the guest's memory");
    }
    struct efi_block *block = (struct efi_block *)(void *)place_pointer(address);
    block_fill(block, address, rsdp);
    map_fill(block->map, ram, (struct range) { tables_start, space->next });
    *efi = (struct efi_tables) {
        .system_table = address,
        .memory_map = address + offsetof(struct efi_block, map),
        .memory_map_size = sizeof(block->map),
        .descriptor_size = sizeof(block->map[0]),
        .descriptor_version = EFI_DESCRIPTOR_VERSION,
    };
    return true;
}
