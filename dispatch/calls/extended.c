/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Extended hypercalls, codes 0x8001 and up (TLFS "Extended Hypercall Interface"). */

#include "handlers.h"

#include <hv/extended.h>

#include <string.h>

#define PAGES_2M 512u
#define PAGES_1G 262144u
#define LARGE_SHIFT_2M 21
#define LARGE_SHIFT_1G 30

/* A capability is the host's op. */
HV_HANDLER(hv_ext_query_capabilities)
{
    uint64_t privileges = vp->partition->privileges;
    uint64_t *capabilities = out;

    *capabilities = 0;
    if ((privileges & SHIM_NEEDS_BOOT_ZEROED) != 0) {
        *capabilities |= HV_EXT_CAPABILITY_GET_BOOT_ZEROED_MEMORY;
    }
    if ((privileges & SHIM_NEEDS_MEMORY_HEAT) != 0) {
        *capabilities |=
            HV_EXT_CAPABILITY_MEMORY_HEAT_HINT | HV_EXT_CAPABILITY_MEMORY_COLD_DISCARD_HINT;
    }
    return HV_STATUS_SUCCESS;
}

HV_HANDLER(hv_ext_get_boot_zeroed_memory)
{
    const struct shim_partition *partition = vp->partition;
    struct hv_boot_zeroed_memory *zeroed = out;

    memset(zeroed, 0, sizeof(*zeroed));
    zeroed->range_count =
        partition->ops->boot_zeroed(partition->host, zeroed->ranges, HV_BOOT_ZEROED_RANGES);
    return HV_STATUS_SUCCESS;
}

/* An element is a run of 4 KiB pages, or of 2 MiB or 1 GiB ones; sizes of runs are bounded by the
 * form, so nothing overflows: at most 2048 times 1 GiB. */
HV_HANDLER(hv_ext_memory_heat_hint)
{
    const struct shim_partition *partition = vp->partition;
    const uint64_t *heat = header;
    const uint64_t *range = element;
    uint64_t runs = (*range & HV_GPA_RANGE_ADDITIONAL_PAGES) + 1;
    uint64_t gpa = *range & ~(uint64_t)(HV_PAGE_SIZE - 1);
    uint64_t pages = runs;

    if (*heat > HV_MEMORY_HEAT_COLD_DISCARD) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    if ((*range & HV_GPA_RANGE_LARGE_PAGE) != 0) {
        bool giga = (*range & HV_GPA_RANGE_PAGE_SIZE_1G) != 0;

        gpa = giga ? *range >> LARGE_SHIFT_1G << LARGE_SHIFT_1G
                   : *range >> LARGE_SHIFT_2M << LARGE_SHIFT_2M;
        pages = runs * (giga ? PAGES_1G : PAGES_2M);
    }
    partition->ops->memory_heat(partition->host, (uint32_t)*heat, gpa, pages);
    return HV_STATUS_SUCCESS;
}
