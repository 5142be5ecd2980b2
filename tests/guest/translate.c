/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* HvCallTranslateVirtualAddress and the flushes (TLFS virtual-mmu): what a guest is told about its
 * own translations, and that they are gone when it says so. */

#include <hv/processor.h>

#include "synic.h"
#include "sysreg.h"

#define GIB (UINT64_C(1) << 30)
#define ALIAS_EL1 (GUEST_ALIAS_EL1 * GIB)
#define ALIAS_EL0 (GUEST_ALIAS_EL0 * GIB)
#define ENTRY 505 /* of the page table, free for tests */
#define ENTRY_GVA (ENTRY * GIB)
#define AP_READ_ONLY UINT64_C(0x80)
#define AF UINT64_C(0x400)
#define READ HV_TRANSLATE_GVA_VALIDATE_READ
#define WRITE HV_TRANSLATE_GVA_VALIDATE_WRITE
#define EXECUTE HV_TRANSLATE_GVA_VALIDATE_EXECUTE
#define USER HV_TRANSLATE_GVA_USER_ACCESS
#define BEYOND_RAM (2 * GIB - 0x1000) /* and mapped by the guest: as RAM, for all it knows */
#define WRITE_BACK 6u
#define UNCACHED 0u

extern volatile uint64_t pagetable[512];

static const uint64_t ram_block = GIB | GUEST_BLOCK_MEMORY;
static uint64_t word __attribute__((aligned(4096)));

static void setup(void)
{
    guest_os_id_set();
    EXPECT_EQ(spill_attach(), 0);
    word = 0x600d;
}

static uint64_t translate(const struct convention *convention, uint64_t code, uint64_t gva,
                          uint64_t flags, struct hv_translate_gva_result *result)
{
    const uint64_t input[] = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF, flags, gva >> 12 };
    uint32_t out = fast_output_register(convention, sizeof(input), sizeof(*result));
    struct call call;
    uint64_t status = call_fast(convention, CONTROL_FAST(code), input, 4, &call);

    result->result_code = (uint32_t)call.x[out];
    result->cache_type = (uint8_t)(call.x[out] >> 32);
    result->overlay_page = (uint8_t)(call.x[out] >> 40);
    result->reserved = (uint16_t)(call.x[out] >> 48);
    result->gpa_page = call.x[out + 1];
    return status;
}

/* In all conventions and by both calls; PAR_EL1 is the guest's. */
static void expect_translation(uint64_t gva, uint64_t flags, uint32_t code, uint64_t gpa_wanted)
{
    static const uint64_t codes[] = { HV_CALL_TRANSLATE_VIRTUAL_ADDRESS,
                                      HV_CALL_TRANSLATE_VIRTUAL_ADDRESS_EX };
    const uint64_t par = UINT64_C(0xff00000012345000) | (gva & 0x3000);
    struct hv_translate_gva_result result;

    for (uint32_t i = 0; i < 6; i++) {
        expect_context("gva", gva);
        WRITE_SYSREG(par_el1, par);
        EXPECT_EQ(translate(conventions[i / 2], codes[i % 2], gva, flags, &result),
                  HV_STATUS_SUCCESS);
        EXPECT_EQ(READ_SYSREG(par_el1), par);
        EXPECT_EQ(result.result_code, code);
        EXPECT_EQ(result.gpa_page, gpa_wanted >> 12);
        EXPECT_EQ(result.overlay_page, 0);
        EXPECT_EQ(result.reserved, 0);
        if (code == HV_TRANSLATE_GVA_SUCCESS) {
            EXPECT_EQ(result.cache_type, gpa_wanted < GIB ? UNCACHED : WRITE_BACK);
        }
    }
}

static void mapped_addresses_have_their_gpa(void)
{
    static const uint64_t rights[] = { 0, READ, WRITE, EXECUTE, READ | WRITE | EXECUTE };

    for (uint32_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++) {
        expect_translation(gpa(&word), rights[i], HV_TRANSLATE_GVA_SUCCESS, gpa(&word));
        expect_translation(ALIAS_EL1 + gpa(&word) - GIB, rights[i], HV_TRANSLATE_GVA_SUCCESS,
                           gpa(&word));
    }
    expect_translation(machine.ram_end - 0x1000, READ | WRITE, HV_TRANSLATE_GVA_SUCCESS,
                       machine.ram_end - 0x1000);
}

static void unmapped_addresses_are_not_present(void)
{
    expect_translation(ENTRY_GVA, 0, HV_TRANSLATE_GVA_PAGE_NOT_PRESENT, 0);
    expect_translation(ENTRY_GVA + 0x12345000, READ | WRITE, HV_TRANSLATE_GVA_PAGE_NOT_PRESENT, 0);
    expect_translation(511 * GIB, READ, HV_TRANSLATE_GVA_PAGE_NOT_PRESENT, 0);
    for (uint32_t bit = 39; bit < 56; bit++) { /* what TCR_EL1 has no tables for */
        expect_translation(UINT64_C(1) << bit, READ, HV_TRANSLATE_GVA_INVALID_PAGE_TABLE_FLAGS, 0);
    }
}

static void rights_are_those_of_the_tables(void)
{
    pagetable[ENTRY] = ram_block | AP_READ_ONLY;
    __asm__ volatile("dsb sy\n\ttlbi vmalle1\n\tdsb sy\n\tisb" ::: "memory");
    expect_translation(ENTRY_GVA, READ, HV_TRANSLATE_GVA_SUCCESS, GIB);
    expect_translation(ENTRY_GVA, WRITE, HV_TRANSLATE_GVA_PRIVILEGE_VIOLATION, 0);
    expect_translation(ENTRY_GVA, READ | EXECUTE, HV_TRANSLATE_GVA_SUCCESS, GIB);
    expect_translation(ENTRY_GVA, READ | USER, HV_TRANSLATE_GVA_PRIVILEGE_VIOLATION, 0);
    expect_translation(ALIAS_EL0, READ | WRITE | USER, HV_TRANSLATE_GVA_SUCCESS, GIB);
    expect_translation(ALIAS_EL0, EXECUTE | USER, HV_TRANSLATE_GVA_SUCCESS, GIB);
    expect_translation(ALIAS_EL0, EXECUTE, HV_TRANSLATE_GVA_PRIVILEGE_VIOLATION, 0);
    pagetable[ENTRY] = ram_block & ~AF;
    __asm__ volatile("dsb sy\n\ttlbi vmalle1\n\tdsb sy\n\tisb" ::: "memory");
    expect_translation(ENTRY_GVA, READ, HV_TRANSLATE_GVA_PAGE_NOT_PRESENT, 0);
    expect_translation(ENTRY_GVA, READ | HV_TRANSLATE_GVA_SET_PAGE_TABLE_BITS,
                       HV_TRANSLATE_GVA_SUCCESS, GIB);
    EXPECT_EQ(pagetable[ENTRY], ram_block); /* as asked */
    pagetable[ENTRY] = 0;
    __asm__ volatile("dsb sy\n\ttlbi vmalle1\n\tdsb sy\n\tisb" ::: "memory");
}

static void what_is_not_the_guests_is_unmapped(void)
{
    expect_translation(machine.ram_end, READ, HV_TRANSLATE_GVA_GPA_UNMAPPED, 0);
    expect_translation(machine.ram_end, 0, HV_TRANSLATE_GVA_GPA_UNMAPPED, 0);
    expect_translation(machine.ram_end + 0x1000, WRITE, HV_TRANSLATE_GVA_GPA_UNMAPPED, 0);
}

/* Stage 2 leads there, whether or not a device answers; the machine of these tests has none. */
static void what_lies_beyond_ram_is_the_guests(void)
{
    static const uint64_t rights[] = { 0, READ, READ | WRITE };

    for (uint32_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++) {
        expect_translation(BEYOND_RAM, rights[i], HV_TRANSLATE_GVA_SUCCESS, BEYOND_RAM);
    }
}

static void expect_refused(const uint64_t *input, uint64_t status)
{
    FOR_EACH_CONVENTION(convention)
    {
        expect_context(convention->name, input[2]);
        EXPECT_EQ(
            call_fast(convention, CONTROL_FAST(HV_CALL_TRANSLATE_VIRTUAL_ADDRESS), input, 4, NULL),
            status);
    }
}

static void requests_are_checked(void)
{
    const uint64_t good[] = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF, READ, gpa(&word) >> 12 };
    static const struct {
        uint32_t word;
        uint64_t value;
        uint64_t status;
    } cases[] = {
        { 0, 77, HV_STATUS_INVALID_PARTITION_ID },
        { 1, 4096, HV_STATUS_INVALID_VP_INDEX },
        { 1, 1, HV_STATUS_INVALID_PARAMETER }, /* another one's registers are in motion */
        { 1, HV_VP_INDEX_SELF | UINT64_C(1) << 32, HV_STATUS_INVALID_PARAMETER },
        { 2, UINT64_C(1) << 3, HV_STATUS_INVALID_PARAMETER },
        { 2, UINT64_C(1) << 10, HV_STATUS_INVALID_PARAMETER },
        { 2, UINT64_C(1) << 55, HV_STATUS_INVALID_PARAMETER },
        { 2, UINT64_C(0x11) << 56, HV_STATUS_ACCESS_DENIED },
        { 2, UINT64_C(0x20) << 56, HV_STATUS_INVALID_PARAMETER },
        { 3, UINT64_C(1) << 52, HV_STATUS_INVALID_PARAMETER },
    };

    for (uint32_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t input[4] = { good[0], good[1], good[2], good[3] };

        input[cases[i].word] = cases[i].value;
        expect_refused(input, cases[i].status);
    }
}

/* Any address at all has a translation or none; nothing else happens. */
static void addresses_of_any_kind_are_answered(void)
{
    struct hv_translate_gva_result result;
    uint64_t random = 11;

    for (uint32_t i = 0; i < 3000; i++) {
        uint64_t gva = random_next(&random) >> random_next(&random) % 64;

        expect_context("gva", gva);
        EXPECT_EQ(translate(&native, HV_CALL_TRANSLATE_VIRTUAL_ADDRESS, gva,
                            random_next(&random) & 0x1f7, &result),
                  HV_STATUS_SUCCESS);
        EXPECT(result.result_code <= HV_TRANSLATE_GVA_GPA_NO_WRITE_ACCESS);
        EXPECT(result.result_code == HV_TRANSLATE_GVA_SUCCESS || result.gpa_page == 0);
    }
}

struct flush {
    const char *name;
    uint64_t code;
    uint64_t input[7];
    uint32_t words;
    uint64_t more; /* of the control word */
};

#define ALL_SPACES (HV_FLUSH_ALL_PROCESSORS | HV_FLUSH_ALL_VIRTUAL_ADDRESS_SPACES)
static const struct flush flushes[] = {
    { "space", HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE, { 0, ALL_SPACES, 0 }, 3, 0 },
    { "space, mask", HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE, { 0, 2, 1 }, 3, 0 },
    { "list",
      HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST,
      { 0, ALL_SPACES, 0, ENTRY_GVA },
      4,
      CONTROL_REPS(1) },
    { "space, set",
      HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE_EX,
      { 0, ALL_SPACES, HV_VP_SET_SPARSE_4K, 1, 1 },
      5,
      CONTROL_VARIABLE(1) },
    { "space, all",
      HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE_EX,
      { 0, ALL_SPACES, HV_VP_SET_ALL, 0 },
      4,
      0 },
    { "list, set",
      HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST_EX,
      { 0, ALL_SPACES, HV_VP_SET_SPARSE_4K, 1, 1, ENTRY_GVA },
      6,
      CONTROL_VARIABLE(1) | CONTROL_REPS(1) },
    { "physical", HV_CALL_FLUSH_GUEST_PHYSICAL_ADDRESS_SPACE, { 0, 0 }, 2, 0 },
    { "physical, list",
      HV_CALL_FLUSH_GUEST_PHYSICAL_ADDRESS_LIST,
      { 0, 0, 0x40000 },
      3,
      CONTROL_REPS(1) },
};
#define FLUSHES (sizeof(flushes) / sizeof(flushes[0]))

static uint64_t flush(const struct convention *convention, const struct flush *by)
{
    return call_fast(convention, CONTROL_FAST(by->code) | by->more, by->input, by->words, NULL);
}

/* A translation in use is taken away from the tables: after the flush, without a TLBI of the
 * guest's, it is gone. */
static void a_flushed_translation_is_gone(void)
{
    uint64_t place = ENTRY_GVA + gpa(&word) - GIB;
    uint64_t value;

    FOR_EACH_CONVENTION(convention)
    {
        for (uint32_t i = 0; i < FLUSHES; i++) {
            uint32_t reps = (flushes[i].more & HV_CONTROL_REP_COUNT) != 0 ? 1 : 0;

            expect_context(flushes[i].name, i);
            pagetable[ENTRY] = ram_block;
            __asm__ volatile("dsb sy\n\tisb" ::: "memory");
            EXPECT(try_read64(place, &value));
            EXPECT_EQ(value, 0x600d);
            pagetable[ENTRY] = 0;
            __asm__ volatile("dsb sy" ::: "memory");
            EXPECT_EQ(flush(convention, &flushes[i]), hv_result(HV_STATUS_SUCCESS, reps));
            EXPECT(!try_read64(place, &value));
        }
    }
}

static void flushes_are_checked(void)
{
    FOR_EACH_CONVENTION(convention)
    {
        for (uint32_t i = 0; i < FLUSHES; i++) {
            struct flush bad = flushes[i];

            expect_context(flushes[i].name, i);
            bad.input[1] |= UINT64_C(1) << 3;
            EXPECT_EQ(flush(convention, &bad), HV_STATUS_INVALID_PARAMETER);
            bad.input[1] = UINT64_C(1) << 63;
            EXPECT_EQ(flush(convention, &bad), HV_STATUS_INVALID_PARAMETER);
            bad = flushes[i];
            bad.more ^= CONTROL_REPS(1); /* a list without elements, or elements without a list */
            EXPECT_EQ(flush(convention, &bad), HV_STATUS_INVALID_HYPERCALL_INPUT);
        }
    }
}

const struct test tests[] = {
    { "GuestOsId is set and a spill page attached", setup },
    { "mapped addresses have their GPA; PAR_EL1 is kept", mapped_addresses_have_their_gpa },
    { "unmapped addresses are not present", unmapped_addresses_are_not_present },
    { "rights are those of the tables", rights_are_those_of_the_tables },
    { "what is not the guest's is unmapped", what_is_not_the_guests_is_unmapped },
    { "what lies beyond RAM is the guest's", what_lies_beyond_ram_is_the_guests },
    { "requests are checked", requests_are_checked },
    { "addresses of any kind are answered", addresses_of_any_kind_are_answered },
    { "a flushed translation is gone", a_flushed_translation_is_gone },
    { "flushes are checked", flushes_are_checked },
    { NULL, NULL },
};
