/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Synthetic timers, the reference TSC page, and their message (TLFS timers). */

#ifndef HV_TIMER_H
#define HV_TIMER_H

#include <stdint.h>

#include <hv/types.h>

#define HV_SYNTHETIC_TIMERS 4u

/* HvRegisterStimerNConfig. On ARM64 the vector is the INTID of a PPI; its top three bits are zero.
 */
#define HV_TIMER_ENABLED (UINT64_C(1) << 0)
#define HV_TIMER_PERIODIC (UINT64_C(1) << 1)
#define HV_TIMER_LAZY (UINT64_C(1) << 2)
#define HV_TIMER_AUTO_ENABLE (UINT64_C(1) << 3)
#define HV_TIMER_VECTOR UINT64_C(0xff0)
#define HV_TIMER_VECTOR_SHIFT 4
#define HV_TIMER_DIRECT_MODE (UINT64_C(1) << 12)
#define HV_TIMER_SINT UINT64_C(0xf0000)
#define HV_TIMER_SINT_SHIFT 16
#define HV_TIMER_RESERVED UINT64_C(0xfffffffffff0e000)

#define HV_MESSAGE_TYPE_TIMER_EXPIRED UINT32_C(0x80000010)

/* Payload of the message: times in units of 100 ns. */
struct hv_timer_message_payload {
    uint32_t timer_index;
    uint32_t reserved;
    uint64_t expiration_time; /* when it was due */
    uint64_t delivery_time;   /* when it came into the slot */
};
_Static_assert(sizeof(struct hv_timer_message_payload) == 24, "TLFS hv_timer_message_payload");

/* HvRegisterReferenceTsc: bit 0 enables, 63:12 are the page, 11:1 are preserved. The time is
 * ((CNTVCT_EL0 * scale) >> 64) + offset, as long as `sequence` is not 0 and stays the same. */
#define HV_REFERENCE_TSC_ENABLE UINT64_C(1)
#define HV_REFERENCE_TSC_PAGE UINT64_C(0xfffffffffffff000)

struct hv_reference_tsc_page {
    uint32_t sequence;
    uint32_t reserved;
    uint64_t scale;
    int64_t offset;
};
_Static_assert(sizeof(struct hv_reference_tsc_page) == 24, "TLFS hv_reference_tsc_page");

#endif
