/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Periodic synthetic timers over a longer time, by interrupt and by message at once: ticks are
 * counted and none drifts, on one processor, on all, and while others storm. Boot argument
 * seconds=N makes the runs that long, and says that time goes by instructions, so that every tick
 * and its lateness can be told. */

#include "psci.h"
#include "synic.h"

#define INTID_DIRECT 31u  /* of timers in direct mode */
#define INTID_MESSAGE 20u /* of the SINT below */
#define SINT 5u
#define LATE_MAX 500u /* units of 100 ns, of a timer on a machine with nothing else to do */

struct ticks {
    uint64_t before; /* reference time around the start */
    uint64_t after;
    uint64_t end;        /* reference time when the timers were stopped */
    uint64_t direct;     /* interrupts */
    uint64_t early;      /* of both kinds */
    uint64_t worst;      /* lateness of an interrupt */
    uint64_t messages;   /* taken */
    uint64_t lost;       /* periods between messages that are not one */
    uint64_t expiration; /* of the last message */
    uint64_t wrong;      /* messages that no timer sends */
};
static struct ticks ticks[CPUS_MAX];
static uint64_t seconds;

static void prepare(void)
{
    gic_init_cpu();
    gic_enable(1u << INTID_DIRECT | 1u << (INTID_DIRECT - 3) | 1u << INTID_MESSAGE);
    synic_on();
    sint_set(SINT, INTID_MESSAGE);
}

static void setup(void)
{
    seconds = boot_argument("seconds=", 0);
    guest_os_id_set();
    gic_init();
    prepare();
}

static void direct_tick(struct ticks *mine)
{
    uint64_t time = reference_time();
    uint64_t due = ++mine->direct * UNITS_PER_MS;

    mine->early += time < mine->before + due;
    if (time > mine->after + due && time - mine->after - due > mine->worst) {
        mine->worst = time - mine->after - due;
    }
}

static void message_tick(struct ticks *mine)
{
    const struct hv_timer_message_payload *payload;
    struct hv_message message;

    if (!message_take(SINT, &message)) {
        return; /* the interrupt of a message that was taken with the one before */
    }
    payload = (const void *)message.payload;
    mine->messages++;
    mine->early += payload->expiration_time > payload->delivery_time ||
                   payload->delivery_time > reference_time();
    mine->wrong += message.type != HV_MESSAGE_TYPE_TIMER_EXPIRED || payload->timer_index != 1;
    if (mine->expiration != 0) {
        mine->lost += payload->expiration_time - mine->expiration != UNITS_PER_MS;
    }
    mine->expiration = payload->expiration_time;
}

static void on_tick(uint32_t intid)
{
    struct ticks *mine = &ticks[this_cpu()->index];

    if (intid == INTID_DIRECT) {
        direct_tick(mine);
    } else if (intid == INTID_MESSAGE) {
        message_tick(mine);
    }
}

/* Two timers of 1 ms, one by interrupt, one by message, for some milliseconds. */
static void tick_for(uint64_t ms)
{
    uint64_t config = HV_TIMER_PERIODIC | HV_TIMER_ENABLED;
    struct ticks *mine = &ticks[this_cpu()->index];
    uint64_t end;

    *mine = (struct ticks) { .before = reference_time() };
    this_cpu()->on_irq = on_tick;
    EXPECT_EQ(timer_config_set(0, 0), DONE);
    EXPECT_EQ(timer_count_set(0, UNITS_PER_MS), DONE);
    EXPECT_EQ(timer_config_set(0, config | TIMER_DIRECT(INTID_DIRECT)), DONE);
    mine->after = reference_time();
    EXPECT_EQ(timer_config_set(1, 0), DONE);
    EXPECT_EQ(timer_count_set(1, UNITS_PER_MS), DONE);
    EXPECT_EQ(timer_config_set(1, config | TIMER_SINT(SINT)), DONE);
    end = reference_time() + ms * UNITS_PER_MS;
    while (reference_time() < end) {
        irq_wait();
    }
    EXPECT_EQ(timer_config_set(0, 0), DONE);
    EXPECT_EQ(timer_config_set(1, 0), DONE);
    mine->end = reference_time();
    SLEEP_UNTIL(false, 2000); /* what is under way */
    this_cpu()->on_irq = NULL;
}

/* Never more than were due. On a machine that has other things to do many may run together. */
static void expect_ticks(const struct ticks *found, uint64_t ms)
{
    uint64_t least = seconds != 0 ? ms - 1 : turns((uint32_t)ms / 50);
    uint64_t most = (found->end - found->before) / UNITS_PER_MS;

    EXPECT(found->direct >= least && found->direct <= most);
    EXPECT(found->messages >= least && found->messages <= most);
    EXPECT_EQ(found->early, 0);
    EXPECT_EQ(found->wrong, 0);
    if (seconds != 0) {
        EXPECT_EQ(found->lost, 0);
        EXPECT(found->worst <= LATE_MAX);
    }
}

static uint64_t run_length(void)
{
    return seconds != 0 ? seconds * 1000 : 1000;
}

static void one_processor_ticks(void)
{
    tick_for(run_length());
    note("ticks by interrupt", ticks[0].direct);
    note("ticks by message", ticks[0].messages);
    note("late by at most (100 ns)", ticks[0].worst);
    expect_ticks(&ticks[0], run_length());
}

static void tick_there(void *argument)
{
    (void)argument;
    prepare();
    tick_for(run_length());
    synic_off();
}

static void all_processors_tick(void)
{
    for (uint32_t i = 1; i < machine.cpus; i++) {
        EXPECT_EQ(cpu_start(i, tick_there, NULL), PSCI_SUCCESS);
    }
    SLEEP_UNTIL(false, 10000); /* so that this one is the last to end */
    tick_for(run_length());
    for (uint32_t i = 0; i < machine.cpus; i++) {
        expect_context("processor", i);
        EXPECT(i == 0 || cpu_wait_off(i));
        expect_ticks(&ticks[i], run_length());
        note("late by at most (100 ns)", ticks[i].worst);
    }
}

static volatile bool storming;

/* All timers with the shortest period, half of them by message. */
static void storm(void *argument)
{
    struct hv_message message;

    (void)argument;
    prepare();
    for (uint32_t index = 0; index < HV_SYNTHETIC_TIMERS; index++) {
        EXPECT_EQ(timer_config_set(index, HV_TIMER_PERIODIC | HV_TIMER_AUTO_ENABLE |
                                              (index < 2 ? TIMER_DIRECT(INTID_DIRECT - 3 * index)
                                                         : TIMER_SINT(SINT))),
                  DONE);
        EXPECT_EQ(timer_count_set(index, 1), DONE);
    }
    while (storming) {
        irq_wait();
        message_take(SINT, &message);
    }
    synic_off();
}

/* Timers that fire all the time elsewhere: this processor's timers and calls go on. */
static void a_storm_stops_nobody_else(void)
{
    if (seconds != 0) {
        test_skip("processors take turns when instructions are counted");
        return;
    }
    storming = true;
    for (uint32_t i = 1; i < machine.cpus; i++) {
        EXPECT_EQ(cpu_start(i, storm, NULL), PSCI_SUCCESS);
    }
    tick_for(500);
    storming = false;
    for (uint32_t i = 1; i < machine.cpus; i++) {
        expect_context("processor", i);
        EXPECT(cpu_wait_off(i));
        EXPECT(cpus[i].irqs[INTID_DIRECT] > 0);
    }
    note("ticks of 500 in the storm", ticks[0].direct);
    EXPECT(ticks[0].direct >= turns(10));
    EXPECT_EQ(ticks[0].early, 0);
}

const struct test tests[] = {
    { "GuestOsId, SynIC and interrupts are set", setup },
    { "a timer of 1 ms neither drifts nor loses ticks", one_processor_ticks },
    { "timers of 1 ms on all processors at once", all_processors_tick },
    { "a storm of timers elsewhere stops nobody", a_storm_stops_nobody_else },
    { NULL, NULL },
};
