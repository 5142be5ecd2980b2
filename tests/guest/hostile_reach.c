/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The other ways to the hypervisor's memory: instructions that hostile_memory does not try, pages
 * that registers name, tables that a new processor starts on, addresses handed to firmware. A page
 * that is hidden stays as it is, which nobody here can see: so the hypervisor, whose code and data
 * it holds, must go on, and what comes back holds none of it. */

#include <hv/processor.h>

#include "access.h"
#include "psci.h"
#include "synic.h"
#include "sysreg.h"

#define HIDDEN 8u
#define ID_ATOMIC(isar0) ((isar0) >> 20 & 0xf)
#define PAR_F UINT64_C(1)
#define SCTLR_MMU_ON UINT64_C(0x30d0180f)
#define START_WORDS (sizeof(struct hv_start_virtual_processor) / 8)

static uint64_t hidden[HIDDEN];
static struct hv_start_virtual_processor request __attribute__((aligned(4096)));

struct attempt {
    const char *name;
    access_fn *run;
    bool may_pass; /* architecture lets it do nothing */
};

static const struct attempt attempts[] = {
    { "LDNP", access_load_nontemporal, false },
    { "STNP", access_store_nontemporal, false },
    { "LDXP", access_load_exclusive_pair, false },
    { "LDR Q", access_load_vector, false },
    { "STR Q", access_store_vector, false },
    { "ST1", access_store_four, false },
    { "DC CVAC", access_clean_to_coherency, true },
    { "DC CVAU", access_clean_to_unification, true },
    { "DC CIVAC", access_clean_invalidate, true },
    { "DC IVAC", access_invalidate, true },
    { "IC IVAU", access_invalidate_fetch, true },
    { "PRFM", access_prefetch, true },
};

static const struct attempt atomics[] = {
    { "LDADD", access_atomic_add, false },       { "STSET", access_atomic_set, false },
    { "SWP", access_atomic_swap, false },        { "CAS", access_compare_swap, false },
    { "CASP", access_compare_swap_pair, false },
};

static void setup(void)
{
    guest_os_id_set();
    EXPECT_EQ(spill_attach(), 0);
    EXPECT(machine.all_ram_end > machine.ram_end);
    for (uint32_t i = 0; i < HIDDEN; i++) {
        uint64_t size = machine.all_ram_end - machine.ram_end;

        hidden[i] = machine.ram_end + (size / HIDDEN * i & ~UINT64_C(0xfff));
    }
    hidden[HIDDEN - 1] = machine.all_ram_end - 4096;
}

static void try_each(const struct attempt *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t n = 0; n < HIDDEN; n++) {
            struct trap trap;

            expect_context(list[i].name, hidden[n]);
            trap_begin();
            list[i].run(hidden[n]);
            trap = trap_end();
            if (list[i].may_pass && trap.count == 0) {
                continue;
            }
            EXPECT_EQ(trap.count, 1);
            EXPECT_EQ(ESR_EC(trap.esr), EC_DATA_ABORT);
            EXPECT_EQ(ESR_FSC(trap.esr), FSC_EXTERNAL_ABORT);
            EXPECT_EQ(trap.far, hidden[n]);
            EXPECT_EQ(trap.elr, gpa((const void *)(uintptr_t)list[i].run));
        }
    }
}

static void rarer_instructions_abort(void)
{
    try_each(attempts, sizeof(attempts) / sizeof(attempts[0]));
}

static void atomic_instructions_abort(void)
{
    if (ID_ATOMIC(READ_SYSREG(id_aa64isar0_el1)) < 2) {
        test_skip("this processor has none");
        return;
    }
    try_each(atomics, sizeof(atomics) / sizeof(atomics[0]));
}

/* AT of stage 1 says what the guest's own tables say, and no more. */
static void address_translation_is_of_stage_1(void)
{
    for (uint32_t n = 0; n < HIDDEN; n++) {
        expect_context("address", hidden[n]);
        access_translate(hidden[n]);
        __asm__ volatile("isb");
        EXPECT_EQ(READ_SYSREG(par_el1) & PAR_F, 0);
        EXPECT_EQ(READ_SYSREG(par_el1) & UINT64_C(0xfffffffff000), hidden[n]);
    }
}

/* Only the reference TSC page is filled when its register is written; none of them is used. */
static void pages_of_registers_are_checked(void)
{
    static const uint32_t names[] = { HV_REGISTER_REFERENCE_TSC, HV_REGISTER_VP_ASSIST_PAGE,
                                      HV_REGISTER_SIPP, HV_REGISTER_SIFP };
    struct hv_register_value value;

    for (uint32_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        for (uint32_t n = 0; n < HIDDEN; n++) {
            uint64_t result = register_set(&native, names[i], hidden[n] | HV_SYNIC_ENABLE);

            expect_context("register", names[i]);
            EXPECT(result == DONE || STATUS(result) == HV_STATUS_INVALID_PARAMETER);
            EXPECT_EQ(register_get(&native, names[i], &value), DONE);
        }
        EXPECT_EQ(register_set(&native, names[i], 0), DONE);
    }
}

/* Timers and messages for pages that are hidden: the service core writes none of them. */
static void messages_do_not_reach_hidden_pages(void)
{
    EXPECT_EQ(register_set(&native, HV_REGISTER_SINT0 + 3, INTID_VMBUS), DONE);
    EXPECT_EQ(register_set(&native, HV_REGISTER_SCONTROL, HV_SYNIC_ENABLE), DONE);
    for (uint32_t n = 0; n < HIDDEN; n++) {
        EXPECT_EQ(register_set(&native, HV_REGISTER_SIPP, hidden[n] | HV_SYNIC_ENABLE), DONE);
        EXPECT_EQ(timer_config_set(n % 4, TIMER_SINT(3) | HV_TIMER_AUTO_ENABLE), DONE);
        EXPECT_EQ(timer_count_set(n % 4, reference_time()), DONE);
        wait_microseconds(2000);
    }
    for (uint32_t n = 0; n < 4; n++) {
        EXPECT_EQ(timer_config_set(n, 0), DONE);
    }
    synic_off();
}

/* A hidden address, at once as a page, a table and a result. */
static void translations_of_hidden_addresses_tell_nothing(void)
{
    for (uint32_t n = 0; n < HIDDEN; n++) {
        const uint64_t input[] = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF,
                                   HV_TRANSLATE_GVA_VALIDATE_READ, hidden[n] / HV_PAGE_SIZE };

        FOR_EACH_CONVENTION(convention)
        {
            uint32_t out = fast_output_register(convention, 32, 16);
            struct call call;

            expect_context(convention->name, hidden[n]);
            EXPECT_EQ(call_fast(convention, CONTROL_FAST(HV_CALL_TRANSLATE_VIRTUAL_ADDRESS), input,
                                4, &call),
                      HV_STATUS_SUCCESS);
            EXPECT_EQ((uint32_t)call.x[out], HV_TRANSLATE_GVA_GPA_UNMAPPED);
            EXPECT_EQ(call.x[out + 1], 0);
        }
    }
}

/* A processor whose tables, vectors and stack are hidden faults for ever, alone; one whose code is
 * hidden does not start. */
static void a_new_processor_reaches_no_further(void)
{
    if (machine.cpus < 2) {
        test_skip("one processor: there is none to start");
        return;
    }
    request = (struct hv_start_virtual_processor) {
        .partition_id = HV_PARTITION_ID_SELF,
        .vp_index = machine.cpus - 1,
        .context = { .pc = hidden[1],
                     .sp_elh = hidden[2],
                     .sctlr_el1 = READ_SYSREG(sctlr_el1) & ~UINT64_C(1),
                     .mair_el1 = READ_SYSREG(mair_el1),
                     .tcr_el1 = READ_SYSREG(tcr_el1),
                     .vbar_el1 = hidden[3],
                     .ttbr0_el1 = hidden[4] },
    };
    EXPECT_EQ(call_fast(&native, CONTROL_FAST(HV_CALL_START_VIRTUAL_PROCESSOR),
                        (const uint64_t *)(const void *)&request, START_WORDS, NULL),
              HV_STATUS_INVALID_REGISTER_VALUE);
    request.context.sctlr_el1 = SCTLR_MMU_ON;
    EXPECT_EQ(call_fast(&native, CONTROL_FAST(HV_CALL_START_VIRTUAL_PROCESSOR),
                        (const uint64_t *)(const void *)&request, START_WORDS, NULL),
              HV_STATUS_SUCCESS);
    wait_microseconds(20000); /* it faults all the while */
}

/* Services of a firmware that take an address: shared memory, events, messages, crash dumps. */
static void firmware_is_handed_no_address(void)
{
    static const uint32_t ids[] = { 0xc4000066, 0x84000066, 0xc4000073, 0x84000070, 0xc4000020,
                                    0xc4000021, 0xc4000029, 0xc4000050, 0xc4000002, 0xc400000e,
                                    0xc4000012, 0x82000001, 0xc2000001, 0xb2000001 };

    for (uint32_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        for (uint32_t n = 0; n < HIDDEN; n++) {
            struct call before, call;

            expect_context("id", ids[i]);
            call_prepare(&native, 0, &before);
            before.x[0] = ids[i];
            for (uint32_t x = 1; x < 18; x++) {
                before.x[x] = hidden[n];
            }
            call = before;
            call_smc0(&call);
            EXPECT_EQ(call.x[0], ~UINT64_C(0));
            expect_registers(&before, &call, 1);
        }
    }
}

static void the_hypervisor_still_answers(void)
{
    struct hv_register_value value;

    FOR_EACH_CONVENTION(convention)
    {
        EXPECT_EQ(register_get(convention, HV_REGISTER_VP_INDEX, &value), DONE);
        EXPECT_EQ(value.low, 0);
    }
    EXPECT(smc(PSCI_VERSION, 0, 0, 0) >= 0x10000);
}

const struct test tests[] = {
    { "hidden pages are known", setup },
    { "rarer instructions abort", rarer_instructions_abort },
    { "atomic instructions abort", atomic_instructions_abort },
    { "address translation is of stage 1", address_translation_is_of_stage_1 },
    { "pages of registers are checked", pages_of_registers_are_checked },
    { "messages do not reach hidden pages", messages_do_not_reach_hidden_pages },
    { "translations of hidden addresses tell nothing",
      translations_of_hidden_addresses_tell_nothing },
    { "firmware is handed no address", firmware_is_handed_no_address },
    { "a new processor reaches no further", a_new_processor_reaches_no_further },
    { "the hypervisor still answers", the_hypervisor_still_answers },
    { NULL, NULL },
};
