/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* EL2's own tables and control registers; see mmu.h. */

#include <el2/mmu.h>

/* MAIR_EL2 attributes, by index. */
#define MAIR_NORMAL_WB UINT64_C(0xff)
#define MAIR_DEVICE_NGNRE UINT64_C(0x04)
#define MAIR (MAIR_NORMAL_WB | MAIR_DEVICE_NGNRE << 8)
#define ATTR_NORMAL (UINT64_C(0) << 2)
#define ATTR_DEVICE (UINT64_C(1) << 2)

#define AP_RES1 (UINT64_C(1) << 6)
#define AP_READ_ONLY (UINT64_C(1) << 7)

/* TCR_EL2 with E2H clear: 39 bits of address, so that the root is one level-1 table. */
#define TCR_T0SZ (64 - UINT64_C(39))
#define TCR_IRGN0_WB (UINT64_C(1) << 8)
#define TCR_ORGN0_WB (UINT64_C(1) << 10)
#define TCR_SH0_INNER (UINT64_C(3) << 12)
#define TCR_PS_40 (UINT64_C(2) << 16)
#define TCR_RES1 (UINT64_C(1) << 31 | UINT64_C(1) << 23)

/* SCTLR_EL2: what is RES1 where it has no meaning (EIS and EOS among them: entry and exit
 * synchronise), MMU, alignment check of data and stack, caches, and WXN. */
#define SCTLR_RES1 UINT64_C(0x30c50830)
#define SCTLR_M (UINT64_C(1) << 0)
#define SCTLR_A (UINT64_C(1) << 1)
#define SCTLR_C (UINT64_C(1) << 2)
#define SCTLR_SA (UINT64_C(1) << 3)
#define SCTLR_I (UINT64_C(1) << 12)
#define SCTLR_WXN (UINT64_C(1) << 19)

static uint64_t leaf_of(enum mmu_kind kind)
{
    uint64_t leaf = LEAF_AF | LEAF_SH_INNER | AP_RES1;
    switch (kind) {
    case MMU_CODE:
        return leaf | ATTR_NORMAL | AP_READ_ONLY;
    case MMU_CONSTANTS:
        return leaf | ATTR_NORMAL | AP_READ_ONLY | LEAF_XN;
    case MMU_DATA:
        return leaf | ATTR_NORMAL | LEAF_XN;
    default:
        return leaf | ATTR_DEVICE | LEAF_XN;
    }
}

bool mmu_build(struct mmu_registers *registers, struct table_pool *pool,
               const struct mmu_region *regions, uint32_t count)
{
    struct address_map map;
    if (!address_map_init(&map, pool, 1)) {
        return false;
    }
    for (uint32_t n = 0; n < count; n++) {
        const struct mmu_region *region = &regions[n];
        if (!address_map_add(&map, region->start, region->end, leaf_of(region->kind))) {
            return false;
        }
    }
    registers->mair = MAIR;
    registers->tcr = TCR_T0SZ | TCR_IRGN0_WB | TCR_ORGN0_WB | TCR_SH0_INNER | TCR_PS_40 | TCR_RES1;
    registers->ttbr0 = (uint64_t)(uintptr_t)map.root;
    registers->sctlr = SCTLR_RES1 | SCTLR_M | SCTLR_A | SCTLR_C | SCTLR_SA | SCTLR_I | SCTLR_WXN;
    return true;
}
