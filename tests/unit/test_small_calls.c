/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/calls/{spin_wait,partition,debug}.c: calls of one line. */

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

/* Its low byte is the character; the layout is not published. */
static void characters(struct world *world, enum form form)
{
    uint64_t word;
    const struct request request = { .code = HV_CALL_OUTPUT_DEBUG_CHARACTER,
                                     .input = &word,
                                     .input_size = 8 };

    world->vp = 1;
    for (word = 0; word <= UINT8_MAX; word += 51) {
        assert_int_equal(guest_call(world, form, &request).result, HV_STATUS_SUCCESS);
        assert_int_equal(world->host.characters, 1);
        assert_int_equal(world->host.character, word);
        assert_int_equal(world->host.last_vp, 1);
    }
    for (unsigned bit = 8; bit < 64; bit += 11) {
        word = UINT64_C(1) << bit | 'x';
        expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
    }
}

static void debug_character_is_the_low_byte(void **state)
{
    for_each_convention(state, characters);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(long_spin_wait_yields),
        UNIT_TEST(long_spin_wait_succeeds_without_the_op),
        UNIT_TEST(partition_id_is_the_configured_one),
        UNIT_TEST(debug_character_is_the_low_byte),
    };

    return cmocka_run_group_tests_name("small calls", tests, NULL, NULL);
}
