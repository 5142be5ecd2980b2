/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A guest that posts and does not read: answers wait in order, places are reserved before work
 * starts, the guest is pushed back, and nothing of an ended connection comes late. */

#include "vmbus_bench.h"

/* A contact that can be told from its neighbours by where its answer goes and what it says. */
static struct hv_post_message numbered_contact(uint32_t number)
{
    return contact(4, 0x50000 + number / 4 % 8, number % 4);
}

static void expect_numbered(const struct bench *bench, uint32_t place, uint32_t number)
{
    if (number / 4 % 8 < 4) {
        expect_accepted(bench, place, number % 4);
    } else {
        expect_refused(bench, place, number % 4, 2);
    }
}

/* Posts contacts from `number` on until one is not taken; returns its number. */
static uint32_t fill(struct bench *bench, uint32_t number)
{
    for (uint32_t i = 0; i <= VMBUS_BACKLOG; i++) {
        const struct hv_post_message message = numbered_contact(number);

        if (!vmbus_receive(&bench->vmbus, &message)) {
            return number;
        }
        number++;
    }
    fail_msg("more messages were taken than there are places");
    return number;
}

static void backlog_is_bounded_and_kept_in_order(void **state)
{
    struct bench *bench = *state;
    uint32_t end;

    bench->places = 0;
    end = fill(bench, 0);
    assert_int_equal(end, VMBUS_BACKLOG);
    assert_int_equal(bench->count, 0);

    bench->places = BENCH_NO_LIMIT;
    vmbus_poll(&bench->vmbus);
    assert_int_equal(bench->count, VMBUS_BACKLOG);
    for (uint32_t i = 0; i < end; i++) {
        expect_numbered(bench, i, i);
    }
}

/* The ring is filled and emptied by every amount, from every position. */
static void order_holds_around_the_ring(void **state)
{
    struct bench *bench = *state;
    uint32_t posted = 0;
    uint32_t seen = 0;

    for (uint32_t round = 0; round < 4 * VMBUS_BACKLOG * VMBUS_BACKLOG; round++) {
        bench->places = 0;
        posted = fill(bench, posted);
        bench->places = round % (VMBUS_BACKLOG + 2);
        vmbus_poll(&bench->vmbus);
        for (; seen < bench->count; seen++) {
            expect_numbered(bench, seen, seen);
        }
        assert_true(posted - seen <= VMBUS_BACKLOG);
    }
    assert_true(seen > 100 * VMBUS_BACKLOG);
}

static void full_backlog_pushes_back(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message unload = request(16);
    const struct hv_post_message unknown = request(99);
    struct hv_post_message foreign = request(16);
    struct bench before;

    foreign.connection_id = 2;
    bench->places = 0;
    fill(bench, 0);
    before = *bench;
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(vmbus_check_post(&bench->vmbus, &unload), HV_STATUS_INSUFFICIENT_BUFFERS);
        assert_int_equal(vmbus_check_post(&bench->vmbus, &foreign),
                         HV_STATUS_INVALID_CONNECTION_ID);
        assert_false(vmbus_receive(&bench->vmbus, &unload));
        assert_false(vmbus_receive(&bench->vmbus, &unknown));
    }
    assert_memory_equal(bench, &before, sizeof(before)); /* nothing changed, nothing was sent */

    bench->places = 1;
    vmbus_poll(&bench->vmbus);
    assert_int_equal(bench->count, 1);
    assert_int_equal(vmbus_check_post(&bench->vmbus, &unload), HV_STATUS_SUCCESS);
    assert_true(vmbus_receive(&bench->vmbus, &unload));
    assert_false(vmbus_receive(&bench->vmbus, &unload));
}

/* A refused message is offered again without end; the host is not asked more often for that. */
static void refused_messages_cost_nothing(void **state)
{
    struct bench *bench = *state;
    uint32_t asked;

    bench->places = 0;
    fill(bench, 0);
    asked = bench->asked;
    for (unsigned i = 0; i < 1000; i++) {
        assert_int_equal(fill(bench, 7), 7);
    }
    assert_int_equal(bench->asked, asked);
    vmbus_poll(&bench->vmbus);
    assert_int_equal(bench->asked, asked + 1); /* one try, not one for each that waits */
}

/* What waited is sent by the next request that has an answer, ahead of that. */
static void requests_send_what_waits(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message offers = request(3);
    const struct hv_post_message again = contact(4, 0x60000, 1);

    bench->places = 0;
    fill(bench, 0);
    bench->places = 3;
    vmbus_poll(&bench->vmbus);
    assert_true(vmbus_receive(&bench->vmbus, &again));
    assert_true(vmbus_receive(&bench->vmbus, &offers)); /* dropped: not connected */
    bench->places = 5;
    assert_true(vmbus_receive(&bench->vmbus, &again));
    assert_int_equal(bench->count, 8);
    bench->places = BENCH_NO_LIMIT;
    vmbus_poll(&bench->vmbus);
    assert_int_equal(bench->count, VMBUS_BACKLOG + 2);
    for (uint32_t i = 0; i < VMBUS_BACKLOG; i++) {
        expect_numbered(bench, i, i);
    }
    expect_refused(bench, VMBUS_BACKLOG, 1, 2);
    expect_refused(bench, VMBUS_BACKLOG + 1, 1, 2);
}

/* The next kernel must not be told of offers that the last one asked for. Answers to contacts are
 * nobody's connection and stay. */
static void answers_of_an_ended_connection_are_dropped(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message offers = request(3);
    uint32_t number = 0;

    bench->places = 0;
    for (; number < 4; number++) {
        const struct hv_post_message connect = numbered_contact(number);

        assert_true(vmbus_receive(&bench->vmbus, &connect));
        assert_true(vmbus_receive(&bench->vmbus, &offers));
    }
    bench->places = BENCH_NO_LIMIT;
    vmbus_poll(&bench->vmbus);
    assert_int_equal(bench->count, 5);
    for (uint32_t i = 0; i < 4; i++) {
        expect_numbered(bench, i, i);
    }
    expect_offers_delivered(bench, 4, 3); /* of the connection that stands */
    assert_int_equal(bench_probe(bench), OFFERED);
}

static void unload_response_is_the_last_message(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message connect = contact(4, 0x50003, 1);
    const struct hv_post_message offers = request(3);
    const struct hv_post_message unload = request(16);
    const struct hv_post_message again = contact(4, 0x50003, 2);

    bench->places = 0;
    assert_true(vmbus_receive(&bench->vmbus, &connect));
    assert_true(vmbus_receive(&bench->vmbus, &offers));
    assert_true(vmbus_receive(&bench->vmbus, &unload));
    assert_true(vmbus_receive(&bench->vmbus, &again));
    bench->places = BENCH_NO_LIMIT;
    vmbus_poll(&bench->vmbus);
    assert_int_equal(bench->count, 3);
    expect_accepted(bench, 0, 1);
    expect_unloaded(bench, 1, 1);
    expect_accepted(bench, 2, 2);
}

static void reset_drops_what_waits(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message connect = contact(4, 0x50003, 1);

    bench->places = 0;
    fill(bench, 0);
    bench->places = 5;
    vmbus_poll(&bench->vmbus);
    vmbus_reset(&bench->vmbus);
    bench_forget(bench);
    bench->places = BENCH_NO_LIMIT;
    vmbus_poll(&bench->vmbus);
    assert_int_equal(bench->asked, 0);
    assert_int_equal(vmbus_check_post(&bench->vmbus, &connect), HV_STATUS_SUCCESS);
    assert_int_equal(bench_receive(bench, &connect), 1);
    expect_accepted(bench, 0, 1);
}

static void idle_poll_does_nothing(void **state)
{
    struct bench *bench = *state;

    vmbus_poll(&bench->vmbus);
    assert_int_equal(bench->asked, 0);
}

/* A host as vmbus.h describes it, and a guest that posts in bursts and reads now and then: what was
 * accepted is answered, once and in order, and memory is bounded. */
#define INBOX 3u
static void wired_as_described_nothing_is_lost(void **state)
{
    struct bench *bench = *state;
    struct hv_post_message inbox[INBOX];
    uint32_t waiting = 0;
    uint32_t accepted = 0;
    uint32_t pushed_back = 0;
    uint32_t seen = 0;

    bench->places = 0;
    for (uint32_t step = 0; step < 20000; step++) {
        const struct hv_post_message message = numbered_contact(accepted);

        /* The guest posts; in every fifth burst it also reads a little. */
        if (vmbus_check_post(&bench->vmbus, &message) == HV_STATUS_SUCCESS && waiting < INBOX) {
            inbox[waiting++] = message;
            accepted++;
        } else {
            pushed_back++;
        }
        bench->places += step / 50 % 5 == 0 ? step % 3 : 0;

        /* The service context comes by less often. */
        if (step % 2 == 0) {
            continue;
        }
        vmbus_poll(&bench->vmbus);
        while (waiting != 0 && vmbus_receive(&bench->vmbus, &inbox[0])) {
            memmove(inbox, inbox + 1, sizeof(inbox) - sizeof(inbox[0]));
            waiting--;
        }
        assert_in_range(accepted - bench->count, 0, VMBUS_BACKLOG + INBOX);
        for (; seen < bench->count; seen++) {
            expect_numbered(bench, seen, seen);
        }
    }
    assert_true(pushed_back > 1000);
    assert_true(bench->count > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VMBUS_TEST(backlog_is_bounded_and_kept_in_order),
        VMBUS_TEST(order_holds_around_the_ring),
        VMBUS_TEST(full_backlog_pushes_back),
        VMBUS_TEST(refused_messages_cost_nothing),
        VMBUS_TEST(requests_send_what_waits),
        VMBUS_TEST(answers_of_an_ended_connection_are_dropped),
        VMBUS_TEST(unload_response_is_the_last_message),
        VMBUS_TEST(reset_drops_what_waits),
        VMBUS_TEST(idle_poll_does_nothing),
        VMBUS_TEST(wired_as_described_nothing_is_lost),
    };

    return cmocka_run_group_tests_name("vmbus backlog", tests, NULL, NULL);
}
