/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Golden vectors: calls spelt out register by register, as Linux, FreeBSD and OpenHCL make them.
 * What is not named as changed is compared with what it was. */

#include "hypercall.h"

#define BIT(n) (UINT64_C(1) << (n))
#define BITS(from, to) ((BIT((to) + 1) - 1) & ~(BIT(from) - 1))

static uint64_t input_page[512] __attribute__((aligned(4096)));
static uint64_t output_page[512] __attribute__((aligned(4096)));

/* Makes the call that `call` describes; expects X0 and that only `changed` changed. */
static void make(const struct convention *convention, struct call *call, uint64_t result,
                 uint64_t changed)
{
    struct call before = *call;

    convention->call(call);
    EXPECT_EQ(call->x[0], result);
    expect_registers(&before, call, changed | BIT(0));
}

static void native_set_takes_six_registers(void)
{
    struct call call;

    call_prepare(&native, 0x0000000100010051, &call);
    call.x[1] = 0xffffffffffffffff;
    call.x[2] = 0xfffffffe;
    call.x[3] = 0x00090002;
    call.x[4] = 0;
    call.x[5] = 0x8100000012345678;
    call.x[6] = 0;
    make(&native, &call, 0x0000000100000000, 0);
}

static void native_get_answers_in_x15_x16(void)
{
    struct call call;

    call_prepare(&native, 0x0000000100010050, &call);
    call.x[1] = 0xffffffffffffffff;
    call.x[2] = 0xfffffffe;
    call.x[3] = 0x00090002;
    make(&native, &call, 0x0000000100000000, BITS(15, 16));
    EXPECT_EQ(call.x[15], 0x8100000012345678);
    EXPECT_EQ(call.x[16], 0);
}

static void smccc_set_takes_six_registers(void)
{
    struct call call;

    call_prepare(&smccc, 0x0000000100010051, &call);
    call.x[2] = 0xffffffffffffffff;
    call.x[3] = 0xfffffffe;
    call.x[4] = 0x00090002;
    call.x[5] = 0;
    call.x[6] = 0x8100000087654321;
    call.x[7] = 0;
    make(&smccc, &call, 0x0000000100000000, 0);
}

static void smccc_get_answers_in_x6_x7(void)
{
    struct call call;

    call_prepare(&smccc, 0x0000000100010050, &call);
    call.x[2] = 0xffffffffffffffff;
    call.x[3] = 0xfffffffe;
    call.x[4] = 0x00090002;
    make(&smccc, &call, 0x0000000100000000, BITS(6, 7));
    EXPECT_EQ(call.x[6], 0x8100000087654321);
    EXPECT_EQ(call.x[7], 0);
}

static void compact_get_answers_in_x2_x3(void)
{
    struct call call;

    call_prepare(&compact, 0x0000000100010050, &call);
    call.x[2] = 0xffffffffffffffff;
    call.x[3] = 0xfffffffe;
    call.x[4] = 0x00090002;
    make(&compact, &call, 0x0000000100000000, BITS(2, 3));
    EXPECT_EQ(call.x[2], 0x8100000087654321);
    EXPECT_EQ(call.x[3], 0);
}

/* 16 + 5 * 4 bytes in, rounded to pairs, and 5 * 16 out: 128, all that there is. */
static void five_registers_fill_the_block(void)
{
    struct call call;

    call_prepare(&native, 0x0000000500010050, &call);
    call.x[1] = 0xffffffffffffffff;
    call.x[2] = 0xfffffffe;
    call.x[3] = 0x0009000300090002; /* VpIndex, GuestOsId */
    call.x[4] = 0x000a0010000a0000; /* SCONTROL, SINT0 */
    call.x[5] = 0xdeadbeef000a0011; /* SVERSION; the upper half is padding */
    make(&native, &call, 0x0000000500000000, BITS(7, 16));
    EXPECT_EQ(call.x[7], 0x8100000087654321);
    EXPECT_EQ(call.x[8], 0);
    EXPECT_EQ(call.x[9], 0); /* VpIndex of the boot processor */
    EXPECT_EQ(call.x[11], 0x10000);
    EXPECT_EQ(call.x[13], 0);
    EXPECT_EQ(call.x[15], 1);

    call_prepare(&smccc, 0x0000000500010050, &call);
    call.x[2] = 0xffffffffffffffff;
    call.x[3] = 0xfffffffe;
    call.x[4] = 0x0009000300090002;
    call.x[5] = 0x000a0010000a0000;
    call.x[6] = 0xdeadbeef000a0011;
    make(&smccc, &call, 0x0000000500000000, BITS(8, 17));
    EXPECT_EQ(call.x[8], 0x8100000087654321);
    EXPECT_EQ(call.x[12], 0x10000);
    EXPECT_EQ(call.x[16], 1);
}

static void six_registers_do_not_fit(void)
{
    struct call call;

    call_prepare(&native, 0x0000000600010050, &call);
    call.x[1] = 0xffffffffffffffff;
    call.x[2] = 0xfffffffe;
    make(&native, &call, HV_STATUS_INVALID_HYPERCALL_INPUT, 0);
    call_prepare(&smccc, 0x0000000600010050, &call);
    call.x[2] = 0xffffffffffffffff;
    call.x[3] = 0xfffffffe;
    make(&smccc, &call, HV_STATUS_INVALID_HYPERCALL_INPUT, 0);
}

/* 256 bytes of input: by memory or with a spill page, never in registers alone. */
static void post_message_is_too_long_to_be_fast(void)
{
    FOR_EACH_CONVENTION(convention)
    {
        struct call call;

        expect_context(convention->name, 0);
        call_prepare(convention, 0x000000000001005c, &call);
        make(convention, &call, HV_STATUS_INVALID_HYPERCALL_INPUT, 0);
    }
}

static void compact_needs_the_page_for_two_registers(void)
{
    struct call call;

    call_prepare(&compact, 0x0000000200010050, &call);
    call.x[2] = 0xffffffffffffffff;
    call.x[3] = 0xfffffffe;
    call.x[4] = 0x0009000300090002;
    make(&compact, &call, HV_STATUS_INVALID_HYPERCALL_INPUT, 0);
}

static void compact_by_memory_is_refused(void)
{
    struct call call;

    call_prepare(&compact, 0x0000000100000050, &call);
    call.x[2] = gpa(input_page);
    call.x[3] = gpa(output_page);
    make(&compact, &call, HV_STATUS_INVALID_HYPERCALL_INPUT, 0);
}

static void get_partition_id_answers_in_the_output_pair(void)
{
    uint64_t id;
    struct call call;

    call_prepare(&native, 0x0000000000010046, &call);
    make(&native, &call, 0, BITS(15, 16));
    id = call.x[15];
    EXPECT(id != 0 && id != HV_PARTITION_ID_SELF);
    call_prepare(&smccc, 0x0000000000010046, &call);
    make(&smccc, &call, 0, BITS(2, 3));
    EXPECT_EQ(call.x[2], id);
    call_prepare(&compact, 0x0000000000010046, &call);
    make(&compact, &call, 0, BITS(2, 3));
    EXPECT_EQ(call.x[2], id);
}

static void simple_call_changes_x0_alone(void)
{
    FOR_EACH_CONVENTION(convention)
    {
        struct call call;

        expect_context(convention->name, 0);
        call_prepare(convention, 0x0000000000010008, &call); /* NotifyLongSpinWait */
        make(convention, &call, 0, 0);
    }
}

static void unknown_code_changes_x0_alone(void)
{
    FOR_EACH_CONVENTION(convention)
    {
        struct call call;

        expect_context(convention->name, 0);
        call_prepare(convention, 0x0000000000017abc, &call);
        make(convention, &call, HV_STATUS_INVALID_HYPERCALL_CODE, 0);
    }
}

static void get_by_memory_answers_in_memory(void)
{
    FOR_EACH_CONVENTION(convention)
    {
        struct call call;

        if (!convention->slow) {
            continue;
        }
        expect_context(convention->name, 0);
        for (uint32_t i = 0; i < 512; i++) {
            output_page[i] = ~UINT64_C(0);
        }
        input_page[4] = 0xffffffffffffffff;
        input_page[5] = 0xfffffffe;
        input_page[6] = 0x0009000300090002;
        call_prepare(convention, 0x0000000200000050, &call);
        call.x[convention->window] = gpa(&input_page[4]);
        call.x[convention->window + 1] = gpa(&output_page[508]);
        make(convention, &call, 0x0000000200000000, 0);
        EXPECT_EQ(output_page[507], ~UINT64_C(0));
        EXPECT_EQ(output_page[508], 0x8100000087654321);
        EXPECT_EQ(output_page[509], 0);
        EXPECT_EQ(output_page[510], 0);
        EXPECT_EQ(output_page[511], 0);
    }
}

const struct test tests[] = {
    { "HVC #1: a set takes X1 to X6", native_set_takes_six_registers },
    { "HVC #1: one register is answered in X15, X16", native_get_answers_in_x15_x16 },
    { "SMCCC: a set takes X2 to X7", smccc_set_takes_six_registers },
    { "SMCCC: one register is answered in X6, X7", smccc_get_answers_in_x6_x7 },
    { "compact: one register is answered in X2, X3", compact_get_answers_in_x2_x3 },
    { "five registers fill the block", five_registers_fill_the_block },
    { "six registers are over 128 bytes", six_registers_do_not_fit },
    { "PostMessage is too long to be fast", post_message_is_too_long_to_be_fast },
    { "compact: two registers need the spill page", compact_needs_the_page_for_two_registers },
    { "compact: a clear fast bit is refused", compact_by_memory_is_refused },
    { "GetPartitionId answers in the output pair", get_partition_id_answers_in_the_output_pair },
    { "a call without output changes X0 alone", simple_call_changes_x0_alone },
    { "an unknown code changes X0 alone", unknown_code_changes_x0_alone },
    { "a get by memory answers in memory", get_by_memory_answers_in_memory },
    { NULL, NULL },
};
