/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Rings of guests that want to do harm: indices, packets and pages that are not what they should
 * be, at every access of the host. The channel is closed, once, with a reason; nothing outside the
 * GPADL is touched, and other channels go on. The bench itself checks each access. */

#include "vmbus_guest.h"

/* The channel was taken back for this reason, once, and is not looked at again. */
static void expect_broken(struct bench *bench, uint32_t relid, enum vmbus_fault fault)
{
    assert_int_equal(bench_traced(bench, VMBUS_EVENT_BROKEN), 1);
    for (uint32_t i = 0; i < bench->trace_count; i++) {
        if (bench->traces[i].event == VMBUS_EVENT_BROKEN) {
            assert_int_equal(bench->traces[i].first, relid);
            assert_int_equal(bench->traces[i].second, fault);
        }
    }
    guest_stir(bench);
    expect_rescinded(bench, bench->count - 1, relid);
    assert_int_equal(vmbus_signal(&bench->vmbus, 0x2000 + relid, 0),
                     HV_STATUS_INVALID_CONNECTION_ID);
    bench->accesses = 0;
    bench->time += 10 * SECOND;
    assert_true(vmbus_poll(&bench->vmbus) == VMBUS_NO_DEADLINE);
    assert_int_equal(bench->accesses, 0);
}

static void knock(struct bench *bench)
{
    assert_int_equal(vmbus_signal(&bench->vmbus, 0x2001, 0), HV_STATUS_SUCCESS);
}

/* ---- Indices ----------------------------------------------------------------------------------
 */

static const uint32_t bad_indices[] = {
    1, 4, 7, 9, 0x2ffc, 0x3000, 0x3008, 0x4000, 0x7ffffff8, 0x80000000, 0xfffffff8, 0xffffffff,
};
#define BAD_INDICES (sizeof(bad_indices) / sizeof(bad_indices[0]))

static void write_index_outside_the_ring_closes_the_channel(void **state)
{
    struct bench *bench = *state;

    for (uint32_t i = 0; i < BAD_INDICES; i++) {
        struct guest_channel channel;

        guest_connect(bench, 0x50003);
        channel = guest_start(bench, HEARTBEAT);
        set_out_field(&channel, RING_WRITE, bad_indices[i]);
        knock(bench);
        (void)vmbus_poll(&bench->vmbus);
        expect_broken(bench, HEARTBEAT, VMBUS_FAULT_INDEX);
    }
}

static void read_index_outside_the_ring_closes_the_channel(void **state)
{
    struct bench *bench = *state;

    for (uint32_t i = 0; i < BAD_INDICES; i++) {
        struct guest_channel channel;
        uint8_t payload[4096];

        guest_connect(bench, 0x50003);
        channel = guest_start(bench, TIME_SYNC);
        guest_answer(&channel, payload, guest_receive(&channel, payload));
        set_in_field(&channel, RING_READ, bad_indices[i]);
        bench->time += 5 * SECOND;
        (void)vmbus_poll(&bench->vmbus);
        expect_broken(bench, TIME_SYNC, VMBUS_FAULT_INDEX);
    }
}

/* Inside the ring, but before what was seen there already, or past what was written. */
static void indices_that_move_backwards_close_the_channel(void **state)
{
    struct bench *bench = *state;
    uint8_t payload[4096];

    for (uint32_t reader = 0; reader < 2; reader++) {
        struct guest_channel channel;

        guest_connect(bench, 0x50003);
        channel = guest_start(bench, TIME_SYNC);
        guest_answer(&channel, payload, guest_receive(&channel, payload));
        if (reader != 0) {
            set_in_field(&channel, RING_READ, channel.in_read + 8);
        } else {
            for (uint32_t i = 0; i < 9; i++) {
                guest_send(&channel, payload, 8);
            }
            (void)vmbus_poll(&bench->vmbus); /* a slice: it has seen more than it took */
            set_out_field(&channel, RING_WRITE, out_field(&channel, RING_READ) + 8);
        }
        bench->time += 5 * SECOND;
        (void)vmbus_poll(&bench->vmbus);
        expect_broken(bench, TIME_SYNC, VMBUS_FAULT_INDEX);
    }
}

/* Another index at each access, from a list of all kinds. Whatever comes of it, the bench sees that
 * no page is touched but the rings', and the host comes to an end. */
static void new_indices(struct bench *bench, uint64_t gpa, size_t size)
{
    struct guest_channel *channel = bench->test;
    const uint32_t kind = random_below(8);

    (void)gpa;
    (void)size;
    set_out_field(channel, RING_WRITE,
                  kind == 0 ? bad_indices[random_below(BAD_INDICES)] : random_below(0x600) * 8);
    set_in_field(channel, RING_READ,
                 kind == 1 ? bad_indices[random_below(BAD_INDICES)]
                           : in_field(channel, RING_WRITE));
    set_out_field(channel, RING_READ, random_below(0x600) * 8); /* the host's own: never read */
    set_in_field(channel, RING_WRITE, random_below(0x600) * 8);
    set_out_field(channel, RING_PENDING, random_below(3) == 0 ? random_below(0x4000) : 0);
    set_out_field(channel, RING_MASK, random_below(2));
    set_in_field(channel, RING_MASK, random_below(2));
}

/* Where the rings of relid 1 are not, nothing may be touched. */
static void only_rings_may_be_touched(struct bench *bench)
{
    memset(bench->pages, PAGE_UNTOUCHABLE, sizeof(bench->pages));
    for (uint32_t i = 0; i < 8; i++) {
        bench->pages[(guest_page(1, i) - BENCH_RAM) / 4096] = PAGE_RAM;
    }
}

static void indices_that_change_at_every_access(void **state)
{
    struct bench *bench = *state;
    uint32_t broken = 0;

    random_start(7);
    for (uint32_t round = 0; round < 2000; round++) {
        struct guest_channel channel;

        memset(bench->pages, PAGE_RAM, sizeof(bench->pages));
        guest_connect(bench, 0x50003);
        channel = guest_start(bench, HEARTBEAT);
        only_rings_may_be_touched(bench);
        bench->test = &channel;
        bench->before_access = new_indices;
        bench->accesses = 0;
        for (uint32_t poll = 0; poll < 10; poll++) {
            (void)vmbus_signal(&bench->vmbus, 0x2001, 0);
            bench->time += 2 * SECOND;
            (void)vmbus_poll(&bench->vmbus);
        }
        assert_in_range(bench->accesses, 1, 10 * 100); /* bounded, whatever the guest does */
        bench->before_access = NULL;
        broken += bench_traced(bench, VMBUS_EVENT_BROKEN);
    }
    assert_in_range(broken, 1000, 2000);
}

/* ---- Packets ----------------------------------------------------------------------------------
 */

/* Puts a descriptor where the next packet goes and says that there are `available` bytes. */
static void put_packet(struct guest_channel *channel, const uint16_t descriptor[4],
                       uint32_t available)
{
    uint8_t rest[8] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

    out_bytes(channel, channel->out_write, descriptor, 8);
    out_bytes(channel, channel->out_write + 8, rest, 8);
    channel->out_write = (channel->out_write + available) % channel->out_size;
    set_out_field(channel, RING_WRITE, channel->out_write);
    knock(channel->bench);
    (void)vmbus_poll(&channel->bench->vmbus);
}

/* Starts a heartbeat whose next packet begins `before` bytes from the end of the guest's ring. */
static struct guest_channel start_near_the_end(struct bench *bench, uint32_t before)
{
    static const uint8_t nonsense[4096];
    struct guest_channel channel;

    guest_connect(bench, 0x50003);
    channel = guest_start(bench, HEARTBEAT);
    while (channel.out_write != channel.out_size - before) {
        const uint32_t left = channel.out_size - before - channel.out_write;

        guest_send(&channel, nonsense, left > 4096 ? 2048 : left - 24);
        (void)vmbus_poll(&bench->vmbus);
    }
    bench_forget(bench);
    return channel;
}

static void packets_whose_lengths_lie_close_the_channel(void **state)
{
    static const uint16_t lengths[] = { 0, 1, 2, 3, 4, 5, 0x5ff, 0x600, 0x1fff, 0x2000, 0xffff };
    static const uint32_t positions[] = { 0x2000, 8, 16, 24 };
    struct bench *bench = *state;
    uint32_t fine = 0;

    for (uint32_t i = 0; i < 11 * 11 * 4 * 6; i++) {
        const uint16_t offset8 = lengths[i % 11];
        const uint16_t length8 = lengths[i / 11 % 11];
        const uint32_t available = 8 + i / 484 * 8;
        const uint16_t descriptor[4] = { 6, offset8, length8, 0 };
        const bool good = offset8 >= 2 && offset8 <= length8 && length8 * 8u + 8 <= available;
        struct guest_channel channel = start_near_the_end(bench, positions[i / 121 % 4]);

        only_rings_may_be_touched(bench);
        put_packet(&channel, descriptor, available);
        if (good && length8 * 8u + 8 == available) {
            assert_int_equal(out_field(&channel, RING_READ), channel.out_write);
            assert_int_equal(bench_traced(bench, VMBUS_EVENT_IGNORED), 1);
            fine++;
        } else if (!good) {
            assert_int_equal(bench_traced(bench, VMBUS_EVENT_IGNORED), 0);
            expect_broken(bench, HEARTBEAT, VMBUS_FAULT_PACKET);
        }
        memset(bench->pages, PAGE_RAM, sizeof(bench->pages));
    }
    assert_int_equal(fine, 4 * (1 + 2 + 3 + 4)); /* length8 2 to 5, from offset8 2 on */
}

/* Transfer pages, GPA direct and completions belong to devices that we have not; flags but one are
 * nobody's. */
static void packets_of_other_kinds_close_the_channel(void **state)
{
    struct bench *bench = *state;

    for (uint32_t i = 0; i < 32 + 16; i++) {
        const uint16_t type = i < 32 ? (uint16_t)i : 6;
        const uint16_t flags = (uint16_t)(i < 32 ? 0 : 1u << (i - 32));
        const uint16_t descriptor[4] = { type, 2, 3, flags };
        struct guest_channel channel;

        guest_connect(bench, 0x50003);
        channel = guest_start(bench, HEARTBEAT);
        put_packet(&channel, descriptor, 32);
        if (type == 6 && flags <= 1) {
            assert_int_equal(bench_traced(bench, VMBUS_EVENT_IGNORED), 1);
        } else {
            expect_broken(bench, HEARTBEAT, VMBUS_FAULT_PACKET);
        }
    }
}

/* The bytes of the answer beyond what the longest of ours is, stay where they are. */
static void payloads_of_any_length_are_passed_over(void **state)
{
    static const uint8_t payload[12280];
    struct bench *bench = *state;
    struct guest_channel channel;

    guest_connect(bench, 0x50003);
    channel = guest_start(bench, HEARTBEAT);
    for (uint32_t size = 0; size < 12240; size += 8) {
        guest_send(&channel, payload, size);
        knock(bench);
        (void)vmbus_poll(&bench->vmbus);
        expect_traced(bench, VMBUS_EVENT_IGNORED, HEARTBEAT, size);
        assert_int_equal(out_field(&channel, RING_READ), channel.out_write);
    }
}

/* ---- Pages ------------------------------------------------------------------------------------
 */

/* What the guest does between polls, until two shutdown requests fill a ring of 4096 bytes. */
static void agree(struct guest_channel *channel)
{
    guest_agree(channel, 0x30000, 0x30002);
}

static void ask(struct guest_channel *channel)
{
    vmbus_shutdown(&channel->bench->vmbus);
}

static void answer_without_reading(struct guest_channel *channel)
{
    uint8_t payload[4096];
    const uint32_t before = channel->in_read;
    const uint32_t size = guest_receive(channel, payload);

    set_in_field(channel, RING_READ, before);
    set_out_field(channel, RING_PENDING, 4088);
    guest_answer(channel, payload, size);
}

static bool is_broken(const struct bench *bench)
{
    return bench_traced(bench, VMBUS_EVENT_BROKEN) != 0;
}

/* A whole exchange, during which the access of a number fails (0: none). */
static void exchange(struct bench *bench, uint32_t fail_at)
{
    static void (*const steps[])(struct guest_channel *) = { agree, ask, answer_without_reading,
                                                             ask };
    const struct hv_post_message open = open_channel(SHUTDOWN, 0xe1e12, 0, 2);
    const struct hv_post_message close = close_channel(SHUTDOWN);
    struct guest_channel channel;

    vmbus_reset(&bench->vmbus);
    guest_connect(bench, 0x50003);
    channel = guest_open(bench, SHUTDOWN, 0, 4);
    assert_int_equal(bench_receive(bench, &close), 0);
    bench_forget(bench);
    bench->accesses = 0;
    bench->fail_at = fail_at;
    assert_int_equal(bench_receive(bench, &open), 1);
    if (bench_traced(bench, VMBUS_EVENT_OPENED) != 0) {
        (void)vmbus_poll(&bench->vmbus);
        for (uint32_t i = 0; i < 4 && !is_broken(bench); i++) {
            steps[i](&channel);
            (void)vmbus_poll(&bench->vmbus);
        }
    }
    bench->fail_at = 0;
}

static void pages_that_go_away_close_the_channel(void **state)
{
    struct bench *bench = *state;
    uint32_t all;

    exchange(bench, 0);
    assert_false(is_broken(bench));
    all = bench->accesses;
    assert_in_range(all, 30, 200);
    for (uint32_t number = 1; number <= all; number++) {
        exchange(bench, number);
        if (is_broken(bench)) {
            expect_broken(bench, SHUTDOWN, VMBUS_FAULT_MEMORY);
        } else {
            expect_opened(bench, 0, SHUTDOWN, false);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VMBUS_DEVICE_TEST(write_index_outside_the_ring_closes_the_channel),
        VMBUS_DEVICE_TEST(read_index_outside_the_ring_closes_the_channel),
        VMBUS_DEVICE_TEST(indices_that_move_backwards_close_the_channel),
        VMBUS_DEVICE_TEST(indices_that_change_at_every_access),
        VMBUS_DEVICE_TEST(packets_whose_lengths_lie_close_the_channel),
        VMBUS_DEVICE_TEST(packets_of_other_kinds_close_the_channel),
        VMBUS_DEVICE_TEST(payloads_of_any_length_are_passed_over),
        VMBUS_DEVICE_TEST(pages_that_go_away_close_the_channel),
    };

    return cmocka_run_group_tests_name("vmbus ring hostile", tests, NULL, NULL);
}
