/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of el2/inject.c against a second writing of AArch64.TakeException (Arm ARM, J1.3), field by
 * field, over every PSTATE that a guest can have when it traps. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "el2/inject.h"

#include <arm/esr.h>

#define VBAR UINT64_C(0xffff800010011000)
#define PC UINT64_C(0xffff80001000a5c4)
#define FAR UINT64_C(0x0000aaaad00df00d)
#define ALL_FEATURES 16u

static bool bit(uint64_t word, unsigned n)
{
    return (word >> n & 1) != 0;
}

/* SPSR of the handler's first instruction: what the pseudocode assigns, and what it leaves. */
static uint64_t model_pstate(uint64_t old, uint64_t sctlr, uint32_t features)
{
    bool pan = bit(old, 22) || ((features & EL1_HAS_PAN) != 0 && !bit(sctlr, 23));
    bool ssbs = (features & EL1_HAS_SSBS) != 0 && bit(sctlr, 44);
    bool tco = (features & EL1_HAS_MTE2) != 0;
    bool allint = (features & EL1_HAS_NMI) != 0 && !bit(sctlr, 62);

    return (old >> 28 & 0xf) << 28                              /* N, Z, C, V */
           | (uint64_t)tco << 25 | (uint64_t)bit(old, 24) << 24 /* DIT */
           | (uint64_t)pan << 22 | (uint64_t)allint << 13 | (uint64_t)ssbs << 12 |
           UINT64_C(0xf) << 6 /* D, A, I, F */
           | 0x5 /* EL1h */;
}

static uint64_t model_vector(uint64_t old)
{
    if (bit(old, 4)) {
        return 0x600;
    }
    return (old & 0xf) == 0 ? 0x400 : (old & 0xf) == 4 ? 0x000 : 0x200;
}

static struct el1_state state_before(uint64_t pstate, uint64_t sctlr)
{
    return (struct el1_state) { .pc = PC,
                                .pstate = pstate,
                                .elr = 0x1111,
                                .spsr = 0x2222,
                                .esr = 0x3333,
                                .far = 0x4444,
                                .vbar = VBAR,
                                .sctlr = sctlr };
}

static void expect_taken(const struct el1_state *state, uint64_t pstate, uint64_t sctlr,
                         uint32_t features, uint64_t esr, uint64_t far)
{
    assert_int_equal(state->elr, PC);
    assert_int_equal(state->spsr, pstate);
    assert_int_equal(state->pc, VBAR + model_vector(pstate));
    assert_int_equal(state->pstate, model_pstate(pstate, sctlr, features));
    assert_int_equal(state->esr, esr);
    assert_int_equal(state->far, far);
    assert_int_equal(state->vbar, VBAR);
    assert_int_equal(state->sctlr, sctlr);
}

/* Modes that trap: EL0, EL1t and EL1h in AArch64, all of AArch32's user mode. */
static const uint64_t modes[] = { 0x0, 0x4, 0x5, 0x10 };

/* Fields outside mode: flags 31:28; 25:20; 13:12; BTYPE 11:10; DAIF 9:6. One at a time, all, none.
 */
static const unsigned pstate_bits[] = { 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21,
                                        20, 19, 13, 12, 11, 10, 9,  8,  7,  6,  5 };
#define PSTATE_BITS (sizeof pstate_bits / sizeof pstate_bits[0])

static uint64_t pstate_number(unsigned n)
{
    uint64_t pstate = 0;
    if (n < PSTATE_BITS) {
        return UINT64_C(1) << pstate_bits[n];
    }
    for (unsigned i = 0; n == PSTATE_BITS && i < PSTATE_BITS; i++) {
        pstate |= UINT64_C(1) << pstate_bits[i];
    }
    return pstate;
}

typedef void check(uint64_t pstate, uint64_t sctlr, uint32_t features);

static void for_each_state(check *run)
{
    for (unsigned mode = 0; mode < sizeof modes / sizeof modes[0]; mode++) {
        for (unsigned n = 0; n <= PSTATE_BITS + 1; n++) {
            for (uint32_t features = 0; features < ALL_FEATURES; features++) {
                for (unsigned sctlr = 0; sctlr < 8; sctlr++) {
                    run(modes[mode] | pstate_number(n),
                        (uint64_t)bit(sctlr, 0) << 23 | (uint64_t)bit(sctlr, 1) << 44 |
                            (uint64_t)bit(sctlr, 2) << 62,
                        features);
                }
            }
        }
    }
}

static void check_undefined(uint64_t pstate, uint64_t sctlr, uint32_t features)
{
    struct el1_state state = state_before(pstate, sctlr);
    inject_undefined(&state, features);
    expect_taken(&state, pstate, sctlr, features, UINT64_C(0x02000000), 0x4444);
}

static void undefined_is_taken_as_the_architecture_says(void **state)
{
    (void)state;
    for_each_state(check_undefined);
}

static bool from_el0(uint64_t pstate)
{
    return (pstate & 0x1f) == 0 || bit(pstate, 4);
}

static void check_data_abort(uint64_t pstate, uint64_t sctlr, uint32_t features)
{
    struct el1_state state = state_before(pstate, sctlr);
    /* A store of X7, 8 bytes, translation fault at level 3. */
    inject_external_abort(&state, features, UINT64_C(0x93c78047), FAR);
    expect_taken(&state, pstate, sctlr, features,
                 from_el0(pstate) ? UINT64_C(0x92000050) : UINT64_C(0x96000050), FAR);
}

static void data_abort_is_taken_as_the_architecture_says(void **state)
{
    (void)state;
    for_each_state(check_data_abort);
}

static void check_instruction_abort(uint64_t pstate, uint64_t sctlr, uint32_t features)
{
    struct el1_state state = state_before(pstate, sctlr);
    inject_external_abort(&state, features, UINT64_C(0x82000007), FAR);
    expect_taken(&state, pstate, sctlr, features,
                 from_el0(pstate) ? UINT64_C(0x82000010) : UINT64_C(0x86000010), FAR);
}

static void instruction_abort_is_taken_as_the_architecture_says(void **state)
{
    (void)state;
    for_each_state(check_instruction_abort);
}

/* Nothing of the stage-2 fault shows but whether it was a write, or cache maintenance. */
static void abort_tells_the_guest_what_it_did_and_no_more(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 25; n++) {
        struct el1_state after = state_before(0x5, 0);
        inject_external_abort(&after, 0, UINT64_C(0x24) << 26 | UINT64_C(1) << n, FAR);
        uint64_t shown = n == 6 || n == 8 ? UINT64_C(1) << n : 0;
        assert_int_equal(after.esr, UINT64_C(0x96000010) | shown);
    }
}

static void features_come_from_their_fields(void **state)
{
    (void)state;
    assert_int_equal(el1_features(0, 0), 0);
    for (unsigned value = 1; value < 16; value++) {
        uint64_t field = value;
        assert_int_equal(el1_features(0, field << 20), EL1_HAS_PAN);
        assert_int_equal(el1_features(field << 4, 0), EL1_HAS_SSBS);
        assert_int_equal(el1_features(field << 8, 0), value >= 2 ? EL1_HAS_MTE2 : 0);
        assert_int_equal(el1_features(field << 36, 0), EL1_HAS_NMI);
    }
    /* All other fields say nothing about it. */
    assert_int_equal(el1_features(~(UINT64_C(0xff0) | UINT64_C(0xf) << 36), ~(UINT64_C(0xf) << 20)),
                     0);
}

static void a_completed_instruction_ends_its_step_and_its_branch_type(void **state)
{
    (void)state;
    for (unsigned n = 0; n <= PSTATE_BITS + 1; n++) {
        uint64_t pstate = pstate_number(n) | 0x5;
        uint64_t cleared = UINT64_C(1) << 21 | UINT64_C(3) << 10;
        assert_int_equal(pstate_after_instruction(pstate), pstate & ~cleared);
    }
}

/* T32 user mode with this ITSTATE. */
static uint64_t thumb(uint64_t it)
{
    return UINT64_C(0x80000030) | (it & 3) << 25 | it >> 2 << 10;
}

static void a_completed_instruction_moves_on_in_its_it_block(void **state)
{
    (void)state;
    /* ITTTT NE: condition 0001, mask 1111, 1110, ..., then outside. */
    assert_int_equal(pstate_after_instruction(thumb(0x11)), thumb(0x02));
    assert_int_equal(pstate_after_instruction(thumb(0x0f)), thumb(0x1e));
    assert_int_equal(pstate_after_instruction(thumb(0x1e)), thumb(0x1c));
    assert_int_equal(pstate_after_instruction(thumb(0x1c)), thumb(0x18));
    assert_int_equal(pstate_after_instruction(thumb(0x18)), thumb(0));
    assert_int_equal(pstate_after_instruction(thumb(0)), thumb(0));
    /* The condition's upper bits stay: ITE GT. */
    assert_int_equal(pstate_after_instruction(thumb(0xcc)), thumb(0xd8));
    assert_int_equal(pstate_after_instruction(thumb(0xd8)), thumb(0));
    /* A step ends in AArch32 as well. */
    assert_int_equal(pstate_after_instruction(thumb(0) | UINT64_C(1) << 21), thumb(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(undefined_is_taken_as_the_architecture_says),
        cmocka_unit_test(data_abort_is_taken_as_the_architecture_says),
        cmocka_unit_test(instruction_abort_is_taken_as_the_architecture_says),
        cmocka_unit_test(abort_tells_the_guest_what_it_did_and_no_more),
        cmocka_unit_test(features_come_from_their_fields),
        cmocka_unit_test(a_completed_instruction_ends_its_step_and_its_branch_type),
        cmocka_unit_test(a_completed_instruction_moves_on_in_its_it_block),
    };
    return cmocka_run_group_tests_name("inject", tests, NULL, NULL);
}
