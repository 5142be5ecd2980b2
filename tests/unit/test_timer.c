/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/timer.c: when synthetic timers start, expire and stop. How their messages
 * travel and what goes on at once is in test_timer_messages.c and test_races.c. */

#include "timers.h"

/* ---- When it starts ---------------------------------------------------------------------------
 */

static void order_of_writes_does_not_matter(void **state)
{
    struct world *world = *state;

    timer_set(world, CONFIG, ONE_SHOT | HV_TIMER_ENABLED); /* Linux's order: count is still 0 */
    assert_true(timer_is_enabled(world));
    assert_int_equal(timers_fire(world, 1000), 0);
    timer_set(world, COUNT, 2000);
    assert_int_equal(timers_fire(world, 1999), 0);
    assert_int_equal(timers_fire(world, 2000), 1);

    timers_reset(world, 1000);
    timer_set(world, COUNT, 2000);
    assert_int_equal(timers_fire(world, 1999), 0);
    timer_set(world, CONFIG, ONE_SHOT | HV_TIMER_ENABLED);
    assert_int_equal(timers_fire(world, 1999), 0);
    assert_int_equal(timers_fire(world, 2000), 1);
}

static void count_enables_with_auto_enable_only(void **state)
{
    struct world *world = *state;

    timer_set(world, CONFIG, ONE_SHOT);
    timer_set(world, COUNT, 10);
    assert_int_equal(timers_fire(world, 10), 0);
    timer_set(world, CONFIG, ONE_SHOT | HV_TIMER_AUTO_ENABLE);
    assert_false(timer_is_enabled(world)); /* by the count, not by the config */
    timer_set(world, COUNT, 20);
    assert_true(timer_is_enabled(world));
    assert_int_equal(timers_fire(world, 19), 0);
    assert_int_equal(timers_fire(world, 20), 1);
    timer_set(world, COUNT, 30); /* again and again */
    assert_true(timer_is_enabled(world));
    assert_int_equal(timers_fire(world, 30), 1);
}

/* T1: a count of 0 stops the timer and clears the enabled bit, auto-enable or not. */
static void count_0_stops(void **state)
{
    static const uint64_t configs[] = { ONE_SHOT, PERIODIC, ONE_SHOT | HV_TIMER_AUTO_ENABLE,
                                        PERIODIC | HV_TIMER_AUTO_ENABLE, PERIODIC | HV_TIMER_LAZY };
    struct world *world = *state;
    uint64_t next;

    for (unsigned i = 0; i < sizeof configs / sizeof configs[0]; i++) {
        timers_reset(world, 0);
        timer_set(world, CONFIG, configs[i] | HV_TIMER_ENABLED);
        timer_set(world, COUNT, 1000);
        assert_int_equal(timers_fired(world, 0, &next), 0);
        assert_int_equal(next, 1000);
        timer_set(world, COUNT, 0);
        assert_int_equal(guest_register(world, CONFIG), configs[i]);
        assert_int_equal(timers_fired(world, 5000, &next), 0);
        assert_int_equal(next, NEVER);
    }
}

static void disabling_stops(void **state)
{
    struct world *world = *state;
    uint64_t next;

    timer_set(world, CONFIG, PERIODIC | HV_TIMER_ENABLED);
    timer_set(world, COUNT, 1000);
    assert_int_equal(timers_fire(world, 1000), 1);
    timer_set(world, CONFIG, PERIODIC);
    assert_int_equal(timers_fired(world, 9000, &next), 0);
    assert_int_equal(next, NEVER);
    assert_int_equal(guest_register(world, COUNT), 1000);
}

/* ---- One-shot timers --------------------------------------------------------------------------
 */

/* T2: "never early", at once when it is past, and never means never: an unsigned comparison. */
static void one_shot_expires_at_its_count(void **state)
{
    static const uint64_t times[] = { 0, 1, UINT64_C(1) << 63, (UINT64_C(1) << 63) - 1, NEVER - 1 };
    static const uint64_t counts[] = { 1,         2,    UINT64_C(1) << 63, (UINT64_C(1) << 63) + 1,
                                       NEVER - 1, NEVER };
    struct world *world = *state;

    for (unsigned t = 0; t < 5; t++) {
        for (unsigned c = 0; c < 6; c++) {
            uint64_t next;

            timers_reset(world, times[t]);
            timer_set(world, CONFIG, ONE_SHOT | HV_TIMER_AUTO_ENABLE);
            timer_set(world, COUNT, counts[c]);
            assert_int_equal(timer_is_enabled(world), times[t] < counts[c]);
            assert_int_equal(timers_fired(world, times[t], &next), times[t] >= counts[c]);
            assert_int_equal(next, times[t] >= counts[c] ? NEVER : counts[c]);
            assert_int_equal(timers_fire(world, counts[c] - 1), 0);
            assert_int_equal(timers_fire(world, counts[c]),
                             times[t] < counts[c] && counts[c] != NEVER);
            assert_int_equal(timers_fire(world, NEVER), 0); /* once is enough */
        }
    }
}

/* From the moment it is due, polled or not (TLFS; KVM waits for the delivery). */
static void expired_one_shot_is_no_longer_enabled(void **state)
{
    struct world *world = *state;

    timer_set(world, CONFIG, ONE_SHOT | HV_TIMER_ENABLED);
    timer_set(world, COUNT, 100);
    world->host.time = 99;
    assert_true(timer_is_enabled(world));
    world->host.time = 100;
    assert_false(timer_is_enabled(world));
    assert_int_equal(timers_fire(world, 100), 1);
    assert_false(timer_is_enabled(world));
    timer_set(world, COUNT, 200); /* without auto-enable it stays as it is */
    assert_false(timer_is_enabled(world));
    assert_int_equal(timers_fire(world, 300), 0);
}

static void config_restarts_an_expired_one_shot(void **state)
{
    struct world *world = *state;

    timer_set(world, CONFIG, ONE_SHOT | HV_TIMER_ENABLED);
    timer_set(world, COUNT, 100);
    assert_int_equal(timers_fire(world, 100), 1);
    timer_set(world, CONFIG, ONE_SHOT | HV_TIMER_ENABLED); /* the count is past */
    assert_int_equal(timers_fire(world, 101), 1);
    assert_int_equal(timers_fire(world, 102), 0);
}

/* What was due, but not acted upon, is cancelled by a new setting. */
static void new_count_cancels_the_old_one(void **state)
{
    struct world *world = *state;

    timer_set(world, CONFIG, ONE_SHOT | HV_TIMER_AUTO_ENABLE);
    timer_set(world, COUNT, 100);
    world->host.time = 150;
    timer_set(world, COUNT, 200);
    assert_int_equal(timers_fire(world, 150), 0);
    assert_int_equal(timers_fire(world, 200), 1);
}

/* ---- Periodic timers --------------------------------------------------------------------------
 */

/* The phase is that of the start, however late each poll is: no drift. */
static void periodic_timer_keeps_its_phase(void **state)
{
    struct world *world = *state;
    uint64_t next;

    world->host.time = 12345;
    timer_set(world, CONFIG, PERIODIC | HV_TIMER_ENABLED);
    timer_set(world, COUNT, 10000); /* 1 ms */
    assert_int_equal(timers_fired(world, 12345, &next), 0);
    for (uint64_t tick = 1; tick <= 10000; tick++) {
        assert_int_equal(next, 12345 + tick * 10000);
        assert_int_equal(timers_fire(world, next - 1), 0);
        assert_int_equal(timers_fired(world, next + tick % 300, &next), 1);
    }
    assert_true(timer_is_enabled(world));
}

/* Behind by a few periods, it fires at half its period until it has caught up. */
static void late_periodic_timer_catches_up(void **state)
{
    struct world *world = *state;
    uint64_t now = 5500; /* ticks of 1000 .. 5000 are due */
    uint64_t next;

    timer_set(world, CONFIG, PERIODIC | HV_TIMER_ENABLED);
    timer_set(world, COUNT, 1000);
    for (uint32_t ticks = 1; now < 12000; ticks++) {
        assert_int_equal(timers_fired(world, now, &next), 1); /* one expiry per poll */
        assert_true(next >= now + 500);
        assert_int_equal(timers_fire(world, next - 1), 0);
        now = next;
        if (ticks >= 10) {
            assert_int_equal(now, (ticks + 1) * 1000); /* in step again, none was lost */
        }
    }
}

/* The tick after a late one is not earlier than half a period on, and not late for good. */
static void late_tick_defers_the_next_one(void **state)
{
    struct world *world = *state;
    uint64_t next;

    timer_set(world, CONFIG, PERIODIC | HV_TIMER_ENABLED);
    timer_set(world, COUNT, 1000);
    assert_int_equal(timers_fired(world, 1800, &next), 1);
    assert_int_equal(next, 2300);
    assert_int_equal(timers_fired(world, 2300, &next), 1);
    assert_int_equal(next, 3000);
}

static void lazy_timer_skips_what_it_missed(void **state)
{
    struct world *world = *state;
    uint64_t next;

    timer_set(world, CONFIG, PERIODIC | HV_TIMER_LAZY | HV_TIMER_ENABLED);
    timer_set(world, COUNT, 1000);
    assert_int_equal(timers_fired(world, 5200, &next), 1);
    assert_int_equal(next, 6000);
    assert_int_equal(timers_fired(world, 6000, &next), 1);
    assert_int_equal(next, 7000);
}

/* After a pause of the machine nobody wants thousands of ticks (Linux CVE-2025-71104). */
static void hopelessly_late_timer_skips(void **state)
{
    struct world *world = *state;
    uint64_t next;

    timer_set(world, CONFIG, PERIODIC | HV_TIMER_ENABLED);
    timer_set(world, COUNT, 1000);
    assert_int_equal(timers_fired(world, UINT64_C(3600) * 10000000 + 400, &next), 1);
    assert_int_equal(next, UINT64_C(3600) * 10000000 + 1000);
}

/* T1: tiny periods cost bounded work: 10 us apart at least, one expiry per poll. */
static void tiny_periods_are_not_polled_for(void **state)
{
    static const uint64_t periods[] = { 1, 2, 99, 100, 101 };
    struct world *world = *state;

    for (unsigned i = 0; i < sizeof periods / sizeof periods[0]; i++) {
        uint64_t next;

        timers_reset(world, 7);
        timer_set(world, CONFIG, PERIODIC | HV_TIMER_ENABLED);
        timer_set(world, COUNT, periods[i]);
        assert_int_equal(timers_fired(world, 7, &next), 0);
        assert_int_equal(next, 7 + periods[i]);
        for (unsigned poll = 0; poll < 5000; poll++) {
            uint64_t now = next;

            assert_int_equal(timers_fired(world, now, &next), 1);
            assert_in_range(next, now + 100, now + 101);
        }
        assert_int_equal(guest_register(world, COUNT), periods[i]); /* as it was written */
    }
}

/* T2: a deadline that no 64 bits hold is never; none lies in the past. */
static void periods_beyond_the_end_of_time_never_expire(void **state)
{
    static const uint64_t times[] = { 1, UINT64_C(1) << 63, NEVER - 1 };
    static const uint64_t periods[] = { UINT64_C(1) << 63, NEVER - 1, NEVER };
    struct world *world = *state;

    for (unsigned t = 0; t < 3; t++) {
        for (unsigned p = 0; p < 3; p++) {
            bool reachable = periods[p] < NEVER - times[t];
            uint64_t next;

            timers_reset(world, times[t]);
            timer_set(world, CONFIG, PERIODIC | HV_TIMER_ENABLED);
            timer_set(world, COUNT, periods[p]);
            assert_int_equal(timers_fired(world, times[t], &next), 0);
            assert_int_equal(next, reachable ? times[t] + periods[p] : NEVER);
            assert_int_equal(timers_fire(world, NEVER - 1), reachable);
            assert_int_equal(timers_fired(world, NEVER, &next), 0);
            assert_int_equal(next, NEVER);
        }
    }
}

/* Near the end of time the pause saturates as well. */
static void last_tick_is_the_last(void **state)
{
    struct world *world = *state;
    uint64_t next;

    world->host.time = NEVER - 50;
    timer_set(world, CONFIG, PERIODIC | HV_TIMER_ENABLED);
    timer_set(world, COUNT, 10);
    assert_int_equal(timers_fired(world, NEVER - 40, &next), 1);
    assert_int_equal(next, NEVER);
}

static void enabled_without_a_count_does_not_run(void **state)
{
    struct world *world = *state;
    uint64_t next;

    timer_set(world, CONFIG, PERIODIC | HV_TIMER_ENABLED);
    assert_true(timer_is_enabled(world)); /* as KVM reads it; Xen: 0 */
    assert_int_equal(timers_fired(world, NEVER, &next), 0);
    assert_int_equal(next, NEVER);
}

/* ---- Several ----------------------------------------------------------------------------------
 */

static void timers_of_all_vps_are_their_own(void **state)
{
    struct world *world = *state;

    for (world->vp = 0; world->vp < FAKE_VPS; world->vp++) {
        for (uint32_t timer = 0; timer < HV_SYNTHETIC_TIMERS; timer++) {
            timer_set(world, CONFIG + 2 * timer,
                      DIRECT(16 + 4 * world->vp + timer) | HV_TIMER_ENABLED);
            timer_set(world, COUNT + 2 * timer, 1000 * (1 + world->vp) + 10 * timer);
        }
    }
    for (world->vp = 0; world->vp < FAKE_VPS; world->vp++) {
        for (uint32_t timer = 0; timer < HV_SYNTHETIC_TIMERS; timer++) {
            uint64_t due = 1000 * (1 + world->vp) + 10 * timer;
            uint64_t next;

            assert_int_equal(timers_fired(world, due, &next), 1);
            assert_int_equal(world->host.interrupt_intid, 16 + 4 * world->vp + timer);
            assert_int_equal(world->host.interrupt_vp, world->vp);
            assert_int_equal(next, timer == HV_SYNTHETIC_TIMERS - 1 ? NEVER : due + 10);
        }
    }
}

/* Direct mode has nothing to do with the SynIC, which is off here. */
static void direct_mode_touches_no_memory(void **state)
{
    struct world *world = *state;

    timer_set(world, CONFIG, ONE_SHOT | HV_TIMER_ENABLED);
    timer_set(world, COUNT, 10);
    fake_host_forget(&world->host);
    assert_int_equal(timers_fire(world, 10), 1);
    assert_int_equal(world->host.interrupt_intid, 20);
    assert_int_equal(world->host.accesses, 0);
}

/* T3: reset stops it; nothing of before fires afterwards. */
static void reset_stops_timers(void **state)
{
    struct world *world = *state;
    uint64_t next;

    timer_set(world, CONFIG, PERIODIC | HV_TIMER_ENABLED);
    timer_set(world, COUNT, 10);
    assert_int_equal(timers_fire(world, 10), 1);
    shim_vp_reset(&world->vps[0]);
    assert_int_equal(timers_fired(world, 1000, &next), 0);
    assert_int_equal(next, NEVER);
    timer_set(world, CONFIG, PERIODIC | HV_TIMER_ENABLED); /* and it can be set again */
    timer_set(world, COUNT, 10);
    assert_int_equal(timers_fire(world, 1010), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(order_of_writes_does_not_matter),
        UNIT_TEST(count_enables_with_auto_enable_only),
        UNIT_TEST(count_0_stops),
        UNIT_TEST(disabling_stops),
        UNIT_TEST(one_shot_expires_at_its_count),
        UNIT_TEST(expired_one_shot_is_no_longer_enabled),
        UNIT_TEST(config_restarts_an_expired_one_shot),
        UNIT_TEST(new_count_cancels_the_old_one),
        UNIT_TEST(periodic_timer_keeps_its_phase),
        UNIT_TEST(late_periodic_timer_catches_up),
        UNIT_TEST(late_tick_defers_the_next_one),
        UNIT_TEST(lazy_timer_skips_what_it_missed),
        UNIT_TEST(hopelessly_late_timer_skips),
        UNIT_TEST(tiny_periods_are_not_polled_for),
        UNIT_TEST(periods_beyond_the_end_of_time_never_expire),
        UNIT_TEST(last_tick_is_the_last),
        UNIT_TEST(enabled_without_a_count_does_not_run),
        UNIT_TEST(timers_of_all_vps_are_their_own),
        UNIT_TEST(direct_mode_touches_no_memory),
        UNIT_TEST(reset_stops_timers),
    };

    return cmocka_run_group_tests_name("timer", tests, NULL, NULL);
}
