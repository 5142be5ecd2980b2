/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* All processors but one call the hypervisor as fast as they can; the one keeps its tick, and the
 * hypervisor keeps answering it. With one processor, its tick interrupts its own storm. Then the
 * interrupt controller is abused.
 *
 * How long things take is judged where boot argument exact=1 says that time goes by instructions:
 * the processors take turns then, and no load of the build machine is in any figure. Elsewhere they
 * run at once, and everybody has to get on: no ratio, no deadline but one that means "never". */

#include <arm/smccc.h>

#include "hypercall.h"
#include "psci.h"
#include "sysreg.h"
#include "tests/oracles/oracles.h"

#define TICK_MICROSECONDS 1000u
#define TURN_MICROSECONDS 50u         /* with exact=1, the tick of all processors */
#define STAY_NANOSECONDS 2000u        /* at EL2 at a time, with exact=1: instructions */
#define TURN_MAX_MICROSECONDS 200000u /* of a processor without one: QEMU ends it at 100 ms */
#define TICKS 100u /* that have to come in a storm; with exact=1, four times as many */
#define CALLS 200u /* of each processor that storms, meanwhile */
#define NEVER_MICROSECONDS 30000000u /* by then, what has not come does not come */
#define GICD_CTLR ((volatile uint32_t *)0x08000000)
#define GICR(offset) ((volatile uint32_t *)(uintptr_t)(0x080a0000 + (offset)))
#define GICR_ICENABLER0 0x10180u
#define GICR_ISPENDR0 0x10200u
#define GICR_ISACTIVER0 0x10300u
#define ICC_SGI1R_IRM (UINT64_C(1) << 40)

static bool exact;
static volatile bool stop;
static void (*storm_with)(void);
static volatile uint64_t calls[CPUS_MAX];
static volatile uint64_t spoilt[CPUS_MAX]; /* answers that were not the expected ones */
static struct oracle_peer peer;            /* the processor that ticks */
static uint64_t give_up;
static uint64_t ticks_wanted, calls_wanted;

static void count(bool as_expected)
{
    uint32_t me = this_cpu()->index;

    calls[me]++;
    if (!as_expected) {
        spoilt[me]++;
    }
}

static void storm_refusals(void)
{
    uint64_t word = 0x55555;
    struct hv_register_value value;

    while (!stop) {
        count(call_fast(&native, CONTROL_FAST(0x7abc), NULL, 0, NULL) == 2);
        count(call_fast(&smccc, CONTROL_FAST(HV_CALL_SIGNAL_EVENT), &word, 1, NULL) == 0x12);
        count(register_get(&compact, HV_REGISTER_VP_INDEX, &value) == hv_result(0, 1) &&
              value.low == this_cpu()->index);
        count(hvc0(0xc4003a5c, 0, 0, 0) == SMCCC_NOT_SUPPORTED);
        count(smc(SMCCC_VERSION, 0, 0, 0) >= SMCCC_VERSION_1_2);
    }
}

static void storm_long_calls(void)
{
    static uint64_t in[CPUS_MAX][512] __attribute__((aligned(4096)));
    static uint64_t out[CPUS_MAX][512] __attribute__((aligned(4096)));
    uint64_t *block = in[this_cpu()->index];

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

static void storm_messages(void)
{
    static struct hv_post_message post[CPUS_MAX] __attribute__((aligned(4096)));
    struct hv_post_message *mine = &post[this_cpu()->index];

    *mine = (struct hv_post_message) {
        .connection_id = 4, .message_type = 1, .payload_size = 40, .payload = { 14, 0x50003, 2 }
    };
    while (!stop) {
        uint64_t status = call_slow(&native, HV_CALL_POST_MESSAGE, gpa(mine), 0, NULL);

        count(status == HV_STATUS_SUCCESS || status == HV_STATUS_INSUFFICIENT_BUFFERS);
    }
}

static void storm_traps(void)
{
    uint64_t value;

    while (!stop) {
        count(!try_read64(machine.ram_end, &value));
        count(!try_write64(machine.all_ram_end - 8, 0));
    }
}

/* With time that goes by instructions, QEMU lets a processor run up to the next deadline of any:
 * each has one of its own, so that no turn is longer than that. */
static void tick_begin(void)
{
    struct cpu *cpu = this_cpu();

    cpu->tick_worst = 0;
    cpu->tick_period = microseconds(exact ? TURN_MICROSECONDS : TICK_MICROSECONDS);
    timer_at(now() + cpu->tick_period);
    irq_enable();
}

static void tick_end(void)
{
    irq_disable();
    timer_off();
    this_cpu()->tick_period = 0;
}

static void take_part(void *argument)
{
    (void)argument;
    gic_init_cpu();
    tick_begin();
    storm_with();
    tick_end();
}

static bool everybody_got_on(void)
{
    bool all = peer.beats >= ticks_wanted;

    for (uint32_t i = machine.cpus > 1; i < machine.cpus; i++) {
        all = all && calls[i] >= calls_wanted;
    }
    return all;
}

static void on_tick(uint32_t intid)
{
    if (intid == INTID_VIRTUAL_TIMER) {
        oracle_peer_beat(&peer, now());
        this_cpu()->tick_period ^= peer.beats % 32; /* at any point of a call */
        if (everybody_got_on() || now() >= give_up) {
            stop = true;
            for (uint32_t i = 0; i < machine.cpus; i++) {
                cpus[i].tick_period = 0; /* or turns would be all that is left to them */
            }
        }
    }
}

/* What this processor does meanwhile: it asks; alone, it makes the storm itself. Returns what its
 * dearest call took, which is to be at most `allowed`. */
static uint64_t tick(uint64_t allowed)
{
    struct oracle_verdict verdict = { 0 };
    uint64_t worst = 0;

    if (machine.cpus == 1) {
        storm_with();
    }
    irq_disable(); /* a tick is no part of a call */
    while (!stop) {
        struct hv_register_value value;
        uint64_t before = now();

        EXPECT_EQ(register_get(&smccc, HV_REGISTER_VP_INDEX, &value), hv_result(0, 1));
        oracle_bound(&verdict, &worst, peer.beats, now() - before, allowed);
        irq_wait();
    }
    expect_context("first of them at beat", verdict.first);
    EXPECT_EQ(verdict.broken, 0);
    expect_context(NULL, 0);
    return worst;
}

/* Who takes turns: the service core, too, but for most calls of a guest's only processor. */
static uint32_t others(void)
{
    return machine.cpus > 1 ? machine.cpus : 0;
}

/* How long at most something takes that needs one stay at EL2 while there are so many turns of so
 * many microseconds each, which may begin with a stay; counter ticks. */
static uint64_t limit(uint32_t turns_taken, uint32_t each)
{
    if (!exact) {
        return microseconds(NEVER_MICROSECONDS);
    }
    return microseconds((uint64_t)turns_taken * each) +
           (turns_taken + 1) * microseconds(STAY_NANOSECONDS) / 1000;
}

static void start_the_others(void)
{
    for (uint32_t i = 0; i < machine.cpus; i++) {
        calls[i] = spoilt[i] = 0;
        if (i > 0) {
            EXPECT_EQ(cpu_start(i, take_part, NULL), PSCI_SUCCESS);
        }
    }
}

static void wait_for_the_others(void)
{
    for (uint32_t i = machine.cpus > 1; i < machine.cpus; i++) {
        expect_context("processor", i);
        EXPECT(i == 0 || cpu_wait_off(i));
        EXPECT(calls[i] >= calls_wanted);
        EXPECT_EQ(spoilt[i], 0);
    }
    expect_context(NULL, 0);
}

/* This processor ticks while the others are busy `with` something; alone, it is. What takes one
 * stay at EL2 takes no longer than `allowed`. */
static void storm(void (*with)(void), uint64_t allowed)
{
    struct cpu *cpu = this_cpu();
    uint64_t dearest;

    storm_with = with;
    stop = false;
    give_up = now() + microseconds(NEVER_MICROSECONDS);
    start_the_others();
    cpu->on_irq = on_tick;
    oracle_peer_start(&peer, now());
    tick_begin();
    dearest = tick(allowed);
    tick_end();
    cpu->on_irq = NULL;
    wait_for_the_others();
    note("worst delay of a tick, nanoseconds", cpu->tick_worst * 1000 / microseconds(1));
    note("longest silence, nanoseconds", peer.worst * 1000 / microseconds(1));
    note("dearest call, nanoseconds", dearest * 1000 / microseconds(1));
    EXPECT(peer.beats >= ticks_wanted);
    EXPECT(oracle_peer_alive(&peer, peer.last, microseconds(TURN_MICROSECONDS) + 2 * allowed));
    EXPECT(cpu->tick_worst <= allowed);
}

static void setup(void)
{
    exact = boot_argument("exact=", 0) != 0;
    ticks_wanted = exact ? 4 * TICKS : TICKS;
    calls_wanted = turns(CALLS);
    guest_os_id_set();
    gic_init();
}

static void refusals(void)
{
    storm(storm_refusals, limit(others(), TURN_MICROSECONDS));
}

static void long_calls(void)
{
    storm(storm_long_calls, limit(others(), TURN_MICROSECONDS));
}

static void messages(void)
{
    storm(storm_messages, limit(1 + others(), TURN_MICROSECONDS)); /* the service core works, too */
}

static void traps(void)
{
    storm(storm_traps, limit(others(), TURN_MICROSECONDS));
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
    storm(storm_refusals, limit(1, TURN_MAX_MICROSECONDS));
    machine.cpus++;
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
