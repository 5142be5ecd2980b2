/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Stage 2 of the guest's translation; see stage2.h.
 *
 * It binds processors only. A device that masters the bus (virtio, the tables and command queue of
 * an ITS) is not behind stage 2: what a guest has it do is for the host's SMMU to confine. */

#include <el2/stage2.h>

/* Stage-2 attributes (Arm ARM, "Stage 2 memory region type and Cacheability attributes"). */
#define S2AP_READ_WRITE (UINT64_C(3) << 6)
#define S2_NORMAL_WB (UINT64_C(0xf) << 2)
#define S2_DEVICE_NGNRE (UINT64_C(0x1) << 2)

#define VTCR_T0SZ (64 - (uint64_t)STAGE2_ADDRESS_BITS)
#define VTCR_SL0_LEVEL1 (UINT64_C(1) << 6)
#define VTCR_IRGN0_WB (UINT64_C(1) << 8)
#define VTCR_ORGN0_WB (UINT64_C(1) << 10)
#define VTCR_SH0_INNER (UINT64_C(3) << 12)
#define VTCR_PS_40 (UINT64_C(2) << 16)
#define VTCR_RES1 (UINT64_C(1) << 31)

static uint64_t leaf_of(enum stage2_kind kind)
{
    uint64_t leaf = LEAF_AF | LEAF_SH_INNER | S2AP_READ_WRITE;
    return kind == STAGE2_DEVICE ? leaf | S2_DEVICE_NGNRE | LEAF_XN : leaf | S2_NORMAL_WB;
}

bool stage2_build(struct address_map *map, struct table_pool *pool,
                  const struct stage2_region *regions, uint32_t count)
{
    if (!address_map_init(map, pool, STAGE2_ROOT_TABLES)) {
        return false;
    }
    for (uint32_t n = 0; n < count; n++) {
        const struct stage2_region *region = &regions[n];
        if (!address_map_add(map, region->start, region->end, leaf_of(region->kind))) {
            return false;
        }
    }
    return true;
}

uint64_t stage2_vtcr(void)
{
    return VTCR_T0SZ | VTCR_SL0_LEVEL1 | VTCR_IRGN0_WB | VTCR_ORGN0_WB | VTCR_SH0_INNER |
           VTCR_PS_40 | VTCR_RES1;
}

uint64_t stage2_vttbr(const struct address_map *map)
{
    return (uint64_t)(uintptr_t)map->root;
}
