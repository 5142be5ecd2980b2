/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Events in both directions: where the host's go and when, and which signals of the guest count. */

#include "vmbus_guest.h"

static void the_first_event_waits_for_the_result(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message close = close_channel(1);
    const struct hv_post_message open = open_channel(1, 0xe1e11, 1, 4);

    guest_connect(bench, 0x50003);
    guest_open(bench, 1, 1, 8);
    assert_int_equal(bench_receive(bench, &close), 0);
    bench_forget(bench);
    bench->places = 0;
    assert_true(vmbus_receive(&bench->vmbus, &open));
    for (uint32_t i = 0; i < 3; i++) {
        assert_true(vmbus_poll(&bench->vmbus) == VMBUS_NO_DEADLINE);
        assert_int_equal(bench->event_count, 0);
    }
    bench->places = BENCH_NO_LIMIT;
    (void)vmbus_poll(&bench->vmbus);
    expect_opened(bench, 0, 1, true);
    assert_int_equal(bench->event_count, 1);
}

static void events_go_to_the_target_vp(void **state)
{
    struct bench *bench = *state;

    for (uint32_t vp = 0; vp < BENCH_VPS; vp++) {
        vmbus_reset(&bench->vmbus);
        guest_connect(bench, 0x50003);
        guest_open(bench, 3, vp, 8);
        (void)vmbus_poll(&bench->vmbus);
        assert_int_equal(bench->event_count, 1);
        assert_int_equal(bench->events[0].vp, vp);
        assert_int_equal(bench->events[0].sint, 2);
        assert_int_equal(bench->events[0].flag, 3);
        bench_forget(bench);
    }
}

/* The VP's SynIC may be off for a while, as when it goes offline and comes back. */
static void events_wait_until_they_can_be_set(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message modify = modify_channel(1, 3);

    guest_connect(bench, 0x50003);
    guest_open(bench, 1, 2, 8);
    bench->synic_off = true;
    for (uint32_t i = 0; i < 3; i++) {
        assert_true(vmbus_poll(&bench->vmbus) == VMBUS_NO_DEADLINE);
    }
    assert_int_equal(bench_receive(bench, &modify), 1);
    bench->synic_off = false;
    (void)vmbus_poll(&bench->vmbus);
    (void)vmbus_poll(&bench->vmbus);
    assert_int_equal(bench->event_count, 1);
    assert_int_equal(bench->events[0].vp, 3); /* it moved with the channel */
}

static void modify_is_answered_from_5_3_on(void **state)
{
    struct bench *bench = *state;

    for (uint32_t version = 0x50000; version <= 0x50003; version++) {
        const struct hv_post_message modify = modify_channel(1, 3);
        const struct hv_post_message bad = modify_channel(1, BENCH_VPS);

        vmbus_reset(&bench->vmbus);
        guest_connect(bench, version);
        guest_open(bench, 1, 2, 8);
        bench_forget(bench);
        assert_int_equal(bench_receive(bench, &modify), version == 0x50003);
        assert_int_equal(bench_receive(bench, &bad), version == 0x50003);
        if (version == 0x50003) {
            expect_modified(bench, 0, 1, true);
            expect_modified(bench, 1, 1, false);
        }
        (void)vmbus_poll(&bench->vmbus);
        assert_int_equal(bench->event_count, 1);
        assert_int_equal(bench->events[0].vp, 3); /* moved, answered or not */
    }
}

static void modify_refuses_vps_that_do_not_exist(void **state)
{
    static const uint32_t bad[] = { BENCH_VPS, 0x10000, 0x80000000, 0xfffffffe, 0xffffffff };
    struct bench *bench = *state;

    guest_connect(bench, 0x50003);
    guest_open(bench, 1, 1, 8);
    bench_forget(bench);
    for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const struct hv_post_message modify = modify_channel(1, bad[i]);

        assert_int_equal(bench_receive(bench, &modify), 1);
        expect_modified(bench, i, 1, false);
    }
}

static void only_open_channels_take_signals(void **state)
{
    static const uint32_t ids[] = { 0,        1,          2,         4,      0x2000,
                                    0x2002,   0x2003,     0x2004,    0x2800, 0x12001,
                                    0x800001, 0x80002001, 0xffffffff };
    struct bench *bench = *state;

    for (uint32_t open = 0; open < 2; open++) {
        for (uint32_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
            assert_int_equal(vmbus_signal(&bench->vmbus, ids[i], 0),
                             HV_STATUS_INVALID_CONNECTION_ID);
        }
        assert_int_equal(vmbus_signal(&bench->vmbus, 0x2001, 0),
                         open ? HV_STATUS_SUCCESS : HV_STATUS_INVALID_CONNECTION_ID);
        if (!open) {
            guest_connect(bench, 0x50003);
            guest_open(bench, 1, 0, 8);
        }
    }
    (void)vmbus_poll(&bench->vmbus);
    for (uint32_t flag = 1; flag <= 0xffff; flag++) {
        assert_int_equal(vmbus_signal(&bench->vmbus, 0x2001, (uint16_t)flag),
                         HV_STATUS_INVALID_PARAMETER);
    }
    bench->accesses = 0;
    (void)vmbus_poll(&bench->vmbus);
    assert_int_equal(bench->accesses, 0); /* a refused signal does nothing */
}

/* A guest may fill its ring before it opens the channel; nobody takes signals by then. */
static void packets_may_be_there_before_the_open(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message close = close_channel(1);
    const struct hv_post_message open = open_channel(1, 0xe1e11, 1, 4);
    struct guest_channel channel;

    guest_connect(bench, 0x50003);
    channel = guest_open(bench, 1, 1, 8);
    assert_int_equal(bench_receive(bench, &close), 0);
    set_out_field(&channel, RING_MASK, 1); /* so that it is not signalled */
    guest_send(&channel, &close, 64);
    assert_int_equal(bench_receive(bench, &open), 1);
    (void)vmbus_poll(&bench->vmbus);
    assert_int_equal(out_field(&channel, RING_READ), channel.out_write);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VMBUS_DEVICE_TEST(the_first_event_waits_for_the_result),
        VMBUS_DEVICE_TEST(events_go_to_the_target_vp),
        VMBUS_DEVICE_TEST(events_wait_until_they_can_be_set),
        VMBUS_DEVICE_TEST(modify_is_answered_from_5_3_on),
        VMBUS_DEVICE_TEST(modify_refuses_vps_that_do_not_exist),
        VMBUS_DEVICE_TEST(packets_may_be_there_before_the_open),
        VMBUS_DEVICE_TEST(only_open_channels_take_signals),
    };

    return cmocka_run_group_tests_name("vmbus events", tests, NULL, NULL);
}
