/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A machine for tests of the standalone host's boot data: RAM at the address where QEMU's virt
 * board has it, a fw_cfg device in place of host/virt/fw_cfg.c, and what `capture` took from
 * QEMU. */

#ifndef TESTS_UNIT_MACHINE_DEVICE_H
#define TESTS_UNIT_MACHINE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/virt/machine.h"

#define RAM_BASE UINT64_C(0x40000000)
#define RAM_SIZE (UINT64_C(96) << 20)
#define SHIM_SIZE (UINT64_C(16) << 20)
#define GUEST_END (RAM_BASE + RAM_SIZE - SHIM_SIZE)

/* Every byte of RAM before a test. */
#define CANARY 0xc5

/* The captured files; see fixture.S. */
extern const uint8_t captured_tables[], captured_tables_end[];
extern const uint8_t captured_script[], captured_script_end[];
extern const uint8_t captured_rsdp[], captured_rsdp_end[];
extern const uint8_t captured_fdt[], captured_fdt_end[];

/* RAM full of canaries, a device without items, and a machine of three processors that has the
 * captured device tree. False when the addresses are taken. */
bool device_start(struct machine *machine);

/* Adds an item. The bytes are copied. */
void device_add(uint16_t key, const void *data, uint32_t size);

/* Adds a file to the directory; returns its key. */
uint16_t device_add_file(const char *name, const void *data, uint32_t size);

/* Changes the size that the directory gives. */
void device_resize_file(uint16_t key, uint32_t size);

/* The captured ACPI files. */
void device_add_acpi(void);

/* A kernel (an arm64 Image filled with 0x4b), an initrd (filled with 0x49) and a command line. */
#define DEVICE_KERNEL_SIZE 0x30000
#define DEVICE_INITRD_SIZE 5001
void device_add_kernel(const char *command_line);

/* An item that says how large another one is. */
void device_add_size(uint16_t key, uint32_t size);

/* What an item holds now. NULL when there is none. */
uint8_t *device_item(uint16_t key, uint32_t *size);

/* Overwrites the directory's count of files, and lets the device break. */
void device_lie_about_count(uint32_t count);
void device_break(bool broken);

/* Lets it break after some more transfers. */
void device_break_after(uint32_t count);

/* Transfers so far. */
uint32_t device_transfers(void);

/* The number of bytes from `start` that are no longer canaries. */
uint64_t device_touched(uint64_t start, uint64_t end);

#endif
