/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Parameters that change while they are used: one processor calls, another one rewrites what the
 * call reads, as fast as it can. Whatever the call saw, it saw one value: what it checked is what
 * it did. (That no byte is read twice is shown on the build machine: test_block, test_spill,
 * test_messages.) On a machine with one processor, there is nobody to do it. */

#include <hv/processor.h>

#include "psci.h"
#include "synic.h"

#define ROUNDS turns(6000)
#define WRITERS_MAX 3u
#define SINT_GOOD 0x12u /* vector 18 */
#define SINT_BAD 0x05u  /* vector 5: refused */
#define SINT 7u
#define ENTRY 505u /* of the page table, free for tests */
#define ENTRY_GVA ((uint64_t)ENTRY << 30)
#define TABLE 0x3u
#define PAGE 0x707u           /* AF, inner shareable, Attr1 */
#define PAGE_READ_ONLY 0x387u /* no AF: the call sets it */
#define OUT 15u               /* where the native convention answers */
#define FW_CFG_DMA ((volatile uint64_t *)0x09020010)
#define FW_CFG_READ_KERNEL (0x11u << 16 | 8u | 2u)

static uint64_t in[512] __attribute__((aligned(4096)));
static uint64_t out[512] __attribute__((aligned(4096)));
static uint64_t table[512] __attribute__((aligned(4096)));
static uint64_t tables_of_entry[512] __attribute__((aligned(4096)));
extern volatile uint64_t pagetable[512];

/* What the writers write, in turn, to the words that they are given. */
static volatile uint64_t *volatile target;
static volatile uint64_t alternatives[4];
static volatile bool stop;
static volatile uint64_t written[CPUS_MAX];

static void rewrite(void *argument)
{
    (void)argument;
    while (!stop) {
        for (uint32_t i = 0; i < 4; i++) {
            *target = alternatives[i];
        }
        written[this_cpu()->index]++;
    }
}

/* Runs `test` while all other processors write one of four values to `word`. */
static void against_writers(volatile uint64_t *word, const uint64_t values[4], void (*test)(void))
{
    if (machine.cpus < 2) {
        test_skip("one processor: nobody writes meanwhile");
        return;
    }
    target = word;
    for (uint32_t i = 0; i < 4; i++) {
        alternatives[i] = values[i];
    }
    *word = values[0];
    stop = false;
    for (uint32_t i = 1; i < machine.cpus; i++) {
        written[i] = 0;
        EXPECT_EQ(cpu_start(i, rewrite, NULL), PSCI_SUCCESS);
    }
    for (uint32_t i = 1; i < machine.cpus; i++) {
        while (written[i] == 0) {
        }
    }
    test();
    stop = true;
    expect_context("writer", machine.cpus);
    for (uint32_t i = 1; i < machine.cpus; i++) {
        EXPECT(cpu_wait_off(i));
        EXPECT(written[i] > 0);
    }
}

static void setup(void)
{
    guest_os_id_set();
    EXPECT_EQ(spill_attach(), 0);
}

static const struct convention *slow(uint32_t round)
{
    return conventions[round % 2];
}

/* ---- Names of registers ---- */

static uint32_t seen[3];

static void get_changing_names(void)
{
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint64_t result;

        out[0] = out[1] = ~UINT64_C(0);
        result = call_slow(slow(round), HV_CALL_GET_VP_REGISTERS | CONTROL_REPS(1), gpa(in),
                           gpa(out), NULL);
        expect_context("result", result);
        if (result == DONE) {
            EXPECT(out[0] == HV_SYNIC_VERSION_1 || out[0] == GUEST_OS_ID);
            EXPECT_EQ(out[1], 0);
            seen[out[0] == GUEST_OS_ID]++;
        } else {
            EXPECT_EQ(result, HV_STATUS_INVALID_PARAMETER);
            EXPECT_EQ(out[0], ~UINT64_C(0));
            seen[2]++;
        }
    }
}

static void a_name_is_looked_up_once(void)
{
    const uint64_t names[] = { HV_REGISTER_SVERSION, 0x12345, HV_REGISTER_GUEST_OS_ID, 0xfffff };

    in[0] = HV_PARTITION_ID_SELF;
    in[1] = HV_VP_INDEX_SELF;
    seen[0] = seen[1] = seen[2] = 0;
    against_writers(&in[2], names, get_changing_names);
    note("SVERSION", seen[0]);
    note("GuestOsId", seen[1]);
    note("refused", seen[2]);
}

/* ---- Values ---- */

static void set_changing_values(void)
{
    struct hv_register_value value;

    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint64_t result =
            call_slow(slow(round), HV_CALL_SET_VP_REGISTERS | CONTROL_REPS(1), gpa(in), 0, NULL);

        expect_context("result", result);
        EXPECT(result == DONE || result == HV_STATUS_INVALID_PARAMETER);
        EXPECT_EQ(register_get(&native, HV_REGISTER_SINT0 + SINT, &value), DONE);
        EXPECT((value.low & 0xff) >= 16);
        seen[result == DONE]++;
    }
}

/* A vector that is checked is the vector that is stored. */
static void a_value_is_checked_as_it_is_stored(void)
{
    const uint64_t sints[] = { SINT_GOOD, SINT_BAD, SINT_GOOD + 1, 0x0f };

    in[0] = HV_PARTITION_ID_SELF;
    in[1] = HV_VP_INDEX_SELF;
    in[2] = HV_REGISTER_SINT0 + SINT;
    in[3] = 0;
    in[5] = 0;
    EXPECT_EQ(register_set(&native, HV_REGISTER_SINT0 + SINT, SINT_GOOD), DONE);
    seen[0] = seen[1] = 0;
    against_writers(&in[4], sints, set_changing_values);
    note("refused", seen[0]);
    note("stored", seen[1]);
}

/* ---- Headers ---- */

static void get_with_changing_header(void)
{
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint64_t result;

        out[0] = ~UINT64_C(0);
        result = call_slow(slow(round), HV_CALL_GET_VP_REGISTERS | CONTROL_REPS(1), gpa(in),
                           gpa(out), NULL);
        expect_context("result", result);
        if (result == DONE) {
            EXPECT(out[0] < machine.cpus); /* the index of a VP that there is */
        } else {
            EXPECT(result == HV_STATUS_INVALID_VP_INDEX || result == HV_STATUS_INVALID_PARAMETER);
            EXPECT_EQ(out[0], ~UINT64_C(0));
        }
    }
}

static void a_vp_index_is_checked_as_it_is_used(void)
{
    const uint64_t indexes[] = { HV_VP_INDEX_SELF, 0xffff, 1, 0x80000000 };

    in[0] = HV_PARTITION_ID_SELF;
    in[2] = HV_REGISTER_VP_INDEX;
    against_writers(&in[1], indexes, get_with_changing_header);
}

/* ---- Messages ---- */

static void post_changing_sizes(void)
{
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint64_t result = call_slow(slow(round), HV_CALL_POST_MESSAGE, gpa(in), 0, NULL);

        expect_context("result", result);
        EXPECT(result == HV_STATUS_INVALID_PARAMETER || result == HV_STATUS_INVALID_CONNECTION_ID);
        seen[result == HV_STATUS_INVALID_PARAMETER]++;
    }
}

/* The second word: message type and payload size. */
static void a_size_is_checked_as_it_is_used(void)
{
    const uint64_t sizes[] = { 1 | UINT64_C(240) << 32, 1 | UINT64_C(241) << 32, 1,
                               1 | UINT64_C(0xffffffff) << 32 };

    in[0] = 0x55555;
    seen[0] = seen[1] = 0;
    against_writers(&in[1], sizes, post_changing_sizes);
    note("sizes taken", seen[0]);
    note("sizes refused", seen[1]);
}

/* ---- The spill page ---- */

static void get_by_spill_page(void)
{
    const uint64_t input[] = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF,
                               (uint64_t)HV_REGISTER_SVERSION << 32 | HV_REGISTER_SVERSION,
                               (uint64_t)HV_REGISTER_SVERSION << 32 | HV_REGISTER_SVERSION,
                               (uint64_t)HV_REGISTER_SVERSION << 32 | HV_REGISTER_SVERSION };
    const volatile uint64_t *page = (const volatile uint64_t *)(const void *)spill_page();

    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct call call;
        uint64_t result = call_fast(
            &compact, CONTROL_FAST(HV_CALL_GET_VP_REGISTERS) | CONTROL_REPS(7), input, 5, &call);

        expect_context("result", result);
        EXPECT(result == hv_result(HV_STATUS_SUCCESS, 7) ||
               result == hv_result(HV_STATUS_INVALID_PARAMETER, 6));
        EXPECT_EQ(call.x[2], HV_SYNIC_VERSION_1);
        if (STATUS(result) == HV_STATUS_SUCCESS) { /* the seventh, behind the middle of the page */
            uint64_t value = page[256 + 12];

            EXPECT(value == HV_SYNIC_VERSION_1 || value == GUEST_OS_ID);
        }
    }
}

static void what_the_spill_page_holds_is_read_once(void)
{
    const uint64_t names[] = { HV_REGISTER_SVERSION, 0x12345, HV_REGISTER_GUEST_OS_ID, 0xfffff };

    against_writers((volatile uint64_t *)(void *)spill_page() + 5, names, get_by_spill_page);
}

/* ---- A message's slot ---- */

static void take_messages(void)
{
    volatile uint64_t *first = (volatile uint64_t *)(void *)&synic()->slots[SINT];

    for (uint32_t round = 0; round < 200; round++) {
        EXPECT_EQ(timer_config_set(0, TIMER_SINT(SINT) | HV_TIMER_AUTO_ENABLE), DONE);
        EXPECT_EQ(timer_count_set(0, reference_time()), DONE);
        EXPECT_EQ(register_set(&native, HV_REGISTER_EOM, 0), DONE);
        *first = 0;
    }
}

/* A guest that forges its slot harms its own messages; it gets no other page written. */
static void a_forged_slot_harms_its_owner_alone(void)
{
    const uint64_t headers[] = { 0, UINT64_C(0xffffffffffffffff), 0x80000010,
                                 UINT64_C(0x1ff00000001) };
    const uint64_t *behind = (const uint64_t *)(const void *)&synic()->slots[SINT + 1];

    synic_on();
    EXPECT_EQ(register_set(&native, HV_REGISTER_SINT0 + SINT, SINT_GOOD), DONE);
    against_writers((volatile uint64_t *)(void *)&synic()->slots[SINT], headers, take_messages);
    EXPECT_EQ(timer_config_set(0, 0), DONE);
    for (uint32_t i = 0; i < 32; i++) {
        EXPECT_EQ(behind[i], 0);
    }
    synic_off();
}

/* ---- Translation tables ---- */

static void translate_by_changing_table(void)
{
    const uint64_t input[] = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF,
                               HV_TRANSLATE_GVA_VALIDATE_READ | HV_TRANSLATE_GVA_VALIDATE_WRITE |
                                   HV_TRANSLATE_GVA_VALIDATE_EXECUTE |
                                   HV_TRANSLATE_GVA_SET_PAGE_TABLE_BITS,
                               ENTRY_GVA / HV_PAGE_SIZE };

    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct call call;
        uint64_t result =
            call_fast(&native, CONTROL_FAST(HV_CALL_TRANSLATE_VIRTUAL_ADDRESS), input, 4, &call);

        expect_context("result", result);
        EXPECT_EQ(result, HV_STATUS_SUCCESS);
        seen[(uint32_t)call.x[OUT] != HV_TRANSLATE_GVA_SUCCESS]++;
        if ((uint32_t)call.x[OUT] == HV_TRANSLATE_GVA_SUCCESS) {
            EXPECT_EQ(call.x[OUT + 1], gpa(out) / HV_PAGE_SIZE);
        }
    }
}

/* Entries of the last table: a page of ours, read-only, one that is hidden, rubbish. And of the
 * first: tables of ours, and some in hidden memory. */
static void a_walk_survives_tables_that_change(void)
{
    const uint64_t pages[] = { gpa(out) | PAGE, machine.ram_end | PAGE, gpa(out) | PAGE_READ_ONLY,
                               ~UINT64_C(0) };
    const uint64_t tables[] = { gpa(tables_of_entry) | TABLE, machine.ram_end | TABLE,
                                (machine.all_ram_end - 4096) | TABLE, gpa(tables_of_entry) | 2 };

    tables_of_entry[0] = gpa(table) | TABLE;
    seen[0] = seen[1] = 0;
    pagetable[ENTRY] = tables[0];
    against_writers(&table[0], pages, translate_by_changing_table);
    note("translated", seen[0]);
    note("not", seen[1]);
    table[0] = pages[0];
    against_writers(&pagetable[ENTRY], tables, translate_by_changing_table);
    pagetable[ENTRY] = 0;
}

/* ---- A device's descriptor ---- */

static void run_changing_descriptor(void)
{
    volatile uint64_t *hidden = (volatile uint64_t *)(void *)out;

    for (uint32_t round = 0; round < 300; round++) {
        in[0] = (uint64_t)__builtin_bswap32(64) << 32 | __builtin_bswap32(FW_CFG_READ_KERNEL);
        __asm__ volatile("dsb sy" ::: "memory");
        *FW_CFG_DMA = __builtin_bswap64(gpa(in));
        (void)*hidden;
    }
}

/* The address that was checked is where the data go: into our RAM, or nowhere. Were it otherwise,
 * the hypervisor would be overwritten here. */
static void a_dma_address_is_checked_as_it_is_used(void)
{
    const uint64_t addresses[] = { __builtin_bswap64(gpa(out)), __builtin_bswap64(machine.ram_end),
                                   __builtin_bswap64(gpa(&out[8])),
                                   __builtin_bswap64(machine.all_ram_end - 64) };
    uint64_t signature;

    if (!try_read64((uint64_t)(uintptr_t)FW_CFG_DMA, &signature)) {
        test_skip("no fw_cfg");
        return;
    }
    against_writers(&in[1], addresses, run_changing_descriptor);
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
    { "GuestOsId is set, a spill page attached", setup },
    { "a register's name is looked up once", a_name_is_looked_up_once },
    { "a value is checked as it is stored", a_value_is_checked_as_it_is_stored },
    { "a VP index is checked as it is used", a_vp_index_is_checked_as_it_is_used },
    { "a message's size is checked as it is used", a_size_is_checked_as_it_is_used },
    { "what the spill page holds is read once", what_the_spill_page_holds_is_read_once },
    { "a forged message slot harms its owner alone", a_forged_slot_harms_its_owner_alone },
    { "a walk survives tables that change", a_walk_survives_tables_that_change },
    { "a DMA address is checked as it is used", a_dma_address_is_checked_as_it_is_used },
    { "the hypervisor still answers", the_hypervisor_still_answers },
    { NULL, NULL },
};
