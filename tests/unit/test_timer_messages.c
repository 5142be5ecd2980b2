/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Messages of synthetic timers: what they say, how they wait for their slot, and when they are
 * dropped (dispatch/timer.c). */

#include "timers.h"

#define SINT 2u
#define VECTOR 18u
#define TO(sint) ((uint64_t)(sint) << HV_TIMER_SINT_SHIFT)

static struct hv_message *slot(struct world *world, uint32_t sint)
{
    return (struct hv_message *)(void *)&world->host.memory[PAGE_MESSAGES][sint * HV_MESSAGE_SIZE];
}

static int synic_setup(void **state)
{
    struct world *world;

    world_setup(state);
    world = *state;
    memset(world->host.memory[PAGE_MESSAGES], 0, HV_PAGE_SIZE);
    world->vps[0].scontrol = HV_SYNIC_ENABLE;
    world->vps[0].simp = GPA(PAGE_MESSAGES) | HV_SYNIC_ENABLE;
    world->vps[0].sint[SINT] = VECTOR;
    return 0;
}

#define SYNIC_TEST(test) cmocka_unit_test_setup_teardown(test, synic_setup, world_teardown)

static void start(struct world *world, uint64_t config, uint64_t count)
{
    timer_set(world, CONFIG, config | HV_TIMER_ENABLED);
    timer_set(world, COUNT, count);
}

/* The slot holds this timer's message, and the guest takes it. */
static void expect_message(struct world *world, uint32_t timer, uint64_t due, uint64_t delivered)
{
    const struct hv_timer_message_payload payload = { .timer_index = timer,
                                                      .expiration_time = due,
                                                      .delivery_time = delivered };
    struct hv_message expected = { .type = UINT32_C(0x80000010), .payload_size = 24 };

    memcpy(expected.payload, &payload, sizeof payload);
    slot(world, SINT)->flags = 0;
    assert_memory_equal(slot(world, SINT), &expected, sizeof expected);
    slot(world, SINT)->type = HV_MESSAGE_TYPE_NONE;
}

static void expect_none(struct world *world)
{
    assert_int_equal(slot(world, SINT)->type, HV_MESSAGE_TYPE_NONE);
}

static void message_says_when_it_was_due_and_when_it_came(void **state)
{
    struct world *world = *state;

    start(world, TO(SINT), 1000);
    assert_int_equal(timers_fire(world, 999), 0);
    expect_none(world);
    assert_int_equal(timers_fire(world, 1003), 1);
    assert_int_equal(world->host.interrupt_intid, VECTOR);
    expect_message(world, 0, 1000, 1003);
}

/* The delivery time is that of the delivery, not of the expiration (TLFS). */
static void one_shot_waits_for_its_slot(void **state)
{
    struct world *world = *state;

    start(world, TO(SINT), 1000);
    slot(world, SINT)->type = 7;
    assert_int_equal(timers_fire(world, 1000), 0);
    assert_int_equal(slot(world, SINT)->type, 7);
    assert_int_equal(slot(world, SINT)->flags & HV_MESSAGE_FLAG_PENDING, HV_MESSAGE_FLAG_PENDING);
    assert_false(timer_is_enabled(world)); /* it has expired all the same */
    slot(world, SINT)->type = HV_MESSAGE_TYPE_NONE;
    assert_int_equal(guest_set_register(world, HV_REGISTER_EOM, 0), HV_STATUS_SUCCESS);
    assert_int_equal(timers_fire(world, 5555), 1);
    expect_message(world, 0, 1000, 5555);
    assert_int_equal(timers_fire(world, 9999), 0);
    expect_none(world);
}

/* One buffer per timer: ticks beyond it are dropped, the oldest is kept. */
static void periodic_timer_keeps_one_message(void **state)
{
    struct world *world = *state;
    uint64_t next;

    slot(world, SINT)->type = 7;
    start(world, TO(SINT) | HV_TIMER_PERIODIC, 1000);
    for (uint64_t now = 1000; now <= 4000; now += 1000) {
        assert_int_equal(timers_fired(world, now, &next), 0);
        assert_int_equal(next, now + 1000);
    }
    slot(world, SINT)->type = HV_MESSAGE_TYPE_NONE;
    assert_int_equal(timers_fired(world, 4100, &next), 1);
    expect_message(world, 0, 1000, 4100);
    assert_int_equal(timers_fired(world, next, &next), 1);
    expect_message(world, 0, 5000, 5000);
}

static void four_timers_take_turns_at_one_slot(void **state)
{
    struct world *world = *state;

    for (uint32_t timer = 0; timer < HV_SYNTHETIC_TIMERS; timer++) {
        timer_set(world, CONFIG + 2 * timer, TO(SINT) | HV_TIMER_AUTO_ENABLE);
        timer_set(world, COUNT + 2 * timer, 10 + timer);
    }
    for (uint32_t timer = 0; timer < HV_SYNTHETIC_TIMERS; timer++) {
        assert_int_equal(timers_fire(world, 100 + timer), 1);
        assert_int_equal(slot(world, SINT)->flags & HV_MESSAGE_FLAG_PENDING,
                         timer < HV_SYNTHETIC_TIMERS - 1 ? HV_MESSAGE_FLAG_PENDING : 0);
        expect_message(world, timer, 10 + timer, 100 + timer);
    }
}

/* Each SINT has its slot: one that is taken does not hold up another. */
static void sints_of_timers_do_not_block_each_other(void **state)
{
    struct world *world = *state;

    timer_set(world, CONFIG, TO(5) | HV_TIMER_AUTO_ENABLE);
    timer_set(world, COUNT, 10);
    timer_set(world, CONFIG + 2, TO(SINT) | HV_TIMER_AUTO_ENABLE);
    timer_set(world, COUNT + 2, 10);
    slot(world, 5)->type = 7;
    assert_int_equal(timers_fire(world, 10), 1);
    expect_message(world, 1, 10, 10);
}

/* A timer does not overtake messages that wait for the same SINT. */
static void messages_in_the_queue_come_first(void **state)
{
    struct world *world = *state;
    const struct hv_message message = { .type = 9 };

    for (unsigned i = 0; i < 2; i++) {
        assert_true(shim_message_send(&world->vps[0], SINT, &message));
    }
    start(world, TO(SINT), 10);
    for (unsigned i = 0; i < 2; i++) {
        (void)timers_fire(world, 10);
        assert_int_equal(slot(world, SINT)->type, 9);
        slot(world, SINT)->type = HV_MESSAGE_TYPE_NONE;
    }
    (void)timers_fire(world, 30);
    expect_message(world, 0, 10, 30);
}

/* A new setting drops the message that waits; so does stopping the timer. */
static void cancelled_message_is_not_delivered(void **state)
{
    static const struct {
        uint32_t name;
        uint64_t value;
    } writes[] = {
        { COUNT, 0 }, { COUNT, NEVER }, { CONFIG, 0 }, { CONFIG, TO(5) }, { CONFIG, DIRECT(20) },
    };
    struct world *world = *state;

    for (unsigned i = 0; i < sizeof writes / sizeof writes[0]; i++) {
        timers_reset(world, 0);
        world->vps[0].scontrol = HV_SYNIC_ENABLE;
        world->vps[0].simp = GPA(PAGE_MESSAGES) | HV_SYNIC_ENABLE;
        slot(world, SINT)->type = 7;
        start(world, TO(SINT), 1000);
        assert_int_equal(timers_fire(world, 1000), 0);
        timer_set(world, writes[i].name, writes[i].value);
        slot(world, SINT)->type = HV_MESSAGE_TYPE_NONE;
        assert_int_equal(timers_fire(world, 2000), 0);
        expect_none(world);
    }
}

/* T3: the timer runs on, its message waits for the SynIC. */
static void message_waits_for_the_synic(void **state)
{
    static const uint32_t names[] = { HV_REGISTER_SCONTROL, HV_REGISTER_SIPP };
    static const uint64_t on[] = { 1, GPA(PAGE_MESSAGES) | 1 };
    struct world *world = *state;

    for (unsigned i = 0; i < 2; i++) {
        world->host.time = 0;
        assert_int_equal(guest_set_register(world, names[i], on[i] & ~UINT64_C(1)), 0);
        start(world, TO(SINT), 1000);
        assert_int_equal(timers_fire(world, 1000), 0);
        expect_none(world);
        assert_int_equal(guest_set_register(world, names[i], on[i]), 0);
        assert_int_equal(world->host.polls, 1);
        assert_int_equal(timers_fire(world, 2000), 1);
        expect_message(world, 0, 1000, 2000);
    }
}

/* S1: a page that is none; the message waits until there is one. */
static void message_waits_for_a_page(void **state)
{
    struct world *world = *state;

    world->vps[0].simp = GPA(PAGE_HOLE) | HV_SYNIC_ENABLE;
    start(world, TO(SINT), 1000);
    assert_int_equal(timers_fire(world, 1000), 0);
    world->vps[0].simp = GPA(PAGE_MESSAGES) | HV_SYNIC_ENABLE;
    assert_int_equal(timers_fire(world, 1001), 1);
    expect_message(world, 0, 1000, 1001);
}

/* Masked or polled: the message is written, the interrupt is lost. */
static void masked_sint_gets_the_message_only(void **state)
{
    static const uint64_t values[] = { HV_SINT_MASKED | VECTOR, HV_SINT_POLLING | VECTOR };
    struct world *world = *state;

    for (unsigned i = 0; i < 2; i++) {
        world->host.time = 0;
        world->vps[0].sint[SINT] = values[i];
        start(world, TO(SINT), 1000);
        assert_int_equal(timers_fire(world, 1000), 0);
        expect_message(world, 0, 1000, 1000);
    }
}

/* T3: nothing of an expired timer survives the VP's reset. */
static void reset_drops_a_waiting_message(void **state)
{
    struct world *world = *state;

    slot(world, SINT)->type = 7;
    start(world, TO(SINT), 1000);
    assert_int_equal(timers_fire(world, 1000), 0);
    slot(world, SINT)->type = HV_MESSAGE_TYPE_NONE;
    shim_vp_reset(&world->vps[0]);
    world->vps[0].scontrol = HV_SYNIC_ENABLE;
    world->vps[0].simp = GPA(PAGE_MESSAGES) | HV_SYNIC_ENABLE;
    assert_int_equal(timers_fire(world, 2000), 0);
    expect_none(world);
}

/* Bytes past the payload are zero, whatever the slot or another message held. */
static void message_shows_nothing_else(void **state)
{
    struct world *world = *state;

    memset(slot(world, SINT), 0xcc, HV_MESSAGE_SIZE);
    slot(world, SINT)->type = HV_MESSAGE_TYPE_NONE;
    start(world, TO(SINT), 10);
    (void)timers_fire(world, 10);
    expect_message(world, 0, 10, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SYNIC_TEST(message_says_when_it_was_due_and_when_it_came),
        SYNIC_TEST(one_shot_waits_for_its_slot),
        SYNIC_TEST(periodic_timer_keeps_one_message),
        SYNIC_TEST(four_timers_take_turns_at_one_slot),
        SYNIC_TEST(sints_of_timers_do_not_block_each_other),
        SYNIC_TEST(messages_in_the_queue_come_first),
        SYNIC_TEST(cancelled_message_is_not_delivered),
        SYNIC_TEST(message_waits_for_the_synic),
        SYNIC_TEST(message_waits_for_a_page),
        SYNIC_TEST(masked_sint_gets_the_message_only),
        SYNIC_TEST(reset_drops_a_waiting_message),
        SYNIC_TEST(message_shows_nothing_else),
    };

    return cmocka_run_group_tests_name("timer messages", tests, NULL, NULL);
}
