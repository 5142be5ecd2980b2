/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What the SMMU reads: one context for all streams. Pure, so that it runs on the build machine as
 * well. */

#ifndef HOST_VIRT_SMMU_H
#define HOST_VIRT_SMMU_H

#include <stdbool.h>
#include <stdint.h>

#include <el2/tables.h>
#include <shim/compiler.h>

#include <arm/smmu.h>

#include "host/common/place.h"

/* A StreamID is a PCI function's: bus, device, function (QEMU's virt board). */
#define SMMU_STREAM_BITS 16u
#define SMMU_BUS_BITS 8u
#define SMMU_BUSES 256u
#define SMMU_FUNCTIONS 256u /* of a bus */
#define SMMU_QUEUE_BITS 2u
#define SMMU_COMMANDS 4u

/* Each at a multiple of its size, as the SMMU takes for granted. */
struct smmu_tables {
    uint64_t functions[SMMU_FUNCTIONS][STE_DWORDS] SHIM_ALIGNED(16384); /* of every bus */
    uint64_t buses[SMMU_BUSES] SHIM_ALIGNED(2048);
    uint64_t queue[SMMU_COMMANDS][CMD_DWORDS] SHIM_ALIGNED(64);
    uint64_t context[CD_DWORDS] SHIM_ALIGNED(64);
};
_Static_assert(SMMU_FUNCTIONS *STE_DWORDS * 8 == 16384, "a level 2 table of SPLIT 8");
_Static_assert(SMMU_BUSES * 8 == 2048, "the level 1 table of 16 bits at SPLIT 8");

/* Fills `tables`, zero before, and maps `ram` for devices, read and write and nothing else, with
 * tables from `pool`. What the map leaves out, and StreamIDs of more bits, end in an abort of the
 * transaction. The queue holds the commands that make the SMMU forget what it knew. False when
 * `ram` is not of whole pages, or the pool is too small. */
bool smmu_tables_build(struct smmu_tables *tables, struct table_pool *pool, struct range ram);

/* Leaf of the map, by which tests find it again. */
#define SMMU_LEAF (LEAF_AF | LEAF_SH_INNER | SMMU_LEAF_UNPRIVILEGED | SMMU_LEAF_PXN | LEAF_XN)
#define SMMU_LEAF_UNPRIVILEGED (UINT64_C(1) << 6) /* AP[1]: devices are not privileged */
#define SMMU_LEAF_PXN (UINT64_C(1) << 53)

#endif
