/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of what the plugin knows by itself: classes of instructions (encodings as the assembler
 * makes them), and the exception level of a processor. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/bench/plugin/profile.h"
#include "tests/guest/runtime/marks.h"

#define LOADS(n)                                                                                   \
    {                                                                                              \
        .loads = (n)                                                                               \
    }
#define STORES(n)                                                                                  \
    {                                                                                              \
        .stores = (n)                                                                              \
    }
#define BOTH(n)                                                                                    \
    {                                                                                              \
        .loads = (n), .stores = (n)                                                                \
    }
#define SYSREG                                                                                     \
    {                                                                                              \
        .sysreg = 1                                                                                \
    }
#define SYSTEM                                                                                     \
    {                                                                                              \
        .system = 1                                                                                \
    }
#define BARRIER                                                                                    \
    {                                                                                              \
        .barriers = 1                                                                              \
    }
#define NOTHING                                                                                    \
    {                                                                                              \
        .loads = 0                                                                                 \
    }
#define BRANCH                                                                                     \
    {                                                                                              \
        .branch = true                                                                             \
    }

static const struct {
    const char *text;
    uint32_t opcode;
    struct a64_kind kind;
} instructions[] = {
    { "ldr x0, [x1]", 0xf9400020, LOADS(1) },
    { "ldr x0, [x1, x2]", 0xf8626820, LOADS(1) },
    { "ldur w0, [x1, #-3]", 0xb85fd020, LOADS(1) },
    { "ldrsw x0, [x1], #4", 0xb8804420, LOADS(1) },
    { "ldrb w0, [x1, #1]!", 0x38401c20, LOADS(1) },
    { "ldtr x0, [x1]", 0xf8400820, LOADS(1) },
    { "ldp x0, x1, [sp, #16]", 0xa94107e0, LOADS(2) },
    { "ldpsw x0, x1, [x2]", 0x69400440, LOADS(2) },
    { "ldnp x0, x1, [x2]", 0xa8400440, LOADS(2) },
    { "ldr x0, 24", 0x58000000, LOADS(1) },
    { "ldr q0, [x1]", 0x3dc00020, LOADS(1) },
    { "ldp q0, q1, [x2]", 0xad400440, LOADS(2) },
    { "ld1 {v0.16b}, [x1]", 0x4c407020, LOADS(1) },
    { "ldar x0, [x1]", 0xc8dffc20, LOADS(1) },
    { "ldxr x0, [x1]", 0xc85f7c20, LOADS(1) },
    { "ldaxp x0, x1, [x2]", 0xc87f8440, LOADS(2) },
    { "ldapr x0, [x1]", 0xf8bfc020, LOADS(1) },
    { "ldapur x0, [x1, #8]", 0xd9408020, LOADS(1) },
    { "str x0, [x1]", 0xf9000020, STORES(1) },
    { "strh w0, [x1, x2, lsl #1]", 0x78227820, STORES(1) },
    { "sttr x0, [x1]", 0xf8000820, STORES(1) },
    { "stp x0, x1, [sp, #-16]!", 0xa9bf07e0, STORES(2) },
    { "stnp x0, x1, [x2]", 0xa8000440, STORES(2) },
    { "str q0, [x1]", 0x3d800020, STORES(1) },
    { "stp d0, d1, [x2]", 0x6d000440, STORES(2) },
    { "st1 {v0.16b}, [x1]", 0x4c007020, STORES(1) },
    { "stlr x0, [x1]", 0xc89ffc20, STORES(1) },
    { "stlxr w3, x0, [x1]", 0xc803fc20, STORES(1) },
    { "stxp w3, x0, x1, [x2]", 0xc8230440, STORES(2) },
    { "stlur x0, [x1]", 0xd9000020, STORES(1) },
    { "ldaddal x0, x1, [x2]", 0xf8e00041, BOTH(1) },
    { "swp x0, x1, [x2]", 0xf8208041, BOTH(1) },
    { "stset x0, [x1]", 0xf820303f, BOTH(1) },
    { "cas x0, x1, [x2]", 0xc8a07c41, BOTH(1) },
    { "casp x0, x1, x2, x3, [x4]", 0x48207c82, BOTH(2) },
    { "prfm pldl1keep, [x1]", 0xf9800020, NOTHING },
    { "prfm pldl1keep, 90", 0xd8000000, NOTHING },
    { "prfum pldl1keep, [x1, #1]", 0xf8801020, NOTHING },
    { "mrs x0, esr_el2", 0xd53c5200, SYSREG },
    { "msr vbar_el2, x0", 0xd51cc000, SYSREG },
    { "msr daifset, #0xf", 0xd5034fdf, SYSREG },
    { "msr spsel, #0x1", 0xd50041bf, SYSREG },
    { "mrs x0, nzcv", 0xd53b4200, SYSREG },
    { "isb", 0xd5033fdf, BARRIER },
    { "dsb sy", 0xd5033f9f, BARRIER },
    { "dmb ish", 0xd5033bbf, BARRIER },
    { "sb", 0xd50330ff, BARRIER },
    { "clrex", 0xd5033f5f, NOTHING },
    { "csdb", 0xd503229f, NOTHING },
    { "esb", 0xd503221f, NOTHING },
    { "tlbi alle2", 0xd50c871f, SYSTEM },
    { "dc zva, x0", 0xd50b7420, SYSTEM },
    { "at s12e1r, x0", 0xd50c7880, SYSTEM },
    { "ic iallu", 0xd508751f, SYSTEM },
    { "hvc #0x0", 0xd4000002, { .hvc = true } },
    { "hvc #0xffff", 0xd41fffe2, { .hvc = true } },
    { "smc #0x0", 0xd4000003, NOTHING },
    { "svc #0x0", 0xd4000001, NOTHING },
    { "eret", 0xd69f03e0, { .eret = true } },
    { "eretaa", 0xd69f0bff, { .eret = true } },
    { "eretab", 0xd69f0fff, { .eret = true } },
    { "b f4", 0x14000000, BRANCH },
    { "bl f8", 0x94000000, BRANCH },
    { "b.eq fc", 0x54000000, BRANCH },
    { "cbz x0, 100", 0xb4000000, BRANCH },
    { "tbnz x0, #63, 104", 0xb7f80000, BRANCH },
    { "br x0", 0xd61f0000, BRANCH },
    { "blr x0", 0xd63f0000, BRANCH },
    { "ret", 0xd65f03c0, BRANCH },
    { "braa x0, x1", 0xd71f0801, BRANCH },
    { "add x0, x1, x2", 0x8b020020, NOTHING },
    { "mov xzr, #0xbe0a", 0xd297c15f, NOTHING },
    { "mov x0, #0xbe0a", 0xd297c140, NOTHING },
    { "movk xzr, #0xbe0a", 0xf297c15f, NOTHING },
    { "mov wzr, #0xbe0a", 0x5297c15f, NOTHING },
    { "mov xzr, #0xbe0a0000", 0xd2b7c15f, NOTHING },
    { "adr x0, 130", 0x10000000, NOTHING },
    { "fadd d0, d1, d2", 0x1e622820, NOTHING },
};

static void instructions_have_their_class(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(instructions) / sizeof(instructions[0]); i++) {
        struct a64_kind kind = a64_kind(instructions[i].opcode);
        const struct a64_kind *wanted = &instructions[i].kind;

        if (kind.sysreg != wanted->sysreg || kind.system != wanted->system ||
            kind.barriers != wanted->barriers || kind.loads != wanted->loads ||
            kind.stores != wanted->stores || kind.hvc != wanted->hvc || kind.eret != wanted->eret ||
            kind.branch != wanted->branch) {
            fail_msg("%s", instructions[i].text);
        }
    }
}

static void marks_are_one_instruction_only(void **state)
{
    (void)state;
    assert_int_equal(a64_mark(0xd297c15f), MARK_CALL); /* movz xzr, #0xbe0a */
    assert_int_equal(a64_mark(0xd297c140), 0);         /* movz x0 */
    assert_int_equal(a64_mark(0x5297c15f), 0);         /* movz wzr */
    assert_int_equal(a64_mark(0xd2b7c15f), 0);         /* shifted */
    assert_int_equal(a64_mark(0xf297c15f), 0);         /* movk */
}

#define NOP 0xd503201fu
#define HVC 0xd4000002u
#define SMC 0xd4000003u
#define ERET 0xd69f03e0u
#define BR 0xd61f0000u

/* One processor, all of whose memory is at 4 GiB in QEMU. */
static struct vcpu vcpu;
static struct instruction path[64];
static size_t steps;

static enum level step(uint64_t address, uint32_t opcode, bool high)
{
    struct instruction *at = &path[steps++];
    enum level level;

    assert_true(steps <= sizeof(path) / sizeof(path[0]));
    *at = (struct instruction) { .address = address,
                                 .host_address = (uintptr_t)(address + (UINT64_C(4) << 30)),
                                 .opcode = opcode,
                                 .kind = a64_kind(opcode) };
    level = level_of(&vcpu, at, high);
    level_leave(&vcpu, at);
    return level;
}

/* In program order, since vector tables stay known. */
static void a_level_is_followed(void **state)
{
    (void)state;
    assert_int_equal(step(0x1000, NOP, false), EL2); /* out of reset */
    assert_int_equal(step(0x1004, ERET, false), EL2);
    assert_int_equal(step(0x9000, NOP, false), BELOW);
    assert_int_equal(step(0x9004, BR, false), BELOW);
    assert_int_equal(step(0x6400, NOP, false), BELOW); /* a branch to what might be a vector */
    assert_int_equal(step(0x6404, ERET, false), BELOW);
    assert_int_equal(step(0x5280, NOP, false), BELOW); /* EL1's own exception */
    assert_int_equal(step(0x5284, SMC, false), BELOW);
    assert_int_equal(step(0x2400, NOP, false), EL2); /* the first from a lower level */
    assert_int_equal(step(0x2404, ERET, false), EL2);
    assert_int_equal(step(0x9000, NOP, false), BELOW);
    assert_int_equal(step(0x5400, NOP, false), BELOW); /* from EL0 to EL1: its table is not EL2's */
    assert_int_equal(step(0x5404, NOP, false), BELOW);
    assert_int_equal(step(0x2480, NOP, false), EL2); /* an interrupt */
    assert_int_equal(step(0x2484, HVC, false), EL2);
    assert_int_equal(step(0x2488, ERET, false), EL2);
    assert_int_equal(step(0x9000, HVC, false), BELOW);
    assert_int_equal(step(0x3400, NOP, false), EL2); /* another table, found by HVC */
    assert_int_equal(step(0x3404, ERET, false), EL2);
    assert_int_equal(step(0x9000, NOP, false), BELOW);
}

static void a_level_may_be_told_by_the_address(void **state)
{
    (void)state;
    assert_int_equal(step(UINT64_C(0xffff800008000000), ERET, true), EL2);
    assert_int_equal(step(0x9000, HVC, true), BELOW);
    assert_int_equal(step(0x9004, NOP, true), BELOW);
    assert_int_equal(step(UINT64_C(0xffff800008000400), NOP, true), EL2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instructions_have_their_class),
        cmocka_unit_test(marks_are_one_instruction_only),
        cmocka_unit_test(a_level_is_followed),
        cmocka_unit_test(a_level_may_be_told_by_the_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
