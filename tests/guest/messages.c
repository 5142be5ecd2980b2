/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* PostMessage and SignalEvent up to the connection: what is refused, with which status. What
 * happens behind a connection is vmbus.c's matter. */

#include "hypercall.h"

#define CONNECTION_INITIATE 4u /* VMBus, INITIATE_CONTACT */
#define CONNECTION_NONE 0x00055555u

static struct hv_post_message message __attribute__((aligned(4096)));

/* In every way in which a guest can post: by memory twice, and with the spill page. */
static void expect_post(uint64_t status)
{
    const uint64_t control = HV_CALL_POST_MESSAGE;

    EXPECT_EQ(call_slow(&native, control, gpa(&message), 0, NULL), status);
    EXPECT_EQ(call_slow(&smccc, control, gpa(&message), 0x123, NULL), status);
    EXPECT_EQ(call_fast(&compact, control | HV_CONTROL_FAST,
                        (const uint64_t *)(const void *)&message, sizeof(message) / 8, NULL),
              status);
}

static struct hv_post_message plain(void)
{
    return (struct hv_post_message) { .connection_id = CONNECTION_NONE,
                                      .message_type = 1,
                                      .payload_size = 8 };
}

static void setup(void)
{
    guest_os_id_set();
    EXPECT_EQ(spill_attach(), 0);
}

static void unknown_connection_is_named_so(void)
{
    message = plain();
    expect_post(HV_STATUS_INVALID_CONNECTION_ID);
    message.connection_id = 0;
    expect_post(HV_STATUS_INVALID_CONNECTION_ID);
    message.connection_id = 0x00ffffff;
    expect_post(HV_STATUS_INVALID_CONNECTION_ID);
}

static void reserved_bits_of_the_connection_are_refused(void)
{
    for (uint32_t bit = 24; bit < 32; bit++) {
        message = plain();
        message.connection_id = CONNECTION_INITIATE | UINT32_C(1) << bit;
        expect_context("bit", bit);
        expect_post(HV_STATUS_INVALID_CONNECTION_ID);
    }
}

static void types_of_the_hypervisor_are_refused(void)
{
    static const uint32_t types[] = { 0, 0x80000000, 0x80000001, 0xffffffff };

    for (uint32_t i = 0; i < 4; i++) {
        message = plain();
        message.message_type = types[i];
        expect_context("type", types[i]);
        expect_post(HV_STATUS_INVALID_PARAMETER);
    }
}

static void payload_is_240_bytes_at_most(void)
{
    static const uint32_t sizes[] = { 241, 256, 0x10000, 0x7fffffff, 0xffffffff };

    for (uint32_t i = 0; i < 5; i++) {
        message = plain();
        message.payload_size = sizes[i];
        expect_context("size", sizes[i]);
        expect_post(HV_STATUS_INVALID_PARAMETER);
    }
    message = plain();
    message.payload_size = HV_MESSAGE_PAYLOAD_MAX;
    expect_post(HV_STATUS_INVALID_CONNECTION_ID);
    message.payload_size = 0;
    expect_post(HV_STATUS_INVALID_CONNECTION_ID);
}

static void reserved_word_is_zero(void)
{
    message = plain();
    message.reserved = 1;
    expect_post(HV_STATUS_INVALID_PARAMETER);
    message.reserved = 0x80000000;
    expect_post(HV_STATUS_INVALID_PARAMETER);
}

/* A message that no protocol understands is the sender's own business. */
static void nonsense_to_vmbus_is_taken_or_refused(void)
{
    uint64_t random = 7;

    for (uint32_t i = 0; i < turns(2000); i++) {
        uint64_t status;

        message = plain();
        message.connection_id = i % 3 == 0 ? 1 : CONNECTION_INITIATE;
        message.payload_size = (uint32_t)(random_next(&random) % 241);
        for (uint32_t word = 0; word < HV_MESSAGE_PAYLOAD_MAX / 8; word++) {
            message.payload[word] = random_next(&random);
        }
        message.payload[0] = random_next(&random) % 32; /* often a type that exists */
        status = call_slow(&native, HV_CALL_POST_MESSAGE, gpa(&message), 0, NULL);
        expect_context("status", status);
        EXPECT(status == HV_STATUS_SUCCESS || status == HV_STATUS_INVALID_CONNECTION_ID ||
               status == HV_STATUS_INSUFFICIENT_BUFFERS);
    }
}

static uint64_t signal(const struct convention *convention, uint64_t word)
{
    return call_fast(convention, CONTROL_FAST(HV_CALL_SIGNAL_EVENT), &word, 1, NULL);
}

static void signal_event_is_checked(void)
{
    FOR_EACH_CONVENTION(convention)
    {
        expect_context(convention->name, 0);
        EXPECT_EQ(signal(convention, CONNECTION_NONE), HV_STATUS_INVALID_CONNECTION_ID);
        EXPECT_EQ(signal(convention, 0x01000001), HV_STATUS_INVALID_CONNECTION_ID);
        EXPECT_EQ(signal(convention, CONNECTION_NONE | UINT64_C(0xffff) << 32),
                  HV_STATUS_INVALID_CONNECTION_ID);
        EXPECT_EQ(signal(convention, CONNECTION_NONE | UINT64_C(1) << 48),
                  HV_STATUS_INVALID_PARAMETER);
        EXPECT_EQ(signal(convention, CONNECTION_NONE | UINT64_C(1) << 63),
                  HV_STATUS_INVALID_PARAMETER);
    }
}

static void signal_event_by_memory_is_the_same(void)
{
    static uint64_t block __attribute__((aligned(8))) = CONNECTION_NONE;

    EXPECT_EQ(call_slow(&native, HV_CALL_SIGNAL_EVENT, gpa(&block), 0, NULL),
              HV_STATUS_INVALID_CONNECTION_ID);
    EXPECT_EQ(call_slow(&smccc, HV_CALL_SIGNAL_EVENT, gpa(&block), 0, NULL),
              HV_STATUS_INVALID_CONNECTION_ID);
}

static void simple_calls_have_no_reps_and_no_variable_header(void)
{
    FOR_EACH_CONVENTION(convention)
    {
        uint64_t word = CONNECTION_NONE;
        uint64_t control = CONTROL_FAST(HV_CALL_SIGNAL_EVENT);

        expect_context(convention->name, 0);
        EXPECT_EQ(call_fast(convention, control | CONTROL_REPS(1), &word, 1, NULL),
                  HV_STATUS_INVALID_HYPERCALL_INPUT);
        EXPECT_EQ(call_fast(convention, control | CONTROL_START(1), &word, 1, NULL),
                  HV_STATUS_INVALID_HYPERCALL_INPUT);
        EXPECT_EQ(call_fast(convention, control | CONTROL_VARIABLE(1), &word, 1, NULL),
                  HV_STATUS_INVALID_HYPERCALL_INPUT);
    }
}

const struct test tests[] = {
    { "GuestOsId is set and a spill page attached", setup },
    { "PostMessage: an unknown connection", unknown_connection_is_named_so },
    { "PostMessage: reserved bits of the connection", reserved_bits_of_the_connection_are_refused },
    { "PostMessage: types of the hypervisor", types_of_the_hypervisor_are_refused },
    { "PostMessage: the payload is 240 bytes at most", payload_is_240_bytes_at_most },
    { "PostMessage: the reserved word is zero", reserved_word_is_zero },
    { "PostMessage: nonsense to VMBus", nonsense_to_vmbus_is_taken_or_refused },
    { "SignalEvent is checked", signal_event_is_checked },
    { "SignalEvent by memory", signal_event_by_memory_is_the_same },
    { "simple calls have neither reps nor a variable header",
      simple_calls_have_no_reps_and_no_variable_header },
    { NULL, NULL },
};
