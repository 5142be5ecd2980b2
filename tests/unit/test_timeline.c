/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* hvtrace --perfetto: what viewers want of a timeline besides its format, which
 * tests/tools/check-perfetto checks of whole boots. */

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <shim/shim.h>

#include <hv/vp_registers.h>

#include "tools/sink.h"
#include "trace_records.h"

/* Two VPs and the hypervisor, into memory. */
struct bench {
    struct sink sink;
    FILE *out;
    char *text;
    size_t size;
};

static int begin(void **state)
{
    static struct bench bench;

    bench = (struct bench) { .sink = sink_perfetto(3) };
    bench.out = open_memstream(&bench.text, &bench.size);
    *state = &bench;
    return bench.out == NULL;
}

static int end(void **state)
{
    struct bench *bench = *state;

    fclose(bench->out);
    free(bench->text);
    return 0;
}

static void add(struct bench *bench, struct shim_trace_record record)
{
    bench->sink.record(NULL, bench->out, &record);
}

static void add_call(struct bench *bench, uint64_t time, uint64_t spent_ns)
{
    struct shim_trace_record record =
        record_get(time, 0, HV_REGISTER_VP_INDEX, 0, 0, HV_STATUS_SUCCESS);

    record.spent_ns = spent_ns;
    add(bench, record);
}

static unsigned count(struct bench *bench, const char *text)
{
    unsigned found = 0;

    fflush(bench->out);
    for (const char *at = bench->text; (at = strstr(at, text)) != NULL; at++) {
        found++;
    }
    return found;
}

/* Times are rounded down to 100 ns, lengths are not: the second call did not begin in the first. */
static void calls_one_after_another_do_not_overlap(void **state)
{
    struct bench *bench = *state;

    add_call(bench, 10, 150);
    add_call(bench, 11, 300);
    assert_int_equal(count(bench, "\"ts\":1.000,\"dur\":0.150"), 1);
    assert_int_equal(count(bench, "\"ts\":1.150,\"dur\":0.300"), 1);
}

/* Beyond what rounding explains, nothing is moved. */
static void what_does_overlap_is_shown_so(void **state)
{
    struct bench *bench = *state;

    add_call(bench, 10, 1000);
    add_call(bench, 15, 1000);
    assert_int_equal(count(bench, "\"ts\":1.500,\"dur\":1.000"), 1);
}

static void a_moment_ends_with_the_slice_around_it(void **state)
{
    struct bench *bench = *state;

    add_call(bench, 10, 105);
    add(bench, record_event(11, 0, SHIM_EVENT_VP_OFF, 0, 0, 0));
    assert_int_equal(count(bench, "\"ts\":1.100,\"dur\":0.005"), 1);
    add_call(bench, 20, 1000);
    add(bench, record_event(21, 0, SHIM_EVENT_VP_OFF, 0, 0, 0));
    assert_int_equal(count(bench, "\"ts\":2.100,\"dur\":0.010"), 1);
}

static void an_interrupt_is_an_arrow_from_its_sender(void **state)
{
    struct bench *bench = *state;

    add(bench, record_event(10, 1, SHIM_EVENT_INTERRUPT, 18, 0, 2));
    assert_int_equal(count(bench, "{\"ph\":\"s\",\"pid\":1,\"tid\":2,\"ts\":1.000"), 1);
    assert_int_equal(count(bench, "{\"ph\":\"f\",\"pid\":1,\"tid\":1,\"ts\":1.010"), 1);
    add(bench, record_event(11, 1, SHIM_EVENT_INTERRUPT, 18, 0, 1)); /* to itself: no arrow */
    assert_int_equal(count(bench, "\"ph\":\"s\""), 1);
    assert_int_equal(count(bench, "\"cat\":\"sent\""), 2);
}

static void every_processor_has_a_track_though_it_did_nothing(void **state)
{
    struct bench *bench = *state;

    bench->sink.end(NULL, bench->out, 7);
    assert_int_equal(count(bench, "\"name\":\"VP 0\""), 1);
    assert_int_equal(count(bench, "\"name\":\"VP 1\""), 1);
    assert_int_equal(count(bench, "\"name\":\"hypervisor\""), 1);
    assert_int_equal(count(bench, "\"lost_records\":\"7\""), 1);
}

static void time_goes_on_behind_a_reset(void **state)
{
    struct bench *bench = *state;

    add_call(bench, 100, 500);
    bench->sink.restart(NULL, bench->out);
    add_call(bench, 1, 500);
    assert_int_equal(count(bench, "\"ts\":10.100,\"dur\":0.500"), 1);
}

static void a_number_of_nobody_is_the_hypervisors(void **state)
{
    struct bench *bench = *state;

    add(bench, record_event(10, 4000000000, SHIM_EVENT_VP_ON, 0, 0, 0));
    assert_int_equal(count(bench, "{\"ph\":\"X\",\"pid\":1,\"tid\":2,"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(calls_one_after_another_do_not_overlap, begin, end),
        cmocka_unit_test_setup_teardown(what_does_overlap_is_shown_so, begin, end),
        cmocka_unit_test_setup_teardown(a_moment_ends_with_the_slice_around_it, begin, end),
        cmocka_unit_test_setup_teardown(an_interrupt_is_an_arrow_from_its_sender, begin, end),
        cmocka_unit_test_setup_teardown(every_processor_has_a_track_though_it_did_nothing, begin,
                                        end),
        cmocka_unit_test_setup_teardown(time_goes_on_behind_a_reset, begin, end),
        cmocka_unit_test_setup_teardown(a_number_of_nobody_is_the_hypervisors, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
