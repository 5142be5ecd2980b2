/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Time synchronisation: when the guest is told to set its clock, when it gets samples, in the forms
 * of all versions, and without a clock of the host. */

#include "vmbus_guest.h"

#define SYNC 1u
#define SAMPLE 2u

/* Takes the message that must be there, and answers it. */
static void expect_time(struct guest_channel *channel, uint8_t flags)
{
    struct bench *bench = channel->bench;
    uint8_t payload[4096];
    const uint32_t size = guest_receive(channel, payload);

    assert_int_equal(size, 56);
    assert_int_equal(number_at(payload, 18, 2), 24);
    assert_int_equal(number_at(payload, 28, 8), bench->host_time + bench->time);
    assert_int_equal(number_at(payload, 36, 8), bench->time);
    assert_int_equal(number_at(payload, 44, 1), flags);
    assert_int_equal(number_at(payload, 45, 7), 0);
    guest_answer(channel, payload, size);
    (void)vmbus_poll(&bench->vmbus);
}

static void sync_first_then_a_sample_every_five_seconds(void **state)
{
    struct bench *bench = *state;
    struct guest_channel channel;

    guest_connect(bench, 0x50003);
    channel = guest_start(bench, TIME_SYNC);
    expect_time(&channel, SYNC);
    for (uint32_t i = 0; i < 100; i++) {
        uint8_t payload[4096];

        bench->time += 5 * SECOND - 1;
        assert_int_equal(vmbus_poll(&bench->vmbus), bench->time + 1);
        assert_int_equal(guest_receive(&channel, payload), 0);
        bench->time++;
        assert_int_equal(vmbus_poll(&bench->vmbus), bench->time + 5 * SECOND);
        expect_time(&channel, SAMPLE);
    }
}

/* More than a second counts, in either direction, at once or in small steps. */
static void a_step_of_the_hosts_clock_is_passed_on(void **state)
{
    static const int64_t steps[] = { 10000000, -20000000, -10000000,   9999999,     2,
                                     9999999,  5000000,   36000000000, -36000000000 };
    static const uint8_t flags[] = { SAMPLE, SAMPLE, SYNC, SAMPLE, SYNC, SAMPLE, SYNC, SYNC, SYNC };
    struct bench *bench = *state;
    struct guest_channel channel;

    guest_connect(bench, 0x50003);
    channel = guest_start(bench, TIME_SYNC);
    expect_time(&channel, SYNC);
    for (uint32_t i = 0; i < sizeof(flags); i++) {
        bench->host_time += (uint64_t)steps[i];
        bench->time += 5 * SECOND;
        (void)vmbus_poll(&bench->vmbus);
        expect_time(&channel, flags[i]);
    }
}

static void sync_is_sent_at_once_when_asked_for(void **state)
{
    struct bench *bench = *state;
    struct guest_channel channel;
    uint8_t payload[4096];

    guest_connect(bench, 0x50003);
    channel = guest_start(bench, TIME_SYNC);
    expect_time(&channel, SYNC);
    vmbus_time_sync(&bench->vmbus);
    (void)vmbus_poll(&bench->vmbus);
    vmbus_time_sync(&bench->vmbus); /* while the first one is not answered */
    (void)vmbus_poll(&bench->vmbus);
    expect_time(&channel, SYNC);
    expect_time(&channel, SYNC);
    assert_int_equal(guest_receive(&channel, payload), 0);
    bench->time += 5 * SECOND;
    (void)vmbus_poll(&bench->vmbus);
    expect_time(&channel, SAMPLE);
}

/* Messages of before 4.0 have a round trip time, which nobody measures, and 25 bytes. */
static void older_versions_have_their_own_form(void **state)
{
    static const uint32_t versions[] = { 0x10000, 0x30000 };
    struct bench *bench = *state;

    for (uint32_t i = 0; i < 2; i++) {
        struct guest_channel channel;
        uint8_t payload[4096];

        guest_connect(bench, 0x50003);
        channel = guest_open(bench, TIME_SYNC, 0, 8);
        (void)vmbus_poll(&bench->vmbus);
        guest_agree(&channel, 0x10000, versions[i]);
        (void)vmbus_poll(&bench->vmbus);
        assert_int_equal(guest_receive(&channel, payload), 56);
        assert_int_equal(number_at(payload, 4, 4), 20 + 25);
        assert_int_equal(number_at(payload, 18, 2), 25);
        assert_int_equal(number_at(payload, 28, 8), bench->host_time + bench->time);
        assert_int_equal(number_at(payload, 36, 8), bench->time);
        assert_int_equal(number_at(payload, 44, 8), 0);
        assert_int_equal(number_at(payload, 52, 4), SYNC);
    }
}

/* A guest that does not answer gets no second one; the next is as late as it is. */
static void samples_wait_for_the_answer(void **state)
{
    struct bench *bench = *state;
    struct guest_channel channel;
    uint8_t payload[4096];
    uint32_t size;

    guest_connect(bench, 0x50003);
    channel = guest_start(bench, TIME_SYNC);
    size = guest_receive(&channel, payload);
    for (uint32_t i = 0; i < 10; i++) {
        uint8_t none[4096];

        bench->time += 5 * SECOND;
        assert_int_equal(vmbus_poll(&bench->vmbus), bench->time + 5 * SECOND);
        assert_int_equal(guest_receive(&channel, none), 0);
    }
    guest_answer(&channel, payload, size);
    (void)vmbus_poll(&bench->vmbus);
    bench->time += 5 * SECOND;
    (void)vmbus_poll(&bench->vmbus);
    expect_time(&channel, SAMPLE);
}

/* Which devices there are without some of the ops; the others are as before. */
static void hosts_without_ops_offer_less(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message connect = contact(4, 0x50003, 0);
    const struct hv_post_message offers = request(3);
    const struct vmbus_host_ops *all = bench->vmbus.ops;

    for (uint32_t missing = 0; missing < 7; missing++) {
        struct vmbus_host_ops ops = *all;

        ops.event_set = missing == 1 ? NULL : ops.event_set;
        ops.gpa_read = missing == 2 ? NULL : ops.gpa_read;
        ops.gpa_write = missing == 3 ? NULL : ops.gpa_write;
        ops.reference_time = missing == 4 ? NULL : ops.reference_time;
        ops.host_time = missing == 5 ? NULL : ops.host_time;
        ops.trace = missing == 6 ? NULL : ops.trace;
        assert_true(vmbus_init(&bench->vmbus, &ops, bench, BENCH_VPS));
        bench_forget(bench);
        assert_int_equal(bench_receive(bench, &connect), 1);
        assert_int_equal(bench_receive(bench, &offers), missing == 0 || missing == 6 ? 4
                                                        : missing == 5               ? 3
                                                                                     : 1);
        assert_true(vmbus_poll(&bench->vmbus) == VMBUS_NO_DEADLINE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VMBUS_DEVICE_TEST(sync_first_then_a_sample_every_five_seconds),
        VMBUS_DEVICE_TEST(a_step_of_the_hosts_clock_is_passed_on),
        VMBUS_DEVICE_TEST(sync_is_sent_at_once_when_asked_for),
        VMBUS_DEVICE_TEST(older_versions_have_their_own_form),
        VMBUS_DEVICE_TEST(samples_wait_for_the_answer),
        VMBUS_DEVICE_TEST(hosts_without_ops_offer_less),
    };

    return cmocka_run_group_tests_name("vmbus time sync", tests, NULL, NULL);
}
