/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The SMMU's structures in memory (Arm IHI 0070, chapters 4 and 5); see smmu.h. All buses share one
 * table of functions and all functions one context, whose map is the identity: devices use the
 * guest's physical addresses, as they would without an SMMU. */

#include "host/virt/smmu.h"

#define MAIR_NORMAL_WB UINT64_C(0xff) /* attribute 0, which is the only one */
#define INPUT_BITS 39u                /* a root of one table */

static uint64_t address_of(const void *pointer)
{
    return (uint64_t)(uintptr_t)pointer;
}

static void fill_context(uint64_t cd[CD_DWORDS], const struct address_map *map)
{
    cd[0] = CD_0_T0SZ(INPUT_BITS) | CD_0_IR0_WB | CD_0_OR0_WB | CD_0_SH0_INNER | CD_0_EPD1 |
            CD_0_V | CD_0_IPS_40 | CD_0_AA64 | CD_0_A | CD_0_ASET;
    cd[1] = address_of(map->root);
    cd[3] = MAIR_NORMAL_WB;
}

static void fill_streams(struct smmu_tables *tables)
{
    for (uint32_t n = 0; n < SMMU_FUNCTIONS; n++) {
        uint64_t *ste = tables->functions[n];
        ste[0] = STE_0_V | STE_0_CONFIG_S1 | address_of(tables->context);
        ste[1] = STE_1_S1CIR_WB | STE_1_S1COR_WB | STE_1_S1CSH_INNER | STE_1_SHCFG_INCOMING;
    }
    for (uint32_t n = 0; n < SMMU_BUSES; n++) {
        tables->buses[n] = address_of(tables->functions) | L1STD_SPAN(SMMU_BUS_BITS);
    }
}

static void fill_queue(uint64_t queue[SMMU_COMMANDS][CMD_DWORDS])
{
    queue[0][0] = CMD_0_CFGI_ALL;
    queue[0][1] = CMD_1_CFGI_ALL;
    queue[1][0] = CMD_0_TLBI_NSNH_ALL;
    queue[2][0] = CMD_0_SYNC;
}

bool smmu_tables_build(struct smmu_tables *tables, struct table_pool *pool, struct range ram)
{
    struct address_map map;
    if (!address_map_init(&map, pool, 1) || !address_map_add(&map, ram.start, ram.end, SMMU_LEAF)) {
        return false;
    }
    fill_context(tables->context, &map);
    fill_streams(tables);
    fill_queue(tables->queue);
    return true;
}
