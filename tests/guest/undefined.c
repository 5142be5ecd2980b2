/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* HVC immediates that mean nothing here are UNDEFINED: the exception a guest gets for them, from
 * each place it can make them, and that calls work from there as well (Arm ARM D1.10, D19.2.37). */

#include "hypercall.h"

#define SPSR_FLAGS UINT64_C(0xf0000000)
#define SPSR_MODE UINT64_C(0x1f)
#define SPSR_DAIF UINT64_C(0x3c0)
#define EL1T UINT64_C(0x4)
#define EL1H UINT64_C(0x5)

static void expect_undefined(const struct trap *trap, uint64_t elr, uint64_t vector)
{
    EXPECT_EQ(trap->count, 1);
    EXPECT_EQ(trap->esr, ESR_IL); /* EC 0, 32-bit instruction, ISS 0 */
    EXPECT_EQ(trap->elr, elr);
    EXPECT_EQ(trap->vector, vector);
    EXPECT_EQ(trap->spsr & SPSR_FLAGS, SPSR_FLAGS);
    EXPECT_EQ(trap->daif, SPSR_DAIF);
}

/* Executes the instruction that call_slot_set() wrote, all registers patterned; they must survive.
 */
static struct trap execute(call_fn *routine)
{
    struct call before, call;
    struct trap trap;

    call_prepare(&native, 0x0000000100010050, &before);
    call = before;
    trap_begin();
    routine(&call);
    trap = trap_end();
    expect_registers(&before, &call, 0);
    return trap;
}

static void immediates_are_undefined(void)
{
    static const uint32_t immediates[] = { 2,      3,      4,      5,     6,      7,
                                           8,      15,     16,     0x7f,  0x80,   0xff,
                                           0x100,  0x101,  0xea,   0xe1,  0x1000, 0x1001,
                                           0x4a48, 0x8001, 0xfffe, 0xffff };

    for (uint32_t i = 0; i < sizeof(immediates) / sizeof(immediates[0]); i++) {
        struct trap trap;

        expect_context("immediate", immediates[i]);
        call_slot_set(INSN_HVC(immediates[i]));
        trap = execute(call_slot);
        expect_undefined(&trap, gpa(call_slot_insn), 0x200);
        EXPECT_EQ(trap.spsr & SPSR_MODE, EL1H);
    }
}

static void from_el1t_it_goes_to_the_sp0_vector(void)
{
    struct trap trap;

    call_slot_set(INSN_HVC(2));
    trap = execute(call_undefined_el1t);
    expect_undefined(&trap, gpa(call_slot_insn), 0x000);
    EXPECT_EQ(trap.spsr & SPSR_MODE, EL1T);
}

static void interrupt_masks_are_kept(void)
{
    struct trap trap;

    call_slot_set(INSN_HVC(3));
    __asm__ volatile("msr daifclr, #15");
    trap = execute(call_slot);
    __asm__ volatile("msr daifset, #15");
    expect_undefined(&trap, gpa(call_slot_insn), 0x200);
    EXPECT_EQ(trap.spsr & SPSR_DAIF, 0);
}

static void every_immediate_is_undefined(void)
{
    for (uint32_t immediate = 2; immediate < 0x10000; immediate += 37) {
        call_slot_set(INSN_HVC(immediate));
        trap_begin();
        call_slot(&(struct call) { .nzcv = 0 });
        expect_context("immediate", immediate);
        EXPECT_EQ(trap_end().count, 1);
    }
}

static void call_from_el1t_is_served(void)
{
    struct call call;

    guest_os_id_set();
    call_prepare(&native, CONTROL_FAST(HV_CALL_NOTIFY_LONG_SPIN_WAIT), &call);
    trap_begin();
    call_hvc1_el1t(&call);
    EXPECT_EQ(trap_end().count, 0);
    EXPECT_EQ(call.x[0], HV_STATUS_SUCCESS);
}

/* HVC is UNDEFINED at EL0 by the architecture; the exception comes from there. */
static void hvc_at_el0_is_undefined(void)
{
    uint64_t alias = (uint64_t)(GUEST_ALIAS_EL0 - 1) << 30;
    uint64_t pc = gpa((void *)(uintptr_t)el0_hvc) + alias;
    struct trap trap;

    trap_begin();
    el0_run(pc, 0x0000000000010008);
    trap = trap_end();
    EXPECT_EQ(trap.count, 1);
    EXPECT_EQ(ESR_EC(trap.esr), EC_UNKNOWN);
    EXPECT_EQ(trap.vector, 0x400);
    EXPECT_EQ(trap.elr, pc);
}

/* The instruction after a call is executed once, after SMC as after HVC. */
static void next_instruction_runs_once(void)
{
    register uint64_t x0 __asm__("x0") = 0xc4003a5c;
    register uint64_t count __asm__("x9") = 0;

    __asm__ volatile("hvc #0\n\t"
                     "add x9, x9, #1\n\t"
                     "smc #0\n\t"
                     "add x9, x9, #16\n\t"
                     "mov x0, #0\n\t"
                     "hvc #1\n\t"
                     "add x9, x9, #256"
                     : "+r"(x0), "+r"(count)
                     :
                     : "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x10", "x11", "x12", "x13",
                       "x14", "x15", "x16", "x17", "memory");
    EXPECT_EQ(count, 0x111);
}

const struct test tests[] = {
    { "HVC #2, #3, #4 and up are undefined", immediates_are_undefined },
    { "every thirty-seventh immediate is undefined", every_immediate_is_undefined },
    { "from EL1t the exception goes to the SP_EL0 vector", from_el1t_it_goes_to_the_sp0_vector },
    { "interrupt masks are kept in SPSR, set in the handler", interrupt_masks_are_kept },
    { "a call from EL1t is served", call_from_el1t_is_served },
    { "HVC at EL0 is undefined", hvc_at_el0_is_undefined },
    { "the next instruction runs once", next_instruction_runs_once },
    { NULL, NULL },
};
