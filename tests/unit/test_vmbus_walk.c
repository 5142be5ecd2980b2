/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Long random walks of requests about channels and GPADLs, each compared with a model: what it is
 * answered by, and in which order. The model is written from the protocol's description and shares
 * nothing with vmbus/. */

#include "vmbus_guest.h"

#define IDS 12u
#define WORDS 96u
#define STEPS 300000u

enum model_state { ABSENT, CLOSED, OPEN, REVOKED };

struct model_gpadl {
    bool used;
    bool leaving;
    uint32_t relid;
    uint32_t ranges;
    uint32_t total; /* words */
    uint32_t got;
    uint64_t order; /* age */
    uint64_t words[WORDS];
};

struct model {
    uint32_t version; /* 0: not connected */
    bool offered;
    enum model_state channels[5];   /* by relid */
    uint32_t ring[5];               /* id of the GPADL of an open channel */
    struct model_gpadl gpadls[IDS]; /* by id */
    uint32_t expected[64];          /* answers: type, relid or id, good */
    uint32_t count;
};

static void expect(struct model *model, uint32_t type, uint32_t number, bool good)
{
    model->expected[model->count++] = type | number << 8 | (uint32_t)good << 31;
}

static bool good_range(const struct model_gpadl *gpadl, uint32_t *at)
{
    const uint32_t bytes = (uint32_t)gpadl->words[*at];
    const uint32_t offset = (uint32_t)(gpadl->words[*at] >> 32);
    uint32_t pages = 0;

    if (bytes == 0 || offset > 4095) {
        return false;
    }
    for (uint64_t end = 0; end < (uint64_t)offset + bytes; end += 4096) {
        pages++;
    }
    for (++*at; pages > 0; pages--, ++*at) {
        if (*at >= gpadl->total || gpadl->words[*at] < 0x40000 ||
            gpadl->words[*at] >= 0x40000 + BENCH_PAGES) {
            return false;
        }
    }
    return true;
}

static bool good_gpadl(const struct model_gpadl *gpadl)
{
    uint32_t at = 0;

    for (uint32_t i = 0; i < gpadl->ranges; i++) {
        if (at >= gpadl->total || !good_range(gpadl, &at)) {
            return false;
        }
    }
    return at == gpadl->total;
}

static void take_words(struct model *model, uint32_t id, const struct hv_post_message *message,
                       uint32_t offset)
{
    struct model_gpadl *gpadl = &model->gpadls[id];

    for (; gpadl->got < gpadl->total && offset + 8 <= message->payload_size; offset += 8) {
        memcpy(&gpadl->words[gpadl->got++], (const uint8_t *)message->payload + offset, 8);
    }
    if (gpadl->got == gpadl->total) {
        gpadl->used = good_gpadl(gpadl);
        expect(model, 10, gpadl->relid << 8 | id, gpadl->used);
    }
}

static bool complete(const struct model *model, uint32_t relid, uint32_t id)
{
    const struct model_gpadl *gpadl = &model->gpadls[id];

    return gpadl->used && gpadl->relid == relid && gpadl->got == gpadl->total && !gpadl->leaving;
}

static bool held(const struct model *model, uint32_t relid)
{
    return relid < 5 && model->channels[relid] != ABSENT; /* 0 and 4 always are */
}

static void model_header(struct model *model, const struct hv_post_message *message, uint32_t relid,
                         uint32_t id, uint32_t words, uint32_t ranges)
{
    if (!held(model, relid) || model->gpadls[id].used || words == 0 || ranges == 0) {
        expect(model, 10, relid << 8 | id, false);
        return;
    }
    model->gpadls[id] = (struct model_gpadl) {
        .used = true,
        .relid = relid,
        .ranges = ranges,
        .total = words,
    };
    take_words(model, id, message, 20);
}

static void model_settle(struct model *model)
{
    for (uint32_t id = 0; id < IDS; id++) {
        struct model_gpadl *gpadl = &model->gpadls[id];

        if (gpadl->used && gpadl->leaving &&
            (model->channels[gpadl->relid] != OPEN || model->ring[gpadl->relid] != id)) {
            gpadl->used = false;
            expect(model, 12, id, true);
        }
    }
}

static void model_open(struct model *model, uint32_t relid, uint32_t id, uint32_t vp, uint32_t page)
{
    const struct model_gpadl *gpadl = &model->gpadls[id];
    const uint32_t pages = gpadl->total - 1;
    const bool good = held(model, relid) && model->channels[relid] == CLOSED &&
                      complete(model, relid, id) && gpadl->ranges == 1 &&
                      gpadl->words[0] == pages * UINT64_C(4096) &&
                      (vp < BENCH_VPS || vp == 0xffffffff) && page >= 2 && page + 2 <= pages;

    if (good) {
        model->channels[relid] = OPEN;
        model->ring[relid] = id;
    }
    expect(model, 6, relid, good);
}

static void model_release(struct model *model, uint32_t relid)
{
    if (held(model, relid) && model->channels[relid] != OPEN) {
        model->channels[relid] = ABSENT;
        for (uint32_t id = 0; id < IDS; id++) {
            model->gpadls[id].used &= model->gpadls[id].relid != relid;
        }
    }
}

static void model_end(struct model *model)
{
    const uint32_t count = model->count;

    memset(model, 0, sizeof(*model));
    model->count = count;
}

/* Takes an answer out of those that are expected: two of one moment may come in any order. */
static void compare(struct model *model, const struct bench_sent *sent)
{
    const uint32_t *words = (const uint32_t *)sent->message.payload;
    const uint32_t type = words[0];
    const uint32_t number = type == 10  ? words[2] << 8 | words[3]
                            : type == 1 ? words[46]
                                        : words[2];
    const bool good = type == 10 || type == 6 ? words[4] == 0
                      : type == 24            ? words[3] == 0
                      : type == 15            ? words[2] == 1
                                              : true;
    const bool bare = type == 4 || type == 15 || type == 17;
    const uint32_t found = type | (bare ? 0 : number << 8) | (uint32_t)good << 31;
    uint32_t at = 0;

    while (at < model->count && model->expected[at] != found) {
        at++;
    }
    assert_in_range(at, 0, model->count - 1);
    memmove(model->expected + at, model->expected + at + 1,
            (--model->count - at) * sizeof(model->expected[0]));
}

static void compare_all(struct model *model, struct bench *bench)
{
    for (uint32_t i = 0; i < bench->count; i++) {
        compare(model, &bench->sent[i]);
    }
    assert_int_equal(model->count, 0);
    bench_forget(bench);
}

/* ---- The walk ----------------------------------------------------------------------------------
 */

/* Pages of a relid are its own, so that rings do not get in one another's way. */
static uint64_t random_page(uint32_t relid, uint32_t number)
{
    return random_below(300) == 0 ? random_below(0x80000) : 0x40000 + relid * 48 + number % 48;
}

static struct hv_post_message random_header(struct model *model, uint32_t relid, uint32_t id)
{
    const uint32_t pages = random_below(8) == 0 ? random_below(60) : 4 + random_below(5);
    const uint32_t ranges = random_below(10) == 0 ? random_below(3) : 1;
    const uint32_t words = random_below(20) == 0 ? random_below(WORDS) : 1 + pages;
    struct hv_post_message message = gpadl_header(relid, id, 8 * words, ranges);

    add_word(&message, pages * UINT64_C(4096) + (random_below(10) == 0 ? random_below(9000) : 0) +
                           (random_below(10) == 0 ? (uint64_t)random_below(5000) << 32 : 0));
    for (uint32_t i = 0; i < pages && message.payload_size <= 232; i++) {
        add_word(&message, random_page(relid, i));
    }
    model_header(model, &message, relid, id, words, ranges);
    return message;
}

static struct hv_post_message random_body(struct model *model, uint32_t id)
{
    struct hv_post_message message = gpadl_body(id);

    for (uint32_t i = random_below(28); i > 0; i--) {
        add_word(&message, random_page(model->gpadls[id].relid, 26 + i));
    }
    if (model->gpadls[id].used && model->gpadls[id].got != model->gpadls[id].total) {
        take_words(model, id, &message, 16);
    }
    return message;
}

static struct hv_post_message random_modify(struct model *model, uint32_t relid)
{
    const uint32_t vp = random_below(5) == 0 ? 0xffffffff : random_below(BENCH_VPS + 1);

    if (model->version == 0x50003) {
        expect(model, 24, relid,
               held(model, relid) && model->channels[relid] == OPEN && vp < BENCH_VPS);
    }
    return modify_channel(relid, vp);
}

static struct hv_post_message random_connect(struct model *model)
{
    const uint32_t version = 0x4ffff + random_below(6);
    const bool good = version >= 0x50000 && version <= 0x50003;

    model_end(model);
    model->version = good ? version : 0;
    expect(model, 15, 0, good);
    return contact(4, version, 0);
}

static struct hv_post_message random_offers(struct model *model)
{
    if (!model->offered) {
        model->offered = true;
        for (uint32_t relid = 1; relid <= 3; relid++) {
            model->channels[relid] = CLOSED;
            expect(model, 1, relid, true);
        }
        expect(model, 4, 0, true);
    }
    return request(3);
}

static struct hv_post_message random_close(struct model *model, uint32_t relid)
{
    if (random_below(20) == 0) {
        model_release(model, relid);
        return relid_released(relid);
    }
    if (held(model, relid) && model->channels[relid] == OPEN) {
        model->channels[relid] = CLOSED;
        model_settle(model);
    }
    return close_channel(relid);
}

static struct hv_post_message random_open(struct model *model, uint32_t relid, uint32_t id)
{
    const uint32_t vp =
        random_below(20) == 0 ? 0xffffffff - random_below(2) : random_below(BENCH_VPS);
    const uint32_t page = random_below(8);

    model_open(model, relid, id, vp, page);
    return open_channel(relid, id, vp, page);
}

static struct hv_post_message random_teardown(struct model *model, uint32_t relid, uint32_t id)
{
    if (complete(model, relid, id)) {
        model->gpadls[id].leaving = true;
        model_settle(model);
    }
    return gpadl_teardown(relid, id);
}

static struct hv_post_message random_request(struct model *model)
{
    const uint32_t relid = random_below(30) == 0 ? random_below(5) : 1 + random_below(3);
    const uint32_t id = random_below(IDS);

    switch (random_below(8)) {
    case 0:
    case 1:
        return random_header(model, relid, id);
    case 2:
        return random_body(model, id);
    case 3:
        return random_teardown(model, relid, id);
    case 4:
    case 5:
        return random_open(model, relid, id);
    case 6:
        return random_close(model, relid);
    default:
        return random_modify(model, relid);
    }
}

static struct hv_post_message random_message(struct model *model)
{
    if (model->version == 0 || random_below(1000) == 0) {
        return random_connect(model);
    }
    if (random_below(2000) == 0) {
        model_end(model);
        expect(model, 17, 0, true);
        return request(16);
    }
    return random_below(model->offered ? 500 : 5) == 0 ? random_offers(model)
                                                       : random_request(model);
}

/* Now and then a guest spoils its ring, and loses the channel. */
static void random_spoil(struct model *model, struct bench *bench)
{
    const uint32_t relid = 1 + random_below(3);
    const bool open = vmbus_signal(&bench->vmbus, 0x2000 + relid, 0) == HV_STATUS_SUCCESS;

    assert_int_equal(open, model->channels[relid] == OPEN);
    if (open && random_below(10) == 0) {
        bench_store(bench, model->gpadls[model->ring[relid]].words[1] * 4096, 4);
        model->channels[relid] = REVOKED;
        expect(model, 2, relid, true);
        model_settle(model);
    }
    (void)vmbus_poll(&bench->vmbus);
    guest_stir(bench);
}

/* Rings are empty before a channel is opened there; open ones are as empty in this walk. */
static void empty_rings(struct bench *bench)
{
    for (uint32_t page = 0; page < BENCH_PAGES; page++) {
        memset(bench_at(bench, BENCH_RAM + page * 4096), 0, 72);
    }
}

static void random_walks_do_what_the_model_does(void **state)
{
    struct bench *bench = *state;
    struct model model = { 0 };
    uint32_t open = 0;
    uint32_t revoked = 0;

    random_start(0x1234567);
    for (uint32_t step = 0; step < STEPS; step++) {
        const struct hv_post_message message = random_message(&model);

        if (*(const uint32_t *)message.payload == 5) {
            empty_rings(bench);
        }
        assert_true(vmbus_receive(&bench->vmbus, &message));
        compare_all(&model, bench);
        if (random_below(8) == 0) {
            random_spoil(&model, bench);
            compare_all(&model, bench);
        }
        for (uint32_t relid = 1; relid <= 3; relid++) {
            open += model.channels[relid] == OPEN;
            revoked += model.channels[relid] == REVOKED;
        }
    }
    /* The walk went everywhere. */
    assert_in_range(open, STEPS / 20, STEPS * 3);
    assert_in_range(revoked, STEPS / 100, STEPS * 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VMBUS_DEVICE_TEST(random_walks_do_what_the_model_does),
    };

    return cmocka_run_group_tests_name("vmbus walk", tests, NULL, NULL);
}
