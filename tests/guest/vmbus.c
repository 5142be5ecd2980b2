/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* VMBus contact by hand: messages posted, replies read from slot 2 of the message page, the
 * interrupt, the pending flag and EOM (VMBus protocol 5.x as Linux speaks it; TLFS
 * inter-partition-communication). */

#include "hypercall.h"
#include "psci.h"
#include "sysreg.h"

#define SINT 2u
#define CONNECTION_INITIATE 4u
#define VERSION(major, minor) ((uint64_t)(major) << 16 | (minor))

#define GICD(offset) ((volatile uint32_t *)(uintptr_t)(0x08000000 + (offset)))
#define GICD_IGROUPR 0x80u
#define GICD_ISENABLER 0x100u
#define GICD_IPRIORITYR 0x400u
#define GICD_IROUTER 0x6000u
#define PL011_IMSC ((volatile uint32_t *)0x09000038)
#define PL011_TXIM 0x20u

enum { /* message types */
       REQUEST_OFFERS = 3,
       ALL_OFFERS_DELIVERED = 4,
       INITIATE_CONTACT = 14,
       VERSION_RESPONSE = 15,
       UNLOAD = 16,
       UNLOAD_RESPONSE = 17,
};

static struct hv_message message_pages[CPUS_MAX][16] __attribute__((aligned(4096)));
static struct hv_post_message post __attribute__((aligned(4096)));
static uint32_t connection; /* for messages after the first */

static volatile struct hv_message *slot(uint32_t vp)
{
    return &message_pages[vp][SINT];
}

static void synic_enable(uint64_t sint)
{
    struct hv_message *page = message_pages[this_cpu()->index];

    EXPECT_EQ(register_set(&smccc, HV_REGISTER_SIPP, gpa(page) | HV_SYNIC_ENABLE), hv_result(0, 1));
    EXPECT_EQ(register_set(&smccc, HV_REGISTER_SINT0 + SINT, sint), hv_result(0, 1));
    EXPECT_EQ(register_set(&smccc, HV_REGISTER_SCONTROL, HV_SYNIC_ENABLE), hv_result(0, 1));
}

static uint64_t post_words(uint32_t to, uint32_t size, uint64_t type, uint64_t w1, uint64_t w2)
{
    post = (struct hv_post_message) {
        .connection_id = to, .message_type = 1, .payload_size = size, .payload = { type, w1, w2 }
    };
    return call_slow(&smccc, HV_CALL_POST_MESSAGE, gpa(&post), 0, NULL);
}

static uint64_t initiate(uint64_t version, uint64_t target_vp)
{
    return post_words(CONNECTION_INITIATE, 40, INITIATE_CONTACT, version | target_vp << 32, SINT);
}

/* share=N times as long: somewhere slow, that nothing has come says little. */
static bool wait_message(uint32_t vp, uint32_t milliseconds)
{
    uint64_t share = boot_argument("share=", 1);
    uint64_t end = now() + microseconds((uint64_t)milliseconds * 1000 * share);

    while (slot(vp)->type == HV_MESSAGE_TYPE_NONE) {
        if (now() > end) {
            return false;
        }
    }
    __asm__ volatile("dmb ish" ::: "memory");
    return true;
}

/* Frees the slot as a guest must: type first, then look at the flag, then EOM. */
static bool free_slot(void)
{
    volatile struct hv_message *mine = slot(this_cpu()->index);
    bool pending;

    mine->type = HV_MESSAGE_TYPE_NONE;
    __asm__ volatile("dmb sy" ::: "memory");
    pending = (mine->flags & HV_MESSAGE_FLAG_PENDING) != 0;
    if (pending) {
        EXPECT_EQ(register_set(&smccc, HV_REGISTER_EOM, 0), hv_result(0, 1));
    }
    return pending;
}

/* The next message of VP 0 is of this type; leaves it in the slot. */
static bool expect_message(uint64_t type, uint32_t size)
{
    if (!EXPECT(wait_message(0, 2000))) {
        return false;
    }
    EXPECT_EQ(slot(0)->type, 1);
    EXPECT_EQ(slot(0)->reserved, 0);
    EXPECT(slot(0)->payload_size >= size);
    return EXPECT_EQ((uint32_t)slot(0)->payload[0], type);
}

static void setup(void)
{
    guest_os_id_set();
    gic_init();
    synic_enable(INTID_VMBUS);
}

static void contact_5_3_is_answered_in_slot_2(void)
{
    uint64_t interrupts = this_cpu()->irqs[INTID_VMBUS];

    EXPECT_EQ(initiate(VERSION(5, 3), 0), HV_STATUS_SUCCESS);
    if (expect_message(VERSION_RESPONSE, 16)) {
        EXPECT_EQ(slot(0)->payload[1] & 0xff, 1);      /* supported */
        EXPECT_EQ(slot(0)->payload[1] >> 8 & 0xff, 0); /* connection state */
        connection = (uint32_t)(slot(0)->payload[1] >> 32);
        EXPECT(connection != 0);
    }
    SLEEP_UNTIL(this_cpu()->irqs[INTID_VMBUS] != interrupts, 10000000);
    EXPECT(!free_slot());
    irq_enable();
    EXPECT(!wait_message(0, 5)); /* and no second interrupt meanwhile */
    irq_disable();
    EXPECT_EQ(this_cpu()->irqs[INTID_VMBUS], interrupts + 1);
    for (uint32_t i = 0; i < 16; i++) { /* nothing in other slots */
        EXPECT_EQ(message_pages[0][i].type, HV_MESSAGE_TYPE_NONE);
    }
}

static void offers_end(void)
{
    EXPECT_EQ(post_words(connection, 8, REQUEST_OFFERS, 0, 0), HV_STATUS_SUCCESS);
    for (uint32_t i = 0; i < 64; i++) {
        if (!EXPECT(wait_message(0, 2000)) || slot(0)->payload[0] == ALL_OFFERS_DELIVERED) {
            break;
        }
        free_slot();
    }
    expect_message(ALL_OFFERS_DELIVERED, 8);
    free_slot();
}

static void versions_that_nobody_speaks_are_refused(void)
{
    static const uint64_t versions[] = { VERSION(6, 0), VERSION(7, 0), VERSION(5, 9), 0,
                                         VERSION(0xffff, 0xffff) };

    for (uint32_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        expect_context("version", versions[i]);
        EXPECT_EQ(initiate(versions[i], 0), HV_STATUS_SUCCESS);
        if (expect_message(VERSION_RESPONSE, 16)) {
            EXPECT_EQ(slot(0)->payload[1] & 0xff, 0);
        }
        free_slot();
    }
}

static void versions_5_0_to_5_3_are_spoken(void)
{
    for (uint64_t minor = 0; minor <= 3; minor++) {
        expect_context("minor version", minor);
        EXPECT_EQ(initiate(VERSION(5, minor), 0), HV_STATUS_SUCCESS);
        if (expect_message(VERSION_RESPONSE, 16)) {
            EXPECT_EQ(slot(0)->payload[1] & 0xff, 1);
            connection = (uint32_t)(slot(0)->payload[1] >> 32);
        }
        free_slot();
    }
}

/* A full slot: the next message waits, the flag says so, EOM brings it. */
static void a_message_for_a_full_slot_waits_for_eom(void)
{
    uint64_t end = now() + microseconds(1000000);

    EXPECT_EQ(initiate(VERSION(5, 3), 0), HV_STATUS_SUCCESS);
    EXPECT(expect_message(VERSION_RESPONSE, 16));
    EXPECT_EQ(initiate(VERSION(5, 2), 0), HV_STATUS_SUCCESS);
    while ((slot(0)->flags & HV_MESSAGE_FLAG_PENDING) == 0 && now() < end) {
    }
    EXPECT_EQ(slot(0)->flags, HV_MESSAGE_FLAG_PENDING);
    EXPECT_EQ((uint32_t)slot(0)->payload[0], VERSION_RESPONSE);
    EXPECT(free_slot());
    EXPECT(expect_message(VERSION_RESPONSE, 16));
    EXPECT(!free_slot());
}

/* Nobody reads: senders are refused when the queue is full, and all that was taken arrives in
 * order. */
static void a_full_queue_refuses_and_loses_nothing(void)
{
    uint32_t taken = 0;
    uint32_t received = 0;
    uint64_t status;

    do {
        status = initiate(VERSION(5, taken % 4), 0);
        taken += status == HV_STATUS_SUCCESS;
    } while (status == HV_STATUS_SUCCESS && taken < 1000);
    EXPECT_EQ(status, HV_STATUS_INSUFFICIENT_BUFFERS);
    note("messages taken before a refusal", taken);
    while (received < taken && EXPECT(wait_message(0, 2000))) {
        EXPECT_EQ((uint32_t)slot(0)->payload[0], VERSION_RESPONSE);
        EXPECT_EQ(slot(0)->payload[1] & 0xff, 1);
        received++;
        free_slot();
    }
    EXPECT(!wait_message(0, 10));
}

/* The slot is emptied while it is being refilled, as fast as both can: no message is lost or stuck.
 */
static void every_message_arrives_once(void)
{
    uint32_t received = 0;
    const uint32_t all = turns(3000);

    for (uint32_t sent = 0; sent < all;) {
        sent += initiate(VERSION(5, 3), 0) == HV_STATUS_SUCCESS;
        while (received < sent && slot(0)->type != HV_MESSAGE_TYPE_NONE) {
            received++;
            free_slot();
        }
        if (sent == all) {
            while (received < sent && EXPECT(wait_message(0, 1000))) {
                received++;
                free_slot();
            }
        }
    }
    EXPECT_EQ(received, all);
    EXPECT(!wait_message(0, 10));
}

static void a_masked_sint_gets_the_message_without_interrupt(void)
{
    uint64_t interrupts = this_cpu()->irqs[INTID_VMBUS];

    synic_enable(HV_SINT_MASKED | INTID_VMBUS);
    EXPECT_EQ(initiate(VERSION(5, 3), 0), HV_STATUS_SUCCESS);
    EXPECT(expect_message(VERSION_RESPONSE, 16));
    irq_enable();
    wait_microseconds(2000);
    irq_disable();
    free_slot();
    EXPECT(this_cpu()->irqs[INTID_VMBUS] <= interrupts + 1); /* one may be left of the last test */
    synic_enable(INTID_VMBUS);
}

static void messages_wait_until_the_page_is_enabled(void)
{
    EXPECT_EQ(register_set(&smccc, HV_REGISTER_SIPP, gpa(message_pages[0])), hv_result(0, 1));
    EXPECT_EQ(initiate(VERSION(5, 3), 0), HV_STATUS_SUCCESS);
    EXPECT(!wait_message(0, 20));
    synic_enable(INTID_VMBUS);
    EXPECT(expect_message(VERSION_RESPONSE, 16));
    free_slot();
}

static void unload_is_answered(void)
{
    EXPECT_EQ(post_words(connection, 8, UNLOAD, 0, 0), HV_STATUS_SUCCESS);
    EXPECT(expect_message(UNLOAD_RESPONSE, 8));
    free_slot();
    EXPECT_EQ(initiate(VERSION(5, 3), 0), HV_STATUS_SUCCESS); /* and contact can be made again */
    EXPECT(expect_message(VERSION_RESPONSE, 16));
    free_slot();
}

static void a_target_that_does_not_exist_is_refused(void)
{
    static const uint64_t targets[] = { 64, 4096, 0xfffffffe, 0xffffffff };

    EXPECT(initiate(VERSION(5, 3), machine.cpus) != HV_STATUS_SUCCESS || !wait_message(0, 20) ||
           (slot(0)->payload[1] & 0xff) == 0);
    for (uint32_t i = 0; i < 4; i++) {
        if (slot(0)->type != HV_MESSAGE_TYPE_NONE) {
            free_slot();
        }
        expect_context("target", targets[i]);
        EXPECT(initiate(VERSION(5, 3), targets[i]) != HV_STATUS_SUCCESS || !wait_message(0, 20) ||
               (slot(0)->payload[1] & 0xff) == 0);
    }
    if (slot(0)->type != HV_MESSAGE_TYPE_NONE) {
        free_slot();
    }
}

/* A level interrupt that never goes away, in the group that wakes the hidden processor, with the
 * highest priority and that processor as its target; and SGIs on top. Contact is answered still. */
static void interrupts_for_the_hidden_processor_are_harmless(void)
{
    const uint32_t intid = 33; /* serial port */
    uint64_t hidden = cpus[machine.cpus].mpidr;

    *GICD(GICD_IGROUPR + 4) = 0;
    *GICD(GICD_IPRIORITYR + 32) = 0;
    *(volatile uint64_t *)GICD(GICD_IROUTER + 8 * intid) = hidden;
    *GICD(GICD_ISENABLER + 4) = 0xffffffff;
    *PL011_IMSC = PL011_TXIM;
    for (uint32_t i = 0; i < 50; i++) {
        WRITE_SYSREG(icc_sgi0r_el1, UINT64_C(1) << (hidden & 15) | (uint64_t)(i % 16) << 24);
        WRITE_SYSREG(icc_sgi1r_el1, UINT64_C(1) << (hidden & 15) | (uint64_t)(i % 16) << 24);
        EXPECT_EQ(initiate(VERSION(5, 3), 0), HV_STATUS_SUCCESS);
        EXPECT(expect_message(VERSION_RESPONSE, 16));
        free_slot();
    }
    *PL011_IMSC = 0;
}

static volatile bool woken;

static void sleep_until_message(void *argument)
{
    (void)argument;
    gic_init_cpu();
    synic_enable(INTID_VMBUS);
    __atomic_store_n(&woken, false, __ATOMIC_RELEASE);
    *(volatile bool *)argument = true;
    while (this_cpu()->irqs[INTID_VMBUS] == 0) {
        irq_wait();
    }
    woken = (uint32_t)slot(this_cpu()->index)->payload[0] == VERSION_RESPONSE;
    free_slot();
}

/* Another VP asleep in WFI is woken by its message. */
static void a_sleeping_processor_is_woken(void)
{
    volatile bool ready = false;
    uint64_t end = now() + microseconds(2000000);

    if (machine.cpus < 2) {
        test_skip("one processor");
        return;
    }
    cpus[1].irqs[INTID_VMBUS] = 0;
    EXPECT_EQ(cpu_start(1, sleep_until_message, (void *)(uintptr_t)gpa(&ready)), PSCI_SUCCESS);
    while (!ready && now() < end) {
    }
    wait_microseconds(5000);
    EXPECT_EQ(initiate(VERSION(5, 3), 1), HV_STATUS_SUCCESS);
    EXPECT(cpu_wait_off(1));
    EXPECT(woken);
    EXPECT(!wait_message(0, 5));
}

const struct test tests[] = {
    { "GuestOsId, SIMP, SINT 2 and SCONTROL are set", setup },
    { "INITIATE_CONTACT 5.3 is answered in slot 2, with one interrupt",
      contact_5_3_is_answered_in_slot_2 },
    { "REQUEST_OFFERS ends with ALL_OFFERS_DELIVERED", offers_end },
    { "versions that nobody speaks are refused", versions_that_nobody_speaks_are_refused },
    { "versions 5.0 to 5.3 are spoken", versions_5_0_to_5_3_are_spoken },
    { "a message for a full slot waits for EOM", a_message_for_a_full_slot_waits_for_eom },
    { "a full queue refuses and loses nothing", a_full_queue_refuses_and_loses_nothing },
    { "every message arrives once", every_message_arrives_once },
    { "a masked SINT gets the message without interrupt",
      a_masked_sint_gets_the_message_without_interrupt },
    { "messages wait until the page is enabled", messages_wait_until_the_page_is_enabled },
    { "UNLOAD is answered", unload_is_answered },
    { "a target that does not exist is refused", a_target_that_does_not_exist_is_refused },
    { "a sleeping processor is woken by its message", a_sleeping_processor_is_woken },
    { "interrupts for the hidden processor are harmless",
      interrupts_for_the_hidden_processor_are_harmless },
    { NULL, NULL },
};
