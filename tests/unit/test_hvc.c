/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/hvc.c: what each immediate of the HVC instruction means. */

#include "harness.h"

static void expect_untouched(struct world *world, const uint64_t *before, const uint64_t *x)
{
    assert_memory_equal(before, x, SHIM_REGISTERS * sizeof *x);
    assert_int_equal(world->host.accesses, 0);
}

/* VTL call and return (2, 3) belong to guests with VTLs; nothing else was ever defined. */
static void every_other_immediate_is_undefined(void **state)
{
    static const uint64_t ids[] = { 0x46000001, 0x0000000100010050, 0x8600ff01, 0 };
    struct world *world = *state;
    static struct snapshot snapshot;

    snapshot_take(&snapshot, world);
    for (uint32_t immediate = 2; immediate <= UINT16_MAX; immediate++) {
        uint64_t before[SHIM_REGISTERS];
        uint64_t x[SHIM_REGISTERS];

        registers_fill(before);
        before[0] = ids[immediate % 4];
        memcpy(x, before, sizeof x);
        assert_int_equal(shim_hvc(&world->vps[0], (uint16_t)immediate, x), SHIM_UNDEFINED);
        expect_untouched(world, before, x);
    }
    snapshot_expect_same_state(&snapshot, world);
}

static void vtl_call_and_return_are_undefined(void **state)
{
    struct world *world = *state;

    for (uint16_t immediate = HV_HVC_VTL_CALL; immediate <= HV_HVC_VTL_RETURN; immediate++) {
        uint64_t before[SHIM_REGISTERS] = { 0 };
        uint64_t x[SHIM_REGISTERS] = { 0 };

        assert_int_equal(shim_hvc(&world->vps[0], immediate, x), SHIM_UNDEFINED);
        expect_untouched(world, before, x);
    }
}

/* HVC #1 has no function id: X0 is the control word, whatever SMCCC would make of it. */
static void native_call_is_no_smccc_call(void **state)
{
    struct world *world = *state;
    uint64_t x[SHIM_REGISTERS] = { 0x46000001 }; /* a call that nobody named, and bits 31:27 */

    assert_int_equal(shim_hvc(&world->vps[0], HV_HVC_HYPERCALL, x), SHIM_DONE);
    assert_int_equal(x[0], HV_STATUS_INVALID_HYPERCALL_INPUT);
}

static void hypercall_by_smc_is_not_supported(void **state)
{
    static const uint64_t ids[] = { HV_SMCCC_HYPERCALL, HV_SMCCC_SPILLED_HYPERCALL,
                                    HV_SMCCC_SPILL_ATTACH };
    struct world *world = *state;

    for (unsigned i = 0; i < 3; i++) {
        uint64_t before[SHIM_REGISTERS];
        uint64_t x[SHIM_REGISTERS];

        registers_fill(before);
        before[0] = ids[i];
        before[1] = i == 2 ? GPA(PAGE_SPILL) | 1 : UINT64_C(0x0000000100010050);
        memcpy(x, before, sizeof x);
        assert_int_equal(shim_smc(&world->vps[0], x), SHIM_DONE);
        assert_int_equal(x[0], UINT64_MAX);
        before[0] = x[0];
        expect_untouched(world, before, x);
        assert_int_equal(world->vps[0].spill_page, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(every_other_immediate_is_undefined),
        UNIT_TEST(vtl_call_and_return_are_undefined),
        UNIT_TEST(native_call_is_no_smccc_call),
        UNIT_TEST(hypercall_by_smc_is_not_supported),
    };

    return cmocka_run_group_tests_name("hvc", tests, NULL, NULL);
}
