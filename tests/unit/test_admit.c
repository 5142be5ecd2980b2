/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/admit.c: what is refused before a handler is asked, and in which order. */

#include "requests.h"

/* A valid call of each class, to be spoilt. */
static const struct hv_signal_event event = { .connection_id = TEST_EVENT_CONNECTION };
static const struct get_registers names = {
    .header = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF, 0, { 0 } },
    .names = { HV_REGISTER_VP_INDEX, HV_REGISTER_VP_INDEX },
};

static void expect_success(struct world *world, enum form form, const struct request *request)
{
    assert_int_equal(guest_call(world, form, request).status, HV_STATUS_SUCCESS);
}

/* D1: bits 27..30, 31 (nested: there is no L0), 44..47, 60..63, each alone on a valid call. */
static void each_reserved_control_bit(struct world *world, enum form form)
{
    static const uint8_t bits[] = { 27, 28, 29, 30, 31, 44, 45, 46, 47, 60, 61, 62, 63 };
    struct request requests[] = { request_signal(&event), request_get(&names, 1) };

    for (unsigned r = 0; r < 2; r++) {
        expect_success(world, form, &requests[r]);
        for (unsigned i = 0; i < sizeof bits; i++) {
            struct request request = requests[r];

            request.control = UINT64_C(1) << bits[i];
            expect_refusal(world, form, &request, HV_STATUS_INVALID_HYPERCALL_INPUT);
        }
    }
}

static void each_reserved_control_bit_is_refused(void **state)
{
    for_each_convention(state, each_reserved_control_bit);
}

static void nested_bit(struct world *world, enum form form)
{
    struct request request = request_signal(&event);

    request.control = HV_CONTROL_NESTED;
    expect_refusal(world, form, &request, HV_STATUS_INVALID_HYPERCALL_INPUT);
}

static void nested_bit_is_refused_for_lack_of_an_l0(void **state)
{
    for_each_convention(state, nested_bit);
}

/* D2: no served call takes a variable header; its size is looked at before anything is read. */
static void variable_header(struct world *world, enum form form)
{
    static const uint32_t sizes[] = { 1, 16, 1023 };
    struct request requests[] = { request_signal(&event), request_get(&names, 1) };

    for (unsigned r = 0; r < 2; r++) {
        for (unsigned i = 0; i < 3; i++) {
            requests[r].variable_words = sizes[i];
            expect_refusal(world, form, &requests[r], HV_STATUS_INVALID_HYPERCALL_INPUT);
            assert_int_equal(world->host.accesses, 0);
        }
    }
}

static void variable_header_on_a_call_without_one_is_refused(void **state)
{
    for_each_convention(state, variable_header);
}

/* D3: a simple call has neither count nor start. */
static void rep_fields_of_simple_call(struct world *world, enum form form)
{
    static const uint32_t counts[] = { 0, 1, 2, 4095 };
    struct request request = request_signal(&event);

    for (unsigned c = 0; c < 4; c++) {
        const uint32_t starts[] = { 0, (counts[c] - 1) & 0xfff, counts[c], 4095 };

        for (unsigned s = 0; s < 4; s++) {
            request.count = counts[c];
            request.start = starts[s];
            if (counts[c] == 0 && starts[s] == 0) {
                expect_success(world, form, &request);
            } else {
                expect_refusal(world, form, &request, HV_STATUS_INVALID_HYPERCALL_INPUT);
            }
        }
    }
}

static void rep_fields_on_a_simple_call_are_refused(void **state)
{
    for_each_convention(state, rep_fields_of_simple_call);
}

/* D3: a rep call has at least one element to do. */
static void rep_start_beyond(struct world *world, enum form form)
{
    static const uint32_t counts[] = { 0, 1, 2, 4095 };

    for (unsigned c = 0; c < 4; c++) {
        const uint32_t starts[] = { 0, (counts[c] - 1) & 0xfff, counts[c], 4095 };

        for (unsigned s = 0; s < 4; s++) {
            struct request request = request_get(&names, 1);

            request.count = counts[c];
            request.start = starts[s];
            if (starts[s] >= counts[c]) {
                expect_refusal(world, form, &request, HV_STATUS_INVALID_HYPERCALL_INPUT);
                assert_int_equal(world->host.accesses, 0);
            }
        }
    }
}

static void rep_start_at_rep_count_is_refused(void **state)
{
    for_each_convention(state, rep_start_beyond);
}

static void last_element_alone(struct world *world, enum form form)
{
    struct request request = request_get(&names, 2);

    request.start = 1;
    if (form_fits(form, &request)) {
        struct answer answer = guest_call(world, form, &request);
        assert_int_equal(answer.result, hv_result(HV_STATUS_SUCCESS, 2));
    }
}

static void rep_start_before_rep_count_is_admitted(void **state)
{
    for_each_convention(state, last_element_alone);
}

/* Before GuestOsId is set nothing is served but the register calls, not even known to exist. */
static void call_before_guest_os_id(struct world *world, enum form form)
{
    static const uint16_t codes[] = { HV_CALL_SIGNAL_EVENT,
                                      HV_CALL_NOTIFY_LONG_SPIN_WAIT,
                                      HV_CALL_CREATE_PARTITION,
                                      HV_CALL_START_VIRTUAL_PROCESSOR,
                                      0x0000,
                                      0x7fff };

    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    for (unsigned i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        struct request request = request_signal(&event);

        request.code = codes[i];
        expect_refusal(world, form, &request, HV_STATUS_ACCESS_DENIED);
        assert_int_equal(world->host.accesses, 0);
    }
}

static void calls_before_guest_os_id_are_denied(void **state)
{
    for_each_convention(state, call_before_guest_os_id);
}

/* D7: the status that reveals less comes first; what else is wrong does not show. */
static void denied_and_malformed(struct world *world, enum form form)
{
    struct request request = request_signal(&event);

    assert_true(world_init(world, SHIM_PRIVILEGES_ALL & ~HV_PRIV_SIGNAL_EVENTS));
    assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_OS_ID, 1), HV_STATUS_SUCCESS);
    expect_refusal(world, form, &request, HV_STATUS_ACCESS_DENIED);
    request.variable_words = 3;
    request.count = 7;
    request.start = 9;
    request.input_gpa = GPA(PAGE_HOLE) + 3;
    expect_refusal(world, form, &request, HV_STATUS_ACCESS_DENIED);
}

static void missing_privilege_comes_before_other_mistakes(void **state)
{
    for_each_convention(state, denied_and_malformed);
}

static void known_calls(struct world *world, enum form form)
{
    struct request request = request_signal(&event);

    request.code = HV_CALL_CREATE_PARTITION; /* a privilege that no partition has here */
    expect_refusal(world, form, &request, HV_STATUS_ACCESS_DENIED);
    request.code = HV_CALL_CHECK_FOR_IO_INTERCEPT; /* no privilege, no handler */
    expect_refusal(world, form, &request, HV_STATUS_INVALID_HYPERCALL_CODE);
    request.code = HV_CALL_VTL_CALL; /* entered by HVC #2, never as a code */
    expect_refusal(world, form, &request, HV_STATUS_ACCESS_DENIED);
    request.code = 0x0098; /* nobody named it */
    expect_refusal(world, form, &request, HV_STATUS_INVALID_HYPERCALL_CODE);
}

static void call_not_offered_is_denied_or_unknown(void **state)
{
    for_each_convention(state, known_calls);
}

/* Zeroing GuestOsId closes the interface again, for every VP. */
static void closed_again(struct world *world, enum form form)
{
    struct request request = request_signal(&event);

    expect_success(world, form, &request);
    assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_OS_ID, 0), HV_STATUS_SUCCESS);
    for (world->vp = 0; world->vp < FAKE_VPS; world->vp++) {
        expect_refusal(world, form, &request, HV_STATUS_ACCESS_DENIED);
    }
}

static void zero_guest_os_id_closes_the_interface(void **state)
{
    for_each_convention(state, closed_again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(each_reserved_control_bit_is_refused),
        UNIT_TEST(nested_bit_is_refused_for_lack_of_an_l0),
        UNIT_TEST(variable_header_on_a_call_without_one_is_refused),
        UNIT_TEST(rep_fields_on_a_simple_call_are_refused),
        UNIT_TEST(rep_start_at_rep_count_is_refused),
        UNIT_TEST(rep_start_before_rep_count_is_admitted),
        UNIT_TEST(calls_before_guest_os_id_are_denied),
        UNIT_TEST(missing_privilege_comes_before_other_mistakes),
        UNIT_TEST(call_not_offered_is_denied_or_unknown),
        UNIT_TEST(zero_guest_os_id_closes_the_interface),
    };

    return cmocka_run_group_tests_name("admit", tests, NULL, NULL);
}
