/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Config and count of synthetic timers (dispatch/calls/timers.c, dispatch/timer.c): who writes
 * them, what they take, what they read back. */

#include "timers.h"

/* By every convention that carries 48 bytes. */
static void write_by_any(struct world *world, enum form form)
{
    static const uint64_t values[] = { ONE_SHOT | HV_TIMER_ENABLED, 500 };
    struct {
        struct hv_vp_registers_header header;
        struct hv_vp_register_assoc element;
    } input = { .header = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF, 0, { 0 } } };
    const struct request request = { .code = HV_CALL_SET_VP_REGISTERS,
                                     .rep = true,
                                     .count = 1,
                                     .input = &input,
                                     .input_size = sizeof input,
                                     .changes_state = true };

    for (uint32_t i = 0; i < 2 && form_fits(form, &request); i++) {
        input.element =
            (struct hv_vp_register_assoc) { .name = CONFIG + 2 + i, .value = { .low = values[i] } };
        assert_int_equal(guest_call(world, form, &request).status, HV_STATUS_SUCCESS);
        assert_int_equal(guest_register(world, CONFIG + 2 + i), values[i]);
    }
    if (form_fits(form, &request)) {
        assert_int_equal(timers_fire(world, 500), 1);
    }
}

static void timer_is_set_by_every_convention(void **state)
{
    for_each_convention(state, write_by_any);
}

static void timers_are_off_at_reset(void **state)
{
    struct world *world = *state;
    uint64_t next;

    for (uint32_t i = 0; i < 2 * HV_SYNTHETIC_TIMERS; i++) {
        assert_int_equal(guest_register(world, CONFIG + i), 0);
    }
    for (uint64_t now = 0; now < 2; now++) {
        assert_int_equal(timers_fired(world, now == 0 ? 0 : NEVER, &next), 0);
        assert_int_equal(next, NEVER);
    }
    assert_int_equal(world->host.accesses, 0);
}

/* Bits 15:13 and 63:20 (TLFS timers): refused, and nothing has changed. */
static void reserved_bits_are_refused(void **state)
{
    struct world *world = *state;
    const uint64_t good = PERIODIC | HV_TIMER_ENABLED;

    timer_set(world, CONFIG, good);
    for (unsigned bit = 0; bit < 64; bit++) {
        if ((bit >= 13 && bit <= 15) || bit >= 20) {
            assert_int_equal(guest_set_register(world, CONFIG, good | UINT64_C(1) << bit),
                             HV_STATUS_INVALID_PARAMETER);
            assert_int_equal(world->host.polls, 0);
            assert_int_equal(guest_register(world, CONFIG), good);
        }
    }
}

/* V3: in direct mode a PPI; without it the field means nothing. */
static void direct_mode_names_a_ppi(void **state)
{
    struct world *world = *state;

    for (uint64_t vector = 0; vector < 256; vector++) {
        bool ppi = vector >= 16 && vector <= 31;

        assert_int_equal(guest_set_register(world, CONFIG, DIRECT(vector)),
                         ppi ? HV_STATUS_SUCCESS : HV_STATUS_INVALID_PARAMETER);
        assert_int_equal(
            guest_set_register(world, CONFIG, vector << HV_TIMER_VECTOR_SHIFT | UINT64_C(0x20000)),
            HV_STATUS_SUCCESS);
    }
}

static void config_and_count_read_back(void **state)
{
    struct world *world = *state;

    for (uint32_t timer = 0; timer < HV_SYNTHETIC_TIMERS; timer++) {
        uint64_t config = PERIODIC | HV_TIMER_LAZY | (uint64_t)timer << HV_TIMER_SINT_SHIFT;

        timer_set(world, CONFIG + 2 * timer, config);
        timer_set(world, COUNT + 2 * timer, NEVER - timer);
    }
    for (uint32_t timer = 0; timer < HV_SYNTHETIC_TIMERS; timer++) {
        uint64_t config = PERIODIC | HV_TIMER_LAZY | (uint64_t)timer << HV_TIMER_SINT_SHIFT;

        assert_int_equal(guest_register(world, CONFIG + 2 * timer), config);
        assert_int_equal(guest_register(world, COUNT + 2 * timer), NEVER - timer);
    }
}

/* A message to SINT 0 is none (TLFS): never enabled, neither by config nor by auto-enable. */
static void timer_of_sint_0_is_never_enabled(void **state)
{
    struct world *world = *state;

    timer_set(world, CONFIG, HV_TIMER_ENABLED | HV_TIMER_AUTO_ENABLE);
    assert_int_equal(guest_register(world, CONFIG), HV_TIMER_AUTO_ENABLE);
    timer_set(world, COUNT, 1);
    assert_int_equal(guest_register(world, CONFIG), HV_TIMER_AUTO_ENABLE);
    assert_int_equal(timers_fire(world, 100), 0);
    assert_int_equal(world->host.accesses, 0);
    timer_set(world, CONFIG, HV_TIMER_ENABLED | ONE_SHOT); /* direct mode has no use for a SINT */
    assert_int_equal(timers_fire(world, 101), 1);
}

/* One writer per timer: its VP. Reading is everybody's. */
static void timers_of_another_vp_are_not_written(struct world *world, enum form form)
{
    struct {
        struct hv_vp_registers_header header;
        struct hv_vp_register_assoc element;
    } input = { .header = { HV_PARTITION_ID_SELF, 1, 0, { 0 } } };
    const struct request request = { .code = HV_CALL_SET_VP_REGISTERS,
                                     .rep = true,
                                     .count = 1,
                                     .input = &input,
                                     .input_size = sizeof input };

    for (uint32_t i = 0; i < 2 * HV_SYNTHETIC_TIMERS && form_fits(form, &request); i++) {
        input.element.name = CONFIG + i;
        expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
    }
    world->vp = 1; /* the own index is the VP itself */
    if (form_fits(form, &request)) {
        input.element.value.low = 7;
        assert_int_equal(guest_set_register(world, COUNT, 5), HV_STATUS_SUCCESS);
        assert_int_equal(guest_register(world, COUNT), 5);
    }
}

static void only_its_vp_writes_a_timer(void **state)
{
    for_each_convention(state, timers_of_another_vp_are_not_written);
}

static void any_vp_reads_a_timer(void **state)
{
    struct world *world = *state;
    struct {
        struct hv_vp_registers_header header;
        uint32_t name;
    } input = { .header = { HV_PARTITION_ID_SELF, 0, 0, { 0 } }, .name = COUNT };
    const struct request request = { .code = HV_CALL_GET_VP_REGISTERS,
                                     .rep = true,
                                     .count = 1,
                                     .input = &input,
                                     .input_size = 20,
                                     .output_size = 16 };
    struct answer answer;

    timer_set(world, COUNT, 0x77);
    world->vp = 3;
    answer = guest_call(world, FORM_SMCCC_FAST, &request);
    assert_int_equal(answer.status, HV_STATUS_SUCCESS);
    assert_int_equal(answer.output[0], 0x77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(timer_is_set_by_every_convention), UNIT_TEST(timers_are_off_at_reset),
        UNIT_TEST(reserved_bits_are_refused),        UNIT_TEST(direct_mode_names_a_ppi),
        UNIT_TEST(config_and_count_read_back),       UNIT_TEST(timer_of_sint_0_is_never_enabled),
        UNIT_TEST(only_its_vp_writes_a_timer),       UNIT_TEST(any_vp_reads_a_timer),
    };

    return cmocka_run_group_tests_name("timer registers", tests, NULL, NULL);
}
