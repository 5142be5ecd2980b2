/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The runtime itself: exceptions, EL0, timer interrupt, secondary processors, on whatever machine.
 * The one image that passes with and without a hypervisor below it. */

#include "guest.h"
#include "psci.h"
#include "sysreg.h"

static volatile uint64_t word;

static void undefined_instruction_is_noted(void)
{
    struct call call = { .x = { [30] = 7 } };
    struct trap trap;

    call_slot_set(0); /* UDF #0 */
    trap_begin();
    call_slot(&call);
    trap = trap_end();
    EXPECT_EQ(trap.count, 1);
    EXPECT_EQ(ESR_EC(trap.esr), EC_UNKNOWN);
    EXPECT_EQ(trap.elr, gpa(call_slot_insn));
    EXPECT_EQ(trap.vector, 0x200);
    EXPECT_EQ(call.x[30], 7);
    EXPECT_EQ(call.sp_after, call.sp_before);
    trap_begin();
    call_undefined_el1t(&call);
    EXPECT_EQ(trap_end().vector, 0x000);
}

static void el0_runs_and_comes_back(void)
{
    uint64_t alias = (uint64_t)(GUEST_ALIAS_EL0 - 1) << 30;

    word = 0x1234;
    EXPECT_EQ(el0_run(gpa((void *)(uintptr_t)el0_load) + alias, gpa(&word) + alias), 0x1234);
}

static void timer_interrupt_is_taken(void)
{
    uint64_t end = now() + microseconds(1000000);

    gic_init();
    irq_enable();
    timer_at(now() + microseconds(100));
    while (cpus[0].irqs[INTID_VIRTUAL_TIMER] == 0 && now() < end) {
    }
    irq_disable();
    EXPECT_EQ(cpus[0].irqs[INTID_VIRTUAL_TIMER], 1);
}

static void store_mpidr(void *to)
{
    *(volatile uint64_t *)to = READ_SYSREG(mpidr_el1) & 0xffff;
}

static void secondary_processors_start_and_stop(void)
{
    for (uint32_t i = 1; i < machine.cpus; i++) {
        word = ~UINT64_C(0);
        EXPECT_EQ(cpu_start(i, store_mpidr, (void *)(uintptr_t)gpa(&word)), PSCI_SUCCESS);
        EXPECT(cpu_wait_off(i));
        EXPECT_EQ(word, cpus[i].mpidr);
        EXPECT_EQ(cpus[i].entry_el, 1);
    }
}

static void machine_is_described(void)
{
    note("device tree at", gpa(machine.fdt));
    note("end of RAM", machine.ram_end);
    note("processors", machine.cpus);
    EXPECT(boot_argument("cpus=", 0) != 0);
    EXPECT_EQ(machine.boot_x1_to_x3, 0);
    EXPECT(machine.ram_end > GUEST_RAM_BASE);
    EXPECT(machine.ram_end <= machine.all_ram_end || machine.all_ram_end == GUEST_RAM_BASE);
}

const struct test tests[] = {
    { "the machine is described to the guest", machine_is_described },
    { "an undefined instruction is noted and passed over", undefined_instruction_is_noted },
    { "EL0 runs and comes back", el0_runs_and_comes_back },
    { "the virtual timer's interrupt is taken", timer_interrupt_is_taken },
    { "secondary processors start and stop", secondary_processors_start_and_stop },
    { NULL, NULL },
};
