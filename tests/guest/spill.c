/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The spill page: attaching, the page as the image of the block, what changes and what does not,
 * and its limits (docs/spill-page.md). */

#include "hypercall.h"

#define SPILL_INVALID ((uint64_t)-3)
#define POISON UINT64_C(0xc0ffee00c0ffee00)
#define GET CONTROL_FAST(HV_CALL_GET_VP_REGISTERS)
#define BIT(n) (UINT64_C(1) << (n))

static uint64_t other_page[512] __attribute__((aligned(4096)));

static uint64_t *page(void)
{
    return (uint64_t *)(void *)spill_page();
}

static uint64_t *output(void)
{
    return &page()[HV_SPILL_OUTPUT_OFFSET / 8];
}

static void poison(uint64_t *words)
{
    for (uint32_t i = 0; i < 512; i++) {
        words[i] = POISON + i;
    }
}

/* A get of `count` registers, all of them SVERSION but the second, which is SINT0. */
static uint64_t get_many(uint32_t count, struct call *call)
{
    uint64_t input[2 + 65] = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF };

    for (uint32_t i = 0; i < count; i++) {
        uint64_t name = i == 1 ? HV_REGISTER_SINT0 : HV_REGISTER_SVERSION;

        input[2 + i / 2] |= name << (i % 2 != 0 ? 32 : 0);
    }
    return call_fast(&compact, GET | CONTROL_REPS(count), input, 2 + (count + 1) / 2, call);
}

static uint64_t attach(uint64_t argument)
{
    return hvc0(HV_SMCCC_SPILL_ATTACH, argument, 0, 0);
}

static void attach_and_detach_answer_zero(void)
{
    EXPECT_EQ(spill_detach(), 0); /* also when there is none */
    EXPECT_EQ(spill_attach(), 0);
    EXPECT_EQ(spill_attach(), 0);
    EXPECT_EQ(spill_detach(), 0);
    EXPECT_EQ(spill_detach(), 0);
}

static void attach_changes_x0_alone(void)
{
    struct call before, call;

    call_prepare(&compact, gpa(page()) | 1, &before);
    before.x[0] = HV_SMCCC_SPILL_ATTACH;
    call = before;
    call_hvc0(&call);
    EXPECT_EQ(call.x[0], 0);
    expect_registers(&before, &call, 1);
    EXPECT_EQ(spill_detach(), 0);
}

static void malformed_addresses_are_refused(void)
{
    EXPECT_EQ(attach(gpa(page())), SPILL_INVALID);
    EXPECT_EQ(attach(1 + gpa(page()) + 8), SPILL_INVALID);
    for (uint32_t bit = 1; bit < 12; bit++) {
        EXPECT_EQ(attach(gpa(page()) | 1 | BIT(bit)), SPILL_INVALID);
    }
    for (uint32_t bit = 40; bit < 64; bit++) {
        EXPECT_EQ(attach(gpa(page()) | 1 | BIT(bit)), SPILL_INVALID);
    }
}

static void a_refused_attach_keeps_the_page(void)
{
    EXPECT_EQ(spill_attach(), 0);
    EXPECT_EQ(attach(gpa(page()) | 3), SPILL_INVALID);
    EXPECT_EQ(get_many(2, NULL), hv_result(0, 2));
    EXPECT_EQ(spill_detach(), 0);
}

static void without_a_page_registers_are_all_there_is(void)
{
    EXPECT_EQ(get_many(1, NULL), hv_result(0, 1));
    EXPECT_EQ(get_many(2, NULL), HV_STATUS_INVALID_HYPERCALL_INPUT);
    EXPECT_EQ(register_set(&compact, HV_REGISTER_SIRBP, 0x5000), HV_STATUS_INVALID_HYPERCALL_INPUT);
}

static void input_from_byte_40_comes_from_the_page(void)
{
    struct hv_register_value value;

    EXPECT_EQ(spill_attach(), 0);
    poison(page()); /* the first 40 bytes are ignored */
    EXPECT_EQ(register_set(&compact, HV_REGISTER_SIRBP, 0x77000), hv_result(0, 1));
    EXPECT_EQ(register_get(&smccc, HV_REGISTER_SIRBP, &value), hv_result(0, 1));
    EXPECT_EQ(value.low, 0x77000);
    EXPECT_EQ(register_set(&compact, HV_REGISTER_SIRBP, 0), hv_result(0, 1));
    EXPECT_EQ(page()[0], POISON);
    EXPECT_EQ(page()[4], POISON + 4);
}

static void output_is_in_the_page_and_its_head_in_x2_x3(void)
{
    struct call call;

    for (uint32_t count = 1; count <= 3; count++) {
        uint64_t end = 256 + 2 * count; /* word behind the output */

        poison(page());
        EXPECT_EQ(get_many(count, &call), hv_result(0, count));
        EXPECT_EQ(call.x[2], HV_SYNIC_VERSION_1);
        EXPECT_EQ(call.x[3], 0);
        EXPECT_EQ(output()[0], HV_SYNIC_VERSION_1);
        EXPECT_EQ(output()[1], 0);
        EXPECT_EQ(page()[end - 2], count == 2 ? HV_SINT_RESET : HV_SYNIC_VERSION_1);
        EXPECT_EQ(page()[255], POISON + 255);
        EXPECT_EQ(page()[end], POISON + end);
        EXPECT_EQ(page()[511], POISON + 511);
    }
}

static void x4_and_up_never_change(void)
{
    const uint64_t input[] = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF, HV_REGISTER_SVERSION };
    struct call before, call;

    call_prepare(&compact, GET | CONTROL_REPS(1), &before);
    for (uint32_t i = 0; i < 3; i++) {
        before.x[2 + i] = input[i];
    }
    call = before;
    call_hvc0(&call);
    EXPECT_EQ(call.x[0], hv_result(0, 1));
    EXPECT_EQ(call.x[1], GET | CONTROL_REPS(1));
    expect_registers(&before, &call, 0xd);
    call = before;
    call.x[4] = 0x12345; /* nobody's register */
    before.x[4] = 0x12345;
    call_hvc0(&call);
    EXPECT_EQ(call.x[0], HV_STATUS_INVALID_PARAMETER);
    expect_registers(&before, &call, 1);
}

/* 128 registers make 528 bytes of input and 2048 of output. */
static void output_is_2048_bytes_at_most(void)
{
    poison(page());
    EXPECT_EQ(get_many(128, NULL), hv_result(0, 128));
    for (uint32_t i = 0; i < 128; i++) {
        EXPECT_EQ(output()[2 * i], i == 1 ? HV_SINT_RESET : HV_SYNIC_VERSION_1);
        EXPECT_EQ(output()[2 * i + 1], 0);
    }
    poison(page());
    EXPECT_EQ(get_many(129, NULL), HV_STATUS_INVALID_HYPERCALL_INPUT);
    EXPECT_EQ(output()[0], POISON + 256);
}

/* 63 sets make 2032 bytes of input, 64 make 2064. */
static void input_is_2048_bytes_at_most(void)
{
    const uint64_t head[] = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF, HV_REGISTER_SIRBP, 0,
                              0x1000 };
    uint64_t control = CONTROL_FAST(HV_CALL_SET_VP_REGISTERS);
    struct hv_register_value value;

    for (uint32_t i = 0; i < 64; i++) {
        page()[2 + 4 * i] = HV_REGISTER_SIRBP;
        page()[3 + 4 * i] = 0;
        page()[4 + 4 * i] = (uint64_t)(i + 1) << 12;
        page()[5 + 4 * i] = 0;
    }
    EXPECT_EQ(call_fast(&compact, control | CONTROL_REPS(63), head, 5, NULL), hv_result(0, 63));
    EXPECT_EQ(register_get(&smccc, HV_REGISTER_SIRBP, &value), hv_result(0, 1));
    EXPECT_EQ(value.low, UINT64_C(63) << 12);
    EXPECT_EQ(call_fast(&compact, control | CONTROL_REPS(64), head, 5, NULL),
              HV_STATUS_INVALID_HYPERCALL_INPUT);
}

static void a_detached_page_is_left_alone(void)
{
    poison(page());
    poison(other_page);
    EXPECT_EQ(attach(gpa(other_page) | 1), 0); /* replaces the other */
    EXPECT_EQ(register_get(&compact, HV_REGISTER_SVERSION, &(struct hv_register_value) { 0, 0 }),
              hv_result(0, 1));
    EXPECT_EQ(output()[0], POISON + 256);
    EXPECT_EQ(other_page[256], HV_SYNIC_VERSION_1);
    poison(other_page);
    EXPECT_EQ(spill_detach(), 0);
    EXPECT_EQ(register_get(&compact, HV_REGISTER_SVERSION, &(struct hv_register_value) { 0, 0 }),
              hv_result(0, 1));
    EXPECT_EQ(other_page[256], POISON + 256);
}

static void setup(void)
{
    guest_os_id_set();
}

const struct test tests[] = {
    { "GuestOsId is set", setup },
    { "attach and detach answer 0", attach_and_detach_answer_zero },
    { "attaching changes X0 alone", attach_changes_x0_alone },
    { "malformed addresses are refused", malformed_addresses_are_refused },
    { "a refused attach keeps the page", a_refused_attach_keeps_the_page },
    { "without a page the registers are all there is", without_a_page_registers_are_all_there_is },
    { "input from byte 40 comes from the page", input_from_byte_40_comes_from_the_page },
    { "output is in the page, its head in X2, X3", output_is_in_the_page_and_its_head_in_x2_x3 },
    { "X4 and up never change", x4_and_up_never_change },
    { "output is 2048 bytes at most", output_is_2048_bytes_at_most },
    { "input is 2048 bytes at most", input_is_2048_bytes_at_most },
    { "a detached page is left alone", a_detached_page_is_left_alone },
    { NULL, NULL },
};
