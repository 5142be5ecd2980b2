/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The registers that HvCallGetVpRegisters and HvCallSetVpRegisters serve: values, reset values,
 * what may be written, and how the refusals look. */

#include "hypercall.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DONE hv_result(HV_STATUS_SUCCESS, 1)
#define REFUSED hv_result(HV_STATUS_INVALID_PARAMETER, 0)

static struct hv_register_value get(uint32_t name)
{
    struct hv_register_value value;

    expect_context("register", name);
    EXPECT_EQ(register_get(&smccc, name, &value), DONE);
    return value;
}

/* One element with every field free; result value. */
static uint64_t get_with_header(uint64_t partition, uint64_t vp_and_vtl, uint32_t name)
{
    const uint64_t input[] = { partition, vp_and_vtl, name };

    return call_fast(&native, CONTROL_FAST(HV_CALL_GET_VP_REGISTERS) | CONTROL_REPS(1), input, 3,
                     NULL);
}

static void conventions_agree(void)
{
    static const uint32_t names[] = { HV_REGISTER_HYPERVISOR_VERSION,
                                      HV_REGISTER_PRIVILEGES_AND_FEATURES_INFO,
                                      HV_REGISTER_FEATURES_INFO,
                                      HV_REGISTER_IMPLEMENTATION_LIMITS_INFO,
                                      HV_REGISTER_HARDWARE_FEATURES_INFO,
                                      HV_REGISTER_GUEST_CRASH_CTL,
                                      HV_REGISTER_VP_INDEX,
                                      HV_REGISTER_SVERSION };

    for (uint32_t i = 0; i < COUNT(names); i++) {
        struct hv_register_value first = get(names[i]);

        FOR_EACH_CONVENTION(convention)
        {
            struct hv_register_value value;

            EXPECT_EQ(register_get(convention, names[i], &value), DONE);
            EXPECT_EQ(value.low, first.low);
            EXPECT_EQ(value.high, first.high);
        }
    }
}

static void privileges_say_what_is_served(void)
{
    const uint64_t wanted = HV_PRIV_ACCESS_VP_INDEX | HV_PRIV_ACCESS_SYNIC_REGS |
                            HV_PRIV_ACCESS_PARTITION_REFERENCE_COUNTER |
                            HV_PRIV_ACCESS_HYPERCALL_MSRS | HV_PRIV_ACCESS_PARTITION_ID |
                            HV_PRIV_POST_MESSAGES | HV_PRIV_SIGNAL_EVENTS |
                            HV_PRIV_ACCESS_SYNTHETIC_TIMER_REGS;
    struct hv_register_value value = get(HV_REGISTER_PRIVILEGES_AND_FEATURES_INFO);

    EXPECT_EQ(value.low & wanted, wanted);
    EXPECT_EQ(value.low & (HV_PRIV_CREATE_PARTITIONS | HV_PRIV_ACCESS_VSM), 0);
    EXPECT((value.high & HV_FEATURE_GUEST_CRASH_REGS_AVAILABLE) != 0);
    EXPECT((value.high & HV_FEATURE_DIRECT_SYNTHETIC_TIMERS_AVAILABLE) != 0);
    EXPECT_EQ(value.high & HV_FEATURE_SINT_POLLING_MODE_AVAILABLE, 0);
}

static void reset_values_are_the_specified(void)
{
    for (uint32_t i = 0; i < HV_SYNIC_SINT_COUNT; i++) {
        EXPECT_EQ(get(HV_REGISTER_SINT0 + i).low, HV_SINT_RESET);
    }
    EXPECT_EQ(get(HV_REGISTER_SCONTROL).low, 0);
    EXPECT_EQ(get(HV_REGISTER_SIPP).low, 0);
    EXPECT_EQ(get(HV_REGISTER_SIFP).low, 0);
    EXPECT_EQ(get(HV_REGISTER_SIRBP).low, 0);
    EXPECT_EQ(get(HV_REGISTER_SVERSION).low, HV_SYNIC_VERSION_1);
    EXPECT_EQ(get(HV_REGISTER_EOM).low, 0);
    EXPECT_EQ(get(HV_REGISTER_VP_INDEX).low, 0);
    for (uint32_t i = 0; i < HV_CRASH_PARAMETERS; i++) {
        EXPECT_EQ(get(HV_REGISTER_GUEST_CRASH_P0 + i).low, 0);
    }
}

static void reference_time_runs_at_10_mhz(void)
{
    uint64_t from = get(HV_REGISTER_TIME_REF_COUNT).low;
    uint64_t ticks = now();
    uint64_t to = from;

    for (uint32_t i = 0; i < 1000; i++) {
        uint64_t next = get(HV_REGISTER_TIME_REF_COUNT).low;

        EXPECT(next >= to);
        to = next;
    }
    wait_microseconds(10000);
    to = get(HV_REGISTER_TIME_REF_COUNT).low;
    ticks = now() - ticks;
    /* The counter was read inside the span of `ticks`, which is at least 10 ms. */
    EXPECT(to - from >= 100000);
    EXPECT(to - from <= ticks * 10 / microseconds(1) + microseconds(1000));
}

static void vp_runtime_grows(void)
{
    uint64_t from = get(HV_REGISTER_VP_RUNTIME).low;

    wait_microseconds(1000);
    EXPECT(get(HV_REGISTER_VP_RUNTIME).low > from);
}

static void synic_registers_keep_reserved_bits(void)
{
    static const uint32_t names[] = { HV_REGISTER_SIPP, HV_REGISTER_SIFP, HV_REGISTER_SIRBP,
                                      HV_REGISTER_SCONTROL };

    for (uint32_t i = 0; i < COUNT(names); i++) {
        uint64_t value = 0x0000000048000ffe; /* disabled, RsvdP bits set */

        expect_context("register", names[i]);
        EXPECT_EQ(register_set(&native, names[i], value), DONE);
        EXPECT_EQ(get(names[i]).low, value);
        EXPECT_EQ(register_set(&smccc, names[i], 0), DONE);
        EXPECT_EQ(get(names[i]).low, 0);
    }
}

static void sint_takes_a_ppi_unless_masked(void)
{
    for (uint64_t vector = 0; vector < 256; vector++) {
        bool is_ppi = vector >= 16 && vector <= 31;

        expect_context("vector", vector);
        EXPECT_EQ(register_set(&smccc, HV_REGISTER_SINT0 + 5, vector), is_ppi ? DONE : REFUSED);
        if (is_ppi) {
            EXPECT_EQ(get(HV_REGISTER_SINT0 + 5).low, vector);
        }
        EXPECT_EQ(register_set(&smccc, HV_REGISTER_SINT0 + 5, HV_SINT_MASKED | vector), DONE);
    }
    EXPECT_EQ(register_set(&smccc, HV_REGISTER_SINT0 + 5, HV_SINT_RESET), DONE);
    EXPECT_EQ(get(HV_REGISTER_SINT0 + 5).low, HV_SINT_RESET);
    EXPECT_EQ(get(HV_REGISTER_SINT0 + 4).low, HV_SINT_RESET);
    EXPECT_EQ(get(HV_REGISTER_SINT0 + 6).low, HV_SINT_RESET);
}

static void read_only_registers_refuse_a_set(void)
{
    static const uint32_t names[] = { HV_REGISTER_HYPERVISOR_VERSION,
                                      HV_REGISTER_PRIVILEGES_AND_FEATURES_INFO,
                                      HV_REGISTER_FEATURES_INFO,
                                      HV_REGISTER_IMPLEMENTATION_LIMITS_INFO,
                                      HV_REGISTER_HARDWARE_FEATURES_INFO,
                                      HV_REGISTER_VP_INDEX,
                                      HV_REGISTER_VP_RUNTIME,
                                      HV_REGISTER_TIME_REF_COUNT,
                                      HV_REGISTER_SVERSION };

    for (uint32_t i = 0; i < COUNT(names); i++) {
        expect_context("register", names[i]);
        EXPECT_EQ(register_set(&native, names[i], 1), REFUSED);
        EXPECT_EQ(register_set(&smccc, names[i], 1), REFUSED);
    }
}

static void unknown_registers_are_invalid_parameters(void)
{
    static const uint32_t names[] = { 0x00000000, 0x00000101, 0x000001ff, 0x0000020f, 0x00000216,
                                      0x00012345, 0x00090001, 0x00090005, 0x00020000, 0x000affff,
                                      0x000a0016, 0x000fffff, 0x7fffffff, 0x80000200, 0xffffffff };
    struct hv_register_value value;

    for (uint32_t i = 0; i < COUNT(names); i++) {
        expect_context("register", names[i]);
        EXPECT_EQ(register_get(&native, names[i], &value), REFUSED);
        EXPECT_EQ(register_get(&compact, names[i], &value), REFUSED);
        EXPECT_EQ(register_set(&smccc, names[i], 0), REFUSED);
    }
}

static void reps_completed_is_the_index_of_the_refused(void)
{
    const uint64_t input[] = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF,
                               (uint64_t)HV_REGISTER_SVERSION << 32 | HV_REGISTER_SVERSION,
                               (uint64_t)HV_REGISTER_SVERSION << 32 | 0x12345 };

    EXPECT_EQ(
        call_fast(&smccc, CONTROL_FAST(HV_CALL_GET_VP_REGISTERS) | CONTROL_REPS(4), input, 4, NULL),
        hv_result(HV_STATUS_INVALID_PARAMETER, 2));
}

static void header_is_checked(void)
{
    const uint64_t self = HV_VP_INDEX_SELF;

    EXPECT_EQ(get_with_header(HV_PARTITION_ID_SELF, self, HV_REGISTER_SVERSION), DONE);
    EXPECT_EQ(get_with_header(HV_PARTITION_ID_SELF, 0, HV_REGISTER_SVERSION), DONE);
    EXPECT_EQ(STATUS(get_with_header(HV_PARTITION_ID_SELF, 4096, HV_REGISTER_SVERSION)),
              HV_STATUS_INVALID_VP_INDEX);
    EXPECT_EQ(STATUS(get_with_header(HV_PARTITION_ID_SELF, machine.cpus, HV_REGISTER_SVERSION)),
              HV_STATUS_INVALID_VP_INDEX); /* the service core is no VP */
    EXPECT_EQ(STATUS(get_with_header(HV_PARTITION_ID_SELF, HV_ANY_VP, HV_REGISTER_SVERSION)),
              HV_STATUS_INVALID_VP_INDEX);
    for (uint32_t bit = 37; bit < 64; bit++) { /* reserved bits of HV_INPUT_VTL, then RsvdZ */
        expect_context("bit", bit);
        EXPECT_EQ(
            get_with_header(HV_PARTITION_ID_SELF, self | UINT64_C(1) << bit, HV_REGISTER_SVERSION),
            REFUSED);
    }
    expect_context(NULL, 0);
    EXPECT(STATUS(get_with_header(77, self, HV_REGISTER_SVERSION)) != HV_STATUS_SUCCESS);
    EXPECT(STATUS(get_with_header(0, self, HV_REGISTER_SVERSION)) != HV_STATUS_SUCCESS);
}

/* Read says what the host can do, whatever was written; a write without "notify" tells nothing. */
static void crash_control_reads_what_is_supported(void)
{
    EXPECT_EQ(register_set(&smccc, HV_REGISTER_GUEST_CRASH_CTL, 0), DONE);
    EXPECT_EQ(register_set(&smccc, HV_REGISTER_GUEST_CRASH_CTL, HV_CRASH_CTL_MESSAGE), DONE);
    EXPECT_EQ(get(HV_REGISTER_GUEST_CRASH_CTL).low, HV_CRASH_CTL_NOTIFY | HV_CRASH_CTL_MESSAGE);
}

static void guest_os_id_opens_the_interface(void)
{
    guest_os_id_set();
}

const struct test tests[] = {
    { "GuestOsId is set", guest_os_id_opens_the_interface },
    { "reset values are the specified ones", reset_values_are_the_specified },
    { "the conventions agree", conventions_agree },
    { "the privilege mask says what is served", privileges_say_what_is_served },
    { "reference time runs at 10 MHz", reference_time_runs_at_10_mhz },
    { "VP runtime grows", vp_runtime_grows },
    { "SynIC registers keep reserved bits", synic_registers_keep_reserved_bits },
    { "a SINT takes a PPI unless it is masked", sint_takes_a_ppi_unless_masked },
    { "read-only registers refuse a set", read_only_registers_refuse_a_set },
    { "unknown registers are invalid parameters", unknown_registers_are_invalid_parameters },
    { "reps completed is the index of the refused element",
      reps_completed_is_the_index_of_the_refused },
    { "the header is checked", header_is_checked },
    { "GuestCrashCtl reads what is supported", crash_control_reads_what_is_supported },
    { NULL, NULL },
};
