/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/calls/{spin_wait,partition,extended}.c: calls of one line. */

#include "requests.h"

static uint64_t first_word(const struct answer *answer)
{
    uint64_t word;

    memcpy(&word, answer->output, sizeof word);
    return word;
}

/* A hint: SUCCESS whatever the guest says about its spinning. */
static void long_spin_wait(struct world *world, enum form form)
{
    static const uint64_t counts[] = { 0, 1, UINT32_MAX, UINT64_MAX };

    world->vp = 2;
    for (unsigned i = 0; i < 4; i++) {
        const struct request request = { .code = HV_CALL_NOTIFY_LONG_SPIN_WAIT,
                                         .input = &counts[i],
                                         .input_size = 8 };

        assert_int_equal(guest_call(world, form, &request).result, HV_STATUS_SUCCESS);
        assert_int_equal(world->host.yields, 1);
        assert_int_equal(world->host.last_vp, 2);
    }
}

static void long_spin_wait_yields(void **state)
{
    for_each_convention(state, long_spin_wait);
}

static void spin_wait_without_op(struct world *world, enum form form)
{
    const uint64_t count = 5;
    const struct request request = { .code = HV_CALL_NOTIFY_LONG_SPIN_WAIT,
                                     .input = &count,
                                     .input_size = 8 };

    world->ops.vp_yield = NULL;
    assert_int_equal(guest_call(world, form, &request).result, HV_STATUS_SUCCESS);
    assert_int_equal(world->host.yields, 0);
}

static void long_spin_wait_succeeds_without_the_op(void **state)
{
    for_each_convention(state, spin_wait_without_op);
}

static void partition_id(struct world *world, enum form form)
{
    struct request request = request_partition_id();
    struct answer answer = guest_call(world, form, &request);

    assert_int_equal(answer.result, HV_STATUS_SUCCESS);
    assert_int_equal(first_word(&answer), TEST_PARTITION_ID);
}

static void partition_id_is_the_configured_one(void **state)
{
    for_each_convention(state, partition_id);
}

static void extended_capabilities(struct world *world, enum form form)
{
    const struct request request = { .code = HV_EXT_CALL_QUERY_CAPABILITIES, .output_size = 8 };
    struct answer answer = guest_call(world, form, &request);

    assert_int_equal(answer.result, HV_STATUS_SUCCESS);
    assert_int_equal(first_word(&answer), 0);
}

/* Bit n promises call 0x8002 + n: none is served, and none is promised. */
static void no_extended_call_is_promised(void **state)
{
    for_each_convention(state, extended_capabilities);
    for (uint16_t code = 0x8002; code < 0x8008; code++) {
        struct world *world = *state;
        const struct request request = { .code = code };

        expect_refusal(world, FORM_NATIVE_SLOW, &request, HV_STATUS_INVALID_HYPERCALL_CODE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(long_spin_wait_yields),
        UNIT_TEST(long_spin_wait_succeeds_without_the_op),
        UNIT_TEST(partition_id_is_the_configured_one),
        UNIT_TEST(no_extended_call_is_promised),
    };

    return cmocka_run_group_tests_name("small calls", tests, NULL, NULL);
}
