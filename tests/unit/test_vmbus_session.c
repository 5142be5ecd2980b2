/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Sessions of Linux 6.1 from the offers on, byte for byte: what it posts and reads back, what lies
 * in its rings, what interrupts it. */

#include "vmbus_guest.h"

/* Class and instance as the wire has them. */
static const uint8_t identities[3][32] = {
    { 0x39, 0x4f, 0x16, 0x57, 0x15, 0x91, 0x78, 0x4e, 0xab, 0x55, 0x38,
      0x2f, 0x3b, 0xd5, 0x42, 0x2d, 0x91, 0x9e, 0x14, 0xfd, 0xe0, 0x82,
      0x7d, 0x4a, 0xaf, 0xa6, 0x2a, 0x41, 0x66, 0xcb, 0xd7, 0xc0 },
    { 0x31, 0x60, 0x0b, 0x0e, 0x13, 0x52, 0x34, 0x49, 0x81, 0x8b, 0x38,
      0xd9, 0x0c, 0xed, 0x39, 0xdb, 0xf7, 0x0f, 0x65, 0xb6, 0xbc, 0x33,
      0x40, 0x48, 0x80, 0x48, 0xe0, 0x67, 0x67, 0x86, 0xf3, 0x93 },
    { 0x30, 0xe6, 0x27, 0x95, 0xae, 0xd0, 0x7b, 0x49, 0xad, 0xce, 0xe8,
      0x0a, 0xb0, 0x17, 0x5c, 0xaf, 0x17, 0xce, 0xd1, 0x2d, 0x9e, 0x07,
      0x3c, 0x40, 0xb3, 0x52, 0xa1, 0x92, 0x1e, 0xe2, 0x07, 0xee },
};

static void expect_offer(const struct bench *bench, uint32_t number, uint8_t relid)
{
    uint8_t offer[196] = { 1 };

    memcpy(offer + 8, identities[relid - 1], 32);
    offer[56] = 0x11; /* enumerate interface, pipe */
    offer[60] = 4;    /* messages */
    offer[184] = relid;
    offer[188] = 0xff; /* no monitor page: hypercalls signal */
    offer[190] = 1;    /* dedicated interrupt */
    offer[192] = relid;
    offer[193] = 0x20; /* connection id */
    expect_sent(bench, number, 0, 2, offer, sizeof(offer));
}

static void offers_are_those_of_hyper_v(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message connect = contact(4, 0x50003, 0);
    const struct hv_post_message offers = request(3);

    assert_int_equal(bench_receive(bench, &connect), 1);
    assert_int_equal(bench_receive(bench, &offers), 4);
    for (uint8_t relid = 1; relid <= 3; relid++) {
        expect_offer(bench, relid, relid);
    }
    expect_offers_delivered(bench, 4, 0);
    assert_int_equal(bench_receive(bench, &offers), 0); /* once per connection */
}

/* Three offers and the end of them: all of that or nothing, and it is asked for again later. */
static void offers_need_a_place_each(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message connect = contact(4, 0x50003, 0);
    const struct hv_post_message offers = request(3);
    struct hv_post_message sockets = request(21);

    sockets.payload_size = 40;
    assert_int_equal(bench_receive(bench, &connect), 1);
    bench->places = 0;
    for (uint32_t i = 0; i < VMBUS_BACKLOG - 3; i++) {
        assert_true(vmbus_receive(&bench->vmbus, &sockets));
    }
    assert_false(vmbus_receive(&bench->vmbus, &offers));
    bench->places = 1;
    (void)vmbus_poll(&bench->vmbus);
    assert_true(vmbus_receive(&bench->vmbus, &offers));
    bench->places = BENCH_NO_LIMIT;
    (void)vmbus_poll(&bench->vmbus);
    expect_offer(bench, VMBUS_BACKLOG - 2, 1);
    expect_offers_delivered(bench, VMBUS_BACKLOG + 1, 0);
}

/* Linux asks for one when a program connects to the host; nobody listens. */
static void sockets_are_refused(void **state)
{
    struct bench *bench = *state;
    struct hv_post_message connect = request(21);
    static const uint8_t status[4] = { 0x36, 0x02, 0x00, 0xc0 };
    uint8_t result[44] = { 23 };

    guest_connect(bench, 0x50003);
    for (uint8_t i = 8; i < 56; i++) {
        set_byte(&connect, i, i);
        result[i < 40 ? i : 4] = i < 40 ? i : 0;
    }
    memcpy(result + 40, status, sizeof(status));
    for (uint32_t size = 40; size <= 56; size += 16) { /* the longer form names a silo as well */
        connect.payload_size = size;
        bench_forget(bench);
        assert_int_equal(bench_receive(bench, &connect), 1);
        expect_sent(bench, 0, 0, 2, result, sizeof(result));
    }
}

/* Page numbers stand at offset 28 of the message, which is no multiple of 8. */
static const uint8_t header_of_linux[92] = {
    0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* GPADL_HEADER */
    0x01, 0x00, 0x00, 0x00, 0x10, 0x1e, 0x0e, 0x00, /* relid 1, id 0xe1e10 */
    0x48, 0x00, 0x01, 0x00,                         /* 72 bytes, 1 range */
    0x00, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* 8 pages, offset 0 */
    0x10, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, /* 0x40010000, and so on */
    0x12, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0x14, 0x00, 0x04, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x16, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0x21, 0x00, 0x04, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x23, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0x25, 0x00,
    0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0x27, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00,
};

/* The negotiation, with descriptor and trailer. */
static const uint8_t negotiation[80] = {
    0x06, 0x00, 0x02, 0x00, 0x09, 0x00, 0x00, 0x00, /* in-band, 16 bytes, 72 bytes */
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* transaction 0 */
    0x01, 0x00, 0x00, 0x00, 0x2c, 0x00, 0x00, 0x00, /* pipe: data, 44 bytes */
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* framework 0, negotiate, version 0 */
    0x00, 0x00, 0x18, 0x00, 0x00, 0x00, 0x00, 0x00, /* 24 bytes, status 0 */
    0x01, 0x03, 0x00, 0x00,                         /* transaction 1, transaction + request */
    0x02, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, /* 2 frameworks, 2 versions */
    0x01, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, /* 1.0, 3.0 */
    0x01, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, /* 1.0, 3.0 */
    0x00, 0x00, 0x00, 0x00,                         /* to a multiple of 8 */
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* trailer: index 0 */
};

/* Linux writes its answer over the request: 3.0 and 3.0, where its own fields are. */
static const uint8_t agreement[80] = {
    0x06, 0x00, 0x02, 0x00, 0x09, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x01, 0x00, 0x00, 0x00, 0x2c, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x05, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
    0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};

static const uint8_t beat[96] = {
    0x06, 0x00, 0x02, 0x00, 0x0b, 0x00, 0x00, 0x00, /* in-band, 16 bytes, 88 bytes */
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* transaction 0 */
    0x01, 0x00, 0x00, 0x00, 0x3c, 0x00, 0x00, 0x00, /* pipe: data, 60 bytes */
    0x03, 0x00, 0x00, 0x00, 0x01, 0x00, 0x03, 0x00, /* framework 3.0, heartbeat, version 3.0 */
    0x00, 0x00, 0x28, 0x00, 0x00, 0x00, 0x00, 0x00, /* 40 bytes, status 0 */
    0x02, 0x03, 0x00, 0x00,                         /* transaction 2, transaction + request */
    0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* sequence 1; the rest is zero */
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* to a multiple of 8 */
    0x00, 0x00, 0x00, 0x00, 0x50, 0x00, 0x00, 0x00,                         /* trailer: index 80 */
};

static void expect_event(const struct bench *bench, uint32_t count, uint32_t vp, uint32_t relid)
{
    assert_int_equal(bench->event_count, count);
    assert_int_equal(bench->events[count - 1].vp, vp);
    assert_int_equal(bench->events[count - 1].sint, 2);
    assert_int_equal(bench->events[count - 1].flag, relid);
}

/* The guest answers: its packet is there, the host's is read, the host is signalled. */
static void reply(struct bench *bench, const uint8_t *packet, uint32_t index, uint32_t size)
{
    memcpy(bench_at(bench, 0x40012000 + index), packet, size);
    bench_store(bench, 0x40021004, index + size); /* read */
    bench_store(bench, 0x40010000, index + size); /* written */
    assert_int_equal(vmbus_signal(&bench->vmbus, 0x2001, 0), HV_STATUS_SUCCESS);
}

/* The first part of the GPADL is the guest's ring: 0x40010000; the host's starts at page 4. */
static void open_as_linux_does(struct bench *bench)
{
    static const uint8_t created[20] = { 10, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x10, 0x1e, 0x0e };
    static const uint8_t open[148] = {
        0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* OPEN_CHANNEL */
        0x01, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, /* relid 1, open id 1 */
        0x10, 0x1e, 0x0e, 0x00, 0x02, 0x00, 0x00, 0x00, /* GPADL, VP 2 */
        0x04, 0x00, 0x00, 0x00,                         /* the host's ring: page 4 */
    };
    static const uint8_t opened[20] = { 6, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1 };

    guest_connect(bench, 0x50003);
    bench_post(bench, 1, header_of_linux, sizeof(header_of_linux));
    expect_sent(bench, 0, 0, 2, created, sizeof(created));
    bench_post(bench, 1, open, sizeof(open));
    expect_sent(bench, 1, 0, 2, opened, sizeof(opened));
    assert_int_equal(bench->event_count, 0); /* not before the result */
}

static void heartbeat_of_linux_6_1(void **state)
{
    struct bench *bench = *state;
    uint8_t control[4096] = { 80 };
    uint8_t answer[96];

    open_as_linux_does(bench);
    assert_true(vmbus_poll(&bench->vmbus) == VMBUS_NO_DEADLINE);
    control[64] = 1; /* pending sizes in use */
    assert_memory_equal(bench_at(bench, 0x40021000), control, sizeof(control));
    assert_memory_equal(bench_at(bench, 0x40023000), negotiation, sizeof(negotiation));
    expect_event(bench, 1, 2, 1);

    reply(bench, agreement, 0, sizeof(agreement));
    assert_int_equal(vmbus_poll(&bench->vmbus), 1000 + 2 * SECOND);
    expect_traced(bench, VMBUS_EVENT_AGREED, 1, 0x00000003);
    assert_int_equal(bench_load(bench, 0x40010004), 80); /* the host has read */
    assert_int_equal(bench_load(bench, 0x40010008), 0);  /* and wants to be signalled */
    assert_memory_equal(bench_at(bench, 0x40023000 + 80), beat, sizeof(beat));
    assert_int_equal(bench_load(bench, 0x40021000), 176);
    expect_event(bench, 2, 2, 1);

    memcpy(answer, beat, sizeof(answer));
    answer[41] = 5; /* transaction + response */
    answer[44] = 2; /* sequence */
    reply(bench, answer, 80, sizeof(answer));
    assert_int_equal(vmbus_poll(&bench->vmbus), 1000 + 2 * SECOND);
    assert_int_equal(vmbus_heartbeats(&bench->vmbus).sent, 1);
    assert_int_equal(vmbus_heartbeats(&bench->vmbus).answered, 1);
    assert_int_equal(vmbus_heartbeats(&bench->vmbus).lost, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VMBUS_DEVICE_TEST(offers_are_those_of_hyper_v),
        VMBUS_DEVICE_TEST(offers_need_a_place_each),
        VMBUS_DEVICE_TEST(sockets_are_refused),
        VMBUS_DEVICE_TEST(heartbeat_of_linux_6_1),
    };

    return cmocka_run_group_tests_name("vmbus session", tests, NULL, NULL);
}
