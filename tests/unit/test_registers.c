/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/registers.c: what each register holds after reset, keeps, refuses and causes.
 */

#include "requests.h"

static const uint32_t pages[] = { HV_REGISTER_SIPP, HV_REGISTER_SIFP, HV_REGISTER_SIRBP };

static void reset_values(struct world *world, enum form form)
{
    static const struct {
        uint32_t name;
        uint64_t value;
    } resets[] = {
        { HV_REGISTER_SCONTROL, 0 },
        { HV_REGISTER_SVERSION, 1 },
        { HV_REGISTER_SIFP, 0 },
        { HV_REGISTER_SIPP, 0 },
        { HV_REGISTER_EOM, 0 },
        { HV_REGISTER_SIRBP, 0 },
        { HV_REGISTER_VP_INDEX, 0 },
        { HV_REGISTER_GUEST_CRASH_P0, 0 },
        { HV_REGISTER_GUEST_CRASH_P1, 0 },
        { HV_REGISTER_SINT0, 0x10000 },
        { HV_REGISTER_SINT15, 0x10000 },
        { HV_REGISTER_GUEST_CRASH_P4, 0 },
    };

    for (unsigned i = 0; i < sizeof resets / sizeof resets[0]; i++) {
        struct get_registers input = { .header = header_self, .names = { resets[i].name } };
        struct request request = request_get(&input, 1);
        struct answer answer = guest_call(world, form, &request);
        uint64_t value[2];

        memcpy(value, answer.output, sizeof value);
        assert_int_equal(answer.status, HV_STATUS_SUCCESS);
        assert_int_equal(value[0], resets[i].value);
        assert_int_equal(value[1], 0);
    }
}

static void registers_have_their_reset_values(void **state)
{
    for_each_convention(state, reset_values);
}

static void every_sint_resets_to_masked(void **state)
{
    for (uint32_t i = 0; i < HV_SYNIC_SINT_COUNT; i++) {
        assert_int_equal(guest_register(*state, HV_REGISTER_SINT0 + i), UINT64_C(0x10000));
    }
}

/* RsvdP: read back as written. Linux writes what it read, and panics when a write fails. */
static void reserved_bits_are_preserved(void **state)
{
    struct world *world = *state;

    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t value = UINT64_C(1) << bit;

        assert_int_equal(guest_set_register(world, HV_REGISTER_SCONTROL, value), 0);
        assert_int_equal(guest_register(world, HV_REGISTER_SCONTROL), value);
        for (unsigned i = 0; i < 3; i++) {
            assert_int_equal(guest_set_register(world, pages[i], value), 0);
            assert_int_equal(guest_register(world, pages[i]), value);
        }
        for (uint32_t i = 0; i < HV_SYNIC_SINT_COUNT; i++) {
            value |= HV_SINT_MASKED;
            assert_int_equal(guest_set_register(world, HV_REGISTER_SINT0 + i, value), 0);
            assert_int_equal(guest_register(world, HV_REGISTER_SINT0 + i), value);
        }
    }
}

/* S1: a page that is no RAM is accepted, like any value; it is just not reached. */
static void page_registers_accept_any_address(void **state)
{
    static const uint64_t values[] = { 1, GPA(PAGE_HOLE) | 1, GPA(PAGE_DEVICE) | 1,
                                       UINT64_C(0xfffffffffffff001), UINT64_MAX };
    struct world *world = *state;

    for (unsigned i = 0; i < 3; i++) {
        for (unsigned v = 0; v < sizeof values / sizeof values[0]; v++) {
            assert_int_equal(guest_set_register(world, pages[i], values[v]), 0);
            assert_int_equal(guest_register(world, pages[i]), values[v]);
        }
    }
}

/* V3: unmasked, a SINT names one of the PPIs 16..31; masked, anything. The rest of the bits,
 * auto-EOI and polling among them, do not matter. */
static void unmasked_sint_names_a_ppi(void **state)
{
    static const uint64_t others[] = { 0, HV_SINT_AUTO_EOI, HV_SINT_POLLING, UINT64_C(1) << 63,
                                       0xff00 };
    struct world *world = *state;

    for (unsigned other = 0; other < 5; other++) {
        for (uint64_t vector = 0; vector < 256; vector++) {
            uint64_t value = others[other] | vector;
            bool ppi = vector >= 16 && vector <= 31;

            assert_int_equal(guest_set_register(world, HV_REGISTER_SINT0 + 2, HV_SINT_RESET), 0);
            assert_int_equal(guest_set_register(world, HV_REGISTER_SINT0 + 2, value),
                             ppi ? HV_STATUS_SUCCESS : HV_STATUS_INVALID_PARAMETER);
            assert_int_equal(guest_register(world, HV_REGISTER_SINT0 + 2),
                             ppi ? value : HV_SINT_RESET);
            assert_int_equal(
                guest_set_register(world, HV_REGISTER_SINT0 + 2, value | HV_SINT_MASKED),
                HV_STATUS_SUCCESS);
        }
    }
}

static void read_only(struct world *world, enum form form)
{
    static const uint32_t names[] = {
        HV_REGISTER_HYPERVISOR_VERSION,
        HV_REGISTER_PRIVILEGES_AND_FEATURES_INFO,
        HV_REGISTER_FEATURES_INFO,
        HV_REGISTER_IMPLEMENTATION_LIMITS_INFO,
        HV_REGISTER_HARDWARE_FEATURES_INFO,
        HV_REGISTER_VP_RUNTIME,
        HV_REGISTER_VP_INDEX,
        HV_REGISTER_TIME_REF_COUNT,
        HV_REGISTER_SVERSION,
    };

    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct set_registers input = { .header = header_self };
        struct request request = request_set(&input, 1);

        input.elements[0].name = names[i];
        if (form_fits(form, &request)) {
            expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
        }
    }
}

static void read_only_registers_refuse_writes(void **state)
{
    for_each_convention(state, read_only);
}

static void time_ref_count_is_the_hosts_time(void **state)
{
    static const uint64_t times[] = { 0, 1, UINT64_C(0x123456789abcdef0), UINT64_MAX };
    struct world *world = *state;

    for (unsigned i = 0; i < 4; i++) {
        world->host.time = times[i];
        assert_int_equal(guest_register(world, HV_REGISTER_TIME_REF_COUNT), times[i]);
    }
    assert_int_equal(guest_set_register(world, HV_REGISTER_TIME_REF_COUNT, 5),
                     HV_STATUS_INVALID_PARAMETER);
}

/* The runtime of the VP that is asked about, not of the one that asks. */
static void vp_runtime_is_the_targets(void **state)
{
    struct world *world = *state;
    struct get_registers input = { .header = header_self, .names = { HV_REGISTER_VP_RUNTIME } };
    struct request request = request_get(&input, 1);
    const struct hv_register_value runtime = { .low = 0x777 };
    struct answer answer;

    input.header.vp_index = 3;
    world->host.runtime = 0x777;
    answer = guest_call(world, FORM_SMCCC_FAST, &request);
    assert_memory_equal(answer.output, &runtime, sizeof runtime);
    assert_int_equal(world->host.last_vp, 3);
}

/* Reading EOM must not fail; writing any value asks for another look at the messages. */
static void eom_reads_zero_and_wants_a_poll(void **state)
{
    struct world *world = *state;

    for (uint64_t value = 0; value < 3; value++) {
        assert_int_equal(guest_set_register(world, HV_REGISTER_EOM, value), HV_STATUS_SUCCESS);
        assert_int_equal(world->host.polls, 1);
        assert_int_equal(guest_register(world, HV_REGISTER_EOM), 0);
        assert_int_equal(world->host.polls, 0);
    }
}

/* Messages may wait for the slot page: a poll is wanted when it, or the SynIC, comes to life. */
static void enabling_the_synic_wants_a_poll(void **state)
{
    static const struct {
        uint32_t name;
        uint64_t value;
        uint32_t polls;
    } writes[] = {
        { HV_REGISTER_SCONTROL, 0, 0 },
        { HV_REGISTER_SCONTROL, 1, 1 },
        { HV_REGISTER_SCONTROL, UINT64_MAX - 1, 0 },
        { HV_REGISTER_SIPP, GPA(PAGE_MESSAGES), 0 },
        { HV_REGISTER_SIPP, GPA(PAGE_MESSAGES) | 1, 1 },
        { HV_REGISTER_SIFP, GPA(PAGE_MESSAGES) | 1, 0 }, /* no flags are kept waiting */
        { HV_REGISTER_SIRBP, GPA(PAGE_MESSAGES) | 1, 0 },
        { HV_REGISTER_SINT0, HV_SINT_RESET, 0 },
    };
    struct world *world = *state;

    for (unsigned i = 0; i < sizeof writes / sizeof writes[0]; i++) {
        assert_int_equal(guest_set_register(world, writes[i].name, writes[i].value), 0);
        assert_int_equal(world->host.polls, writes[i].polls);
    }
}

/* A write to another VP's register lands there, and the poll is that VP's. */
static void write_to_another_vp(struct world *world, enum form form)
{
    struct set_registers input = { .header = header_self };
    struct request request = request_set(&input, 1);

    input.header.vp_index = 2;
    input.elements[0].name = HV_REGISTER_SCONTROL;
    input.elements[0].value.low = 1;
    if (form_fits(form, &request)) {
        assert_int_equal(guest_call(world, form, &request).status, HV_STATUS_SUCCESS);
        assert_int_equal(world->host.last_vp, 2);
        assert_int_equal(world->host.polls, 1);
        assert_int_equal(world->vps[2].scontrol, 1);
        assert_int_equal(world->vps[0].scontrol, 0);
    }
}

static void other_vps_registers_can_be_written(void **state)
{
    for_each_convention(state, write_to_another_vp);
}

/* SynIC registers are the VP's own; crash parameters and GuestOsId the partition's. */
static void scope_of_registers(void **state)
{
    struct world *world = *state;

    assert_int_equal(guest_set_register(world, HV_REGISTER_SIRBP, 0x5000), 0);
    assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_CRASH_P3, 0x5000), 0);
    world->vp = 1;
    assert_int_equal(guest_register(world, HV_REGISTER_SIRBP), 0);
    assert_int_equal(guest_register(world, HV_REGISTER_GUEST_CRASH_P3), 0x5000);
    assert_int_equal(guest_register(world, HV_REGISTER_GUEST_OS_ID), TEST_GUEST_OS_ID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(registers_have_their_reset_values),  UNIT_TEST(every_sint_resets_to_masked),
        UNIT_TEST(reserved_bits_are_preserved),        UNIT_TEST(page_registers_accept_any_address),
        UNIT_TEST(unmasked_sint_names_a_ppi),          UNIT_TEST(read_only_registers_refuse_writes),
        UNIT_TEST(time_ref_count_is_the_hosts_time),   UNIT_TEST(vp_runtime_is_the_targets),
        UNIT_TEST(eom_reads_zero_and_wants_a_poll),    UNIT_TEST(enabling_the_synic_wants_a_poll),
        UNIT_TEST(other_vps_registers_can_be_written), UNIT_TEST(scope_of_registers),
    };

    return cmocka_run_group_tests_name("registers", tests, NULL, NULL);
}
