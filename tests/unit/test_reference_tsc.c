/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* HvRegisterReferenceTsc and the page behind it (dispatch/calls/timers.c). */

#include "harness.h"

static uint8_t *page(struct world *world)
{
    return world->host.memory[PAGE_LAST];
}

static void expect_page(struct world *world)
{
    const struct hv_reference_tsc_page expected = { .sequence = 1,
                                                    .scale = TEST_TSC_SCALE,
                                                    .offset = TEST_TSC_OFFSET };

    assert_memory_equal(page(world), &expected, sizeof expected);
    for (uint32_t i = sizeof expected; i < HV_PAGE_SIZE; i++) {
        assert_int_equal(page(world)[i], 0);
    }
}

/* In every convention that carries 48 bytes, the watch left out: memory changes. */
static void enable(struct world *world, enum form form)
{
    struct {
        struct hv_vp_registers_header header;
        struct hv_vp_register_assoc element;
    } input = {
        .header = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF, 0, { 0 } },
        .element = { .name = HV_REGISTER_REFERENCE_TSC,
                     .value = { .low = GPA(PAGE_LAST) | 0x801 } },
    };
    const struct request request = {
        .code = HV_CALL_SET_VP_REGISTERS,
        .rep = true,
        .count = 1,
        .input = &input,
        .input_size = sizeof input,
    };
    uint64_t x[SHIM_REGISTERS];

    if (form_fits(form, &request)) {
        guest_prepare(world, form, &request, x);
        assert_int_equal(shim_hvc(&world->vps[0], form_immediate(form), x), SHIM_DONE);
        assert_int_equal(x[0], hv_result(HV_STATUS_SUCCESS, 1));
        expect_page(world);
        assert_int_equal(guest_register(world, HV_REGISTER_REFERENCE_TSC), GPA(PAGE_LAST) | 0x801);
    }
}

static void page_says_scale_and_offset(void **state)
{
    for_each_convention(state, enable);
}

static hv_status_t set(struct world *world, uint64_t value)
{
    uint64_t x[SHIM_REGISTERS] = { UINT64_C(0x0000000100010051),
                                   HV_PARTITION_ID_SELF,
                                   HV_VP_INDEX_SELF,
                                   HV_REGISTER_REFERENCE_TSC,
                                   0,
                                   value };

    fake_host_forget(&world->host);
    assert_int_equal(shim_hvc(&world->vps[world->vp], HV_HVC_HYPERCALL, x), SHIM_DONE);
    return (hv_status_t)(x[0] & HV_RESULT_STATUS);
}

/* Until the sequence is written the page says that it is invalid: a reader sees all or nothing. */
static void sequence_is_written_last(void **state)
{
    struct world *world = *state;

    assert_int_equal(set(world, GPA(PAGE_LAST) | 1), HV_STATUS_SUCCESS);
    assert_int_equal(world->host.accesses, 2);
    assert_int_equal(world->host.log[0].gpa, GPA(PAGE_LAST));
    assert_int_equal(world->host.log[0].size, HV_PAGE_SIZE);
    assert_int_equal(world->host.log[1].gpa, GPA(PAGE_LAST));
    assert_int_equal(world->host.log[1].size, sizeof(uint32_t));
    world->host.fail_access = 2; /* its last step fails: invalid, and the guest asks otherwise */
    fake_host_forget(&world->host);
    world->host.fail_access = 2;
    assert_int_equal(set(world, GPA(PAGE_LAST) | 1), HV_STATUS_SUCCESS);
    assert_int_equal(page(world)[0], 0);
}

/* G3: whoever reads, between any two accesses, sees sequence 0 or the whole. */
static struct world *watched;
static uint32_t watched_pages;

static void watch(struct fake_host *host, const struct fake_access *access)
{
    (void)host;
    (void)access;
    if (*(uint32_t *)(void *)page(watched) != 0) {
        expect_page(watched);
        watched_pages++;
    }
}

static void reader_sees_all_or_nothing(void **state)
{
    struct world *world = *state;

    watched = world;
    memset(page(world), 0, HV_PAGE_SIZE);
    world->host.interfere = watch;
    for (unsigned i = 0; i < 3; i++) {
        world->vp = i;
        assert_int_equal(set(world, GPA(PAGE_LAST) | 1), HV_STATUS_SUCCESS);
    }
    assert_int_equal(watched_pages, 2);
    expect_page(world);
}

/* S1: accepted, like any value; there is no page, that is all. */
static void unusable_pages_are_accepted(void **state)
{
    static const uint64_t bad[] = { 0, GPA(PAGE_HOLE), GPA(PAGE_ROM), GPA(PAGE_DEVICE),
                                    UINT64_C(0xfffffffffffff000) };
    struct world *world = *state;

    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(set(world, bad[i] | 1), HV_STATUS_SUCCESS);
        assert_int_equal(world->host.writes, 0);
        assert_int_equal(guest_register(world, HV_REGISTER_REFERENCE_TSC), bad[i] | 1);
    }
}

/* Bits 11:1 are preserved; disabled, the address is kept and nothing is written. */
static void disabled_page_is_not_written(void **state)
{
    struct world *world = *state;

    for (unsigned bit = 1; bit < 64; bit++) {
        const uint64_t value = UINT64_C(1) << bit;

        assert_int_equal(set(world, value), HV_STATUS_SUCCESS);
        assert_int_equal(world->host.accesses, 0);
        assert_int_equal(guest_register(world, HV_REGISTER_REFERENCE_TSC), value);
    }
    assert_int_equal(set(world, GPA(PAGE_LAST)), HV_STATUS_SUCCESS);
    assert_int_equal(world->host.accesses, 0);
}

/* One register and one page for the partition. */
static void page_is_the_partitions(void **state)
{
    struct world *world = *state;

    world->vp = 3;
    assert_int_equal(set(world, GPA(PAGE_LAST) | 1), HV_STATUS_SUCCESS);
    world->vp = 1;
    assert_int_equal(guest_register(world, HV_REGISTER_REFERENCE_TSC), GPA(PAGE_LAST) | 1);
}

/* A counter of 10 MHz and less has no scale of 64 bits: the guest is told that there is none. */
static void host_without_a_scale_has_no_page(void **state)
{
    struct world *world = *state;

    world->config.reference_tsc_scale = 0;
    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_OS_ID, 1), HV_STATUS_SUCCESS);
    assert_int_equal(set(world, GPA(PAGE_LAST) | 1), HV_STATUS_ACCESS_DENIED);
    assert_int_equal(world->host.accesses, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(page_says_scale_and_offset),       UNIT_TEST(sequence_is_written_last),
        UNIT_TEST(reader_sees_all_or_nothing),       UNIT_TEST(unusable_pages_are_accepted),
        UNIT_TEST(disabled_page_is_not_written),     UNIT_TEST(page_is_the_partitions),
        UNIT_TEST(host_without_a_scale_has_no_page),
    };

    return cmocka_run_group_tests_name("reference TSC page", tests, NULL, NULL);
}
