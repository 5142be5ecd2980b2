/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The boundary between EL1 and EL2 from all sides: HVC and SMC with every immediate and from EL0,
 * in both instruction sets of EL0; instructions that exist for others, or not at all. The guest
 * gets its own exception or an answer, and the registers that it had. With the boot argument
 * stride=1 every immediate is tried, else one in 61. */

#include <arm/smccc.h>

#include "hypercall.h"
#include "sysreg.h"

#define NOBODYS_CALL UINT64_C(0xc4003a5c)
#define EL0_ALIAS ((uint64_t)(GUEST_ALIAS_EL0 - 1) << 30)
#define LOW_ALIAS UINT64_C(0xc0000000) /* of 0x40000000, where AArch32 can see it */
#define LOW_ALIAS_ENTRY 3u
#define PSTATE_A32 UINT64_C(0x1d0)
#define PSTATE_T32 UINT64_C(0x1f0)
#define EC_BRK 0x3cu
#define EC_TRAPPED_SYSREG 0x18u
#define STRIDE 61u
#define INSN_UDF(n) ((uint32_t)(n))
#define INSN_BRK(n) (0xd4200000u | (uint32_t)(n) << 5)
#define INSN_HLT(n) (0xd4400000u | (uint32_t)(n) << 5)
#define INSN_DCPS(level) (0xd4a00000u | (uint32_t)(level))
#define INSN_DRPS 0xd6bf03e0u
#define INSN_HINT(n) (0xd503201fu | (uint32_t)(n) << 5)
#define HINT_WFE 2u
#define HINT_WFI 3u
#define INSN_SYS(op1, crn, crm, op2)                                                               \
    (0xd5080000u | (uint32_t)(op1) << 16 | (uint32_t)(crn) << 12 | (uint32_t)(crm) << 8 |          \
     (uint32_t)(op2) << 5)

extern uint64_t pagetable[];

static uint32_t stride(void)
{
    static uint32_t found;

    if (found == 0) {
        found = (uint32_t)boot_argument("stride=", STRIDE);
    }
    return found;
}

/* Runs the slot's instruction on registers of a pattern; what it trapped to. */
static struct trap run_slot(uint32_t instruction, struct call *before, struct call *after)
{
    call_slot_set(instruction);
    call_prepare(&native, 0, before);
    before->x[0] = NOBODYS_CALL;
    *after = *before;
    trap_begin();
    call_slot(after);
    return trap_end();
}

static void expect_undefined(const struct trap *trap, uint64_t elr)
{
    EXPECT_EQ(trap->count, 1);
    EXPECT_EQ(trap->esr, ESR_IL);
    EXPECT_EQ(trap->elr, elr);
}

static void immediates_of_hvc(void)
{
    for (uint32_t immediate = 2; immediate < 0x10000; immediate += stride()) {
        struct call before, after;
        struct trap trap = run_slot(INSN_HVC(immediate), &before, &after);

        expect_context("immediate", immediate);
        expect_undefined(&trap, gpa(call_slot_insn));
        expect_registers(&before, &after, 0);
    }
}

/* SMCCC wants 0 and says nothing of others: the immediate is not looked at. */
static void immediates_of_smc(void)
{
    for (uint32_t immediate = 0; immediate < 0x10000; immediate += stride()) {
        struct call before, after;
        struct trap trap = run_slot(INSN_SMC(immediate), &before, &after);

        expect_context("immediate", immediate);
        EXPECT_EQ(trap.count, 0);
        EXPECT_EQ(after.x[0], SMCCC_NOT_SUPPORTED);
        expect_registers(&before, &after, 1);
    }
}

/* From EL0 neither exists, whatever the immediate. */
static void el0_has_neither(void)
{
    uint64_t pc = gpa(el0_slot) + EL0_ALIAS;

    for (uint32_t immediate = 0; immediate < 0x10000; immediate += 4 * stride()) {
        const uint32_t instructions[] = { INSN_HVC(immediate), INSN_SMC(immediate) };

        for (uint32_t i = 0; i < 2; i++) {
            struct trap trap;

            expect_context("instruction", instructions[i]);
            instruction_set(el0_slot, instructions[i]);
            trap_begin();
            EXPECT_EQ(el0_run(pc, NOBODYS_CALL), NOBODYS_CALL);
            trap = trap_end();
            expect_undefined(&trap, pc);
            EXPECT_EQ(trap.vector, 0x400);
        }
    }
}

static bool el0_has_aarch32(void)
{
    if ((READ_SYSREG(id_aa64pfr0_el1) & 0xf) == 2) {
        return true;
    }
    test_skip("no AArch32 at EL0");
    return false;
}

static void low_alias_set(uint64_t entry)
{
    pagetable[LOW_ALIAS_ENTRY] = entry;
    __asm__ volatile("dsb sy\n\ttlbi vmalle1\n\tdsb sy\n\tisb" ::: "memory");
}

static uint64_t low_alias(const void *code)
{
    return gpa(code) - GUEST_RAM_BASE + LOW_ALIAS;
}

/* A call of AArch32 is UNDEFINED at EL0; what the guest sees comes from there. */
static void aarch32_has_neither(void)
{
    const void *const codes[] = { el0_a32_hvc, el0_a32_smc, el0_t32_hvc };
    uint64_t own_entry = pagetable[LOW_ALIAS_ENTRY];

    if (!el0_has_aarch32()) {
        return;
    }
    low_alias_set(GUEST_RAM_BASE | GUEST_BLOCK_MEMORY_EL0);
    for (uint32_t i = 0; i < 3; i++) {
        struct trap trap;

        expect_context("code", i);
        trap_begin();
        el0_run_in(low_alias(codes[i]), 0x46000001, i == 2 ? PSTATE_T32 : PSTATE_A32);
        trap = trap_end();
        EXPECT_EQ(trap.count, 1);
        EXPECT_EQ(ESR_EC(trap.esr), EC_UNKNOWN);
        EXPECT_EQ(trap.elr, low_alias(codes[i]));
        EXPECT_EQ(trap.vector, 0x600);
        EXPECT_EQ(trap.spsr & 0x1f, 0x10);
    }
    low_alias_set(own_entry);
}

/* Memory that is hidden is so from AArch32 as well: one abort, with the length of the instruction,
 * at the vector for AArch32, from the state that it was in. */
static void aarch32_aborts_are_its_own(void)
{
    const uint64_t starts[] = { gpa(el0_a32_load), gpa(el0_t32_load) + 2 };
    const uint64_t states[] = { PSTATE_A32, PSTATE_T32 };
    uint64_t own_entry = pagetable[LOW_ALIAS_ENTRY];

    if (!el0_has_aarch32()) {
        return;
    }
    low_alias_set(GUEST_RAM_BASE | GUEST_BLOCK_MEMORY_EL0);
    for (uint32_t i = 0; i < 2; i++) {
        uint64_t hidden = machine.ram_end - GUEST_RAM_BASE + LOW_ALIAS;
        struct trap trap;

        expect_context("state", states[i]);
        trap_begin();
        el0_run_in(starts[i] - GUEST_RAM_BASE + LOW_ALIAS, hidden, states[i]);
        trap = trap_end();
        EXPECT_EQ(ESR_EC(trap.esr), EC_DATA_ABORT_LOWER);
        EXPECT_EQ(ESR_FSC(trap.esr), FSC_EXTERNAL_ABORT);
        EXPECT_EQ(trap.elr, starts[i] - GUEST_RAM_BASE + LOW_ALIAS);
        EXPECT_EQ(trap.far, hidden);
        EXPECT_EQ(trap.vector, 0x600);
        EXPECT_EQ(trap.spsr & 0x3f, states[i] & 0x3f);
    }
    low_alias_set(own_entry);
}

/* One exception, of the guest's own kind, and no register changed. */
static void expect_own_exception(uint32_t instruction, uint64_t ec)
{
    struct call before, after;
    struct trap trap = run_slot(instruction, &before, &after);

    expect_context("instruction", instruction);
    EXPECT_EQ(trap.count, 1);
    EXPECT_EQ(ESR_EC(trap.esr), ec);
    EXPECT_EQ(trap.elr, gpa(call_slot_insn));
    EXPECT_EQ(trap.vector, 0x200);
    expect_registers(&before, &after, 0);
}

static void breakpoints_and_halts_are_the_guests(void)
{
    for (uint32_t n = 0; n < 0x10000; n += 257) {
        expect_own_exception(INSN_BRK(n), EC_BRK);
        expect_own_exception(INSN_HLT(n), EC_UNKNOWN);
    }
    for (uint32_t level = 1; level <= 3; level++) {
        expect_own_exception(INSN_DCPS(level), EC_UNKNOWN);
    }
    expect_own_exception(INSN_DRPS, EC_UNKNOWN);
}

static void unallocated_instructions_are_undefined(void)
{
    static const uint32_t groups[] = { 0x00000000, 0x02000000, 0x06000000, 0x12f00000,
                                       0xd4000000, 0xd4000004, 0xd4200001, 0xd4600000,
                                       0xd4e00000, 0xd6000000, 0xd6ff0000, 0xd7000000 };

    for (uint32_t n = 0; n < 0x10000; n += 251) {
        expect_own_exception(INSN_UDF(n), EC_UNKNOWN);
    }
    for (uint32_t i = 1; i < sizeof(groups) / sizeof(groups[0]); i++) {
        expect_own_exception(groups[i], EC_UNKNOWN);
    }
}

/* All 128 hints: barriers, yields, authentication of X17, statistical profiling. WFE and WFI are
 * given what ends them. */
static void hints_are_harmless(void)
{
    gic_init();
    for (uint32_t n = 0; n < 128; n++) {
        struct call before, after;
        struct trap trap;

        if (n == HINT_WFE || n == HINT_WFI) {
            __asm__ volatile("sevl");
            timer_at(now() + microseconds(100));
        }
        trap = run_slot(INSN_HINT(n), &before, &after);
        expect_context("hint", n);
        EXPECT_EQ(trap.count, 0);
        after.x[30] = before.x[30]; /* XPACLRI, PACIASP and AUTIASP sign and strip these */
        after.x[17] = before.x[17];
        expect_registers(&before, &after, 0);
    }
    timer_off();
}

/* System instructions, all 16,384 encodings of op0 = 1 with a result nowhere: cache and TLB
 * maintenance, address translation, prediction restriction, implementation-defined ones. Those on
 * an address get one that is hidden. */
static void system_instructions_work_or_trap_to_the_guest(void)
{
    uint32_t undefined = 0;
    uint32_t aborted = 0;

    for (uint32_t n = 0; n < 0x4000; n++) {
        struct call call = { .nzcv = 0 };
        struct trap trap;

        call.x[0] = machine.ram_end;
        call_slot_set(INSN_SYS(n >> 11, n >> 7 & 15, n >> 3 & 15, n & 7));
        expect_context("op1, CRn, CRm, op2", n);
        trap_begin();
        call_slot(&call);
        trap = trap_end();
        EXPECT(trap.count <= 1);
        if (trap.count == 1) {
            bool abort = ESR_EC(trap.esr) == EC_DATA_ABORT;

            EXPECT(abort || ESR_EC(trap.esr) == EC_UNKNOWN ||
                   ESR_EC(trap.esr) == EC_TRAPPED_SYSREG);
            EXPECT_EQ(trap.elr, gpa(call_slot_insn));
            aborted += abort;
            undefined += !abort;
        }
    }
    note("undefined", undefined);
    note("aborted", aborted);
    EXPECT(aborted > 0);
}

static void calls_still_work(void)
{
    struct hv_register_value value;

    guest_os_id_set();
    EXPECT_EQ(spill_attach(), 0);
    FOR_EACH_CONVENTION(convention)
    {
        EXPECT_EQ(register_get(convention, HV_REGISTER_VP_INDEX, &value), hv_result(0, 1));
        EXPECT_EQ(value.low, 0);
    }
}

const struct test tests[] = {
    { "HVC: immediates but 0 and 1 are undefined", immediates_of_hvc },
    { "SMC: any immediate gets an answer", immediates_of_smc },
    { "EL0 has neither HVC nor SMC", el0_has_neither },
    { "EL0 in AArch32 has neither HVC nor SMC", aarch32_has_neither },
    { "EL0 in AArch32 gets its own aborts", aarch32_aborts_are_its_own },
    { "breakpoints and halts are the guest's", breakpoints_and_halts_are_the_guests },
    { "unallocated instructions are undefined", unallocated_instructions_are_undefined },
    { "hints are harmless", hints_are_harmless },
    { "system instructions work, or trap to the guest",
      system_instructions_work_or_trap_to_the_guest },
    { "calls still work", calls_still_work },
    { NULL, NULL },
};
