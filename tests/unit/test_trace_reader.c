/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The reader of trace rings: order, wrap-around, loss, resets, and files that are damaged. */

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ram_file.h"
#include "tools/trace_reader.h"

struct bench {
    struct ram_file file;
    struct trace_reader reader;
};

static int setup(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));

    ram_file_make(&bench->file, 2, 8);
    *state = bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;

    ram_file_remove(&bench->file);
    free(bench);
    return 0;
}

static void open_reader(struct bench *bench)
{
    assert_int_equal(trace_open(&bench->reader, bench->file.path), TRACE_OK);
    assert_int_equal(trace_poll(&bench->reader), TRACE_OK);
}

static void expect_times(struct bench *bench, bool all, const uint64_t *times, size_t count)
{
    struct shim_trace_record record;

    for (size_t i = 0; i < count; i++) {
        assert_true(trace_take(&bench->reader, all, &record));
        assert_int_equal(record.time, times[i]);
    }
    assert_false(trace_take(&bench->reader, all, &record));
}

static void expect_damaged(struct bench *bench, const char *why)
{
    assert_int_equal(trace_open(&bench->reader, bench->file.path), TRACE_DAMAGED);
    assert_non_null(strstr(bench->reader.why, why));
    assert_int_equal(bench->reader.fd, -1);
}

static void rings_are_merged_by_time(void **state)
{
    static const uint64_t times[] = { 1, 2, 3, 4, 5 };
    struct bench *bench = *state;

    ram_file_tick(&bench->file, 1, 1);
    ram_file_tick(&bench->file, 0, 2);
    ram_file_tick(&bench->file, 1, 3);
    ram_file_tick(&bench->file, 1, 4);
    ram_file_tick(&bench->file, 0, 5);
    open_reader(bench);
    expect_times(bench, true, times, 5);
    assert_int_equal(trace_complete(&bench->reader), TRACE_OK);
    assert_int_equal(bench->reader.dropped, 0);
    trace_close(&bench->reader);
}

static void an_empty_trace_has_no_records(void **state)
{
    struct bench *bench = *state;

    open_reader(bench);
    expect_times(bench, true, NULL, 0);
    assert_int_equal(trace_complete(&bench->reader), TRACE_OK);
    trace_close(&bench->reader);
}

static void what_a_full_ring_overwrote_is_counted(void **state)
{
    static const uint64_t times[] = { 14, 15, 16, 17, 18, 19, 20, 21 };
    struct bench *bench = *state;

    for (uint64_t time = 1; time <= 21; time++) {
        ram_file_tick(&bench->file, 0, time);
    }
    open_reader(bench);
    expect_times(bench, true, times, 8);
    assert_int_equal(bench->reader.dropped, 13);
    assert_int_equal(trace_complete(&bench->reader), TRACE_OK);
    trace_close(&bench->reader);
}

static void a_live_reader_loses_nothing_that_it_reads_in_time(void **state)
{
    struct bench *bench = *state;
    struct shim_trace_record record;
    uint64_t expected = 1;

    open_reader(bench);
    for (uint64_t time = 1; time <= 1000; time++) {
        ram_file_tick(&bench->file, (uint32_t)(time % 2), time);
        if (time % 16 == 0) {
            assert_int_equal(trace_poll(&bench->reader), TRACE_OK);
            while (trace_take(&bench->reader, time % 3 == 0, &record)) {
                assert_int_equal(record.time, expected++);
            }
        }
    }
    assert_int_equal(trace_poll(&bench->reader), TRACE_OK);
    while (trace_take(&bench->reader, true, &record)) {
        assert_int_equal(record.time, expected++);
    }
    assert_int_equal(expected, 1001);
    assert_int_equal(bench->reader.dropped, 0);
    trace_close(&bench->reader);
}

/* Every record is either read or counted as lost, however far the writer runs ahead. */
static void a_slow_live_reader_counts_what_it_lost(void **state)
{
    struct bench *bench = *state;
    struct shim_trace_record record;
    uint64_t time = 0, taken = 0, last = 0;

    open_reader(bench);
    for (uint32_t burst = 1; burst < 40; burst++) {
        for (uint32_t i = 0; i < burst; i++) {
            ram_file_tick(&bench->file, 0, ++time);
        }
        assert_int_equal(trace_poll(&bench->reader), TRACE_OK);
        while (trace_take(&bench->reader, true, &record)) {
            assert_true(record.time > last);
            last = record.time;
            taken++;
        }
        assert_int_equal(last, time);
        assert_int_equal(taken + bench->reader.dropped, time);
    }
    assert_true(bench->reader.dropped > 0);
    trace_close(&bench->reader);
}

static void a_live_record_waits_for_what_may_precede_it(void **state)
{
    static const uint64_t first[] = { 9, 10 }, rest[] = { 11 };
    struct bench *bench = *state;

    ram_file_tick(&bench->file, 0, 10);
    open_reader(bench);
    expect_times(bench, false, NULL, 0);
    ram_file_tick(&bench->file, 1, 9); /* stamped earlier, written later */
    ram_file_tick(&bench->file, 1, 11);
    assert_int_equal(trace_poll(&bench->reader), TRACE_OK);
    expect_times(bench, false, first, 2);
    assert_int_equal(trace_poll(&bench->reader), TRACE_OK);
    expect_times(bench, false, rest, 1);
    trace_close(&bench->reader);
}

static void a_record_that_is_being_written_is_not_read(void **state)
{
    static const uint64_t times[] = { 1 }, later[] = { 2 };
    struct bench *bench = *state;

    ram_file_tick(&bench->file, 0, 1);
    ram_file_tick(&bench->file, 0, 2);
    ram_file_slot(&bench->file, 0, 2)->sequence = 0;
    open_reader(bench);
    expect_times(bench, true, times, 1);
    ram_file_slot(&bench->file, 0, 2)->sequence = 2;
    assert_int_equal(trace_poll(&bench->reader), TRACE_OK);
    expect_times(bench, true, later, 1);
    trace_close(&bench->reader);
}

static void a_reset_starts_a_new_count(void **state)
{
    static const uint64_t before[] = { 100 }, after[] = { 5 };
    struct bench *bench = *state;

    open_reader(bench);
    ram_file_tick(&bench->file, 0, 100);
    assert_int_equal(trace_poll(&bench->reader), TRACE_OK);
    ram_file_reset(&bench->file);
    ram_file_tick(&bench->file, 1, 5);
    assert_int_equal(trace_poll(&bench->reader), TRACE_RESTARTED);
    expect_times(bench, true, before, 1);
    assert_int_equal(trace_poll(&bench->reader), TRACE_OK);
    expect_times(bench, true, after, 1);
    assert_int_equal(bench->reader.dropped, 0);
    trace_close(&bench->reader);
}

static void the_exit_reason_is_read_before_the_last_records(void **state)
{
    struct bench *bench = *state;

    bench->file.header->exit_reason = SHIM_EXIT_PANIC;
    open_reader(bench);
    assert_int_equal(bench->reader.exit_seen, SHIM_EXIT_PANIC);
    trace_close(&bench->reader);
}

static void a_file_without_header_is_absent(void **state)
{
    struct bench *bench = *state;

    bench->file.header->magic = 0;
    assert_int_equal(trace_open(&bench->reader, bench->file.path), TRACE_ABSENT);
    assert_non_null(strstr(bench->reader.why, "no trace in the file's last page"));
    assert_int_equal(ftruncate(bench->file.fd, 100), 0);
    assert_int_equal(trace_open(&bench->reader, bench->file.path), TRACE_ABSENT);
    assert_non_null(strstr(bench->reader.why, "truncated"));
    assert_int_equal(ftruncate(bench->file.fd, 0), 0);
    assert_int_equal(trace_open(&bench->reader, bench->file.path), TRACE_ABSENT);
    assert_string_equal(bench->reader.why, "the file is empty");
    assert_int_equal(trace_open(&bench->reader, "/nonexistent/ram"), TRACE_ABSENT);
    assert_string_equal(bench->reader.why, "No such file or directory");
}

/* Nobody who follows waits for a folder to become one, or hangs at a pipe. */
static void what_is_no_file_never_becomes_a_trace(void **state)
{
    struct bench *bench = *state;
    char name[80];

    assert_int_equal(trace_open(&bench->reader, "/tmp"), TRACE_DAMAGED);
    assert_string_equal(bench->reader.why, "a trace is a regular file, and this is none");
    snprintf(name, sizeof name, "%s.pipe", bench->file.path);
    assert_int_equal(mkfifo(name, 0600), 0);
    assert_int_equal(trace_open(&bench->reader, name), TRACE_DAMAGED);
    assert_int_equal(unlink(name), 0);
}

static void numbers_of_the_header_are_checked(void **state)
{
    struct bench *bench = *state;
    struct shim_trace_header *header = bench->file.header, good = *header;

    header->version = 1;
    expect_damaged(bench, "version 1");
    *header = good;
    header->record_size = 128;
    expect_damaged(bench, "records of 128 bytes");
    *header = good;
    header->vp_count = 0;
    expect_damaged(bench, "header");
    header->vp_count = UINT32_MAX;
    expect_damaged(bench, "header");
    *header = good;
    header->records = 0;
    expect_damaged(bench, "header");
    header->records = 6;
    expect_damaged(bench, "header");
    header->records = 0x80000000;
    expect_damaged(bench, "do not fit");
    *header = good;
    header->rings_from_end = 4095;
    expect_damaged(bench, "do not fit");
    header->rings_from_end = good.rings_from_end - 8;
    expect_damaged(bench, "do not fit");
    header->rings_from_end = good.rings_from_end + 1;
    expect_damaged(bench, "do not fit");
    header->rings_from_end = UINT64_MAX;
    expect_damaged(bench, "truncated");
    *header = good;
    open_reader(bench);
    trace_close(&bench->reader);
}

static void rings_cut_off_at_their_beginning_are_truncated(void **state)
{
    struct bench *bench = *state;

    bench->file.header->rings_from_end = RAM_FILE_SIZE + 4096;
    expect_damaged(bench, "truncated");
}

static void a_missing_record_is_named(void **state)
{
    static const uint64_t times[] = { 1, 2 };
    struct bench *bench = *state;

    for (uint64_t time = 1; time <= 5; time++) {
        ram_file_tick(&bench->file, 0, time);
    }
    ram_file_slot(&bench->file, 0, 3)->sequence = 0;
    open_reader(bench);
    expect_times(bench, true, times, 2);
    assert_int_equal(trace_complete(&bench->reader), TRACE_DAMAGED);
    assert_string_equal(bench->reader.why, "truncated after record 2 of ring 0");
    trace_close(&bench->reader);
}

static void a_record_out_of_place_is_named(void **state)
{
    struct bench *bench = *state;

    static const uint64_t times[] = { 1 };

    ram_file_tick(&bench->file, 1, 1);
    ram_file_slot(&bench->file, 1, 4)->sequence = 7;
    open_reader(bench); /* what is sound is read all the same */
    expect_times(bench, true, times, 1);
    assert_int_equal(trace_complete(&bench->reader), TRACE_DAMAGED);
    assert_string_equal(bench->reader.why, "ring 1: record 7 is in the place of 4");
    trace_close(&bench->reader);
}

/* Whatever the last page holds, opening ends, and reads nothing outside the file. */
static void random_headers_do_no_harm(void **state)
{
    struct bench *bench = *state;
    struct shim_trace_header good = *bench->file.header;
    uint8_t *bytes = (uint8_t *)bench->file.header;
    struct shim_trace_record record;

    srand(1);
    for (int round = 0; round < 20000; round++) {
        *bench->file.header = good;
        for (int change = rand() % 4; change >= 0; change--) {
            bytes[8 + (size_t)rand() % (sizeof(good) - 8)] = (uint8_t)rand();
        }
        if (trace_open(&bench->reader, bench->file.path) == TRACE_OK) {
            assert_int_not_equal(trace_poll(&bench->reader), TRACE_RESTARTED);
            while (trace_take(&bench->reader, true, &record)) {
            }
            trace_close(&bench->reader);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rings_are_merged_by_time, setup, teardown),
        cmocka_unit_test_setup_teardown(an_empty_trace_has_no_records, setup, teardown),
        cmocka_unit_test_setup_teardown(what_a_full_ring_overwrote_is_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(a_live_reader_loses_nothing_that_it_reads_in_time, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_slow_live_reader_counts_what_it_lost, setup, teardown),
        cmocka_unit_test_setup_teardown(a_live_record_waits_for_what_may_precede_it, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_record_that_is_being_written_is_not_read, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_reset_starts_a_new_count, setup, teardown),
        cmocka_unit_test_setup_teardown(the_exit_reason_is_read_before_the_last_records, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_file_without_header_is_absent, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_file_never_becomes_a_trace, setup, teardown),
        cmocka_unit_test_setup_teardown(numbers_of_the_header_are_checked, setup, teardown),
        cmocka_unit_test_setup_teardown(rings_cut_off_at_their_beginning_are_truncated, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_missing_record_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(a_record_out_of_place_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(random_headers_do_no_harm, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
