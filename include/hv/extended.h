/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Blocks of the extended hypercalls (TLFS HvExtCallQueryCapabilities, HvExtCallGetBootZeroedMemory;
 * HvExtCallMemoryHeatHint as Linux issues it, a rep call). */

#ifndef HV_EXTENDED_H
#define HV_EXTENDED_H

#include <stdint.h>

/* HvExtCallQueryCapabilities: bit n offers call 0x8002 + n. */
#define HV_EXT_CAPABILITY_GET_BOOT_ZEROED_MEMORY (UINT64_C(1) << 0)
#define HV_EXT_CAPABILITY_MEMORY_HEAT_HINT (UINT64_C(1) << 1)
#define HV_EXT_CAPABILITY_MEMORY_COLD_DISCARD_HINT (UINT64_C(1) << 8)

#define HV_BOOT_ZEROED_RANGES 255u

struct hv_zeroed_range {
    uint64_t start_page; /* GPA >> 12 */
    uint64_t page_count;
};

struct hv_boot_zeroed_memory {
    uint64_t range_count;
    struct hv_zeroed_range ranges[HV_BOOT_ZEROED_RANGES];
};
_Static_assert(sizeof(struct hv_boot_zeroed_memory) == 4088, "TLFS HvExtCallGetBootZeroedMemory");

/* HvExtCallMemoryHeatHint: header and element. */
#define HV_MEMORY_HEAT_TYPE UINT64_C(3)
#define HV_MEMORY_HEAT_COLD 0u
#define HV_MEMORY_HEAT_HOT 1u
#define HV_MEMORY_HEAT_COLD_DISCARD 2u

#define HV_GPA_RANGE_ADDITIONAL_PAGES UINT64_C(0x7ff)
#define HV_GPA_RANGE_LARGE_PAGE (UINT64_C(1) << 11)
#define HV_GPA_RANGE_PAGE_SIZE_1G (UINT64_C(1) << 12) /* of large pages; else 2 MiB */

#endif
