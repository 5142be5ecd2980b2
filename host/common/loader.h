/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Where a kernel wants to be, and where everything goes for the direct boot routes. Pure. */

#ifndef HOST_COMMON_LOADER_H
#define HOST_COMMON_LOADER_H

#include "place.h"

/* Enough of a kernel's first bytes to judge it by: Image header, PE header, sections. */
#define KERNEL_HEAD_SIZE 4096

struct kernel_image {
    uint64_t offset; /* where it loads and starts, from the base of RAM */
    uint64_t size;   /* bytes of memory it needs, at least those of its file */
};

/* Judges a kernel by the first `head_size` bytes of its file, which has `file_size`. An arm64 Image
 * (Linux Documentation/arch/arm64/booting.rst) goes where its header says; a file without a header
 * is a raw binary and goes where QEMU's -kernel puts one. What cannot be an arm64 kernel, or is
 * visibly cut short, is refused. */
bool kernel_image_parse(const uint8_t *head, uint64_t head_size, uint64_t file_size,
                        struct kernel_image *image, const char **why);

struct layout {
    struct range kernel;
    struct range initrd; /* empty when there is none */
    struct range tables; /* all that is left above: device tree, ACPI and EFI tables */
};

/* Places a kernel, its initrd (0 bytes for none) and at least `tables_size` bytes for tables in
 * guest RAM, none of them overlapping. Follows QEMU where guests may rely on it: what is not the
 * kernel starts 128 MiB into RAM, or half way, unless that leaves too little. */
bool layout_place(struct range ram, const struct kernel_image *image, uint64_t initrd_size,
                  uint64_t tables_size, struct layout *layout, const char **why);

#endif
