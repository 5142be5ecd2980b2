/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The SMMU belongs to the shim: it is switched on once, before the guest, with a map of the guest's
 * RAM for all devices behind it (smmu_tables.c), and is never touched again. It reports nothing and
 * raises no interrupt: a device that reaches elsewhere is refused, and that is all. */

#include "host/virt/smmu.h"

#include <el2/sysreg.h>

#include "host/common/board.h"
#include "host/virt/boot_data.h"
#include "host/virt/io.h"
#include "host/virt/virt.h"

#define POLLS 1000000u
#define COMMANDS_USED 3u

static struct smmu_tables tables;

static uint32_t get(uint32_t offset)
{
    return io_read32(BOARD_SMMU + offset);
}

static void put(uint32_t offset, uint32_t value)
{
    io_write32(BOARD_SMMU + offset, value);
}

static void put64(uint32_t offset, uint64_t value)
{
    io_write64(BOARD_SMMU + offset, value);
}

static bool reads(uint32_t offset, uint32_t value)
{
    for (uint32_t n = 0; n < POLLS; n++) {
        if (get(offset) == value) {
            return true;
        }
    }
    return false;
}

static bool set_cr0(uint32_t value)
{
    put(SMMU_CR0, value);
    return reads(SMMU_CR0ACK, value);
}

/* Stage 1 of AArch64 with pages of 4 KiB, 40 bits out, a stream table of two levels, and tables
 * where we want them. */
static bool suffices(void)
{
    uint32_t idr0 = get(SMMU_IDR0), idr1 = get(SMMU_IDR1), idr5 = get(SMMU_IDR5);
    return (idr0 & SMMU_IDR0_S1P) != 0 && (idr0 & SMMU_IDR0_TTF_AARCH64) != 0 &&
           (idr0 & SMMU_IDR0_ST_LEVEL) == SMMU_IDR0_ST_LEVEL_2 &&
           (idr1 & (SMMU_IDR1_QUEUES_PRESET | SMMU_IDR1_TABLES_PRESET)) == 0 &&
           (idr5 & SMMU_IDR5_GRAN4K) != 0 && (idr5 & SMMU_IDR5_OAS) >= SMMU_OAS_40_BITS;
}

/* "Initialization": where things are, then commands, then translation. */
static bool switch_on(void)
{
    if (!set_cr0(0)) {
        return false;
    }
    put(SMMU_CR1, SMMU_CR1_TABLE_INNER_WB | SMMU_CR1_QUEUE_INNER_WB);
    put(SMMU_CR2, SMMU_CR2_RECINVSID | SMMU_CR2_PTM);
    put64(SMMU_STRTAB_BASE, (uintptr_t)tables.buses | SMMU_STRTAB_BASE_RA);
    put(SMMU_STRTAB_BASE_CFG, SMMU_STRTAB_BASE_CFG_FMT_2LVL |
                                  SMMU_BUS_BITS << SMMU_STRTAB_BASE_CFG_SPLIT_SHIFT |
                                  SMMU_STREAM_BITS);
    put64(SMMU_CMDQ_BASE, (uintptr_t)tables.queue | SMMU_CMDQ_BASE_RA | SMMU_QUEUE_BITS);
    put(SMMU_CMDQ_PROD, 0);
    put(SMMU_CMDQ_CONS, 0);
    if (!set_cr0(SMMU_CR0_CMDQEN)) {
        return false;
    }
    put(SMMU_CMDQ_PROD, COMMANDS_USED);
    /* CMD_SYNC is done when it is consumed; an error stops the queue before that. */
    return reads(SMMU_CMDQ_CONS, COMMANDS_USED) && set_cr0(SMMU_CR0_CMDQEN | SMMU_CR0_SMMUEN);
}

bool smmu_own(struct table_pool *pool, const char **why)
{
    uint64_t from = (uintptr_t)pool->next;

    if (!suffices()) {
        return refuse(why, "the SMMU is not of a kind that is known here: give QEMU iommu=smmuv3");
    }
    if (!smmu_tables_build(&tables, pool, machine_guest_ram(&virt.machine))) {
        return refuse(why, "out of translation tables");
    }
    memory_clean(from, (uintptr_t)pool->next); /* it may look past the caches */
    memory_clean((uintptr_t)&tables, (uintptr_t)(&tables + 1));
    return switch_on() || refuse(why, "the SMMU does not answer");
}
