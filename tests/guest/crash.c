/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A guest that says that it crashed: the report is taken whatever it holds, the guest goes on, and
 * the launcher's exit status tells (tests/guest/list: 10). */

#include "hypercall.h"

static char text[HV_PAGE_SIZE] __attribute__((aligned(4096))) =
    "a message of the guest, told on purpose\n";

/* Crash parameters in order, then the control word. */
static void crash(uint64_t address, uint64_t size, uint64_t control)
{
    for (uint32_t i = 0; i < 3; i++) {
        EXPECT_EQ(register_set(&smccc, HV_REGISTER_GUEST_CRASH_P0 + i, 0xc0de0 + i),
                  hv_result(0, 1));
    }
    EXPECT_EQ(register_set(&smccc, HV_REGISTER_GUEST_CRASH_P3, address), hv_result(0, 1));
    EXPECT_EQ(register_set(&smccc, HV_REGISTER_GUEST_CRASH_P4, size), hv_result(0, 1));
    EXPECT_EQ(register_set(&smccc, HV_REGISTER_GUEST_CRASH_CTL, control), hv_result(0, 1));
}

static void a_crash_before_guest_os_id_is_taken(void)
{
    crash(0, 0, HV_CRASH_CTL_NOTIFY);
}

/* A guest in a panic must not be failed: text that can't be read is left out. */
static void a_message_that_cannot_be_read_is_left_out(void)
{
    const uint64_t addresses[] = { machine.ram_end, machine.ram_end - 8, machine.all_ram_end,
                                   0x09000000,      UINT64_C(1) << 52,   ~UINT64_C(7) };

    for (uint32_t i = 0; i < 6; i++) {
        expect_context("address", addresses[i]);
        crash(addresses[i], HV_CRASH_MESSAGE_MAX, HV_CRASH_CTL_NOTIFY | HV_CRASH_CTL_MESSAGE);
    }
    crash(gpa(text), ~UINT64_C(0), HV_CRASH_CTL_NOTIFY | HV_CRASH_CTL_MESSAGE);
    crash(gpa(text), HV_CRASH_MESSAGE_MAX + 1, HV_CRASH_CTL_NOTIFY | HV_CRASH_CTL_MESSAGE);
}

static void a_message_is_taken_also_across_pages(void)
{
    crash(gpa(text), 40, HV_CRASH_CTL_NOTIFY | HV_CRASH_CTL_MESSAGE);
    crash(gpa(text) - 100, HV_CRASH_MESSAGE_MAX, HV_CRASH_CTL_NOTIFY | HV_CRASH_CTL_MESSAGE);
}

static void the_guest_goes_on(void)
{
    struct hv_register_value value;

    guest_os_id_set();
    EXPECT_EQ(register_get(&native, HV_REGISTER_GUEST_CRASH_P0, &value), hv_result(0, 1));
    EXPECT_EQ(value.low, 0xc0de0);
}

const struct test tests[] = {
    { "a crash before GuestOsId is taken", a_crash_before_guest_os_id_is_taken },
    { "a message that can't be read is left out", a_message_that_cannot_be_read_is_left_out },
    { "a message is taken, also across pages", a_message_is_taken_also_across_pages },
    { "the guest goes on", the_guest_goes_on },
    { NULL, NULL },
};
