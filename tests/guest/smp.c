/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Processors added and removed: each has its own VP index and synthetic state, which starts anew
 * with every CPU_ON. */

#include "hypercall.h"
#include "psci.h"

static struct hv_register_value value; /* what the started processor read */
static uint64_t result;

#define DONE hv_result(HV_STATUS_SUCCESS, 1)

/* Runs `what` on a processor until it is off again. */
static void run_on(uint32_t index, void (*what)(void *))
{
    expect_context("processor", index);
    if (EXPECT_EQ(cpu_start(index, what, NULL), PSCI_SUCCESS)) {
        EXPECT(cpu_wait_off(index));
    }
    expect_context(NULL, 0);
}

static void setup(void)
{
    EXPECT(machine.cpus > 1);
    guest_os_id_set();
}

static void read_vp_index(void *argument)
{
    (void)argument;
    result = register_get(&smccc, HV_REGISTER_VP_INDEX, &value);
}

static void each_processor_has_its_index(void)
{
    for (uint32_t i = 1; i < machine.cpus; i++) {
        value.low = ~UINT64_C(0);
        run_on(i, read_vp_index);
        EXPECT_EQ(result, DONE);
        EXPECT_EQ(value.low, i);
    }
}

static void read_own_state(void *argument)
{
    struct hv_register_value page, sint;

    (void)argument;
    EXPECT_EQ(register_get(&native, HV_REGISTER_SCONTROL, &value), DONE);
    EXPECT_EQ(register_get(&native, HV_REGISTER_SIPP, &page), DONE);
    EXPECT_EQ(register_get(&native, HV_REGISTER_SINT0 + 2, &sint), DONE);
    EXPECT_EQ(value.low, 0);
    EXPECT_EQ(page.low, 0);
    EXPECT_EQ(sint.low, HV_SINT_RESET);
}

static void write_own_state(void *argument)
{
    (void)argument;
    EXPECT_EQ(register_set(&smccc, HV_REGISTER_SIPP, 0x48000001), DONE);
    EXPECT_EQ(register_set(&smccc, HV_REGISTER_SIFP, 0x48001001), DONE);
    EXPECT_EQ(register_set(&smccc, HV_REGISTER_SIRBP, 0x48002000), DONE);
    EXPECT_EQ(register_set(&smccc, HV_REGISTER_SINT0 + 2, INTID_VMBUS), DONE);
    EXPECT_EQ(register_set(&smccc, HV_REGISTER_SCONTROL, HV_SYNIC_ENABLE), DONE);
}

static void synthetic_state_starts_anew(void)
{
    for (uint32_t i = 1; i < machine.cpus; i++) {
        run_on(i, read_own_state);
        run_on(i, write_own_state);
        run_on(i, read_own_state);
    }
    EXPECT_EQ(register_get(&native, HV_REGISTER_GUEST_OS_ID, &value), DONE);
    EXPECT_EQ(value.low, GUEST_OS_ID); /* of the partition */
}

static void attach_page(void *argument)
{
    (void)argument;
    EXPECT_EQ(spill_attach(), 0);
    EXPECT_EQ(register_set(&compact, HV_REGISTER_SIRBP, 0x1000), DONE);
}

static void expect_no_page(void *argument)
{
    (void)argument;
    EXPECT_EQ(register_set(&compact, HV_REGISTER_SIRBP, 0x1000), HV_STATUS_INVALID_HYPERCALL_INPUT);
}

static void spill_page_belongs_to_one_processor_and_one_life(void)
{
    run_on(1, attach_page);
    run_on(1, expect_no_page);
    EXPECT_EQ(spill_attach(), 0);
    run_on(1, expect_no_page);
    EXPECT_EQ(register_set(&compact, HV_REGISTER_SIRBP, 0x1000), DONE);
    EXPECT_EQ(spill_detach(), 0);
}

static volatile bool hold;

static void wait_for_release(void *argument)
{
    (void)argument;
    write_own_state(NULL);
    while (hold) {
    }
}

/* Registers of another VP of the partition, by its index. */
static uint64_t get_of(uint64_t vp, uint32_t name, uint64_t *low)
{
    const uint64_t input[] = { HV_PARTITION_ID_SELF, vp, name };
    struct call call;
    uint64_t answer = call_fast(&native, CONTROL_FAST(HV_CALL_GET_VP_REGISTERS) | CONTROL_REPS(1),
                                input, 3, &call);

    *low = call.x[15];
    return answer;
}

static void other_processors_registers_are_readable(void)
{
    uint64_t low;
    uint64_t end = now() + microseconds(1000000);

    for (uint64_t i = 0; i < machine.cpus; i++) { /* they are off but the first */
        EXPECT_EQ(get_of(i, HV_REGISTER_VP_INDEX, &low), DONE);
        EXPECT_EQ(low, i);
    }
    hold = true;
    EXPECT_EQ(cpu_start(1, wait_for_release, NULL), PSCI_SUCCESS);
    do {
        EXPECT_EQ(get_of(1, HV_REGISTER_SCONTROL, &low), DONE); /* last of what it writes */
    } while (low == 0 && now() < end);
    EXPECT_EQ(low, HV_SYNIC_ENABLE);
    EXPECT_EQ(get_of(1, HV_REGISTER_SIPP, &low), DONE);
    EXPECT_EQ(low, 0x48000001);
    hold = false;
    EXPECT(cpu_wait_off(1));
    EXPECT_EQ(get_of(0, HV_REGISTER_SCONTROL, &low), DONE);
    EXPECT_EQ(low, 0);
}

static uint64_t exchanged;

static void read_clock_often(void *argument)
{
    struct hv_register_value time;

    (void)argument;
    for (uint32_t i = 0; i < turns(5000); i++) {
        uint64_t seen = __atomic_load_n(&exchanged, __ATOMIC_ACQUIRE);

        register_get(&native, HV_REGISTER_TIME_REF_COUNT, &time);
        if (time.low < seen) {
            EXPECT_EQ(time.low, seen);
        }
        __atomic_store_n(&exchanged, time.low, __ATOMIC_RELEASE);
    }
}

/* A time that one processor hands to another is never ahead of the other's clock. */
static void reference_time_is_one_for_all(void)
{
    exchanged = 0;
    for (uint32_t i = 1; i < machine.cpus; i++) {
        EXPECT_EQ(cpu_start(i, read_clock_often, NULL), PSCI_SUCCESS);
    }
    read_clock_often(NULL);
    for (uint32_t i = 1; i < machine.cpus; i++) {
        EXPECT(cpu_wait_off(i));
    }
}

static void keep_calling(void *argument)
{
    uint64_t me = this_cpu()->index;
    struct hv_register_value index;

    (void)argument;
    for (uint32_t i = 0; i < turns(5000); i++) {
        FOR_EACH_CONVENTION(convention)
        {
            if (register_get(convention, HV_REGISTER_VP_INDEX, &index) != DONE || index.low != me) {
                EXPECT_EQ(index.low, me);
            }
        }
    }
}

static void calls_on_all_processors_do_not_mix(void)
{
    for (uint32_t i = 1; i < machine.cpus; i++) {
        EXPECT_EQ(cpu_start(i, keep_calling, NULL), PSCI_SUCCESS);
    }
    keep_calling(NULL);
    for (uint32_t i = 1; i < machine.cpus; i++) {
        EXPECT(cpu_wait_off(i));
    }
}

const struct test tests[] = {
    { "GuestOsId is set", setup },
    { "each processor has its VP index", each_processor_has_its_index },
    { "synthetic state starts anew with CPU_ON", synthetic_state_starts_anew },
    { "a spill page belongs to one processor and one life of it",
      spill_page_belongs_to_one_processor_and_one_life },
    { "registers of other processors are readable", other_processors_registers_are_readable },
    { "reference time is one for all", reference_time_is_one_for_all },
    { "calls on all processors do not mix", calls_on_all_processors_do_not_mix },
    { NULL, NULL },
};
