/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Before the guest says who it is, nearly all is refused: the GuestOsId gate and the early register
 * lists (TLFS HvCallGetVpRegisters, HvCallSetVpRegisters). Runs on a partition that was just made.
 */

#include "hypercall.h"

static const uint32_t early_gets[] = {
    HV_REGISTER_GUEST_OS_ID,
    HV_REGISTER_HYPERVISOR_VERSION,
    HV_REGISTER_PRIVILEGES_AND_FEATURES_INFO,
    HV_REGISTER_FEATURES_INFO,
    HV_REGISTER_IMPLEMENTATION_LIMITS_INFO,
    HV_REGISTER_HARDWARE_FEATURES_INFO,
    HV_REGISTER_TIME_REF_COUNT,
    HV_REGISTER_GUEST_CRASH_P0,
    HV_REGISTER_GUEST_CRASH_P4,
    HV_REGISTER_GUEST_CRASH_CTL,
};

static const uint32_t late_gets[] = {
    HV_REGISTER_VP_INDEX, HV_REGISTER_VP_RUNTIME, HV_REGISTER_SINT0, HV_REGISTER_SINT15,
    HV_REGISTER_SCONTROL, HV_REGISTER_SVERSION,   HV_REGISTER_SIFP,  HV_REGISTER_SIPP,
    HV_REGISTER_EOM,      HV_REGISTER_SIRBP,      0x00012345, /* nobody's */
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void calls_are_denied(void)
{
    static const uint16_t codes[] = { HV_CALL_NOTIFY_LONG_SPIN_WAIT, HV_CALL_GET_PARTITION_ID,
                                      HV_CALL_POST_MESSAGE, HV_CALL_SIGNAL_EVENT,
                                      HV_EXT_CALL_QUERY_CAPABILITIES };

    FOR_EACH_CONVENTION(convention)
    {
        for (uint32_t i = 0; i < COUNT(codes); i++) {
            expect_context(convention->name, codes[i]);
            EXPECT_EQ(call_fast(convention, CONTROL_FAST(codes[i]), NULL, 0, NULL),
                      HV_STATUS_ACCESS_DENIED);
        }
    }
}

static void early_registers_are_readable(void)
{
    struct hv_register_value value;

    FOR_EACH_CONVENTION(convention)
    {
        for (uint32_t i = 0; i < COUNT(early_gets); i++) {
            expect_context(convention->name, early_gets[i]);
            EXPECT_EQ(register_get(convention, early_gets[i], &value), hv_result(0, 1));
        }
    }
}

static void other_registers_are_denied(void)
{
    struct hv_register_value value;

    FOR_EACH_CONVENTION(convention)
    {
        for (uint32_t i = 0; i < COUNT(late_gets); i++) {
            expect_context(convention->name, late_gets[i]);
            EXPECT_EQ(register_get(convention, late_gets[i], &value), HV_STATUS_ACCESS_DENIED);
        }
    }
    EXPECT_EQ(register_set(&native, HV_REGISTER_SCONTROL, 1), HV_STATUS_ACCESS_DENIED);
    EXPECT_EQ(register_set(&smccc, HV_REGISTER_SINT0, 0x10000), HV_STATUS_ACCESS_DENIED);
    EXPECT_EQ(register_set(&smccc, HV_REGISTER_TIME_REF_COUNT, 0), HV_STATUS_ACCESS_DENIED);
}

/* Elements are judged one by one: the first is answered, the second is where the call stopped. */
static void mixed_list_stops_at_the_first_denied(void)
{
    const uint64_t input[] = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF,
                               (uint64_t)HV_REGISTER_VP_INDEX << 32 | HV_REGISTER_GUEST_OS_ID };

    EXPECT_EQ(call_fast(&native, CONTROL_FAST(HV_CALL_GET_VP_REGISTERS) | CONTROL_REPS(2), input, 3,
                        NULL),
              hv_result(HV_STATUS_ACCESS_DENIED, 1));
    EXPECT_EQ(
        call_fast(&smccc, CONTROL_FAST(HV_CALL_GET_VP_REGISTERS) | CONTROL_REPS(2), input, 3, NULL),
        hv_result(HV_STATUS_ACCESS_DENIED, 1));
}

static void crash_parameters_are_writable(void)
{
    struct hv_register_value value;

    EXPECT_EQ(register_set(&native, HV_REGISTER_GUEST_CRASH_P2, 0x1122), hv_result(0, 1));
    EXPECT_EQ(register_get(&smccc, HV_REGISTER_GUEST_CRASH_P2, &value), hv_result(0, 1));
    EXPECT_EQ(value.low, 0x1122);
    EXPECT_EQ(register_set(&native, HV_REGISTER_GUEST_CRASH_P2, 0), hv_result(0, 1));
}

static void guest_os_id_starts_at_zero(void)
{
    struct hv_register_value value;

    EXPECT_EQ(register_get(&smccc, HV_REGISTER_GUEST_OS_ID, &value), hv_result(0, 1));
    EXPECT_EQ(value.low, 0);
    EXPECT_EQ(value.high, 0);
}

static void spill_page_needs_no_gate(void)
{
    EXPECT_EQ(spill_attach(), 0);
    EXPECT_EQ(spill_detach(), 0);
}

static void guest_os_id_opens_and_zero_closes(void)
{
    struct hv_register_value value;

    guest_os_id_set();
    EXPECT_EQ(register_get(&native, HV_REGISTER_VP_INDEX, &value), hv_result(0, 1));
    EXPECT_EQ(call_fast(&compact, CONTROL_FAST(HV_CALL_NOTIFY_LONG_SPIN_WAIT), NULL, 0, NULL), 0);
    EXPECT_EQ(register_set(&native, HV_REGISTER_GUEST_OS_ID, 0), hv_result(0, 1));
    EXPECT_EQ(register_get(&native, HV_REGISTER_VP_INDEX, &value), HV_STATUS_ACCESS_DENIED);
    EXPECT_EQ(register_set(&native, HV_REGISTER_GUEST_OS_ID, 1), hv_result(0, 1));
    EXPECT_EQ(register_set(&smccc, HV_REGISTER_GUEST_OS_ID, GUEST_OS_ID), hv_result(0, 1));
    EXPECT_EQ(register_get(&compact, HV_REGISTER_GUEST_OS_ID, &value), hv_result(0, 1));
    EXPECT_EQ(value.low, GUEST_OS_ID);
}

const struct test tests[] = {
    { "GuestOsId starts at zero", guest_os_id_starts_at_zero },
    { "calls are denied", calls_are_denied },
    { "early registers are readable", early_registers_are_readable },
    { "other registers are denied", other_registers_are_denied },
    { "a mixed list stops at the first that is denied", mixed_list_stops_at_the_first_denied },
    { "crash parameters are writable", crash_parameters_are_writable },
    { "a spill page can be attached", spill_page_needs_no_gate },
    { "GuestOsId opens the interface, zero closes it", guest_os_id_opens_and_zero_closes },
    { NULL, NULL },
};
