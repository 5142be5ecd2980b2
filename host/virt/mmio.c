/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Pages that stage 2 leaves out and EL2 stands in for, because one register in each may not be the
 * guest's to use as it likes; all else there goes through.
 *  - fw_cfg: a DMA engine, and tables that we change (fw_cfg_proxy.c).
 *  - GICD, first page: GICD_CTLR.EnableGrp0 stays set. The service core is woken by group 0.
 *  - The ITS: it writes tables wherever its registers and commands say. The guest finds none.
 *  - virtio on MMIO, where there is an SMMU: it is not behind that. The guest finds no device.
 *  - GICR, first page of each VP: the tables of LPIs must lie in guest RAM, since the redistributor
 *    writes them; and the last VP's frame is the last there is, since the next one is hidden. */

#include "host/virt/virt.h"

#include <el2/host.h>

#include <arm/gic.h>

#include "host/common/board.h"
#include "host/virt/io.h"

#define PAGE UINT64_C(4096)

/* ---- The device behind a page: registers of a GIC are bytes, words and doublewords ---- */

static uint64_t device_read(uint64_t address, uint32_t size)
{
    switch (size) {
    case 1:
        return io_read8(address);
    case 4:
        return io_read32(address);
    default:
        return io_read64(address);
    }
}

static void device_write(uint64_t address, uint32_t size, uint64_t value)
{
    switch (size) {
    case 1:
        io_write8(address, (uint8_t)value);
        break;
    case 4:
        io_write32(address, (uint32_t)value);
        break;
    default:
        io_write64(address, value);
        break;
    }
}

/* ---- Distributor ---- */

/* Words; and bytes, which priorities may be accessed by, but never GICD_CTLR's. False gives the
 * guest the abort that a device gives for a size that it does not have. */
static bool gicd_access(const struct el2_access *access, uint64_t *value)
{
    uint32_t offset = (uint32_t)(access->gpa - BOARD_GICD);
    bool control = offset / 4 == GICD_CTLR / 4;

    if (access->size != 4 && (access->size != 1 || control)) {
        return false;
    }
    if (access->write) {
        device_write(access->gpa, access->size, control ? *value | GICD_CTLR_ENABLE_GRP0 : *value);
    } else {
        *value = device_read(access->gpa, access->size);
    }
    return true;
}

/* ---- Redistributors ---- */

static bool in_guest_ram(uint64_t start, uint64_t size)
{
    const struct machine *machine = &virt.machine;
    return start >= machine->ram_base && start < machine->guest_end &&
           size <= machine->guest_end - start;
}

/* The LPI tables as they would be after writing `value` to one of their registers: a byte of
 * configuration, or a bit of pending state, for each INTID. */
static bool lpi_table_is_sound(uint32_t table, uint64_t value)
{
    uint64_t ids = UINT64_C(2) << (value & GICR_PROPBASER_IDBITS);
    if (table == GICR_PROPBASER) {
        return in_guest_ram(value & GICR_PROPBASER_ADDRESS, ids);
    }
    /* The largest number of INTIDs that GICv3 has: 2^24 bits would be 2 MiB, QEMU has 2^16. */
    return in_guest_ram(value & GICR_PENDBASER_ADDRESS, GICR_FRAME_SIZE);
}

/* A write to one of the table registers, whole or by halves. */
static void lpi_table_write(uint64_t gicr, uint32_t table, const struct el2_access *access,
                            uint64_t value)
{
    uint64_t now = device_read(gicr + table, 8);
    uint32_t shift = (uint32_t)(access->gpa % 8) * 8;
    uint64_t mask = access->size == 8 ? UINT64_MAX : (uint64_t)UINT32_MAX << shift;
    uint64_t next = (now & ~mask) | (value << shift & mask);
    if (lpi_table_is_sound(table, next)) {
        device_write(gicr + table, 8, next);
    }
}

static uint64_t gicr_read(uint64_t gicr, const struct el2_access *access)
{
    uint64_t value = device_read(access->gpa, access->size);
    bool last = gicr == virt.cpus[guest.vp_count - 1].gicr;
    return last && access->gpa - gicr == GICR_TYPER ? value | GICR_TYPER_LAST : value;
}

static bool gicr_access(uint64_t gicr, const struct el2_access *access, uint64_t *value)
{
    uint32_t offset = (uint32_t)(access->gpa - gicr);
    uint32_t table = offset & ~7u;

    if (access->size < 4) {
        return false;
    }
    if (!access->write) {
        *value = gicr_read(gicr, access);
    } else if (table == GICR_PROPBASER || table == GICR_PENDBASER) {
        lpi_table_write(gicr, table, access, *value);
    } else {
        device_write(access->gpa, access->size, *value);
    }
    return true;
}

/* The redistributor of a VP whose first page holds `page`, 0 when it is none. */
static uint64_t gicr_of_page(uint64_t page)
{
    if (page < BOARD_GICR || page >= BOARD_GICR_END) {
        return 0;
    }
    for (uint32_t n = 0; n < guest.vp_count; n++) {
        if (virt.cpus[n].gicr == page) {
            return page;
        }
    }
    return 0;
}

/* ---- virtio (virtio 1.2, 4.2.2) ---- */

#define VIRTIO_MAGIC_VALUE 0x0u
#define VIRTIO_VERSION 0x4u

/* A transport as QEMU shows one that has no device: its DeviceID is 0, and so is all else but what
 * says that it is a transport. */
static void virtio_access(const struct el2_access *access, uint64_t *value)
{
    uint32_t offset = (uint32_t)(access->gpa % BOARD_VIRTIO_SIZE);
    bool known = offset == VIRTIO_MAGIC_VALUE || offset == VIRTIO_VERSION;
    *value = known && access->size == 4 && !access->write ? io_read32(access->gpa) : 0;
}

/* ---- All ---- */

static bool fw_cfg_access(const struct el2_access *access, uint64_t *value)
{
    uint32_t offset = (uint32_t)(access->gpa - BOARD_FW_CFG);
    if (access->write) {
        fw_cfg_proxy_write(offset, access->size, *value);
    } else {
        *value = fw_cfg_proxy_read(offset, access->size);
    }
    return true;
}

bool el2_host_access(struct shim_vp *vp, const struct el2_access *access, uint64_t *value)
{
    (void)vp;
    uint64_t page = access->gpa & ~(PAGE - 1);
    if (page == BOARD_FW_CFG) {
        return fw_cfg_access(access, value);
    }
    if (page == BOARD_GICD) {
        return gicd_access(access, value);
    }
    if (page >= BOARD_ITS && page < BOARD_ITS_END) {
        *value = 0; /* GITS_PIDR2 names no architecture: Linux goes on without */
        return true;
    }
    if (virt.machine.smmu != 0 && page >= BOARD_VIRTIO && page < BOARD_VIRTIO_END) {
        virtio_access(access, value);
        return true;
    }
    return gicr_of_page(page) != 0 && gicr_access(page, access, value);
}
