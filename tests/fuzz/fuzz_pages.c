/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Message and event pages: the host sends and sets flags, the guest empties slots, writes EOM,
 * moves its pages about and masks its SINTs, posts directly. Every step is compared with the
 * model's. No timers here: whoever uses them has other tests. */

#include "bench.h"
#include "report.h"

#define STEPS 24
#define VPS 3u

static void compare_step(struct bench *bench, uint64_t engine, uint64_t model, const char *what)
{
    if (engine != model) {
        fuzz_fail(what, engine, model);
    }
    if (!fuzz_memory_same(&bench->host.memory, &bench->model.memory)) {
        fuzz_fail("pages differ", 0, 0);
    }
    if (!fuzz_same(&bench->host.effects, &bench->model.effects, sizeof bench->host.effects)) {
        fuzz_fail("other interrupts", 0, 0);
    }
}

static void start_step(struct bench *bench)
{
    memset(&bench->host.effects, 0, sizeof bench->host.effects);
    memset(&bench->model.effects, 0, sizeof bench->model.effects);
    fuzz_memory_next(&bench->host.memory);
    fuzz_memory_next(&bench->model.memory);
}

static uint32_t any_sint(struct cursor *cursor)
{
    static const uint8_t sints[] = { 2, 2, 2, 3, 4, 0, 15, 5 };
    uint8_t choice = take8(cursor);

    return choice < 224 ? sints[choice % 8] : choice % 16;
}

static void send(struct cursor *cursor, struct bench *bench, uint32_t vp)
{
    struct hv_message message = { .type = 1 + take8(cursor), .payload_size = take8(cursor) % 241 };
    uint32_t sint = any_sint(cursor);
    bool engine, model;

    message.flags = take8(cursor); /* ignored */
    message.payload[0] = take64(cursor);
    engine = shim_message_send(&bench->vps[vp], sint, &message);
    model = model_message_send(&bench->model, vp, sint, &message);
    compare_step(bench, engine, model, "sending a message");
}

static void set_event(struct cursor *cursor, struct bench *bench, uint32_t vp)
{
    uint32_t sint = any_sint(cursor) + (once_in(cursor, 32) ? 16 : 0);
    uint32_t flag = take16(cursor) % 2050;
    bool engine_newly = false, model_newly = false;
    hv_status_t engine = shim_event_set(&bench->vps[vp], sint, flag, &engine_newly);
    hv_status_t model = model_event_set(&bench->model, vp, sint, flag, &model_newly);

    compare_step(bench, engine, model, "setting an event flag");
    if (engine == HV_STATUS_SUCCESS && engine_newly != model_newly) {
        fuzz_fail("newness of an event flag", engine_newly, model_newly);
    }
}

static void poll(struct bench *bench, uint32_t vp)
{
    if (shim_vp_poll(&bench->vps[vp]) != UINT64_MAX) {
        fuzz_fail("poll wants to be called again without a timer", vp, 0);
    }
    model_poll(&bench->model, vp);
    compare_step(bench, 0, 0, "poll");
}

/* The guest: takes a message, or scribbles over its slots. */
static void guest_writes(struct cursor *cursor, struct bench *bench)
{
    uint32_t type = once_in(cursor, 8) ? (uint32_t)take(cursor, 4) : 0;
    uint64_t at = FUZZ_GPA(FUZZ_MESSAGES) + any_sint(cursor) * 256;

    bench_poke(bench, at, &type, sizeof type);
    if (once_in(cursor, 16)) {
        uint64_t word = take64(cursor);
        bench_poke(bench, FUZZ_GPA(FUZZ_EVENTS) + take16(cursor) % 512 * 8, &word, sizeof word);
    }
}

static uint64_t any_page(struct cursor *cursor)
{
    uint8_t choice = take8(cursor);

    return choice < 96    ? FUZZ_GPA(FUZZ_MESSAGES) | 1
           : choice < 160 ? FUZZ_GPA(FUZZ_EVENTS) | 1
           : choice < 224 ? (FUZZ_GPA(choice % (FUZZ_PAGES + 1)) | (choice & 1))
                          : take64(cursor);
}

static void write_register(struct cursor *cursor, struct bench_call *call)
{
    call->x[0] = UINT64_C(0x100010051);
    switch (below(cursor, 6)) {
    case 0:
        call->x[3] = HV_REGISTER_SCONTROL;
        call->x[5] = !once_in(cursor, 4);
        break;
    case 1:
        call->x[3] = once_in(cursor, 2) ? HV_REGISTER_SIPP : HV_REGISTER_SIFP;
        call->x[5] = any_page(cursor);
        break;
    case 2:
        call->x[3] = HV_REGISTER_SINT0 + any_sint(cursor);
        call->x[5] = 16 + take8(cursor) % 17 + ((uint64_t)(take8(cursor) % 8) << 16);
        break;
    default:
        call->x[3] = HV_REGISTER_EOM;
        break;
    }
}

static void signal_direct(struct cursor *cursor, struct bench_call *call)
{
    call->x[0] = HV_CALL_SIGNAL_EVENT_DIRECT | HV_CONTROL_FAST;
    call->x[2] = below(cursor, VPS) | (uint64_t)any_sint(cursor) << 40 |
                 (uint64_t)(take16(cursor) % 2050) << 48;
}

static void post_direct(struct cursor *cursor, struct bench *bench, struct bench_call *call)
{
    uint8_t block[280] = { 0 };

    memcpy(block, call->x + 1, 16);
    block[16] = (uint8_t)any_sint(cursor);
    block[20] = take8(cursor);
    block[24] = take8(cursor);
    bench_poke(bench, FUZZ_GPA(FUZZ_INPUT), block, sizeof block);
    call->x[0] = HV_CALL_POST_MESSAGE_DIRECT;
    call->x[1] = FUZZ_GPA(FUZZ_INPUT);
}

/* A call that has to do with the pages, by the native convention. */
static void call(struct cursor *cursor, struct bench *bench, uint32_t vp)
{
    struct bench_call call = { .vp = vp, .immediate = 1, .x = { 0, UINT64_MAX, HV_VP_INDEX_SELF } };
    uint8_t choice = take8(cursor);

    if (choice < 192) {
        write_register(cursor, &call);
    } else if (choice < 224) {
        signal_direct(cursor, &call);
    } else {
        post_direct(cursor, bench, &call);
    }
    bench_call(bench, &call);
}

/* Nothing waits, nobody has a timer. */
static void start(struct bench *bench)
{
    bench_restore(bench);
    for (uint32_t vp = 0; vp < VPS; vp++) {
        bench->vps[vp].queue.count = 0;
        bench->model.queue[vp].count = 0;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bench *bench;
    struct cursor cursor = { data, size };

    if (bench == NULL) {
        bench = bench_make(BENCH_WITHOUT_TIMERS, BENCH_CONFIGURED);
    }
    start(bench);
    for (int step = 0; step < STEPS && cursor.left != 0; step++) {
        uint8_t choice = take8(&cursor);
        uint32_t vp = choice % VPS;

        start_step(bench);
        bench->host.memory.twice = bench->model.memory.twice = choice < 128;
        if (choice < 96) {
            send(&cursor, bench, vp);
        } else if (choice < 128) {
            poll(bench, vp);
        } else if (choice < 160) {
            set_event(&cursor, bench, vp);
        } else if (choice < 200) {
            guest_writes(&cursor, bench);
        } else {
            call(&cursor, bench, vp);
        }
    }
    bench_compare_state(bench);
    return 0;
}
