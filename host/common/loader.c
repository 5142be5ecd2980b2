/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Kernel images: what kind of file is it, is all of it there, where does it go? Nothing in the
 * header is believed before it has been compared with what is left. */

#include "loader.h"

#include "bytes.h"

#include <string.h>

/* arm64 Image header */
#define IMAGE_TEXT_OFFSET 8
#define IMAGE_SIZE 16
#define IMAGE_MAGIC 56
#define IMAGE_PE_OFFSET 60
#define IMAGE_HEADER_SIZE 64
#define IMAGE_RESERVED_BELOW 4096 /* QEMU keeps its own boot code below an image */

/* Where QEMU puts a binary without header, and Linux's default before image_size existed. */
#define RAW_OFFSET 0x80000

/* PE/COFF, as far as needed */
#define PE_MACHINE 4
#define PE_SECTIONS 6
#define PE_OPTIONAL_SIZE 20
#define PE_HEADER_SIZE 24
#define PE_SECTION_SIZE 40
#define PE_SECTION_RAW_SIZE 16
#define PE_SECTION_RAW_OFFSET 20
#define PE_MACHINE_ARM64 0xaa64

#define REST_OFFSET_MAX (UINT64_C(128) << 20) /* QEMU keeps this much for the kernel */

struct signature {
    uint32_t offset;
    uint32_t size;
    const char *bytes;
    const char *why;
};

/* What people hand to -kernel that no arm64 processor can start. */
static const struct signature foreign[] = {
    { 0, 4,
      "\x7f"
      "ELF",
      "the kernel is an ELF file; convert it with objcopy -O binary" },
    { 0, 2, "\x1f\x8b", "the kernel is a gzip file that QEMU did not unpack; unpack it first" },
    { 0, 8, "MZ\0\0zimg", "the kernel is a compressed EFI image; unpack it, or boot it by UEFI" },
    { 36, 4, "\x18\x28\x6f\x01", "the kernel is for 32-bit Arm" },
    { 514, 4, "HdrS", "the kernel is for x86" },
};

static const char *foreign_image(const uint8_t *head, uint64_t size)
{
    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        const struct signature *s = &foreign[i];
        if (s->offset + s->size <= size && memcmp(head + s->offset, s->bytes, s->size) == 0) {
            return s->why;
        }
    }
    return NULL;
}

/* Kernels with an EFI stub list their sections: the one way to see that a file was cut short. */
static bool pe_complete(const uint8_t *head, uint64_t size, uint64_t file_size, const char **why)
{
    struct range all = { 0, size };
    uint32_t pe = le32_get(head + IMAGE_PE_OFFSET);
    if (pe == 0) {
        return true;
    }
    if (!range_holds(all, pe, PE_HEADER_SIZE)) {
        return refuse(why, "the kernel's EFI header lies outside of its first page");
    }
    if (memcmp(head + pe, "PE\0\0", 4) != 0) {
        return true;
    }
    if (le16_get(head + pe + PE_MACHINE) != PE_MACHINE_ARM64) {
        return refuse(why, "the kernel is an EFI image for another processor");
    }
    uint64_t sections = le16_get(head + pe + PE_SECTIONS);
    uint64_t first = pe + PE_HEADER_SIZE + (uint64_t)le16_get(head + pe + PE_OPTIONAL_SIZE);
    if (!range_holds(all, first, sections * PE_SECTION_SIZE)) {
        return refuse(why, "the kernel's section table lies outside of its first page");
    }
    for (uint64_t i = 0; i < sections; i++) {
        const uint8_t *section = head + first + i * PE_SECTION_SIZE;
        uint64_t end = (uint64_t)le32_get(section + PE_SECTION_RAW_OFFSET) +
                       le32_get(section + PE_SECTION_RAW_SIZE);
        if (end > file_size) {
            return refuse(why, "the kernel is truncated: a section ends after the file");
        }
    }
    return true;
}

static bool image_place(const uint8_t *head, uint64_t file_size, struct kernel_image *image)
{
    uint64_t text_offset = le64_get(head + IMAGE_TEXT_OFFSET);
    uint64_t image_size = le64_get(head + IMAGE_SIZE);
    if (image_size == 0) { /* before Linux 3.17: the offset may be in the wrong byte order */
        text_offset = RAW_OFFSET;
    }
    image->size = image_size > file_size ? image_size : file_size;
    image->offset = text_offset;
    if (text_offset < IMAGE_RESERVED_BELOW) {
        image->offset += PLACE_2M;
    }
    return image->offset >= text_offset;
}

bool kernel_image_parse(const uint8_t *head, uint64_t head_size, uint64_t file_size,
                        struct kernel_image *image, const char **why)
{
    uint64_t size = head_size < file_size ? head_size : file_size;
    const char *kind = foreign_image(head, size);
    if (kind != NULL) {
        return refuse(why, kind);
    }
    if (size == 0) {
        return refuse(why, "the kernel is an empty file");
    }
    bool has_header = size >= IMAGE_HEADER_SIZE && memcmp(head + IMAGE_MAGIC, "ARM\x64", 4) == 0;
    if (!has_header && size >= 2 && memcmp(head, "MZ", 2) == 0) {
        return refuse(why, size < IMAGE_HEADER_SIZE ? "the kernel is truncated within its header"
                                                    : "the kernel is not an arm64 image");
    }
    if (!has_header) {
        *image = (struct kernel_image) { .offset = RAW_OFFSET, .size = file_size };
        return true;
    }
    return pe_complete(head, size, file_size, why) &&
           (image_place(head, file_size, image) ||
            refuse(why, "the kernel's header names an impossible offset"));
}

/* Puts initrd and tables from `start` on, if they fit. */
static bool place_rest(struct range ram, uint64_t start, uint64_t initrd_size, uint64_t tables_size,
                       struct layout *layout)
{
    uint64_t tables;
    if (!range_holds(ram, start, initrd_size) ||
        !place_align(start + initrd_size, PLACE_2M, &tables) ||
        !range_holds(ram, tables, tables_size)) {
        return false;
    }
    layout->initrd = (struct range) { start, start + initrd_size };
    layout->tables = (struct range) { tables, ram.end };
    return true;
}

bool layout_place(struct range ram, const struct kernel_image *image, uint64_t initrd_size,
                  uint64_t tables_size, struct layout *layout, const char **why)
{
    uint64_t ram_size = ram.end - ram.start;
    if (image->offset > ram_size || image->size > ram_size - image->offset) {
        return refuse(why, "the kernel does not fit into the guest's memory");
    }
    layout->kernel.start = ram.start + image->offset;
    layout->kernel.end = layout->kernel.start + image->size;

    uint64_t after;
    uint64_t half = ram_size / 2 < REST_OFFSET_MAX ? ram_size / 2 : REST_OFFSET_MAX;
    uint64_t spot = (ram.start + half) & ~(PLACE_2M - 1);
    if (!place_align(layout->kernel.end, PLACE_2M, &after)) {
        return refuse(why, "the kernel does not fit into the guest's memory");
    }
    if (place_rest(ram, spot > after ? spot : after, initrd_size, tables_size, layout) ||
        place_rest(ram, after, initrd_size, tables_size, layout)) {
        return true;
    }
    return refuse(why, "kernel and initrd do not fit into the guest's memory");
}
