/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/calls/virtual_processor.c: HvCallStartVirtualProcessor. */

#include "harness.h"

#include <hv/processor.h>

static struct hv_start_virtual_processor valid_start(void)
{
    return (struct hv_start_virtual_processor) {
        .partition_id = HV_PARTITION_ID_SELF,
        .vp_index = 2,
        .context = { .pc = 0x40080000,
                     .sp_elh = 2,
                     .sctlr_el1 = 3,
                     .mair_el1 = 4,
                     .tcr_el1 = 5,
                     .vbar_el1 = 6,
                     .ttbr0_el1 = 7,
                     .ttbr1_el1 = 8,
                     .x18 = 9 },
    };
}

static struct request request_start(const struct hv_start_virtual_processor *input)
{
    return (struct request) { .code = HV_CALL_START_VIRTUAL_PROCESSOR,
                              .input = input,
                              .input_size = sizeof *input };
}

static void start(struct world *world, enum form form)
{
    struct hv_start_virtual_processor input = valid_start();
    const struct request request = request_start(&input);

    if (!form_fits(form, &request)) {
        expect_refusal(world, form, &request, HV_STATUS_INVALID_HYPERCALL_INPUT);
        return;
    }
    assert_int_equal(guest_call(world, form, &request).result, HV_STATUS_SUCCESS);
    assert_int_equal(world->host.starts, 1);
    assert_int_equal(world->host.start_vp, 2);
    assert_memory_equal(&world->host.start_context, &input.context, sizeof input.context);
    input.partition_id = TEST_PARTITION_ID;
    assert_int_equal(guest_call(world, form, &request).result, HV_STATUS_SUCCESS);
}

static void context_reaches_the_host(void **state)
{
    for_each_convention(state, start);
}

/* P1, G1: who is not off, or can't be entered like that, the host knows. */
static void host_statuses(struct world *world, enum form form)
{
    static const hv_status_t statuses[] = { HV_STATUS_INVALID_VP_STATE,
                                            HV_STATUS_INVALID_REGISTER_VALUE,
                                            HV_STATUS_INVALID_PARTITION_STATE,
                                            HV_STATUS_INVALID_VTL_STATE };
    const struct hv_start_virtual_processor input = valid_start();
    const struct request request = request_start(&input);

    for (unsigned i = 0; i < 4 && form_fits(form, &request); i++) {
        world->host.start_status = statuses[i];
        expect_refusal(world, form, &request, statuses[i]);
        assert_int_equal(world->host.starts, 1);
    }
}

static void hosts_refusal_is_the_guests_answer(void **state)
{
    for_each_convention(state, host_statuses);
}

static void expect_no_start(struct world *world, enum form form,
                            const struct hv_start_virtual_processor *input, hv_status_t status)
{
    const struct request request = request_start(input);

    if (form_fits(form, &request)) {
        expect_refusal(world, form, &request, status);
        assert_int_equal(world->host.starts, 0);
    }
}

static void start_somebody_else(struct world *world, enum form form)
{
    static const uint32_t bad[] = { 1,    HV_VP_INDEX_SELF, FAKE_VPS,  63, 64, 4095,
                                    4096, HV_ANY_VP,        0x80000000 };
    struct hv_start_virtual_processor input = valid_start();

    world->vp = 1; /* which is running: it makes the call */
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        input.vp_index = bad[i];
        expect_no_start(world, form, &input, HV_STATUS_INVALID_VP_INDEX);
    }
}

static void oneself_or_nobody_is_not_started(void **state)
{
    for_each_convention(state, start_somebody_else);
}

static void start_badly(struct world *world, enum form form)
{
    struct hv_start_virtual_processor input = valid_start();

    input.partition_id = 1;
    expect_no_start(world, form, &input, HV_STATUS_INVALID_PARTITION_ID);
    input = valid_start();
    for (uint32_t vtl = 1; vtl < 256; vtl++) {
        input.target_vtl = (uint8_t)vtl;
        expect_no_start(world, form, &input,
                        vtl <= 2 ? HV_STATUS_ACCESS_DENIED : HV_STATUS_INVALID_PARAMETER);
    }
    for (unsigned i = 0; i < 3; i++) {
        input = valid_start();
        input.reserved[i] = 1;
        expect_no_start(world, form, &input, HV_STATUS_INVALID_PARAMETER);
    }
}

static void bad_header_starts_nobody(void **state)
{
    for_each_convention(state, start_badly);
}

/* C1: the state that a VP starts in is the one that was read, once. */
static void start_from_changing_memory(void **state)
{
    static const enum form forms[] = { FORM_NATIVE_SLOW, FORM_SMCCC_SLOW, FORM_COMPACT_SPILLED };
    struct world *world = *state;
    const struct hv_start_virtual_processor input = valid_start();
    const struct request request = request_start(&input);

    for (unsigned i = 0; i < 3; i++) {
        guest_spill_attach(world, GPA(PAGE_SPILL) | 1);
        world->host.change_after_read = true;
        assert_int_equal(guest_call(world, forms[i], &request).status, HV_STATUS_SUCCESS);
        assert_memory_equal(&world->host.start_context, &input.context, sizeof input.context);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(context_reaches_the_host),         UNIT_TEST(hosts_refusal_is_the_guests_answer),
        UNIT_TEST(oneself_or_nobody_is_not_started), UNIT_TEST(bad_header_starts_nobody),
        UNIT_TEST(start_from_changing_memory),
    };

    return cmocka_run_group_tests_name("virtual processor", tests, NULL, NULL);
}
