/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* QEMU's firmware configuration device (QEMU docs/specs/fw_cfg): numbered items, some of them files
 * with a name in the directory. Items are read and written by DMA; all numbers of the device are
 * big-endian. What comes out of it is untrusted: sizes are what the device says, contents anything.
 *
 * Used at EL2 by the boot processor, and later by the proxy under its lock: not reentrant. */

#ifndef HOST_VIRT_FW_CFG_H
#define HOST_VIRT_FW_CFG_H

#include <stdbool.h>
#include <stdint.h>

/* Registers, from BOARD_FW_CFG */
#define FW_CFG_DATA 0x00     /* data port, 8 bytes, as a string */
#define FW_CFG_SELECTOR 0x08 /* 16 bits */
#define FW_CFG_DMA 0x10      /* address of a DMA descriptor; reads as the signature */
#define FW_CFG_DMA_SIGNATURE "QEMU CFG"

/* Item keys */
#define FW_CFG_KEY_SIGNATURE 0x00
#define FW_CFG_KEY_KERNEL_SIZE 0x08
#define FW_CFG_KEY_INITRD_SIZE 0x0b
#define FW_CFG_KEY_KERNEL_DATA 0x11
#define FW_CFG_KEY_INITRD_DATA 0x12
#define FW_CFG_KEY_CMDLINE_SIZE 0x14
#define FW_CFG_KEY_CMDLINE_DATA 0x15
#define FW_CFG_KEY_FILE_DIRECTORY 0x19
#define FW_CFG_KEY_WRITE_CHANNEL 0x4000 /* historic; the device ignores it in a key */

/* DMA descriptor: control, length (32 bits each), address (64 bits) */
#define FW_CFG_DMA_ERROR 0x01u
#define FW_CFG_DMA_READ 0x02u
#define FW_CFG_DMA_SKIP 0x04u
#define FW_CFG_DMA_SELECT 0x08u
#define FW_CFG_DMA_WRITE 0x10u
#define FW_CFG_DMA_KEY_SHIFT 16
#define FW_CFG_DMA_DESCRIPTOR_SIZE 16

/* The directory: a 32-bit count, then entries of size (32 bits), key (16), reserved (16), name. */
#define FW_CFG_NAME_SIZE 56
#define FW_CFG_ENTRY_SIZE 64
#define FW_CFG_FILES_MAX 256
#define FW_CFG_DIRECTORY_MAX (4 + FW_CFG_ENTRY_SIZE * FW_CFG_FILES_MAX)

struct fw_cfg_file {
    uint16_t key;
    uint32_t size; /* bytes */
};

/* Whether the device is there and does DMA. */
bool fw_cfg_present(void);

/* Moves `size` bytes from `offset` of an item. False when the device reports an error or does not
 * answer. Reading past the end of an item gives zeros; writing past it is an error. */
bool fw_cfg_read(uint16_t key, uint32_t offset, void *to, uint32_t size);
bool fw_cfg_write(uint16_t key, uint32_t offset, const void *from, uint32_t size);

/* Looks a file up by name, reading the directory afresh. False when there is none, or when the
 * directory is not sound. */
bool fw_cfg_find(const char *name, struct fw_cfg_file *file);

/* The directory itself (pure). `size` is what was read of it. Entries with a name that does not
 * end are taken as absent. */
uint32_t fw_cfg_directory_count(const uint8_t *directory, uint32_t size);
bool fw_cfg_directory_find(const uint8_t *directory, uint32_t size, const char *name,
                           struct fw_cfg_file *file);

/* Reads the directory into `directory` (FW_CFG_DIRECTORY_MAX bytes); the number of bytes in use, 0
 * when it is not sound. */
uint32_t fw_cfg_directory_read(uint8_t *directory);

#endif
