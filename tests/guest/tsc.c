/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The reference TSC page beside HvRegisterTimeRefCount: a guest that computes the time is told the
 * same as one that asks (TLFS timers, "Partition Reference Time Enlightenment"). */

#include <string.h>

#include "synic.h"

#define ROUNDS 20000u
#define MICROSECOND 10u /* in units of 100 ns */

static uint8_t page_bytes[HV_PAGE_SIZE] __attribute__((aligned(4096)));

static volatile struct hv_reference_tsc_page *page(void)
{
    return (volatile struct hv_reference_tsc_page *)(void *)page_bytes;
}

static uint64_t page_set(uint64_t value)
{
    return register_set(&smccc, HV_REGISTER_REFERENCE_TSC, value);
}

static void setup(void)
{
    guest_os_id_set();
}

static uint64_t page_time(void)
{
    unsigned __int128 product = (unsigned __int128)now() * page()->scale;

    return (uint64_t)(product >> 64) + (uint64_t)page()->offset;
}

static void the_page_is_filled(void)
{
    struct hv_register_value value;

    memset(page_bytes, 0xa5, sizeof(page_bytes));
    EXPECT_EQ(page_set(gpa(page_bytes) | 0xffe), DONE); /* not enabled; bits 11:1 are kept */
    EXPECT_EQ(page_bytes[0], 0xa5);
    EXPECT_EQ(page_set(gpa(page_bytes) | HV_REFERENCE_TSC_ENABLE), DONE);
    EXPECT_EQ(register_get(&native, HV_REGISTER_REFERENCE_TSC, &value), DONE);
    EXPECT_EQ(value.low, gpa(page_bytes) | HV_REFERENCE_TSC_ENABLE);
    EXPECT(page()->sequence != 0 && page()->sequence != UINT32_MAX);
    EXPECT_EQ(page()->reserved, 0);
    EXPECT(page()->scale != 0);
    for (uint32_t i = sizeof(*page()); i < sizeof(page_bytes); i++) {
        if (!EXPECT_EQ(page_bytes[i], 0)) {
            break;
        }
    }
}

/* The register is read between two looks at the page: it may not be outside of them. */
static void page_and_register_agree(void)
{
    uint32_t sequence = page()->sequence;
    uint64_t widest = 0;
    uint64_t outside = 0;

    for (uint32_t i = 0; i < turns(ROUNDS); i++) {
        uint64_t before = page_time();
        uint64_t time = reference_time();
        uint64_t after = page_time();

        outside += time + MICROSECOND < before || time > after + MICROSECOND;
        widest = after - before > widest ? after - before : widest;
    }
    note("widest look at both (100 ns)", widest);
    EXPECT_EQ(outside, 0);
    EXPECT_EQ(page()->sequence, sequence);
}

static void mixed_sources_do_not_go_back(void)
{
    uint64_t outside = 0;

    for (uint32_t i = 0; i < turns(ROUNDS); i++) {
        uint64_t before = page_time();
        uint64_t time = reference_time();

        outside += time < before; /* and it never goes back when sources are mixed */
        outside += page_time() < time;
    }
    EXPECT_EQ(outside, 0);
}

static void a_page_that_is_no_ram_is_taken_and_not_there(void)
{
    static const uint64_t pages[] = { 0x09000000, 0x08000000, UINT64_C(0xffffffff000) };
    struct hv_register_value value;

    EXPECT_EQ(page_set(machine.ram_end | HV_REFERENCE_TSC_ENABLE), DONE);
    for (uint32_t i = 0; i < 3; i++) {
        EXPECT_EQ(page_set(pages[i] | HV_REFERENCE_TSC_ENABLE), DONE);
        EXPECT_EQ(register_get(&native, HV_REGISTER_REFERENCE_TSC, &value), DONE);
        EXPECT_EQ(value.low, pages[i] | HV_REFERENCE_TSC_ENABLE);
    }
    EXPECT_EQ(page_set(0), DONE);
}

static void a_guest_that_scribbles_harms_itself(void)
{
    EXPECT_EQ(page_set(gpa(page_bytes) | HV_REFERENCE_TSC_ENABLE), DONE);
    memset(page_bytes, 0xff, sizeof(page_bytes));
    EXPECT(reference_time() < UINT64_C(1) << 40);
    EXPECT_EQ(page_set(gpa(page_bytes) | HV_REFERENCE_TSC_ENABLE), DONE); /* and gets it anew */
    page_and_register_agree();
}

const struct test tests[] = {
    { "GuestOsId is set", setup },
    { "the page is filled when it is enabled", the_page_is_filled },
    { "page and register agree within 1 us", page_and_register_agree },
    { "time does not go back when both are used", mixed_sources_do_not_go_back },
    { "a page that is no RAM is taken and not there",
      a_page_that_is_no_ram_is_taken_and_not_there },
    { "a guest that scribbles on the page harms itself", a_guest_that_scribbles_harms_itself },
    { NULL, NULL },
};
