/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of host/common/scale.c: reference time against exact arithmetic, for months. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/common/scale.h"

#define UNITS UINT64_C(10000000) /* of 100 ns */
#define DAY UINT64_C(86400)
#define DAYS 400u

/* QEMU's, and those that boards have. */
static const uint64_t frequencies[] = { 62500000, 1000000000, 100000000, 50000000,
                                        25000000, 24000000,   19200000,  54000000,
                                        10000000, 1000000,    32768,     1000 };
#define FREQUENCIES (sizeof frequencies / sizeof frequencies[0])

static uint64_t exact(uint64_t ticks, uint64_t frequency)
{
    return (uint64_t)((unsigned __int128)ticks * UNITS / frequency);
}

static void time_is_exact_around_every_second_and_unit(void **state)
{
    (void)state;
    for (unsigned f = 0; f < FREQUENCIES; f++) {
        struct scale scale = scale_make(UNITS, frequencies[f]);
        for (uint64_t day = 0; day <= DAYS; day++) {
            uint64_t second = day * DAY * frequencies[f];
            for (uint64_t tick = 0; tick < 300; tick++) {
                uint64_t ticks = second + tick;
                assert_int_equal(scale_apply(&scale, ticks), exact(ticks, frequencies[f]));
                if (second >= 300) {
                    ticks = second - tick;
                    assert_int_equal(scale_apply(&scale, ticks), exact(ticks, frequencies[f]));
                }
            }
        }
    }
}

/* Frequencies that share no factor with the unit: one unit at most, early, and never backwards. */
static void an_odd_frequency_is_never_off_by_more_than_one_unit(void **state)
{
    const uint64_t frequency = 62499989;
    struct scale scale = scale_make(UNITS, frequency);
    uint64_t last = 0;
    (void)state;
    for (uint64_t ticks = 0; ticks < DAYS * DAY * frequency; ticks += 7 * frequency + 13) {
        uint64_t now = scale_apply(&scale, ticks);
        uint64_t wanted = exact(ticks, frequency);
        assert_true(now == wanted || now == wanted + 1);
        assert_true(now >= last);
        last = now;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_is_exact_around_every_second_and_unit),
        cmocka_unit_test(an_odd_frequency_is_never_off_by_more_than_one_unit),
    };
    return cmocka_run_group_tests_name("scale", tests, NULL, NULL);
}
