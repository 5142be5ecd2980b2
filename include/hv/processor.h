/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Blocks of the calls that concern processors: sets of them, interrupts between them, starting one,
 * their address translations (TLFS pages of the calls named; ARM64 layouts). */

#ifndef HV_PROCESSOR_H
#define HV_PROCESSOR_H

#include <stddef.h>

#include <hv/types.h>

/* HV_VP_SET: format, then for the sparse one a mask of valid banks of 64 VPs; the banks follow as
 * the variable header. */
#define HV_VP_SET_SPARSE_4K UINT64_C(0)
#define HV_VP_SET_ALL UINT64_C(1)
#define HV_VP_SET_BANKS 64u

struct hv_vp_set {
    uint64_t format;
    uint64_t valid_banks;
};

/* HvCallSendSyntheticClusterIpi, and Ex with a set in place of the mask. */
struct hv_send_ipi {
    uint32_t vector;
    uint8_t target_vtl; /* HV_INPUT_VTL */
    uint8_t flags;
    uint16_t reserved;
    uint64_t processor_mask;
};
_Static_assert(sizeof(struct hv_send_ipi) == 16, "TLFS HvCallSendSyntheticClusterIpi");

struct hv_send_ipi_ex {
    uint32_t vector;
    uint8_t target_vtl;
    uint8_t flags;
    uint16_t reserved;
    struct hv_vp_set set;
};
_Static_assert(sizeof(struct hv_send_ipi_ex) == 24, "TLFS HvCallSendSyntheticClusterIpiEx");

/* HvCallFlushVirtualAddressSpace and List, and Ex. */
#define HV_FLUSH_ALL_PROCESSORS (UINT64_C(1) << 0)
#define HV_FLUSH_ALL_VIRTUAL_ADDRESS_SPACES (UINT64_C(1) << 1)
#define HV_FLUSH_NON_GLOBAL_MAPPINGS_ONLY (UINT64_C(1) << 2)

struct hv_flush_virtual {
    uint64_t address_space;
    uint64_t flags;
    uint64_t processor_mask;
};
_Static_assert(sizeof(struct hv_flush_virtual) == 24, "TLFS HvCallFlushVirtualAddressSpace");

struct hv_flush_virtual_ex {
    uint64_t address_space;
    uint64_t flags;
    struct hv_vp_set set;
};
_Static_assert(sizeof(struct hv_flush_virtual_ex) == 32, "TLFS HvCallFlushVirtualAddressSpaceEx");

/* HvCallFlushGuestPhysicalAddressSpace and List. */
struct hv_flush_guest_physical {
    uint64_t address_space;
    uint64_t flags; /* RsvdZ */
};
_Static_assert(sizeof(struct hv_flush_guest_physical) == 16,
               "TLFS HvCallFlushGuestPhysicalAddressSpace");

/* HvCallStartVirtualProcessor: the state in which a VP starts at EL1 (hv_initial_vp_context). */
struct hv_initial_vp_context {
    uint64_t pc;
    uint64_t sp_elh;
    uint64_t sctlr_el1;
    uint64_t mair_el1;
    uint64_t tcr_el1;
    uint64_t vbar_el1;
    uint64_t ttbr0_el1;
    uint64_t ttbr1_el1;
    uint64_t x18;
};
_Static_assert(sizeof(struct hv_initial_vp_context) == 72, "TLFS hv_initial_vp_context");

struct hv_start_virtual_processor {
    hv_partition_id_t partition_id;
    hv_vp_index_t vp_index;
    uint8_t target_vtl; /* a plain VTL, not HV_INPUT_VTL */
    uint8_t reserved[3];
    struct hv_initial_vp_context context;
};
_Static_assert(sizeof(struct hv_start_virtual_processor) == 88, "TLFS HvCallStartVirtualProcessor");

/* HvCallGetVpIndexFromApicId: the element in is an MPIDR, the element out a VP index. */
struct hv_get_vp_index_from_apic_id {
    hv_partition_id_t partition_id;
    uint8_t target_vtl; /* a plain VTL */
    uint8_t reserved[7];
};
_Static_assert(sizeof(struct hv_get_vp_index_from_apic_id) == 16,
               "TLFS HvCallGetVpIndexFromApicId");

/* HvCallTranslateVirtualAddress and Ex. */
#define HV_TRANSLATE_GVA_VALIDATE_READ (UINT64_C(1) << 0)
#define HV_TRANSLATE_GVA_VALIDATE_WRITE (UINT64_C(1) << 1)
#define HV_TRANSLATE_GVA_VALIDATE_EXECUTE (UINT64_C(1) << 2)
#define HV_TRANSLATE_GVA_SET_PAGE_TABLE_BITS (UINT64_C(1) << 4)
#define HV_TRANSLATE_GVA_TLB_FLUSH_INHIBIT (UINT64_C(1) << 5)
#define HV_TRANSLATE_GVA_SUPERVISOR_ACCESS (UINT64_C(1) << 6)
#define HV_TRANSLATE_GVA_USER_ACCESS (UINT64_C(1) << 7)
#define HV_TRANSLATE_GVA_PAN_SET (UINT64_C(1) << 8)
#define HV_TRANSLATE_GVA_PAN_CLEAR (UINT64_C(1) << 9)
#define HV_TRANSLATE_GVA_INPUT_VTL_SHIFT 56

struct hv_translate_virtual_address {
    hv_partition_id_t partition_id;
    hv_vp_index_t vp_index;
    uint32_t reserved;
    uint64_t flags;
    uint64_t gva_page; /* GVA >> 12 */
};
_Static_assert(sizeof(struct hv_translate_virtual_address) == 32,
               "TLFS HvCallTranslateVirtualAddress");

enum hv_translate_gva_result_code {
    HV_TRANSLATE_GVA_SUCCESS = 0,
    HV_TRANSLATE_GVA_PAGE_NOT_PRESENT = 1,
    HV_TRANSLATE_GVA_PRIVILEGE_VIOLATION = 2,
    HV_TRANSLATE_GVA_INVALID_PAGE_TABLE_FLAGS = 3,
    HV_TRANSLATE_GVA_GPA_UNMAPPED = 4,
    HV_TRANSLATE_GVA_GPA_NO_READ_ACCESS = 5,
    HV_TRANSLATE_GVA_GPA_NO_WRITE_ACCESS = 6,
};

struct hv_translate_gva_result {
    uint32_t result_code; /* enum hv_translate_gva_result_code */
    uint8_t cache_type;
    uint8_t overlay_page;
    uint16_t reserved;
    uint64_t gpa_page; /* GPA >> 12 */
};
_Static_assert(sizeof(struct hv_translate_gva_result) == 16, "TLFS hv_translate_gva_result");

/* HvCallAssertVirtualInterrupt. */
#define HV_INTERRUPT_CONTROL_TYPE UINT64_C(0xffffffff) /* 0: fixed */
#define HV_INTERRUPT_CONTROL_ASSERTED (UINT64_C(1) << 34)

struct hv_assert_virtual_interrupt {
    hv_partition_id_t partition_id;
    uint64_t interrupt_control;
    uint64_t destination_address; /* MPIDR of the VP that a PPI goes to */
    uint32_t requested_vector;    /* INTID */
    uint8_t target_vtl;           /* a plain VTL */
    uint8_t reserved[3];
};
_Static_assert(sizeof(struct hv_assert_virtual_interrupt) == 32,
               "TLFS HvCallAssertVirtualInterrupt");

#endif
