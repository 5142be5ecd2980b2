/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* HvCallStartVirtualProcessor: the state that a VP starts in, what is refused, and how it agrees
 * with PSCI (TLFS HvCallStartVirtualProcessor). */

#include <hv/processor.h>

#include "psci.h"
#include "synic.h"
#include "sysreg.h"
#include "vp_state.h"

#define SCTLR_MMU_OFF UINT64_C(0x30d00800)
#define DAIF_ALL UINT64_C(0x3c0)
#define CURRENTEL_EL1 UINT64_C(4)
#define WORDS (sizeof(struct hv_start_virtual_processor) / 8)

void secondary_start(void);

static struct hv_start_virtual_processor request __attribute__((aligned(4096)));

static void setup(void)
{
    EXPECT(machine.cpus > 1);
    guest_os_id_set();
    EXPECT_EQ(spill_attach(), 0);
    gic_init();
}

static uint64_t start(const struct convention *convention)
{
    return call_fast(convention, CONTROL_FAST(HV_CALL_START_VIRTUAL_PROCESSOR),
                     (const uint64_t *)(const void *)&request, WORDS, NULL);
}

/* VP `index`, MMU off, at the stub that notes its state. */
static void prepare(uint32_t index)
{
    request = (struct hv_start_virtual_processor) {
        .partition_id = HV_PARTITION_ID_SELF,
        .vp_index = index,
        .context = { .pc = gpa((const void *)(uintptr_t)vp_state_stub),
                     .sp_elh = UINT64_C(0x123456789abcdef0),
                     .sctlr_el1 = SCTLR_MMU_OFF,
                     .mair_el1 = UINT64_C(0x00440c04ff0088bb),
                     .tcr_el1 = UINT64_C(0x280803519),
                     .vbar_el1 = UINT64_C(0x40567800),
                     .ttbr0_el1 = UINT64_C(0x47654000),
                     .ttbr1_el1 = UINT64_C(0x45678000),
                     .x18 = UINT64_C(0xfedcba9876543210) },
    };
}

static bool is_off(uint32_t index)
{
    return psci(PSCI_AFFINITY_INFO_64, cpus[index].mpidr, 0, 0) == PSCI_AFFINITY_OFF;
}

static bool wait_off(uint32_t index)
{
    uint64_t end = now() + microseconds(2000000);

    while (!is_off(index) && now() < end) {
    }
    return is_off(index);
}

/* The note is written with the MMU off: behind the caches. */
static void note_clean(void)
{
    volatile uint64_t *word = (volatile uint64_t *)&vp_state_found;

    for (uint32_t i = 0; i < sizeof(vp_state_found) / 8; i++) {
        word[i] = 0x55;
    }
    for (uint32_t i = 0; i < sizeof(vp_state_found) / 8; i++) {
        __asm__ volatile("dc civac, %0" ::"r"(&word[i]) : "memory");
    }
    __asm__ volatile("dsb sy" ::: "memory");
}

static void expect_found(void)
{
    const struct hv_initial_vp_context *wanted = &request.context;

    for (uint32_t i = 0; i < 31; i++) {
        if (!EXPECT_EQ(vp_state_found.x[i], i == 18 ? wanted->x18 : 0)) {
            note("  register", i);
        }
    }
    EXPECT_EQ(vp_state_found.sp, wanted->sp_elh);
    EXPECT_EQ(vp_state_found.sctlr_el1, wanted->sctlr_el1);
    EXPECT_EQ(vp_state_found.mair_el1, wanted->mair_el1);
    EXPECT_EQ(vp_state_found.tcr_el1, wanted->tcr_el1);
    EXPECT_EQ(vp_state_found.vbar_el1, wanted->vbar_el1);
    EXPECT_EQ(vp_state_found.ttbr0_el1, wanted->ttbr0_el1);
    EXPECT_EQ(vp_state_found.ttbr1_el1, wanted->ttbr1_el1);
    EXPECT_EQ(vp_state_found.currentel, CURRENTEL_EL1);
    EXPECT_EQ(vp_state_found.daif, DAIF_ALL);
    EXPECT_EQ(vp_state_found.spsel, 1);
}

static void a_processor_starts_in_the_state_given(void)
{
    FOR_EACH_CONVENTION(convention)
    {
        for (uint32_t i = 1; i < machine.cpus; i++) {
            expect_context(convention->name, i);
            note_clean();
            prepare(i);
            EXPECT_EQ(start(convention), HV_STATUS_SUCCESS);
            EXPECT(wait_off(i));
            expect_found();
        }
    }
}

static struct hv_register_value index_found;
static volatile bool hold;
static volatile bool runs;

static void run_until_released(void *argument)
{
    (void)argument;
    register_get(&native, HV_REGISTER_VP_INDEX, &index_found);
    runs = true;
    while (hold) {
    }
}

/* MMU on from the first instruction, by this processor's tables. */
static void prepare_translated(uint32_t index)
{
    struct cpu *cpu = &cpus[index];

    cpu->entry = run_until_released;
    cpu->finished = false;
    index_found.low = ~UINT64_C(0);
    prepare(index);
    request.context = (struct hv_initial_vp_context) {
        .pc = gpa((const void *)(uintptr_t)vp_adopt_stub),
        .sp_elh = cpu->stack_top,
        .sctlr_el1 = READ_SYSREG(sctlr_el1),
        .mair_el1 = READ_SYSREG(mair_el1),
        .tcr_el1 = READ_SYSREG(tcr_el1),
        .vbar_el1 = READ_SYSREG(vbar_el1),
        .ttbr0_el1 = READ_SYSREG(ttbr0_el1),
        .ttbr1_el1 = READ_SYSREG(ttbr1_el1),
        .x18 = gpa(cpu),
    };
}

static void a_processor_starts_with_its_mmu_on(void)
{
    hold = false;
    for (uint32_t i = 1; i < machine.cpus; i++) {
        prepare_translated(i);
        EXPECT_EQ(start(&native), HV_STATUS_SUCCESS);
        EXPECT(cpu_wait_off(i));
        EXPECT_EQ(index_found.low, i);
        EXPECT_EQ(cpus[i].entry_registers, 0); /* X0 */
    }
}

static void a_processor_that_is_on_is_refused_both_ways(void)
{
    uint64_t end = now() + microseconds(2000000);

    hold = true;
    runs = false;
    prepare_translated(1);
    EXPECT_EQ(start(&native), HV_STATUS_SUCCESS);
    while (!runs && now() < end) {
    }
    EXPECT(runs);
    prepare(1);
    EXPECT_EQ(start(&native), HV_STATUS_INVALID_VP_STATE);
    EXPECT_EQ((int64_t)psci(PSCI_CPU_ON_64, cpus[1].mpidr,
                            gpa((const void *)(uintptr_t)secondary_start), gpa(&cpus[1])),
              PSCI_ALREADY_ON);
    hold = false;
    EXPECT(cpu_wait_off(1));
    EXPECT_EQ(cpu_start(1, run_until_released, NULL), PSCI_SUCCESS); /* and by PSCI again */
    EXPECT(cpu_wait_off(1));
    EXPECT_EQ(index_found.low, 1);
}

static void refuse(uint64_t status)
{
    FOR_EACH_CONVENTION(convention)
    {
        EXPECT_EQ(start(convention), status);
    }
    EXPECT(is_off(1));
}

static void targets_are_checked(void)
{
    prepare(0);
    refuse(HV_STATUS_INVALID_VP_INDEX); /* the caller */
    prepare(machine.cpus);
    refuse(HV_STATUS_INVALID_VP_INDEX);
    prepare(0xfffffffd);
    refuse(HV_STATUS_INVALID_VP_INDEX);
    prepare(1);
    request.partition_id = 77;
    refuse(HV_STATUS_INVALID_PARTITION_ID);
    prepare(1);
    request.target_vtl = 1;
    refuse(HV_STATUS_ACCESS_DENIED);
    request.target_vtl = 3;
    refuse(HV_STATUS_INVALID_PARAMETER);
    for (uint32_t i = 0; i < 3; i++) {
        prepare(1);
        request.reserved[i] = 1;
        refuse(HV_STATUS_INVALID_PARAMETER);
    }
}

static void states_that_cannot_be_are_refused(void)
{
    static const uint64_t entries[] = { 2, 0x08000000, 0xfffffffffffff000, 0 };

    for (uint32_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        prepare(1);
        request.context.pc = entries[i] < 4 ? request.context.pc + entries[i] : entries[i];
        if (entries[i] == 0) {
            request.context.pc = machine.ram_end; /* the shim's */
        }
        expect_context("pc", request.context.pc);
        refuse(HV_STATUS_INVALID_REGISTER_VALUE);
    }
    prepare(1);
    request.context.vbar_el1 |= 1;
    refuse(HV_STATUS_INVALID_REGISTER_VALUE);
    prepare(1);
    request.context.sctlr_el1 |= UINT64_C(1) << 25; /* EE: big-endian */
    refuse(HV_STATUS_INVALID_REGISTER_VALUE);
    prepare(1);
    request.context.tcr_el1 |= UINT64_C(1) << 63;
    refuse(HV_STATUS_INVALID_REGISTER_VALUE);
}

static void started_again_and_again(void)
{
    hold = false;
    for (uint32_t i = 0; i < 50; i++) {
        prepare_translated(1);
        EXPECT_EQ(start(conventions[i % 3]), HV_STATUS_SUCCESS);
        EXPECT(cpu_wait_off(1));
        EXPECT_EQ(index_found.low, 1);
    }
}

static void by_memory_is_the_same(void)
{
    hold = false;
    prepare_translated(1);
    EXPECT_EQ(call_slow(&smccc, HV_CALL_START_VIRTUAL_PROCESSOR, gpa(&request), 0, NULL),
              HV_STATUS_SUCCESS);
    EXPECT(cpu_wait_off(1));
    EXPECT_EQ(index_found.low, 1);
}

const struct test tests[] = {
    { "GuestOsId is set and a spill page attached", setup },
    { "a processor starts in the state given, MMU off", a_processor_starts_in_the_state_given },
    { "a processor starts with its MMU on", a_processor_starts_with_its_mmu_on },
    { "a processor that is on is refused, by PSCI as well",
      a_processor_that_is_on_is_refused_both_ways },
    { "targets are checked", targets_are_checked },
    { "states that cannot be are refused", states_that_cannot_be_are_refused },
    { "started and off again 50 times", started_again_and_again },
    { "by memory it is the same", by_memory_is_the_same },
    { NULL, NULL },
};
