/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What calls cost on machines with several processors, all of them on; and interrupts to all. */

#include "tests/bench/guest/measure.h"
#include "tests/guest/runtime/psci.h"
#include "tests/guest/runtime/synic.h"

#define EVENT_PORT(sint) (0x10800u | (sint))
#define SINT 5u
#define FLAG 7u
#define INTID 20u
#define IPI 1u

static volatile uint32_t ready;

static void sleep_there(void *argument)
{
    (void)argument;
    gic_init_cpu();
    gic_enable(1u << IPI);
    __atomic_add_fetch(&ready, 1, __ATOMIC_ACQ_REL);
    for (;;) {
        irq_wait();
    }
}

/* With -icount, processors take turns: the next one is on when this one sleeps. */
static void let_others_run(void)
{
    timer_at(now() + microseconds(20));
    irq_wait();
    timer_off();
}

static void setup(void)
{
    uint64_t end = now() + microseconds(10000000);

    measure_init();
    gic_init();
    gic_enable(1u << INTID);
    synic_on();
    sint_set(SINT, INTID);
    for (uint32_t i = 1; i < machine.cpus; i++) {
        EXPECT_EQ(cpu_start(i, sleep_there, NULL), PSCI_SUCCESS);
    }
    while (ready != machine.cpus - 1 && now() < end) {
        let_others_run();
    }
    EXPECT_EQ(ready, machine.cpus - 1);
}

static void fill_get(uint64_t *input)
{
    input[0] = HV_PARTITION_ID_SELF;
    input[1] = HV_VP_INDEX_SELF;
    input[2] = HV_REGISTER_VP_INDEX;
}

static void fill_signal(uint64_t *input)
{
    input[0] = EVENT_PORT(SINT) | (uint64_t)FLAG << 32;
}

static void flag_clear(void)
{
    EXPECT(event_take(SINT, FLAG));
}

static void fill_ipi(uint64_t *input)
{
    input[0] = IPI;
    input[1] = machine.cpus < 64 ? (UINT64_C(1) << machine.cpus) - 1 : UINT64_MAX;
}

static const struct job get = { .name = "GetVpRegisters, VpIndex",
                                .control = HV_CALL_GET_VP_REGISTERS | CONTROL_REPS(1),
                                .fill = fill_get,
                                .input = 20,
                                .output = 16,
                                .result = DONE_REPS(1) };
static const struct job signal = { .name = "SignalEvent, fresh",
                                   .control = HV_CALL_SIGNAL_EVENT,
                                   .fill = fill_signal,
                                   .input = 8,
                                   .after = flag_clear };
static const struct job ipi = { .name = "SendSyntheticClusterIpi",
                                .control = HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI,
                                .fill = fill_ipi,
                                .input = 16 };

static void points(void)
{
    job_point(&get, &forms[0], "processors, for GetVpRegisters", machine.cpus);
    job_point(&signal, &forms[0], "processors, for SignalEvent", machine.cpus);
    job_point(&ipi, &forms[0], "processors that an IPI goes to", machine.cpus);
}

static void rows(void)
{
    struct job job = ipi;

    job.name = machine.cpus == 4    ? "SendSyntheticClusterIpi, 4 processors"
               : machine.cpus == 64 ? "SendSyntheticClusterIpi, 64 processors"
                                    : NULL;
    if (job.name != NULL) {
        job_rows(&job);
    }
}

const struct test tests[] = {
    { "all processors are on, the counter, too", setup },
    { "points", points },
    { "rows", rows },
    { NULL, NULL },
};
