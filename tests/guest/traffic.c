/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* All processors post messages to one another, signal events and send IPIs, as fast as they can;
 * each is counted where it arrives: nothing is lost, nothing comes twice. Wants the loopback ports;
 * boot argument ops=N says how much of it. */

#include <hv/processor.h>

#include "psci.h"
#include "synic.h"

#define EVENT_PORT(vp, sint) (0x10800u | (vp) << 4 | (sint))
#define MESSAGE_PORT(vp, sint) (0x11000u | (vp) << 4 | (sint))
#define SINT_EVENT 3u
#define SINT_MESSAGE 4u
#define INTID_EVENT 19u
#define INTID_MESSAGE 20u
#define VPS 4u
#define WINDOW 64u /* flags of each sender at each receiver: one word of the page */

enum kind { EVENT, MESSAGE, IPI, KINDS };
static const char *const kind_names[KINDS] = { "events", "messages", "IPIs" };

/* sent by the sender, received by the receiver; each word has one writer. */
static uint64_t sent[KINDS][VPS][VPS];
static uint64_t received[KINDS][VPS][VPS];
static uint64_t wrong[VPS];
static uint64_t full[VPS]; /* posts refused for want of buffers */
static uint32_t done;
static uint64_t operations;
static struct hv_post_message posts[VPS] __attribute__((aligned(4096)));

static uint64_t load(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static void count(volatile uint64_t *word, uint64_t more)
{
    __atomic_thread_fence(__ATOMIC_RELEASE);
    *word += more; /* one writer */
}

static uint64_t population(uint64_t word)
{
    uint64_t bits = 0;

    for (; word != 0; word &= word - 1) {
        bits++;
    }
    return bits;
}

static void take_events(uint32_t me)
{
    for (uint32_t from = 0; from < VPS; from++) {
        uint64_t flags =
            __atomic_exchange_n(&synic()->flags[SINT_EVENT][from], 0, __ATOMIC_ACQ_REL);

        count(&received[EVENT][from][me], population(flags));
    }
}

/* Messages of one sender come in the order in which they were sent. */
static void take_messages(uint32_t me)
{
    struct hv_message message;

    while (message_take(SINT_MESSAGE, &message)) {
        uint64_t from = message.payload[0];

        if (message.type != 1 || message.payload_size != HV_MESSAGE_PAYLOAD_MAX || from >= VPS ||
            message.payload[1] != received[MESSAGE][from][me] ||
            message.payload[29] != ~message.payload[1]) {
            wrong[me]++;
        } else {
            count(&received[MESSAGE][from][me], 1);
        }
    }
}

static void on_interrupt(uint32_t intid)
{
    uint32_t me = this_cpu()->index;

    if (intid < VPS) {
        count(&received[IPI][intid][me], 1); /* the SGI is the sender */
    } else if (intid == INTID_EVENT) {
        take_events(me);
    } else if (intid == INTID_MESSAGE) {
        take_messages(me);
    }
}

static bool send_event(uint32_t me, uint32_t to)
{
    uint64_t *mine = &sent[EVENT][me][to];
    uint64_t flag = me * WINDOW + *mine % WINDOW;
    uint64_t word = EVENT_PORT(to, SINT_EVENT) | flag << 32;

    if (*mine - load(&received[EVENT][me][to]) >= WINDOW) {
        return false;
    }
    EXPECT_EQ(call_fast(conventions[*mine % 3], CONTROL_FAST(HV_CALL_SIGNAL_EVENT), &word, 1, NULL),
              HV_STATUS_SUCCESS);
    count(mine, 1);
    return true;
}

static bool send_message(uint32_t me, uint32_t to)
{
    uint64_t *mine = &sent[MESSAGE][me][to];
    struct hv_post_message *post = &posts[me];
    uint64_t status;

    *post = (struct hv_post_message) { .connection_id = MESSAGE_PORT(to, SINT_MESSAGE),
                                       .message_type = 1,
                                       .payload_size = HV_MESSAGE_PAYLOAD_MAX,
                                       .payload = { me, *mine, [29] = ~*mine } };
    status = call_slow(&smccc, HV_CALL_POST_MESSAGE, gpa(post), 0, NULL);
    if (status == HV_STATUS_INSUFFICIENT_BUFFERS) {
        full[me]++;
        return false;
    }
    EXPECT_EQ(status, HV_STATUS_SUCCESS);
    count(mine, 1);
    return true;
}

/* One at a time: an SGI that is pending is one SGI, however often it is sent. */
static bool send_ipi(uint32_t me, uint32_t to)
{
    uint64_t *mine = &sent[IPI][me][to];
    const uint64_t input[] = { me, UINT64_C(1) << to };

    if (*mine != load(&received[IPI][me][to])) {
        return false;
    }
    EXPECT_EQ(call_fast(conventions[*mine % 3], CONTROL_FAST(HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI),
                        input, 2, NULL),
              HV_STATUS_SUCCESS);
    count(mine, 1);
    return true;
}

static bool send(uint32_t me, uint64_t choice)
{
    uint32_t to = (uint32_t)(choice >> 32) % VPS; /* itself as well */

    switch (choice % KINDS) {
    case EVENT:
        return send_event(me, to);
    case MESSAGE:
        return send_message(me, to);
    default:
        return send_ipi(me, to);
    }
}

static bool all_received(uint32_t me)
{
    for (uint32_t kind = 0; kind < KINDS; kind++) {
        for (uint32_t from = 0; from < VPS; from++) {
            if (load(&received[kind][from][me]) < load(&sent[kind][from][me])) {
                return false;
            }
        }
    }
    return true;
}

static void run(void *argument)
{
    uint32_t me = this_cpu()->index;
    uint64_t random = 17 + me;
    uint64_t end;

    (void)argument;
    gic_init_cpu();
    gic_enable(0xf | 1u << INTID_EVENT | 1u << INTID_MESSAGE);
    this_cpu()->on_irq = on_interrupt;
    spill_attach();
    synic_on();
    sint_set(SINT_EVENT, INTID_EVENT);
    sint_set(SINT_MESSAGE, INTID_MESSAGE);
    __atomic_add_fetch(&done, 1, __ATOMIC_ACQ_REL);
    while (__atomic_load_n(&done, __ATOMIC_ACQUIRE) < VPS) {
    }
    for (uint64_t n = 0; n < operations / VPS;) {
        n += send(me, random_next(&random));
        irq_enable();
        irq_disable();
    }
    __atomic_add_fetch(&done, 1, __ATOMIC_ACQ_REL);
    end = now() + microseconds(60000000);
    while (__atomic_load_n(&done, __ATOMIC_ACQUIRE) < 2 * VPS && now() < end) {
        irq_enable();
        irq_disable();
    }
    SLEEP_UNTIL(all_received(me), 5000000); /* by interrupts alone */
}

static void setup(void)
{
    EXPECT_EQ(machine.cpus, VPS);
    operations = boot_argument("ops=", 20000);
    guest_os_id_set();
    gic_init();
}

static void nothing_is_lost_or_comes_twice(void)
{
    for (uint32_t i = 1; i < VPS; i++) {
        EXPECT_EQ(cpu_start(i, run, NULL), PSCI_SUCCESS);
    }
    run(NULL);
    for (uint32_t i = 1; i < VPS; i++) {
        EXPECT(cpu_wait_off(i));
    }
    for (uint32_t kind = 0; kind < KINDS; kind++) {
        uint64_t sum = 0;

        for (uint32_t pair = 0; pair < VPS * VPS; pair++) {
            expect_context(kind_names[kind], pair);
            EXPECT_EQ(received[kind][pair / VPS][pair % VPS], sent[kind][pair / VPS][pair % VPS]);
            sum += sent[kind][pair / VPS][pair % VPS];
        }
        note(kind_names[kind], sum);
    }
}

static void no_message_was_wrong(void)
{
    for (uint32_t i = 0; i < VPS; i++) {
        EXPECT_EQ(wrong[i], 0);
        EXPECT_EQ(synics[i].slots[SINT_MESSAGE].type, HV_MESSAGE_TYPE_NONE);
    }
}

static void no_other_slot_or_flag_was_touched(void)
{
    for (uint32_t i = 0; i < VPS; i++) {
        for (uint32_t sint = 0; sint < HV_SYNIC_SINT_COUNT; sint++) {
            EXPECT(sint == SINT_MESSAGE || synics[i].slots[sint].type == HV_MESSAGE_TYPE_NONE);
            for (uint32_t word = 0; word < 32; word++) {
                EXPECT_EQ(synics[i].flags[sint][word], 0);
            }
        }
    }
}

const struct test tests[] = {
    { "there are four processors", setup },
    { "of messages, events and IPIs none is lost and none comes twice",
      nothing_is_lost_or_comes_twice },
    { "messages are whole and in order", no_message_was_wrong },
    { "no other slot or flag was touched", no_other_slot_or_flag_was_touched },
    { NULL, NULL },
};
