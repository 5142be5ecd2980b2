/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Interrupt controller and timers belong to the guest, which does the worst with them that it may:
 * every register of the distributor and of its redistributors, every interface register, interrupts
 * routed to the hidden processor, timers that always fire. The hypervisor lives on none of it: its
 * heartbeat, a synthetic timer's message, comes in time, and calls are answered. */

#include "psci.h"
#include "synic.h"
#include "sysreg.h"

#define SINT 3u
#define BEAT_MICROSECONDS 500u
#define BEAT_LIMIT_MICROSECONDS 1500000u /* the build machine may be busy */
#define BEATS 20u
#define GICD UINT64_C(0x08000000)
#define GICD_IGROUPR 0x80u
#define GICD_ISENABLER 0x100u
#define GICD_ISPENDR 0x200u
#define GICD_IPRIORITYR 0x400u
#define GICD_IROUTER 0x6100u /* of INTID 32 */
#define GICD_SIZE 0x10000u
#define GICR UINT64_C(0x080a0000)
#define GICR_STRIDE UINT64_C(0x20000)
#define SPIS 256u

static volatile bool stop;
static volatile uint64_t rounds[CPUS_MAX];
static uint64_t worst; /* delay of a heartbeat, counter ticks */

static void setup(void)
{
    guest_os_id_set();
    gic_init();
    synic_on();
    sint_set(SINT, INTID_VMBUS);
}

/* One message of a timer, taken by looking at the slot: no interrupt is needed. */
static void beat(void)
{
    uint64_t start = now();
    uint64_t end = start + microseconds(BEAT_LIMIT_MICROSECONDS);
    struct hv_message message;

    EXPECT_EQ(timer_config_set(0, TIMER_SINT(SINT) | HV_TIMER_AUTO_ENABLE), DONE);
    EXPECT_EQ(timer_count_set(0, reference_time() + BEAT_MICROSECONDS * 10), DONE);
    while (!message_take(SINT, &message)) {
        if (!EXPECT(now() < end)) {
            return;
        }
    }
    if (now() - start > worst) {
        worst = now() - start;
    }
}

static void expect_heartbeat(void)
{
    worst = 0;
    for (uint32_t i = 0; i < BEATS; i++) {
        beat();
    }
    note("longest way of a message, microseconds", worst / microseconds(1));
}

static void write_word(uint64_t address, uint32_t value)
{
    trap_begin();
    __asm__ volatile("str %w0, [%1]" ::"r"(value), "r"(address) : "memory");
    trap_end();
}

/* Ones, zeros and a pattern into every word. */
static void fill(uint64_t start, uint64_t size)
{
    static const uint32_t values[] = { 0xffffffff, 0, 0xa5a5a5a5 };

    for (uint32_t i = 0; i < 3; i++) {
        for (uint64_t at = start; at < start + size; at += 4) {
            write_word(at, values[i]);
        }
    }
}

static void every_word_of_the_distributor(void)
{
    fill(GICD, GICD_SIZE);
    expect_heartbeat();
}

static void every_word_of_the_redistributors(void)
{
    for (uint32_t i = 0; i < machine.cpus; i++) {
        fill(GICR + i * GICR_STRIDE, GICR_STRIDE);
    }
    expect_heartbeat();
    gic_init();
    expect_heartbeat();
}

/* Interface registers, all ones and all zeros: priorities, groups, active priorities, ends of
 * interrupts that never were. */
static void every_interface_register(void)
{
    static const uint64_t values[] = { ~UINT64_C(0), 0, 0x5a5a5a5a, 1023, 31, 26 };

    for (uint32_t crm = 8; crm <= 12; crm++) {
        for (uint32_t op2 = 0; op2 < 8; op2++) {
            for (uint32_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
                struct call call = { .x = { values[i] } };

                call_slot_set(0xd5180000u | 12u << 12 | crm << 8 | op2 << 5); /* MSR, op1 0 */
                trap_begin();
                call_slot(&call);
                trap_end();
            }
        }
    }
    WRITE_SYSREG(icc_pmr_el1, 0);
    expect_heartbeat();
    gic_init();
}

/* All shared interrupts, of the highest priority and in each group, pending on the hidden
 * processor, on all of them, on none. */
static void shared_interrupts_for_the_hidden_processor(void)
{
    const uint64_t routes[] = { cpus[machine.cpus].mpidr, UINT64_C(1) << 31, 0xff00ffffff };

    for (uint32_t group = 0; group < 2; group++) {
        for (uint32_t i = 0; i < 3; i++) {
            for (uint32_t spi = 0; spi < SPIS; spi++) {
                (void)try_write64(GICD + GICD_IROUTER + 8 * spi, routes[i]);
                write_word(GICD + GICD_IPRIORITYR + 32 + (spi & ~3u), 0);
            }
            for (uint32_t word = 1; word <= SPIS / 32; word++) {
                write_word(GICD + GICD_IGROUPR + 4 * word, group == 0 ? 0 : 0xffffffff);
                write_word(GICD + GICD_ISENABLER + 4 * word, 0xffffffff);
                write_word(GICD + GICD_ISPENDR + 4 * word, 0xffffffff);
            }
            expect_context("route", routes[i]);
            beat();
        }
    }
    expect_heartbeat();
    for (uint32_t word = 1; word <= SPIS / 32; word++) {
        write_word(GICD + 0x180 + 4 * word, 0xffffffff); /* GICD_ICENABLER */
        write_word(GICD + 0x280 + 4 * word, 0xffffffff); /* GICD_ICPENDR */
    }
}

static void flood(void *argument)
{
    (void)argument;
    while (!stop) {
        for (uint64_t intid = 0; intid < 16; intid++) {
            uint64_t list = intid << 24 | UINT64_C(0xffff);

            WRITE_SYSREG(icc_sgi1r_el1, list);
            WRITE_SYSREG(icc_sgi1r_el1, UINT64_C(1) << 40 | intid << 24);
            WRITE_SYSREG(s3_0_c12_c11_7, list); /* ICC_SGI0R_EL1 */
            WRITE_SYSREG(s3_0_c12_c11_6, list); /* ICC_ASGI1R_EL1 */
        }
        rounds[this_cpu()->index]++;
    }
}

/* Interrupts between processors, to everybody as fast as it goes, from all others. */
static void software_interrupts_at_full_rate(void)
{
    stop = false;
    for (uint32_t i = 1; i < machine.cpus; i++) {
        rounds[i] = 0;
        EXPECT_EQ(cpu_start(i, flood, NULL), PSCI_SUCCESS);
    }
    for (uint32_t i = 1; i < machine.cpus; i++) {
        while (rounds[i] == 0) {
        }
    }
    for (uint32_t i = 0; i < BEATS; i++) {
        for (uint64_t intid = 0; intid < 16; intid++) {
            WRITE_SYSREG(icc_sgi1r_el1, UINT64_C(1) << 40 | intid << 24);
        }
        beat();
    }
    stop = true;
    for (uint32_t i = 1; i < machine.cpus; i++) {
        EXPECT(cpu_wait_off(i));
        EXPECT(rounds[i] > 0);
    }
}

/* Both timers of EL1, always due, never, at the end of time; and who may read them. */
static void timers_of_el1(void)
{
    static const uint64_t values[] = { 0, 1, ~UINT64_C(0), UINT64_C(1) << 63, 0x7fffffff };

    for (uint32_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        for (uint64_t control = 0; control < 4; control++) {
            WRITE_SYSREG(cntp_cval_el0, values[i]);
            WRITE_SYSREG(cntp_ctl_el0, control);
            WRITE_SYSREG(cntv_cval_el0, values[i]);
            WRITE_SYSREG(cntv_ctl_el0, control);
            WRITE_SYSREG(cntp_tval_el0, values[i]);
            WRITE_SYSREG(cntv_tval_el0, values[i]);
            WRITE_SYSREG(cntkctl_el1, values[i]);
            expect_context("value", values[i]);
            beat();
        }
    }
    WRITE_SYSREG(cntp_ctl_el0, 0);
    timer_off();
}

/* Periods of one unit, counts that wrap: each costs one expiry a poll, and others go on. */
static void synthetic_timers_that_always_fire(void)
{
    static const uint64_t counts[] = { 1, 2, 99, UINT64_C(1) << 63, ~UINT64_C(0) };

    for (uint32_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        for (uint32_t timer = 1; timer < 4; timer++) {
            (void)timer_config_set(timer, 0);
            (void)timer_count_set(timer, counts[i]);
            (void)timer_config_set(timer, TIMER_SINT(SINT + timer) | HV_TIMER_ENABLED |
                                              HV_TIMER_PERIODIC | HV_TIMER_AUTO_ENABLE);
        }
        expect_context("count", counts[i]);
        beat();
        beat();
    }
    for (uint32_t timer = 1; timer < 4; timer++) {
        EXPECT_EQ(timer_config_set(timer, 0), DONE);
    }
    expect_heartbeat();
}

static void processors_still_start(void)
{
    gic_init();
    stop = true;
    for (uint32_t i = 1; i < machine.cpus; i++) {
        EXPECT_EQ(cpu_start(i, flood, NULL), PSCI_SUCCESS);
        EXPECT(cpu_wait_off(i));
    }
    expect_heartbeat();
}

const struct test tests[] = {
    { "GuestOsId, SynIC and interrupt controller are set up", setup },
    { "the heart beats", expect_heartbeat },
    { "every word of the distributor", every_word_of_the_distributor },
    { "every word of the redistributors", every_word_of_the_redistributors },
    { "every register of the interface", every_interface_register },
    { "shared interrupts for the hidden processor", shared_interrupts_for_the_hidden_processor },
    { "interrupts between processors at full rate", software_interrupts_at_full_rate },
    { "timers of EL1", timers_of_el1 },
    { "synthetic timers that always fire", synthetic_timers_that_always_fire },
    { "processors still start", processors_still_start },
    { NULL, NULL },
};
