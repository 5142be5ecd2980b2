/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* SYSTEM_RESET: the guest comes back, once, and finds everything as after power-on. What tells the
 * two runs apart is a word of RAM, which a reset leaves alone. */

#include "hypercall.h"
#include "psci.h"

#define MARKER_ADDRESS UINT64_C(0x4f000000)
#define MARKER UINT64_C(0x6b636f6c6320656e)

static volatile uint64_t *marker(void)
{
    return (volatile uint64_t *)(uintptr_t)MARKER_ADDRESS;
}

static void marker_set(uint64_t value)
{
    *marker() = value;
    __asm__ volatile("dc civac, %0\n\tdsb sy" ::"r"(marker()) : "memory");
}

static void reset(void *argument)
{
    (void)argument;
    print("# reset\n");
    psci(PSCI_SYSTEM_RESET, 0, 0, 0);
    bail_out("SYSTEM_RESET returned");
}

/* First run: state that must not survive. The last processor, when there are several, resets. */
static void leave_traces_and_reset(void)
{
    marker_set(MARKER);
    guest_os_id_set();
    register_set(&smccc, HV_REGISTER_SIPP, 0x48000001);
    register_set(&smccc, HV_REGISTER_SINT0 + 2, INTID_VMBUS);
    register_set(&smccc, HV_REGISTER_SCONTROL, HV_SYNIC_ENABLE);
    register_set(&smccc, HV_REGISTER_GUEST_CRASH_P0, 0x1111);
    spill_attach();
    if (machine.cpus == 1) {
        reset(NULL);
    }
    cpu_start(machine.cpus - 1, reset, NULL);
    for (;;) {
        __asm__ volatile("wfi");
    }
}

static void the_guest_comes_back(void)
{
    if (*marker() != MARKER) {
        leave_traces_and_reset();
    }
    EXPECT_EQ(*marker(), MARKER);
    marker_set(0);
}

static void guest_os_id_is_zero_again(void)
{
    struct hv_register_value value;

    EXPECT_EQ(register_get(&smccc, HV_REGISTER_GUEST_OS_ID, &value), hv_result(0, 1));
    EXPECT_EQ(value.low, 0);
    EXPECT_EQ(register_get(&smccc, HV_REGISTER_VP_INDEX, &value), HV_STATUS_ACCESS_DENIED);
    EXPECT_EQ(register_get(&smccc, HV_REGISTER_GUEST_CRASH_P0, &value), hv_result(0, 1));
    EXPECT_EQ(value.low, 0);
}

static void synthetic_state_is_reset(void)
{
    struct hv_register_value value;

    guest_os_id_set();
    EXPECT_EQ(register_get(&smccc, HV_REGISTER_SIPP, &value), hv_result(0, 1));
    EXPECT_EQ(value.low, 0);
    EXPECT_EQ(register_get(&smccc, HV_REGISTER_SCONTROL, &value), hv_result(0, 1));
    EXPECT_EQ(value.low, 0);
    EXPECT_EQ(register_get(&smccc, HV_REGISTER_SINT0 + 2, &value), hv_result(0, 1));
    EXPECT_EQ(value.low, HV_SINT_RESET);
    EXPECT_EQ(register_set(&compact, HV_REGISTER_SIRBP, 0), HV_STATUS_INVALID_HYPERCALL_INPUT);
}

static void do_nothing(void *argument)
{
    (void)argument;
}

static void other_processors_are_off_again(void)
{
    if (machine.cpus < 2) {
        test_skip("one processor");
        return;
    }
    EXPECT_EQ(psci(PSCI_AFFINITY_INFO_64, cpus[1].mpidr, 0, 0), PSCI_AFFINITY_OFF);
    EXPECT_EQ(cpu_start(1, do_nothing, NULL), PSCI_SUCCESS);
    EXPECT(cpu_wait_off(1));
}

const struct test tests[] = {
    { "the guest comes back", the_guest_comes_back },
    { "GuestOsId and the crash registers are zero again", guest_os_id_is_zero_again },
    { "SynIC registers and spill page are reset", synthetic_state_is_reset },
    { "other processors are off again", other_processors_are_off_again },
    { NULL, NULL },
};
