/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What the guest reaches (stage 2) and what EL2 itself (stage 1), of the board's 40 bits of
 * addresses. The guest gets all of it as it is, but for our memory, the redistributor of the
 * service core, and the pages of mmio.c. */

#include "host/virt/virt.h"

#include <el2/mmu.h>
#include <el2/stage2.h>

#include <arm/gic.h>

#include "host/common/board.h"
#include "host/virt/image.h"

#define PAGE UINT64_C(4096)
#define BLOCK UINT64_C(0x200000)
#define ADDRESS_END (UINT64_C(1) << STAGE2_ADDRESS_BITS)

/* Regions one after the other, each from where the last one ended. */
#define REGIONS_MAX (MACHINE_CPUS_MAX + 10)
struct regions {
    struct stage2_region list[REGIONS_MAX];
    uint32_t count;
    uint64_t next;
};

static void up_to(struct regions *regions, uint64_t end, enum stage2_kind kind)
{
    if (end > regions->next) {
        regions->list[regions->count++] =
            (struct stage2_region) { .start = regions->next, .end = end, .kind = kind };
    }
    regions->next = end;
}

/* Devices up to [start, end), which is left out. */
static void without(struct regions *regions, uint64_t start, uint64_t end)
{
    up_to(regions, start, STAGE2_DEVICE);
    regions->next = end;
}

/* The frames lie in the order of the processors. */
static void without_redistributors(struct regions *regions)
{
    for (uint32_t n = 0; n < guest.vp_count; n++) {
        without(regions, virt.cpus[n].gicr, virt.cpus[n].gicr + PAGE);
    }
    without(regions, service_cpu()->gicr, service_cpu()->gicr + GICR_STRIDE);
}

bool map_guest(struct table_pool *pool)
{
    static struct regions regions; /* too large for a stack */
    const struct machine *machine = &virt.machine;

    regions.count = 0;
    regions.next = BOARD_FLASH;
    if (machine->route == MACHINE_ROUTE_UEFI) {
        up_to(&regions, BOARD_FLASH_END, STAGE2_FLASH);
    } else {
        regions.next = BOARD_FLASH_END; /* our own reset code: who writes that has EL2 next time */
    }
    without(&regions, BOARD_GICD, BOARD_GICD + PAGE);
    without(&regions, BOARD_ITS, BOARD_ITS_END);
    without_redistributors(&regions);
    without(&regions, BOARD_FW_CFG, BOARD_FW_CFG + PAGE);
    if (machine->smmu != 0) {
        without(&regions, BOARD_SMMU, BOARD_SMMU_END);
        without(&regions, BOARD_VIRTIO, BOARD_VIRTIO_END); /* has its DMA beside the SMMU */
    }
    up_to(&regions, machine->ram_base, STAGE2_DEVICE);
    up_to(&regions, machine->guest_end, STAGE2_RAM);
    regions.next = (machine->ram_base + machine->ram_size + PAGE - 1) & ~(PAGE - 1);
    up_to(&regions, ADDRESS_END, STAGE2_DEVICE);
    if (!stage2_build(&virt.stage2, pool, regions.list, regions.count)) {
        return false;
    }
    virt.sysregs.vtcr = stage2_vtcr();
    virt.sysregs.vttbr = stage2_vttbr(&virt.stage2);
    return true;
}

bool map_guest_has(uint64_t gpa)
{
    return address_map_find(&virt.stage2, gpa) != 0;
}

/* Configuration space of PCI's first bus, where it is to be asked and not below RAM anyway. */
static struct mmu_region configuration_space(const struct machine *machine)
{
    bool mapped = machine->smmu != 0 && machine->ecam >= machine->ram_base;
    uint64_t start = mapped ? machine->ecam & ~(BLOCK - 1) : 0;
    return (struct mmu_region) { start, mapped ? start + BLOCK : 0, MMU_DEVICE };
}

/* Devices below RAM, and RAM to its end; of the image, code and constants can't be written. */
bool map_self(struct table_pool *pool)
{
    const struct machine *machine = &virt.machine;
    uint64_t code = (uintptr_t)image_start, constants = (uintptr_t)image_constants,
             data = (uintptr_t)image_data,
             end = (machine->ram_base + machine->ram_size) & ~(PAGE - 1);
    const struct mmu_region regions[] = {
        { 0, machine->ram_base, MMU_DEVICE },
        { machine->ram_base, code, MMU_DATA },
        { code, constants, MMU_CODE },
        { constants, data, MMU_CONSTANTS },
        { data, end, MMU_DATA },
        configuration_space(machine),
    };
    return mmu_build(&cpu_mmu, pool, regions, sizeof regions / sizeof regions[0]);
}
