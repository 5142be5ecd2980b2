/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/hypercall.c: the rep loop, its continuation, and what a failure leaves behind.
 */

#include "requests.h"

#define COUNT 4u /* registers per call, as many as the fast forms hold in both directions */

static struct get_registers get = {
    .header = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF, 0, { 0 } },
    .names = { HV_REGISTER_VP_INDEX, HV_REGISTER_SVERSION, HV_REGISTER_SINT0,
               HV_REGISTER_GUEST_OS_ID },
};
static const uint64_t expected[COUNT] = { 0, HV_SYNIC_VERSION_1, HV_SINT_RESET, TEST_GUEST_OS_ID };

static void expect_values(const struct answer *answer, uint32_t count)
{
    struct hv_register_value values[COUNT];

    memcpy(values, answer->output, sizeof values);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(values[i].low, expected[i]);
        assert_int_equal(values[i].high, 0);
    }
}

/* R1: the budget expires after each k; the sum of the entries is the one-go run. */
static void get_with_budget(struct world *world, enum form form)
{
    for (uint32_t count = 1; count <= COUNT; count++) {
        struct request request = request_get(&get, count);

        for (uint32_t budget = 0; form_fits(form, &request) && budget <= count; budget++) {
            uint32_t each = budget != 0 && form != FORM_COMPACT ? budget : count;
            struct answer answer;

            world->host.budget = budget;
            answer = guest_call(world, form, &request);
            assert_int_equal(answer.result, hv_result(HV_STATUS_SUCCESS, count));
            assert_int_equal(answer.entries, (count + each - 1) / each);
            expect_values(&answer, count);
        }
    }
}

static void continued_call_ends_like_one_in_one_go(void **state)
{
    for_each_convention(state, get_with_budget);
}

/* The same of a call that changes state. */
static void set_with_budget(struct world *world, enum form form)
{
    struct set_registers set = { .header = header_self };
    struct request request = request_set(&set, 3);

    for (uint32_t budget = 0; form_fits(form, &request) && budget <= 3; budget++) {
        struct answer answer;

        for (uint32_t i = 0; i < 3; i++) {
            set.elements[i].name = HV_REGISTER_GUEST_CRASH_P0 + i;
            set.elements[i].value.low = 0x100 * budget + i;
        }
        world->host.budget = budget;
        answer = guest_call(world, form, &request);
        assert_int_equal(answer.result, hv_result(HV_STATUS_SUCCESS, 3));
        assert_int_equal(answer.entries, budget == 0 ? 1 : (3 + budget - 1) / budget);
        for (uint32_t i = 0; i < 3; i++) {
            assert_int_equal(world->partition.crash_parameter[i], 0x100 * budget + i);
        }
    }
}

static void continued_set_has_the_same_effect(void **state)
{
    for_each_convention(state, set_with_budget);
}

/* Every entry does at least one element; the budget is asked before and after it, not after the
 * last of all. */
static void budget_questions(struct world *world, enum form form)
{
    struct request request = request_get(&get, COUNT);
    uint64_t x[SHIM_REGISTERS];

    if (!form_fits(form, &request)) {
        return;
    }
    world->host.budget = 1;
    guest_prepare(world, form, &request, x);
    for (request.start = 0; request.start < COUNT; request.start++) {
        enum shim_verdict verdict = guest_enter(world, form, &request, x);

        assert_int_equal(verdict, request.start == COUNT - 1 ? SHIM_DONE : SHIM_AGAIN);
        assert_int_equal(world->host.budget_asked, request.start == COUNT - 1 ? 0 : 2);
    }
}

static void every_entry_makes_progress(void **state)
{
    for_each_convention(state, budget_questions);
}

static uint32_t never(void *host, void *host_vp, uint32_t done)
{
    (void)host;
    (void)host_vp;
    (void)done;
    return 0;
}

static void stingy_host(struct world *world, enum form form)
{
    struct request request = request_get(&get, COUNT);

    world->ops.rep_budget = never;
    if (form_fits(form, &request)) {
        struct answer answer = guest_call(world, form, &request);

        assert_int_equal(answer.entries, form == FORM_COMPACT ? 1 : COUNT);
        assert_int_equal(answer.result, hv_result(HV_STATUS_SUCCESS, COUNT));
    }
}

static void a_host_without_time_gets_one_element_an_entry(void **state)
{
    for_each_convention(state, stingy_host);
}

static void no_budget_op(struct world *world, enum form form)
{
    struct request request = request_get(&get, COUNT);

    world->ops.rep_budget = NULL;
    world->host.budget = 1;
    if (form_fits(form, &request)) {
        struct answer answer = guest_call(world, form, &request);

        assert_int_equal(answer.entries, 1);
        assert_int_equal(answer.result, hv_result(HV_STATUS_SUCCESS, COUNT));
    }
}

static void without_a_budget_a_call_runs_to_its_end(void **state)
{
    for_each_convention(state, no_budget_op);
}

/* R1: what stands in the control word at the next entry is a new call, whatever was there before.
 */
static void rewritten_control(struct world *world, enum form form)
{
    static const struct {
        uint64_t control;
        hv_status_t status;
    } rewrites[] = {
        { UINT64_C(0x0004000400000050), HV_STATUS_INVALID_HYPERCALL_INPUT }, /* start = count */
        { UINT64_C(0x0fff0fff00000050), HV_STATUS_INVALID_HYPERCALL_INPUT },
        { UINT64_C(0x0001000000000050), HV_STATUS_INVALID_HYPERCALL_INPUT }, /* no elements */
        { UINT64_C(0x0001000400020050), HV_STATUS_INVALID_HYPERCALL_INPUT }, /* variable header */
        { UINT64_C(0x1001000400000050), HV_STATUS_INVALID_HYPERCALL_INPUT }, /* reserved bit */
        { UINT64_C(0x0001000400000040), HV_STATUS_ACCESS_DENIED },           /* other codes */
        { UINT64_C(0x0001000400000098), HV_STATUS_INVALID_HYPERCALL_CODE },
        { UINT64_C(0x000100040000005d), HV_STATUS_INVALID_HYPERCALL_INPUT },
    };
    struct request request = request_get(&get, COUNT);

    world->host.budget = 1;
    for (unsigned i = 0; i < sizeof rewrites / sizeof rewrites[0]; i++) {
        unsigned control = form_control_register(form);
        uint64_t x[SHIM_REGISTERS];
        uint64_t fast;

        if (!form_fits(form, &request)) {
            return;
        }
        guest_prepare(world, form, &request, x);
        fast = x[control] & HV_CONTROL_FAST;
        assert_int_equal(guest_enter(world, form, &request, x), SHIM_AGAIN);
        x[control] = rewrites[i].control | fast;
        request.rep = false;
        assert_int_equal(guest_enter(world, form, &request, x), SHIM_DONE);
        request.rep = true;
        assert_int_equal(x[0] & HV_RESULT_STATUS, rewrites[i].status);
    }
}

static void control_word_rewritten_between_entries_is_admitted_afresh(void **state)
{
    for_each_convention(state, rewritten_control);
}

/* R3: elements before the bad one took effect, none after; reps completed is its index. */
static void bad_set_element(struct world *world, enum form form)
{
    struct set_registers set = { .header = header_self };
    struct request request = request_set(&set, 3);

    for (uint32_t bad = 0; form_fits(form, &request) && bad < 3; bad++) {
        for (uint32_t budget = 0; budget <= 3; budget++) {
            struct answer answer;

            shim_partition_reset(&world->partition);
            assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_OS_ID, 1), 0);
            for (uint32_t i = 0; i < 3; i++) {
                set.elements[i].name = HV_REGISTER_GUEST_CRASH_P0 + i;
                set.elements[i].value.low = 0x11 + i;
            }
            set.elements[bad].name = HV_REGISTER_VP_INDEX; /* read-only */
            world->host.budget = budget;
            answer = guest_call(world, form, &request);
            assert_int_equal(answer.result, hv_result(HV_STATUS_INVALID_PARAMETER, bad));
            for (uint32_t i = 0; i < 3; i++) {
                assert_int_equal(world->partition.crash_parameter[i], i < bad ? 0x11 + i : 0);
            }
        }
    }
}

static void elements_before_a_bad_one_take_effect(void **state)
{
    for_each_convention(state, bad_set_element);
}

static void bad_get_element(struct world *world, enum form form)
{
    for (uint32_t bad = 0; bad < COUNT; bad++) {
        struct get_registers input = get;
        struct request request = request_get(&input, COUNT);

        input.names[bad] = 0x7654321;
        for (uint32_t budget = 0; form_fits(form, &request) && budget <= COUNT; budget++) {
            struct answer answer;

            world->host.budget = budget;
            answer = guest_call(world, form, &request);
            assert_int_equal(answer.result, hv_result(HV_STATUS_INVALID_PARAMETER, bad));
            expect_values(&answer, bad);
        }
    }
}

static void elements_before_a_bad_one_are_returned(void **state)
{
    for_each_convention(state, bad_get_element);
}

/* Output that can't be stored: none of this entry's elements counts as completed. */
static void lost_output(struct world *world, enum form form)
{
    struct request request = request_get(&get, COUNT);
    uint64_t x[SHIM_REGISTERS];

    if (!form_fits(form, &request) || form == FORM_NATIVE_FAST || form == FORM_SMCCC_FAST ||
        form == FORM_COMPACT_PINNED) {
        return;
    }
    world->host.budget = 2;
    guest_prepare(world, form, &request, x);
    assert_int_equal(guest_enter(world, form, &request, x), SHIM_AGAIN);
    request.start = 2;
    world->host.fail_access = form == FORM_COMPACT_SPILLED ? 1 : 3; /* header, list, output */
    assert_int_equal(guest_enter(world, form, &request, x), SHIM_DONE);
    assert_int_equal(x[0], hv_result(HV_STATUS_INVALID_ALIGNMENT, 2));
}

static void elements_whose_output_is_lost_are_not_completed(void **state)
{
    for_each_convention(state, lost_output);
}

/* D8: two VPs whose registers differ in every bit; no value crosses. */
static void alternating_vps(struct world *world, enum form form)
{
    struct request request = request_get(&get, 1);

    for (uint32_t round = 0; round < 3 * FAKE_VPS; round++) {
        struct answer answer;
        uint64_t index;

        world->vp = round % FAKE_VPS;
        answer = guest_call(world, form, &request);
        memcpy(&index, answer.output, sizeof index);
        assert_int_equal(index, world->vp);
    }
}

static void answers_do_not_cross_vps(void **state)
{
    for_each_convention(state, alternating_vps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(continued_call_ends_like_one_in_one_go),
        UNIT_TEST(continued_set_has_the_same_effect),
        UNIT_TEST(every_entry_makes_progress),
        UNIT_TEST(without_a_budget_a_call_runs_to_its_end),
        UNIT_TEST(a_host_without_time_gets_one_element_an_entry),
        UNIT_TEST(control_word_rewritten_between_entries_is_admitted_afresh),
        UNIT_TEST(elements_before_a_bad_one_take_effect),
        UNIT_TEST(elements_before_a_bad_one_are_returned),
        UNIT_TEST(elements_whose_output_is_lost_are_not_completed),
        UNIT_TEST(answers_do_not_cross_vps),
    };

    return cmocka_run_group_tests_name("hypercall", tests, NULL, NULL);
}
