/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* PSCI misused: targets that do not exist, the hidden processor, entry points that are no memory,
 * 32-bit calls with rubbish in the upper halves, and the other
 * functions that a firmware might obey. */

#include <arm/smccc.h>

#include "hypercall.h"
#include "internal.h"
#include "psci.h"

#define JUNK UINT64_C(0xdeadbeef00000000)
#define LOOP_ROUNDS 100u

static uint64_t cpu_on(uint64_t mpidr, uint64_t entry)
{
    return psci(PSCI_CPU_ON_64, mpidr, entry, gpa(&cpus[1]));
}

static uint64_t good_entry(void)
{
    return gpa((const void *)(uintptr_t)secondary_start);
}

static bool is_error(uint64_t result)
{
    return (int64_t)result < 0 && (int64_t)result >= PSCI_INVALID_ADDRESS;
}

static bool too_few_processors(uint32_t needed)
{
    if (machine.cpus < needed) {
        test_skip("there is no other processor");
        return true;
    }
    return false;
}

static void unknown_processors_are_refused(void)
{
    expect_context("MPIDR", cpus[machine.cpus].mpidr);
    EXPECT_EQ(cpu_on(cpus[machine.cpus].mpidr, good_entry()), PSCI_INVALID_PARAMETERS);
    EXPECT_EQ(psci(PSCI_AFFINITY_INFO_64, cpus[machine.cpus].mpidr, 0, 0), PSCI_INVALID_PARAMETERS);
    EXPECT_EQ(cpu_on(cpus[machine.cpus + 1].mpidr, good_entry()), PSCI_INVALID_PARAMETERS);
    for (uint32_t bit = 4; bit < 64; bit++) { /* reserved bits, U, MT, and affinities of nobody */
        expect_context("MPIDR bit", bit);
        EXPECT_EQ(cpu_on(cpus[1].mpidr | UINT64_C(1) << bit, good_entry()),
                  PSCI_INVALID_PARAMETERS);
        EXPECT_EQ(psci(PSCI_AFFINITY_INFO_64, cpus[1].mpidr | UINT64_C(1) << bit, 0, 0),
                  PSCI_INVALID_PARAMETERS);
    }
    EXPECT_EQ(cpu_on(~UINT64_C(0), good_entry()), PSCI_INVALID_PARAMETERS);
}

static void affinity_levels_are_checked(void)
{
    static const uint64_t levels[] = { 4, 5, 0x80000000, 0xffffffff };

    for (uint32_t i = 0; i < 4; i++) {
        expect_context("level", levels[i]);
        EXPECT(is_error(psci(PSCI_AFFINITY_INFO_64, cpus[0].mpidr, levels[i], 0)));
    }
    EXPECT_EQ(psci(PSCI_AFFINITY_INFO_64, cpus[0].mpidr, 0, 0), PSCI_AFFINITY_ON);
    EXPECT_EQ(psci(PSCI_AFFINITY_INFO_64, cpus[1].mpidr, 0, 0),
              machine.cpus > 1 ? PSCI_AFFINITY_OFF : PSCI_INVALID_PARAMETERS);
}

static void a_running_processor_is_already_on(void)
{
    EXPECT_EQ(cpu_on(cpus[0].mpidr, good_entry()), PSCI_ALREADY_ON);
}

/* No processor may start where its first fetch is not the guest's. */
static void bad_entry_points_are_refused(void)
{
    const uint64_t entries[] = { good_entry() + 1,        good_entry() + 2,  machine.ram_end,
                                 machine.all_ram_end - 4, 0x09000000,        0x08000000,
                                 UINT64_C(1) << 40,       UINT64_C(1) << 52, ~UINT64_C(3) };

    if (too_few_processors(2)) {
        return;
    }
    for (uint32_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        uint64_t result = cpu_on(cpus[1].mpidr, entries[i]);

        expect_context("entry", entries[i]);
        EXPECT(result == (uint64_t)PSCI_INVALID_ADDRESS ||
               result == (uint64_t)PSCI_INVALID_PARAMETERS);
        EXPECT_EQ(psci(PSCI_AFFINITY_INFO_64, cpus[1].mpidr, 0, 0), PSCI_AFFINITY_OFF);
    }
}

static void do_nothing(void *argument)
{
    (void)argument;
}

/* SMC32 arguments are the low halves of the registers. */
static void smc32_arguments_are_narrowed(void)
{
    if (too_few_processors(2)) {
        return;
    }
    cpus[1].entry = do_nothing;
    cpus[1].finished = false;
    EXPECT_EQ((int32_t)smc(PSCI_CPU_ON_32, JUNK | cpus[1].mpidr, JUNK | good_entry(),
                           JUNK | gpa(&cpus[1])),
              PSCI_SUCCESS);
    EXPECT(cpu_wait_off(1));
    EXPECT_EQ((int32_t)smc(PSCI_AFFINITY_INFO_32, JUNK | cpus[0].mpidr, JUNK, JUNK),
              PSCI_AFFINITY_ON);
    EXPECT_EQ((int32_t)smc(PSCI_FEATURES, JUNK | PSCI_CPU_OFF, 0, 0), 0);
    EXPECT_EQ((int32_t)smc(JUNK | PSCI_VERSION, 0, 0, 0), (int32_t)smc(PSCI_VERSION, 0, 0, 0));
}

static void note_entry(void *argument)
{
    *(volatile uint64_t *)argument = this_cpu()->entry_registers;
}

static void registers_at_entry_are_zero(void)
{
    uint64_t found = 1;

    if (too_few_processors(2)) {
        return;
    }
    EXPECT_EQ(cpu_start(1, note_entry, &found), PSCI_SUCCESS);
    EXPECT(cpu_wait_off(1));
    EXPECT_EQ(*(volatile uint64_t *)&found, 0);
    EXPECT_EQ(cpus[1].entry_el, 1);
}

/* Context ids arrive whole: the entry stub of this test stores X0 as it came. */
static void context_id_arrives_whole(void)
{
    static const uint64_t ids[] = {
        0, 0x80000000, 0x100000000, 0x8000000000000000, 0x123456789abcdef0, ~UINT64_C(0)
    };

    if (too_few_processors(2)) {
        return;
    }
    for (uint32_t i = 0; i < 6; i++) {
        volatile uint64_t *found = context_id_found;
        uint64_t end = now() + microseconds(1000000);

        *found = ~ids[i];
        __asm__ volatile("dc civac, %0\n\tdsb sy" ::"r"(found) : "memory");
        expect_context("id", ids[i]);
        EXPECT_EQ(psci(PSCI_CPU_ON_64, cpus[1].mpidr, gpa((const void *)(uintptr_t)context_id_stub),
                       ids[i]),
                  PSCI_SUCCESS);
        while (*found == ~ids[i] && now() < end) {
        }
        EXPECT_EQ(*found, ids[i]);
        cpus[1].finished = true;
        EXPECT(cpu_wait_off(1));
    }
}

static void on_off_loops_end_where_they_began(void)
{
    if (too_few_processors(2)) {
        return;
    }
    for (uint32_t i = 0; i < LOOP_ROUNDS; i++) {
        EXPECT_EQ(cpu_start(1 + i % (machine.cpus - 1), do_nothing, NULL), PSCI_SUCCESS);
        EXPECT(cpu_wait_off(1 + i % (machine.cpus - 1)));
    }
}

/* What a firmware must not do for a guest: memory sharing, SDEI, vendor and OEM services. */
static void other_firmware_functions_are_not_there(void)
{
    static const uint32_t ids[] = { 0x84000060, 0x84000061, 0xc4000066, 0x8400006f, 0xc400006b,
                                    0xc4000020, 0xc4000021, 0xc400003f, 0x82000000, 0x83000000,
                                    0x84000050, 0x84000053, 0xb2000000, 0xbf00ff01, 0x8400ff01,
                                    0x04000000, 0x02000000, 0xc4000012, 0x84000014 };

    for (uint32_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        expect_context("id", ids[i]);
        EXPECT_EQ(smc(ids[i], gpa(cpus), 0, 0), SMCCC_NOT_SUPPORTED);
    }
}

/* Suspend with a wake-up that comes at once, or a refusal: this processor goes on either way. */
static void suspend_comes_back(void)
{
    int64_t result;

    gic_init();
    timer_at(now() + microseconds(500));
    result = (int64_t)smc(PSCI_CPU_SUSPEND_64, 0, good_entry(), 0); /* standby */
    EXPECT(result == PSCI_SUCCESS || result == PSCI_NOT_SUPPORTED ||
           result == PSCI_INVALID_PARAMETERS || result == PSCI_DENIED);
    result = (int64_t)smc(PSCI_SYSTEM_SUSPEND_64, good_entry(), 0, 0);
    EXPECT(result < 0);
    timer_off();
}

static void start_the_first_again(void *argument)
{
    (void)argument;
    while (psci(PSCI_AFFINITY_INFO_64, cpus[0].mpidr, 0, 0) != PSCI_AFFINITY_OFF) {
    }
    EXPECT_EQ(psci(PSCI_CPU_ON_64, cpus[0].mpidr, gpa((const void *)(uintptr_t)cpu_resume),
                   gpa(&cpus[0])),
              PSCI_SUCCESS);
}

/* The boot processor is one like any other. */
static void the_boot_processor_goes_off_and_comes_back(void)
{
    struct hv_register_value value;

    if (too_few_processors(2)) {
        return;
    }
    guest_os_id_set();
    EXPECT_EQ(register_set(&smccc, HV_REGISTER_SCONTROL, HV_SYNIC_ENABLE), hv_result(0, 1));
    EXPECT_EQ(cpu_start(1, start_the_first_again, NULL), PSCI_SUCCESS);
    cpu_off_until_resumed();
    EXPECT(cpu_wait_off(1));
    EXPECT_EQ(register_get(&smccc, HV_REGISTER_SCONTROL, &value), hv_result(0, 1));
    EXPECT_EQ(value.low, 0); /* a new life */
    EXPECT_EQ(register_get(&smccc, HV_REGISTER_VP_INDEX, &value), hv_result(0, 1));
    EXPECT_EQ(value.low, 0);
}

static void the_service_core_is_alive(void)
{
    struct hv_register_value first, second;

    guest_os_id_set();
    EXPECT_EQ(register_get(&smccc, HV_REGISTER_TIME_REF_COUNT, &first), hv_result(0, 1));
    wait_microseconds(1000);
    EXPECT_EQ(register_get(&smccc, HV_REGISTER_TIME_REF_COUNT, &second), hv_result(0, 1));
    EXPECT(second.low > first.low);
    EXPECT_EQ(cpu_on(cpus[machine.cpus].mpidr, good_entry()), PSCI_INVALID_PARAMETERS);
}

const struct test tests[] = {
    { "unknown processors and the hidden one are refused", unknown_processors_are_refused },
    { "affinity levels are checked", affinity_levels_are_checked },
    { "a running processor is already on", a_running_processor_is_already_on },
    { "bad entry points are refused", bad_entry_points_are_refused },
    { "SMC32 arguments are narrowed", smc32_arguments_are_narrowed },
    { "registers at entry are zero", registers_at_entry_are_zero },
    { "context ids arrive whole", context_id_arrives_whole },
    { "on and off again, a hundred times", on_off_loops_end_where_they_began },
    { "other functions of firmware are not there", other_firmware_functions_are_not_there },
    { "suspend comes back", suspend_comes_back },
    { "the boot processor goes off and comes back", the_boot_processor_goes_off_and_comes_back },
    { "the service core is alive", the_service_core_is_alive },
    { NULL, NULL },
};
