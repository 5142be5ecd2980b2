/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Every encoding of a system register, read at EL1: a value or an undefined instruction, never a
 * hang, never a register of EL2 or EL3. And every one of those written, with the system
 * instructions of EL2. */

#include "hypercall.h"
#include "sysreg.h"

#define INSN_MRS 0xd5200000u /* to X0; op0..op2 in bits 20:5 */
#define INSN_MSR 0xd5000000u
#define INSN_SYS 0xd5080000u
#define ENCODING(op0, op1, crn, crm, op2)                                                          \
    ((uint32_t)(op0) << 19 | (uint32_t)(op1) << 16 | (uint32_t)(crn) << 12 |                       \
     (uint32_t)(crm) << 8 | (uint32_t)(op2) << 5)
#define OP1_EL2 4u
#define OP1_EL12 5u
#define OP1_EL3 6u
#define EC_TRAPPED_SYSREG 0x18u
#define EC_SVE 0x19u
#define EC_SME 0x1du

/* Undefined, or what EL1 traps from itself: SVE and SME are off in CPACR_EL1. */
static bool is_own_trap(uint64_t ec)
{
    return ec == EC_UNKNOWN || ec == EC_TRAPPED_SYSREG || ec == EC_SVE || ec == EC_SME;
}

/* Executes one instruction; true when it was not undefined. `x0` goes in and comes out. */
static bool works(uint32_t instruction, uint64_t *x0)
{
    struct call call = { .x = { *x0 } };
    struct trap trap;

    call_slot_set(instruction);
    trap_begin();
    call_slot(&call);
    trap = trap_end();
    EXPECT(trap.count <= 1);
    if (trap.count == 1) {
        EXPECT(is_own_trap(ESR_EC(trap.esr)));
        EXPECT_EQ(trap.elr, gpa(call_slot_insn));
    }
    *x0 = call.x[0];
    return trap.count == 0;
}

/* One processor register space, op0 and op1 given: 2,048 encodings. */
static uint32_t sweep(uint32_t instruction, uint32_t op0, uint32_t op1)
{
    uint32_t worked = 0;

    for (uint32_t rest = 0; rest < 2048; rest++) {
        uint64_t x0 = 0;

        expect_context("op0, op1, CRn, CRm, op2", (uint64_t)op0 << 16 | op1 << 12 | rest);
        worked += works(instruction | ENCODING(op0, op1, rest >> 7, rest >> 3 & 15, rest & 7), &x0);
    }
    expect_context(NULL, 0);
    return worked;
}

static void every_register_answers_or_is_undefined(void)
{
    uint32_t worked = 0;

    for (uint32_t op1 = 0; op1 < OP1_EL2; op1++) {
        worked += sweep(INSN_MRS, 2, op1);
        worked += sweep(INSN_MRS, 3, op1);
    }
    note("registers that EL1 can read", worked);
    EXPECT(worked > 50);
}

static void registers_of_el2_and_el3_are_undefined(void)
{
    for (uint32_t op1 = OP1_EL2; op1 <= 7; op1++) {
        EXPECT_EQ(sweep(INSN_MRS, 3, op1), 0);
        EXPECT_EQ(sweep(INSN_MSR, 3, op1), 0);
    }
}

static void debug_registers_of_el2_are_undefined(void)
{
    for (uint32_t op1 = OP1_EL2; op1 <= 7; op1++) {
        EXPECT_EQ(sweep(INSN_MRS, 2, op1), 0);
        EXPECT_EQ(sweep(INSN_MSR, 2, op1), 0);
    }
}

/* TLBI of EL2 and EL3, AT of stage 1 of EL2: op0 1, op1 4 and 6. */
static void system_instructions_of_el2_are_undefined(void)
{
    static const uint32_t crns[] = { 7, 8 };

    for (uint32_t i = 0; i < 2; i++) {
        for (uint32_t rest = 0; rest < 128; rest++) {
            uint64_t x0 = machine.ram_end;

            expect_context("CRn, CRm, op2", crns[i] << 8 | rest);
            EXPECT(!works(INSN_SYS | ENCODING(0, OP1_EL2, crns[i], rest >> 3, rest & 7), &x0));
            EXPECT(!works(INSN_SYS | ENCODING(0, OP1_EL3, crns[i], rest >> 3, rest & 7), &x0));
        }
    }
}

/* What a guest sees of the processor is what the processor is: no trap, the same answer twice. */
static void id_registers_are_stable(void)
{
    for (uint32_t rest = 0; rest < 64; rest++) {
        uint32_t instruction = INSN_MRS | ENCODING(3, 0, 0, rest >> 3, rest & 7);
        uint64_t first = 0;
        uint64_t second = 1;

        expect_context("CRm, op2", rest);
        if (rest >> 3 >= 1) {
            EXPECT(works(instruction, &first));
            EXPECT(works(instruction, &second));
            EXPECT_EQ(first, second);
        }
    }
    EXPECT_EQ(READ_SYSREG(mpidr_el1) & 0xffff, 0);
}

static void calls_still_work(void)
{
    struct hv_register_value value;

    guest_os_id_set();
    FOR_EACH_CONVENTION(convention)
    {
        EXPECT_EQ(register_get(convention, HV_REGISTER_VP_INDEX, &value), hv_result(0, 1));
    }
}

const struct test tests[] = {
    { "every register of EL1 and EL0 answers or is undefined",
      every_register_answers_or_is_undefined },
    { "registers of EL2 and EL3 are undefined", registers_of_el2_and_el3_are_undefined },
    { "debug registers of EL2 are undefined", debug_registers_of_el2_are_undefined },
    { "system instructions of EL2 are undefined", system_instructions_of_el2_are_undefined },
    { "ID registers are stable", id_registers_are_stable },
    { "calls still work", calls_still_work },
    { NULL, NULL },
};
