/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The bench of the VMBus tests. */

#include "vmbus_bench.h"

#include <stdlib.h>

static bool bench_send(void *host, hv_vp_index_t vp, uint32_t sint,
                       const struct hv_message *message)
{
    struct bench *bench = host;
    struct bench_sent *sent = &bench->sent[bench->count % BENCH_LOG];

    assert_true(vp < BENCH_VPS);
    assert_true(sint < 16);
    bench->asked++;
    if (bench->places == 0) {
        return false;
    }
    if (bench->places != BENCH_NO_LIMIT) {
        bench->places--;
    }
    *sent = (struct bench_sent) { .vp = vp, .sint = sint, .message = *message };
    bench->count++;
    return true;
}

static bool bench_event_set(void *host, hv_vp_index_t vp, uint32_t sint, uint32_t flag)
{
    struct bench *bench = host;

    assert_true(vp < BENCH_VPS);
    if (bench->synic_off) {
        return false;
    }
    bench->events[bench->event_count++ % BENCH_EVENTS] =
        (struct bench_event) { .vp = vp, .sint = sint, .flag = flag };
    return true;
}

/* As <shim/host.h> has it: within a page, all or nothing. */
static enum bench_page bench_reach(struct bench *bench, uint64_t gpa, size_t size)
{
    if (++bench->accesses == bench->fail_at) {
        return PAGE_NONE;
    }
    if (bench->before_access != NULL) {
        bench->before_access(bench, gpa, size);
    }
    assert_in_range(size, 1, 4096);
    assert_true(size <= 4096 - gpa % 4096);
    if (gpa < BENCH_RAM || gpa - BENCH_RAM >= BENCH_PAGES * 4096u) {
        return PAGE_NONE;
    }
    assert_int_not_equal(bench->pages[(gpa - BENCH_RAM) / 4096], PAGE_UNTOUCHABLE);
    return bench->pages[(gpa - BENCH_RAM) / 4096];
}

static bool bench_gpa_read(void *host, uint64_t gpa, void *to, size_t size)
{
    struct bench *bench = host;

    if (bench_reach(bench, gpa, size) == PAGE_NONE) {
        return false;
    }
    memcpy(to, bench_at(bench, gpa), size);
    if (bench->after_read != NULL) {
        bench->after_read(bench, gpa, size);
    }
    return true;
}

static bool bench_gpa_write(void *host, uint64_t gpa, const void *from, size_t size)
{
    struct bench *bench = host;

    if (bench_reach(bench, gpa, size) != PAGE_RAM) {
        return false;
    }
    memcpy(bench_at(bench, gpa), from, size);
    return true;
}

static uint64_t bench_reference_time(void *host)
{
    return ((struct bench *)host)->time;
}

static uint64_t bench_host_time(void *host)
{
    return ((struct bench *)host)->host_time + ((struct bench *)host)->time;
}

static void bench_trace(void *host, enum vmbus_event event, uint64_t first, uint64_t second)
{
    struct bench *bench = host;

    bench->traces[bench->trace_count++ % BENCH_EVENTS] =
        (struct bench_trace) { .event = event, .first = first, .second = second };
}

static const struct vmbus_host_ops bench_ops = { .message_send = bench_send };

static const struct vmbus_host_ops bench_device_ops = {
    .message_send = bench_send,
    .event_set = bench_event_set,
    .gpa_read = bench_gpa_read,
    .gpa_write = bench_gpa_write,
    .reference_time = bench_reference_time,
    .host_time = bench_host_time,
    .trace = bench_trace,
};

static int setup(void **state, const struct vmbus_host_ops *ops)
{
    struct bench *bench = malloc(sizeof(*bench));

    assert_non_null(bench);
    memset(bench, 0xa5, sizeof(*bench));
    bench->ram = calloc(BENCH_PAGES, 4096);
    assert_non_null(bench->ram);
    memset(bench->pages, PAGE_RAM, sizeof(bench->pages));
    bench->before_access = NULL;
    bench->after_read = NULL;
    bench->accesses = 0;
    bench->fail_at = 0;
    bench->time = 1000;
    bench->host_time = UINT64_C(133000000000000000);
    bench->synic_off = false;
    bench->places = BENCH_NO_LIMIT;
    bench_forget(bench);
    assert_true(vmbus_init(&bench->vmbus, ops, bench, BENCH_VPS));
    *state = bench;
    return 0;
}

int bench_setup(void **state)
{
    return setup(state, &bench_ops);
}

int bench_setup_devices(void **state)
{
    return setup(state, &bench_device_ops);
}

int bench_teardown(void **state)
{
    struct bench *bench = *state;

    free(bench->ram);
    free(bench);
    return 0;
}

void bench_forget(struct bench *bench)
{
    bench->asked = 0;
    bench->count = 0;
    bench->event_count = 0;
    bench->trace_count = 0;
}

uint8_t *bench_at(struct bench *bench, uint64_t gpa)
{
    assert_in_range(gpa, BENCH_RAM, BENCH_RAM + BENCH_PAGES * 4096u - 1);
    return bench->ram + (gpa - BENCH_RAM);
}

uint32_t bench_load(struct bench *bench, uint64_t gpa)
{
    uint32_t value;

    memcpy(&value, bench_at(bench, gpa), sizeof(value));
    return value;
}

void bench_store(struct bench *bench, uint64_t gpa, uint32_t value)
{
    memcpy(bench_at(bench, gpa), &value, sizeof(value));
}

void expect_traced(const struct bench *bench, enum vmbus_event event, uint64_t first,
                   uint64_t second)
{
    const struct bench_trace *last = &bench->traces[(bench->trace_count - 1) % BENCH_EVENTS];

    assert_int_not_equal(bench->trace_count, 0);
    assert_int_equal(last->event, event);
    assert_int_equal(last->first, first);
    assert_int_equal(last->second, second);
}

uint32_t bench_traced(const struct bench *bench, enum vmbus_event event)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < bench->trace_count && i < BENCH_EVENTS; i++) {
        count += bench->traces[i].event == event;
    }
    return count;
}

static uint64_t random_state;

void random_start(uint64_t seed)
{
    random_state = seed;
}

/* xorshift64*: the same sequence on every run. */
uint32_t random_below(uint32_t limit)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (uint32_t)((random_state * UINT64_C(0x2545f4914f6cdd1d)) >> 32) % limit;
}

void set_byte(struct hv_post_message *message, size_t offset, uint8_t value)
{
    memcpy((uint8_t *)message->payload + offset, &value, sizeof(value));
}

void set_word(struct hv_post_message *message, size_t offset, uint32_t value)
{
    memcpy((uint8_t *)message->payload + offset, &value, sizeof(value));
}

struct hv_post_message request(uint32_t type)
{
    struct hv_post_message message = { .connection_id = 1, .message_type = 1, .payload_size = 8 };

    set_word(&message, 0, type);
    return message;
}

struct hv_post_message contact(uint32_t connection_id, uint32_t version, uint32_t vp)
{
    struct hv_post_message message = request(14);

    message.connection_id = connection_id;
    message.payload_size = 40;
    set_word(&message, 8, version);
    set_word(&message, 12, vp);
    set_byte(&message, 16, 2);
    set_word(&message, 24, 0x41001000);
    set_word(&message, 32, 0x41002000);
    return message;
}

void bench_post(struct bench *bench, uint32_t connection_id, const void *bytes, size_t size)
{
    struct hv_post_message message = { .connection_id = connection_id, .message_type = 1 };

    message.payload_size = (uint32_t)size;
    memcpy(message.payload, bytes, size);
    assert_int_equal(vmbus_check_post(&bench->vmbus, &message), HV_STATUS_SUCCESS);
    assert_true(vmbus_receive(&bench->vmbus, &message));
}

uint32_t bench_receive(struct bench *bench, const struct hv_post_message *message)
{
    const uint32_t before = bench->count;

    assert_true(vmbus_receive(&bench->vmbus, message));
    return bench->count - before;
}

void bench_enter(struct bench *bench, enum bench_state state, uint32_t vp)
{
    const struct hv_post_message connect = contact(4, 0x50003, vp);
    const struct hv_post_message offers = request(3);

    vmbus_reset(&bench->vmbus);
    if (state != DISCONNECTED) {
        assert_int_equal(bench_receive(bench, &connect), 1);
    }
    if (state == OFFERED) {
        assert_int_equal(bench_receive(bench, &offers), 1);
    }
    bench_forget(bench);
}

enum bench_state bench_probe(struct bench *bench)
{
    const struct hv_post_message offers = request(3);
    const struct hv_post_message unload = request(16);
    const uint32_t offered = bench_receive(bench, &offers);
    const uint32_t unloaded = bench_receive(bench, &unload);

    assert_int_equal(bench->places, BENCH_NO_LIMIT);
    bench_forget(bench);
    if (unloaded == 0) {
        assert_int_equal(offered, 0);
        return DISCONNECTED;
    }
    assert_int_equal(unloaded, 1);
    return offered == 1 ? CONNECTED : OFFERED;
}

void expect_sent(const struct bench *bench, uint32_t number, uint32_t vp, uint32_t sint,
                 const void *payload, size_t size)
{
    const struct bench_sent *sent = &bench->sent[number % BENCH_LOG];
    uint8_t expected[256] = { 1 }; /* message type 1 */

    assert_true(number < bench->count);
    expected[4] = (uint8_t)size;
    memcpy(expected + 16, payload, size);
    assert_int_equal(sent->vp, vp);
    assert_int_equal(sent->sint, sint);
    assert_memory_equal(&sent->message, expected, sizeof(expected));
}

void expect_accepted(const struct bench *bench, uint32_t number, uint32_t vp)
{
    static const uint8_t bytes[16] = { 15, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0 };

    expect_sent(bench, number, vp, 2, bytes, sizeof(bytes));
}

void expect_refused(const struct bench *bench, uint32_t number, uint32_t vp, uint32_t sint)
{
    static const uint8_t bytes[16] = { 15 };

    expect_sent(bench, number, vp, sint, bytes, sizeof(bytes));
}

void expect_offers_delivered(const struct bench *bench, uint32_t number, uint32_t vp)
{
    static const uint8_t bytes[8] = { 4 };

    expect_sent(bench, number, vp, 2, bytes, sizeof(bytes));
}

void expect_unloaded(const struct bench *bench, uint32_t number, uint32_t vp)
{
    static const uint8_t bytes[8] = { 17 };

    expect_sent(bench, number, vp, 2, bytes, sizeof(bytes));
}
