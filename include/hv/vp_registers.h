/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Blocks of HvCallGetVpRegisters and HvCallSetVpRegisters (TLFS pages of the same names). */

#ifndef HV_VP_REGISTERS_H
#define HV_VP_REGISTERS_H

#include <stddef.h>

#include <hv/types.h>

/* Fixed header of both calls. */
struct hv_vp_registers_header {
    hv_partition_id_t partition_id;
    hv_vp_index_t vp_index;
    uint8_t input_vtl;
    uint8_t reserved[3];
};
_Static_assert(sizeof(struct hv_vp_registers_header) == 16, "TLFS HvCallGetVpRegisters input");

/* One element of the set call; the get call's element is the bare 32-bit name. */
struct hv_vp_register_assoc {
    uint32_t name;
    uint32_t reserved[3];
    struct hv_register_value value;
};
_Static_assert(sizeof(struct hv_vp_register_assoc) == 32, "TLFS HvCallSetVpRegisters input");
_Static_assert(offsetof(struct hv_vp_register_assoc, value) == 16, "TLFS HvCallSetVpRegisters");

#endif
