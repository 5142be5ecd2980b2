/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The fw_cfg device itself: one DMA descriptor of ours, written, started, and awaited for a bounded
 * time. Nothing above this file touches the device. */

#include "fw_cfg.h"

#include "host/common/board.h"
#include "host/common/bytes.h"

#include <string.h>

/* QEMU has finished a transfer when the write that starts it returns; this is for devices that
 * have not. */
#define DMA_POLLS 100000000u

static uint8_t descriptor[FW_CFG_DMA_DESCRIPTOR_SIZE] __attribute__((aligned(16)));

static uint64_t device_read(uint32_t offset)
{
    uint64_t value;
    __asm__ volatile("ldr %0, [%1]" : "=r"(value) : "r"(BOARD_FW_CFG + offset) : "memory");
    return value;
}

static void device_write(uint32_t offset, uint64_t value)
{
    __asm__ volatile("dsb sy\n\tstr %0, [%1]\n\tdsb sy"
                     :
                     : "r"(value), "r"(BOARD_FW_CFG + offset)
                     : "memory");
}

bool fw_cfg_present(void)
{
    uint8_t signature[8];
    le_put(signature, device_read(FW_CFG_DMA), 8);
    return memcmp(signature, FW_CFG_DMA_SIGNATURE, 8) == 0;
}

static bool transfer(uint32_t control, const void *memory, uint32_t size)
{
    be_put(descriptor, control, 4);
    be_put(descriptor + 4, size, 4);
    be_put(descriptor + 8, (uintptr_t)memory, 8);
    /* The register is big-endian, the processor is not. */
    device_write(FW_CFG_DMA, __builtin_bswap64((uintptr_t)descriptor));
    for (uint32_t i = 0; i < DMA_POLLS; i++) {
        uint32_t left = *(volatile uint32_t *)(void *)descriptor;
        if ((left & ~__builtin_bswap32(FW_CFG_DMA_ERROR)) == 0) {
            __asm__ volatile("dmb sy" : : : "memory"); /* the data after the flag */
            return left == 0;
        }
    }
    return false;
}

static bool seek(uint16_t key, uint32_t offset)
{
    uint32_t select = (uint32_t)key << FW_CFG_DMA_KEY_SHIFT | FW_CFG_DMA_SELECT;
    return transfer(select | FW_CFG_DMA_SKIP, NULL, offset);
}

bool fw_cfg_read(uint16_t key, uint32_t offset, void *to, uint32_t size)
{
    return seek(key, offset) && transfer(FW_CFG_DMA_READ, to, size);
}

bool fw_cfg_write(uint16_t key, uint32_t offset, const void *from, uint32_t size)
{
    return seek(key, offset) && transfer(FW_CFG_DMA_WRITE, from, size);
}
