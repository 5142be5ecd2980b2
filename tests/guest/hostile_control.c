/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Control words without sense: every reserved bit, every form that a call does not have, and random
 * words with random registers in every convention. The answer is a published status, and a refused
 * call changes X0 alone. */

#include "hypercall.h"

#define RANDOM_CALLS 120000u
#define X0 UINT64_C(1)
#define ALL UINT64_C(0x7fffffff)

static uint64_t page[512] __attribute__((aligned(4096)));
static uint64_t random_state = 20260101;

static uint64_t randomly(void)
{
    return random_next(&random_state);
}

static uint64_t choose(const uint64_t *from, uint32_t count)
{
    return from[randomly() % count];
}
#define CHOOSE(array) choose(array, sizeof(array) / sizeof((array)[0]))

static void setup(void)
{
    guest_os_id_set();
    EXPECT_EQ(spill_attach(), 0);
}

/* A call that succeeds: GuestOsId, one register. */
static void valid_call(const struct convention *convention, uint64_t control, struct call *call)
{
    call_prepare(convention, control, call);
    call->x[convention->window] = HV_PARTITION_ID_SELF;
    call->x[convention->window + 1] = HV_VP_INDEX_SELF;
    call->x[convention->window + 2] = HV_REGISTER_GUEST_OS_ID;
}

static void expect_refused(const struct convention *convention, uint64_t control, uint64_t status)
{
    struct call before, call;

    valid_call(convention, control, &before);
    call = before;
    convention->call(&call);
    expect_context(convention->name, control);
    EXPECT_EQ(call.x[0], status);
    expect_registers(&before, &call, X0);
}

static void every_reserved_bit_is_refused(void)
{
    const uint64_t good = CONTROL_FAST(HV_CALL_GET_VP_REGISTERS) | CONTROL_REPS(1);

    FOR_EACH_CONVENTION(convention)
    {
        for (uint32_t bit = 0; bit < 64; bit++) {
            if ((HV_CONTROL_RESERVED >> bit & 1) != 0) {
                expect_refused(convention, good | UINT64_C(1) << bit,
                               HV_STATUS_INVALID_HYPERCALL_INPUT);
                expect_refused(convention, CONTROL_FAST(0x7abc) | UINT64_C(1) << bit,
                               HV_STATUS_INVALID_HYPERCALL_INPUT);
            }
        }
    }
}

static void variable_headers_are_refused(void)
{
    static const uint32_t sizes[] = { 1, 2, 3, 14, 16, 255, 509, 1022, 1023 };
    const uint64_t good = CONTROL_FAST(HV_CALL_GET_VP_REGISTERS) | CONTROL_REPS(1);

    FOR_EACH_CONVENTION(convention)
    {
        for (uint32_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            expect_refused(convention, good | CONTROL_VARIABLE(sizes[i]),
                           HV_STATUS_INVALID_HYPERCALL_INPUT);
        }
    }
}

static void rep_fields_are_checked(void)
{
    static const uint32_t counts[] = { 0, 1, 2, 4095 };
    const uint64_t get = CONTROL_FAST(HV_CALL_GET_VP_REGISTERS);
    const uint64_t simple = CONTROL_FAST(HV_CALL_NOTIFY_LONG_SPIN_WAIT);

    FOR_EACH_CONVENTION(convention)
    {
        for (uint32_t i = 0; i < 4; i++) {
            uint32_t count = counts[i];

            expect_refused(convention, get | CONTROL_REPS(count) | CONTROL_START(count),
                           HV_STATUS_INVALID_HYPERCALL_INPUT);
            expect_refused(convention, get | CONTROL_REPS(count) | CONTROL_START(4095),
                           HV_STATUS_INVALID_HYPERCALL_INPUT);
            if (count != 0) {
                expect_refused(convention, simple | CONTROL_REPS(count),
                               HV_STATUS_INVALID_HYPERCALL_INPUT);
                expect_refused(convention, simple | CONTROL_START(count),
                               HV_STATUS_INVALID_HYPERCALL_INPUT);
            }
        }
        expect_refused(convention, get | CONTROL_REPS(4095), HV_STATUS_INVALID_HYPERCALL_INPUT);
    }
}

/* All 65,536 codes, in a form that no call takes: nothing is served, nothing else changes. */
static void every_code_with_a_reserved_bit_is_refused(void)
{
    for (uint32_t code = 0; code < 0x10000; code += 0x50000 / turns(0x10000)) {
        const struct convention *convention = conventions[code % 3];

        expect_refused(convention, CONTROL_FAST(code) | UINT64_C(1) << 27,
                       HV_STATUS_INVALID_HYPERCALL_INPUT);
    }
}

/* Codes that nobody has named. */
static void unnamed_codes_are_unknown(void)
{
    static const uint32_t from[] = { 0x0132, 0x8007, 0xc002 };
    static const uint32_t to[] = { 0x8001, 0xc001, 0x10000 };

    for (uint32_t range = 0; range < 3; range++) {
        for (uint32_t code = from[range]; code < to[range]; code += 0x70000 / turns(0x10000)) {
            expect_refused(conventions[code % 3], CONTROL_FAST(code),
                           HV_STATUS_INVALID_HYPERCALL_CODE);
        }
    }
    FOR_EACH_CONVENTION(convention)
    {
        expect_refused(convention, CONTROL_FAST(0), HV_STATUS_INVALID_HYPERCALL_CODE);
    }
}

static bool status_is_published(uint64_t status)
{
    switch (status) {
    case HV_STATUS_SUCCESS:
    case HV_STATUS_INVALID_HYPERCALL_CODE:
    case HV_STATUS_INVALID_HYPERCALL_INPUT:
    case HV_STATUS_INVALID_ALIGNMENT:
    case HV_STATUS_INVALID_PARAMETER:
    case HV_STATUS_ACCESS_DENIED:
    case HV_STATUS_INVALID_PARTITION_ID:
    case HV_STATUS_INVALID_VP_INDEX:
    case HV_STATUS_INVALID_PORT_ID:
    case HV_STATUS_INVALID_CONNECTION_ID:
    case HV_STATUS_INSUFFICIENT_BUFFERS:
    case HV_STATUS_INVALID_SYNIC_STATE:
    case HV_STATUS_INVALID_VP_STATE:
    case HV_STATUS_INVALID_REGISTER_VALUE:
        return true;
    default:
        return false;
    }
}

/* A word that is often nearly right. GuestCrashCtl is left out: a crash report ends the run. */
static uint64_t random_control(void)
{
    static const uint64_t codes[] = { HV_CALL_GET_VP_REGISTERS,
                                      HV_CALL_GET_VP_REGISTERS,
                                      HV_CALL_SET_VP_REGISTERS,
                                      HV_CALL_POST_MESSAGE,
                                      HV_CALL_SIGNAL_EVENT,
                                      HV_CALL_NOTIFY_LONG_SPIN_WAIT,
                                      HV_CALL_GET_PARTITION_ID,
                                      HV_EXT_CALL_QUERY_CAPABILITIES,
                                      HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE,
                                      HV_CALL_START_VIRTUAL_PROCESSOR };
    uint64_t word = randomly() % 8 == 0 ? randomly() & HV_CONTROL_CODE : CHOOSE(codes);

    if (randomly() % 4 != 0) {
        word |= HV_CONTROL_FAST;
    }
    if (randomly() % 2 == 0) {
        word |= CONTROL_REPS(randomly() % 8 == 0 ? randomly() % 4096 : randomly() % 6);
    }
    if (randomly() % 4 == 0) {
        word |= CONTROL_START(randomly() % 8 == 0 ? randomly() % 4096 : randomly() % 6);
    }
    if (randomly() % 16 == 0) {
        word |= CONTROL_VARIABLE(randomly() % 1024);
    }
    if (randomly() % 16 == 0) {
        word ^= UINT64_C(1) << randomly() % 64;
    }
    return word;
}

static uint64_t random_word(void)
{
    const uint64_t words[] = { HV_PARTITION_ID_SELF,
                               HV_VP_INDEX_SELF,
                               HV_REGISTER_VP_INDEX,
                               HV_REGISTER_SIPP,
                               HV_REGISTER_SINT0 + 3,
                               HV_REGISTER_SCONTROL,
                               gpa(page),
                               gpa(&page[510]),
                               machine.ram_end,
                               machine.ram_end - 8,
                               0,
                               1,
                               0x10000,
                               0x08000000,
                               ~UINT64_C(7),
                               UINT64_C(1) << 52 };

    return randomly() % 8 == 0 ? randomly() : CHOOSE(words);
}

/* Registers that a call may have changed: X0, what holds a rep start, output of what succeeded. */
static uint64_t may_change(const struct convention *convention, uint64_t control, uint64_t result)
{
    uint64_t changed = X0 | UINT64_C(1) << convention->control;
    bool some = STATUS(result) == HV_STATUS_SUCCESS || REPS(result) > 0;

    if (some && (control & HV_CONTROL_FAST) != 0) {
        switch (hv_control_code(control)) {
        case HV_CALL_GET_VP_REGISTERS:
        case HV_CALL_GET_PARTITION_ID:
        case HV_EXT_CALL_QUERY_CAPABILITIES:
            changed |= convention->spills
                           ? 0xc
                           : UINT64_C(0x3fffe) & ~(X0 << (17 + (convention->id != 0)));
        }
    }
    return changed & ALL;
}

static void random_call(const struct convention *convention)
{
    uint64_t control = random_control();
    struct call before, call;

    call_prepare(convention, control, &before);
    for (uint32_t i = 0; i < convention->words; i++) {
        before.x[convention->window + i] = random_word();
    }
    call = before;
    convention->call(&call);
    expect_context(convention->name, control);
    EXPECT_EQ(call.x[0] & ~(HV_RESULT_STATUS | HV_RESULT_REPS), 0);
    EXPECT(status_is_published(STATUS(call.x[0])));
    EXPECT(REPS(call.x[0]) <= hv_control_rep_count(control) ||
           STATUS(call.x[0]) != HV_STATUS_SUCCESS);
    expect_registers(&before, &call, may_change(convention, control, call.x[0]));
}

static void random_calls_get_a_published_status(void)
{
    for (uint32_t i = 0; i < turns(RANDOM_CALLS); i++) {
        random_call(conventions[i % 3]);
        if (i % 1024 == 0) {
            guest_os_id_set(); /* it may have been set to zero */
        }
    }
}

static void the_interface_still_works(void)
{
    struct hv_register_value value;

    guest_os_id_set();
    FOR_EACH_CONVENTION(convention)
    {
        expect_context(convention->name, 0);
        EXPECT_EQ(register_get(convention, HV_REGISTER_GUEST_OS_ID, &value), hv_result(0, 1));
        EXPECT_EQ(value.low, GUEST_OS_ID);
    }
}

const struct test tests[] = {
    { "GuestOsId is set, a spill page attached", setup },
    { "every reserved bit is refused", every_reserved_bit_is_refused },
    { "variable headers are refused", variable_headers_are_refused },
    { "rep fields are checked", rep_fields_are_checked },
    { "every code with a reserved bit is refused", every_code_with_a_reserved_bit_is_refused },
    { "unnamed codes are unknown", unnamed_codes_are_unknown },
    { "random calls get a published status, and keep registers",
      random_calls_get_a_published_status },
    { "the interface still works", the_interface_still_works },
    { NULL, NULL },
};
