/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Stage 2: what of the machine a guest reaches, and how. The map is built before the guest runs and
 * constant afterwards; it is the identity, so that devices' addresses are the guest's. */

#ifndef EL2_STAGE2_H
#define EL2_STAGE2_H

#include <stdbool.h>
#include <stdint.h>

#include <el2/tables.h>

/* 40 bits of guest physical address: a level-1 root of two tables. */
#define STAGE2_ADDRESS_BITS 40u
#define STAGE2_ROOT_TABLES 2u

enum stage2_kind {
    STAGE2_RAM,    /* normal, write-back; read, write, execute */
    STAGE2_FLASH,  /* the same: firmware executes from it, and writes it as its own device */
    STAGE2_DEVICE, /* Device-nGnRE; never executed */
};

/* [start, end), whole pages. What no region covers, the guest can't reach. */
struct stage2_region {
    uint64_t start;
    uint64_t end;
    enum stage2_kind kind;
};

/* Builds the map of `count` regions, which must not overlap. False when they do, or the pool is too
 * small. */
bool stage2_build(struct address_map *map, struct table_pool *pool,
                  const struct stage2_region *regions, uint32_t count);

/* VTCR_EL2 and VTTBR_EL2 (VMID 0) for such a map. */
uint64_t stage2_vtcr(void);
uint64_t stage2_vttbr(const struct address_map *map);

#endif
