/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* All processors but one call the hypervisor as fast as they can; the one keeps its tick, and the
 * hypervisor keeps answering it. With one processor, its tick interrupts its own storm. Then the
 * interrupt controller is abused. */

#include <arm/smccc.h>

#include "hypercall.h"
#include "psci.h"
#include "sysreg.h"

#define TICK_MICROSECONDS 1000u
#define STORM_MICROSECONDS 400000u
#define TICKS_SHARE 4u /* of the ticks under plain load, one in so many must come in a storm */
#define TICKS_MINIMUM 4u
#define TRIES 3u
#define GICD_CTLR ((volatile uint32_t *)0x08000000)
#define GICR(offset) ((volatile uint32_t *)(uintptr_t)(0x080a0000 + (offset)))
#define GICR_ICENABLER0 0x10180u
#define GICR_ISPENDR0 0x10200u
#define GICR_ISACTIVER0 0x10300u
#define ICC_SGI1R_IRM (UINT64_C(1) << 40)

static volatile bool stop;
static volatile uint64_t calls[CPUS_MAX];
static volatile uint64_t spoilt[CPUS_MAX]; /* answers that were not the expected ones */

static void count(bool as_expected)
{
    uint32_t me = this_cpu()->index;

    calls[me]++;
    if (!as_expected) {
        spoilt[me]++;
    }
}

static void storm_refusals(void *argument)
{
    uint64_t word = 0x55555;
    struct hv_register_value value;

    (void)argument;
    while (!stop) {
        count(call_fast(&native, CONTROL_FAST(0x7abc), NULL, 0, NULL) == 2);
        count(call_fast(&smccc, CONTROL_FAST(HV_CALL_SIGNAL_EVENT), &word, 1, NULL) == 0x12);
        count(register_get(&compact, HV_REGISTER_VP_INDEX, &value) == hv_result(0, 1) &&
              value.low == this_cpu()->index);
        count(hvc0(0xc4003a5c, 0, 0, 0) == SMCCC_NOT_SUPPORTED);
        count(smc(SMCCC_VERSION, 0, 0, 0) >= SMCCC_VERSION_1_2);
    }
}

static void storm_long_calls(void *argument)
{
    static uint64_t in[CPUS_MAX][512] __attribute__((aligned(4096)));
    static uint64_t out[CPUS_MAX][512] __attribute__((aligned(4096)));
    uint64_t *block = in[this_cpu()->index];

    (void)argument;
    block[0] = HV_PARTITION_ID_SELF;
    block[1] = HV_VP_INDEX_SELF;
    for (uint32_t i = 0; i < 128; i++) {
        block[2 + i] = (uint64_t)HV_REGISTER_TIME_REF_COUNT << 32 | HV_REGISTER_VP_INDEX;
    }
    while (!stop) {
        count(call_slow(&smccc, HV_CALL_GET_VP_REGISTERS | CONTROL_REPS(256), gpa(block),
                        gpa(out[this_cpu()->index]), NULL) == hv_result(0, 256));
    }
}

static void storm_messages(void *argument)
{
    static struct hv_post_message post[CPUS_MAX] __attribute__((aligned(4096)));
    struct hv_post_message *mine = &post[this_cpu()->index];

    (void)argument;
    *mine = (struct hv_post_message) {
        .connection_id = 4, .message_type = 1, .payload_size = 40, .payload = { 14, 0x50003, 2 }
    };
    while (!stop) {
        uint64_t status = call_slow(&native, HV_CALL_POST_MESSAGE, gpa(mine), 0, NULL);

        count(status == HV_STATUS_SUCCESS || status == HV_STATUS_INSUFFICIENT_BUFFERS);
    }
}

static void storm_traps(void *argument)
{
    uint64_t value;

    (void)argument;
    while (!stop) {
        count(!try_read64(machine.ram_end, &value));
        count(!try_write64(machine.all_ram_end - 8, 0));
    }
}

static void spin(void *argument)
{
    (void)argument;
    while (!stop) {
        calls[this_cpu()->index]++;
    }
}

static uint64_t storm_end;

static void stop_at_the_end(uint32_t intid)
{
    (void)intid;
    stop = now() >= storm_end;
}

/* What this processor does meanwhile: it asks; alone, it makes the storm itself. */
static void tick(void (*with)(void *))
{
    struct hv_register_value value;

    if (machine.cpus == 1) {
        this_cpu()->on_irq = stop_at_the_end;
        with(NULL);
        this_cpu()->on_irq = NULL;
    }
    while (now() < storm_end) {
        EXPECT_EQ(register_get(&smccc, HV_REGISTER_VP_INDEX, &value), hv_result(0, 1));
        __asm__ volatile("wfi");
    }
}

/* This processor ticks while the others are busy `with` something; returns the ticks taken. */
static uint64_t tick_during(void (*with)(void *))
{
    struct cpu *cpu = this_cpu();
    uint64_t before = cpu->irqs[INTID_VIRTUAL_TIMER];
    uint32_t first = machine.cpus > 1; /* that makes the storm */

    stop = false;
    cpu->tick_worst = 0;
    cpu->tick_period = microseconds(TICK_MICROSECONDS);
    for (uint32_t i = 0; i < machine.cpus; i++) {
        calls[i] = spoilt[i] = 0;
        if (i > 0) {
            EXPECT_EQ(cpu_start(i, with, NULL), PSCI_SUCCESS);
        }
    }
    storm_end = now() + microseconds(STORM_MICROSECONDS);
    timer_at(now() + cpu->tick_period);
    irq_enable();
    tick(with);
    irq_disable();
    timer_off();
    cpu->tick_period = 0;
    stop = true;
    for (uint32_t i = first; i < machine.cpus; i++) {
        expect_context("processor", i);
        EXPECT(i == 0 || cpu_wait_off(i));
        EXPECT(calls[i] > 0);
        EXPECT_EQ(spoilt[i], 0);
    }
    expect_context(NULL, 0);
    return cpu->irqs[INTID_VIRTUAL_TIMER] - before;
}

/* The build machine's own load is in both figures, and is never the same in both: a storm that
 * keeps somebody from his ticks does so every time. */
static void storm(void (*with)(void *))
{
    uint64_t plain = 0;
    uint64_t ticks = 0;

    for (uint32_t i = 0; i < TRIES && (ticks == 0 || ticks < plain / TICKS_SHARE); i++) {
        plain = tick_during(spin);
        ticks = tick_during(with);
    }
    note("ticks beside processors that compute", plain);
    note("ticks beside processors that call", ticks);
    note("worst delay, microseconds", this_cpu()->tick_worst / microseconds(1));
    EXPECT(plain >= TICKS_MINIMUM);
    EXPECT(ticks >= plain / TICKS_SHARE);
}

static void setup(void)
{
    guest_os_id_set();
    gic_init();
}

static void refusals(void)
{
    storm(storm_refusals);
}

static void long_calls(void)
{
    storm(storm_long_calls);
}

static void messages(void)
{
    storm(storm_messages);
}

static void traps(void)
{
    storm(storm_traps);
}

/* SGIs to everybody, the hidden processor among them if it listened; everything disabled, pending
 * and active: calls answer, and time goes on. */
static void interrupt_controller_is_not_needed_for_calls(void)
{
    struct hv_register_value before, after;

    EXPECT_EQ(register_get(&native, HV_REGISTER_TIME_REF_COUNT, &before), hv_result(0, 1));
    for (uint32_t i = 0; i < 10000; i++) {
        WRITE_SYSREG(icc_sgi1r_el1, ICC_SGI1R_IRM | (uint64_t)(i % 16) << 24);
        WRITE_SYSREG(icc_sgi1r_el1, UINT64_C(0xffff) | (uint64_t)(i % 16) << 24);
    }
    *GICR(GICR_ICENABLER0) = 0xffffffff;
    *GICR(GICR_ISPENDR0) = 0xffffffff;
    *GICR(GICR_ISACTIVER0) = 0xffffffff;
    *GICD_CTLR = 0;
    for (uint32_t i = 0; i < 10000; i++) {
        EXPECT_EQ(register_get(&native, HV_REGISTER_TIME_REF_COUNT, &after), hv_result(0, 1));
    }
    EXPECT(after.low > before.low);
    EXPECT(smc(PSCI_VERSION, 0, 0, 0) >= 0x10000);
}

static void fault_for_ever(void *argument)
{
    (void)argument;
    calls[this_cpu()->index]++;
    WRITE_SYSREG(vbar_el1, machine.ram_end); /* no vectors: each fault's handler faults */
    __asm__ volatile("isb\n\thvc #2");
}

/* That processor does not come back. */
static void a_processor_without_vectors_harms_itself_alone(void)
{
    uint32_t victim = machine.cpus - 1;
    uint64_t ticks;

    if (machine.cpus == 1) {
        test_skip("one processor: it would be this one");
        return;
    }
    EXPECT_EQ(cpu_start(victim, fault_for_ever, NULL), PSCI_SUCCESS);
    /* A busy machine takes its time to start one, and it must be among its faults by then. */
    for (uint32_t i = 0;
         i < 1000 && psci(PSCI_AFFINITY_INFO_64, cpus[victim].mpidr, 0, 0) != PSCI_AFFINITY_ON;
         i++) {
        wait_microseconds(5000);
    }
    wait_microseconds(5000);
    EXPECT_EQ(psci(PSCI_AFFINITY_INFO_64, cpus[victim].mpidr, 0, 0), PSCI_AFFINITY_ON);
    machine.cpus--;
    ticks = tick_during(storm_refusals);
    machine.cpus++;
    EXPECT(ticks >= TICKS_MINIMUM);
    EXPECT_EQ(psci(PSCI_CPU_ON_64, cpus[victim].mpidr, GUEST_RAM_BASE, 0), PSCI_ALREADY_ON);
}

const struct test tests[] = {
    { "GuestOsId is set", setup },
    { "refused calls of all kinds", refusals },
    { "calls of 256 elements", long_calls },
    { "messages", messages },
    { "accesses to hidden memory", traps },
    { "a processor without vectors harms itself alone",
      a_processor_without_vectors_harms_itself_alone },
    { "the interrupt controller is not needed for calls",
      interrupt_controller_is_not_needed_for_calls },
    { NULL, NULL },
};
