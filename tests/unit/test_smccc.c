/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/smccc.c: all function ids, by both conduits. */

#include "harness.h"

#include <arm/smccc.h>

typedef enum shim_verdict conduit(struct shim_vp *vp, uint64_t *x);

static enum shim_verdict by_hvc(struct shim_vp *vp, uint64_t *x)
{
    return shim_hvc(vp, HV_HVC_SMCCC, x);
}

static enum shim_verdict by_smc(struct shim_vp *vp, uint64_t *x)
{
    return shim_smc(vp, x);
}

/* What X0 holds afterwards, for ids of owner 6; X1 is chosen such that hypercalls are refused. */
static uint64_t model(uint32_t id, bool hvc)
{
    switch (id) {
    case 0x46000001: /* a hypercall with a reserved bit */
    case 0x46005302:
        return hvc ? HV_STATUS_INVALID_HYPERCALL_INPUT : UINT64_MAX;
    case 0xc6005301: /* an attachment with one */
        return hvc ? SMCCC_INVALID_PARAMETER : UINT64_MAX;
    case 0x8600ff00:
        return 7;
    case 0x8600ff01:
    case 0xc600ff01:
        return HV_SMCCC_UID_0;
    case 0x8600ff03:
        return 1;
    default:
        return UINT64_MAX; /* -1, all 64 bits */
    }
}

/* Registers that a call of this id may change. */
static unsigned results(uint32_t id)
{
    if ((id & ~SMCCC_SMC64) == SMCCC_VENDOR_HYP_UID) {
        return 4;
    }
    return id == SMCCC_VENDOR_HYP_REVISION ? 2 : 1;
}

static void check_id(struct world *world, conduit *call, uint32_t id)
{
    static const uint64_t rest[SHIM_REGISTERS] = {
        [1] = HV_CONTROL_NESTED, [2] = 0x22, [3] = 0x33, [4] = 0x44, [17] = 0x1717
    };
    uint32_t name = id & ~SMCCC_SVE_HINT;
    bool ours = (id >> 24 & 0x3f) == 6;
    uint64_t before[SHIM_REGISTERS];
    uint64_t x[SHIM_REGISTERS];
    enum shim_verdict verdict;

    memcpy(before, rest, sizeof before);
    before[0] = UINT64_C(0xabcdef0100000000) | id;
    memcpy(x, before, sizeof x);
    verdict = call(&world->vps[0], x);
    if (!ours) {
        if (verdict != SHIM_NOT_OURS || memcmp(before, x, sizeof x) != 0) {
            fail_msg("id 0x%08x: not ours, yet verdict %d", id, verdict);
        }
        return;
    }
    if (verdict != SHIM_DONE || x[0] != model(name, call == by_hvc)) {
        fail_msg("id 0x%08x: verdict %d, X0 0x%llx", id, verdict, (unsigned long long)x[0]);
    }
    unsigned changed = results(name);
    if (memcmp(&before[changed], &x[changed], (SHIM_REGISTERS - changed) * sizeof x[0]) != 0) {
        fail_msg("id 0x%08x: registers changed from X%u on", id, changed);
    }
}

/* Every owner, fast or yielding, SMC32 or SMC64, every function number, with the hint bit and
 * without. Bits 23:17 each in its turn: they must be zero, so such an id is nobody's. */
static void check_every_id(struct world *world, conduit *call, bool only_ours)
{
    for (uint32_t kind = 0; kind < 4; kind++) {
        for (uint32_t owner = only_ours ? 6 : 0; owner <= (only_ours ? 6u : 63u); owner++) {
            for (uint32_t low = 0; low < 0x20000; low++) {
                check_id(world, call, kind << 30 | owner << 24 | low);
            }
            for (uint32_t bit = 17; bit < 24; bit++) {
                check_id(world, call, kind << 30 | owner << 24 | UINT32_C(1) << bit | 1);
                check_id(world, call, kind << 30 | owner << 24 | UINT32_C(1) << bit | 0xff01);
            }
        }
    }
}

static void every_function_id_by_hvc(void **state)
{
    check_every_id(*state, by_hvc, false);
}

static void every_vendor_function_id_by_smc(void **state)
{
    check_every_id(*state, by_smc, true);
}

static void other_owners_are_the_integrators_by_smc(void **state)
{
    for (uint32_t kind = 0; kind < 4; kind++) {
        for (uint32_t owner = 0; owner < 64; owner++) {
            check_id(*state, by_smc, kind << 30 | owner << 24);
            check_id(*state, by_smc, kind << 30 | owner << 24 | 0xff01);
        }
    }
}

static void expect_uid(enum shim_verdict verdict, const uint64_t *x)
{
    assert_int_equal(verdict, SHIM_DONE);
    assert_int_equal(x[0], 0x4d32ba58);
    assert_int_equal(x[1], 0xcd244764);
    assert_int_equal(x[2], 0x8eef6c75);
    assert_int_equal(x[3], 0x16597024);
}

/* Linux asks 0x8600ff01; the seven digits that the TLFS prints are 0xc600ff01 with one dropped. */
static void uid_answers_both_ids_by_both_conduits(void **state)
{
    static const uint64_t ids[] = { 0x8600ff01, 0xc600ff01, 0x8601ff01,
                                    UINT64_C(0xffffffff8600ff01) };
    struct world *world = *state;

    for (unsigned i = 0; i < 4; i++) {
        uint64_t x[SHIM_REGISTERS];

        registers_fill(x);
        x[0] = ids[i];
        expect_uid(by_hvc(&world->vps[0], x), x);
        x[0] = ids[i];
        expect_uid(by_smc(&world->vps[0], x), x);
    }
}

static void uid_answers_before_guest_os_id(void **state)
{
    struct world *world = *state;
    uint64_t x[SHIM_REGISTERS] = { SMCCC_VENDOR_HYP_UID };

    assert_true(world_init(world, 0));
    expect_uid(by_hvc(&world->vps[3], x), x);
}

/* D4: neither bits 63:32 of X0 nor the SVE hint belong to the hypercall's id. */
static void hypercall_id_is_w0_without_the_hint(void **state)
{
    struct world *world = *state;

    for (uint64_t high = 0; high < 64; high++) {
        for (uint64_t hint = 0; hint < 2; hint++) {
            uint64_t x[SHIM_REGISTERS] = { 0 };

            x[0] = HV_SMCCC_HYPERCALL | hint << 16 | (UINT64_C(1) << high & ~UINT64_C(0xffffffff));
            x[1] = HV_CALL_GET_PARTITION_ID | HV_CONTROL_FAST;
            assert_int_equal(by_hvc(&world->vps[0], x), SHIM_DONE);
            assert_int_equal(x[0], HV_STATUS_SUCCESS);
            assert_int_equal(x[2], TEST_PARTITION_ID);
        }
    }
}

/* D5: a real hypercall never answers -1. */
static void bad_call_code_is_a_status_not_minus_one(void **state)
{
    struct world *world = *state;
    uint64_t x[SHIM_REGISTERS] = { HV_SMCCC_HYPERCALL, 0x7777 };

    assert_int_equal(by_hvc(&world->vps[0], x), SHIM_DONE);
    assert_int_equal(x[0], HV_STATUS_INVALID_HYPERCALL_CODE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(every_function_id_by_hvc),
        UNIT_TEST(every_vendor_function_id_by_smc),
        UNIT_TEST(other_owners_are_the_integrators_by_smc),
        UNIT_TEST(uid_answers_both_ids_by_both_conduits),
        UNIT_TEST(uid_answers_before_guest_os_id),
        UNIT_TEST(hypercall_id_is_w0_without_the_hint),
        UNIT_TEST(bad_call_code_is_a_status_not_minus_one),
    };

    return cmocka_run_group_tests_name("smccc", tests, NULL, NULL);
}
