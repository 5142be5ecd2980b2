/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The audit of what a guest is told that it has: each bit that is shown has a call or a register
 * that works, each bit that is not is refused (oracle of D7). Once with all that a host can have,
 * and then with each bit withheld. */

#include "dispatch/call.h"
#include "harness.h"

#include <hv/direct.h>
#include <hv/processor.h>

/* What a bit stands for: a register that can be read with it, or a call that is not denied. */
static const struct {
    uint64_t privilege;
    uint32_t registers[2];
    uint16_t calls[3];
} meanings[] = {
    { HV_PRIV_ACCESS_VP_RUN_TIME_REG, { HV_REGISTER_VP_RUNTIME }, { 0 } },
    { HV_PRIV_ACCESS_PARTITION_REFERENCE_COUNTER, { HV_REGISTER_TIME_REF_COUNT }, { 0 } },
    { HV_PRIV_ACCESS_SYNIC_REGS, { HV_REGISTER_SCONTROL, HV_REGISTER_SINT15 }, { 0 } },
    { HV_PRIV_ACCESS_SYNTHETIC_TIMER_REGS,
      { HV_REGISTER_STIMER0_CONFIG, HV_REGISTER_STIMER0_COUNT + 6 },
      { 0 } },
    { HV_PRIV_ACCESS_INTR_CTRL_REGS, { HV_REGISTER_VP_ASSIST_PAGE }, { 0 } },
    { HV_PRIV_ACCESS_HYPERCALL_MSRS, { HV_REGISTER_GUEST_OS_ID }, { 0 } },
    { HV_PRIV_ACCESS_VP_INDEX, { HV_REGISTER_VP_INDEX }, { 0 } },
    { HV_PRIV_ACCESS_PARTITION_REFERENCE_TSC, { HV_REGISTER_REFERENCE_TSC }, { 0 } },
    { HV_PRIV_ACCESS_PARTITION_ID, { 0 }, { HV_CALL_GET_PARTITION_ID } },
    { HV_PRIV_POST_MESSAGES, { 0 }, { HV_CALL_POST_MESSAGE } },
    { HV_PRIV_SIGNAL_EVENTS, { 0 }, { HV_CALL_SIGNAL_EVENT } },
    { HV_PRIV_DEBUGGING, { 0 }, { HV_CALL_OUTPUT_DEBUG_CHARACTER } },
    { HV_PRIV_ENABLE_EXTENDED_HYPERCALLS,
      { 0 },
      { HV_EXT_CALL_QUERY_CAPABILITIES, HV_EXT_CALL_GET_BOOT_ZEROED_MEMORY,
        HV_EXT_CALL_MEMORY_HEAT_HINT } },
    { HV_PRIV_START_VIRTUAL_PROCESSOR, { 0 }, { HV_CALL_START_VIRTUAL_PROCESSOR } },
};
#define MEANINGS (sizeof meanings / sizeof meanings[0])

static struct hv_register_value shown(struct world *world)
{
    struct hv_register_value value;

    assert_int_equal(guest_get_register(world, HV_REGISTER_PRIVILEGES_AND_FEATURES_INFO, &value),
                     HV_STATUS_SUCCESS);
    return value;
}

/* An empty call: whatever else is wrong with it, rights come first. */
static bool is_denied(struct world *world, uint16_t code)
{
    static const uint64_t nothing[512];
    const struct request request = { .code = code, .input = nothing, .input_size = 8 };
    uint64_t x[SHIM_REGISTERS];

    guest_prepare(world, FORM_NATIVE_FAST, &request, x);
    assert_int_equal(shim_hvc(&world->vps[0], HV_HVC_HYPERCALL, x), SHIM_DONE);
    assert_int_not_equal(x[0] & HV_RESULT_STATUS, HV_STATUS_INVALID_HYPERCALL_CODE);
    return (x[0] & HV_RESULT_STATUS) == HV_STATUS_ACCESS_DENIED;
}

static void expect_meanings(struct world *world, uint64_t privileges)
{
    for (unsigned i = 0; i < MEANINGS; i++) {
        bool has = (privileges & meanings[i].privilege) != 0;

        for (unsigned n = 0; n < 2 && meanings[i].registers[n] != 0; n++) {
            struct hv_register_value value;

            assert_int_equal(guest_get_register(world, meanings[i].registers[n], &value),
                             has ? HV_STATUS_SUCCESS : HV_STATUS_ACCESS_DENIED);
        }
        for (unsigned n = 0; n < 3 && meanings[i].calls[n] != 0; n++) {
            assert_int_equal(is_denied(world, meanings[i].calls[n]), !has);
        }
    }
}

static void open_world(struct world *world, uint64_t privileges)
{
    assert_true(world_init(world, privileges));
    world->partition.rights |= SHIM_NEEDS_GUEST_OS_ID; /* without its right no guest can */
}

static void every_bit_that_is_shown_works(void **state)
{
    struct world *world = *state;
    uint64_t known = 0;

    open_world(world, SHIM_PRIVILEGES_ALL);
    for (unsigned i = 0; i < MEANINGS; i++) {
        known |= meanings[i].privilege;
    }
    assert_int_equal(shown(world).low, known); /* no bit without a meaning */
    expect_meanings(world, known);
}

static void every_bit_that_is_withheld_is_refused(void **state)
{
    struct world *world = *state;

    open_world(world, 0);
    assert_int_equal(shown(world).low, 0);
    expect_meanings(world, 0);
    for (unsigned i = 0; i < MEANINGS; i++) {
        open_world(world, ~meanings[i].privilege);
        assert_int_equal(shown(world).low & meanings[i].privilege, 0);
        expect_meanings(world, ~meanings[i].privilege);
        open_world(world, meanings[i].privilege);
        assert_int_equal(shown(world).low, meanings[i].privilege);
        expect_meanings(world, meanings[i].privilege);
    }
}

/* Calls that no privilege stands for come and go with what the host has. */
static void calls_without_a_bit_follow_the_host(void **state)
{
#define OP(name) offsetof(struct shim_host_ops, name)
    static const struct {
        size_t op;
        uint16_t codes[6];
    } ops[] = {
        { OP(interrupt_assert),
          { HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI, HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI_EX,
            HV_CALL_SIGNAL_EVENT_DIRECT, HV_CALL_POST_MESSAGE_DIRECT,
            HV_CALL_ASSERT_VIRTUAL_INTERRUPT } },
        { OP(poll_wanted), { HV_CALL_SIGNAL_EVENT_DIRECT, HV_CALL_POST_MESSAGE_DIRECT } },
        { OP(gpa_set_bit), { HV_CALL_SIGNAL_EVENT_DIRECT } },
        { OP(vp_mpidr), { HV_CALL_GET_VP_INDEX_FROM_APIC_ID, HV_CALL_ASSERT_VIRTUAL_INTERRUPT } },
        { OP(tlb_flush),
          { HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE, HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST,
            HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE_EX, HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST_EX,
            HV_CALL_FLUSH_GUEST_PHYSICAL_ADDRESS_SPACE,
            HV_CALL_FLUSH_GUEST_PHYSICAL_ADDRESS_LIST } },
        { OP(translate_gva),
          { HV_CALL_TRANSLATE_VIRTUAL_ADDRESS, HV_CALL_TRANSLATE_VIRTUAL_ADDRESS_EX } },
        { OP(boot_zeroed), { HV_EXT_CALL_GET_BOOT_ZEROED_MEMORY } },
        { OP(memory_heat), { HV_EXT_CALL_MEMORY_HEAT_HINT } },
        { OP(vp_start), { HV_CALL_START_VIRTUAL_PROCESSOR } },
        { OP(debug_character), { HV_CALL_OUTPUT_DEBUG_CHARACTER } },
    };
#undef OP
    struct world *world = *state;

    for (unsigned i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        for (unsigned with = 0; with < 2; with++) {
            world->ops = fake_ops;
            if (with == 0) {
                memset((uint8_t *)&world->ops + ops[i].op, 0, sizeof(void *));
            }
            open_world(world, SHIM_PRIVILEGES_ALL);
            for (unsigned n = 0; n < 6 && ops[i].codes[n] != 0; n++) {
                assert_int_equal(is_denied(world, ops[i].codes[n]), with == 0);
            }
        }
    }
}

/* Direct mode of timers and the crash registers: bits of the upper half. */
static void features_of_the_upper_half_work(void **state)
{
    struct world *world = *state;

    open_world(world, SHIM_PRIVILEGES_ALL);
    assert_int_equal(shown(world).high, HV_FEATURE_DIRECT_SYNTHETIC_TIMERS_AVAILABLE |
                                            HV_FEATURE_GUEST_CRASH_REGS_AVAILABLE);
    assert_int_equal(guest_set_register(world, HV_REGISTER_STIMER0_CONFIG, 0x1141),
                     HV_STATUS_SUCCESS);
    assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_CRASH_P0, 1), HV_STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(every_bit_that_is_shown_works),
        UNIT_TEST(every_bit_that_is_withheld_is_refused),
        UNIT_TEST(calls_without_a_bit_follow_the_host),
        UNIT_TEST(features_of_the_upper_half_work),
    };

    return cmocka_run_group_tests_name("features", tests, NULL, NULL);
}
