/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Interrupts between processors by hypercall: SGIs and PPIs, to masks and sets of VPs; and the VP
 * index of an MPIDR (TLFS virtual-interrupts, HvCallGetVpIndexFromApicId). */

#include <hv/processor.h>

#include "psci.h"
#include "synic.h"

#define TARGET_VTL(vtl) ((uint64_t)(vtl) << 32) /* in the first word of an IPI's input */
#define FLAGS(flags) ((uint64_t)(flags) << 40)
#define INTIDS 0x0078ffffu /* all SGIs, PPIs 19..22 */

static const uint32_t intids[] = { 0, 1, 7, 15, 19, 22 };
#define INTID_COUNT (sizeof(intids) / sizeof(intids[0]))

static volatile uint32_t ready;
static volatile bool release;
static uint64_t sent[CPUS_MAX][32];

static void sleep_there(void *argument)
{
    (void)argument;
    gic_init_cpu();
    gic_enable(INTIDS);
    __atomic_add_fetch(&ready, 1, __ATOMIC_ACQ_REL);
    while (!release) {
        irq_wait();
    }
}

static void setup(void)
{
    uint64_t end = now() + microseconds(2000000);

    guest_os_id_set();
    EXPECT_EQ(spill_attach(), 0);
    gic_init();
    gic_enable(INTIDS);
    for (uint32_t i = 1; i < machine.cpus; i++) {
        EXPECT_EQ(cpu_start(i, sleep_there, NULL), PSCI_SUCCESS);
    }
    while (ready != machine.cpus - 1 && now() < end) {
    }
    EXPECT_EQ(ready, machine.cpus - 1);
}

static bool all_arrived(void)
{
    for (uint32_t i = 0; i < machine.cpus; i++) {
        for (uint32_t n = 0; n < 32; n++) {
            if (n != INTID_VIRTUAL_TIMER && *(volatile uint64_t *)&cpus[i].irqs[n] < sent[i][n]) {
                return false;
            }
        }
    }
    return true;
}

/* Each processor has had each interrupt as often as it was sent, and nobody else. */
static void expect_arrived(void)
{
    uint64_t end = now() + microseconds(2000000);

    do {
        irq_enable();
        irq_disable();
    } while (!all_arrived() && now() < end);
    for (uint32_t i = 0; i < machine.cpus; i++) {
        for (uint32_t n = 0; n < 32; n++) {
            if (n != INTID_VIRTUAL_TIMER && !EXPECT_EQ(cpus[i].irqs[n], sent[i][n])) {
                note("  processor", i);
                note("  INTID", n);
                sent[i][n] = cpus[i].irqs[n];
            }
        }
    }
}

static void will_arrive(uint64_t mask, uint32_t intid)
{
    for (uint32_t i = 0; i < machine.cpus; i++) {
        sent[i][intid] += mask >> i & 1;
    }
}

static uint64_t send(const struct convention *convention, uint64_t first, uint64_t mask)
{
    const uint64_t input[] = { first, mask };

    return call_fast(convention, CONTROL_FAST(HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI), input, 2, NULL);
}

static void every_mask_reaches_its_processors(void)
{
    FOR_EACH_CONVENTION(convention)
    {
        for (uint32_t i = 0; i < INTID_COUNT; i++) {
            for (uint64_t mask = 0; mask < UINT64_C(1) << machine.cpus; mask++) {
                expect_context("mask", mask);
                will_arrive(mask, intids[i]);
                EXPECT_EQ(send(convention, intids[i], mask), HV_STATUS_SUCCESS);
                expect_arrived();
            }
        }
    }
}

static void processors_that_do_not_exist_are_passed_over(void)
{
    will_arrive(UINT64_MAX, 3);
    EXPECT_EQ(send(&native, 3, UINT64_MAX), HV_STATUS_SUCCESS);
    EXPECT_EQ(send(&native, 3, UINT64_C(1) << 63 | UINT64_C(1) << machine.cpus), HV_STATUS_SUCCESS);
    expect_arrived();
}

static void ipis_are_checked(void)
{
    static const struct {
        uint64_t first;
        uint64_t status;
    } cases[] = {
        { 32, HV_STATUS_INVALID_PARAMETER },
        { 255, HV_STATUS_INVALID_PARAMETER },
        { 0xffffffff, HV_STATUS_INVALID_PARAMETER },
        { 1 | FLAGS(1), HV_STATUS_INVALID_PARAMETER },
        { 1 | FLAGS(0x80), HV_STATUS_INVALID_PARAMETER },
        { 1 | UINT64_C(1) << 48, HV_STATUS_INVALID_PARAMETER },
        { 1 | UINT64_C(1) << 63, HV_STATUS_INVALID_PARAMETER },
        { 1 | TARGET_VTL(0x20), HV_STATUS_INVALID_PARAMETER },
        { 1 | TARGET_VTL(0x11), HV_STATUS_ACCESS_DENIED },
    };

    FOR_EACH_CONVENTION(convention)
    {
        for (uint32_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
            expect_context("first word", cases[i].first);
            EXPECT_EQ(send(convention, cases[i].first, 0xf), cases[i].status);
        }
        expect_context(convention->name, 0);
        will_arrive(1, 1);
        EXPECT_EQ(send(convention, 1 | TARGET_VTL(0x10), 1), HV_STATUS_SUCCESS);
        expect_arrived();
    }
}

/* A set with `count` banks behind it. */
static uint64_t send_ex(const struct convention *convention, uint64_t intid, uint64_t format,
                        uint64_t valid, const uint64_t *banks, uint32_t count)
{
    uint64_t input[3 + 13] = { intid, format, valid };

    for (uint32_t i = 0; i < count; i++) {
        input[3 + i] = banks[i];
    }
    return call_fast(convention,
                     CONTROL_FAST(HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI_EX) | CONTROL_VARIABLE(count),
                     input, 3 + count, NULL);
}

static void every_set_reaches_its_processors(void)
{
    static const uint64_t none[13] = { 0 };

    FOR_EACH_CONVENTION(convention)
    {
        for (uint64_t mask = 0; mask < UINT64_C(1) << machine.cpus; mask++) {
            const uint64_t banks[] = { mask, UINT64_MAX, UINT64_MAX };

            expect_context("mask", mask);
            will_arrive(mask, 7);
            EXPECT_EQ(send_ex(convention, 7, HV_VP_SET_SPARSE_4K, 1, banks, 1), HV_STATUS_SUCCESS);
            will_arrive(mask, 22);
            EXPECT_EQ(send_ex(convention, 22, HV_VP_SET_SPARSE_4K, 1 | UINT64_C(3) << 62, banks, 3),
                      HV_STATUS_SUCCESS);
            expect_arrived();
        }
        expect_context("all", 0);
        will_arrive(UINT64_MAX, 15);
        EXPECT_EQ(send_ex(convention, 15, HV_VP_SET_ALL, 0, NULL, 0), HV_STATUS_SUCCESS);
        EXPECT_EQ(send_ex(convention, 15, HV_VP_SET_SPARSE_4K, 0, NULL, 0), HV_STATUS_SUCCESS);
        EXPECT_EQ(send_ex(convention, 15, HV_VP_SET_SPARSE_4K, 0x1ffe, none, 12),
                  HV_STATUS_SUCCESS);
        expect_arrived();
    }
}

static void sets_are_checked(void)
{
    static const uint64_t banks[13] = { 0xf, 0xf, 0xf };

    FOR_EACH_CONVENTION(convention)
    {
        expect_context(convention->name, 0);
        EXPECT_EQ(send_ex(convention, 1, 2, 1, banks, 1), HV_STATUS_INVALID_PARAMETER);
        EXPECT_EQ(send_ex(convention, 1, UINT64_MAX, 1, banks, 1), HV_STATUS_INVALID_PARAMETER);
        EXPECT_EQ(send_ex(convention, 1, HV_VP_SET_SPARSE_4K, 1, banks, 0),
                  HV_STATUS_INVALID_HYPERCALL_INPUT);
        EXPECT_EQ(send_ex(convention, 1, HV_VP_SET_SPARSE_4K, 1, banks, 2),
                  HV_STATUS_INVALID_HYPERCALL_INPUT);
        EXPECT_EQ(send_ex(convention, 1, HV_VP_SET_SPARSE_4K, UINT64_MAX, banks, 13),
                  HV_STATUS_INVALID_HYPERCALL_INPUT);
        EXPECT_EQ(send_ex(convention, 32, HV_VP_SET_ALL, 0, banks, 0), HV_STATUS_INVALID_PARAMETER);
        EXPECT_EQ(send_ex(convention, 1 | FLAGS(1), HV_VP_SET_ALL, 0, banks, 0),
                  HV_STATUS_INVALID_PARAMETER);
        EXPECT_EQ(send_ex(convention, 1 | TARGET_VTL(0x11), HV_VP_SET_ALL, 0, banks, 0),
                  HV_STATUS_ACCESS_DENIED);
    }
    expect_arrived();
}

/* All 64 banks: only by memory is there room for them. */
static void sets_by_memory_may_have_all_banks(void)
{
    static uint64_t input[3 + HV_VP_SET_BANKS] __attribute__((aligned(4096)));

    input[0] = 9;
    input[1] = HV_VP_SET_SPARSE_4K;
    input[2] = UINT64_MAX;
    for (uint32_t i = 0; i < HV_VP_SET_BANKS; i++) {
        input[3 + i] = UINT64_MAX;
    }
    will_arrive(UINT64_MAX, 9);
    EXPECT_EQ(call_slow(&smccc,
                        HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI_EX | CONTROL_VARIABLE(HV_VP_SET_BANKS),
                        gpa(input), 0, NULL),
              HV_STATUS_SUCCESS);
    expect_arrived();
}

/* As many processors as the guest has, and their indices, in one call. */
static void mpidrs_have_their_index(void)
{
    FOR_EACH_CONVENTION(convention)
    {
        uint64_t input[2 + 4] = { HV_PARTITION_ID_SELF, 0 };
        uint32_t count = machine.cpus < 4 ? machine.cpus : 4;
        uint32_t out = fast_output_register(convention, 16 + 8 * count, 4 * count);
        struct call call;

        for (uint32_t i = 0; i < count; i++) {
            input[2 + i] = cpus[count - 1 - i].mpidr | UINT64_C(1) << 31; /* RES1 in MPIDR_EL1 */
        }
        expect_context(convention->name, 0);
        EXPECT_EQ(call_fast(convention,
                            CONTROL_FAST(HV_CALL_GET_VP_INDEX_FROM_APIC_ID) | CONTROL_REPS(count),
                            input, 2 + count, &call),
                  hv_result(HV_STATUS_SUCCESS, count));
        for (uint32_t i = 0; i < count; i++) {
            EXPECT_EQ(call.x[out + i / 2] >> 32 * (i % 2) & 0xffffffff, count - 1 - i);
        }
    }
}

static uint64_t index_of(uint64_t partition, uint64_t vtl, uint64_t mpidr)
{
    const uint64_t input[] = { partition, vtl, 0, mpidr };

    return call_fast(&native, CONTROL_FAST(HV_CALL_GET_VP_INDEX_FROM_APIC_ID) | CONTROL_REPS(2),
                     input, 4, NULL);
}

static void unknown_mpidrs_are_refused(void)
{
    uint64_t hidden = cpus[machine.cpus].mpidr;

    EXPECT_EQ(index_of(HV_PARTITION_ID_SELF, 0, hidden), hv_result(HV_STATUS_INVALID_PARAMETER, 1));
    EXPECT_EQ(index_of(HV_PARTITION_ID_SELF, 0, UINT64_C(1) << 32),
              hv_result(HV_STATUS_INVALID_PARAMETER, 1));
    EXPECT_EQ(index_of(77, 0, 0), HV_STATUS_INVALID_PARTITION_ID);
    EXPECT_EQ(index_of(HV_PARTITION_ID_SELF, 1, 0), HV_STATUS_ACCESS_DENIED);
    EXPECT_EQ(index_of(HV_PARTITION_ID_SELF, 3, 0), HV_STATUS_INVALID_PARAMETER);
    EXPECT_EQ(index_of(HV_PARTITION_ID_SELF, 0x100, 0), HV_STATUS_INVALID_PARAMETER);
}

static void a_processor_that_is_off_gets_nothing(void)
{
    release = true;
    will_arrive(UINT64_MAX, 0);
    EXPECT_EQ(send(&native, 0, UINT64_MAX), HV_STATUS_SUCCESS);
    for (uint32_t i = 1; i < machine.cpus; i++) {
        EXPECT(cpu_wait_off(i));
    }
    expect_arrived();
    EXPECT_EQ(send(&native, 2, UINT64_MAX & ~UINT64_C(1)), HV_STATUS_SUCCESS);
    ready = 0;
    release = true;
    for (uint32_t i = 1; i < machine.cpus; i++) {
        EXPECT_EQ(cpu_start(i, sleep_there, NULL), PSCI_SUCCESS);
        EXPECT(cpu_wait_off(i));
    }
    expect_arrived();
}

const struct test tests[] = {
    { "processors wait for interrupts", setup },
    { "every mask reaches its processors, and no other", every_mask_reaches_its_processors },
    { "processors that do not exist are passed over",
      processors_that_do_not_exist_are_passed_over },
    { "IPIs are checked", ipis_are_checked },
    { "every set reaches its processors, and no other", every_set_reaches_its_processors },
    { "sets are checked", sets_are_checked },
    { "sets by memory may have all banks", sets_by_memory_may_have_all_banks },
    { "MPIDRs have their VP index", mpidrs_have_their_index },
    { "unknown MPIDRs are refused", unknown_mpidrs_are_refused },
    { "a processor that is off gets nothing", a_processor_that_is_off_gets_nothing },
    { NULL, NULL },
};
