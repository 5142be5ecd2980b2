/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/event.c: event flags in a VP's event page. */

#include "harness.h"

#define SINT 2u
#define VECTOR 18u
#define FLAGS 2048u

static uint8_t *byte_of(struct world *world, uint32_t sint, uint32_t flag)
{
    return &world->host.memory[PAGE_EVENTS][sint * 256 + flag / 8];
}

static int event_setup(void **state)
{
    struct world *world;

    world_setup(state);
    world = *state;
    memset(world->host.memory[PAGE_EVENTS], 0, HV_PAGE_SIZE);
    world->vp = 1;
    assert_int_equal(guest_set_register(world, HV_REGISTER_SIFP, GPA(PAGE_EVENTS) | 1), 0);
    assert_int_equal(guest_set_register(world, HV_REGISTER_SINT0 + SINT, VECTOR), 0);
    assert_int_equal(guest_set_register(world, HV_REGISTER_SCONTROL, 1), 0);
    fake_host_forget(&world->host);
    return 0;
}

#define EVENT_TEST(test) cmocka_unit_test_setup_teardown(test, event_setup, world_teardown)

static hv_status_t set(struct world *world, uint32_t sint, uint32_t flag, bool *newly)
{
    return shim_event_set(&world->vps[1], sint, flag, newly);
}

/* Nothing set, nobody interrupted, `newly` as it was. */
static void expect_refused(struct world *world, uint32_t sint, uint32_t flag, hv_status_t status)
{
    static uint8_t before[HV_PAGE_SIZE];
    bool newly = true;

    memcpy(before, world->host.memory[PAGE_EVENTS], sizeof before);
    world->host.interrupts = 0;
    assert_int_equal(set(world, sint, flag, &newly), status);
    assert_true(newly);
    assert_int_equal(world->host.interrupts, 0);
    assert_memory_equal(before, world->host.memory[PAGE_EVENTS], sizeof before);
}

/* S3: each flag of each SINT is one bit of the page, and no other. */
static void every_flag_has_its_bit(void **state)
{
    static uint8_t expected[HV_PAGE_SIZE];
    struct world *world = *state;

    for (uint32_t sint = 0; sint < HV_SYNIC_SINT_COUNT; sint++) {
        world->vps[1].sint[sint] = 16 + sint;
        for (uint32_t flag = 0; flag < FLAGS; flag++) {
            expected[sint * 256 + flag / 8] |= (uint8_t)(1u << flag % 8);
            assert_int_equal(set(world, sint, flag, NULL), HV_STATUS_SUCCESS);
            assert_int_equal(world->host.interrupt_intid, 16 + sint);
            assert_int_equal(world->host.interrupt_vp, 1);
        }
        assert_memory_equal(expected, world->host.memory[PAGE_EVENTS], sizeof expected);
    }
    assert_int_equal(world->host.interrupts, HV_SYNIC_SINT_COUNT * FLAGS);
}

static void numbers_out_of_range_are_refused(void **state)
{
    static const uint32_t sints[] = { 16, 17, 255, UINT32_MAX };
    static const uint32_t flags[] = { 2048, 2049, 65535, UINT32_MAX };
    struct world *world = *state;

    for (unsigned i = 0; i < 4; i++) {
        expect_refused(world, sints[i], 0, HV_STATUS_INVALID_PARAMETER);
        expect_refused(world, SINT, flags[i], HV_STATUS_INVALID_PARAMETER);
    }
}

/* An interrupt for a flag that was clear; none for one that the guest has not seen yet. */
static void flag_that_is_set_already_interrupts_nobody(void **state)
{
    struct world *world = *state;
    bool newly = false;

    assert_int_equal(set(world, SINT, 9, &newly), HV_STATUS_SUCCESS);
    assert_true(newly);
    assert_int_equal(set(world, SINT, 9, &newly), HV_STATUS_SUCCESS);
    assert_false(newly);
    assert_int_equal(world->host.interrupts, 1);
    *byte_of(world, SINT, 9) = 0; /* the guest clears it, and the next one counts again */
    assert_int_equal(set(world, SINT, 9, &newly), HV_STATUS_SUCCESS);
    assert_true(newly);
    assert_int_equal(world->host.interrupts, 2);
}

/* S6: one access, whatever the guest makes of the byte. */
static void flag_is_one_access(void **state)
{
    struct world *world = *state;

    assert_int_equal(set(world, SINT, 2047, NULL), HV_STATUS_SUCCESS);
    assert_int_equal(world->host.accesses, 1);
    assert_int_equal(world->host.log[0].op, OP_SET_BIT);
    assert_int_equal(world->host.log[0].gpa, GPA(PAGE_EVENTS) + SINT * 256 + 255);
}

/* TLFS: a masked SINT refuses; the flag is not set. */
static void masked_sint_refuses(void **state)
{
    struct world *world = *state;

    world->vps[1].sint[SINT] = HV_SINT_MASKED | VECTOR;
    expect_refused(world, SINT, 1, HV_STATUS_INVALID_SYNIC_STATE);
    expect_refused(world, SINT + 1, 1, HV_STATUS_INVALID_SYNIC_STATE); /* as after reset */
    assert_int_equal(world->host.accesses, 0);
}

static void polled_sint_gets_the_flag_only(void **state)
{
    struct world *world = *state;
    bool newly = false;

    world->vps[1].sint[SINT] = HV_SINT_POLLING | VECTOR;
    assert_int_equal(set(world, SINT, 1, &newly), HV_STATUS_SUCCESS);
    assert_true(newly);
    assert_int_equal(world->host.interrupts, 0);
    assert_int_equal(*byte_of(world, SINT, 1), 2);
}

static void synic_or_page_that_is_off_refuses(void **state)
{
    struct world *world = *state;

    world->vps[1].scontrol = ~HV_SYNIC_ENABLE;
    expect_refused(world, SINT, 1, HV_STATUS_INVALID_SYNIC_STATE);
    world->vps[1].scontrol = HV_SYNIC_ENABLE;
    world->vps[1].siefp = GPA(PAGE_EVENTS);
    expect_refused(world, SINT, 1, HV_STATUS_INVALID_SYNIC_STATE);
    assert_int_equal(world->host.accesses, 0);
}

/* S1: a page that is enabled and none. */
static void unusable_page_refuses(void **state)
{
    static const uint64_t bad[] = { GPA(PAGE_HOLE), GPA(PAGE_ROM), GPA(PAGE_DEVICE), 0,
                                    UINT64_C(0xfffffffffffff000) };
    struct world *world = *state;

    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        world->vps[1].siefp = bad[i] | HV_SYNIC_ENABLE;
        expect_refused(world, SINT, 1, HV_STATUS_INVALID_SYNIC_STATE);
    }
    world->vps[1].siefp = GPA(PAGE_EVENTS) | HV_SYNIC_ENABLE;
    world->host.fail_access = 1;
    expect_refused(world, SINT, 1, HV_STATUS_INVALID_SYNIC_STATE);
}

static void host_without_the_op_has_no_events(void **state)
{
    struct world *world = *state;

    world->ops.gpa_set_bit = NULL;
    expect_refused(world, SINT, 1, HV_STATUS_INVALID_SYNIC_STATE);
}

/* The page may move while flags stand in it: what was set stays where it was set, as in guest RAM
 * that nobody copies. */
static void flags_stay_in_guest_ram(void **state)
{
    struct world *world = *state;

    memset(world->host.memory[PAGE_LAST], 0, HV_PAGE_SIZE);
    assert_int_equal(set(world, SINT, 1, NULL), HV_STATUS_SUCCESS);
    assert_int_equal(guest_set_register(world, HV_REGISTER_SIFP, GPA(PAGE_LAST) | 1), 0);
    assert_int_equal(world->host.memory[PAGE_LAST][SINT * 256], 0);
    assert_int_equal(*byte_of(world, SINT, 1), 2);
    assert_int_equal(set(world, SINT, 3, NULL), HV_STATUS_SUCCESS);
    assert_int_equal(world->host.memory[PAGE_LAST][SINT * 256], 8);
    assert_int_equal(*byte_of(world, SINT, 1), 2);
    shim_vp_reset(&world->vps[1]); /* S2: the old page is never written again */
    expect_refused(world, SINT, 4, HV_STATUS_INVALID_SYNIC_STATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EVENT_TEST(every_flag_has_its_bit),
        EVENT_TEST(numbers_out_of_range_are_refused),
        EVENT_TEST(flag_that_is_set_already_interrupts_nobody),
        EVENT_TEST(flag_is_one_access),
        EVENT_TEST(masked_sint_refuses),
        EVENT_TEST(polled_sint_gets_the_flag_only),
        EVENT_TEST(synic_or_page_that_is_off_refuses),
        EVENT_TEST(unusable_page_refuses),
        EVENT_TEST(host_without_the_op_has_no_events),
        EVENT_TEST(flags_stay_in_guest_ram),
    };

    return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
