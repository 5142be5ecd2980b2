/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/describe.c and dispatch/names.c: names of calls, statuses and registers. */

#include "harness.h"

#include <shim/describe.h>

#include <hv/privilege.h>

#include "dispatch/names.h"

static void expect_ascending(const struct shim_name *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_non_null(names[i].name);
        assert_int_not_equal(names[i].name[0], 0);
        assert_true(i == 0 || names[i - 1].code < names[i].code);
    }
}

/* The look-up halves intervals, which wants order. */
static void name_tables_ascend(void **state)
{
    (void)state;
    expect_ascending(name_statuses, name_status_count);
    expect_ascending(name_registers, name_register_count);
}

static void every_status_has_its_name(void **state)
{
    size_t named = 0;

    (void)state;
    for (uint32_t status = 0; status <= UINT16_MAX; status++) {
        const char *name = shim_status_name((hv_status_t)status);

        if (name != NULL) {
            assert_int_equal(name_statuses[named].code, status);
            assert_ptr_equal(name, name_statuses[named].name);
            named++;
        }
    }
    assert_int_equal(named, name_status_count);
    assert_string_equal(shim_status_name(HV_STATUS_SUCCESS), "SUCCESS");
    assert_string_equal(shim_status_name(HV_STATUS_INVALID_ALIGNMENT), "INVALID_ALIGNMENT");
    assert_string_equal(shim_status_name(HV_STATUS_UNKNOWN_REGISTER_NAME), "UNKNOWN_REGISTER_NAME");
    assert_null(shim_status_name(0x0001));
    assert_null(shim_status_name(0xffff));
}

static void every_register_has_its_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < name_register_count; i++) {
        assert_ptr_equal(shim_register_name(name_registers[i].code), name_registers[i].name);
        if (i + 1 < name_register_count &&
            name_registers[i].code + 1 != name_registers[i + 1].code) {
            assert_null(shim_register_name(name_registers[i].code + 1));
        }
    }
    assert_string_equal(shim_register_name(HV_REGISTER_GUEST_OS_ID), "HvRegisterGuestOsId");
    assert_string_equal(shim_register_name(HV_REGISTER_SINT15), "HvRegisterSint15");
    assert_string_equal(shim_register_name(HV_REGISTER_EOM), "HvRegisterEom");
    assert_null(shim_register_name(UINT32_MAX));
}

static void calls_have_their_names(void **state)
{
    (void)state;
    assert_string_equal(shim_call_name(HV_CALL_POST_MESSAGE), "HvCallPostMessage");
    assert_string_equal(shim_call_name(HV_CALL_CREATE_PARTITION), "HvCallCreatePartition");
    assert_string_equal(shim_call_name(0x8001), "HvExtCallQueryCapabilities");
    assert_string_equal(shim_call_name(0xc001), "HvCallVbsVmCallReport");
    assert_null(shim_call_name(0));
    assert_null(shim_call_name(0xffff));
}

static void rights_are_the_tables(void **state)
{
    (void)state;
    assert_int_equal(shim_call_right(HV_CALL_POST_MESSAGE), HV_PRIV_POST_MESSAGES);
    assert_int_equal(shim_call_right(HV_CALL_NOTIFY_LONG_SPIN_WAIT), 0);
    assert_int_equal(shim_call_right(0xffff), 0);
    assert_int_equal(shim_register_right(HV_REGISTER_SINT15), HV_PRIV_ACCESS_SYNIC_REGS);
    assert_int_equal(shim_register_right(HV_REGISTER_HYPERVISOR_VERSION), 0);
    assert_int_equal(shim_register_right(UINT32_MAX), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(name_tables_ascend),          cmocka_unit_test(every_status_has_its_name),
        cmocka_unit_test(every_register_has_its_name), cmocka_unit_test(calls_have_their_names),
        cmocka_unit_test(rights_are_the_tables),
    };

    return cmocka_run_group_tests_name("describe", tests, NULL, NULL);
}
