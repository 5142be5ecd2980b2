/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/calls/messages.c: HvCallPostMessage and HvCallSignalEvent up to the port. */

#include "requests.h"

static struct hv_post_message valid_post(void)
{
    struct hv_post_message post = {
        .connection_id = TEST_MESSAGE_CONNECTION,
        .message_type = 1,
        .payload_size = 240,
    };

    for (unsigned i = 0; i < HV_MESSAGE_PAYLOAD_MAX / 8; i++) {
        post.payload[i] = 0x0101010101010101 * i;
    }
    return post;
}

static void post(struct world *world, enum form form)
{
    const struct hv_post_message message = valid_post();
    struct request request = request_post(&message);

    if (form_fits(form, &request)) {
        world->vp = 1;
        assert_int_equal(guest_call(world, form, &request).result, HV_STATUS_SUCCESS);
        assert_int_equal(world->host.posts, 1);
        assert_int_equal(world->host.last_vp, 1);
        assert_memory_equal(&world->host.posted, &message, sizeof message);
    } else {
        expect_refusal(world, form, &request, HV_STATUS_INVALID_HYPERCALL_INPUT);
    }
}

static void message_reaches_its_port(void **state)
{
    for_each_convention(state, post);
}

/* Every size a payload can have; the port never sees one that is too large. */
static void payload_sizes(struct world *world, enum form form)
{
    static const uint32_t bad[] = { 241, 255, 256, 0x100f0, 0x80000000, UINT32_MAX };
    struct hv_post_message message = valid_post();
    struct request request = request_post(&message);

    for (message.payload_size = 0; message.payload_size <= 240 && form_fits(form, &request);
         message.payload_size++) {
        assert_int_equal(guest_call(world, form, &request).status, HV_STATUS_SUCCESS);
        assert_int_equal(world->host.posted.payload_size, message.payload_size);
    }
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0] && form_fits(form, &request); i++) {
        message.payload_size = bad[i];
        expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
    }
}

static void payload_over_240_bytes_is_refused(void **state)
{
    for_each_convention(state, payload_sizes);
}

/* Type 0 means "empty slot", types with bit 31 are the hypervisor's. */
static void message_types(struct world *world, enum form form)
{
    static const uint32_t bad[] = { 0, 0x80000000, 0x80000010, UINT32_MAX };
    struct hv_post_message message = valid_post();
    struct request request = request_post(&message);

    for (unsigned i = 0; i < 4 && form_fits(form, &request); i++) {
        message.message_type = bad[i];
        expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
    }
    message.message_type = 0x7fffffff;
    if (form_fits(form, &request)) {
        assert_int_equal(guest_call(world, form, &request).status, HV_STATUS_SUCCESS);
    }
}

static void message_types_of_the_hypervisor_are_refused(void **state)
{
    for_each_convention(state, message_types);
}

static void post_reserved_word(struct world *world, enum form form)
{
    struct hv_post_message message = valid_post();
    struct request request = request_post(&message);

    for (unsigned bit = 0; bit < 32 && form_fits(form, &request); bit++) {
        message.reserved = UINT32_C(1) << bit;
        expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
    }
}

static void reserved_word_of_a_message_is_refused(void **state)
{
    for_each_convention(state, post_reserved_word);
}

static void connection_ids(struct world *world, enum form form)
{
    struct hv_post_message message = valid_post();
    struct hv_signal_event event = { .flag_number = 1 };
    struct request requests[] = { request_post(&message), request_signal(&event) };

    for (unsigned bit = 24; bit < 32; bit++) {
        message.connection_id = event.connection_id = UINT32_C(1) << bit | 1;
        for (unsigned i = 0; i < 2; i++) {
            if (form_fits(form, &requests[i])) {
                expect_refusal(world, form, &requests[i], HV_STATUS_INVALID_CONNECTION_ID);
            }
        }
    }
}

static void reserved_connection_id_bits_name_no_connection(void **state)
{
    for_each_convention(state, connection_ids);
}

static void signal(struct world *world, enum form form)
{
    static const uint16_t flags[] = { 0, 1, 7, 2046, 2047 };

    world->vp = 3;
    for (unsigned i = 0; i < 5; i++) {
        const struct hv_signal_event event = { .connection_id = TEST_EVENT_CONNECTION,
                                               .flag_number = flags[i] };
        struct request request = request_signal(&event);

        assert_int_equal(guest_call(world, form, &request).result, HV_STATUS_SUCCESS);
        assert_int_equal(world->host.signals, 1);
        assert_int_equal(world->host.signal_flag, flags[i]);
        assert_int_equal(world->host.last_vp, 3);
    }
}

static void event_reaches_its_port(void **state)
{
    for_each_convention(state, signal);
}

static void signal_reserved(struct world *world, enum form form)
{
    for (unsigned bit = 0; bit < 16; bit++) {
        const struct hv_signal_event event = { .connection_id = TEST_EVENT_CONNECTION,
                                               .reserved = (uint16_t)(1u << bit) };
        struct request request = request_signal(&event);

        expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
    }
}

static void reserved_word_of_an_event_is_refused(void **state)
{
    for_each_convention(state, signal_reserved);
}

/* What the port answers goes to the guest as it is. */
static void port_statuses(struct world *world, enum form form)
{
    static const hv_status_t statuses[] = { HV_STATUS_INVALID_CONNECTION_ID,
                                            HV_STATUS_INVALID_VP_INDEX,
                                            HV_STATUS_INSUFFICIENT_BUFFERS,
                                            HV_STATUS_INVALID_SYNIC_STATE };
    const struct hv_post_message message = valid_post();
    const struct hv_signal_event event = { .connection_id = TEST_EVENT_CONNECTION };
    struct request requests[] = { request_post(&message), request_signal(&event) };

    for (unsigned s = 0; s < 4; s++) {
        world->host.post_status = world->host.signal_status = statuses[s];
        for (unsigned i = 0; i < 2; i++) {
            if (form_fits(form, &requests[i])) {
                assert_int_equal(guest_call(world, form, &requests[i]).result, statuses[s]);
            }
        }
    }
}

static void ports_status_is_the_guests_answer(void **state)
{
    for_each_convention(state, port_statuses);
}

/* C1: the message that was checked is the message that is posted. */
static void checked_message(struct world *world, enum form form)
{
    const struct hv_post_message message = valid_post();
    struct request request = request_post(&message);

    if (form_fits(form, &request)) {
        if (form == FORM_COMPACT_SPILLED) {
            guest_spill_attach(world, GPA(PAGE_SPILL) | 1);
        }
        world->host.change_after_read = true;
        assert_int_equal(guest_call(world, form, &request).status, HV_STATUS_SUCCESS);
        assert_memory_equal(&world->host.posted, &message, sizeof message);
    }
}

static void message_is_read_once(void **state)
{
    for_each_convention(state, checked_message);
}

/* Calls of both kinds by one number. */
static void expect_both_refused(struct world *world, enum form form, uint32_t id,
                                hv_status_t status)
{
    struct hv_post_message message = valid_post();
    const struct hv_signal_event event = { .connection_id = id };
    const struct request requests[] = { request_post(&message), request_signal(&event) };

    message.connection_id = id;
    for (unsigned i = 0; i < 2; i++) {
        if (form_fits(form, &requests[i])) {
            expect_refusal(world, form, &requests[i], status);
        }
    }
}

static void unknown_connections(struct world *world, enum form form)
{
    static const uint32_t ids[] = { 0, 3, TEST_MESSAGE_CONNECTION + TEST_CONNECTIONS, 0xffffff };

    for (unsigned i = 0; i < 4; i++) {
        expect_both_refused(world, form, ids[i], HV_STATUS_INVALID_CONNECTION_ID);
    }
    shim_disconnect(&world->partition, TEST_MESSAGE_CONNECTION);
    shim_disconnect(&world->partition, TEST_EVENT_CONNECTION);
    expect_both_refused(world, form, TEST_MESSAGE_CONNECTION, HV_STATUS_INVALID_CONNECTION_ID);
    expect_both_refused(world, form, TEST_EVENT_CONNECTION, HV_STATUS_INVALID_CONNECTION_ID);
}

/* Linux understands this status only. */
static void unknown_connection_is_refused(void **state)
{
    for_each_convention(state, unknown_connections);
}

static void closed_ports(struct world *world, enum form form)
{
    shim_port_close(&world->host.message_port);
    shim_port_close(&world->host.event_port);
    expect_both_refused(world, form, TEST_MESSAGE_CONNECTION, HV_STATUS_INVALID_PORT_ID);
    expect_both_refused(world, form, TEST_EVENT_CONNECTION, HV_STATUS_INVALID_PORT_ID);
}

static void closed_port_is_refused(void **state)
{
    for_each_convention(state, closed_ports);
}

static void other_port_type(struct world *world, enum form form)
{
    struct hv_post_message message = valid_post();
    const struct hv_signal_event event = { .connection_id = TEST_MESSAGE_CONNECTION };
    const struct request post_it = request_post(&message);
    const struct request signal_it = request_signal(&event);

    message.connection_id = TEST_EVENT_CONNECTION;
    expect_refusal(world, form, &signal_it, HV_STATUS_INVALID_PORT_ID);
    if (form_fits(form, &post_it)) {
        expect_refusal(world, form, &post_it, HV_STATUS_INVALID_PORT_ID);
    }
}

static void port_of_the_other_type_is_refused(void **state)
{
    for_each_convention(state, other_port_type);
}

/* S3: the port sees no flag that it does not have. */
static void flags_beyond(struct world *world, enum form form)
{
    static const uint32_t counts[] = { 0, 1, 8, 2048 };
    struct hv_signal_event event = { .connection_id = TEST_EVENT_CONNECTION };
    const struct request request = request_signal(&event);

    for (unsigned i = 0; i < 4; i++) {
        world->host.event_port.flag_count = counts[i];
        event.flag_number = (uint16_t)counts[i];
        expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
        event.flag_number = UINT16_MAX;
        expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
        if (counts[i] != 0) {
            event.flag_number = (uint16_t)(counts[i] - 1);
            assert_int_equal(guest_call(world, form, &request).status, HV_STATUS_SUCCESS);
        }
    }
}

static void flag_beyond_the_ports_count_is_refused(void **state)
{
    for_each_convention(state, flags_beyond);
}

/* Numbers that share a slot: the later one is found in the next. */
static void shared_slots(struct world *world, enum form form)
{
    const uint32_t message_id = TEST_MESSAGE_CONNECTION + TEST_CONNECTIONS;
    const uint32_t event_id = TEST_EVENT_CONNECTION + TEST_CONNECTIONS;
    const struct hv_post_message message = { .connection_id = message_id, .message_type = 1 };
    const struct hv_signal_event event = { .connection_id = event_id };
    struct request request = request_post(&message);

    assert_true(shim_connect(&world->partition, message_id, &world->host.message_port));
    assert_true(shim_connect(&world->partition, event_id, &world->host.event_port));
    if (form_fits(form, &request)) {
        assert_int_equal(guest_call(world, form, &request).status, HV_STATUS_SUCCESS);
        assert_int_equal(world->host.posts, 1);
    }
    request = request_signal(&event);
    assert_int_equal(guest_call(world, form, &request).status, HV_STATUS_SUCCESS);
    assert_int_equal(world->host.signals, 1);
}

static void connections_that_share_a_slot_are_found(void **state)
{
    for_each_convention(state, shared_slots);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(message_reaches_its_port),
        UNIT_TEST(connections_that_share_a_slot_are_found),
        UNIT_TEST(payload_over_240_bytes_is_refused),
        UNIT_TEST(message_types_of_the_hypervisor_are_refused),
        UNIT_TEST(reserved_word_of_a_message_is_refused),
        UNIT_TEST(reserved_connection_id_bits_name_no_connection),
        UNIT_TEST(event_reaches_its_port),
        UNIT_TEST(reserved_word_of_an_event_is_refused),
        UNIT_TEST(ports_status_is_the_guests_answer),
        UNIT_TEST(unknown_connection_is_refused),
        UNIT_TEST(closed_port_is_refused),
        UNIT_TEST(port_of_the_other_type_is_refused),
        UNIT_TEST(flag_beyond_the_ports_count_is_refused),
        UNIT_TEST(message_is_read_once),
    };

    return cmocka_run_group_tests_name("messages", tests, NULL, NULL);
}
