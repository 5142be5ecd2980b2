/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/trace.c: one record for each call, with what the call was and no byte more. */

#include "requests.h"

#include <shim/tracer.h>

static const struct get_registers names = {
    .header = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF, 0, { 0 } },
    .names = { HV_REGISTER_VP_INDEX, HV_REGISTER_SVERSION, HV_REGISTER_SINT0,
               HV_REGISTER_GUEST_OS_ID },
};

static void start_tracing(struct world *world)
{
    for (uint32_t i = 0; i < FAKE_VPS; i++) {
        world->host.traced[i] = true;
    }
}

static void expect_zero(const uint8_t *bytes, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        assert_int_equal(bytes[i], 0);
    }
}

static uint8_t convention_of(enum form form)
{
    switch (form) {
    case FORM_NATIVE_FAST:
    case FORM_NATIVE_SLOW:
        return SHIM_CONVENTION_NATIVE;
    case FORM_SMCCC_FAST:
    case FORM_SMCCC_SLOW:
        return SHIM_CONVENTION_SMCCC;
    default:
        return SHIM_CONVENTION_COMPACT;
    }
}

static size_t at_most(size_t size, size_t limit)
{
    return size < limit ? size : limit;
}

/* How much of the input block a record holds: registers, or what is noted of memory. */
static size_t input_held(enum form form, const struct request *request)
{
    bool compact = convention_of(form) == SHIM_CONVENTION_COMPACT;

    return form_is_fast(form) && (!compact || request->input_size <= HV_COMPACT_INPUT_SIZE)
               ? request->input_size
               : at_most(request->input_size, SHIM_TRACE_BLOCK_IN);
}

/* And of the output: without a spilled input, compact calls show what registers hold. */
static size_t output_held(enum form form, const struct request *request)
{
    bool compact = convention_of(form) == SHIM_CONVENTION_COMPACT;

    return at_most(request->output_size, compact && request->input_size <= HV_COMPACT_INPUT_SIZE
                                             ? HV_COMPACT_OUTPUT_SIZE
                                             : SHIM_TRACE_OUTPUT);
}

/* X2: sizes are those of the blocks, the bytes are the blocks', and what is past them is zero. */
static void expect_record(struct world *world, enum form form, const struct request *request,
                          const struct answer *answer)
{
    const struct shim_trace_record *record = &world->host.trace;
    size_t input = input_held(form, request);
    size_t output = output_held(form, request);

    assert_int_equal(world->host.traces, 1);
    assert_int_equal(world->host.last_vp, world->vp);
    assert_int_equal(record->kind, SHIM_TRACE_CALL);
    assert_int_equal(record->convention, convention_of(form));
    assert_int_equal(record->time, FAKE_COUNTER);
    assert_int_equal(record->vp_index, world->vp);
    assert_int_equal(record->verdict, SHIM_DONE);
    assert_int_equal(hv_control_code(record->control), request->code);
    assert_int_equal(hv_control_fast(record->control), form_is_fast(form));
    assert_int_equal(record->result, answer->result);
    assert_int_equal(record->input_size, request->input_size);
    assert_int_equal(record->output_size, request->output_size);
    assert_int_equal(record->sequence, 1);
    assert_int_equal(record->spent_ns, 0);
    assert_int_equal(record->reserved, 0);
    assert_int_equal(record->input_held, input);
    assert_int_equal(record->output_held, output);
    assert_memory_equal(record->input, request->input, input);
    expect_zero(record->input, input, sizeof record->input);
    assert_memory_equal(record->output, answer->output, output);
    expect_zero(record->output, output, sizeof record->output);
    if (!form_is_fast(form)) {
        assert_true(input == 0 || record->block_gpa[0] == GPA(PAGE_INPUT));
        assert_true(output == 0 || record->block_gpa[1] == GPA(PAGE_OUTPUT));
    }
}

static void traced_calls(struct world *world, enum form form)
{
    const struct hv_signal_event event = { .connection_id = TEST_EVENT_CONNECTION,
                                           .flag_number = 2 };
    const struct hv_post_message message = { .connection_id = TEST_MESSAGE_CONNECTION,
                                             .message_type = 1,
                                             .payload_size = 9 };
    struct request requests[] = { request_get(&names, 1),
                                  request_get(&names, 4),
                                  request_signal(&event),
                                  request_post(&message),
                                  { .code = HV_EXT_CALL_QUERY_CAPABILITIES, .output_size = 8 } };

    start_tracing(world);
    world->vp = 2;
    for (unsigned i = 0; i < 5; i++) {
        if (form_fits(form, &requests[i])) {
            struct answer answer = guest_call(world, form, &requests[i]);

            assert_int_equal(answer.status, HV_STATUS_SUCCESS);
            expect_record(world, form, &requests[i], &answer);
        }
    }
}

static void record_tells_the_call(void **state)
{
    for_each_convention(state, traced_calls);
}

/* Tracing watches; it does not change what a guest gets. */
static void traced_refusal(struct world *world, enum form form)
{
    struct get_registers input = names;
    struct request request = request_get(&input, 1);

    start_tracing(world);
    input.header.vp_index = 99;
    expect_refusal(world, form, &request, HV_STATUS_INVALID_VP_INDEX);
    assert_int_equal(world->host.traces, 1);
    assert_int_equal(world->host.trace.result, HV_STATUS_INVALID_VP_INDEX);
    assert_memory_equal(world->host.trace.input, &input, request.input_size);
    expect_zero(world->host.trace.input, request.input_size, SHIM_TRACE_INPUT);
    expect_zero(world->host.trace.output, 0, SHIM_TRACE_OUTPUT);
}

static void refused_call_is_recorded_without_output(void **state)
{
    for_each_convention(state, traced_refusal);
}

/* A block that cannot be read leaves nothing, least of all an earlier call's bytes. */
static void a_block_that_was_not_read_is_not_shown(void **state)
{
    struct world *world = *state;
    struct request request = request_get(&names, 1);
    uint64_t x[SHIM_REGISTERS];

    start_tracing(world);
    guest_call(world, FORM_NATIVE_SLOW, &request);
    assert_int_equal(world->host.trace.input_held, request.input_size);
    guest_prepare(world, FORM_NATIVE_SLOW, &request, x);
    x[1] |= 1;
    fake_host_forget(&world->host);
    fake_hvc(&world->vps[world->vp], HV_HVC_HYPERCALL, x);
    assert_int_equal(world->host.trace.result, HV_STATUS_INVALID_ALIGNMENT);
    assert_int_equal(world->host.trace.input_size, request.input_size);
    assert_int_equal(world->host.trace.input_held, 0);
}

/* Each entry of a paused call has its record; what a record shows of the blocks is this entry's, or
 * zero: nothing of an earlier call's. */
static void traced_continuation(struct world *world, enum form form)
{
    struct request request = request_get(&names, 4);
    uint64_t x[SHIM_REGISTERS];

    if (!form_fits(form, &request)) {
        return;
    }
    start_tracing(world);
    world->host.budget = 1;
    guest_prepare(world, form, &request, x);
    for (request.start = 0; request.start < 4; request.start++) {
        const struct shim_trace_record *record = &world->host.trace;
        uint64_t control = x[form_control_register(form)];
        enum shim_verdict verdict = guest_enter(world, form, &request, x);

        assert_int_equal(world->host.traces, 1);
        assert_int_equal(record->verdict, verdict);
        assert_int_equal(record->control, control);
        for (size_t i = 0; i < SHIM_TRACE_INPUT; i++) {
            size_t element = i < 16 ? 4 : (i - 16) / 4; /* 4: header, or past the end */
            uint8_t byte = i < request.input_size ? ((const uint8_t *)&names)[i] : 0;
            assert_true(record->input[i] == byte ||
                        (element < request.start && record->input[i] == 0));
        }
        if (verdict == SHIM_AGAIN) {
            expect_zero(record->output, 0, SHIM_TRACE_OUTPUT);
        }
    }
    for (size_t i = 0; i < SHIM_TRACE_OUTPUT; i++) {
        assert_int_not_equal(world->host.trace.output[i],
                             CANARY); /* no byte of the answer is one */
    }
}

static void each_entry_of_a_paused_call_is_recorded(void **state)
{
    for_each_convention(state, traced_continuation);
}

/* A control word that claims more than any block holds. */
static void oversized_claims(struct world *world, enum form form)
{
    struct request request = request_get(&names, 1);

    start_tracing(world);
    request.count = 4095;
    expect_refusal(world, form, &request,
                   form_is_fast(form) ? HV_STATUS_INVALID_HYPERCALL_INPUT
                                      : HV_STATUS_INVALID_ALIGNMENT);
    assert_int_equal(world->host.traces, 1);
    assert_int_equal(world->host.trace.input_size, 4096);
    assert_int_equal(world->host.trace.output_size, 4096);
}

static void sizes_in_a_record_are_bounded(void **state)
{
    for_each_convention(state, oversized_claims);
}

static void trace_hvc(struct world *world, uint16_t immediate, uint64_t x0, uint64_t x1)
{
    uint64_t x[SHIM_REGISTERS];

    registers_fill(x);
    x[0] = x0;
    x[1] = x1;
    fake_host_forget(&world->host);
    fake_hvc(&world->vps[0], immediate, x);
}

static void our_smccc_functions_are_recorded(void **state)
{
    struct world *world = *state;
    const struct shim_trace_record *record = &world->host.trace;
    uint64_t argument = GPA(PAGE_SPILL) | 1;

    start_tracing(world);
    trace_hvc(world, HV_HVC_SMCCC, HV_SMCCC_SPILL_ATTACH, argument);
    assert_int_equal(world->host.traces, 1);
    assert_int_equal(record->kind, SHIM_TRACE_SMCCC);
    assert_int_equal(record->convention, SHIM_CONVENTION_NONE);
    assert_int_equal(record->control, HV_SMCCC_SPILL_ATTACH);
    assert_int_equal(record->result, 0);
    assert_int_equal(record->input_size, 8);
    assert_memory_equal(record->input, &argument, 8);
    expect_zero(record->input, 8, SHIM_TRACE_INPUT);
    expect_zero(record->output, 0, SHIM_TRACE_OUTPUT);
}

/* What is not ours leaves no record. */
static void calls_of_others_are_not_recorded(void **state)
{
    struct world *world = *state;

    start_tracing(world);
    trace_hvc(world, HV_HVC_SMCCC, 0x84000000, 0); /* PSCI_VERSION */
    assert_int_equal(world->host.traces, 0);
}

static void an_hvc_that_is_no_call_is_recorded_by_its_immediate(void **state)
{
    struct world *world = *state;
    static const uint16_t immediates[] = { HV_HVC_VTL_CALL, 4, UINT16_MAX };

    start_tracing(world);
    for (unsigned i = 0; i < 3; i++) {
        trace_hvc(world, immediates[i], HV_SMCCC_HYPERCALL, 0x0000000100010050);
        assert_int_equal(world->host.traces, 1);
        assert_int_equal(world->host.trace.kind, SHIM_TRACE_HVC);
        assert_int_equal(world->host.trace.convention, SHIM_CONVENTION_NONE);
        assert_int_equal(world->host.trace.control, immediates[i]);
        assert_int_equal(world->host.trace.verdict, SHIM_UNDEFINED);
        assert_int_equal(world->host.trace.input_size, 0);
    }
    /* The same on a slow call's path: nothing to note. */
    trace_hvc(world, 4, 0, 0);
    assert_int_equal(world->host.trace.control, 4);
    assert_int_equal(world->host.trace.input_held, 0);
}

/* A call that nobody noted had its blocks in memory; the first one that is noted has its own. */
static void tracing_may_begin_at_any_time(void **state)
{
    struct world *world = *state;
    struct request first = request_get(&names, 4);
    struct request second = request_get(&names, 1);

    guest_call(world, FORM_SMCCC_SLOW, &first);
    start_tracing(world);
    struct answer answer = guest_call(world, FORM_SMCCC_FAST, &second);
    expect_record(world, FORM_SMCCC_FAST, &second, &answer);
}

static void untraced_vp_is_not_recorded(void **state)
{
    struct world *world = *state;
    struct request request = request_partition_id();

    start_tracing(world);
    world->host.traced[0] = false;
    guest_call(world, FORM_SMCCC_FAST, &request);
    assert_int_equal(world->host.traces, 0);
    world->vp = 1;
    guest_call(world, FORM_SMCCC_FAST, &request);
    assert_int_equal(world->host.traces, 1);
}

static void send_message(struct world *world)
{
    const struct hv_message message = { .type = 0x77, .payload_size = 8 };

    guest_set_register(world, HV_REGISTER_SCONTROL, 1);
    guest_set_register(world, HV_REGISTER_SIPP, GPA(PAGE_MESSAGES) | 1);
    guest_set_register(world, HV_REGISTER_SINT0 + 3, 0x12);
    fake_host_forget(&world->host);
    assert_true(shim_message_send(&world->vps[world->vp], 3, &message));
}

static void a_delivered_message_is_an_event(void **state)
{
    struct world *world = *state;

    world->vp = 1;
    memset(world->host.memory[PAGE_MESSAGES], 0, HV_PAGE_SIZE);
    send_message(world);
    assert_int_equal(world->host.events, 1);
    assert_int_equal(world->host.last_vp, 1);
    assert_int_equal(world->host.event, SHIM_EVENT_DELIVERED);
    assert_int_equal(world->host.event_words[0], 3);
    assert_int_equal(world->host.event_words[1], 0x77);
    send_message(world); /* the slot is taken: it waits */
    assert_int_equal(world->host.events, 0);
}

static void an_expired_timer_is_an_event(void **state)
{
    struct world *world = *state;

    guest_set_register(world, HV_REGISTER_STIMER0_COUNT + 2, 5000);
    guest_set_register(world, HV_REGISTER_STIMER0_CONFIG + 2,
                       HV_TIMER_ENABLED | HV_TIMER_DIRECT_MODE | UINT64_C(20) << 4);
    fake_host_forget(&world->host);
    world->host.time = 4999;
    shim_vp_poll(&world->vps[0]);
    assert_int_equal(world->host.events, 0);
    world->host.time = 5000;
    shim_vp_poll(&world->vps[0]);
    assert_int_equal(world->host.events, 1);
    assert_int_equal(world->host.event, SHIM_EVENT_TIMER);
    assert_int_equal(world->host.event_words[0], 1);
    assert_int_equal(world->host.event_words[1], 5000);
}

/* A host that does not want to know. */
static void events_without_the_op_are_nobodys(void **state)
{
    struct world *world = *state;

    world->ops.trace = NULL;
    memset(world->host.memory[PAGE_MESSAGES], 0, HV_PAGE_SIZE);
    send_message(world);
    assert_int_equal(world->host.events, 0);
    assert_int_equal(world->host.interrupts, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(record_tells_the_call),
        UNIT_TEST(refused_call_is_recorded_without_output),
        UNIT_TEST(a_block_that_was_not_read_is_not_shown),
        UNIT_TEST(each_entry_of_a_paused_call_is_recorded),
        UNIT_TEST(sizes_in_a_record_are_bounded),
        UNIT_TEST(our_smccc_functions_are_recorded),
        UNIT_TEST(calls_of_others_are_not_recorded),
        UNIT_TEST(an_hvc_that_is_no_call_is_recorded_by_its_immediate),
        UNIT_TEST(tracing_may_begin_at_any_time),
        UNIT_TEST(untraced_vp_is_not_recorded),
        UNIT_TEST(a_delivered_message_is_an_event),
        UNIT_TEST(an_expired_timer_is_an_event),
        UNIT_TEST(events_without_the_op_are_nobodys),
    };

    return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
