/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* As much of EFI as a kernel needs to take ACPI tables without firmware: a system table without
 * services, configuration tables, a memory map without runtime regions. */

#ifndef HOST_COMMON_EFI_H
#define HOST_COMMON_EFI_H

#include "place.h"

struct efi_tables {
    uint64_t system_table; /* addresses */
    uint64_t memory_map;
    uint32_t memory_map_size; /* bytes */
    uint32_t descriptor_size;
    uint32_t descriptor_version;
};

/* Makes the tables in `space`, which lies in `ram`. The memory map names all of `ram`; what has
 * been and will still be taken from `space`, from `tables_start` to a multiple of 64 KiB, is ACPI
 * memory, kept by the guest. Takes the last of `space`: take everything else before. */
bool efi_build(struct space *space, struct range ram, uint64_t tables_start, uint64_t rsdp,
               struct efi_tables *efi, const char **why);

#endif
