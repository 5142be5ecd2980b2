/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Scalar types and well-known ids of the TLFS (TLFS datatypes). */

#ifndef HV_TYPES_H
#define HV_TYPES_H

#include <stdint.h>

#define HV_PAGE_SIZE 4096u /* whatever granule the guest uses */

typedef uint32_t hv_vp_index_t;
typedef uint64_t hv_partition_id_t;

#define HV_PARTITION_ID_SELF UINT64_C(0xffffffffffffffff)
#define HV_VP_INDEX_SELF UINT32_C(0xfffffffe)
#define HV_ANY_VP UINT32_C(0xffffffff)

/* Aff3 and Aff2..Aff0 of an MPIDR_EL1. */
#define HV_MPIDR_AFFINITY UINT64_C(0xff00ffffff)

/* 128-bit register value, low half first (TLFS hv_register_value). */
struct hv_register_value {
    uint64_t low;
    uint64_t high;
};

/* HV_INPUT_VTL: bits 3:0 the target VTL, bit 4 "use it", 7:5 reserved (TLFS hv_input_vtl). */
#define HV_INPUT_VTL_TARGET 0x0fu
#define HV_INPUT_VTL_USE_TARGET 0x10u
#define HV_INPUT_VTL_RESERVED 0xe0u
#define HV_VTL_MAX 2u

#endif
