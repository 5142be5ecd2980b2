/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Direct calls, for a partition that the host trusts with them (boot argument direct=1), and the
 * refusal of all of them to any other (TLFS HvCallSignalEventDirect, HvCallPostMessageDirect,
 * HvCallAssertVirtualInterrupt). */

#include <hv/direct.h>
#include <hv/processor.h>

#include <string.h>

#include "synic.h"

#define INTID 20u
#define SINT 5u
#define ASSERTED HV_INTERRUPT_CONTROL_ASSERTED

static bool trusted;
static struct hv_post_message_direct post __attribute__((aligned(4096)));

static void setup(void)
{
    trusted = boot_argument("direct=", 0) != 0;
    guest_os_id_set();
    EXPECT_EQ(spill_attach(), 0);
    gic_init();
    gic_enable(1u << INTID | 1u << 3);
    synic_on();
    sint_set(SINT, INTID);
}

/* The status in a trusted partition, else the refusal of all. */
static uint64_t or_denied(uint64_t status)
{
    return trusted ? status : HV_STATUS_ACCESS_DENIED;
}

static uint64_t signal(const struct convention *convention, uint64_t partition, uint64_t target,
                       uint64_t *newly)
{
    const uint64_t input[] = { partition, target };
    struct call call;
    uint64_t status =
        call_fast(convention, CONTROL_FAST(HV_CALL_SIGNAL_EVENT_DIRECT), input, 2, &call);

    *newly = call.x[fast_output_register(convention, 16, 8)];
    return status;
}

#define TARGET(vp, vtl, sint, flag)                                                                \
    ((uint64_t)(vp) | (uint64_t)(vtl) << 32 | (uint64_t)(sint) << 40 | (uint64_t)(flag) << 48)

static void take_interrupts(void)
{
    irq_enable();
    wait_microseconds(200);
    irq_disable();
}

static void a_flag_is_set_once(void)
{
    uint64_t before = this_cpu()->irqs[INTID];
    uint64_t newly;

    FOR_EACH_CONVENTION(convention)
    {
        expect_context(convention->name, 0);
        EXPECT_EQ(signal(convention, HV_PARTITION_ID_SELF, TARGET(0, 0, SINT, 2047), &newly),
                  or_denied(HV_STATUS_SUCCESS));
        if (trusted) {
            EXPECT_EQ(newly, 1);
            EXPECT_EQ(signal(convention, HV_PARTITION_ID_SELF, TARGET(0, 0, SINT, 2047), &newly),
                      HV_STATUS_SUCCESS);
            EXPECT_EQ(newly, 0);
            take_interrupts();
            EXPECT_EQ(this_cpu()->irqs[INTID], ++before);
        }
        EXPECT_EQ(event_take(SINT, 2047), trusted);
    }
    take_interrupts();
    EXPECT_EQ(this_cpu()->irqs[INTID], before);
}

static void signals_are_checked(void)
{
    static const struct {
        uint64_t partition;
        uint64_t target;
        uint64_t status;
    } cases[] = {
        { 77, TARGET(0, 0, SINT, 1), HV_STATUS_INVALID_PARAMETER },
        { HV_PARTITION_ID_SELF, TARGET(0, 0, 0, 1), HV_STATUS_INVALID_PARAMETER },
        { HV_PARTITION_ID_SELF, TARGET(0, 0, 16, 1), HV_STATUS_INVALID_PARAMETER },
        { HV_PARTITION_ID_SELF, TARGET(0, 0, SINT, 2048), HV_STATUS_INVALID_PARAMETER },
        { HV_PARTITION_ID_SELF, TARGET(64, 0, SINT, 1), HV_STATUS_INVALID_VP_INDEX },
        { HV_PARTITION_ID_SELF, TARGET(0, 1, SINT, 1), HV_STATUS_ACCESS_DENIED },
        { HV_PARTITION_ID_SELF, TARGET(0, 3, SINT, 1), HV_STATUS_INVALID_PARAMETER },
    };
    uint64_t newly;

    FOR_EACH_CONVENTION(convention)
    {
        for (uint32_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
            expect_context("target", cases[i].target);
            EXPECT_EQ(signal(convention, cases[i].partition, cases[i].target, &newly),
                      or_denied(cases[i].status));
        }
    }
    EXPECT(!event_take(SINT, 1));
}

static void post_prepare(uint32_t type)
{
    struct hv_message message = { .type = type, .payload_size = 24, .payload = { 1, 2, 3 } };

    memset(&post, 0, sizeof(post));
    post.partition_id = HV_PARTITION_ID_SELF;
    post.sint = SINT;
    memcpy(post.message, &message, sizeof(message));
}

static uint64_t post_by(const struct convention *convention)
{
    if (convention->slow) {
        return call_slow(convention, HV_CALL_POST_MESSAGE_DIRECT, gpa(&post), 0, NULL);
    }
    return call_fast(convention, CONTROL_FAST(HV_CALL_POST_MESSAGE_DIRECT),
                     (const uint64_t *)(const void *)&post, sizeof(post) / 8, NULL);
}

static void a_message_goes_into_a_free_slot(void)
{
    uint64_t before = this_cpu()->irqs[INTID];
    struct hv_message message;

    FOR_EACH_CONVENTION(convention)
    {
        expect_context(convention->name, 0);
        post_prepare(0x80001234);
        EXPECT_EQ(post_by(convention), or_denied(HV_STATUS_SUCCESS));
        EXPECT_EQ(post_by(convention), or_denied(HV_STATUS_OBJECT_IN_USE));
        EXPECT_EQ(message_take(SINT, &message), trusted);
        if (trusted) {
            EXPECT_EQ(message.type, 0x80001234);
            EXPECT_EQ(message.payload_size, 24);
            EXPECT_EQ(message.payload[2], 3);
            take_interrupts();
            EXPECT_EQ(this_cpu()->irqs[INTID], ++before);
        }
    }
}

static void expect_post_refused(uint64_t status)
{
    FOR_EACH_CONVENTION(convention)
    {
        EXPECT_EQ(post_by(convention), or_denied(status));
    }
}

static void messages_are_checked(void)
{
    struct hv_message message;

    post_prepare(1);
    post.partition_id = 77;
    expect_post_refused(HV_STATUS_INVALID_PARAMETER);
    post_prepare(1);
    post.vp_index = 1;
    expect_post_refused(HV_STATUS_INVALID_PARAMETER);
    post_prepare(1);
    post.sint = 16;
    expect_post_refused(HV_STATUS_INVALID_PARAMETER);
    post_prepare(1);
    post.target_vtl = 3;
    expect_post_refused(HV_STATUS_INVALID_PARAMETER);
    post_prepare(0);
    expect_post_refused(HV_STATUS_INVALID_PARAMETER);
    post_prepare(1);
    post.message[4] = HV_MESSAGE_PAYLOAD_MAX + 1;
    expect_post_refused(HV_STATUS_INVALID_PARAMETER);
    post_prepare(1);
    sint_set(SINT, HV_SINT_MASKED | INTID);
    expect_post_refused(HV_STATUS_INVALID_SYNIC_STATE);
    sint_set(SINT, INTID);
    synic_off();
    expect_post_refused(HV_STATUS_INVALID_SYNIC_STATE);
    synic_on();
    EXPECT(!message_take(SINT, &message));
}

static uint64_t assert_interrupt(uint64_t control, uint64_t mpidr, uint64_t vector)
{
    const uint64_t input[] = { HV_PARTITION_ID_SELF, control, mpidr, vector };

    return call_fast(&native, CONTROL_FAST(HV_CALL_ASSERT_VIRTUAL_INTERRUPT), input, 4, NULL);
}

static void interrupts_are_asserted(void)
{
    uint64_t before = this_cpu()->irqs[INTID];
    uint64_t of_sgi = this_cpu()->irqs[3];

    EXPECT_EQ(assert_interrupt(ASSERTED, cpus[0].mpidr, INTID), or_denied(HV_STATUS_SUCCESS));
    EXPECT_EQ(assert_interrupt(0, cpus[0].mpidr, 3), or_denied(HV_STATUS_SUCCESS));
    take_interrupts();
    EXPECT_EQ(this_cpu()->irqs[INTID], before + trusted);
    EXPECT_EQ(this_cpu()->irqs[3], of_sgi); /* a line taken back is no edge */
    EXPECT_EQ(assert_interrupt(ASSERTED | 1, cpus[0].mpidr, INTID),
              or_denied(HV_STATUS_INVALID_PARAMETER));
    EXPECT_EQ(assert_interrupt(ASSERTED, cpus[0].mpidr, 32),
              or_denied(HV_STATUS_INVALID_PARAMETER));
    EXPECT_EQ(assert_interrupt(ASSERTED, UINT64_C(1) << 32, INTID),
              or_denied(HV_STATUS_INVALID_PARAMETER));
    EXPECT_EQ(assert_interrupt(ASSERTED, cpus[0].mpidr, INTID | UINT64_C(1) << 32),
              or_denied(HV_STATUS_ACCESS_DENIED));
}

static uint32_t again;

/* Runs while the interrupt is active: it is not the GIC's any more, nor done with. */
static void assert_again(uint32_t intid)
{
    if (intid == INTID && again != 0) {
        again--;
        EXPECT_EQ(assert_interrupt(ASSERTED, cpus[0].mpidr, INTID), HV_STATUS_SUCCESS);
    }
}

static void an_edge_while_active_comes_again(void)
{
    uint64_t before = this_cpu()->irqs[INTID];

    again = 3;
    this_cpu()->on_irq = assert_again;
    EXPECT_EQ(assert_interrupt(ASSERTED, cpus[0].mpidr, INTID), or_denied(HV_STATUS_SUCCESS));
    take_interrupts();
    SLEEP_UNTIL(again == 0 || !trusted, 500000); /* some hosts need a moment for each */
    take_interrupts();
    this_cpu()->on_irq = NULL;
    EXPECT_EQ(this_cpu()->irqs[INTID], before + (trusted ? 4 : 0));
}

const struct test tests[] = {
    { "GuestOsId, SynIC and interrupts are set", setup },
    { "SignalEventDirect sets a flag once", a_flag_is_set_once },
    { "SignalEventDirect is checked", signals_are_checked },
    { "PostMessageDirect fills a free slot", a_message_goes_into_a_free_slot },
    { "PostMessageDirect is checked", messages_are_checked },
    { "AssertVirtualInterrupt raises an interrupt", interrupts_are_asserted },
    { "an edge that comes while its interrupt is active comes again",
      an_edge_while_active_comes_again },
    { NULL, NULL },
};
