/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Feature audit: what the guest is told that it has, works, and what it is not told that it has, is
 * refused, call by call and register by register (TLFS feature-discovery,
 * hv_partition_privilege_mask). */

#include <hv/extended.h>
#include <hv/processor.h>

#include "synic.h"

static struct hv_register_value privileges, features;

/* One register with a row that a privilege guards, or a call. */
struct feature {
    const char *name;
    uint64_t bit;
    bool high; /* the bit is of the upper half: a feature */
    bool (*works)(void);
};

static bool gets(uint32_t name)
{
    struct hv_register_value value;

    return register_get(&native, name, &value) == DONE;
}

static bool vp_run_time(void)
{
    struct hv_register_value first, second;

    return register_get(&native, HV_REGISTER_VP_RUNTIME, &first) == DONE &&
           register_get(&native, HV_REGISTER_VP_RUNTIME, &second) == DONE &&
           second.low >= first.low && second.low != 0;
}

static bool reference_counter(void)
{
    uint64_t before = reference_time();

    wait_microseconds(10);
    return gets(HV_REGISTER_TIME_REF_COUNT) && reference_time() >= before + 100;
}

static bool synic_registers(void)
{
    struct hv_register_value value;

    return register_get(&native, HV_REGISTER_SVERSION, &value) == DONE &&
           value.low == HV_SYNIC_VERSION_1 && gets(HV_REGISTER_SCONTROL) &&
           gets(HV_REGISTER_SIFP) && gets(HV_REGISTER_SIPP) && gets(HV_REGISTER_SIRBP) &&
           gets(HV_REGISTER_EOM) && gets(HV_REGISTER_SINT0) && gets(HV_REGISTER_SINT15);
}

static bool timer_registers(void)
{
    for (uint32_t i = 0; i < 2 * HV_SYNTHETIC_TIMERS; i++) {
        if (!gets(HV_REGISTER_STIMER0_CONFIG + i)) {
            return false;
        }
    }
    return true;
}

static bool assist_page(void)
{
    return gets(HV_REGISTER_VP_ASSIST_PAGE);
}

static bool guest_os_id(void)
{
    return gets(HV_REGISTER_GUEST_OS_ID);
}

static bool vp_index(void)
{
    return gets(HV_REGISTER_VP_INDEX);
}

static bool reference_tsc(void)
{
    return gets(HV_REGISTER_REFERENCE_TSC);
}

static uint64_t call(uint64_t code, const uint64_t *input, uint32_t words)
{
    return STATUS(call_fast(&native, CONTROL_FAST(code), input, words, NULL));
}

static bool partition_id(void)
{
    return call(HV_CALL_GET_PARTITION_ID, NULL, 0) == HV_STATUS_SUCCESS;
}

/* Past the privilege comes the connection, of which there is none. */
static bool post_messages(void)
{
    static struct hv_post_message post = { .connection_id = 0x55555, .message_type = 1 };

    return call_slow(&native, HV_CALL_POST_MESSAGE, gpa(&post), 0, NULL) ==
           HV_STATUS_INVALID_CONNECTION_ID;
}

static bool signal_events(void)
{
    const uint64_t word = 0x55555;

    return call(HV_CALL_SIGNAL_EVENT, &word, 1) == HV_STATUS_INVALID_CONNECTION_ID;
}

static bool debugging(void)
{
    const uint64_t newline = '\n';

    return call(HV_CALL_OUTPUT_DEBUG_CHARACTER, &newline, 1) == HV_STATUS_SUCCESS;
}

static bool extended_calls(void)
{
    return call(HV_EXT_CALL_QUERY_CAPABILITIES, NULL, 0) == HV_STATUS_SUCCESS;
}

static bool start_processor(void)
{
    const uint64_t self[11] = { HV_PARTITION_ID_SELF, 0 };

    return call(HV_CALL_START_VIRTUAL_PROCESSOR, self, 11) == HV_STATUS_INVALID_VP_INDEX;
}

static bool create_partition(void)
{
    return call(HV_CALL_CREATE_PARTITION, NULL, 0) != HV_STATUS_ACCESS_DENIED;
}

static bool memory_pool(void)
{
    return call(HV_CALL_DEPOSIT_MEMORY, NULL, 0) != HV_STATUS_ACCESS_DENIED;
}

static bool create_port(void)
{
    return call(HV_CALL_CREATE_PORT, NULL, 0) != HV_STATUS_ACCESS_DENIED;
}

static bool connect_port(void)
{
    return call(HV_CALL_CONNECT_PORT, NULL, 0) != HV_STATUS_ACCESS_DENIED;
}

static bool crash_registers(void)
{
    struct hv_register_value value;

    return register_get(&native, HV_REGISTER_GUEST_CRASH_CTL, &value) == DONE &&
           (value.low & HV_CRASH_CTL_NOTIFY) != 0 && gets(HV_REGISTER_GUEST_CRASH_P4);
}

static bool direct_timers(void)
{
    bool taken = timer_config_set(0, TIMER_DIRECT(20)) == DONE;

    return timer_config_set(0, 0) == DONE && taken;
}

#define PRIVILEGE(name, works)                                                                     \
    {                                                                                              \
#name, HV_PRIV_##name, false, works                                                        \
    }

// clang-format off
static const struct feature all_features[] = {
    PRIVILEGE(ACCESS_VP_RUN_TIME_REG, vp_run_time),
    PRIVILEGE(ACCESS_PARTITION_REFERENCE_COUNTER, reference_counter),
    PRIVILEGE(ACCESS_SYNIC_REGS, synic_registers),
    PRIVILEGE(ACCESS_SYNTHETIC_TIMER_REGS, timer_registers),
    PRIVILEGE(ACCESS_INTR_CTRL_REGS, assist_page),
    PRIVILEGE(ACCESS_HYPERCALL_MSRS, guest_os_id),
    PRIVILEGE(ACCESS_VP_INDEX, vp_index),
    PRIVILEGE(ACCESS_PARTITION_REFERENCE_TSC, reference_tsc),
    PRIVILEGE(ACCESS_PARTITION_ID, partition_id),
    PRIVILEGE(POST_MESSAGES, post_messages),
    PRIVILEGE(SIGNAL_EVENTS, signal_events),
    PRIVILEGE(DEBUGGING, debugging),
    PRIVILEGE(ENABLE_EXTENDED_HYPERCALLS, extended_calls),
    PRIVILEGE(START_VIRTUAL_PROCESSOR, start_processor),
    PRIVILEGE(CREATE_PARTITIONS, create_partition),
    PRIVILEGE(ACCESS_MEMORY_POOL, memory_pool),
    PRIVILEGE(CREATE_PORT, create_port),
    PRIVILEGE(CONNECT_PORT, connect_port),
    { "GUEST_CRASH_REGS_AVAILABLE", HV_FEATURE_GUEST_CRASH_REGS_AVAILABLE, true, crash_registers },
    { "DIRECT_SYNTHETIC_TIMERS_AVAILABLE", HV_FEATURE_DIRECT_SYNTHETIC_TIMERS_AVAILABLE, true,
      direct_timers },
};
// clang-format on
#define FEATURES (sizeof(all_features) / sizeof(all_features[0]))

static void setup(void)
{
    guest_os_id_set();
    EXPECT_EQ(register_get(&smccc, HV_REGISTER_PRIVILEGES_AND_FEATURES_INFO, &privileges), DONE);
    EXPECT_EQ(register_get(&smccc, HV_REGISTER_FEATURES_INFO, &features), DONE);
    note("privileges", privileges.low);
    note("features", privileges.high);
    note("recommendations", features.low);
}

static void each_bit_says_what_is_so(void)
{
    for (uint32_t i = 0; i < FEATURES; i++) {
        const struct feature *feature = &all_features[i];
        uint64_t word = feature->high ? privileges.high : privileges.low;

        expect_context(feature->name, feature->bit);
        EXPECT_EQ(feature->works(), (word & feature->bit) != 0);
    }
}

/* A bit that is set but not tried here would be a promise that nobody has looked at. */
static void no_other_bit_is_set(void)
{
    uint64_t low = 0;
    uint64_t high = 0;

    for (uint32_t i = 0; i < FEATURES; i++) {
        low |= all_features[i].high ? 0 : all_features[i].bit;
        high |= all_features[i].high ? all_features[i].bit : 0;
    }
    EXPECT_EQ(privileges.low & ~low, 0);
    EXPECT_EQ(privileges.high & ~high, 0);
}

/* Calls that this guest may make. */
static const uint16_t served[] = {
    HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE,
    HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST,
    HV_CALL_NOTIFY_LONG_SPIN_WAIT,
    HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI,
    HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE_EX,
    HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST_EX,
    HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI_EX,
    HV_CALL_GET_PARTITION_ID,
    HV_CALL_GET_VP_REGISTERS,
    HV_CALL_SET_VP_REGISTERS,
    HV_CALL_TRANSLATE_VIRTUAL_ADDRESS,
    HV_CALL_POST_MESSAGE,
    HV_CALL_SIGNAL_EVENT,
    HV_CALL_OUTPUT_DEBUG_CHARACTER,
    HV_CALL_START_VIRTUAL_PROCESSOR,
    HV_CALL_GET_VP_INDEX_FROM_APIC_ID,
    HV_CALL_TRANSLATE_VIRTUAL_ADDRESS_EX,
    HV_CALL_FLUSH_GUEST_PHYSICAL_ADDRESS_SPACE,
    HV_CALL_FLUSH_GUEST_PHYSICAL_ADDRESS_LIST,
    HV_EXT_CALL_QUERY_CAPABILITIES,
};

static bool is_served(uint32_t code)
{
    for (uint32_t i = 0; i < sizeof(served) / sizeof(served[0]); i++) {
        if (served[i] == code) {
            return true;
        }
    }
    return false;
}

/* By a form that no call has, so that none is made: a start behind the end. Calls that are not
 * served are refused before anybody looks at the form. */
static void every_other_call_is_refused(void)
{
    uint64_t seen = 0;
    /* All of them, or every few, and always those that have a name. */
    const uint32_t step = 0x10000 / turns(0x10000);

    for (uint32_t code = 0; code < 0x10000; code += code % 0x8000 < 0x200 ? 1 : step) {
        uint64_t status = STATUS(call_fast(
            &native, CONTROL_FAST(code) | CONTROL_START(2) | CONTROL_REPS(1), NULL, 0, NULL));

        expect_context("code", code);
        if (is_served(code)) {
            EXPECT_EQ(status, HV_STATUS_INVALID_HYPERCALL_INPUT);
            seen++;
        } else {
            EXPECT(status == HV_STATUS_ACCESS_DENIED || status == HV_STATUS_INVALID_HYPERCALL_CODE);
        }
    }
    EXPECT_EQ(seen, sizeof(served) / sizeof(served[0]));
}

static bool register_is_known(uint32_t name)
{
    return (name >= HV_REGISTER_GUEST_CRASH_P0 && name <= HV_REGISTER_GUEST_CRASH_CTL) ||
           (name >= HV_REGISTER_PRIVILEGES_AND_FEATURES_INFO &&
            name <= HV_REGISTER_HARDWARE_FEATURES_INFO) ||
           name == HV_REGISTER_HYPERVISOR_VERSION || name == HV_REGISTER_VP_RUNTIME ||
           (name >= HV_REGISTER_GUEST_OS_ID && name <= HV_REGISTER_TIME_REF_COUNT) ||
           name == HV_REGISTER_VP_ASSIST_PAGE || name == HV_REGISTER_REFERENCE_TSC ||
           (name >= HV_REGISTER_SINT0 && name <= HV_REGISTER_SIRBP) ||
           (name >= HV_REGISTER_STIMER0_CONFIG &&
            name < HV_REGISTER_STIMER0_CONFIG + 2 * HV_SYNTHETIC_TIMERS);
}

/* Around all the names that there are. */
static void every_other_register_is_refused(void)
{
    static const uint32_t groups[] = { 0,       0x10000, 0x20000, 0x40000,
                                       0x90000, 0xa0000, 0xb0000, 0xd0000 };
    struct hv_register_value value;

    for (uint32_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        for (uint32_t name = groups[i]; name < groups[i] + 0x400; name++) {
            uint64_t result = register_get(&native, name, &value);

            expect_context("register", name);
            EXPECT_EQ(result == DONE, register_is_known(name));
            EXPECT_EQ(REPS(result), result == DONE);
        }
    }
}

/* Bit n of the capabilities is call 0x8002 + n. */
static void extended_calls_are_as_their_capabilities(void)
{
    struct call call;
    uint64_t capabilities;

    EXPECT_EQ(call_fast(&native, CONTROL_FAST(HV_EXT_CALL_QUERY_CAPABILITIES), NULL, 0, &call),
              HV_STATUS_SUCCESS);
    capabilities = call.x[fast_output_register(&native, 0, 8)];
    note("capabilities", capabilities);
    EXPECT_EQ((capabilities & HV_EXT_CAPABILITY_GET_BOOT_ZEROED_MEMORY) != 0,
              is_served(HV_EXT_CALL_GET_BOOT_ZEROED_MEMORY));
    EXPECT_EQ((capabilities & HV_EXT_CAPABILITY_MEMORY_HEAT_HINT) != 0,
              is_served(HV_EXT_CALL_MEMORY_HEAT_HINT));
    EXPECT_EQ(capabilities & ~UINT64_C(0x103), 0);
}

/* The calls with sets are recommended, so they are there; SGIs are cheaper than the call for one.
 */
static void recommendations_can_be_followed(void)
{
    EXPECT((features.low & HV_RECOMMEND_EX_PROCESSOR_MASKS) != 0);
    EXPECT((features.low & HV_RECOMMEND_SYNTHETIC_CLUSTER_IPI) == 0);
    EXPECT(is_served(HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI_EX));
    EXPECT_EQ(features.low >> HV_LONG_SPIN_WAIT_COUNT_SHIFT, HV_LONG_SPIN_WAIT_NEVER);
}

const struct test tests[] = {
    { "GuestOsId is set, and the words are read", setup },
    { "each bit says what is so", each_bit_says_what_is_so },
    { "no other bit is set", no_other_bit_is_set },
    { "every other call is refused", every_other_call_is_refused },
    { "every other register is refused", every_other_register_is_refused },
    { "extended calls are as their capabilities say", extended_calls_are_as_their_capabilities },
    { "recommendations can be followed", recommendations_can_be_followed },
    { NULL, NULL },
};
