/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* EL2's own translation: identity, caches on, nothing writable that is executable. */

#ifndef EL2_MMU_H
#define EL2_MMU_H

#include <stdbool.h>
#include <stdint.h>

#include <el2/tables.h>

enum mmu_kind {
    MMU_CODE,      /* normal write-back; read and execute */
    MMU_CONSTANTS, /* read only */
    MMU_DATA,      /* read and write */
    MMU_DEVICE,    /* Device-nGnRE, read and write */
};

/* [start, end), whole pages. */
struct mmu_region {
    uint64_t start;
    uint64_t end;
    enum mmu_kind kind;
};

/* What switches the MMU on; el2/mmu_on.S knows the order. */
struct mmu_registers {
    uint64_t mair;
    uint64_t tcr;
    uint64_t ttbr0;
    uint64_t sctlr;
};

/* Builds the map of `count` regions, which must not overlap, and says how to enter it. False when
 * they do, or the pool is too small. */
bool mmu_build(struct mmu_registers *registers, struct table_pool *pool,
               const struct mmu_region *regions, uint32_t count);

/* MMU and caches on, for this processor. Uses no stack. */
void mmu_on(const struct mmu_registers *registers);

#endif
