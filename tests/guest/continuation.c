/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Long rep calls: they complete, they let interrupts in, and when one comes in between the PC is on
 * the HVC and the control word says how far the call got (TLFS hypercall-interface, "Hypercall
 * Continuation"). */

#include "hypercall.h"

#define GET_MAX 256u   /* 256 * 16 bytes of output fill a page */
#define SET_MAX 127u   /* 16 + 127 * 32 bytes of input */
#define SPILL_MAX 128u /* 128 * 16 bytes of output fill half a page */
#define ATTEMPTS 4000u

static uint64_t input_page[512] __attribute__((aligned(4096)));
static uint64_t output_page[512] __attribute__((aligned(4096)));

struct interrupted {
    uint32_t times; /* an interrupt found the PC on the HVC and the call begun */
    uint64_t start; /* rep start seen the last time */
};

static void setup(void)
{
    guest_os_id_set();
    EXPECT_EQ(spill_attach(), 0);
    gic_init();
}

static void fill_get(uint64_t *block, uint32_t count)
{
    block[0] = HV_PARTITION_ID_SELF;
    block[1] = HV_VP_INDEX_SELF;
    for (uint32_t i = 0; i < count / 2; i++) {
        block[2 + i] = (uint64_t)HV_REGISTER_SVERSION << 32 | HV_REGISTER_SINT0;
    }
}

static bool output_is_whole(const uint64_t *output, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint64_t wanted = i % 2 == 0 ? HV_SINT_RESET : HV_SYNIC_VERSION_1;

        if (output[2 * i] != wanted || output[2 * i + 1] != 0) {
            return false;
        }
    }
    return true;
}

static void watch(uint64_t insn, uint32_t control, uint64_t word, struct interrupted *seen)
{
    struct cpu *cpu = this_cpu();
    uint64_t interrupted_word = cpu->irq_x[control];

    if (cpu->irq_elr != insn || hv_control_rep_start(interrupted_word) == 0) {
        return;
    }
    seen->times++;
    seen->start = hv_control_rep_start(interrupted_word);
    EXPECT_EQ(interrupted_word & ~HV_CONTROL_REP_START, word);
    EXPECT(seen->start < hv_control_rep_count(word));
    if (control == 1) {
        EXPECT_EQ((uint32_t)cpu->irq_x[0] & 0xff000000, 0x46000000); /* the id stays */
    }
}

/* Makes `call` again and again, with a timer interrupt at different moments of it. */
static struct interrupted repeat(const struct convention *convention, const struct call *call,
                                 uint64_t insn, uint64_t *output, uint32_t count)
{
    uint64_t word = call->x[convention->control];
    struct interrupted seen = { 0, 0 };

    irq_enable();
    for (uint32_t i = 0; i < ATTEMPTS && seen.times < 3; i++) {
        struct call now_call = *call;

        output[0] = ~UINT64_C(0);
        output[2 * count - 2] = ~UINT64_C(0);
        this_cpu()->irq_elr = 0;
        timer_at(now() + microseconds(1) * (i % 200));
        convention->call(&now_call);
        timer_off();
        watch(insn, convention->control, word, &seen);
        EXPECT_EQ(now_call.x[0], hv_result(HV_STATUS_SUCCESS, count));
        EXPECT(output_is_whole(output, count));
        /* The control word may have changed, nothing else that is not output. */
        expect_registers(call, &now_call, convention->spills ? 0xf : 0x3);
    }
    irq_disable();
    note("interrupts between elements", seen.times);
    note("rep start seen", seen.start);
    return seen;
}

static void long_get_by_memory(const struct convention *convention, const uint32_t *insn)
{
    struct call call;

    fill_get(input_page, GET_MAX);
    call_prepare(convention, HV_CALL_GET_VP_REGISTERS | CONTROL_REPS(GET_MAX), &call);
    call.x[convention->window] = gpa(input_page);
    call.x[convention->window + 1] = gpa(output_page);
    EXPECT(repeat(convention, &call, gpa(insn), output_page, GET_MAX).times > 0);
}

static void native_call_is_continued_at_its_hvc(void)
{
    long_get_by_memory(&native, call_hvc1_insn);
}

static void smccc_call_is_continued_at_its_hvc(void)
{
    long_get_by_memory(&smccc, call_hvc0_insn);
}

/* X2 to X6 are input until the call completes; then X2, X3 are the head of the whole output. */
static void spilled_call_is_continued_at_its_hvc(void)
{
    uint64_t *page = (uint64_t *)(void *)spill_page();
    uint64_t *output = &page[HV_SPILL_OUTPUT_OFFSET / 8];
    struct call call;

    fill_get(page, SPILL_MAX);
    call_prepare(&compact, CONTROL_FAST(HV_CALL_GET_VP_REGISTERS) | CONTROL_REPS(SPILL_MAX), &call);
    for (uint32_t i = 0; i < 5; i++) {
        call.x[2 + i] = page[i];
    }
    repeat(&compact, &call, gpa(call_hvc0_insn), output, SPILL_MAX);
    compact.call(&call);
    EXPECT_EQ(call.x[2], HV_SINT_RESET);
    EXPECT_EQ(call.x[3], 0);
}

static void long_set_takes_effect_in_order(void)
{
    struct hv_register_value value;

    input_page[0] = HV_PARTITION_ID_SELF;
    input_page[1] = HV_VP_INDEX_SELF;
    for (uint32_t i = 0; i < SET_MAX; i++) {
        input_page[2 + 4 * i] = HV_REGISTER_SIRBP;
        input_page[3 + 4 * i] = 0;
        input_page[4 + 4 * i] = (uint64_t)i << 12;
        input_page[5 + 4 * i] = 0;
    }
    EXPECT_EQ(call_slow(&native, HV_CALL_SET_VP_REGISTERS | CONTROL_REPS(SET_MAX), gpa(input_page),
                        0, NULL),
              hv_result(HV_STATUS_SUCCESS, SET_MAX));
    EXPECT_EQ(register_get(&smccc, HV_REGISTER_SIRBP, &value), hv_result(0, 1));
    EXPECT_EQ(value.low, (uint64_t)(SET_MAX - 1) << 12);
}

/* A guest may name any rep start: elements before it are neither read nor written. */
static void rep_start_skips_elements(void)
{
    fill_get(input_page, GET_MAX);
    input_page[2] = 0x1234500012345; /* nobody's, twice */
    output_page[0] = output_page[2] = 0x77;
    EXPECT_EQ(call_slow(&smccc, HV_CALL_GET_VP_REGISTERS | CONTROL_REPS(GET_MAX) | CONTROL_START(2),
                        gpa(input_page), gpa(output_page), NULL),
              hv_result(HV_STATUS_SUCCESS, GET_MAX));
    EXPECT_EQ(output_page[0], 0x77);
    EXPECT_EQ(output_page[2], 0x77);
    EXPECT_EQ(output_page[4], HV_SINT_RESET);
}

static void rep_start_at_or_behind_the_count_is_refused(void)
{
    for (uint32_t start = 4; start <= HV_REP_MAX; start += start / 2 + 1) {
        expect_context("start", start);
        EXPECT_EQ(call_slow(&native,
                            HV_CALL_GET_VP_REGISTERS | CONTROL_REPS(4) | CONTROL_START(start),
                            gpa(input_page), gpa(output_page), NULL),
                  HV_STATUS_INVALID_HYPERCALL_INPUT);
    }
    expect_context(NULL, 0);
    EXPECT_EQ(call_slow(&native, HV_CALL_GET_VP_REGISTERS, gpa(input_page), gpa(output_page), NULL),
              HV_STATUS_INVALID_HYPERCALL_INPUT);
}

static void blocks_longer_than_a_page_are_refused(void)
{
    static const uint32_t counts[] = { GET_MAX + 1, 400, 1021, HV_REP_MAX };

    fill_get(input_page, GET_MAX);
    for (uint32_t i = 0; i < 4; i++) {
        uint64_t status;

        expect_context("reps", counts[i]);
        output_page[0] = 0x77;
        status = call_slow(&smccc, HV_CALL_GET_VP_REGISTERS | CONTROL_REPS(counts[i]),
                           gpa(input_page), gpa(output_page), NULL);
        EXPECT_EQ(status, HV_STATUS_INVALID_ALIGNMENT);
        EXPECT_EQ(output_page[0], 0x77);
    }
}

const struct test tests[] = {
    { "GuestOsId is set, a spill page attached", setup },
    { "HVC #1: a long call is continued at its HVC", native_call_is_continued_at_its_hvc },
    { "SMCCC: a long call is continued at its HVC", smccc_call_is_continued_at_its_hvc },
    { "compact: a long call completes in the page", spilled_call_is_continued_at_its_hvc },
    { "a long set takes effect in order", long_set_takes_effect_in_order },
    { "a rep start skips elements", rep_start_skips_elements },
    { "a rep start at or behind the count is refused",
      rep_start_at_or_behind_the_count_is_refused },
    { "blocks longer than a page are refused", blocks_longer_than_a_page_are_refused },
    { NULL, NULL },
};
