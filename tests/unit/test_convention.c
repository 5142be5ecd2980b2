/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/convention.c: golden vectors. Each test spells out the registers as real guests
 * fill and read them, without the help of the bench's guest. */

#include "requests.h"

#define ONE_REGISTER UINT64_C(0x0000000100010050) /* HvCallGetVpRegisters, fast, one element */

/* The 20 bytes of input from register `first` on: SELF, this VP, HvRegisterVpIndex. */
static void put_one_register(uint64_t *x, unsigned first, uint32_t name)
{
    x[first] = HV_PARTITION_ID_SELF;
    x[first + 1] = HV_VP_INDEX_SELF;
    x[first + 2] = UINT64_C(0xdeadbeef00000000) | name; /* bytes past the input are junk */
}

static void expect_others_unchanged(const uint64_t *before, const uint64_t *x, unsigned a,
                                    unsigned b)
{
    for (unsigned i = 1; i < SHIM_REGISTERS; i++) {
        if (i != a && i != b) {
            assert_int_equal(x[i], before[i]);
        }
    }
}

/* mu_msvm and OpenHCL read X15, X16. */
static void native_answers_one_register_in_x15_x16(void **state)
{
    struct world *world = *state;
    uint64_t x[SHIM_REGISTERS];
    uint64_t before[SHIM_REGISTERS];

    registers_fill(x);
    x[0] = ONE_REGISTER;
    put_one_register(x, 1, HV_REGISTER_VP_INDEX);
    memcpy(before, x, sizeof x);
    assert_int_equal(shim_hvc(&world->vps[3], 1, x), SHIM_DONE);
    assert_int_equal(x[0], UINT64_C(0x0000000100000000));
    assert_int_equal(x[15], 3);
    assert_int_equal(x[16], 0);
    expect_others_unchanged(before, x, 15, 16);
}

/* Linux and FreeBSD read X6, X7. */
static void smccc_answers_one_register_in_x6_x7(void **state)
{
    struct world *world = *state;
    uint64_t x[SHIM_REGISTERS];
    uint64_t before[SHIM_REGISTERS];

    registers_fill(x);
    x[0] = 0x46000001;
    x[1] = ONE_REGISTER;
    put_one_register(x, 2, HV_REGISTER_VP_INDEX);
    memcpy(before, x, sizeof x);
    assert_int_equal(shim_hvc(&world->vps[2], 0, x), SHIM_DONE);
    assert_int_equal(x[0], UINT64_C(0x0000000100000000));
    assert_int_equal(x[6], 2);
    assert_int_equal(x[7], 0);
    expect_others_unchanged(before, x, 6, 7);
}

static void compact_answers_one_register_in_x2_x3(void **state)
{
    struct world *world = *state;
    uint64_t x[SHIM_REGISTERS];
    uint64_t before[SHIM_REGISTERS];

    registers_fill(x);
    x[0] = 0x46005302;
    x[1] = ONE_REGISTER;
    put_one_register(x, 2, HV_REGISTER_VP_INDEX);
    memcpy(before, x, sizeof x);
    assert_int_equal(shim_hvc(&world->vps[1], 0, x), SHIM_DONE);
    assert_int_equal(x[0], UINT64_C(0x0000000100000000));
    assert_int_equal(x[2], 1);
    assert_int_equal(x[3], 0);
    expect_others_unchanged(before, x, 2, 3);
    assert_int_equal(world->host.accesses, 0); /* no page, no memory */
}

/* X1..X16 are 128 bytes: the sixteenth register counts, the seventeenth does not. */
static void native_block_is_x1_to_x16(void **state)
{
    struct world *world = *state;
    uint64_t x[SHIM_REGISTERS];

    /* Three registers to set: 16 + 3 * 32 = 112 bytes, X1..X14. */
    registers_fill(x);
    x[0] = UINT64_C(0x0000000300010051);
    x[1] = HV_PARTITION_ID_SELF;
    x[2] = HV_VP_INDEX_SELF;
    for (unsigned i = 0; i < 3; i++) {
        x[3 + 4 * i] = HV_REGISTER_GUEST_CRASH_P0 + i;
        x[4 + 4 * i] = 0;
        x[5 + 4 * i] = 0xa0 + i;
    }
    assert_int_equal(shim_hvc(&world->vps[0], 1, x), SHIM_DONE);
    assert_int_equal(x[0], UINT64_C(0x0000000300000000));
    assert_int_equal(guest_register(world, HV_REGISTER_GUEST_CRASH_P2), 0xa2);

    /* Seven registers to get: 16 + 7 * 4 = 44 bytes, three pairs; 112 bytes out: together 160. */
    x[0] = UINT64_C(0x0000000700010050);
    assert_int_equal(shim_hvc(&world->vps[0], 1, x), SHIM_DONE);
    assert_int_equal(x[0], HV_STATUS_INVALID_HYPERCALL_INPUT);
}

/* Input and output, each in pairs of registers, may fill the block but not exceed it: five
 * registers are 36 (three pairs) + 80 bytes = 128, six are 40 (three pairs) + 96 = 144. */
static void one_over_128_bytes_fails(void **state)
{
    static const uint16_t immediates[] = { 1, 0 };
    struct world *world = *state;

    for (unsigned form = 0; form < 2; form++) {
        for (uint64_t count = 5; count <= 6; count++) {
            uint64_t x[SHIM_REGISTERS];
            uint64_t before[SHIM_REGISTERS];
            unsigned control = form; /* X0 by HVC #1, X1 by HVC #0 */

            registers_fill(x);
            x[0] = 0x46000001;
            x[control] = count << 32 | HV_CONTROL_FAST | HV_CALL_GET_VP_REGISTERS;
            x[control + 1] = HV_PARTITION_ID_SELF;
            x[control + 2] = HV_VP_INDEX_SELF;
            for (unsigned i = 0; i < 3; i++) {
                x[control + 3 + i] = HV_REGISTER_VP_INDEX | (uint64_t)HV_REGISTER_VP_INDEX << 32;
            }
            memcpy(before, x, sizeof x);
            assert_int_equal(shim_hvc(&world->vps[0], immediates[form], x), SHIM_DONE);
            if (count == 5) {
                assert_int_equal(x[0], UINT64_C(5) << 32);
            } else {
                assert_int_equal(x[0], HV_STATUS_INVALID_HYPERCALL_INPUT);
                expect_others_unchanged(before, x, 0, 0);
            }
        }
    }
}

/* The slow form of each convention: control word, input GPA, output GPA in three registers. */
static void slow_calls_take_two_addresses(void **state)
{
    struct world *world = *state;

    for (unsigned control = 0; control < 2; control++) {
        struct get_registers input = { .header = header_self, .names = { HV_REGISTER_VP_INDEX } };
        uint64_t x[SHIM_REGISTERS];
        uint64_t output[2];

        registers_fill(x);
        x[0] = 0x46000001;
        x[control] = UINT64_C(0x0000000100000050);
        x[control + 1] = GPA(PAGE_INPUT) + 0x100;
        x[control + 2] = GPA(PAGE_OUTPUT) + 0xff0;
        memcpy(&world->host.memory[PAGE_INPUT][0x100], &input, sizeof input);
        assert_int_equal(shim_hvc(&world->vps[1], control == 0 ? 1 : 0, x), SHIM_DONE);
        assert_int_equal(x[0], UINT64_C(0x0000000100000000));
        memcpy(output, &world->host.memory[PAGE_OUTPUT][0xff0], sizeof output);
        assert_int_equal(output[0], 1);
        assert_int_equal(output[1], 0);
    }
}

/* A paused rep call shows its new rep start in the register of the control word: X0 by HVC #1; X1
 * by SMCCC, where X0 keeps the function id. The result is not written. */
static void timed_out_rep_call_shows_rep_start(void **state)
{
    static const uint64_t ids[] = { 0, 0x46000001, 0x46005302 };
    struct world *world = *state;

    world->host.budget = 1;
    for (unsigned form = 0; form < 3; form++) {
        unsigned control = form == 0 ? 0 : 1;
        uint64_t x[SHIM_REGISTERS];

        guest_spill_attach(world, GPA(PAGE_SPILL) | 1);
        registers_fill(x);
        x[0] = ids[form];
        x[control] = UINT64_C(0x0000000200010050);
        x[control + 1] = HV_PARTITION_ID_SELF;
        x[control + 2] = HV_VP_INDEX_SELF;
        x[control + 3] = HV_REGISTER_VP_INDEX | (uint64_t)HV_REGISTER_VP_INDEX << 32;
        assert_int_equal(shim_hvc(&world->vps[0], control == 0 ? 1 : 0, x), SHIM_AGAIN);
        assert_int_equal(x[control], UINT64_C(0x0001000200010050));
        assert_true(control == 0 || x[0] == ids[form]);
        assert_int_equal(shim_hvc(&world->vps[0], control == 0 ? 1 : 0, x), SHIM_DONE);
        assert_int_equal(x[0], UINT64_C(2) << 32);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(native_answers_one_register_in_x15_x16),
        UNIT_TEST(smccc_answers_one_register_in_x6_x7),
        UNIT_TEST(compact_answers_one_register_in_x2_x3),
        UNIT_TEST(native_block_is_x1_to_x16),
        UNIT_TEST(one_over_128_bytes_fails),
        UNIT_TEST(slow_calls_take_two_addresses),
        UNIT_TEST(timed_out_rep_call_shows_rep_start),
    };

    return cmocka_run_group_tests_name("convention", tests, NULL, NULL);
}
