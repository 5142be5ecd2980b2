/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What is measured in a guest of hvshim, so that all are measured in the same way: beside the
 * general calls, one that answers a number, and SignalEvent to itself by the loopback option. */

#include <arm/smccc.h>
#include <hv/calls.h>
#include <hv/hypercall.h>
#include <hv/registers.h>
#include <hv/types.h>

#include "measure.h"

#define PSCI_SYSTEM_OFF UINT32_C(0x84000008)
#define EVENT_PORT(sint) (UINT64_C(0x10800) | (sint)) /* host/common/loopback.c */
#define SINT 5u
#define INTID 20u
#define GICD_BASE 0x08000000u
#define GICR_BASE 0x080a0000u
#define GUEST_OS_ID UINT64_C(0x8100000000000001)
#define ONE_REGISTER (HV_CONTROL_FAST | UINT64_C(1) << HV_CONTROL_REP_COUNT_SHIFT)
#define ONE_DONE (UINT64_C(1) << 32)

static volatile uint32_t event_flags[HV_SYNIC_SINT_COUNT][64] __attribute__((aligned(4096)));

static inline __attribute__((always_inline)) uint64_t hvc(uint32_t id)
{
    return call(true, HVC(HV_HVC_SMCCC), (struct registers) { .x0 = id });
}

static void register_set(uint32_t name, uint64_t value)
{
    EXPECT(call(false, HVC(HV_HVC_HYPERCALL),
                (struct registers) { .x0 = ONE_REGISTER | HV_CALL_SET_VP_REGISTERS,
                                     .x1 = HV_PARTITION_ID_SELF,
                                     .x2 = HV_VP_INDEX_SELF,
                                     .x3 = name,
                                     .x5 = value }) == ONE_DONE);
}

static inline __attribute__((always_inline)) uint64_t vp_index_get(void)
{
    return call(true, HVC(HV_HVC_HYPERCALL),
                (struct registers) { .x0 = ONE_REGISTER | HV_CALL_GET_VP_REGISTERS,
                                     .x1 = HV_PARTITION_ID_SELF,
                                     .x2 = HV_VP_INDEX_SELF,
                                     .x3 = HV_REGISTER_VP_INDEX });
}

static inline __attribute__((always_inline)) uint64_t event_signal(void)
{
    return call(true, HVC(HV_HVC_HYPERCALL),
                (struct registers) { .x0 = HV_CONTROL_FAST | HV_CALL_SIGNAL_EVENT,
                                     .x1 = EVENT_PORT(SINT) });
}

static bool event_take(void)
{
    bool right = interrupt_take() == INTID && event_flags[SINT][0] == 1;

    event_flags[SINT][0] = 0;
    return right;
}

void measure_all(void)
{
    MEASURE(hvc(UNKNOWN_ID) == SMCCC_NOT_SUPPORTED);
    MEASURE(IS_VERSION_1(hvc(SMCCC_VERSION)));
    MEASURE(IS_VERSION_1(call(
        true, SMC(0), (struct registers) { .x0 = PSCI_VERSION }))); /* as PSCI is called here */
    register_set(HV_REGISTER_GUEST_OS_ID, GUEST_OS_ID);
    MEASURE(vp_index_get() == ONE_DONE);
    register_set(HV_REGISTER_SIFP, (uint64_t)event_flags | HV_SYNIC_ENABLE);
    register_set(HV_REGISTER_SCONTROL, HV_SYNIC_ENABLE);
    register_set(HV_REGISTER_SINT0 + SINT, INTID);
    MEASURE(event_signal() == HV_STATUS_SUCCESS); /* set from the first one on */
    event_flags[SINT][0] = 0;
    gic_on(GICD_BASE, GICR_BASE, INTID);
    MEASURE(event_signal() == HV_STATUS_SUCCESS && event_take());
    call(false, SMC(0), (struct registers) { .x0 = PSCI_SYSTEM_OFF });
}
