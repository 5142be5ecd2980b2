/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A guest that reaches for what is not its own: the hypervisor's memory behind the end of RAM and
 * the hidden processor's redistributor, by every kind of access, from EL1 and EL0, by instruction
 * fetch and by table walk. Each gives one external abort that names the address, and the guest goes
 * on. */

#include "access.h"
#include "guest.h"
#include "sysreg.h"

#define GICR_BASE UINT64_C(0x080a0000)
#define GICR_STRIDE UINT64_C(0x20000)
#define EL1_ALIAS ((uint64_t)(GUEST_ALIAS_EL1 - 1) << 30)
#define EL0_ALIAS ((uint64_t)(GUEST_ALIAS_EL0 - 1) << 30)
#define TCR_EPD1 (UINT64_C(1) << 23)
#define TCR_T1SZ_25 (UINT64_C(25) << 16)
#define SCTLR_A UINT64_C(2)
#define FSC_EXTERNAL_ABORT_WALK 0x14u /* to 0x17: by level */

struct access {
    const char *name;
    access_fn *run;
    bool writes;
};

static const struct access accesses[] = {
    { "load8", access_load8, false },
    { "load16", access_load16, false },
    { "load32", access_load32, false },
    { "load64", access_load64, false },
    { "load signed", access_load_signed, false },
    { "load to XZR", access_load_to_zero, false },
    { "load pair", access_load_pair, false },
    { "load with write-back", access_load_writeback, false },
    { "load exclusive", access_load_exclusive, false },
    { "load acquire", access_load_acquire, false },
    { "store8", access_store8, true },
    { "store16", access_store16, true },
    { "store32", access_store32, true },
    { "store64", access_store64, true },
    { "store XZR", access_store_zero, true },
    { "store pair", access_store_pair, true },
    { "store with write-back", access_store_writeback, true },
    { "store release", access_store_release, true },
    { "DC ZVA", access_zero_block, true },
};

static void expect_data_abort(const struct trap *trap, const struct access *access, uint64_t far)
{
    expect_context(access->name, far);
    EXPECT_EQ(trap->count, 1);
    EXPECT_EQ(ESR_EC(trap->esr), EC_DATA_ABORT);
    EXPECT_EQ(trap->esr & ESR_IL, ESR_IL);
    EXPECT_EQ(ESR_FSC(trap->esr), FSC_EXTERNAL_ABORT);
    EXPECT_EQ((trap->esr & ESR_WNR) != 0, access->writes);
    EXPECT_EQ(trap->far, far);
    EXPECT_EQ(trap->elr, gpa((const void *)(uintptr_t)access->run));
    EXPECT_EQ(trap->vector, 0x200);
    EXPECT_EQ(trap->daif, 0x3c0);
}

/* `address` as EL1 sees it. DC ZVA needs memory, not device registers. */
static void try_all(uint64_t address, bool is_memory)
{
    for (uint32_t i = 0; i < sizeof(accesses) / sizeof(accesses[0]); i++) {
        struct trap trap;

        if (accesses[i].run == access_zero_block && !is_memory) {
            continue;
        }
        trap_begin();
        accesses[i].run(address);
        trap = trap_end();
        expect_data_abort(&trap, &accesses[i], address);
    }
}

static bool hidden_memory_is_known(void)
{
    if (machine.all_ram_end <= machine.ram_end) {
        test_skip("the boot arguments do not say how much RAM there is");
        return false;
    }
    return true;
}

static void the_hypervisor_took_the_top_of_ram(void)
{
    if (hidden_memory_is_known()) {
        note("bytes of RAM that are hidden", machine.all_ram_end - machine.ram_end);
        EXPECT(machine.all_ram_end - machine.ram_end <= UINT64_C(64) << 20);
        EXPECT_EQ(machine.ram_end % 4096, 0);
    }
}

static void hidden_memory_aborts(void)
{
    uint64_t middle = (machine.ram_end + (machine.all_ram_end - machine.ram_end) / 2) & ~0xfffull;

    if (hidden_memory_is_known()) {
        try_all(machine.ram_end, true);
        try_all(middle, true);
        try_all(machine.all_ram_end - 64, true);
    }
}

static void every_hidden_page_aborts(void)
{
    uint64_t value;

    if (!hidden_memory_is_known()) {
        return;
    }
    for (uint64_t at = machine.ram_end; at < machine.all_ram_end; at += 4096) {
        expect_context("page", at);
        EXPECT(!try_read64(at, &value));
        EXPECT(!try_write64(at + 4088, 0));
    }
}

static void the_last_word_of_ram_is_the_guests(void)
{
    volatile uint64_t *last = (volatile uint64_t *)(uintptr_t)(machine.ram_end - 8);

    *last = 0x1234567890abcdef;
    EXPECT_EQ(*last, 0x1234567890abcdef);
}

/* FAR is the virtual address, not the physical one. */
static void aborts_name_the_virtual_address(void)
{
    if (hidden_memory_is_known()) {
        try_all(machine.ram_end + EL1_ALIAS, true);
    }
}

/* Half in RAM, half not: the abort is for the part that is not. */
static void access_across_the_edge_aborts(void)
{
    uint64_t edge = machine.ram_end;
    struct trap trap;

    if (!hidden_memory_is_known()) {
        return;
    }
    WRITE_SYSREG(sctlr_el1, READ_SYSREG(sctlr_el1) & ~SCTLR_A);
    __asm__ volatile("isb");
    trap_begin();
    access_load64(edge - 4);
    access_store64(edge - 4);
    trap = trap_end();
    WRITE_SYSREG(sctlr_el1, READ_SYSREG(sctlr_el1) | SCTLR_A);
    __asm__ volatile("isb");
    EXPECT_EQ(trap.count, 2);
    EXPECT_EQ(ESR_FSC(trap.esr), FSC_EXTERNAL_ABORT);
    EXPECT(trap.far >= edge - 4 && trap.far <= edge);
}

static void jump_into_hidden_memory_aborts(void)
{
    struct trap trap;

    if (!hidden_memory_is_known()) {
        return;
    }
    for (uint64_t at = machine.ram_end; at < machine.all_ram_end; at += 0x81000) {
        trap_begin();
        ((void (*)(void))(uintptr_t)at)();
        trap = trap_end();
        expect_context("address", at);
        EXPECT_EQ(trap.count, 1);
        EXPECT_EQ(ESR_EC(trap.esr), EC_INSTRUCTION_ABORT);
        EXPECT_EQ(ESR_FSC(trap.esr), FSC_EXTERNAL_ABORT);
        EXPECT_EQ(trap.elr, at);
        EXPECT_EQ(trap.far, at);
        EXPECT_EQ(trap.vector, 0x200);
    }
}

static void el0_gets_its_own_abort(void)
{
    uint64_t pc = gpa((const void *)(uintptr_t)el0_load) + EL0_ALIAS;
    struct trap trap;

    if (!hidden_memory_is_known()) {
        return;
    }
    trap_begin();
    el0_run(pc, machine.ram_end + EL0_ALIAS);
    trap = trap_end();
    EXPECT_EQ(trap.count, 1);
    EXPECT_EQ(ESR_EC(trap.esr), EC_DATA_ABORT_LOWER);
    EXPECT_EQ(ESR_FSC(trap.esr), FSC_EXTERNAL_ABORT);
    EXPECT_EQ(trap.far, machine.ram_end + EL0_ALIAS);
    EXPECT_EQ(trap.elr, pc);
    EXPECT_EQ(trap.vector, 0x400);
    EXPECT_EQ(trap.spsr & 0x1f, 0);
}

/* The processor itself reads hidden memory, as a translation table. */
static void table_walk_through_hidden_memory_aborts(void)
{
    uint64_t tcr = READ_SYSREG(tcr_el1);
    uint64_t address = UINT64_C(0xffffff8000001000);
    uint64_t value;
    struct trap trap;

    if (!hidden_memory_is_known()) {
        return;
    }
    WRITE_SYSREG(ttbr1_el1, machine.ram_end);
    WRITE_SYSREG(tcr_el1, (tcr & ~TCR_EPD1) | TCR_T1SZ_25);
    __asm__ volatile("isb\n\ttlbi vmalle1\n\tdsb sy\n\tisb");
    EXPECT(!try_read64(address, &value));
    trap = this_cpu()->trap;
    WRITE_SYSREG(tcr_el1, tcr);
    __asm__ volatile("isb\n\ttlbi vmalle1\n\tdsb sy\n\tisb");
    EXPECT_EQ(trap.count, 1);
    EXPECT_EQ(ESR_EC(trap.esr), EC_DATA_ABORT);
    EXPECT(ESR_FSC(trap.esr) == FSC_EXTERNAL_ABORT ||
           (ESR_FSC(trap.esr) & ~3u) == FSC_EXTERNAL_ABORT_WALK);
    EXPECT_EQ(trap.far, address);
}

static void hidden_redistributor_aborts(void)
{
    uint64_t frame = GICR_BASE + GICR_STRIDE * machine.cpus;
    uint64_t value;

    try_all(frame, false);
    try_all(frame + 0x10200, false); /* GICR_ISPENDR0, as words of each size */
    for (uint64_t at = frame; at < frame + GICR_STRIDE; at += 4096) {
        expect_context("page", at);
        EXPECT(!try_read64(at, &value));
    }
}

/* What the machine has no bus for: the guest's own external abort, with or without our help. */
static void bus_hole_aborts_are_survived(void)
{
    uint64_t value;

    for (uint32_t i = 0; i < 100; i++) {
        EXPECT(!try_read64(0x0f000000 + (uint64_t)i * 8, &value));
        EXPECT(!try_write64(0x0f000000 + (uint64_t)i * 8, 1));
        EXPECT(smc(0x84000000, 0, 0, 0) != 0); /* PSCI_VERSION right behind it */
    }
}

static void read_hidden_on_this_processor(void *argument)
{
    (void)argument;
    EXPECT(!try_read64(machine.ram_end, &(uint64_t) { 0 }));
    EXPECT(!try_write64(machine.all_ram_end - 8, 1));
}

static void other_processors_abort_as_well(void)
{
    if (!hidden_memory_is_known()) {
        return;
    }
    for (uint32_t i = 1; i < machine.cpus; i++) {
        EXPECT_EQ(cpu_start(i, read_hidden_on_this_processor, NULL), 0);
        EXPECT(cpu_wait_off(i));
    }
}

const struct test tests[] = {
    { "the hypervisor took some of the top of RAM", the_hypervisor_took_the_top_of_ram },
    { "the last word of RAM is the guest's", the_last_word_of_ram_is_the_guests },
    { "hidden memory: every access aborts once", hidden_memory_aborts },
    { "hidden memory: every page aborts", every_hidden_page_aborts },
    { "hidden memory: aborts name the virtual address", aborts_name_the_virtual_address },
    { "hidden memory: an access across the edge aborts", access_across_the_edge_aborts },
    { "hidden memory: a jump into it aborts", jump_into_hidden_memory_aborts },
    { "hidden memory: EL0 gets its own abort", el0_gets_its_own_abort },
    { "hidden memory: a table walk aborts", table_walk_through_hidden_memory_aborts },
    { "hidden memory: other processors abort as well", other_processors_abort_as_well },
    { "the hidden redistributor aborts", hidden_redistributor_aborts },
    { "aborts of the bus are survived", bus_hole_aborts_are_survived },
    { NULL, NULL },
};
