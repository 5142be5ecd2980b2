/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/calls/guest_state.c: GuestOsId and the crash registers. */

#include "requests.h"

static hv_status_t write_os_id(struct world *world, uint32_t vp, uint64_t value)
{
    world->vp = vp;
    return guest_set_register(world, HV_REGISTER_GUEST_OS_ID, value);
}

static void first_guest_os_id_comes_from_the_boot_vp(void **state)
{
    struct world *world = *state;

    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    for (uint32_t vp = 1; vp < FAKE_VPS; vp++) {
        assert_int_equal(write_os_id(world, vp, 1), HV_STATUS_ACCESS_DENIED);
        assert_int_equal(guest_register(world, HV_REGISTER_GUEST_OS_ID), 0);
    }
    assert_int_equal(write_os_id(world, 0, 0), HV_STATUS_SUCCESS); /* nothing changed by that */
    assert_int_equal(write_os_id(world, 1, 1), HV_STATUS_ACCESS_DENIED);
    assert_int_equal(write_os_id(world, 0, 7), HV_STATUS_SUCCESS);
    assert_int_equal(guest_register(world, HV_REGISTER_GUEST_OS_ID), 7);
}

/* A kernel that is started by another one introduces itself anew; on any VP. */
static void guest_os_id_may_be_rewritten(void **state)
{
    struct world *world = *state;

    assert_int_equal(write_os_id(world, 3, 0x1234), HV_STATUS_SUCCESS);
    assert_int_equal(guest_register(world, HV_REGISTER_GUEST_OS_ID), 0x1234);
    assert_int_equal(write_os_id(world, 2, 0), HV_STATUS_SUCCESS);
    assert_int_equal(guest_register(world, HV_REGISTER_GUEST_OS_ID), 0);
    assert_int_equal(write_os_id(world, 2, 5), HV_STATUS_ACCESS_DENIED);
    assert_int_equal(write_os_id(world, 0, 5), HV_STATUS_SUCCESS);
}

/* The same id again is another kernel, too: it is the writing that counts. */
static void host_hears_of_each_guest(void **state)
{
    static const uint64_t ids[] = { 7, 7, 0 };
    struct world *world = *state;

    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    assert_int_equal(write_os_id(world, 1, 7), HV_STATUS_ACCESS_DENIED);
    assert_int_equal(world->host.introductions, 0);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(write_os_id(world, 0, ids[i]), HV_STATUS_SUCCESS);
        assert_int_equal(world->host.introductions, 1);
        assert_int_equal(world->host.guest_os_id, ids[i]);
    }
    world->ops.guest_identified = NULL;
    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    assert_int_equal(write_os_id(world, 0, 7), HV_STATUS_SUCCESS);
    assert_int_equal(guest_register(world, HV_REGISTER_GUEST_OS_ID), 7);
}

/* Setting it is possible in the slow form as well; the boot VP is the caller, not the target. */
static void boot_vp_is_who_calls(struct world *world, enum form form)
{
    struct set_registers input = { .header = header_self };
    struct request request = request_set(&input, 1);

    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    input.elements[0].name = HV_REGISTER_GUEST_OS_ID;
    input.elements[0].value.low = TEST_GUEST_OS_ID;
    if (!form_fits(form, &request)) {
        return;
    }
    input.header.vp_index = 0;
    world->vp = 1;
    expect_refusal(world, form, &request, HV_STATUS_ACCESS_DENIED);
    input.header.vp_index = 1;
    world->vp = 0;
    assert_int_equal(guest_call(world, form, &request).status, HV_STATUS_SUCCESS);
    assert_int_equal(world->partition.guest_os_id, TEST_GUEST_OS_ID);
}

static void guest_os_id_by_every_convention(void **state)
{
    for_each_convention(state, boot_vp_is_who_calls);
}

static void set_parameters(struct world *world, uint64_t gpa, uint64_t size)
{
    for (uint32_t i = 0; i < HV_CRASH_PARAMETERS; i++) {
        const uint64_t values[] = { 0x11, 0x22, 0x33, gpa, size };
        assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_CRASH_P0 + i, values[i]), 0);
    }
}

/* What crash control can do, never what was last written: Linux sends its text only then. */
static void crash_control_reads_what_is_supported(void **state)
{
    struct world *world = *state;

    assert_int_equal(guest_register(world, HV_REGISTER_GUEST_CRASH_CTL), UINT64_C(3) << 62);
    assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_CRASH_CTL, 0), 0);
    assert_int_equal(guest_register(world, HV_REGISTER_GUEST_CRASH_CTL), UINT64_C(3) << 62);
}

static void crash_without_message_hands_over_parameters(void **state)
{
    struct world *world = *state;
    uint64_t control = HV_CRASH_CTL_NOTIFY | UINT64_C(1) << 61 | UINT64_C(5) << 58;

    set_parameters(world, GPA(PAGE_CRASH), 100); /* plain data, without bit 62 */
    world->vp = 2;
    assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_CRASH_CTL, control), 0);
    assert_int_equal(world->host.crashes, 1);
    assert_int_equal(world->host.last_vp, 2);
    assert_int_equal(world->host.crash.control, control);
    assert_int_equal(world->host.crash.parameter[0], 0x11);
    assert_int_equal(world->host.crash.parameter[4], 100);
    assert_null(world->host.crash.message);
    assert_int_equal(world->host.crash.message_size, 0);
    assert_int_equal(world->host.accesses, 0);
}

/* Usable before GuestOsId: boot loaders crash, too. */
static void crash_before_guest_os_id(void **state)
{
    struct world *world = *state;

    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    set_parameters(world, 0, 0);
    assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_CRASH_CTL, HV_CRASH_CTL_NOTIFY),
                     0);
    assert_int_equal(world->host.crashes, 1);
}

static void nothing_happens_without_the_notify_bit(void **state)
{
    struct world *world = *state;

    set_parameters(world, GPA(PAGE_CRASH), 100);
    for (unsigned bit = 0; bit < 63; bit++) {
        assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_CRASH_CTL, UINT64_C(1) << bit),
                         HV_STATUS_SUCCESS);
        assert_int_equal(world->host.crashes, 0);
    }
}

static hv_status_t crash_with_message(struct world *world, uint64_t gpa, uint64_t size)
{
    set_parameters(world, gpa, size);
    return guest_set_register(world, HV_REGISTER_GUEST_CRASH_CTL,
                              HV_CRASH_CTL_NOTIFY | HV_CRASH_CTL_MESSAGE);
}

/* The message comes as it was, up to a page of it, wherever it starts. */
static void crash_message_is_copied(void **state)
{
    static const uint64_t sizes[] = { 1, 2, 100, 4095, 4096 };
    static const uint64_t offsets[] = { 0, 1, 7, 8, 2048, 4000, 4094, 4095 };
    struct world *world = *state;

    for (unsigned s = 0; s < 5; s++) {
        for (unsigned o = 0; o < 8; o++) {
            uint64_t gpa = GPA(PAGE_CRASH) + offsets[o];

            assert_int_equal(crash_with_message(world, gpa, sizes[s]), HV_STATUS_SUCCESS);
            assert_int_equal(world->host.crashes, 1);
            assert_int_equal(world->host.crash.message_size, sizes[s]);
            assert_memory_equal(world->host.crash_message, fake_host_at(&world->host, gpa),
                                sizes[s]);
        }
    }
}

/* A guest in a panic is not failed: a message that can't be had is left out. */
static void bad_crash_message_is_left_out(void **state)
{
    static const struct {
        uint64_t gpa, size;
    } bad[] = {
        { GPA(PAGE_CRASH), 0 },
        { GPA(PAGE_CRASH), 4097 },
        { GPA(PAGE_CRASH), UINT64_C(0x100000001) },
        { GPA(PAGE_CRASH), UINT64_MAX },
        { GPA(PAGE_HOLE), 10 },
        { GPA(PAGE_DEVICE), 10 },
        { GPA(PAGE_HOLE) - 8, 16 }, /* second half missing */
        { GPA(PAGE_LAST) + 4090, 7 },
        { UINT64_C(0xfffffffffffffff8), 16 },
        { 0, 4096 },
    };
    struct world *world = *state;

    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(crash_with_message(world, bad[i].gpa, bad[i].size), HV_STATUS_SUCCESS);
        assert_int_equal(world->host.crashes, 1);
        assert_null(world->host.crash.message);
        assert_int_equal(world->host.crash.message_size, 0);
        assert_int_equal(world->host.crash.parameter[3], bad[i].gpa);
        assert_int_equal(world->host.crash.parameter[4], bad[i].size);
    }
}

static void crash_message_is_read_once(void **state)
{
    struct world *world = *state;
    uint8_t before[64];

    set_parameters(world, GPA(PAGE_CRASH_NEXT) - 32, sizeof before);
    memcpy(before, fake_host_at(&world->host, GPA(PAGE_CRASH_NEXT) - 32), sizeof before);
    world->host.change_after_read = true;
    assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_CRASH_CTL,
                                        HV_CRASH_CTL_NOTIFY | HV_CRASH_CTL_MESSAGE),
                     0);
    assert_memory_equal(world->host.crash_message, before, sizeof before);
}

/* Crash control in a list of a slow or spilled call: its message does not disturb the list. */
static void crash_in_a_list(struct world *world, enum form form)
{
    struct set_registers input = { .header = header_self };
    struct request request = request_set(&input, 3);

    assert_int_equal(crash_with_message(world, GPA(PAGE_CRASH), 4096), HV_STATUS_SUCCESS);
    input.elements[0].name = HV_REGISTER_GUEST_CRASH_P0;
    input.elements[0].value.low = 0xc0;
    input.elements[1].name = HV_REGISTER_GUEST_CRASH_CTL;
    input.elements[1].value.low = HV_CRASH_CTL_NOTIFY | HV_CRASH_CTL_MESSAGE;
    input.elements[2].name = HV_REGISTER_GUEST_CRASH_P1;
    input.elements[2].value.low = 0xc1;
    if (form_fits(form, &request)) {
        assert_int_equal(guest_call(world, form, &request).result, hv_result(HV_STATUS_SUCCESS, 3));
        assert_int_equal(world->host.crash.parameter[0], 0xc0);
        assert_int_equal(world->host.crash.parameter[1], 0x22);
        assert_int_equal(world->partition.crash_parameter[1], 0xc1);
    }
}

static void crash_inside_a_list_of_registers(void **state)
{
    for_each_convention(state, crash_in_a_list);
}

/* A host without the op has no crash registers, and says so. */
static void no_crash_op_no_crash_registers(void **state)
{
    struct world *world = *state;
    struct hv_register_value value;

    world->ops.guest_crash = NULL;
    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    for (uint32_t name = HV_REGISTER_GUEST_CRASH_P0; name <= HV_REGISTER_GUEST_CRASH_CTL; name++) {
        assert_int_equal(guest_get_register(world, name, &value), HV_STATUS_ACCESS_DENIED);
        assert_int_equal(guest_set_register(world, name, 1), HV_STATUS_ACCESS_DENIED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(first_guest_os_id_comes_from_the_boot_vp),
        UNIT_TEST(guest_os_id_may_be_rewritten),
        UNIT_TEST(host_hears_of_each_guest),
        UNIT_TEST(guest_os_id_by_every_convention),
        UNIT_TEST(crash_control_reads_what_is_supported),
        UNIT_TEST(crash_without_message_hands_over_parameters),
        UNIT_TEST(crash_before_guest_os_id),
        UNIT_TEST(nothing_happens_without_the_notify_bit),
        UNIT_TEST(crash_message_is_copied),
        UNIT_TEST(bad_crash_message_is_left_out),
        UNIT_TEST(crash_message_is_read_once),
        UNIT_TEST(crash_inside_a_list_of_registers),
        UNIT_TEST(no_crash_op_no_crash_registers),
    };

    return cmocka_run_group_tests_name("guest state", tests, NULL, NULL);
}
