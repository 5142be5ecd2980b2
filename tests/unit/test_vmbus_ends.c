/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* How things end: GPADLs by teardown, channels by the guest and by us, connections by UNLOAD, by
 * the next kernel and by reset. In all cases the guest's pages are its own again. */

#include "vmbus_guest.h"

/* Nothing is held any more: the largest GPADL that there can be, goes in. */
static void expect_empty(struct bench *bench)
{
    uint64_t pages[VMBUS_GPADL_WORDS - 1];
    const struct hv_post_message teardown = gpadl_teardown(1, 0x5555);

    for (uint32_t i = 0; i < VMBUS_GPADL_WORDS - 1; i++) {
        pages[i] = BENCH_RAM + 4096u * (i % BENCH_PAGES);
    }
    bench_forget(bench);
    guest_share(bench, 1, 0x5555, pages, VMBUS_GPADL_WORDS - 1);
    assert_int_equal(bench->count, 1);
    expect_created(bench, 0, 1, 0x5555, true);
    assert_int_equal(bench_receive(bench, &teardown), 1);
    expect_torndown(bench, 1, 0x5555);
    bench_forget(bench);
}

/* The pages are the guest's again: once it was told, nobody touches them. */
static void teardown_of_open_rings_waits_for_the_close(void **state)
{
    struct bench *bench = *state;
    struct guest_channel channel;
    struct hv_post_message teardown;
    const struct hv_post_message close = close_channel(HEARTBEAT);
    const uint64_t page = BENCH_RAM;

    guest_connect(bench, 0x50003);
    channel = guest_start(bench, HEARTBEAT);
    teardown = gpadl_teardown(HEARTBEAT, channel.gpadl);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(bench_receive(bench, &teardown), 0);
        assert_int_equal(bench_traced(bench, VMBUS_EVENT_DROPPED), i); /* once is enough */
        (void)vmbus_poll(&bench->vmbus);
    }
    guest_share(bench, HEARTBEAT, channel.gpadl, &page, 1); /* the id is not free yet */
    expect_created(bench, 0, HEARTBEAT, channel.gpadl, false);
    bench->time += 2 * SECOND;
    (void)vmbus_poll(&bench->vmbus);
    assert_int_equal(vmbus_heartbeats(&bench->vmbus).lost, 1); /* still at work */
    assert_int_equal(bench_receive(bench, &close), 1);
    expect_torndown(bench, 1, channel.gpadl);
    memset(bench->pages, PAGE_UNTOUCHABLE, sizeof(bench->pages));
    bench->time += 10 * SECOND;
    (void)vmbus_poll(&bench->vmbus);
    memset(bench->pages, PAGE_RAM, sizeof(bench->pages));
    expect_empty(bench);
}

/* Devices may have more than one; only that of the rings is bound to the channel. */
static void teardown_of_other_gpadls_does_not_wait(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message teardown = gpadl_teardown(HEARTBEAT, 7);
    const uint64_t page = BENCH_RAM;

    guest_connect(bench, 0x50003);
    (void)guest_start(bench, HEARTBEAT);
    guest_share(bench, HEARTBEAT, 7, &page, 1);
    assert_int_equal(bench_receive(bench, &teardown), 1);
    expect_torndown(bench, 1, 7);
}

/* As Linux does it: CLOSE, TEARDOWN, and the pages are free. */
static void teardown_after_the_close_is_answered_at_once(void **state)
{
    struct bench *bench = *state;
    struct guest_channel channel;
    struct hv_post_message teardown;
    const struct hv_post_message close = close_channel(SHUTDOWN);

    guest_connect(bench, 0x50003);
    channel = guest_start(bench, SHUTDOWN);
    teardown = gpadl_teardown(SHUTDOWN, channel.gpadl);
    assert_int_equal(bench_receive(bench, &close), 0);
    assert_int_equal(bench_receive(bench, &teardown), 1);
    expect_torndown(bench, 0, channel.gpadl);
    expect_empty(bench);
}

/* Others in the pool move up when one leaves: the rings that lie there must not notice. */
static void open_rings_survive_the_teardown_of_others(void **state)
{
    struct bench *bench = *state;
    const uint64_t pages[3] = { BENCH_RAM, BENCH_RAM + 4096, BENCH_RAM + 8192 };
    struct guest_channel channel;
    const struct hv_post_message teardown = gpadl_teardown(2, 7);
    uint8_t payload[4096];

    guest_connect(bench, 0x50003);
    guest_share(bench, 2, 7, pages, 3);
    channel = guest_start(bench, HEARTBEAT);
    guest_share(bench, 2, 9, pages, 2);
    assert_int_equal(bench_receive(bench, &teardown), 1);
    guest_share(bench, 2, 7, pages, 3);
    guest_answer(&channel, payload, guest_receive(&channel, payload));
    bench->time += 2 * SECOND;
    (void)vmbus_poll(&bench->vmbus);
    assert_int_equal(vmbus_heartbeats(&bench->vmbus).sent, 2);
    assert_int_not_equal(guest_receive(&channel, payload), 0);
}

/* ---- Channels that we take back ----------------------------------------------------------------
 */

/* Makes the guest's ring nonsense, which takes the channel away; nothing is said yet. */
static void spoil(struct guest_channel *channel)
{
    set_out_field(channel, RING_WRITE, channel->out_size);
    assert_int_equal(vmbus_signal(&channel->bench->vmbus, 0x2000 + channel->relid, 0),
                     HV_STATUS_SUCCESS);
    bench_forget(channel->bench);
    (void)vmbus_poll(&channel->bench->vmbus);
    assert_int_equal(channel->bench->count, 0);
}

/* The order of Linux: CLOSE, no teardown, RELID_RELEASED. The device is there again in the next
 * connection, and not before. */
static void broken_channels_are_rescinded_once(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message close = close_channel(1);
    const struct hv_post_message released = relid_released(1);
    struct guest_channel channel;
    struct guest_channel other;
    uint8_t payload[4096];

    guest_connect(bench, 0x50003);
    other = guest_start(bench, TIME_SYNC);
    channel = guest_start(bench, HEARTBEAT);
    spoil(&channel);
    expect_traced(bench, VMBUS_EVENT_BROKEN, 1, VMBUS_FAULT_INDEX);
    guest_stir(bench);
    assert_int_equal(bench->count, 1);
    expect_rescinded(bench, 0, 1);
    for (uint32_t i = 0; i < 8; i++) {
        bench->pages[(guest_page(1, i) - BENCH_RAM) / 4096] = PAGE_UNTOUCHABLE;
    }
    bench->time += 100 * SECOND;
    (void)vmbus_poll(&bench->vmbus);
    assert_int_equal(vmbus_signal(&bench->vmbus, 0x2001, 0), HV_STATUS_INVALID_CONNECTION_ID);
    assert_int_equal(bench_receive(bench, &close), 0);
    assert_int_equal(bench_receive(bench, &released), 0);
    expect_traced(bench, VMBUS_EVENT_RELEASED, 1, 0);
    (void)vmbus_poll(&bench->vmbus);
    assert_int_equal(bench->count, 1);
    assert_int_not_equal(guest_receive(&other, payload), 0); /* others go on */

    memset(bench->pages, PAGE_RAM, sizeof(bench->pages));
    (void)vmbus_poll(&bench->vmbus);
    guest_connect(bench, 0x50003);
    (void)guest_start(bench, HEARTBEAT);
}

/* Another kernel has come by kexec and taken the pages of the rings, which shows at the next beat:
 * it must hear nothing of what it does not know. */
static uint32_t take_pages_away(struct bench *bench)
{
    struct guest_channel channel = guest_start(bench, HEARTBEAT);
    const struct hv_post_message teardown = gpadl_teardown(HEARTBEAT, channel.gpadl);
    uint8_t payload[4096];

    guest_answer(&channel, payload, guest_receive(&channel, payload));
    (void)vmbus_poll(&bench->vmbus);
    assert_int_equal(bench_receive(bench, &teardown), 0);
    for (uint32_t i = 0; i < 8; i++) {
        memset(bench_at(bench, guest_page(HEARTBEAT, i)), 0xc3, 4096);
    }
    bench_forget(bench);
    for (uint32_t i = 0; i < 100; i++) {
        bench->time += 2 * SECOND;
        (void)vmbus_poll(&bench->vmbus);
    }
    assert_int_equal(bench->asked, 0);
    return channel.gpadl;
}

/* A guest that still holds the connection hears it when it does something with it. */
static void nothing_is_told_to_a_guest_that_may_be_gone(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message again = contact(4, 0x50003, 0);

    for (uint32_t way = 0; way < 3; way++) {
        uint32_t gpadl;

        guest_connect(bench, 0x50003);
        (void)guest_start(bench, SHUTDOWN);
        gpadl = take_pages_away(bench);
        if (way == 0) {
            assert_int_equal(bench_receive(bench, &again), 1);
            expect_accepted(bench, 0, 0);
            guest_stir(bench);
            assert_int_equal(bench->count, 1);
            continue;
        }
        if (way == 1) {
            assert_int_equal(vmbus_signal(&bench->vmbus, 0x2000 + SHUTDOWN, 0), HV_STATUS_SUCCESS);
            (void)vmbus_poll(&bench->vmbus);
        } else {
            guest_stir(bench);
        }
        assert_int_equal(bench->count, 2);
        expect_rescinded(bench, 0, HEARTBEAT);
        expect_torndown(bench, 1, gpadl);
    }
}

/* A guest that posts a lot and reads nothing. It can be heard of by signals only. */
static void fill_backlog(struct bench *bench)
{
    struct hv_post_message sockets = request(21);

    sockets.payload_size = 40;
    bench->places = 0;
    while (vmbus_receive(&bench->vmbus, &sockets)) {
    }
}

/* Nobody asked for it, so no place was kept: it takes the first that gets free. */
static void rescind_waits_for_a_place(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message nothing = request(0);
    struct guest_channel channel;

    guest_connect(bench, 0x50003);
    (void)guest_start(bench, SHUTDOWN);
    channel = guest_start(bench, HEARTBEAT);
    fill_backlog(bench);
    spoil(&channel);
    assert_int_equal(vmbus_signal(&bench->vmbus, 0x2000 + SHUTDOWN, 0), HV_STATUS_SUCCESS);
    (void)vmbus_poll(&bench->vmbus);
    bench->places = 1;
    (void)vmbus_poll(&bench->vmbus);
    assert_int_equal(bench->count, 1);
    assert_false(vmbus_receive(&bench->vmbus, &nothing)); /* it is in the queue now */
    bench->places = VMBUS_BACKLOG;
    (void)vmbus_poll(&bench->vmbus);
    assert_int_equal(bench->count, VMBUS_BACKLOG + 1);
    expect_rescinded(bench, VMBUS_BACKLOG, 1);
    (void)vmbus_poll(&bench->vmbus);
    assert_int_equal(bench->count, VMBUS_BACKLOG + 1);
}

/* So does the answer to a teardown that had to wait for us. */
static void answer_to_an_early_teardown_waits_for_a_place(void **state)
{
    struct bench *bench = *state;
    struct hv_post_message teardown;
    struct guest_channel channel;

    guest_connect(bench, 0x50003);
    (void)guest_start(bench, SHUTDOWN);
    channel = guest_start(bench, HEARTBEAT);
    teardown = gpadl_teardown(1, channel.gpadl);
    assert_int_equal(bench_receive(bench, &teardown), 0);
    fill_backlog(bench);
    spoil(&channel);
    assert_int_equal(vmbus_signal(&bench->vmbus, 0x2000 + SHUTDOWN, 0), HV_STATUS_SUCCESS);
    bench->places = BENCH_NO_LIMIT;
    (void)vmbus_poll(&bench->vmbus); /* one poll is enough */
    assert_int_equal(bench->count, VMBUS_BACKLOG + 2);
    expect_rescinded(bench, VMBUS_BACKLOG, 1);
    expect_torndown(bench, VMBUS_BACKLOG + 1, channel.gpadl);
}

/* The guest was faster: with a release, or with UNLOAD. */
static void rescind_that_came_too_late_is_dropped(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message faster[2] = { relid_released(1), request(16) };

    for (uint32_t i = 0; i < 2; i++) {
        struct guest_channel channel;

        guest_connect(bench, 0x50003);
        channel = guest_start(bench, HEARTBEAT);
        spoil(&channel);
        assert_int_equal(bench_receive(bench, &faster[i]), i);
        if (i == 1) {
            const struct hv_post_message again = contact(4, 0x50003, 0);

            assert_int_equal(bench_receive(bench, &again), 1);
        }
        bench_forget(bench);
        guest_stir(bench);
        assert_int_equal(bench->count, 0);
    }
}

/* ---- Connections -------------------------------------------------------------------------------
 */

enum ending { UNLOADED, NEW_KERNEL, REFUSED_KERNEL, GONE, RESET, ENDINGS };

static void end(struct bench *bench, enum ending ending)
{
    const struct hv_post_message unload = request(16);
    const struct hv_post_message again = contact(4, 0x50003, 1);
    const struct hv_post_message bad = contact(4, 0x60000, 1);

    bench_forget(bench);
    if (ending == RESET || ending == GONE) {
        (ending == RESET ? vmbus_reset : vmbus_disconnect)(&bench->vmbus);
        return;
    }
    assert_int_equal(bench_receive(bench, ending == UNLOADED     ? &unload
                                          : ending == NEW_KERNEL ? &again
                                                                 : &bad),
                     1);
    if (ending == UNLOADED) {
        expect_unloaded(bench, 0, 0);
    } else if (ending == NEW_KERNEL) {
        expect_accepted(bench, 0, 1);
    } else {
        expect_refused(bench, 0, 1, 2);
    }
}

/* In the middle of everything: channels open, one with an answer on its way, an event that waits,
 * an unfinished GPADL, a teardown that waits. The next kernel finds nothing of it. */
static void the_end_of_a_connection_releases_all(void **state)
{
    struct bench *bench = *state;

    for (uint32_t ending = 0; ending < ENDINGS; ending++) {
        const struct hv_post_message unfinished = gpadl_header(2, 70, 160, 1);
        struct guest_channel channels[3];
        struct hv_post_message teardown;

        guest_connect(bench, 0x50003);
        for (uint32_t relid = 1; relid <= 3; relid++) {
            channels[relid - 1] = guest_start(bench, relid);
        }
        teardown = gpadl_teardown(1, channels[0].gpadl);
        assert_int_equal(bench_receive(bench, &teardown), 0);
        assert_int_equal(bench_receive(bench, &unfinished), 0);
        bench->synic_off = true;
        bench->time += 10 * SECOND;
        set_in_field(&channels[0], RING_READ, 0);
        (void)vmbus_poll(&bench->vmbus);
        assert_int_equal(vmbus_signal(&bench->vmbus, 0x2001, 0), HV_STATUS_SUCCESS);

        end(bench, (enum ending)ending);
        bench->synic_off = false;
        memset(bench->pages, PAGE_UNTOUCHABLE, sizeof(bench->pages));
        bench->time += 10 * SECOND;
        assert_true(vmbus_poll(&bench->vmbus) == VMBUS_NO_DEADLINE);
        assert_int_equal(bench->event_count, 0);
        for (uint32_t relid = 1; relid <= 3; relid++) {
            assert_int_equal(vmbus_signal(&bench->vmbus, 0x2000 + relid, 0),
                             HV_STATUS_INVALID_CONNECTION_ID);
        }
        memset(bench->pages, PAGE_RAM, sizeof(bench->pages));
        guest_connect(bench, 0x50003);
        expect_empty(bench);
        assert_int_equal(vmbus_heartbeats(&bench->vmbus).sent, ending == RESET ? 0 : ending + 1);
    }
}

/* kexec, twenty times over: channels, GPADL ids and relids are all as they were the first time. */
static void each_kernel_after_kexec_starts_anew(void **state)
{
    struct bench *bench = *state;

    for (uint32_t kernel = 1; kernel <= 20; kernel++) {
        guest_connect(bench, 0x50003);
        (void)guest_start(bench, HEARTBEAT);
        (void)guest_start(bench, TIME_SYNC);
        (void)vmbus_poll(&bench->vmbus);
        assert_int_equal(vmbus_heartbeats(&bench->vmbus).sent, kernel);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VMBUS_DEVICE_TEST(teardown_of_open_rings_waits_for_the_close),
        VMBUS_DEVICE_TEST(teardown_of_other_gpadls_does_not_wait),
        VMBUS_DEVICE_TEST(teardown_after_the_close_is_answered_at_once),
        VMBUS_DEVICE_TEST(open_rings_survive_the_teardown_of_others),
        VMBUS_DEVICE_TEST(broken_channels_are_rescinded_once),
        VMBUS_DEVICE_TEST(nothing_is_told_to_a_guest_that_may_be_gone),
        VMBUS_DEVICE_TEST(rescind_waits_for_a_place),
        VMBUS_DEVICE_TEST(answer_to_an_early_teardown_waits_for_a_place),
        VMBUS_DEVICE_TEST(rescind_that_came_too_late_is_dropped),
        VMBUS_DEVICE_TEST(the_end_of_a_connection_releases_all),
        VMBUS_DEVICE_TEST(each_kernel_after_kexec_starts_anew),
    };

    return cmocka_run_group_tests_name("vmbus ends", tests, NULL, NULL);
}
