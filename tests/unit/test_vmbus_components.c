/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Integration components: negotiation, what counts as an answer, heartbeats and their count,
 * shutdown, time synchronisation. */

#include "vmbus_guest.h"

/* ---- Negotiation ------------------------------------------------------------------------------
 */

/* Message versions that are offered, ascending; major << 16 | minor. */
static const uint32_t versions_of[4][4] = {
    { 0 },
    { 0x10000, 0x30000 },
    { 0x10000, 0x30000, 0x30001, 0x30002 },
    { 0x10000, 0x30000, 0x40000 },
};

static uint32_t version_at(const uint8_t *payload, uint32_t offset)
{
    return (uint32_t)(number_at(payload, offset, 2) << 16 | number_at(payload, offset + 2, 2));
}

static void negotiation_offers_what_is_known(void **state)
{
    static const uint32_t counts[] = { 0, 2, 4, 3 };
    struct bench *bench = *state;

    guest_connect(bench, 0x50003);
    for (uint32_t relid = 1; relid <= 3; relid++) {
        struct guest_channel channel = guest_open(bench, relid, 0, 8);
        uint8_t payload[4096];
        uint32_t size;

        (void)vmbus_poll(&bench->vmbus);
        size = guest_receive(&channel, payload);
        assert_int_equal(size, (36 + 4 * (2 + counts[relid]) + 7) / 8 * 8);
        assert_int_equal(number_at(payload, 4, 4), 20 + 16 + 4 * counts[relid]);
        assert_int_equal(number_at(payload, 18, 2), 16 + 4 * counts[relid]);
        assert_int_equal(number_at(payload, 28, 2), 2);
        assert_int_equal(number_at(payload, 30, 2), counts[relid]);
        assert_int_equal(version_at(payload, 36), 0x10000);
        assert_int_equal(version_at(payload, 40), 0x30000);
        for (uint32_t i = 0; i < counts[relid]; i++) {
            assert_int_equal(version_at(payload, 44 + 4 * i), versions_of[relid][i]);
        }
        assert_true(vmbus_poll(&bench->vmbus) == VMBUS_NO_DEADLINE);
        assert_int_equal(guest_receive(&channel, payload), 0); /* once */
    }
}

static void every_offered_version_is_taken(void **state)
{
    struct bench *bench = *state;

    for (uint32_t relid = 1; relid <= 3; relid++) {
        for (uint32_t i = 0; i < 8; i++) {
            const uint32_t framework = i % 2 == 0 ? 0x10000 : 0x30000;
            const uint32_t version = versions_of[relid][i / 2];
            struct guest_channel channel;
            uint8_t payload[4096];

            if (version == 0) {
                continue;
            }
            guest_connect(bench, 0x50003);
            channel = guest_open(bench, relid, 0, 8);
            (void)vmbus_poll(&bench->vmbus);
            guest_agree(&channel, framework, version);
            vmbus_shutdown(&bench->vmbus);
            (void)vmbus_poll(&bench->vmbus);
            assert_int_not_equal(guest_receive(&channel, payload), 0);
            assert_int_equal(version_at(payload, 8), framework);
            assert_int_equal(version_at(payload, 14), version);
        }
    }
}

/* The channel stays open and idle, for good. */
static void versions_that_were_not_offered_leave_it_idle(void **state)
{
    static const struct {
        uint32_t counts;
        uint32_t framework;
        uint32_t version;
    } bad[] = {
        { 0x00000000, 3, 3 },       { 0x00000001, 3, 3 },       { 0x00010000, 3, 3 },
        { 0x00020001, 3, 3 },       { 0x00010002, 3, 3 },       { 0xffffffff, 3, 3 },
        { 0x00010001, 2, 3 },       { 0x00010001, 0x10003, 3 }, { 0x00010001, 0, 3 },
        { 0x00010001, 3, 2 },       { 0x00010001, 3, 0x20003 }, { 0x00010001, 3, 0 },
        { 0x00010001, 0x30000, 3 }, { 0x00010001, 3, 3 }, /* good, but see below */
    };
    struct bench *bench = *state;

    for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct guest_channel channel;
        uint8_t payload[4096];
        uint32_t size;

        guest_connect(bench, 0x50003);
        channel = guest_open(bench, HEARTBEAT, 0, 8);
        (void)vmbus_poll(&bench->vmbus);
        size = guest_receive(&channel, payload);
        memcpy(payload + 28, &bad[i].counts, 4);
        memcpy(payload + 36, &bad[i].framework, 4);
        memcpy(payload + 40, &bad[i].version, 4);
        payload[18] = i == 13 ? 12 : 16; /* a body that does not hold it all */
        guest_answer(&channel, payload, size);
        assert_true(vmbus_poll(&bench->vmbus) == VMBUS_NO_DEADLINE);
        expect_traced(bench, VMBUS_EVENT_AGREED, HEARTBEAT, 0);
        guest_answer(&channel, payload, size); /* another try comes too late */
        bench->time += 100 * SECOND;
        assert_true(vmbus_poll(&bench->vmbus) == VMBUS_NO_DEADLINE);
        assert_int_equal(guest_receive(&channel, payload), 0);
    }
}

/* ---- Answers ----------------------------------------------------------------------------------
 */

static void only_the_answer_that_is_waited_for_counts(void **state)
{
    /* Byte of a beat's answer, and what is there instead. */
    static const struct {
        uint32_t offset;
        uint8_t value;
    } bad[] = {
        { 4, 59 }, { 4, 65 }, { 5, 1 },  { 7, 0x80 }, { 4, 19 },    { 4, 0 },  { 12, 0 },
        { 12, 2 }, { 12, 3 }, { 13, 1 }, { 18, 41 },  { 19, 0xff }, { 24, 1 }, { 24, 3 },
        { 24, 0 }, { 25, 1 }, { 25, 3 }, { 25, 7 },   { 25, 0 },
    };
    struct bench *bench = *state;

    for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct guest_channel channel;
        const uint64_t answered = vmbus_heartbeats(&bench->vmbus).answered;
        uint8_t payload[4096];
        uint8_t wrong[72];
        uint32_t size;

        guest_connect(bench, 0x50003);
        channel = guest_start(bench, HEARTBEAT);
        size = guest_receive(&channel, payload);
        assert_int_equal(size, 72);
        payload[25] = 5;
        payload[28]++;
        memcpy(wrong, payload, 72);
        wrong[bad[i].offset] = bad[i].value;
        guest_send(&channel, wrong, 72);
        (void)vmbus_poll(&bench->vmbus);
        expect_traced(bench, VMBUS_EVENT_IGNORED, HEARTBEAT, 72);
        guest_send(&channel, payload, 24); /* too short for a header */
        (void)vmbus_poll(&bench->vmbus);
        expect_traced(bench, VMBUS_EVENT_IGNORED, HEARTBEAT, 24);
        assert_int_equal(vmbus_heartbeats(&bench->vmbus).answered, answered);
        guest_send(&channel, payload, 72); /* the right one is still welcome, */
        (void)vmbus_poll(&bench->vmbus);
        assert_int_equal(vmbus_heartbeats(&bench->vmbus).answered, answered + 1);
        guest_send(&channel, payload, 72); /* but once */
        (void)vmbus_poll(&bench->vmbus);
        expect_traced(bench, VMBUS_EVENT_IGNORED, HEARTBEAT, 72);
        assert_int_equal(vmbus_heartbeats(&bench->vmbus).answered, answered + 1);
    }
}

/* Too long for any request of ours; and none at all, where a good one was just before. */
static void answers_of_another_length_do_not_count(void **state)
{
    struct bench *bench = *state;
    struct guest_channel channel;
    uint8_t payload[4096] = { 0 };
    uint32_t size;

    guest_connect(bench, 0x50003);
    channel = guest_start(bench, HEARTBEAT);
    size = guest_receive(&channel, payload);
    payload[25] = 5;
    payload[28]++;
    guest_send(&channel, payload, 2104);
    guest_send(&channel, payload, 0);
    (void)vmbus_poll(&bench->vmbus);
    assert_int_equal(bench_traced(bench, VMBUS_EVENT_IGNORED), 2);
    assert_int_equal(vmbus_heartbeats(&bench->vmbus).answered, 0);
    guest_send(&channel, payload, size);
    (void)vmbus_poll(&bench->vmbus);
    assert_int_equal(vmbus_heartbeats(&bench->vmbus).answered, 1);
}

/* ---- Heartbeat --------------------------------------------------------------------------------
 */

static void answer_beat(struct guest_channel *channel)
{
    uint8_t payload[4096];
    const uint32_t size = guest_receive(channel, payload);
    uint64_t sequence;

    assert_int_equal(size, 72);
    sequence = number_at(payload, 28, 8) + 1;
    memcpy(payload + 28, &sequence, 8);
    guest_answer(channel, payload, size);
}

static void expect_beats(const struct bench *bench, uint64_t sent, uint64_t answered, uint64_t lost)
{
    assert_int_equal(vmbus_heartbeats(&bench->vmbus).sent, sent);
    assert_int_equal(vmbus_heartbeats(&bench->vmbus).answered, answered);
    assert_int_equal(vmbus_heartbeats(&bench->vmbus).lost, lost);
}

/* The host comes exactly when it was told to, or a little late: beats stay in step. */
static void beats_come_every_two_seconds(void **state)
{
    struct bench *bench = *state;
    const uint64_t start = bench->time;
    struct guest_channel channel;

    guest_connect(bench, 0x50003);
    channel = guest_start(bench, HEARTBEAT);
    for (uint32_t beat = 1; beat <= 1000; beat++) {
        expect_beats(bench, beat, beat - 1, 0);
        answer_beat(&channel);
        assert_int_equal(vmbus_poll(&bench->vmbus), start + beat * 2 * SECOND);
        bench->time = start + beat * 2 * SECOND - 1;
        (void)vmbus_poll(&bench->vmbus);
        expect_beats(bench, beat, beat, 0);
        bench->time += 1 + beat % 7 * 1000;
        assert_int_equal(vmbus_poll(&bench->vmbus), start + (beat + 1) * 2 * SECOND);
    }
}

/* One request at a time: a beat that is due then is lost. Its late answer counts all the same. */
static void beats_without_an_answer_are_lost(void **state)
{
    struct bench *bench = *state;
    struct guest_channel channel;

    guest_connect(bench, 0x50003);
    channel = guest_start(bench, HEARTBEAT);
    for (uint32_t lost = 1; lost <= 5; lost++) {
        bench->time += 2 * SECOND;
        (void)vmbus_poll(&bench->vmbus);
        expect_beats(bench, 1, 0, lost);
        expect_traced(bench, VMBUS_EVENT_BEAT_LOST, lost, 1);
    }
    answer_beat(&channel);
    (void)vmbus_poll(&bench->vmbus);
    expect_beats(bench, 1, 1, 5);
    bench->time += 2 * SECOND;
    (void)vmbus_poll(&bench->vmbus);
    expect_beats(bench, 2, 1, 5);
}

/* The host itself was away: the guest is not to blame, and there is no burst. */
static void beats_that_the_host_was_late_for_are_left_out(void **state)
{
    struct bench *bench = *state;
    struct guest_channel channel;

    guest_connect(bench, 0x50003);
    channel = guest_start(bench, HEARTBEAT);
    answer_beat(&channel);
    (void)vmbus_poll(&bench->vmbus);
    bench->time += 100 * SECOND;
    assert_int_equal(vmbus_poll(&bench->vmbus), bench->time + 2 * SECOND);
    answer_beat(&channel);
    (void)vmbus_poll(&bench->vmbus);
    expect_beats(bench, 2, 2, 0);
}

static void beats_with_a_wrong_number_are_lost(void **state)
{
    struct bench *bench = *state;
    struct guest_channel channel;
    uint8_t payload[4096];

    guest_connect(bench, 0x50003);
    channel = guest_start(bench, HEARTBEAT);
    for (uint32_t lost = 1; lost <= 4; lost++) {
        const uint32_t size = guest_receive(&channel, payload);

        payload[28] = (uint8_t)(payload[28] + lost % 3); /* none more, or two, */
        payload[35] = lost == 4;                         /* or something else, */
        payload[18] = lost == 1 ? 0 : 40;                /* or not a number */
        guest_answer(&channel, payload, size);
        (void)vmbus_poll(&bench->vmbus);
        expect_beats(bench, lost, 0, lost);
        bench->time += 2 * SECOND;
        (void)vmbus_poll(&bench->vmbus);
        expect_beats(bench, lost + 1, 0, lost);
    }
}

/* ---- Shutdown ---------------------------------------------------------------------------------
 */

static void shutdown_is_sent_when_asked_for(void **state)
{
    struct bench *bench = *state;
    struct guest_channel channel;
    uint8_t payload[4096];
    uint8_t expected[2088] = { 1, 0, 0,    0, 0x20, 0x08, 0, 0, 3, 0, 0, 0, 3, 0, 3, 0,
                               2, 0, 0x0c, 8, 0,    0,    0, 0, 2, 3, 0, 0, 0, 0, 0, 0x80 };

    assert_int_equal(vmbus_shutdown_state(&bench->vmbus), VMBUS_SHUTDOWN_NONE);
    guest_connect(bench, 0x50003);
    channel = guest_start(bench, SHUTDOWN);
    assert_true(vmbus_poll(&bench->vmbus) == VMBUS_NO_DEADLINE);
    assert_int_equal(guest_receive(&channel, payload), 0);

    vmbus_shutdown(&bench->vmbus);
    assert_true(vmbus_poll(&bench->vmbus) == VMBUS_NO_DEADLINE);
    assert_int_equal(bench->event_count, 1);
    assert_int_equal(guest_receive(&channel, payload), sizeof(expected));
    assert_memory_equal(payload, expected, sizeof(expected));
    assert_int_equal(vmbus_shutdown_state(&bench->vmbus), VMBUS_SHUTDOWN_WANTED);
    vmbus_shutdown(&bench->vmbus); /* in a hurry: one request at a time all the same */
    (void)vmbus_poll(&bench->vmbus);
    guest_answer(&channel, payload, sizeof(expected));
    assert_int_equal(guest_receive(&channel, payload), 0);
    (void)vmbus_poll(&bench->vmbus);
    assert_int_equal(vmbus_shutdown_state(&bench->vmbus), VMBUS_SHUTDOWN_ACCEPTED);
    expect_traced(bench, VMBUS_EVENT_SHUTDOWN_ANSWERED, 0, 0);
    assert_int_equal(guest_receive(&channel, payload), 0);
}

static void shutdown_may_be_refused_and_asked_for_again(void **state)
{
    static const uint8_t failure[4] = { 0x05, 0x40, 0x00, 0x80 };
    struct bench *bench = *state;
    struct guest_channel channel;
    uint8_t payload[4096];

    guest_connect(bench, 0x50003);
    channel = guest_start(bench, SHUTDOWN);
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t size;

        vmbus_shutdown(&bench->vmbus);
        (void)vmbus_poll(&bench->vmbus);
        size = guest_receive(&channel, payload);
        assert_int_equal(size, 2088);
        memcpy(payload + 20, failure, 4);
        guest_answer(&channel, payload, size);
        (void)vmbus_poll(&bench->vmbus);
        assert_int_equal(vmbus_shutdown_state(&bench->vmbus), VMBUS_SHUTDOWN_REFUSED);
        expect_traced(bench, VMBUS_EVENT_SHUTDOWN_ANSWERED, 0x80004005, 0);
    }
}

/* Asked for before anybody listens, and again of a kernel that was started meanwhile. */
static void shutdown_stands_until_it_is_answered(void **state)
{
    struct bench *bench = *state;
    struct guest_channel channel;
    uint8_t payload[4096];

    vmbus_shutdown(&bench->vmbus);
    assert_true(vmbus_poll(&bench->vmbus) == VMBUS_NO_DEADLINE);
    for (uint32_t kernel = 0; kernel < 3; kernel++) {
        guest_connect(bench, 0x50003);
        channel = guest_start(bench, SHUTDOWN);
        assert_int_equal(guest_receive(&channel, payload), 2088);
        assert_int_equal(vmbus_shutdown_state(&bench->vmbus), VMBUS_SHUTDOWN_WANTED);
    }
    guest_answer(&channel, payload, 2088);
    (void)vmbus_poll(&bench->vmbus);
    assert_int_equal(vmbus_shutdown_state(&bench->vmbus), VMBUS_SHUTDOWN_ACCEPTED);
    vmbus_reset(&bench->vmbus);
    assert_int_equal(vmbus_shutdown_state(&bench->vmbus), VMBUS_SHUTDOWN_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VMBUS_DEVICE_TEST(negotiation_offers_what_is_known),
        VMBUS_DEVICE_TEST(every_offered_version_is_taken),
        VMBUS_DEVICE_TEST(versions_that_were_not_offered_leave_it_idle),
        VMBUS_DEVICE_TEST(only_the_answer_that_is_waited_for_counts),
        VMBUS_DEVICE_TEST(answers_of_another_length_do_not_count),
        VMBUS_DEVICE_TEST(beats_come_every_two_seconds),
        VMBUS_DEVICE_TEST(beats_without_an_answer_are_lost),
        VMBUS_DEVICE_TEST(beats_that_the_host_was_late_for_are_left_out),
        VMBUS_DEVICE_TEST(beats_with_a_wrong_number_are_lost),
        VMBUS_DEVICE_TEST(shutdown_is_sent_when_asked_for),
        VMBUS_DEVICE_TEST(shutdown_may_be_refused_and_asked_for_again),
        VMBUS_DEVICE_TEST(shutdown_stands_until_it_is_answered),
    };

    return cmocka_run_group_tests_name("vmbus components", tests, NULL, NULL);
}
