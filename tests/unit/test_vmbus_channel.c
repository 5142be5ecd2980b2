/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Channels: what each request does in each state, and opening with parameters of all kinds. */

#include "vmbus_guest.h"

#define GPADL 0xe1e11u /* that guest_open() shares for relid 1 */

/* States of the heartbeat's channel. BROKEN: open, then taken back by us. */
enum channel_state { UNOFFERED, CLOSED, OPEN, BROKEN, RELEASED, CHANNEL_STATES };

/* Brings about a state, with a complete GPADL of 8 pages where the guest can have one. */
static void enter(struct bench *bench, enum channel_state wanted)
{
    const struct hv_post_message connect = contact(4, 0x50003, 0);
    const struct hv_post_message close = close_channel(1);
    const struct hv_post_message released = relid_released(1);
    struct guest_channel channel;

    vmbus_reset(&bench->vmbus);
    if (wanted == UNOFFERED) {
        assert_int_equal(bench_receive(bench, &connect), 1);
        bench_forget(bench);
        return;
    }
    guest_connect(bench, 0x50003);
    channel = guest_open(bench, 1, 1, 8);
    (void)vmbus_poll(&bench->vmbus);
    if (wanted == CLOSED || wanted == RELEASED) {
        assert_int_equal(bench_receive(bench, &close), 0);
    }
    if (wanted == RELEASED) {
        assert_int_equal(bench_receive(bench, &released), 0);
    }
    if (wanted == BROKEN) {
        set_out_field(&channel, RING_WRITE, 4);
        assert_int_equal(vmbus_signal(&bench->vmbus, 0x2001, 0), HV_STATUS_SUCCESS);
        (void)vmbus_poll(&bench->vmbus);
        guest_stir(bench);
        expect_rescinded(bench, bench->count - 1, 1);
    }
    bench_forget(bench);
}

/* Which state it is in, found out by what is answered; it is another one afterwards. */
static enum channel_state probe(struct bench *bench)
{
    const uint64_t pages[4] = { BENCH_RAM, BENCH_RAM + 4096, BENCH_RAM + 8192, BENCH_RAM + 12288 };
    const struct hv_post_message offers = request(3);
    const struct hv_post_message open = open_channel(1, 98, 0, 2);

    if (vmbus_signal(&bench->vmbus, 0x2001, 0) == HV_STATUS_SUCCESS) {
        return OPEN;
    }
    bench_forget(bench);
    guest_share(bench, 1, 98, pages, 4);
    assert_int_equal(bench->count, 1);
    if (bench->sent[0].message.payload[2] != 0) { /* status */
        return bench_receive(bench, &offers) == 0 ? RELEASED : UNOFFERED;
    }
    assert_int_equal(bench_receive(bench, &open), 1);
    return bench->sent[1].message.payload[2] == 0 ? CLOSED : BROKEN;
}

/* What is answered: nothing, success, failure. */
enum answer { NONE, GOOD, BAD };

enum request { HEADER, OPEN_IT, MODIFY, CLOSE_IT, TEARDOWN, RELEASE, REQUESTS };

static const struct {
    enum answer answer[REQUESTS];
    enum channel_state after[REQUESTS];
} expectations[CHANNEL_STATES] = {
    [UNOFFERED] = { { BAD, BAD, BAD, NONE, NONE, NONE },
                    { UNOFFERED, UNOFFERED, UNOFFERED, UNOFFERED, UNOFFERED, UNOFFERED } },
    [CLOSED] = { { GOOD, GOOD, BAD, NONE, GOOD, NONE },
                 { CLOSED, OPEN, CLOSED, CLOSED, CLOSED, RELEASED } },
    [OPEN] = { { GOOD, BAD, GOOD, NONE, NONE, NONE }, { OPEN, OPEN, OPEN, CLOSED, OPEN, OPEN } },
    [BROKEN] = { { GOOD, BAD, BAD, NONE, GOOD, NONE },
                 { BROKEN, BROKEN, BROKEN, BROKEN, BROKEN, RELEASED } },
    [RELEASED] = { { BAD, BAD, BAD, NONE, NONE, NONE },
                   { RELEASED, RELEASED, RELEASED, RELEASED, RELEASED, RELEASED } },
};

static void post(struct bench *bench, enum request what, enum answer answer)
{
    struct hv_post_message messages[REQUESTS] = {
        gpadl_header(1, 97, 16, 1), open_channel(1, GPADL, 2, 4), modify_channel(1, 3),
        close_channel(1),           gpadl_teardown(1, GPADL),     relid_released(1),
    };

    add_word(&messages[HEADER], 4096);
    add_word(&messages[HEADER], BENCH_RAM / 4096);
    assert_int_equal(bench_receive(bench, &messages[what]), answer != NONE);
    if (answer != NONE && what == HEADER) {
        expect_created(bench, 0, 1, 97, answer == GOOD);
    } else if (answer != NONE && what == OPEN_IT) {
        expect_opened(bench, 0, 1, answer == GOOD);
    } else if (answer != NONE && what == MODIFY) {
        expect_modified(bench, 0, 1, answer == GOOD);
    } else if (answer != NONE && what == TEARDOWN) {
        expect_torndown(bench, 0, GPADL);
    }
}

static void every_request_has_its_answer_in_every_state(void **state)
{
    struct bench *bench = *state;

    for (uint32_t before = 0; before < CHANNEL_STATES; before++) {
        for (uint32_t what = 0; what < REQUESTS; what++) {
            enter(bench, (enum channel_state)before);
            post(bench, (enum request)what, expectations[before].answer[what]);
            assert_int_equal(probe(bench), expectations[before].after[what]);
        }
    }
}

/* Nothing at all about channels has an answer, nor an effect, before a version is agreed on. */
static void requests_without_a_connection_are_dropped(void **state)
{
    struct bench *bench = *state;

    for (uint32_t what = 0; what < REQUESTS; what++) {
        post(bench, (enum request)what, NONE);
        assert_int_equal(bench->trace_count, what + 1);
    }
    assert_int_equal(bench->accesses, 0);
}

static void relids_that_were_not_offered_are_refused(void **state)
{
    static const uint32_t relids[] = { 0, 4, 5, 0x7ff, 0x10001, 0x80000001, 0xffffffff };
    struct bench *bench = *state;

    guest_connect(bench, 0x50003);
    guest_open(bench, 1, 0, 8);
    for (uint32_t i = 0; i < sizeof(relids) / sizeof(relids[0]); i++) {
        const struct hv_post_message open = open_channel(relids[i], GPADL, 0, 4);
        const struct hv_post_message modify = modify_channel(relids[i], 0);
        const struct hv_post_message close = close_channel(relids[i]);
        const struct hv_post_message released = relid_released(relids[i]);

        bench_forget(bench);
        assert_int_equal(bench_receive(bench, &open), 1);
        assert_int_equal(bench_receive(bench, &modify), 1);
        assert_int_equal(bench_receive(bench, &close), 0);
        assert_int_equal(bench_receive(bench, &released), 0);
        expect_opened(bench, 0, relids[i], false);
        expect_modified(bench, 1, relids[i], false);
    }
    assert_int_equal(probe(bench), OPEN);
}

/* ---- Opening --------------------------------------------------------------------------------- */

static void rings_must_have_control_page_and_data(void **state)
{
    static const uint32_t downstream[] = { 0, 1, 7, 8, 9, 0x80000000, 0x80000004, 0xffffffff };
    struct bench *bench = *state;

    enter(bench, CLOSED);
    for (uint32_t i = 0; i < sizeof(downstream) / sizeof(downstream[0]); i++) {
        const struct hv_post_message open = open_channel(1, GPADL, 0, downstream[i]);

        assert_int_equal(bench_receive(bench, &open), 1);
        expect_opened(bench, i, 1, false);
    }
    for (uint32_t page = 2; page <= 6; page++) {
        const struct hv_post_message open = open_channel(1, GPADL, 0, page);

        enter(bench, CLOSED);
        assert_int_equal(bench_receive(bench, &open), 1);
        expect_opened(bench, 0, 1, true);
    }
}

static void target_vp_must_exist_or_be_none(void **state)
{
    static const uint32_t bad[] = { BENCH_VPS, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe };
    struct bench *bench = *state;
    const struct hv_post_message none = open_channel(1, GPADL, 0xffffffff, 4);

    enter(bench, CLOSED);
    for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const struct hv_post_message open = open_channel(1, GPADL, bad[i], 4);

        assert_int_equal(bench_receive(bench, &open), 1);
        expect_opened(bench, i, 1, false);
    }
    bench_forget(bench);
    assert_int_equal(bench_receive(bench, &none), 1);
    expect_opened(bench, 0, 1, true);
    (void)vmbus_poll(&bench->vmbus);
    assert_int_not_equal(bench_load(bench, guest_page(1, 4)), 0); /* a packet, but no event */
    assert_int_equal(bench->event_count, 0);
}

/* A GPADL that is none, not finished, not this channel's, torn down, or not of whole pages. */
static void rings_need_a_whole_gpadl_of_the_channel(void **state)
{
    static const uint64_t ranges[] = { 4 * 4096 - 1, 3 * 4096 + 1, 3 * 4096 | UINT64_C(1) << 32,
                                       3 * 4096 | UINT64_C(4095) << 32 };
    struct bench *bench = *state;
    struct hv_post_message header = gpadl_header(1, 50, 8 * 5, 1);
    struct hv_post_message two = gpadl_header(1, 51, 8 * 7, 2);
    const uint64_t pages[4] = { BENCH_RAM, BENCH_RAM + 4096, BENCH_RAM + 8192, BENCH_RAM + 12288 };
    uint32_t ids[] = { 0, 50, 51, 52, 60, 61, 62, 63 };

    enter(bench, CLOSED);
    assert_int_equal(bench_receive(bench, &header), 0);
    for (uint32_t i = 0; i < 6; i++) { /* four pages and one */
        add_word(&two, i == 0 ? 4 * 4096 : i == 5 ? 4096 : BENCH_RAM / 4096 + i);
    }
    add_word(&two, BENCH_RAM / 4096);
    assert_int_equal(bench_receive(bench, &two), 1);
    guest_share(bench, 2, 52, pages, 4);
    for (uint32_t i = 0; i < 4; i++) {
        header = gpadl_header(1, 60 + i, 8 * 5, 1);
        add_word(&header, ranges[i]);
        for (uint32_t page = 0; page < 4; page++) {
            add_word(&header, pages[page] / 4096);
        }
        assert_int_equal(bench_receive(bench, &header), 1);
        expect_created(bench, bench->count - 1, 1, 60 + i, true);
    }
    for (uint32_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        const struct hv_post_message open = open_channel(1, ids[i], 0, 2);

        assert_int_equal(bench_receive(bench, &open), 1);
        expect_opened(bench, bench->count - 1, 1, false);
    }
}

static void rings_that_cannot_be_written_are_refused(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message open = open_channel(1, GPADL, 0, 4);

    for (uint32_t page = 0; page <= 4; page += 4) {
        for (uint32_t kind = PAGE_ROM; kind <= PAGE_NONE; kind++) {
            enter(bench, CLOSED);
            bench->pages[(guest_page(1, page) - BENCH_RAM) / 4096] = (uint8_t)kind;
            assert_int_equal(bench_receive(bench, &open), 1);
            expect_opened(bench, 0, 1, false);
            memset(bench->pages, PAGE_RAM, sizeof(bench->pages));
            assert_int_equal(probe(bench), CLOSED);
        }
    }
}

/* Whatever was in the pages: what is the host's is as it should be before the guest is told. */
static void opening_writes_the_hosts_fields(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message open = open_channel(1, GPADL, 0, 4);
    static const uint32_t in[] = { 0, RING_PENDING, RING_FEATURES };
    static const uint32_t out[] = { RING_READ, RING_MASK };

    enter(bench, CLOSED);
    for (uint32_t page = 0; page < 8; page++) {
        memset(bench_at(bench, guest_page(1, page)), 0x55, 4096);
    }
    assert_int_equal(bench_receive(bench, &open), 1);
    for (uint32_t at = 0; at < 4096; at += 4) {
        const bool is_in = at == in[0] || at == in[1] || at == in[2];
        const bool is_out = at == out[0] || at == out[1];

        assert_int_equal(bench_load(bench, guest_page(1, 0) + at), is_out ? 0 : 0x55555555);
        assert_int_equal(bench_load(bench, guest_page(1, 4) + at),
                         is_in ? at == RING_FEATURES : 0x55555555);
    }
}

/* Longer messages are of versions with more features; what they have more is not looked at. */
static void user_data_is_not_looked_at(void **state)
{
    struct bench *bench = *state;
    struct hv_post_message open = open_channel(1, GPADL, 0, 4);

    enter(bench, CLOSED);
    memset((uint8_t *)open.payload + 28, 0xff, 240 - 28);
    open.payload_size = 240;
    assert_int_equal(bench_receive(bench, &open), 1);
    expect_opened(bench, 0, 1, true);
}

/* Pages are the guest's until it opens, and again when it closed. */
static void closed_channels_touch_no_page(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message close = close_channel(1);
    const struct hv_post_message open = open_channel(1, GPADL, 1, 4);
    uint64_t pages[8];

    for (uint32_t round = 0; round < 3; round++) {
        enter(bench, OPEN);
        assert_int_equal(vmbus_signal(&bench->vmbus, 0x2001, 0), HV_STATUS_SUCCESS);
        assert_int_equal(bench_receive(bench, &close), 0);
        memset(bench->pages, PAGE_UNTOUCHABLE, sizeof(bench->pages));
        bench->time += 100 * SECOND;
        assert_true(vmbus_poll(&bench->vmbus) == VMBUS_NO_DEADLINE);
        assert_int_equal(vmbus_signal(&bench->vmbus, 0x2001, 0), HV_STATUS_INVALID_CONNECTION_ID);
        assert_true(vmbus_poll(&bench->vmbus) == VMBUS_NO_DEADLINE);
        assert_int_equal(bench->event_count, 0);
        memset(bench->pages, PAGE_RAM, sizeof(bench->pages));
        for (uint32_t i = 0; i < 8; i++) {
            pages[i] = guest_page(1, i);
            memset(bench_at(bench, pages[i]), 0, 4096);
        }
        assert_int_equal(bench_receive(bench, &open), 1); /* on the same GPADL, from the start */
        (void)vmbus_poll(&bench->vmbus);
        assert_int_equal(bench_load(bench, pages[4]), 80);
        assert_int_equal(bench->event_count, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VMBUS_DEVICE_TEST(every_request_has_its_answer_in_every_state),
        VMBUS_DEVICE_TEST(requests_without_a_connection_are_dropped),
        VMBUS_DEVICE_TEST(relids_that_were_not_offered_are_refused),
        VMBUS_DEVICE_TEST(rings_must_have_control_page_and_data),
        VMBUS_DEVICE_TEST(target_vp_must_exist_or_be_none),
        VMBUS_DEVICE_TEST(rings_need_a_whole_gpadl_of_the_channel),
        VMBUS_DEVICE_TEST(rings_that_cannot_be_written_are_refused),
        VMBUS_DEVICE_TEST(opening_writes_the_hosts_fields),
        VMBUS_DEVICE_TEST(user_data_is_not_looked_at),
        VMBUS_DEVICE_TEST(closed_channels_touch_no_page),
    };

    return cmocka_run_group_tests_name("vmbus channel", tests, NULL, NULL);
}
