/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/block.c: where parameters may lie, that they are read once, and that nothing
 * but the output is written. */

#include "requests.h"

static const struct get_registers names = {
    .header = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF, 0, { 0 } },
    .names = { HV_REGISTER_VP_INDEX, HV_REGISTER_SVERSION, HV_REGISTER_SINT0 },
};

static bool is_slow(enum form form)
{
    return !form_is_fast(form);
}

/* C3: every distance of the buffer from a page's start. Both pages around are RAM. */
static void every_gpa_offset(struct world *world, enum form form)
{
    struct request request = request_get(&names, 3); /* 28 bytes in, 48 out */

    for (uint64_t offset = 0; is_slow(form) && offset < HV_PAGE_SIZE; offset++) {
        bool input_good = offset % 8 == 0 && offset + request.input_size <= HV_PAGE_SIZE;
        bool output_good = offset % 8 == 0 && offset + request.output_size <= HV_PAGE_SIZE;

        request.input_gpa = GPA(PAGE_INPUT) + offset;
        request.output_gpa = 0;
        if (input_good) {
            assert_int_equal(guest_call(world, form, &request).status, HV_STATUS_SUCCESS);
        } else {
            expect_refusal(world, form, &request, HV_STATUS_INVALID_ALIGNMENT);
        }
        request.input_gpa = 0;
        request.output_gpa = GPA(PAGE_OUTPUT) + offset;
        if (output_good) {
            assert_int_equal(guest_call(world, form, &request).status, HV_STATUS_SUCCESS);
        } else {
            expect_refusal(world, form, &request, HV_STATUS_INVALID_ALIGNMENT);
        }
    }
}

static void misaligned_or_crossing_buffers_are_refused(void **state)
{
    for_each_convention(state, every_gpa_offset);
}

/* C4, C6, C8: addresses outside guest RAM, and such as wrap or alias when bits are dropped. */
static void bad_addresses(struct world *world, enum form form)
{
    static const uint64_t nowhere[] = { GPA(PAGE_HOLE),
                                        GPA(PAGE_DEVICE),
                                        GPA(PAGE_LAST) + HV_PAGE_SIZE,
                                        UINT64_C(0xfffffffffffff000),
                                        UINT64_C(0xffffffffffffff80),
                                        UINT64_C(1) << 52,
                                        8 };

    for (unsigned i = 0; is_slow(form) && i < sizeof nowhere / sizeof nowhere[0]; i++) {
        struct request request = request_get(&names, 1);

        request.input_gpa = nowhere[i];
        expect_refusal(world, form, &request, HV_STATUS_INVALID_ALIGNMENT);
        request.input_gpa = 0;
        request.output_gpa = nowhere[i];
        expect_refusal(world, form, &request, HV_STATUS_INVALID_ALIGNMENT);
    }
    for (unsigned bit = 36; is_slow(form) && bit < 64; bit++) {
        struct request request = request_get(&names, 1);

        request.input_gpa = GPA(PAGE_INPUT) | UINT64_C(1) << bit;
        expect_refusal(world, form, &request, HV_STATUS_INVALID_ALIGNMENT);
        request.input_gpa = 0;
        request.output_gpa = GPA(PAGE_OUTPUT) | UINT64_C(1) << bit;
        expect_refusal(world, form, &request, HV_STATUS_INVALID_ALIGNMENT);
    }
}

static void buffers_outside_guest_ram_are_refused(void **state)
{
    for_each_convention(state, bad_addresses);
}

static void read_only_output(struct world *world, enum form form)
{
    struct request request = request_get(&names, 1);

    if (is_slow(form)) {
        request.output_gpa = GPA(PAGE_ROM);
        expect_refusal(world, form, &request, HV_STATUS_INVALID_ALIGNMENT);
        request = request_partition_id();
        request.output_gpa = GPA(PAGE_ROM);
        expect_refusal(world, form, &request, HV_STATUS_INVALID_ALIGNMENT);
        request.output_gpa = GPA(PAGE_DEVICE) + 0x10;
        expect_refusal(world, form, &request, HV_STATUS_INVALID_ALIGNMENT);
    }
}

static void output_to_rom_or_device_is_refused(void **state)
{
    for_each_convention(state, read_only_output);
}

/* The bench leaves a misaligned pattern in the GPAs of blocks that a call does not have. */
static void unused_address(struct world *world, enum form form)
{
    const struct hv_signal_event event = { .connection_id = TEST_EVENT_CONNECTION };
    struct request request = request_partition_id();
    struct answer answer = guest_call(world, form, &request);
    uint64_t id;

    assert_int_equal(answer.status, HV_STATUS_SUCCESS);
    memcpy(&id, answer.output, sizeof id);
    assert_int_equal(id, TEST_PARTITION_ID);
    request = request_signal(&event);
    assert_int_equal(guest_call(world, form, &request).status, HV_STATUS_SUCCESS);
}

static void unused_addresses_are_ignored(void **state)
{
    for_each_convention(state, unused_address);
}

/* A list that no page can hold: 16 + 1023 * 4 = 4108 bytes in; 16 * 257 = 4112 out. */
static void list_of_a_page(struct world *world, enum form form)
{
    struct request request = request_get(&names, 3);

    request.count = 256; /* 1040 in, 4096 out: just fits */
    request.output_size = 4096;
    if (is_slow(form)) {
        assert_int_equal(guest_call(world, form, &request).reps, 3); /* the rest is no names */
        request.count = 257;
        expect_refusal(world, form, &request, HV_STATUS_INVALID_ALIGNMENT);
        request.count = 4095;
        expect_refusal(world, form, &request, HV_STATUS_INVALID_ALIGNMENT);
    }
}

static void lists_longer_than_a_page_are_refused(void **state)
{
    for_each_convention(state, list_of_a_page);
}

/* Input and output in the same place: the input is copied before the output is written. */
static void overlap(struct world *world, enum form form)
{
    struct request request = request_get(&names, 3);
    struct hv_register_value values[3];
    struct answer answer;

    if (!is_slow(form)) {
        return;
    }
    world->vp = 3;
    request.output_gpa = GPA(PAGE_INPUT) + 8;
    answer = guest_call(world, form, &request);
    assert_int_equal(answer.result, hv_result(HV_STATUS_SUCCESS, 3));
    memcpy(values, answer.output, sizeof values);
    assert_int_equal(values[0].low, 3);
    assert_int_equal(values[1].low, HV_SYNIC_VERSION_1);
    assert_int_equal(values[2].low, HV_SINT_RESET);
}

static void overlapping_buffers_are_served(void **state)
{
    for_each_convention(state, overlap);
}

/* C1: memory that changes after each byte's first read gives the result of what was read first. */
static void changing_memory(struct world *world, enum form form)
{
    struct request request = request_get(&names, 3);
    struct answer answer;

    if (form_fits(form, &request)) {
        world->host.change_after_read = true;
        answer = guest_call(world, form, &request);
        assert_int_equal(answer.result, hv_result(HV_STATUS_SUCCESS, 3));
    }
}

static void input_is_read_once(void **state)
{
    for_each_convention(state, changing_memory);
}

/* R4: any one access of a call fails, first or continued: the call is refused, nothing moved; then
 * it succeeds. */
static void failing_access(struct world *world, enum form form)
{
    struct request request = request_get(&names, 3);

    for (request.start = 0; form_fits(form, &request) && request.start < 2; request.start++) {
        guest_call(world, form, &request);
        uint32_t accesses = world->host.accesses;
        if (form == FORM_COMPACT_SPILLED && request.start != 0) {
            accesses--; /* reading back the first bytes is no condition: test_spill.c */
        }
        for (uint32_t n = 1; n <= accesses; n++) {
            world->host.fail_access = n;
            expect_refusal(world, form, &request, HV_STATUS_INVALID_ALIGNMENT);
        }
        assert_int_equal(guest_call(world, form, &request).result, hv_result(HV_STATUS_SUCCESS, 3));
    }
}

static void failing_memory_refuses_the_call(void **state)
{
    for_each_convention(state, failing_access);
}

/* No page-sized copying: a slow call moves the bytes in use, in one access each way. */
static void bytes_in_use(struct world *world, enum form form)
{
    struct request request = request_get(&names, 3);

    if (!is_slow(form)) {
        return;
    }
    guest_call(world, form, &request);
    assert_int_equal(world->host.accesses, 2);
    assert_int_equal(world->host.log[0].gpa, GPA(PAGE_INPUT));
    assert_int_equal(world->host.log[0].size, 28);
    assert_int_equal(world->host.log[1].gpa, GPA(PAGE_OUTPUT));
    assert_int_equal(world->host.log[1].size, 48);
}

static void only_bytes_in_use_are_copied(void **state)
{
    for_each_convention(state, bytes_in_use);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(misaligned_or_crossing_buffers_are_refused),
        UNIT_TEST(buffers_outside_guest_ram_are_refused),
        UNIT_TEST(output_to_rom_or_device_is_refused),
        UNIT_TEST(unused_addresses_are_ignored),
        UNIT_TEST(lists_longer_than_a_page_are_refused),
        UNIT_TEST(overlapping_buffers_are_served),
        UNIT_TEST(input_is_read_once),
        UNIT_TEST(failing_memory_refuses_the_call),
        UNIT_TEST(only_bytes_in_use_are_copied),
    };

    return cmocka_run_group_tests_name("block", tests, NULL, NULL);
}
