/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/calls/direct.c: messages and events without a port. */

#include "harness.h"

#include <hv/direct.h>

#define SINT 2u
#define VECTOR 18u

static struct hv_message *slot(struct world *world)
{
    return (struct hv_message *)(void *)&world->host.memory[PAGE_MESSAGES][SINT * HV_MESSAGE_SIZE];
}

static uint8_t *flag_byte(struct world *world, uint32_t sint, uint32_t flag)
{
    return &world->host.memory[PAGE_EVENTS][sint * 256 + flag / 8];
}

/* Both pages of VP 0, and its SINT. */
static void prepare(struct world *world)
{
    struct shim_vp *vp = &world->vps[0];

    memset(world->host.memory[PAGE_MESSAGES], 0, HV_PAGE_SIZE);
    memset(world->host.memory[PAGE_EVENTS], 0, HV_PAGE_SIZE);
    vp->scontrol = HV_SYNIC_ENABLE;
    vp->simp = GPA(PAGE_MESSAGES) | HV_SYNIC_ENABLE;
    vp->siefp = GPA(PAGE_EVENTS) | HV_SYNIC_ENABLE;
    vp->sint[SINT] = VECTOR;
}

/* ---- PostMessageDirect ------------------------------------------------------------------------
 */

static struct hv_message valid_message(void)
{
    struct hv_message message = { .type = 0x80000010, .payload_size = 240, .origin = 5 };

    memset(message.payload, 0x5c, sizeof message.payload);
    return message;
}

static struct hv_post_message_direct direct_post(const struct hv_message *message)
{
    struct hv_post_message_direct post = {
        .partition_id = HV_PARTITION_ID_SELF,
        .vp_index = HV_VP_INDEX_SELF,
        .sint = SINT,
    };

    memcpy(post.message, message, sizeof *message);
    return post;
}

static struct request request_direct_post(const struct hv_post_message_direct *post)
{
    return (struct request) { .code = HV_CALL_POST_MESSAGE_DIRECT,
                              .input = post,
                              .input_size = sizeof *post };
}

/* The slot changes, and the watch of an ordinary call would object. */
static hv_status_t post_directly(struct world *world, enum form form,
                                 const struct hv_post_message_direct *post)
{
    const struct request request = request_direct_post(post);
    uint64_t x[SHIM_REGISTERS];

    guest_prepare(world, form, &request, x);
    fake_host_forget(&world->host);
    assert_int_equal(shim_hvc(&world->vps[world->vp], form_immediate(form), x), SHIM_DONE);
    assert_int_equal(x[0] & ~HV_RESULT_STATUS, 0);
    return (hv_status_t)x[0];
}

static void post(struct world *world, enum form form)
{
    struct hv_message message = valid_message();
    struct hv_post_message_direct input = direct_post(&message);
    const struct request request = request_direct_post(&input);

    prepare(world);
    if (!form_fits(form, &request)) {
        expect_refusal(world, form, &request, HV_STATUS_INVALID_HYPERCALL_INPUT);
        return;
    }
    assert_int_equal(post_directly(world, form, &input), HV_STATUS_SUCCESS);
    assert_memory_equal(slot(world), &message, sizeof message);
    assert_int_equal(world->host.interrupts, 1);
    assert_int_equal(world->host.interrupt_intid, VECTOR);
    assert_int_equal(world->host.polls, 1);
}

static void direct_message_goes_into_the_slot(void **state)
{
    for_each_convention(state, post);
}

/* No queue: the slot is left alone, and no EOM is asked for. */
static void post_to_taken_slot(struct world *world, enum form form)
{
    const struct hv_message message = valid_message();
    const struct hv_post_message_direct input = direct_post(&message);
    const struct request request = request_direct_post(&input);
    const struct hv_message there = { .type = 3 };

    if (form_fits(form, &request)) {
        prepare(world);
        *slot(world) = there;
        assert_int_equal(post_directly(world, form, &input), HV_STATUS_OBJECT_IN_USE);
        assert_memory_equal(slot(world), &there, sizeof there);
        assert_int_equal(world->host.interrupts, 0);
        assert_int_equal(world->vps[0].queue.count, 0);
        slot(world)->type = HV_MESSAGE_TYPE_NONE;
        assert_int_equal(post_directly(world, form, &input), HV_STATUS_SUCCESS);
    }
}

static void taken_slot_is_in_use(void **state)
{
    for_each_convention(state, post_to_taken_slot);
}

/* Likewise while the delivery context is at it, and when there is no such page. */
static void slot_out_of_reach_is_in_use(void **state)
{
    struct world *world = *state;
    const struct hv_message message = valid_message();
    const struct hv_post_message_direct input = direct_post(&message);

    prepare(world);
    world->vps[0].slots_in_use = UINT64_C(1) << SINT;
    assert_int_equal(post_directly(world, FORM_NATIVE_SLOW, &input), HV_STATUS_OBJECT_IN_USE);
    assert_int_equal(world->host.polls, 1);
    assert_int_equal(slot(world)->type, HV_MESSAGE_TYPE_NONE);
    assert_int_equal(world->vps[0].slots_in_use, UINT64_C(1) << SINT);
    world->vps[0].slots_in_use = 0;
    world->vps[0].simp = GPA(PAGE_HOLE) | HV_SYNIC_ENABLE;
    assert_int_equal(post_directly(world, FORM_NATIVE_SLOW, &input), HV_STATUS_OBJECT_IN_USE);
    assert_int_equal(world->vps[0].slots_in_use, 0);
}

static void expect_post_refused(struct world *world, enum form form,
                                const struct hv_post_message_direct *input, hv_status_t status)
{
    const struct request request = request_direct_post(input);

    if (form_fits(form, &request)) {
        expect_refusal(world, form, &request, status);
    }
}

static void bad_posts(struct world *world, enum form form)
{
    static const uint32_t indices[] = { 1, FAKE_VPS, HV_ANY_VP };
    struct hv_message message = valid_message();
    const struct hv_post_message_direct good = direct_post(&message);
    struct hv_post_message_direct input = good;

    prepare(world);
    input.partition_id = 9;
    expect_post_refused(world, form, &input, HV_STATUS_INVALID_PARAMETER);
    input = good;
    for (unsigned i = 0; i < 3; i++) {
        input.vp_index = indices[i];
        expect_post_refused(world, form, &input, HV_STATUS_INVALID_PARAMETER);
    }
    input = good;
    for (uint32_t sint = 16; sint < 256; sint += 16) {
        input.sint = (uint8_t)sint;
        expect_post_refused(world, form, &input, HV_STATUS_INVALID_PARAMETER);
    }
    input = good;
    input.target_vtl = 1;
    expect_post_refused(world, form, &input, HV_STATUS_ACCESS_DENIED);
    input.target_vtl = 3;
    expect_post_refused(world, form, &input, HV_STATUS_INVALID_PARAMETER);
    message.type = HV_MESSAGE_TYPE_NONE;
    input = direct_post(&message);
    expect_post_refused(world, form, &input, HV_STATUS_INVALID_PARAMETER);
    message = valid_message();
    message.payload_size = 241;
    input = direct_post(&message);
    expect_post_refused(world, form, &input, HV_STATUS_INVALID_PARAMETER);
}

static void direct_message_that_makes_no_sense_is_refused(void **state)
{
    for_each_convention(state, bad_posts);
}

static void posts_without_synic(struct world *world, enum form form)
{
    const struct hv_message message = valid_message();
    const struct hv_post_message_direct input = direct_post(&message);

    prepare(world);
    world->vps[0].scontrol = 0;
    expect_post_refused(world, form, &input, HV_STATUS_INVALID_SYNIC_STATE);
    prepare(world);
    world->vps[0].simp = GPA(PAGE_MESSAGES);
    expect_post_refused(world, form, &input, HV_STATUS_INVALID_SYNIC_STATE);
    prepare(world);
    world->vps[0].sint[SINT] |= HV_SINT_MASKED;
    expect_post_refused(world, form, &input, HV_STATUS_INVALID_SYNIC_STATE);
}

static void direct_message_needs_synic_page_and_sint(void **state)
{
    for_each_convention(state, posts_without_synic);
}

/* Flags and the reserved word of a slot are the hypervisor's. */
static void direct_message_sets_no_flags(void **state)
{
    struct world *world = *state;
    struct hv_message message = valid_message();
    struct hv_post_message_direct input;

    message.flags = 0xff;
    message.reserved = 0xffff;
    input = direct_post(&message);
    prepare(world);
    assert_int_equal(post_directly(world, FORM_SMCCC_SLOW, &input), HV_STATUS_SUCCESS);
    message.flags = 0;
    message.reserved = 0;
    assert_memory_equal(slot(world), &message, sizeof message);
}

/* ---- SignalEventDirect ------------------------------------------------------------------------
 */

static const struct hv_signal_event_direct valid_signal = {
    .partition_id = HV_PARTITION_ID_SELF,
    .vp_index = 0,
    .sint = SINT,
    .flag_number = 2047,
};

static struct request request_direct_signal(const struct hv_signal_event_direct *signal)
{
    return (struct request) { .code = HV_CALL_SIGNAL_EVENT_DIRECT,
                              .input = signal,
                              .input_size = sizeof *signal,
                              .output_size = 8 };
}

/* Says whether the flag is newly set. */
static bool signal_directly(struct world *world, enum form form,
                            const struct hv_signal_event_direct *signal)
{
    const struct request request = request_direct_signal(signal);
    struct answer answer = { .entries = 0 };
    uint64_t x[SHIM_REGISTERS];

    guest_prepare(world, form, &request, x);
    fake_host_forget(&world->host);
    assert_int_equal(shim_hvc(&world->vps[world->vp], form_immediate(form), x), SHIM_DONE);
    guest_collect(world, form, &request, x, &answer);
    assert_int_equal(answer.result, HV_STATUS_SUCCESS);
    for (unsigned i = 1; i < 8; i++) {
        assert_int_equal(answer.output[i], 0);
    }
    assert_in_range(answer.output[0], 0, 1);
    return answer.output[0] != 0;
}

static void signal(struct world *world, enum form form)
{
    prepare(world);
    world->vp = 3; /* signals VP 0 */
    assert_true(signal_directly(world, form, &valid_signal));
    assert_int_equal(*flag_byte(world, SINT, 2047), 0x80);
    assert_int_equal(world->host.interrupts, 1);
    assert_int_equal(world->host.interrupt_vp, 0);
    assert_int_equal(world->host.interrupt_intid, VECTOR);
    assert_false(signal_directly(world, form, &valid_signal)); /* set already */
    assert_int_equal(world->host.interrupts, 0);
}

static void direct_event_says_whether_it_is_new(void **state)
{
    for_each_convention(state, signal);
}

/* A VP that would not notice is no mistake of the sender's. */
static void signals_unheard(struct world *world, enum form form)
{
    prepare(world);
    world->vps[0].sint[SINT] |= HV_SINT_MASKED;
    assert_false(signal_directly(world, form, &valid_signal));
    prepare(world);
    world->vps[0].scontrol = 0;
    assert_false(signal_directly(world, form, &valid_signal));
    prepare(world);
    world->vps[0].siefp = GPA(PAGE_EVENTS);
    assert_false(signal_directly(world, form, &valid_signal));
    assert_int_equal(*flag_byte(world, SINT, 2047), 0);
    assert_int_equal(world->host.interrupts, 0);
}

static void direct_event_to_a_deaf_vp_is_not_new(void **state)
{
    for_each_convention(state, signals_unheard);
}

static void expect_signal_refused(struct world *world, enum form form,
                                  const struct hv_signal_event_direct *input, hv_status_t status)
{
    const struct request request = request_direct_signal(input);

    expect_refusal(world, form, &request, status);
}

static void bad_signals(struct world *world, enum form form)
{
    struct hv_signal_event_direct input = valid_signal;

    prepare(world);
    input.partition_id = 1;
    expect_signal_refused(world, form, &input, HV_STATUS_INVALID_PARAMETER);
    input = valid_signal;
    for (uint32_t sint = 0; sint < 256; sint += 16) { /* 0 takes no events */
        input.sint = (uint8_t)sint;
        expect_signal_refused(world, form, &input, HV_STATUS_INVALID_PARAMETER);
    }
    input = valid_signal;
    for (uint32_t flag = 2048; flag <= UINT16_MAX; flag += 2048) {
        input.flag_number = (uint16_t)flag;
        expect_signal_refused(world, form, &input, HV_STATUS_INVALID_PARAMETER);
    }
    input = valid_signal;
    input.vp_index = FAKE_VPS;
    expect_signal_refused(world, form, &input, HV_STATUS_INVALID_VP_INDEX);
    input = valid_signal;
    input.target_vtl = 2;
    expect_signal_refused(world, form, &input, HV_STATUS_ACCESS_DENIED);
    input.target_vtl = 255;
    expect_signal_refused(world, form, &input, HV_STATUS_INVALID_PARAMETER);
}

static void direct_event_that_makes_no_sense_is_refused(void **state)
{
    for_each_convention(state, bad_signals);
}

/* ---- Who may ----------------------------------------------------------------------------------
 */

static const uint16_t codes[] = { HV_CALL_POST_MESSAGE_DIRECT, HV_CALL_SIGNAL_EVENT_DIRECT,
                                  HV_CALL_ASSERT_VIRTUAL_INTERRUPT };

static void not_entitled(struct world *world, enum form form)
{
    world->config.direct_calls = false;
    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_OS_ID, 1), HV_STATUS_SUCCESS);
    for (unsigned i = 0; i < 3; i++) {
        const struct request request = { .code = codes[i] };

        expect_refusal(world, form, &request, HV_STATUS_ACCESS_DENIED);
    }
}

static void direct_calls_are_the_integrators_to_allow(void **state)
{
    for_each_convention(state, not_entitled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(direct_message_goes_into_the_slot),
        UNIT_TEST(taken_slot_is_in_use),
        UNIT_TEST(slot_out_of_reach_is_in_use),
        UNIT_TEST(direct_message_that_makes_no_sense_is_refused),
        UNIT_TEST(direct_message_needs_synic_page_and_sint),
        UNIT_TEST(direct_message_sets_no_flags),
        UNIT_TEST(direct_event_says_whether_it_is_new),
        UNIT_TEST(direct_event_to_a_deaf_vp_is_not_new),
        UNIT_TEST(direct_event_that_makes_no_sense_is_refused),
        UNIT_TEST(direct_calls_are_the_integrators_to_allow),
    };

    return cmocka_run_group_tests_name("direct calls", tests, NULL, NULL);
}
