/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Rings as guests use them: packets around the end, masks and signals in both directions, room and
 * the want of it, fairness. What is wrong with a ring is in test_vmbus_ring_hostile.c. */

#include "vmbus_guest.h"

/* Takes the beat that must be there and answers it. */
static void answer_beat(struct guest_channel *channel)
{
    uint8_t payload[4096];
    const uint32_t size = guest_receive(channel, payload);

    assert_int_equal(size, 72);
    payload[28]++; /* sequence; carries do not matter here */
    payload[29] = (uint8_t)(payload[29] + (payload[28] == 0));
    guest_answer(channel, payload, size);
}

/* 4096 is no multiple of 96: in 128 beats each part of a packet lies across the end once. */
static void packets_go_around_the_end(void **state)
{
    struct bench *bench = *state;
    struct guest_channel channel;

    guest_connect(bench, 0x50003);
    channel = guest_open(bench, HEARTBEAT, 0, 4); /* one page of data each way */
    (void)vmbus_poll(&bench->vmbus);
    guest_agree(&channel, 0x30000, 0x30000);
    (void)vmbus_poll(&bench->vmbus);
    for (uint32_t beat = 1; beat <= 1000; beat++) {
        answer_beat(&channel);
        assert_true(channel.signalled);
        (void)vmbus_poll(&bench->vmbus);
        assert_int_equal(out_field(&channel, RING_READ), channel.out_write);
        assert_int_equal(vmbus_heartbeats(&bench->vmbus).answered, beat);
        bench->time += 2 * SECOND;
        (void)vmbus_poll(&bench->vmbus);
    }
}

/* Memory that differs the second time: only what is read once makes sense. */
static void scramble(struct bench *bench, uint64_t gpa, size_t size)
{
    const struct guest_channel *channel = bench->test;

    for (uint32_t page = 1; page < 4; page++) {
        if (gpa / 4096 == channel->out[page] / 4096) {
            memset(bench_at(bench, gpa), 0xff, size);
        }
    }
}

static void packets_are_read_once(void **state)
{
    struct bench *bench = *state;
    struct guest_channel channel;

    guest_connect(bench, 0x50003);
    channel = guest_start(bench, HEARTBEAT);
    bench->test = &channel;
    bench->after_read = scramble;
    for (uint32_t beat = 1; beat <= 300; beat++) {
        answer_beat(&channel);
        (void)vmbus_poll(&bench->vmbus);
        assert_int_equal(vmbus_heartbeats(&bench->vmbus).answered, beat);
        bench->time += 2 * SECOND;
        (void)vmbus_poll(&bench->vmbus);
    }
}

/* Pages with other numbers than their neighbours, and rings longer than the first message's. */
static void rings_of_a_guest_with_large_pages(void **state)
{
    struct bench *bench = *state;
    struct guest_channel channel;

    guest_connect(bench, 0x50003);
    channel = guest_open(bench, HEARTBEAT, 0, 34);
    (void)vmbus_poll(&bench->vmbus);
    guest_agree(&channel, 0x30000, 0x30000);
    for (uint32_t beat = 0; beat < 2000; beat++) {
        bench->time += 2 * SECOND;
        (void)vmbus_poll(&bench->vmbus);
        answer_beat(&channel);
    }
    (void)vmbus_poll(&bench->vmbus);
    assert_int_equal(vmbus_heartbeats(&bench->vmbus).answered, 2000);
}

/* ---- Guest to host ----------------------------------------------------------------------------
 */

/* While the host reads data, it does not want to be signalled. */
static void expect_masked(struct bench *bench, uint64_t gpa, size_t size)
{
    const struct guest_channel *channel = bench->test;

    (void)size;
    if (gpa / 4096 == channel->out[1] / 4096) {
        assert_int_equal(out_field(channel, RING_MASK), 1);
    }
}

static void the_host_masks_signals_while_it_reads(void **state)
{
    struct bench *bench = *state;
    struct guest_channel channel;

    guest_connect(bench, 0x50003);
    channel = guest_start(bench, HEARTBEAT);
    bench->test = &channel;
    answer_beat(&channel);
    bench->before_access = expect_masked;
    (void)vmbus_poll(&bench->vmbus);
    assert_int_equal(out_field(&channel, RING_MASK), 0);
    assert_int_equal(vmbus_heartbeats(&bench->vmbus).answered, 1);
}

/* A guest that sends between any two accesses of the host, and signals by the rules: there is no
 * moment at which its packet is left behind. */
static struct {
    struct guest_channel *channel;
    uint32_t at; /* access at which it sends */
} sender;

static void send_at(struct bench *bench, uint64_t gpa, size_t size)
{
    static const uint8_t nonsense[32];

    (void)gpa;
    (void)size;
    if (bench->accesses == sender.at) {
        guest_send(sender.channel, nonsense, sizeof(nonsense));
    }
}

static void no_packet_is_left_behind(void **state)
{
    struct bench *bench = *state;
    uint32_t last = 0;

    for (uint32_t at = 1; at == 1 || at <= last + 1; at++) {
        struct guest_channel channel;

        guest_connect(bench, 0x50003);
        channel = guest_start(bench, HEARTBEAT);
        answer_beat(&channel);
        sender.channel = &channel;
        sender.at = at;
        bench->before_access = send_at;
        bench->accesses = 0;
        while (vmbus_poll(&bench->vmbus) <= bench->time) {
        }
        last = at == 1 ? bench->accesses : last;
        bench->before_access = NULL;
        if (at > bench->accesses) {
            continue; /* did not come to it */
        }
        assert_int_equal(out_field(&channel, RING_READ), channel.out_write);
        assert_int_equal(bench_traced(bench, VMBUS_EVENT_IGNORED), 1);
    }
    assert_in_range(last, 10, 100);
}

/* A guest may be in no hurry with its signals, and may signal for nothing. */
static void needless_signals_do_no_harm(void **state)
{
    struct bench *bench = *state;
    struct guest_channel channel;

    guest_connect(bench, 0x50003);
    channel = guest_start(bench, HEARTBEAT);
    for (uint32_t i = 0; i < 1000; i++) {
        assert_int_equal(vmbus_signal(&bench->vmbus, 0x2001, 0), HV_STATUS_SUCCESS);
        if (i % 3 == 0) {
            (void)vmbus_poll(&bench->vmbus);
        }
    }
    assert_int_equal(bench->event_count, 0);
    answer_beat(&channel);
    (void)vmbus_poll(&bench->vmbus);
    assert_int_equal(vmbus_heartbeats(&bench->vmbus).answered, 1);
}

/* Eight packets at a time: who sends without end keeps nobody from being served. */
static void channels_have_slices(void **state)
{
    static const uint8_t nonsense[8];
    struct bench *bench = *state;
    struct guest_channel busy;
    struct guest_channel other;

    guest_connect(bench, 0x50003);
    busy = guest_start(bench, HEARTBEAT);
    other = guest_start(bench, TIME_SYNC);
    for (uint32_t i = 0; i < 300; i++) {
        guest_send(&busy, nonsense, sizeof(nonsense));
    }
    for (uint32_t left = 300; left > 0; left -= left < 8 ? left : 8) {
        uint8_t payload[4096];
        const uint64_t deadline = vmbus_poll(&bench->vmbus);

        assert_int_equal(bench_traced(bench, VMBUS_EVENT_IGNORED), left < 8 ? left : 8);
        bench_forget(bench);
        assert_int_equal(deadline <= bench->time, left > 8);
        bench->time += 5 * SECOND;
        (void)guest_receive(&other, payload);
        guest_answer(&other, payload, 56);
    }
    assert_int_equal(out_field(&busy, RING_READ), busy.out_write);
}

/* The guest waits for room: it is interrupted when it gets enough, once, and not before. Some write
 * one byte less than they need, which is up to 7 more than there are. */
static void a_guest_that_waits_for_room_is_told(void **state)
{
    static const uint8_t nonsense[1000];
    static const uint32_t more[] = { 0, 7, 8 };
    struct bench *bench = *state;

    /* 1016 bytes are free; a slice of eight packets frees 8 KiB, the next one 3 KiB. */
    for (uint32_t i = 0; i < 39; i++) {
        const uint32_t packets = i / 3 + (i % 3 == 2); /* that must go */
        struct guest_channel channel;

        guest_connect(bench, 0x50003);
        channel = guest_start(bench, HEARTBEAT);
        for (uint32_t sent = 0; sent < 11; sent++) {
            guest_send(&channel, nonsense, 1000);
        }
        set_out_field(&channel, RING_PENDING, 1016 + i / 3 * 1024 + more[i % 3]);
        bench_forget(bench);
        (void)vmbus_poll(&bench->vmbus);
        assert_int_equal(bench->event_count, packets >= 1 && packets <= 8);
        (void)vmbus_poll(&bench->vmbus);
        assert_int_equal(bench->event_count, packets >= 1 && packets <= 11);
        assert_int_equal(out_field(&channel, RING_READ), channel.out_write);
    }
}

/* ---- Host to guest ----------------------------------------------------------------------------
 */

/* Who masks, or has not read all, finds the packet by itself. */
static void events_come_when_the_ring_was_empty_and_unmasked(void **state)
{
    struct bench *bench = *state;
    uint8_t payload[4096];
    struct guest_channel channel;

    guest_connect(bench, 0x50003);
    channel = guest_start(bench, TIME_SYNC);
    for (uint32_t i = 0; i < 3; i++) {
        const uint32_t before = channel.in_read;
        const uint32_t write = in_field(&channel, RING_WRITE);

        guest_answer(&channel, payload, guest_receive(&channel, payload));
        set_in_field(&channel, RING_MASK, i == 1);
        set_in_field(&channel, RING_READ, i == 2 ? before : channel.in_read);
        bench->time += 5 * SECOND;
        (void)vmbus_poll(&bench->vmbus);
        assert_int_not_equal(in_field(&channel, RING_WRITE), write);
        assert_int_equal(bench->event_count, 1); /* of the first round */
    }
}

/* Answers, and leaves the request in the ring as if it had not been read. */
static void answer_without_reading(struct guest_channel *channel)
{
    uint8_t payload[4096];
    const uint32_t before = in_field(channel, RING_READ);
    const uint32_t size = guest_receive(channel, payload);

    set_in_field(channel, RING_READ, before);
    guest_answer(channel, payload, size);
}

/* Says what it has read, and signals as guests do: when the host waits, and has room now that it
 * had not before. */
static void read_all(struct guest_channel *channel)
{
    const uint32_t size = channel->in_size;
    const uint32_t write = in_field(channel, RING_WRITE);
    const uint32_t before = size - (write - in_field(channel, RING_READ) + size) % size;
    const uint32_t after = size - (write - channel->in_read + size) % size;
    uint32_t pending;

    set_in_field(channel, RING_READ, channel->in_read);
    pending = in_field(channel, RING_PENDING);
    if (pending != 0 && before <= pending && after > pending) {
        assert_int_equal(vmbus_signal(&channel->bench->vmbus, 0x2000 + channel->relid, 0),
                         HV_STATUS_SUCCESS);
    }
}

/* A ring of 4096 bytes; the negotiation took 88, and 8 stay free. */
static void a_ring_is_never_filled(void **state)
{
    struct bench *bench = *state;
    struct guest_channel channel;
    uint32_t sent = 0;

    guest_connect(bench, 0x50003);
    channel = guest_open(bench, TIME_SYNC, 0, 4);
    (void)vmbus_poll(&bench->vmbus);
    guest_agree(&channel, 0x30000, 0x40000);
    (void)vmbus_poll(&bench->vmbus);
    for (uint32_t i = 0; i < 100; i++) {
        const uint32_t write = in_field(&channel, RING_WRITE);

        if (i <= 50) {
            assert_int_equal(in_field(&channel, RING_PENDING), 0);
            answer_without_reading(&channel);
        }
        bench->time += 5 * SECOND;
        (void)vmbus_poll(&bench->vmbus);
        sent += in_field(&channel, RING_WRITE) != write;
    }
    assert_int_equal(sent, 50); /* 51 of 80 bytes are 4080, and there are 4088 */
    assert_int_equal(in_field(&channel, RING_PENDING), 80);

    /* 8 bytes are free, and 80 wanted: 72 of them are not enough, 80 are. */
    for (uint32_t more = 64; more <= 72; more += 8) {
        const uint32_t write = in_field(&channel, RING_WRITE);

        set_in_field(&channel, RING_READ, 80 + more);
        bench->time += 5 * SECOND;
        (void)vmbus_poll(&bench->vmbus);
        assert_int_equal(in_field(&channel, RING_WRITE) != write, more == 72);
    }
}

/* The guest reads between any two accesses of the host: the request is sent at last. */
static void read_at(struct bench *bench, uint64_t gpa, size_t size)
{
    (void)gpa;
    (void)size;
    if (bench->accesses == sender.at) {
        read_all(sender.channel);
    }
}

static void the_host_waits_for_room_and_is_told(void **state)
{
    struct bench *bench = *state;
    uint32_t last = 0;

    for (uint32_t at = 1; at == 1 || at <= last + 1; at++) {
        struct guest_channel channel;
        uint64_t deadline;

        guest_connect(bench, 0x50003);
        channel = guest_open(bench, SHUTDOWN, 0, 4);
        (void)vmbus_poll(&bench->vmbus);
        guest_agree(&channel, 0x30000, 0x30002);
        vmbus_shutdown(&bench->vmbus);
        (void)vmbus_poll(&bench->vmbus);
        answer_without_reading(&channel); /* 2112 bytes of 4096 */
        (void)vmbus_poll(&bench->vmbus);
        vmbus_shutdown(&bench->vmbus);
        bench_forget(bench);
        bench->accesses = 0;
        sender.channel = &channel;
        sender.at = at;
        bench->before_access = read_at;
        deadline = vmbus_poll(&bench->vmbus);
        bench->before_access = NULL;
        last = at == 1 ? 2 * bench->accesses : last;
        if (at > bench->accesses) {
            assert_int_equal(in_field(&channel, RING_PENDING), 2112);
            read_all(&channel);
        } else if (bench_traced(bench, VMBUS_EVENT_SHUTDOWN_SENT) == 0) {
            assert_true(deadline <= bench->time); /* not sent, but told */
        }
        (void)vmbus_poll(&bench->vmbus);
        assert_int_equal(bench_traced(bench, VMBUS_EVENT_SHUTDOWN_SENT), 1);
        assert_int_equal(in_field(&channel, RING_PENDING), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VMBUS_DEVICE_TEST(packets_go_around_the_end),
        VMBUS_DEVICE_TEST(packets_are_read_once),
        VMBUS_DEVICE_TEST(rings_of_a_guest_with_large_pages),
        VMBUS_DEVICE_TEST(the_host_masks_signals_while_it_reads),
        VMBUS_DEVICE_TEST(no_packet_is_left_behind),
        VMBUS_DEVICE_TEST(needless_signals_do_no_harm),
        VMBUS_DEVICE_TEST(channels_have_slices),
        VMBUS_DEVICE_TEST(a_guest_that_waits_for_room_is_told),
        VMBUS_DEVICE_TEST(events_come_when_the_ring_was_empty_and_unmasked),
        VMBUS_DEVICE_TEST(a_ring_is_never_filled),
        VMBUS_DEVICE_TEST(the_host_waits_for_room_and_is_told),
    };

    return cmocka_run_group_tests_name("vmbus ring", tests, NULL, NULL);
}
