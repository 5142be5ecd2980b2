/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The guest of the VMBus tests. */

#include "vmbus_guest.h"

/* ---- Requests -------------------------------------------------------------------------------- */

static struct hv_post_message request_of(uint32_t type, uint32_t size, uint32_t first,
                                         uint32_t second)
{
    struct hv_post_message message = request(type);

    message.payload_size = size;
    set_word(&message, 8, first);
    set_word(&message, 12, second);
    return message;
}

struct hv_post_message gpadl_header(uint32_t relid, uint32_t id, uint32_t bytes, uint32_t ranges)
{
    struct hv_post_message message = request_of(8, 20, relid, id);

    set_word(&message, 16, (bytes & 0xffff) | ranges << 16);
    return message;
}

struct hv_post_message gpadl_body(uint32_t id)
{
    return request_of(9, 16, 0, id);
}

struct hv_post_message gpadl_teardown(uint32_t relid, uint32_t id)
{
    return request_of(11, 16, relid, id);
}

struct hv_post_message open_channel(uint32_t relid, uint32_t gpadl, uint32_t vp, uint32_t page)
{
    struct hv_post_message message = request_of(5, 148, relid, 0x1000 + relid);

    set_word(&message, 16, gpadl);
    set_word(&message, 20, vp);
    set_word(&message, 24, page);
    return message;
}

struct hv_post_message close_channel(uint32_t relid)
{
    return request_of(7, 12, relid, 0);
}

struct hv_post_message relid_released(uint32_t relid)
{
    return request_of(13, 12, relid, 0);
}

struct hv_post_message modify_channel(uint32_t relid, uint32_t vp)
{
    return request_of(22, 16, relid, vp);
}

void add_word(struct hv_post_message *message, uint64_t word)
{
    assert_in_range(message->payload_size, 0, 232);
    memcpy((uint8_t *)message->payload + message->payload_size, &word, sizeof(word));
    message->payload_size += 8;
}

/* ---- Answers --------------------------------------------------------------------------------- */

/* Words of an answer; a failure's status is any but 0. */
static void expect_words(const struct bench *bench, uint32_t number, const uint32_t *words,
                         uint32_t count, bool good)
{
    const struct bench_sent *sent = &bench->sent[number % BENCH_LOG];
    uint32_t expected[8];

    assert_true(number < bench->count);
    memcpy(expected, words, count * sizeof(expected[0]));
    if (!good) {
        memcpy(&expected[count - 1], (const uint32_t *)sent->message.payload + count - 1, 4);
        assert_int_not_equal(expected[count - 1], 0);
    }
    expect_sent(bench, number, bench->vmbus.target_vp, 2, expected, count * sizeof(expected[0]));
}

void expect_created(const struct bench *bench, uint32_t number, uint32_t relid, uint32_t id,
                    bool good)
{
    const uint32_t words[] = { 10, 0, relid, id, 0 };

    expect_words(bench, number, words, 5, good);
}

void expect_torndown(const struct bench *bench, uint32_t number, uint32_t id)
{
    const uint32_t words[] = { 12, 0, id };

    expect_words(bench, number, words, 3, true);
}

void expect_opened(const struct bench *bench, uint32_t number, uint32_t relid, bool good)
{
    const uint32_t words[] = { 6, 0, relid, 0x1000 + relid, 0 };

    expect_words(bench, number, words, 5, good);
}

void expect_modified(const struct bench *bench, uint32_t number, uint32_t relid, bool good)
{
    const uint32_t words[] = { 24, 0, relid, 0 };

    expect_words(bench, number, words, 4, good);
}

void expect_rescinded(const struct bench *bench, uint32_t number, uint32_t relid)
{
    const uint32_t words[] = { 2, 0, relid };

    expect_words(bench, number, words, 3, true);
}

/* ---- Channels -------------------------------------------------------------------------------- */

void guest_stir(struct bench *bench)
{
    const struct hv_post_message nothing = close_channel(0);

    assert_int_equal(bench_receive(bench, &nothing), 0);
    (void)vmbus_poll(&bench->vmbus);
}

void guest_connect(struct bench *bench, uint32_t version)
{
    const struct hv_post_message connect = contact(4, version, 0);
    const struct hv_post_message offers = request(3);

    assert_int_equal(bench_receive(bench, &connect), 1);
    assert_int_equal(bench_receive(bench, &offers), 4);
    bench_forget(bench);
}

void guest_share(struct bench *bench, uint32_t relid, uint32_t id, const uint64_t *pages,
                 uint32_t count)
{
    struct hv_post_message message = gpadl_header(relid, id, 8 + 8 * count, 1);

    add_word(&message, (uint64_t)count * 4096);
    for (uint32_t i = 0; i < count; i++) {
        if (message.payload_size > 232) {
            assert_int_equal(bench_receive(bench, &message), 0);
            message = gpadl_body(id);
        }
        add_word(&message, pages[i] / 4096);
    }
    assert_true(vmbus_receive(&bench->vmbus, &message));
}

uint64_t guest_page(uint32_t relid, uint32_t number)
{
    return BENCH_RAM + 4096u * ((relid * 64 + number * 37 % 64) % BENCH_PAGES);
}

struct guest_channel guest_open(struct bench *bench, uint32_t relid, uint32_t vp, uint32_t pages)
{
    struct guest_channel channel = { .bench = bench, .relid = relid, .gpadl = 0xe1e10 + relid };
    const struct hv_post_message open = open_channel(relid, channel.gpadl, vp, pages / 2);
    uint64_t all[64];

    for (uint32_t i = 0; i < pages; i++) {
        all[i] = guest_page(relid, i);
        memset(bench_at(bench, all[i]), 0, 4096);
    }
    memcpy(channel.out, all, pages / 2 * sizeof(all[0]));
    memcpy(channel.in, all + pages / 2, (pages - pages / 2) * sizeof(all[0]));
    channel.out_size = (pages / 2 - 1) * 4096;
    channel.in_size = (pages - pages / 2 - 1) * 4096;
    guest_share(bench, relid, channel.gpadl, all, pages);
    expect_created(bench, bench->count - 1, relid, channel.gpadl, true);
    assert_int_equal(bench_receive(bench, &open), 1);
    expect_opened(bench, bench->count - 1, relid, true);
    return channel;
}

/* ---- Rings ----------------------------------------------------------------------------------- */

uint32_t out_field(const struct guest_channel *channel, enum ring_field field)
{
    return bench_load(channel->bench, channel->out[0] + field);
}

uint32_t in_field(const struct guest_channel *channel, enum ring_field field)
{
    return bench_load(channel->bench, channel->in[0] + field);
}

void set_out_field(struct guest_channel *channel, enum ring_field field, uint32_t value)
{
    bench_store(channel->bench, channel->out[0] + field, value);
}

void set_in_field(struct guest_channel *channel, enum ring_field field, uint32_t value)
{
    bench_store(channel->bench, channel->in[0] + field, value);
}

void out_bytes(struct guest_channel *channel, uint32_t index, const void *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        const uint32_t at = (index + i) % channel->out_size;

        *bench_at(channel->bench, channel->out[1 + at / 4096] + at % 4096) =
            ((const uint8_t *)bytes)[i];
    }
}

void guest_send(struct guest_channel *channel, const void *payload, uint32_t size)
{
    const uint32_t padded = (size + 7) / 8 * 8;
    const uint16_t descriptor[8] = { 6, 2, (uint16_t)(2 + padded / 8) };
    const uint32_t trailer[2] = { 0, channel->out_write };
    const uint32_t before = channel->out_write;

    out_bytes(channel, before, descriptor, 16);
    out_bytes(channel, before + 16, payload, size);
    out_bytes(channel, before + 16 + padded, trailer, 8);
    channel->out_write = (before + 16 + padded + 8) % channel->out_size;
    set_out_field(channel, RING_WRITE, channel->out_write);
    channel->signalled =
        out_field(channel, RING_MASK) == 0 && out_field(channel, RING_READ) == before;
    if (channel->signalled) {
        assert_int_equal(vmbus_signal(&channel->bench->vmbus, 0x2000 + channel->relid, 0),
                         HV_STATUS_SUCCESS);
    }
}

static void in_bytes(const struct guest_channel *channel, uint32_t index, void *bytes,
                     uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        const uint32_t at = (index + i) % channel->in_size;

        ((uint8_t *)bytes)[i] = *bench_at(channel->bench, channel->in[1 + at / 4096] + at % 4096);
    }
}

uint32_t guest_receive(struct guest_channel *channel, uint8_t *payload)
{
    const uint32_t start = channel->in_read;
    const uint32_t write = in_field(channel, RING_WRITE);
    const uint32_t available = (write - start + channel->in_size) % channel->in_size;
    uint16_t descriptor[8];
    uint32_t trailer[2];
    uint32_t length;

    assert_in_range(write, 0, channel->in_size - 1);
    assert_int_equal(write % 8, 0);
    if (write == start) {
        return 0;
    }
    in_bytes(channel, start, descriptor, 16);
    assert_int_equal(descriptor[0], 6); /* in-band */
    assert_int_equal(descriptor[1], 2);
    assert_int_equal(descriptor[3], 0); /* no completion wanted */
    assert_int_equal(descriptor[4] | descriptor[5] | descriptor[6] | descriptor[7], 0);
    length = descriptor[2] * 8u;
    assert_in_range(length, 16, available - 8);
    in_bytes(channel, start + 16, payload, length - 16);
    in_bytes(channel, start + length, trailer, 8);
    assert_int_equal(trailer[0], 0);
    assert_int_equal(trailer[1], start);
    channel->in_read = (start + length + 8) % channel->in_size;
    set_in_field(channel, RING_READ, channel->in_read);
    return length - 16;
}

/* ---- Integration components -------------------------------------------------------------------
 */

uint64_t number_at(const uint8_t *payload, uint32_t offset, uint32_t size)
{
    uint64_t value = 0;

    memcpy(&value, payload + offset, size);
    return value;
}

void guest_answer(struct guest_channel *channel, uint8_t *payload, uint32_t size)
{
    payload[25] = 5; /* transaction, response */
    guest_send(channel, payload, size);
}

void guest_agree(struct guest_channel *channel, uint32_t framework, uint32_t version)
{
    uint8_t payload[4096];
    const uint32_t size = guest_receive(channel, payload);
    const uint32_t counts = 0x00010001;
    const uint32_t chosen[2] = { framework >> 16 | framework << 16, version >> 16 | version << 16 };

    assert_int_not_equal(size, 0);
    assert_int_equal(number_at(payload, 12, 2), 0); /* negotiate */
    payload[18] = 16;
    memcpy(payload + 28, &counts, 4);
    memcpy(payload + 36, chosen, 8);
    guest_answer(channel, payload, size);
}

struct guest_channel guest_start(struct bench *bench, uint32_t relid)
{
    static const uint32_t versions[] = { 0, 0x30000, 0x30002, 0x40000 };
    struct guest_channel channel = guest_open(bench, relid, 0, 8);

    (void)vmbus_poll(&bench->vmbus);
    guest_agree(&channel, 0x30000, versions[relid]);
    assert_true(channel.signalled);
    (void)vmbus_poll(&bench->vmbus);
    bench_forget(bench);
    return channel;
}
