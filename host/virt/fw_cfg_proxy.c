/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The registers of fw_cfg, emulated: selector, data port, DMA. Each access becomes transfers of an
 * item by key and offset, so that the real device keeps no state of the guest's.
 *
 * A DMA descriptor of the guest is read once; the real device gets our descriptor, and an address
 * only after it has been found to be the guest's RAM. Processors take turns at a lock, which is
 * held for one piece of a transfer at most. */

#include "boot_data.h"

#include "host/common/bytes.h"
#include "fw_cfg.h"
#include "fw_cfg_view.h"

#include <shim/compiler.h>

#include <string.h>

#define PIECE (UINT32_C(1) << 20) /* bytes moved in one turn */
#define DMA_CONTROL_SIZE 4

static struct range ram;

/* Under the lock: the guest's position, and the upper half of the DMA register. */
static uint32_t lock_word; /* shared: any processor, in take_turn() and end_turn() */
static uint16_t selected;
static uint32_t position;
static uint32_t dma_high;

static void take_turn(void)
{
    while (__atomic_exchange_n(&lock_word, 1, __ATOMIC_ACQUIRE) != 0) {
        /* The holder moves one piece and waits for nobody. */
    }
}

static void end_turn(void)
{
    __atomic_store_n(&lock_word, 0, __ATOMIC_RELEASE);
}

bool fw_cfg_proxy_init(const struct machine *machine, const char **why)
{
    ram = machine_guest_ram(machine);
    selected = FW_CFG_KEY_SIGNATURE;
    position = 0;
    dma_high = 0;
    if (!fw_cfg_present()) {
        return refuse(why, "there is no fw_cfg device with DMA");
    }
    return fw_cfg_view_init(machine, why);
}

/* Moves the position on; at the far end it stays there, where only zeros are read. */
static void advance(uint32_t size)
{
    position = size > UINT32_MAX - position ? UINT32_MAX : position + size;
}

static void select_item(uint16_t key)
{
    selected = key;
    position = 0;
    fw_cfg_view_select(key);
}

/* A guest's DMA descriptor, decoded from a private copy, and the position that it starts at. */
struct dma {
    uint32_t control;
    uint32_t length;
    uint64_t address;
    uint16_t key;
    uint32_t offset;
};

static void dma_begin(struct dma *dma)
{
    take_turn();
    if ((dma->control & FW_CFG_DMA_SELECT) != 0) {
        select_item((uint16_t)(dma->control >> FW_CFG_DMA_KEY_SHIFT));
    }
    dma->key = selected;
    dma->offset = position;
    if ((dma->control & (FW_CFG_DMA_READ | FW_CFG_DMA_WRITE | FW_CFG_DMA_SKIP)) != 0) {
        advance(dma->length);
    }
    end_turn();
}

static bool dma_read(const struct dma *dma)
{
    bool good = true;
    uint32_t size;
    for (uint32_t done = 0; good && done < dma->length; done += size) {
        size = dma->length - done < PIECE ? dma->length - done : PIECE;
        uint32_t offset = done > UINT32_MAX - dma->offset ? UINT32_MAX : dma->offset + done;
        take_turn();
        good = fw_cfg_view_read(dma->key, offset, place_pointer(dma->address + done), size);
        end_turn();
    }
    return good;
}

static bool dma_write(const struct dma *dma)
{
    uint8_t copy[FW_CFG_VIEW_WRITE_MAX];
    if (dma->offset != 0 || dma->length > sizeof(copy)) {
        return false;
    }
    memcpy(copy, place_pointer(dma->address), dma->length);
    __asm__ volatile("" : : : "memory"); /* the copy is what is looked at from here on */
    take_turn();
    bool good = fw_cfg_view_write(dma->key, copy, dma->length);
    end_turn();
    return good;
}

static bool dma_move(const struct dma *dma)
{
    if ((dma->control & (FW_CFG_DMA_READ | FW_CFG_DMA_WRITE)) == 0) {
        return true;
    }
    if (!range_holds(ram, dma->address, dma->length)) {
        return false;
    }
    return (dma->control & FW_CFG_DMA_READ) != 0 ? dma_read(dma) : dma_write(dma);
}

/* A descriptor that is not in RAM cannot be answered, and nothing is done about it. */
static void dma_run(uint64_t address)
{
    uint8_t copy[FW_CFG_DMA_DESCRIPTOR_SIZE];
    if (!range_holds(ram, address, sizeof(copy))) {
        return;
    }
    memcpy(copy, place_pointer(address), sizeof(copy));
    __asm__ volatile("" : : : "memory");
    struct dma dma = {
        .control = be32_get(copy),
        .length = be32_get(copy + 4),
        .address = be_get(copy + 8, 8),
    };
    dma_begin(&dma);
    uint8_t answer[DMA_CONTROL_SIZE];
    be_put(answer, dma_move(&dma) ? 0 : FW_CFG_DMA_ERROR, sizeof(answer));
    shim_atomic_fence(); /* the data before the flag */
    memcpy(place_pointer(address), answer, sizeof(answer));
}

static uint64_t data_read(uint32_t size)
{
    uint8_t bytes[8] = { 0 };
    take_turn();
    (void)fw_cfg_view_read(selected, position, bytes, size);
    advance(size);
    end_turn();
    return le_get(bytes, size);
}

uint64_t fw_cfg_proxy_read(uint32_t offset, uint32_t size)
{
    uint8_t signature[8];
    struct range data = { FW_CFG_DATA, FW_CFG_DATA + 8 };
    struct range dma = { FW_CFG_DMA, FW_CFG_DMA + 8 };
    if (range_holds(data, offset, size)) {
        return data_read(size);
    }
    if (!range_holds(dma, offset, size)) {
        return 0;
    }
    memcpy(signature, FW_CFG_DMA_SIGNATURE, sizeof(signature));
    return le_get(signature + (offset - FW_CFG_DMA), size);
}

/* The DMA register takes an address whole, or its halves, the lower one last. */
static void dma_half(uint32_t half, bool low)
{
    take_turn();
    uint64_t address = (uint64_t)dma_high << 32 | half;
    dma_high = low ? 0 : half;
    end_turn();
    if (low) {
        dma_run(address);
    }
}

void fw_cfg_proxy_write(uint32_t offset, uint32_t size, uint64_t value)
{
    if (offset == FW_CFG_SELECTOR && size == 2) {
        take_turn();
        select_item(__builtin_bswap16((uint16_t)value));
        end_turn();
    } else if (offset == FW_CFG_DMA && size == 8) {
        dma_run(__builtin_bswap64(value));
    } else if ((offset == FW_CFG_DMA || offset == FW_CFG_DMA + 4) && size == 4) {
        dma_half(__builtin_bswap32((uint32_t)value), offset != FW_CFG_DMA);
    }
}
