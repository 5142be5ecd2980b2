/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/trace.c and tools/trace_saved.c: what a reader makes of records that the
 * library did not write. */

#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#include <hv/hypercall.h>

#include "tools/trace_reader.h"

/* Other kinds keep their bytes, and say whom they are about. */
static void an_event_is_read_as_it_was_written(void **state)
{
    struct shim_trace_slot slot = { .sequence = 9, .time = 10, .spent = 11, .vp_index = 3 };
    struct shim_trace_record record;

    (void)state;
    slot.about = shim_trace_about(SHIM_TRACE_EVENT, SHIM_DONE, 0);
    slot.before[0] = SHIM_EVENT_TIMER;
    slot.input_size = 16;
    slot.bytes[0] = 2;
    slot.bytes[15] = 7;
    shim_trace_read(&slot, 5, &record);
    assert_int_equal(record.kind, SHIM_TRACE_EVENT);
    assert_int_equal(record.sequence, 9);
    assert_int_equal(record.time, 10);
    assert_int_equal(record.spent_ns, 11);
    assert_int_equal(record.vp_index, 3);
    assert_int_equal(record.control, SHIM_EVENT_TIMER);
    assert_int_equal(record.input_size, 16);
    assert_int_equal(record.input_held, 16);
    assert_memory_equal(record.input, slot.bytes, 16);
}

/* A file may be damaged anywhere. Whatever a slot holds, what is read stays within bounds; the
 * sanitizers look on. */
static void any_bytes_can_be_read(void **state)
{
    struct shim_trace_slot slot;
    struct shim_trace_record record;
    uint8_t *bytes = (uint8_t *)&slot;

    (void)state;
    srand(7);
    for (unsigned round = 0; round < 200000; round++) {
        for (size_t i = 0; i < sizeof slot; i++) {
            bytes[i] = (uint8_t)rand();
        }
        if (round % 4 != 0) {
            slot.about = shim_trace_about(SHIM_TRACE_HVC, round % 2, round / 4 % 2);
            slot.before[0] = round % 8 < 4 ? HV_SMCCC_HYPERCALL : slot.before[0];
            slot.before[0] = round % 16 == 1 ? HV_SMCCC_SPILLED_HYPERCALL : slot.before[0];
            slot.x[0] = round % 3 == 0 ? 0 : slot.x[0];
            slot.input_size = round % 5 == 0 ? 0 : slot.input_size;
        }
        shim_trace_read(&slot, round, &record);
        assert_true(record.input_held <= record.input_size);
        assert_true(record.output_held <= record.output_size);
        assert_true(record.input_held <= SHIM_TRACE_INPUT);
        assert_true(record.output_held <= SHIM_TRACE_OUTPUT);
    }
}

static void write_slot(FILE *file, uint64_t sequence, uint32_t kind, uint64_t time)
{
    const struct shim_trace_slot slot = { .sequence = sequence,
                                          .about = shim_trace_about(kind, 0, 0),
                                          .time = time };

    assert_int_equal(fwrite(&slot, sizeof slot, 1, file), 1);
}

/* What is before the reset of a saved trace, the reset, and what is behind it are three things. */
static void a_reset_stands_where_it_was(void **state)
{
    const struct shim_trace_file header = { .magic = SHIM_TRACE_FILE_MAGIC,
                                            .version = SHIM_TRACE_VERSION,
                                            .record_size = sizeof(struct shim_trace_slot),
                                            .vp_count = 2,
                                            .time_whole = 1 };
    struct trace_reader reader;
    struct shim_trace_record record;
    char path[64];
    FILE *file = tmpfile();

    (void)state;
    assert_non_null(file);
    assert_int_equal(fwrite(&header, sizeof header, 1, file), 1);
    write_slot(file, 1, SHIM_TRACE_EVENT, 5);
    write_slot(file, 2, SHIM_TRACE_RESET, 5);
    write_slot(file, 3, SHIM_TRACE_EVENT, 1);
    write_slot(file, 4, SHIM_TRACE_END, 1);
    fflush(file);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(file));
    assert_int_equal(trace_open(&reader, path), TRACE_OK);
    assert_int_equal(trace_poll(&reader), TRACE_OK);
    assert_true(trace_take(&reader, true, &record));
    assert_int_equal(record.time, 5);
    assert_false(trace_take(&reader, true, &record));
    assert_int_equal(trace_poll(&reader), TRACE_RESTARTED);
    assert_false(trace_take(&reader, true, &record));
    assert_int_equal(trace_poll(&reader), TRACE_OK);
    assert_true(trace_take(&reader, true, &record));
    assert_int_equal(record.time, 1);
    assert_false(trace_take(&reader, true, &record));
    assert_int_equal(trace_complete(&reader), TRACE_OK);
    trace_close(&reader);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_read_as_it_was_written),
        cmocka_unit_test(any_bytes_can_be_read),
        cmocka_unit_test(a_reset_stands_where_it_was),
    };

    return cmocka_run_group_tests_name("trace_read", tests, NULL, NULL);
}
