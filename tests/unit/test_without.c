/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of host/virt/without.c: features that are not to be offered. */

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <hv/privilege.h>

#include "host/virt/without.h"

static void guest_crash(void *host, void *host_vp, const struct shim_crash *crash)
{
    (void)host;
    (void)host_vp;
    (void)crash;
}

static void privileges_are_taken(void **state)
{
    struct shim_host_ops ops = { .guest_crash = guest_crash };
    uint64_t privileges = UINT64_MAX;

    (void)state;
    assert_true(without_apply("00000000000000000000003000000004", &privileges, &ops));
    assert_int_equal(privileges,
                     ~(HV_PRIV_POST_MESSAGES | HV_PRIV_SIGNAL_EVENTS | HV_PRIV_ACCESS_SYNIC_REGS));
    assert_non_null(ops.guest_crash);
}

static void crash_registers_go_with_their_op(void **state)
{
    struct shim_host_ops ops = { .guest_crash = guest_crash };
    uint64_t privileges = UINT64_MAX;

    (void)state;
    assert_true(without_apply("00000000000001000000000000000000", &privileges, &ops));
    assert_int_equal(privileges, UINT64_MAX);
    assert_null(ops.guest_crash);
}

static void other_masks_are_refused(void **state)
{
    static const char *const masks[] = {
        "",
        "0",
        "0000000000000000000000000000000",   /* one digit less */
        "000000000000000000000000000000000", /* and one more */
        "0000000000000000000000000000000g",
        "0000000000000000000000000000000F",
        "00000000000003000000000000000000", /* a feature that is no op's */
    };
    struct shim_host_ops ops = { .guest_crash = guest_crash };
    uint64_t privileges = UINT64_MAX;

    (void)state;
    for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
        assert_false(without_apply(masks[i], &privileges, &ops));
        assert_int_equal(privileges, UINT64_MAX);
        assert_non_null(ops.guest_crash);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(privileges_are_taken),
        cmocka_unit_test(crash_registers_go_with_their_op),
        cmocka_unit_test(other_masks_are_refused),
    };

    return cmocka_run_group_tests_name("without", tests, NULL, NULL);
}
