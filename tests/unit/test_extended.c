/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/calls/extended.c: calls 0x8001 and up. */

#include "harness.h"

#include <hv/extended.h>

static uint64_t capabilities(struct world *world, enum form form)
{
    const struct request request = { .code = HV_EXT_CALL_QUERY_CAPABILITIES, .output_size = 8 };
    struct answer answer = guest_call(world, form, &request);
    uint64_t word;

    assert_int_equal(answer.result, HV_STATUS_SUCCESS);
    memcpy(&word, answer.output, sizeof word);
    return word;
}

static void start_without(struct world *world, size_t op)
{
    world->ops = fake_ops;
    memset((uint8_t *)&world->ops + op, 0, sizeof(void *));
    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_OS_ID, 1), HV_STATUS_SUCCESS);
}

/* D7: bit n promises call 0x8002 + n, and bit 8 a type of hint. Promised is what is served. */
static void promises(struct world *world, enum form form)
{
    static const struct {
        size_t op;
        uint64_t capabilities;
    } hosts[] = {
        { offsetof(struct shim_host_ops, trace), 0x103 }, /* nothing to do with it */
        { offsetof(struct shim_host_ops, boot_zeroed), 0x102 },
        { offsetof(struct shim_host_ops, memory_heat), 0x001 },
    };

    for (unsigned i = 0; i < 3; i++) {
        start_without(world, hosts[i].op);
        assert_int_equal(capabilities(world, form), hosts[i].capabilities);
        for (uint16_t bit = 0; bit < 6; bit++) {
            const struct request request = { .code = (uint16_t)(0x8002 + bit),
                                             .rep = bit == 1,
                                             .output_size = bit == 0 ? 4088 : 0 };

            if ((hosts[i].capabilities >> bit & 1) == 0) {
                expect_refusal(world, form, &request,
                               bit < 2 ? HV_STATUS_ACCESS_DENIED
                                       : HV_STATUS_INVALID_HYPERCALL_CODE);
            }
        }
    }
}

static void promised_calls_are_served(void **state)
{
    for_each_convention(state, promises);
}

/* 4088 bytes: slow only. Ranges that the host did not name are zero. */
static void zeroed(struct world *world, enum form form)
{
    static const uint32_t counts[] = { 0, 1, 255 };
    const struct request request = { .code = HV_EXT_CALL_GET_BOOT_ZEROED_MEMORY,
                                     .output_size = 4088 };

    for (unsigned i = 0; i < 3 && form_fits(form, &request); i++) {
        struct hv_boot_zeroed_memory memory;
        struct answer answer;

        world->host.zeroed_ranges = counts[i];
        answer = guest_call(world, form, &request);
        assert_int_equal(answer.result, HV_STATUS_SUCCESS);
        memcpy(&memory, answer.output, sizeof memory);
        assert_int_equal(memory.range_count, counts[i]);
        for (uint32_t range = 0; range < HV_BOOT_ZEROED_RANGES; range++) {
            assert_int_equal(memory.ranges[range].start_page,
                             range < counts[i] ? 0x1000 + range : 0);
            assert_int_equal(memory.ranges[range].page_count, range < counts[i] ? range : 0);
        }
    }
    if (!form_fits(form, &request)) {
        expect_refusal(world, form, &request, HV_STATUS_INVALID_HYPERCALL_INPUT);
    }
}

static void zeroed_memory_is_the_hosts_list(void **state)
{
    for_each_convention(state, zeroed);
}

struct heat_hint {
    uint64_t heat;
    uint64_t ranges[2];
};

static struct request request_hint(const struct heat_hint *hint, uint32_t count)
{
    return (struct request) { .code = HV_EXT_CALL_MEMORY_HEAT_HINT,
                              .rep = true,
                              .count = count,
                              .input = hint,
                              .input_size = 8 + 8 * count };
}

static void hints(struct world *world, enum form form)
{
    static const struct {
        uint64_t range;
        uint64_t gpa;
        uint64_t pages;
    } ranges[] = {
        { 0x40000000, 0x40000000, 1 },
        { 0x400007ff, 0x40000000, 2048 },
        { 0x40000800, 0x40000000, 512 },                     /* one of 2 MiB */
        { 0x401fe803, 0x40000000 + 0x000000, 4 * 512 },      /* bits below 21 reserved */
        { 0x7fffffff, 0x40000000, 2048 * UINT64_C(262144) }, /* all of 1 GiB pages */
        { UINT64_MAX, UINT64_C(0xffffffffc0000000), 2048 * UINT64_C(262144) },
        { UINT64_C(0xfffffffffffff000), UINT64_C(0xfffffffffffff000), 1 },
    };

    for (unsigned i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        for (uint64_t heat = 0; heat <= 2; heat++) {
            const struct heat_hint hint = { .heat = heat, .ranges = { 0, ranges[i].range } };
            const struct request request = request_hint(&hint, 2);

            assert_int_equal(guest_call(world, form, &request).result,
                             hv_result(HV_STATUS_SUCCESS, 2));
            assert_int_equal(world->host.heats, 2);
            assert_int_equal(world->host.heat, heat);
            assert_int_equal(world->host.heat_gpa, ranges[i].gpa);
            assert_int_equal(world->host.heat_pages, ranges[i].pages);
        }
    }
}

static void heat_hint_tells_of_pages(void **state)
{
    for_each_convention(state, hints);
}

static void bad_hints(struct world *world, enum form form)
{
    struct heat_hint hint = { .ranges = { 0x40000000 } };
    const struct request request = request_hint(&hint, 1);

    for (hint.heat = 3; hint.heat != 0; hint.heat <<= 1) {
        expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
    }
}

static void unknown_heat_is_refused(void **state)
{
    for_each_convention(state, bad_hints);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(promised_calls_are_served),
        UNIT_TEST(zeroed_memory_is_the_hosts_list),
        UNIT_TEST(heat_hint_tells_of_pages),
        UNIT_TEST(unknown_heat_is_refused),
    };

    return cmocka_run_group_tests_name("extended calls", tests, NULL, NULL);
}
