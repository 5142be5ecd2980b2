/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Synthetic timers (TLFS timers): registers, one shot by interrupt and by message, what stops them.
 * Boot argument exact=1 says that time goes by instructions, so that lateness means something.
 * Timers that go on and on are ticks.c's matter. */

#include "psci.h"
#include "synic.h"

#define INTID_DIRECT 31u  /* of timers in direct mode */
#define INTID_MESSAGE 20u /* of the SINT below */
#define SINT 5u
#define LATE_MAX 500u /* units of 100 ns, of a timer on a machine with nothing else to do */

static bool exact;

/* Looks every millisecond for what comes without an interrupt, however long the host takes for it:
 * two seconds are as good as never. */
static bool comes(bool (*is_there)(void))
{
    for (uint32_t ms = 0; ms < 2000 && !is_there(); ms++) {
        SLEEP_UNTIL(false, 1000);
    }
    return is_there();
}

static bool slot_is_full(void)
{
    return ((volatile struct hv_message *)&synic()->slots[SINT])->type != HV_MESSAGE_TYPE_NONE;
}

static bool another_waits(void)
{
    return ((volatile struct hv_message *)&synic()->slots[SINT])->flags == HV_MESSAGE_FLAG_PENDING;
}

static bool timer_2_has_expired(void)
{
    return (timer_config_get(2) & HV_TIMER_ENABLED) == 0;
}

static uint64_t irqs(uint32_t intid)
{
    return this_cpu()->irqs[intid];
}

static void prepare(void)
{
    gic_init_cpu();
    gic_enable(1u << INTID_DIRECT | 1u << (INTID_DIRECT - 3) | 1u << INTID_MESSAGE);
    synic_on();
    sint_set(SINT, INTID_MESSAGE);
}

static void setup(void)
{
    exact = boot_argument("exact=", 0) != 0;
    guest_os_id_set();
    gic_init();
    prepare();
}

static void refuse_config(uint64_t config)
{
    expect_context("config", config);
    EXPECT_EQ(timer_config_set(0, config), HV_STATUS_INVALID_PARAMETER);
    EXPECT_EQ(timer_config_get(0), TIMER_SINT(SINT));
}

static void reserved_bits_and_vectors_are_refused(void)
{
    EXPECT_EQ(timer_config_get(0), 0);
    EXPECT_EQ(timer_config_set(0, TIMER_SINT(SINT)), DONE);
    for (uint32_t bit = 0; bit < 64; bit++) {
        if ((HV_TIMER_RESERVED >> bit & 1) != 0) {
            refuse_config(UINT64_C(1) << bit);
        }
    }
    for (uint32_t intid = 0; intid < 256; intid++) {
        if (intid < 16 || intid > 31) {
            refuse_config(TIMER_DIRECT(intid));
        }
    }
}

static void enabled_follows_count_and_config(void)
{
    EXPECT_EQ(timer_config_set(0, TIMER_SINT(SINT) | HV_TIMER_AUTO_ENABLE), DONE);
    EXPECT_EQ(timer_count_set(0, UINT64_MAX), DONE);
    EXPECT((timer_config_get(0) & HV_TIMER_ENABLED) != 0);
    EXPECT_EQ(timer_count_set(0, 0), DONE);
    EXPECT((timer_config_get(0) & HV_TIMER_ENABLED) == 0);
    EXPECT_EQ(timer_config_set(0, HV_TIMER_ENABLED), DONE); /* to SINT 0 */
    EXPECT_EQ(timer_config_get(0), 0);
    EXPECT_EQ(timer_config_set(0, HV_TIMER_ENABLED | TIMER_SINT(SINT)), DONE);
    EXPECT_EQ(timer_config_get(0), HV_TIMER_ENABLED | TIMER_SINT(SINT)); /* and does not run */
    EXPECT_EQ(timer_config_set(0, 0), DONE);
}

static uint64_t fired_at;

static void note_time(uint32_t intid)
{
    if (intid == INTID_DIRECT) {
        fired_at = reference_time();
    }
}

/* One shot by interrupt: `delay` may be in the past. Returns how late it was. */
static uint64_t one_shot(int64_t delay)
{
    uint64_t before = irqs(INTID_DIRECT);
    uint64_t count;

    EXPECT_EQ(timer_config_set(0, TIMER_DIRECT(INTID_DIRECT) | HV_TIMER_AUTO_ENABLE), DONE);
    count = reference_time() + (uint64_t)delay;
    EXPECT_EQ(timer_count_set(0, count), DONE);
    SLEEP_UNTIL(irqs(INTID_DIRECT) != before, 2000000);
    EXPECT_EQ(irqs(INTID_DIRECT), before + 1);
    EXPECT(fired_at >= count);
    EXPECT((timer_config_get(0) & HV_TIMER_ENABLED) == 0);
    return fired_at - count;
}

static void one_shot_is_never_early(void)
{
    uint64_t worst = 0;
    uint64_t sum = 0;

    this_cpu()->on_irq = note_time;
    for (uint32_t i = 0; i < 200; i++) {
        uint64_t late = one_shot(1 + (int64_t)i * 97);

        sum += late;
        worst = late > worst ? late : worst;
    }
    note("one shot, late by at most (100 ns)", worst);
    note("one shot, late on average (100 ns)", sum / 200);
    if (exact) {
        EXPECT(worst <= LATE_MAX);
    }
    this_cpu()->on_irq = NULL;
}

static void past_deadlines_fire_at_once(void)
{
    static const int64_t delays[] = { 0, -1, -10, -1000 };

    this_cpu()->on_irq = note_time;
    for (uint32_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++) {
        expect_context("delay", (uint64_t)delays[i]);
        one_shot(delays[i]);
    }
    one_shot(1 - (int64_t)reference_time());
    this_cpu()->on_irq = NULL;
}

static void expect_silence(uint64_t us)
{
    uint64_t direct = irqs(INTID_DIRECT);
    uint64_t message = irqs(INTID_MESSAGE);

    SLEEP_UNTIL(irqs(INTID_DIRECT) != direct || irqs(INTID_MESSAGE) != message, us);
    EXPECT_EQ(irqs(INTID_DIRECT), direct);
    EXPECT_EQ(irqs(INTID_MESSAGE), message);
}

static void far_deadlines_do_not_fire(void)
{
    static const uint64_t counts[] = { UINT64_MAX, UINT64_C(1) << 63, UINT64_MAX - 1 };

    EXPECT_EQ(timer_config_set(0, 0), DONE);
    for (uint32_t i = 0; i < 3; i++) {
        expect_context("count", counts[i]);
        EXPECT_EQ(timer_count_set(0, counts[i]), DONE);
        EXPECT_EQ(timer_config_set(0, TIMER_DIRECT(INTID_DIRECT) | HV_TIMER_ENABLED), DONE);
        expect_silence(5000);
        EXPECT((timer_config_get(0) & HV_TIMER_ENABLED) != 0);
        EXPECT_EQ(
            timer_config_set(0, TIMER_DIRECT(INTID_DIRECT) | HV_TIMER_ENABLED | HV_TIMER_PERIODIC),
            DONE);
        expect_silence(5000);
        EXPECT_EQ(timer_count_set(0, 0), DONE);
    }
}

static void a_stopped_timer_is_silent(void)
{
    const uint64_t slow = boot_argument("share=", 1); /* calls may take milliseconds there */

    for (uint32_t mode = 0; mode < 2; mode++) {
        uint64_t config =
            TIMER_DIRECT(INTID_DIRECT) | HV_TIMER_AUTO_ENABLE | (mode != 0 ? HV_TIMER_PERIODIC : 0);
        uint64_t in_3_ms = 3 * slow * UNITS_PER_MS + (mode != 0 ? 0 : reference_time());

        EXPECT_EQ(timer_config_set(0, config), DONE);
        EXPECT_EQ(timer_count_set(0, in_3_ms), DONE);
        EXPECT_EQ(timer_count_set(0, 0), DONE);
        expect_silence(10000 * slow);
        EXPECT_EQ(timer_count_set(0, in_3_ms + 30 * slow * UNITS_PER_MS), DONE);
        EXPECT_EQ(timer_config_set(0, config & ~HV_TIMER_AUTO_ENABLE), DONE);
        expect_silence(60000 * slow);
    }
    EXPECT_EQ(timer_config_set(0, 0), DONE);
}

/* What a timer's message says; its expiration time. */
static uint64_t expect_timer_message(const struct hv_message *message, uint32_t index)
{
    const struct hv_timer_message_payload *payload = (const void *)message->payload;

    EXPECT_EQ(message->type, HV_MESSAGE_TYPE_TIMER_EXPIRED);
    EXPECT_EQ(message->payload_size, sizeof(*payload));
    EXPECT_EQ(message->origin, 0);
    EXPECT_EQ(payload->timer_index, index);
    EXPECT_EQ(payload->reserved, 0);
    EXPECT(payload->delivery_time >= payload->expiration_time);
    EXPECT(payload->delivery_time <= reference_time());
    return payload->expiration_time;
}

static void one_shot_by_message_says_when(void)
{
    struct hv_message message;

    for (uint32_t index = 0; index < HV_SYNTHETIC_TIMERS; index++) {
        uint64_t before = irqs(INTID_MESSAGE);
        uint64_t count = reference_time() + UNITS_PER_MS;

        expect_context("timer", index);
        EXPECT_EQ(timer_config_set(index, TIMER_SINT(SINT) | HV_TIMER_AUTO_ENABLE), DONE);
        EXPECT_EQ(timer_count_set(index, count), DONE);
        SLEEP_UNTIL(irqs(INTID_MESSAGE) != before, 2000000);
        EXPECT_EQ(irqs(INTID_MESSAGE), before + 1);
        if (EXPECT(message_take(SINT, &message))) {
            EXPECT_EQ(expect_timer_message(&message, index), count);
        }
        EXPECT((timer_config_get(index) & HV_TIMER_ENABLED) == 0);
    }
}

/* The slot is full: the message waits for EOM, its delivery time is then; ticks of a periodic timer
 * that find one waiting are dropped; stopping the timer takes the waiting one back. */
static void a_full_slot_delays_one_message(void)
{
    volatile struct hv_message *slot = &synic()->slots[SINT];
    uint64_t config = TIMER_SINT(SINT) | HV_TIMER_AUTO_ENABLE | HV_TIMER_PERIODIC;
    uint64_t first, second;
    struct hv_message message;

    EXPECT_EQ(timer_config_set(1, config), DONE);
    EXPECT_EQ(timer_count_set(1, UNITS_PER_MS), DONE);
    EXPECT(comes(another_waits)); /* one in the slot, one waiting; */
    SLEEP_UNTIL(false, 20500);    /* the rest is dropped */
    EXPECT(message_take(SINT, &message));
    first = expect_timer_message(&message, 1);
    SLEEP_UNTIL(slot->type != HV_MESSAGE_TYPE_NONE, 1000000);
    EXPECT(message_take(SINT, &message));
    second = expect_timer_message(&message, 1);
    EXPECT_EQ(second, first + UNITS_PER_MS);
    EXPECT(((const struct hv_timer_message_payload *)(const void *)message.payload)->delivery_time >
           second + 10 * UNITS_PER_MS);
    EXPECT(comes(another_waits)); /* again one in the slot and one behind it */
    EXPECT_EQ(timer_config_set(1, 0), DONE);
    SLEEP_UNTIL(false, 10000);
    EXPECT(message_take(SINT, &message));
    SLEEP_UNTIL(false, 10000);
    EXPECT(!message_take(SINT, &message));
}

static void a_masked_sint_gets_the_message_without_interrupt(void)
{
    uint64_t before = irqs(INTID_MESSAGE);
    struct hv_message message;

    sint_set(SINT, HV_SINT_MASKED | INTID_MESSAGE);
    EXPECT_EQ(timer_config_set(2, TIMER_SINT(SINT) | HV_TIMER_AUTO_ENABLE), DONE);
    EXPECT_EQ(timer_count_set(2, 1), DONE);
    EXPECT(comes(slot_is_full));
    SLEEP_UNTIL(false, 20000);
    EXPECT(message_take(SINT, &message));
    sint_set(SINT, INTID_MESSAGE);
    EXPECT_EQ(irqs(INTID_MESSAGE), before);
}

static void a_message_waits_until_the_synic_is_on(void)
{
    struct hv_message message;
    uint64_t before = irqs(INTID_MESSAGE);

    synic_off();
    EXPECT_EQ(timer_config_set(2, TIMER_SINT(SINT) | HV_TIMER_AUTO_ENABLE), DONE);
    EXPECT_EQ(timer_count_set(2, 1), DONE);
    EXPECT(comes(timer_2_has_expired)); /* it has expired all the same */
    expect_silence(5000);
    synic_on();
    SLEEP_UNTIL(irqs(INTID_MESSAGE) != before, 2000000);
    EXPECT(message_take(SINT, &message));
    expect_timer_message(&message, 2);
}

static void leave_running(void *argument)
{
    (void)argument;
    prepare();
    EXPECT_EQ(timer_count_set(0, 20 * UNITS_PER_MS), DONE);
    EXPECT_EQ(
        timer_config_set(0, HV_TIMER_ENABLED | HV_TIMER_PERIODIC | TIMER_DIRECT(INTID_DIRECT)),
        DONE);
}

static void find_nothing(void *argument)
{
    (void)argument;
    gic_init_cpu();
    gic_enable(1u << INTID_DIRECT);
    for (uint32_t index = 0; index < HV_SYNTHETIC_TIMERS; index++) {
        EXPECT_EQ(timer_config_get(index), 0);
    }
    SLEEP_UNTIL(false, 1000); /* what was pending when it went off */
    expect_silence(50000);
}

static void timers_stop_with_the_processor(void)
{
    EXPECT_EQ(cpu_start(1, leave_running, NULL), PSCI_SUCCESS);
    EXPECT(cpu_wait_off(1));
    EXPECT_EQ(cpu_start(1, find_nothing, NULL), PSCI_SUCCESS);
    SLEEP_UNTIL(false, 100000); /* where processors take turns, spinning here would hold it up */
    EXPECT(cpu_wait_off(1));
}

static void other_processors_timers_are_not_ours(void)
{
    const uint64_t input[] = { HV_PARTITION_ID_SELF, 1, HV_REGISTER_STIMER0_CONFIG, 0,
                               TIMER_SINT(SINT),     0 };

    EXPECT_EQ(call_fast(&native, CONTROL_FAST(HV_CALL_SET_VP_REGISTERS) | CONTROL_REPS(1), input, 6,
                        NULL),
              HV_STATUS_INVALID_PARAMETER);
}

const struct test tests[] = {
    { "GuestOsId, SynIC and interrupts are set", setup },
    { "reserved bits and vectors that are no PPI are refused",
      reserved_bits_and_vectors_are_refused },
    { "whether a timer is enabled follows count and config", enabled_follows_count_and_config },
    { "a one-shot timer is never early", one_shot_is_never_early },
    { "deadlines in the past fire at once", past_deadlines_fire_at_once },
    { "deadlines far away do not fire", far_deadlines_do_not_fire },
    { "a stopped timer is silent", a_stopped_timer_is_silent },
    { "a one-shot timer's message says when it was due", one_shot_by_message_says_when },
    { "a full slot delays one message, and drops further ticks", a_full_slot_delays_one_message },
    { "a masked SINT gets the message without interrupt",
      a_masked_sint_gets_the_message_without_interrupt },
    { "a message waits until the SynIC is on", a_message_waits_until_the_synic_is_on },
    { "timers stop with their processor", timers_stop_with_the_processor },
    { "another processor's timers cannot be set", other_processors_timers_are_not_ours },
    { NULL, NULL },
};
