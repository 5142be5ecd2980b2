/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The fw_cfg device of the tests: items in an array, with the real one's habits. What is read past
 * an item's end is zero, what is written there an error. */

#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include "device.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "host/common/bytes.h"
#include "host/virt/fw_cfg.h"

#define ITEMS_MAX 512
#define FIRST_FILE 0x20
#define KERNEL_IMAGE_SIZE 0x100000

struct item {
    uint16_t key;
    uint32_t size;
    uint8_t *data;
};

static struct item items[ITEMS_MAX];
static uint32_t item_count;
static uint8_t directory[4 + 64 * ITEMS_MAX];
static uint32_t file_count;
static uint32_t transfers;
static bool broken_device;
static uint32_t transfers_left;
static uint8_t *ram;

static struct item *find(uint16_t key)
{
    for (uint32_t i = 0; i < item_count; i++) {
        if (items[i].key == key) {
            return &items[i];
        }
    }
    return NULL;
}

bool device_start(struct machine *machine)
{
    while (item_count > 0) {
        free(items[--item_count].data);
    }
    memset(directory, 0, sizeof(directory));
    file_count = 0;
    transfers = 0;
    broken_device = false;
    transfers_left = UINT32_MAX;
    if (ram == NULL) {
        ram = mmap((void *)RAM_BASE, RAM_SIZE, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    }
    if (ram != (void *)RAM_BASE) {
        return false;
    }
    memset(ram, CANARY, RAM_SIZE);
    device_add(FW_CFG_KEY_FILE_DIRECTORY, directory, 4);
    *machine = (struct machine) {
        .ram_base = RAM_BASE,
        .ram_size = RAM_SIZE,
        .guest_end = GUEST_END,
        .fdt = (void *)(uintptr_t)captured_fdt,
        .fdt_size = (uint32_t)(captured_fdt_end - captured_fdt),
        .cpus = 3,
        .mpidr = { 0, 1, 2 },
    };
    return true;
}

void device_add(uint16_t key, const void *data, uint32_t size)
{
    struct item *item = find(key);
    void *copy = malloc(size + 1);
    if (size > 0) {
        memcpy(copy, data, size);
    }
    if (item == NULL) {
        item = &items[item_count++];
    } else {
        free(item->data);
    }
    *item = (struct item) { key, size, copy };
}

uint16_t device_add_file(const char *name, const void *data, uint32_t size)
{
    uint16_t key = (uint16_t)(FIRST_FILE + file_count);
    uint8_t *entry = directory + 4 + 64 * file_count;
    be_put(entry, size, 4);
    be_put(entry + 4, key, 2);
    strncpy((char *)entry + 8, name, 56);
    be_put(directory, ++file_count, 4);
    device_add(FW_CFG_KEY_FILE_DIRECTORY, directory, 4 + 64 * file_count);
    device_add(key, data, size);
    return key;
}

void device_resize_file(uint16_t key, uint32_t size)
{
    be_put(directory + 4 + 64 * (key - FIRST_FILE), size, 4);
    device_add(FW_CFG_KEY_FILE_DIRECTORY, directory, 4 + 64 * file_count);
}

void device_add_acpi(void)
{
    device_add_file("etc/acpi/tables", captured_tables,
                    (uint32_t)(captured_tables_end - captured_tables));
    device_add_file("etc/table-loader", captured_script,
                    (uint32_t)(captured_script_end - captured_script));
    device_add_file("etc/acpi/rsdp", captured_rsdp, (uint32_t)(captured_rsdp_end - captured_rsdp));
}

void device_add_size(uint16_t key, uint32_t size)
{
    uint8_t bytes[4];
    le_put(bytes, size, 4);
    device_add(key, bytes, sizeof(bytes));
}

void device_add_kernel(const char *command_line)
{
    static uint8_t kernel[DEVICE_KERNEL_SIZE];
    static uint8_t initrd[DEVICE_INITRD_SIZE];
    memset(kernel, 0x4b, sizeof(kernel));
    memset(kernel, 0, 64);
    le_put(kernel + 16, KERNEL_IMAGE_SIZE, 8);
    memcpy(kernel + 56, "ARM\x64", 4);
    memset(initrd, 0x49, sizeof(initrd));
    device_add(FW_CFG_KEY_KERNEL_DATA, kernel, sizeof(kernel));
    device_add_size(FW_CFG_KEY_KERNEL_SIZE, sizeof(kernel));
    device_add(FW_CFG_KEY_INITRD_DATA, initrd, sizeof(initrd));
    device_add_size(FW_CFG_KEY_INITRD_SIZE, sizeof(initrd));
    device_add(FW_CFG_KEY_CMDLINE_DATA, command_line, (uint32_t)strlen(command_line) + 1);
    device_add_size(FW_CFG_KEY_CMDLINE_SIZE, (uint32_t)strlen(command_line) + 1);
}

uint8_t *device_item(uint16_t key, uint32_t *size)
{
    struct item *item = find(key);
    if (item != NULL && size != NULL) {
        *size = item->size;
    }
    return item == NULL ? NULL : item->data;
}

void device_lie_about_count(uint32_t count)
{
    be_put(device_item(FW_CFG_KEY_FILE_DIRECTORY, NULL), count, 4);
}

void device_break(bool broken)
{
    broken_device = broken;
}

uint32_t device_transfers(void)
{
    return transfers;
}

void device_break_after(uint32_t count)
{
    transfers_left = count;
}

/* Counts a transfer; whether it works. */
static bool transfer_works(void)
{
    transfers++;
    if (transfers_left == 0) {
        return false;
    }
    transfers_left--;
    return !broken_device;
}

uint64_t device_touched(uint64_t start, uint64_t end)
{
    uint64_t touched = 0;
    for (uint64_t at = start; at < end; at++) {
        touched += *(const uint8_t *)(uintptr_t)at != CANARY;
    }
    return touched;
}

bool fw_cfg_present(void)
{
    return !broken_device;
}

bool fw_cfg_read(uint16_t key, uint32_t offset, void *to, uint32_t size)
{
    struct item *item = find(key);
    uint32_t left = item == NULL || offset >= item->size ? 0 : item->size - offset;
    uint32_t copied = size < left ? size : left;
    if (copied > 0) {
        memcpy(to, item->data + offset, copied);
    }
    if (size > copied) {
        memset((uint8_t *)to + copied, 0, size - copied);
    }
    return transfer_works();
}

bool fw_cfg_write(uint16_t key, uint32_t offset, const void *from, uint32_t size)
{
    struct item *item = find(key);
    if (!transfer_works() || item == NULL || offset > item->size || size > item->size - offset) {
        return false;
    }
    memcpy(item->data + offset, from, size);
    return true;
}
