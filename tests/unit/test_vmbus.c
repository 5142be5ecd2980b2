/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* VMBus as a whole: sessions of real guests byte for byte, which ports there are, what each request
 * is answered by in each state. */

#include "vmbus_bench.h"

/* What Linux 6.1 posts, from module load to shutdown, and what it reads back. */
static void session_of_linux_6_1(void **state)
{
    static const uint8_t initiate_contact[40] = {
        0x0e, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* INITIATE_CONTACT */
        0x03, 0x00, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, /* 5.3, VP 0 */
        0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* SINT 2, VTL 0 */
        0x00, 0x60, 0x0c, 0x44, 0x00, 0x00, 0x00, 0x00, /* monitor pages */
        0x00, 0x70, 0x0c, 0x44, 0x00, 0x00, 0x00, 0x00,
    };
    static const uint8_t version_response[16] = {
        0x0f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* VERSION_RESPONSE */
        0x01, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, /* supported, state 0, connection 1 */
    };
    static const uint8_t request_offers[8] = { 0x03 };
    static const uint8_t all_offers_delivered[8] = { 0x04 };
    static const uint8_t unload[8] = { 0x10 };
    static const uint8_t unload_response[8] = { 0x11 };
    struct bench *bench = *state;

    bench_post(bench, 4, initiate_contact, sizeof(initiate_contact));
    assert_int_equal(bench->count, 1);
    expect_sent(bench, 0, 0, 2, version_response, sizeof(version_response));
    bench_post(bench, 1, request_offers, sizeof(request_offers));
    assert_int_equal(bench->count, 2);
    expect_sent(bench, 1, 0, 2, all_offers_delivered, sizeof(all_offers_delivered));
    bench_post(bench, 1, unload, sizeof(unload));
    assert_int_equal(bench->count, 3);
    expect_sent(bench, 2, 0, 2, unload_response, sizeof(unload_response));
}

/* Later kernels ask for 6.0 first and must learn at once that it is not spoken. */
static void session_of_linux_7(void **state)
{
    static const uint8_t contact_6_0[40] = {
        0x0e, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* INITIATE_CONTACT */
        0x00, 0x00, 0x06, 0x00, 0x00, 0x00, 0x00, 0x00, /* 6.0, VP 0 */
        0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* SINT 2, VTL 0, no features */
        0x00, 0x60, 0x0c, 0x44, 0x00, 0x00, 0x00, 0x00, /* monitor pages */
        0x00, 0x70, 0x0c, 0x44, 0x00, 0x00, 0x00, 0x00,
    };
    static const uint8_t refused[16] = { 0x0f };
    struct bench *bench = *state;
    uint8_t contact_5_3[40];

    bench_post(bench, 4, contact_6_0, sizeof(contact_6_0));
    assert_int_equal(bench->count, 1);
    expect_sent(bench, 0, 0, 2, refused, sizeof(refused));
    memcpy(contact_5_3, contact_6_0, sizeof(contact_5_3));
    contact_5_3[8] = 0x03;
    contact_5_3[10] = 0x05;
    bench_post(bench, 4, contact_5_3, sizeof(contact_5_3));
    assert_int_equal(bench->count, 2);
    expect_accepted(bench, 1, 0);
    assert_int_equal(bench_probe(bench), CONNECTED);
}

/* FreeBSD knows only versions below 5.0 and posts them to connection 1. */
static void session_of_freebsd_is_refused(void **state)
{
    static const uint32_t versions[] = { 0x40000, 0x30000, 0x20004, 0x10001, 0x0000d };
    struct bench *bench = *state;

    for (uint32_t i = 0; i < 5; i++) {
        struct hv_post_message message = contact(1, versions[i], 0);

        set_word(&message, 16, 0x41003000); /* interrupt page */
        assert_int_equal(bench_receive(bench, &message), 1);
        expect_refused(bench, i, 0, 2);
    }
    assert_int_equal(bench_probe(bench), DISCONNECTED);
}

/* What each request is answered by in each state, and where that leads. */
struct expectation {
    enum bench_state before;
    uint32_t request; /* message type; 14 with a version that is spoken or not */
    uint32_t version;
    uint32_t answer; /* message type; 0: none */
    enum bench_state after;
};

static const struct expectation expectations[] = {
    { DISCONNECTED, 3, 0, 0, DISCONNECTED },
    { DISCONNECTED, 14, 0x50003, 15, CONNECTED },
    { DISCONNECTED, 14, 0x40001, 15, DISCONNECTED },
    { DISCONNECTED, 16, 0, 0, DISCONNECTED },
    { CONNECTED, 3, 0, 4, OFFERED },
    { CONNECTED, 14, 0x50000, 15, CONNECTED },
    { CONNECTED, 14, 0x60000, 15, DISCONNECTED },
    { CONNECTED, 16, 0, 17, DISCONNECTED },
    { OFFERED, 3, 0, 0, OFFERED },
    { OFFERED, 14, 0x50001, 15, CONNECTED },
    { OFFERED, 14, 0x50004, 15, DISCONNECTED },
    { OFFERED, 16, 0, 17, DISCONNECTED },
};

static void every_request_has_its_answer_in_every_state(void **state)
{
    struct bench *bench = *state;

    for (size_t i = 0; i < sizeof(expectations) / sizeof(expectations[0]); i++) {
        const struct expectation *expected = &expectations[i];
        const struct hv_post_message message =
            expected->request == 14 ? contact(4, expected->version, 1) : request(expected->request);

        bench_enter(bench, expected->before, 1);
        assert_int_equal(bench_receive(bench, &message), expected->answer != 0);
        if (expected->answer == 15 && expected->after == CONNECTED) {
            expect_accepted(bench, 0, 1);
        } else if (expected->answer == 15) {
            expect_refused(bench, 0, 1, 2);
        } else if (expected->answer == 4) {
            expect_offers_delivered(bench, 0, 1);
        } else if (expected->answer == 17) {
            expect_unloaded(bench, 0, 1);
        }
        assert_int_equal(bench_probe(bench), expected->after);
    }
}

static void only_connections_1_and_4_are_ports(void **state)
{
    struct bench *bench = *state;
    struct hv_post_message message = contact(4, 0x50003, 0);

    for (uint32_t i = 0; i < 0x20000; i++) {
        const uint32_t id = i < 0x10000 ? i : i * 0x10001u;
        const bool ours = id == 1 || id == 4;

        message.connection_id = id;
        bench_enter(bench, DISCONNECTED, 0);
        assert_int_equal(vmbus_check_post(&bench->vmbus, &message),
                         ours ? HV_STATUS_SUCCESS : HV_STATUS_INVALID_CONNECTION_ID);
        assert_int_equal(bench_receive(bench, &message), ours);
    }
}

/* Ports outlive connections; what is posted is looked at later, so its contents do not count. */
static void ports_are_there_in_every_state(void **state)
{
    struct bench *bench = *state;
    struct hv_post_message message = request(0xdeadbeef);

    for (unsigned before = 0; before < BENCH_STATES; before++) {
        bench_enter(bench, (enum bench_state)before, 1);
        message.connection_id = 1;
        assert_int_equal(vmbus_check_post(&bench->vmbus, &message), HV_STATUS_SUCCESS);
        message.connection_id = 4;
        assert_int_equal(vmbus_check_post(&bench->vmbus, &message), HV_STATUS_SUCCESS);
    }
}

static void other_message_types_are_dropped(void **state)
{
    static const uint32_t types[] = { 0, 2, 3, 0x101, 0x80000001, 0xffffffff };
    struct bench *bench = *state;
    struct hv_post_message message = contact(4, 0x50003, 0);

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        message.message_type = types[i];
        assert_int_equal(bench_receive(bench, &message), 0);
    }
    assert_int_equal(bench_probe(bench), DISCONNECTED);
}

static void init_wants_a_host_and_vps(void **state)
{
    static const struct vmbus_host_ops none;
    struct bench *bench = *state;
    const struct vmbus_host_ops *ops = bench->vmbus.ops;

    assert_false(vmbus_init(&bench->vmbus, NULL, bench, BENCH_VPS));
    assert_false(vmbus_init(&bench->vmbus, &none, bench, BENCH_VPS));
    assert_false(vmbus_init(&bench->vmbus, ops, bench, 0));
    assert_true(vmbus_init(&bench->vmbus, ops, bench, 1));
}

static void reset_forgets_the_connection(void **state)
{
    struct bench *bench = *state;

    for (unsigned before = 0; before < BENCH_STATES; before++) {
        bench_enter(bench, (enum bench_state)before, 1);
        vmbus_reset(&bench->vmbus);
        assert_int_equal(bench->count, 0);
        assert_int_equal(bench_probe(bench), DISCONNECTED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VMBUS_TEST(session_of_linux_6_1),
        VMBUS_TEST(session_of_linux_7),
        VMBUS_TEST(session_of_freebsd_is_refused),
        VMBUS_TEST(every_request_has_its_answer_in_every_state),
        VMBUS_TEST(only_connections_1_and_4_are_ports),
        VMBUS_TEST(ports_are_there_in_every_state),
        VMBUS_TEST(other_message_types_are_dropped),
        VMBUS_TEST(init_wants_a_host_and_vps),
        VMBUS_TEST(reset_forgets_the_connection),
    };

    return cmocka_run_group_tests_name("vmbus", tests, NULL, NULL);
}
