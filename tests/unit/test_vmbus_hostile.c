/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* VMBus against guests that send anything: every type in every length and state, sizes that lie,
 * and long random sequences compared with a model. The model is written from the protocol's
 * description and shares nothing with vmbus/. */

#include "vmbus_bench.h"

/* All of a message past its type says "5.3, VP 1, SINT 2": any code that looks at it too early
 * would find what it likes. */
static struct hv_post_message plausible(uint32_t type)
{
    struct hv_post_message message = contact(4, 0x50003, 1);

    set_word(&message, 0, type);
    return message;
}

/* Types that a guest sends and that are served in some state. */
static bool is_request(uint32_t type)
{
    static const bool requests[32] = {
        [3] = true,  [5] = true,  [7] = true,  [8] = true,  [9] = true,  [11] = true,
        [13] = true, [14] = true, [16] = true, [21] = true, [22] = true,
    };

    return type < 32 && requests[type];
}

static void every_other_type_is_dropped_in_every_length_and_state(void **state)
{
    struct bench *bench = *state;

    for (unsigned before = 0; before < BENCH_STATES; before++) {
        struct vmbus untouched;

        bench_enter(bench, (enum bench_state)before, 2);
        untouched = bench->vmbus;
        for (uint32_t type = 0; type <= 0xffff; type++) {
            struct hv_post_message message = plausible(type);

            if (is_request(type)) {
                continue;
            }
            for (uint32_t size = 0; size <= 240; size++) {
                message.payload_size = size;
                assert_true(vmbus_receive(&bench->vmbus, &message));
            }
        }
        assert_int_equal(bench->asked, 0);
        assert_memory_equal(&bench->vmbus, &untouched, sizeof(untouched));
    }
}

/* The table of requests is indexed by the type: no type is too large. */
static void types_of_32_bits_are_not_truncated(void **state)
{
    struct bench *bench = *state;

    bench_enter(bench, CONNECTED, 2);
    for (uint32_t high = 1; high != 0; high <<= 1) {
        for (uint32_t low = 0; low < 32; low++) {
            const struct hv_post_message message = plausible(high | low);

            if (!is_request(high | low)) {
                assert_int_equal(bench_receive(bench, &message), 0);
            }
        }
    }
    assert_int_equal(bench_probe(bench), CONNECTED);
}

static void short_requests_are_dropped_in_every_state(void **state)
{
    static const struct {
        uint32_t type;
        uint32_t size;
    } requests[] = {
        { 3, 8 },   { 5, 148 }, { 7, 12 }, { 8, 20 },  { 9, 16 },  { 11, 16 },
        { 13, 12 }, { 14, 40 }, { 16, 8 }, { 21, 40 }, { 22, 16 },
    };
    struct bench *bench = *state;

    for (unsigned before = 0; before < BENCH_STATES; before++) {
        for (unsigned i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
            for (uint32_t size = 0; size < requests[i].size; size++) {
                struct hv_post_message message = plausible(requests[i].type);

                message.payload_size = size;
                bench_enter(bench, (enum bench_state)before, 2);
                assert_int_equal(bench_receive(bench, &message), 0);
                assert_int_equal(bench_probe(bench), before);
            }
        }
    }
}

/* The engine lets no such message through; should a host do, nothing is read past the block. */
static void sizes_above_240_are_dropped(void **state)
{
    static const uint32_t sizes[] = { 241,        255,          256,        264,
                                      0x100 + 40, 0x10000 + 40, 0x80000028, 0xffffffff };
    struct bench *bench = *state;

    for (unsigned before = 0; before < BENCH_STATES; before++) {
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            for (uint32_t type = 0; type < 32; type++) {
                struct hv_post_message message = plausible(type);

                message.payload_size = sizes[i];
                bench_enter(bench, (enum bench_state)before, 2);
                assert_int_equal(bench_receive(bench, &message), 0);
                assert_int_equal(bench_probe(bench), before);
            }
        }
    }
}

/* ---- The model ----------------------------------------------------------------------------------
 * A connection is a number from 0 to 2; an answer is one word of four bytes: kind, VP, SINT, and
 * whether the end of the connection takes it back. */

enum kind { REFUSED = 1, ACCEPTED, DELIVERED, UNLOADED };

struct model {
    unsigned connection;
    uint32_t vp;
    uint32_t waiting[VMBUS_BACKLOG + 1];
    uint32_t count;
    uint32_t sent; /* answers that the host took */
};

static uint32_t answer(enum kind kind, uint32_t vp, uint32_t sint, uint32_t revocable)
{
    return (uint32_t)kind | vp << 8 | sint << 16 | revocable << 24;
}

static uint32_t field(const struct hv_post_message *message, size_t offset, size_t size)
{
    uint32_t value = 0;

    for (size_t i = size; i-- > 0;) {
        value = value << 8 | ((const uint8_t *)message->payload)[offset + i];
    }
    return value;
}

static void model_end_connection(struct model *model)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < model->count; i++) {
        if (model->waiting[i] >> 24 == 0) {
            model->waiting[kept++] = model->waiting[i];
        }
    }
    model->count = kept;
    model->connection = 0;
}

static void model_contact(struct model *model, const struct hv_post_message *message)
{
    const uint32_t version = field(message, 8, 4);
    const uint32_t vp = field(message, 12, 4);
    const bool has_target = message->connection_id == 4 && version >= 0x50000;
    const uint32_t sint = has_target ? field(message, 16, 1) : 2;
    const uint32_t vtl = has_target && version > 0x50000 ? field(message, 17, 1) : 0;
    const bool pages[2] = { field(message, 24, 4) != 0 || field(message, 28, 4) != 0,
                            field(message, 32, 4) != 0 || field(message, 36, 4) != 0 };

    model_end_connection(model);
    if (version >> 16 == 5 && (version & 0xffff) < 4 && vp < BENCH_VPS && sint == 2 && vtl == 0 &&
        pages[0] == pages[1]) {
        model->connection = 1;
        model->vp = vp;
        model->waiting[model->count++] = answer(ACCEPTED, vp, 2, 0);
    } else {
        model->waiting[model->count++] =
            answer(REFUSED, vp < BENCH_VPS ? vp : 0, sint < 16 ? sint : 2, 0);
    }
}

/* What a message does; the return value is vmbus_receive()'s. */
static bool model_receive(struct model *model, const struct hv_post_message *message)
{
    const uint32_t type = field(message, 0, 4);

    if (model->count == VMBUS_BACKLOG) {
        return false;
    }
    if ((message->connection_id != 1 && message->connection_id != 4) ||
        message->message_type != 1 || message->payload_size > 240 || message->payload_size < 8) {
        return true;
    }
    if (type == 14 && message->payload_size >= 40) {
        model_contact(model, message);
    } else if (type == 3 && model->connection == 1) {
        model->connection = 2;
        model->waiting[model->count++] = answer(DELIVERED, model->vp, 2, 1);
    } else if (type == 16 && model->connection != 0) {
        model_end_connection(model);
        model->waiting[model->count++] = answer(UNLOADED, model->vp, 2, 0);
    }
    return true;
}

/* One answer of VMBus against the oldest of the model. */
static void model_compare(struct model *model, const struct bench *bench)
{
    const uint32_t vp = model->waiting[0] >> 8 & 0xff;
    const uint32_t sint = model->waiting[0] >> 16 & 0xff;

    assert_true(model->count != 0);
    switch ((enum kind)(model->waiting[0] & 0xff)) {
    case REFUSED:
        expect_refused(bench, model->sent, vp, sint);
        break;
    case ACCEPTED:
        expect_accepted(bench, model->sent, vp);
        break;
    case DELIVERED:
        expect_offers_delivered(bench, model->sent, vp);
        break;
    case UNLOADED:
        expect_unloaded(bench, model->sent, vp);
        break;
    }
    model->count--;
    model->sent++;
    memmove(model->waiting, model->waiting + 1, model->count * sizeof(model->waiting[0]));
}

/* Mostly valid, each part wrong now and then, sometimes all of it noise. */
static struct hv_post_message random_message(void)
{
    static const uint32_t types[] = { 3, 14, 16 };
    struct hv_post_message message = plausible(types[random_below(3)]);
    uint8_t *bytes = (uint8_t *)message.payload;

    message.connection_id = random_below(8) == 0 ? random_below(6) : 1 + 3 * random_below(2);
    message.message_type = random_below(32) == 0 ? random_below(3) : 1;
    message.payload_size = random_below(8) == 0 ? random_below(260) : 40;
    set_word(&message, 8, 0x50000 + random_below(6));
    set_word(&message, 12, random_below(BENCH_VPS + 1));
    if (random_below(4) == 0) {
        bytes[random_below(40)] = (uint8_t)random_below(256);
    }
    if (random_below(16) == 0) {
        memset(bytes + 24 + 8 * random_below(2), 0, 8);
    }
    if (random_below(64) == 0) {
        for (unsigned i = 0; i < 240; i++) {
            bytes[i] = (uint8_t)random_below(256);
        }
    }
    if (is_request(bytes[0]) && bytes[0] != 3 && bytes[0] != 14 && bytes[0] != 16) {
        bytes[0] = 99; /* requests about channels have a walk of their own */
    }
    return message;
}

static void random_sequences_do_what_the_model_does(void **state)
{
    struct bench *bench = *state;
    struct model model = { 0 };
    uint32_t full = 0;
    uint32_t states[3] = { 0 };

    random_start(0x9e3779b97f4a7c15);
    bench->places = 0;
    for (uint32_t step = 0; step < 2000000; step++) {
        const struct hv_post_message message = random_message();
        const bool taken = vmbus_receive(&bench->vmbus, &message);

        assert_int_equal(taken, model_receive(&model, &message));
        /* The host has places by turns for most answers and for few. */
        bench->places += step / 1000 % 2 == 0 ? random_below(3) : random_below(8) == 0;
        bench->places = bench->places > 4 ? 4 : bench->places;
        if (random_below(2) == 0) {
            vmbus_poll(&bench->vmbus);
            assert_true(bench->places == 0 || model.sent + model.count == bench->count);
        }
        while (model.sent < bench->count) {
            model_compare(&model, bench);
        }
        if (random_below(1000) == 0) {
            vmbus_reset(&bench->vmbus);
            model.connection = 0;
            model.count = 0;
        }
        full += !taken;
        states[model.connection]++;
    }
    /* The walk went everywhere. */
    assert_true(full > 10000 && model.sent > 100000);
    assert_true(states[0] > 10000 && states[1] > 10000 && states[2] > 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VMBUS_TEST(every_other_type_is_dropped_in_every_length_and_state),
        VMBUS_TEST(types_of_32_bits_are_not_truncated),
        VMBUS_TEST(short_requests_are_dropped_in_every_state),
        VMBUS_TEST(sizes_above_240_are_dropped),
        VMBUS_TEST(random_sequences_do_what_the_model_does),
    };

    return cmocka_run_group_tests_name("vmbus hostile", tests, NULL, NULL);
}
