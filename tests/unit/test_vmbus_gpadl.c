/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* GPADLs: what a guest may share and how, what it may not, and quotas. */

#include "vmbus_guest.h"

/* The address of RAM page `number` as a page number. */
static uint64_t pfn(uint32_t number)
{
    return BENCH_RAM / 4096 + number;
}

static uint64_t range(uint64_t bytes, uint64_t offset)
{
    return offset << 32 | bytes;
}

/* Nothing is held any more: the largest GPADL that there can be, goes in. */
static void expect_empty(struct bench *bench)
{
    uint64_t pages[VMBUS_GPADL_WORDS - 1];
    const struct hv_post_message teardown = gpadl_teardown(1, 0x5555);

    for (uint32_t i = 0; i < VMBUS_GPADL_WORDS - 1; i++) {
        pages[i] = BENCH_RAM + 4096u * (i % BENCH_PAGES);
    }
    bench_forget(bench);
    guest_share(bench, 1, 0x5555, pages, VMBUS_GPADL_WORDS - 1);
    assert_int_equal(bench->count, 1);
    expect_created(bench, 0, 1, 0x5555, true);
    assert_int_equal(bench_receive(bench, &teardown), 1);
    expect_torndown(bench, 1, 0x5555);
    bench_forget(bench);
}

/* One answer, after the last body: guest_share() sees that there is none before. */
static void any_number_of_pages_has_one_answer_after_the_last_message(void **state)
{
    static const uint32_t counts[] = { 1, 2, 25, 26, 27, 34, 54, 55, 82, 83, 500, 2047 };
    struct bench *bench = *state;
    uint64_t pages[2047];

    guest_connect(bench, 0x50003);
    for (uint32_t i = 0; i < 2047; i++) {
        pages[i] = guest_page(i % 4, i % 64); /* many of them more than once, which is no harm */
    }
    for (uint32_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        const struct hv_post_message teardown = gpadl_teardown(2, i);

        bench_forget(bench);
        guest_share(bench, 2, i, pages, counts[i]);
        assert_int_equal(bench->count, 1);
        expect_created(bench, 0, 2, i, true);
        assert_int_equal(bench_receive(bench, &teardown), 1);
        expect_torndown(bench, 1, i);
    }
    expect_empty(bench);
}

/* Firmware always posts 240 bytes: what the header did not announce is no page number. */
static void what_was_not_announced_is_padding(void **state)
{
    struct bench *bench = *state;
    struct hv_post_message header = gpadl_header(1, 7, 8 + 8 * 30, 1);
    struct hv_post_message body = gpadl_body(7);

    guest_connect(bench, 0x50003);
    add_word(&header, range(30 * 4096, 0));
    for (uint32_t i = 0; i < 26; i++) {
        add_word(&header, pfn(i));
    }
    header.payload_size = 240; /* four bytes of another page number */
    assert_int_equal(bench_receive(bench, &header), 0);
    for (uint32_t i = 0; i < 28; i++) {
        add_word(&body, i < 4 ? pfn(i) : UINT64_MAX);
    }
    assert_int_equal(bench_receive(bench, &body), 1);
    expect_created(bench, 0, 1, 7, true);
    assert_int_equal(bench_receive(bench, &body), 0); /* nothing is missing */

    header = gpadl_header(1, 8, 16, 1);
    add_word(&header, range(4096, 0));
    add_word(&header, pfn(1));
    add_word(&header, UINT64_MAX);
    assert_int_equal(bench_receive(bench, &header), 1);
    expect_created(bench, 1, 1, 8, true);
}

static void bodies_may_bring_everything_in_small_pieces(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message header = gpadl_header(3, 7, 8 * 5, 2);
    const uint64_t words[] = { range(7000, 200), pfn(1), pfn(2), range(1, 4095), pfn(3) };

    guest_connect(bench, 0x50003);
    assert_int_equal(bench_receive(bench, &header), 0);
    for (uint32_t i = 0; i < 5; i++) {
        struct hv_post_message body = gpadl_body(7);

        assert_int_equal(bench_receive(bench, &body), 0); /* brings nothing */
        body.payload_size = 23;
        assert_int_equal(bench_receive(bench, &body), 0);
        body.payload_size = 16;
        add_word(&body, words[i]);
        assert_int_equal(bench_receive(bench, &body), i == 4);
    }
    expect_created(bench, 0, 3, 7, true);
}

static void bodies_that_belong_nowhere_are_dropped(void **state)
{
    struct bench *bench = *state;
    struct hv_post_message header = gpadl_header(1, 7, 16, 1);
    struct hv_post_message body = gpadl_body(8);

    guest_connect(bench, 0x50003);
    add_word(&body, pfn(1));
    assert_int_equal(bench_receive(bench, &body), 0);
    expect_traced(bench, VMBUS_EVENT_DROPPED, 9, 24);
    add_word(&header, range(4096, 0));
    assert_int_equal(bench_receive(bench, &header), 0);
    assert_int_equal(bench_receive(bench, &body), 0);
    body = gpadl_body(7);
    add_word(&body, pfn(1));
    assert_int_equal(bench_receive(bench, &body), 1);
    expect_created(bench, 0, 1, 7, true);
}

static void headers_that_make_no_sense_are_refused_at_once(void **state)
{
    static const struct {
        uint32_t relid;
        uint32_t bytes;
        uint32_t ranges;
    } bad[] = {
        { 0, 16, 1 }, { 4, 16, 1 }, { 0xffffffff, 16, 1 }, { 1, 0, 1 },
        { 1, 1, 1 },  { 1, 15, 1 }, { 1, 17, 1 },          { 1, 65535, 1 },
        { 1, 16, 0 }, { 1, 0, 0 },  { 1, 65528, 1 },       { 1, 65528, 65535 },
    };
    struct bench *bench = *state;

    guest_connect(bench, 0x50003);
    for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct hv_post_message header = gpadl_header(bad[i].relid, 7, bad[i].bytes, bad[i].ranges);

        add_word(&header, range(4096, 0));
        add_word(&header, pfn(0));
        bench_forget(bench);
        assert_int_equal(bench_receive(bench, &header), 1);
        expect_created(bench, 0, bad[i].relid, 7, false);
        expect_traced(bench, VMBUS_EVENT_REFUSED, 8, bad[i].relid);
    }
    expect_empty(bench);
}

/* Words of a GPADL whose sum is right, and what is wrong with them. */
#define RAM UINT64_C(0x40000) /* its first page */
#define RANGE(bytes, offset) ((uint64_t)(offset) << 32 | (bytes))
static const struct {
    uint32_t ranges;
    uint32_t count;
    uint64_t words[6];
} bad_ranges[] = {
    { 1, 1, { RANGE(0, 0) } },         /* no bytes, no page */
    { 1, 1, { RANGE(1, 0) } },         /* no page */
    { 1, 2, { RANGE(0, 0), RAM } },    /* no bytes */
    { 1, 2, { RANGE(4097, 0), RAM } }, /* a page too few */
    { 1, 2, { RANGE(4096, 1), RAM } }, /* with its offset */
    { 1, 2, { RANGE(2, 4095), RAM } },
    { 1, 3, { RANGE(4096, 0), RAM, RAM } }, /* a page too many */
    { 1, 2, { RANGE(1, 4096), RAM } },      /* offset of a page */
    { 1, 3, { RANGE(1, 4096), RAM, RAM } },
    { 1, 2, { RANGE(1, 0xffffffff), RAM } },
    { 1, 2, { RANGE(0xffffffff, 0), RAM } }, /* 2^32 - 1 bytes */
    { 1, 2, { RANGE(0xffffffff, 4095), RAM } },
    { 1, 2, { RANGE(0xffffffff, 0xffffffff), RAM } },
    { 2, 2, { RANGE(4096, 0), RAM } }, /* a range too few */
    { 65535, 2, { RANGE(4096, 0), RAM } },
    { 2, 3, { RANGE(4096, 0), RAM, RANGE(4096, 0) } },
    { 1, 4, { RANGE(4096, 0), RAM, RANGE(4096, 0), RAM } }, /* a range too many */
    { 2, 4, { RANGE(4096, 0), RAM, RANGE(0, 0), RAM } },
    { 2, 4, { RANGE(4096, 0), RAM, RANGE(4096, 4096), RAM } },
    { 1, 2, { RANGE(4096, 0), RAM - 1 } }, /* pages outside RAM */
    { 1, 2, { RANGE(4096, 0), RAM + BENCH_PAGES } },
    { 1, 2, { RANGE(4096, 0), 0 } },
    { 1, 2, { RANGE(4096, 0), UINT64_MAX } },
    { 1, 2, { RANGE(4096, 0), UINT64_C(1) << 52 | RAM } }, /* RAM, but for the shift */
    { 1, 2, { RANGE(4096, 0), (UINT64_C(1) << 52) - 1 } },
    { 1, 6, { RANGE(5 * 4096, 0), RAM, RAM, RAM, RAM, RAM - 1 } },
};

static void ranges_that_make_no_sense_are_refused(void **state)
{
    struct bench *bench = *state;

    guest_connect(bench, 0x50003);
    for (uint32_t i = 0; i < sizeof(bad_ranges) / sizeof(bad_ranges[0]); i++) {
        struct hv_post_message header =
            gpadl_header(1, 7, 8 * bad_ranges[i].count, bad_ranges[i].ranges);

        for (uint32_t word = 0; word < bad_ranges[i].count; word++) {
            add_word(&header, bad_ranges[i].words[word]);
        }
        bench_forget(bench);
        assert_int_equal(bench_receive(bench, &header), 1);
        expect_created(bench, 0, 1, 7, false);
    }
    expect_empty(bench);
}

static void several_ranges_with_offsets_are_fine(void **state)
{
    struct bench *bench = *state;
    struct hv_post_message header = gpadl_header(1, 7, 8 * 9, 3);

    guest_connect(bench, 0x50003);
    add_word(&header, range(4096, 1)); /* touches two pages */
    add_word(&header, pfn(1));
    add_word(&header, pfn(2));
    add_word(&header, range(1, 4095));
    add_word(&header, pfn(2));
    add_word(&header, range(8193, 4095)); /* three */
    add_word(&header, pfn(BENCH_PAGES - 1));
    add_word(&header, pfn(0));
    add_word(&header, pfn(1));
    assert_int_equal(bench_receive(bench, &header), 1);
    expect_created(bench, 0, 1, 7, true);
}

static void ids_are_the_guests_and_unique(void **state)
{
    static const uint32_t ids[] = { 0, 1, 0xe1e10, 0x80000000, 0xffffffff };
    struct bench *bench = *state;
    const uint64_t page = BENCH_RAM;

    guest_connect(bench, 0x50003);
    for (uint32_t i = 0; i < 5; i++) {
        guest_share(bench, 1, ids[i], &page, 1);
        expect_created(bench, 2 * i, 1, ids[i], true);
        guest_share(bench, 2, ids[i], &page, 1);
        expect_created(bench, 2 * i + 1, 2, ids[i], false);
    }
    for (uint32_t i = 0; i < 5; i++) {
        const struct hv_post_message foreign = gpadl_teardown(2, ids[i]);
        const struct hv_post_message teardown = gpadl_teardown(1, ids[i]);

        assert_int_equal(bench_receive(bench, &foreign), 0);
        assert_int_equal(bench_receive(bench, &teardown), 1);
        expect_torndown(bench, 10 + i, ids[i]);
        assert_int_equal(bench_receive(bench, &teardown), 0);
        expect_traced(bench, VMBUS_EVENT_DROPPED, 11, 16);
    }
    expect_empty(bench);
}

/* The first one is not finished when its double comes: it goes on as if nothing had been. */
static void a_second_header_does_not_disturb_the_first(void **state)
{
    struct bench *bench = *state;
    struct hv_post_message header = gpadl_header(1, 7, 16, 1);
    struct hv_post_message body = gpadl_body(7);
    const struct hv_post_message teardown = gpadl_teardown(1, 7);

    guest_connect(bench, 0x50003);
    add_word(&header, range(4096, 0));
    assert_int_equal(bench_receive(bench, &header), 0);
    assert_int_equal(bench_receive(bench, &header), 1);
    expect_created(bench, 0, 1, 7, false);
    assert_int_equal(bench_receive(bench, &teardown), 0); /* not yet */
    add_word(&body, pfn(1));
    assert_int_equal(bench_receive(bench, &body), 1);
    expect_created(bench, 1, 1, 7, true);
    assert_int_equal(bench_receive(bench, &teardown), 1);
    expect_empty(bench);
}

static void as_many_as_there_are_places_and_no_more(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message teardown = gpadl_teardown(1, 3);
    const uint64_t page = BENCH_RAM;

    guest_connect(bench, 0x50003);
    for (uint32_t round = 0; round < 3; round++) {
        bench_forget(bench);
        for (uint32_t id = round == 0 ? 0 : 3; id < VMBUS_GPADLS; id += round == 0 ? 1 : 1000) {
            guest_share(bench, 1, id, &page, 1);
            expect_created(bench, bench->count - 1, 1, id, true);
        }
        guest_share(bench, 1, 1000, &page, 1);
        expect_created(bench, bench->count - 1, 1, 1000, false);
        assert_int_equal(bench_receive(bench, &teardown), 1);
        expect_torndown(bench, bench->count - 1, 3);
    }
}

/* Storage is taken by what the header says, before anything is stored; a refused one takes none,
 * and its bodies are dropped. */
static void storage_is_reserved_by_the_header(void **state)
{
    struct bench *bench = *state;
    const uint32_t rest = VMBUS_GPADL_WORDS - 2000;
    struct hv_post_message large = gpadl_header(1, 1, 8 * 2000, 1);
    struct hv_post_message over = gpadl_header(1, 2, 8 * (rest + 1), 1);
    const struct hv_post_message fits = gpadl_header(1, 3, 8 * rest, 1);
    const struct hv_post_message word = gpadl_header(1, 4, 8, 1);
    const struct hv_post_message body = gpadl_body(2);
    const struct hv_post_message released = relid_released(1);

    guest_connect(bench, 0x50003);
    assert_int_equal(bench_receive(bench, &large), 0);
    assert_int_equal(bench_receive(bench, &over), 1);
    expect_created(bench, 0, 1, 2, false);
    assert_int_equal(bench_receive(bench, &body), 0);
    assert_int_equal(bench_receive(bench, &fits), 0);
    assert_int_equal(bench_receive(bench, &word), 1);
    expect_created(bench, 1, 1, 4, false);
    assert_int_equal(bench_receive(bench, &released), 0); /* unfinished ones go as well */
    set_word(&large, 8, 2);
    assert_int_equal(bench_receive(bench, &large), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VMBUS_DEVICE_TEST(any_number_of_pages_has_one_answer_after_the_last_message),
        VMBUS_DEVICE_TEST(what_was_not_announced_is_padding),
        VMBUS_DEVICE_TEST(bodies_may_bring_everything_in_small_pieces),
        VMBUS_DEVICE_TEST(bodies_that_belong_nowhere_are_dropped),
        VMBUS_DEVICE_TEST(headers_that_make_no_sense_are_refused_at_once),
        VMBUS_DEVICE_TEST(ranges_that_make_no_sense_are_refused),
        VMBUS_DEVICE_TEST(several_ranges_with_offsets_are_fine),
        VMBUS_DEVICE_TEST(ids_are_the_guests_and_unique),
        VMBUS_DEVICE_TEST(a_second_header_does_not_disturb_the_first),
        VMBUS_DEVICE_TEST(as_many_as_there_are_places_and_no_more),
        VMBUS_DEVICE_TEST(storage_is_reserved_by_the_header),
    };

    return cmocka_run_group_tests_name("vmbus gpadl", tests, NULL, NULL);
}
