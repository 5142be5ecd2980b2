/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Blocks with two mistakes in them: which one the guest is told of. The order is not the TLFS's but
 * ours, and the same in every convention. */

#include <hv/direct.h>
#include <hv/processor.h>

#include "requests.h"

#define OTHER_PARTITION (TEST_PARTITION_ID + 1)
#define NOBODY FAKE_VPS
#define VTL_1 1u            /* exists nowhere, but could */
#define VTL_OF_HEADER 0x11u /* the same as HV_INPUT_VTL */

static struct world *world;
static enum form form;

/* A call with this block is refused so. */
static void expect(uint16_t code, uint32_t count, uint32_t words, const void *input, size_t size,
                   size_t output, hv_status_t status)
{
    const struct request request = {
        .code = code,
        .rep = count != 0,
        .count = count,
        .variable_words = words,
        .input = input,
        .input_size = size,
        .output_size = output,
    };

    if (form_fits(form, &request)) {
        expect_refusal(world, form, &request, status);
    }
}
#define EXPECT(code, count, words, input, output, status)                                          \
    expect(code, count, words, &(input), sizeof(input), output, status)

static void for_each_form(void **state, void (*test)(void))
{
    world = *state;
    for (form = 0; form < FORMS; form++) {
        world_reset(world);
        test();
    }
}

/* ---- Registers ------------------------------------------------------------------------------ */

#define UNKNOWN_REGISTER 0x00012345u

static void expect_get(hv_partition_id_t partition, uint32_t vp, uint8_t vtl, uint8_t reserved,
                       uint32_t name, hv_status_t status)
{
    const struct {
        struct hv_vp_registers_header header;
        uint32_t name;
    } input = { { partition, vp, vtl, { 0, 0, reserved } }, name };

    expect(HV_CALL_GET_VP_REGISTERS, 1, 0, &input, 20, 16, status);
}

static void expect_set(hv_partition_id_t partition, uint32_t vp, uint32_t name, hv_status_t status)
{
    const struct {
        struct hv_vp_registers_header header;
        struct hv_vp_register_assoc element;
    } input = { { partition, vp, 0, { 0 } }, { .name = name } };

    EXPECT(HV_CALL_SET_VP_REGISTERS, 1, 0, input, 0, status);
}

static void registers(void)
{
    expect_get(OTHER_PARTITION, NOBODY, VTL_OF_HEADER, 0, UNKNOWN_REGISTER,
               HV_STATUS_INVALID_PARAMETER);
    expect_get(OTHER_PARTITION, NOBODY, VTL_OF_HEADER, 1, HV_REGISTER_VP_INDEX,
               HV_STATUS_INVALID_PARAMETER);
    expect_get(OTHER_PARTITION, NOBODY, VTL_OF_HEADER, 0, HV_REGISTER_VP_INDEX,
               HV_STATUS_ACCESS_DENIED);
    expect_get(OTHER_PARTITION, NOBODY, 0, 0, HV_REGISTER_VP_INDEX, HV_STATUS_INVALID_PARTITION_ID);
    expect_get(HV_PARTITION_ID_SELF, NOBODY, 0, 0, HV_REGISTER_VP_INDEX,
               HV_STATUS_INVALID_VP_INDEX);
    expect_set(OTHER_PARTITION, NOBODY, HV_REGISTER_SVERSION, HV_STATUS_INVALID_PARTITION_ID);
    expect_set(HV_PARTITION_ID_SELF, NOBODY, HV_REGISTER_SVERSION, HV_STATUS_INVALID_VP_INDEX);
}

static void register_calls_look_at_names_then_headers(void **state)
{
    for_each_form(state, registers);
}

/* ---- Processors ----------------------------------------------------------------------------- */

static void start_vp(void)
{
    struct hv_start_virtual_processor input = {
        .partition_id = OTHER_PARTITION,
        .vp_index = NOBODY,
        .target_vtl = VTL_1,
        .reserved = { 1 },
    };

    EXPECT(HV_CALL_START_VIRTUAL_PROCESSOR, 0, 0, input, 0, HV_STATUS_ACCESS_DENIED);
    input.target_vtl = 0;
    EXPECT(HV_CALL_START_VIRTUAL_PROCESSOR, 0, 0, input, 0, HV_STATUS_INVALID_PARTITION_ID);
    input.partition_id = HV_PARTITION_ID_SELF;
    EXPECT(HV_CALL_START_VIRTUAL_PROCESSOR, 0, 0, input, 0, HV_STATUS_INVALID_PARAMETER);
    input.reserved[0] = 0;
    EXPECT(HV_CALL_START_VIRTUAL_PROCESSOR, 0, 0, input, 0, HV_STATUS_INVALID_VP_INDEX);
}

static void vp_index(void)
{
    struct {
        struct hv_get_vp_index_from_apic_id header;
        uint64_t mpidr;
    } input = { { OTHER_PARTITION, VTL_1, { 1 } }, 0x12345 };

    EXPECT(HV_CALL_GET_VP_INDEX_FROM_APIC_ID, 1, 0, input, 4, HV_STATUS_INVALID_PARAMETER);
    input.header.reserved[0] = 0;
    EXPECT(HV_CALL_GET_VP_INDEX_FROM_APIC_ID, 1, 0, input, 4, HV_STATUS_ACCESS_DENIED);
    input.header.target_vtl = 0;
    EXPECT(HV_CALL_GET_VP_INDEX_FROM_APIC_ID, 1, 0, input, 4, HV_STATUS_INVALID_PARTITION_ID);
    input.header.partition_id = HV_PARTITION_ID_SELF;
    EXPECT(HV_CALL_GET_VP_INDEX_FROM_APIC_ID, 1, 0, input, 4, HV_STATUS_INVALID_PARAMETER);
}

static void processor_calls_look_at_vtl_partition_and_vp(void **state)
{
    for_each_form(state, start_vp);
    for_each_form(state, vp_index);
}

static void ipi(void)
{
    struct hv_send_ipi_ex input = {
        .vector = 32,
        .target_vtl = VTL_OF_HEADER,
        .set = { .format = 2, .valid_banks = 3 },
    };

    EXPECT(HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI_EX, 0, 0, input, 0, HV_STATUS_INVALID_PARAMETER);
    input.vector = 16;
    EXPECT(HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI_EX, 0, 0, input, 0, HV_STATUS_ACCESS_DENIED);
    input.target_vtl = 0;
    EXPECT(HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI_EX, 0, 0, input, 0, HV_STATUS_INVALID_PARAMETER);
    input.set.format = HV_VP_SET_ALL;
    EXPECT(HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI_EX, 0, 0, input, 0,
           HV_STATUS_INVALID_HYPERCALL_INPUT);
}

static void flush(void)
{
    struct hv_flush_virtual_ex input = {
        .flags = 1u << 12,
        .set = { .format = 2, .valid_banks = 3 },
    };

    EXPECT(HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE_EX, 0, 0, input, 0, HV_STATUS_INVALID_PARAMETER);
    input.set.format = HV_VP_SET_SPARSE_4K;
    EXPECT(HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE_EX, 0, 0, input, 0,
           HV_STATUS_INVALID_HYPERCALL_INPUT);
    input.set.valid_banks = 0;
    EXPECT(HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE_EX, 0, 0, input, 0, HV_STATUS_INVALID_PARAMETER);
}

static void sets_are_judged_by_format_then_banks(void **state)
{
    for_each_form(state, ipi);
    for_each_form(state, flush);
}

static void translate(void)
{
    struct hv_translate_virtual_address input = {
        .partition_id = OTHER_PARTITION,
        .vp_index = NOBODY,
        .flags = UINT64_C(0x11) << HV_TRANSLATE_GVA_INPUT_VTL_SHIFT | 8,
        .gva_page = UINT64_C(1) << 52,
    };

    EXPECT(HV_CALL_TRANSLATE_VIRTUAL_ADDRESS, 0, 0, input, 16, HV_STATUS_INVALID_PARTITION_ID);
    input.partition_id = HV_PARTITION_ID_SELF;
    EXPECT(HV_CALL_TRANSLATE_VIRTUAL_ADDRESS, 0, 0, input, 16, HV_STATUS_ACCESS_DENIED);
    input.flags = 8;
    EXPECT(HV_CALL_TRANSLATE_VIRTUAL_ADDRESS, 0, 0, input, 16, HV_STATUS_INVALID_VP_INDEX);
    input.vp_index = HV_VP_INDEX_SELF;
    EXPECT(HV_CALL_TRANSLATE_VIRTUAL_ADDRESS, 0, 0, input, 16, HV_STATUS_INVALID_PARAMETER);
    input.flags = 0;
    EXPECT(HV_CALL_TRANSLATE_VIRTUAL_ADDRESS, 0, 0, input, 16, HV_STATUS_INVALID_PARAMETER);
}

static void translations_need_a_gva_of_64_bits(void **state)
{
    for_each_form(state, translate);
}

/* ---- Messages and events -------------------------------------------------------------------- */

static void post(void)
{
    struct hv_post_message input = { .connection_id = 77, .message_type = 1, .payload_size = 241 };

    EXPECT(HV_CALL_POST_MESSAGE, 0, 0, input, 0, HV_STATUS_INVALID_PARAMETER);
    input.payload_size = 240;
    EXPECT(HV_CALL_POST_MESSAGE, 0, 0, input, 0, HV_STATUS_INVALID_CONNECTION_ID);
}

static void signal(void)
{
    struct hv_signal_event input = { .connection_id = 77,
                                     .flag_number = FAKE_FLAGS,
                                     .reserved = 1 };

    EXPECT(HV_CALL_SIGNAL_EVENT, 0, 0, input, 0, HV_STATUS_INVALID_PARAMETER);
    input.reserved = 0;
    EXPECT(HV_CALL_SIGNAL_EVENT, 0, 0, input, 0, HV_STATUS_INVALID_CONNECTION_ID);
    input.connection_id = TEST_MESSAGE_CONNECTION;
    EXPECT(HV_CALL_SIGNAL_EVENT, 0, 0, input, 0, HV_STATUS_INVALID_PORT_ID);
}

static void messages_and_events_are_judged_before_their_connections(void **state)
{
    for_each_form(state, post);
    for_each_form(state, signal);
}

static void signal_direct(void)
{
    struct hv_signal_event_direct input = {
        .partition_id = OTHER_PARTITION,
        .vp_index = NOBODY,
        .target_vtl = VTL_1,
        .sint = 16,
    };

    EXPECT(HV_CALL_SIGNAL_EVENT_DIRECT, 0, 0, input, 8, HV_STATUS_ACCESS_DENIED);
    input.target_vtl = 0;
    EXPECT(HV_CALL_SIGNAL_EVENT_DIRECT, 0, 0, input, 8, HV_STATUS_INVALID_PARAMETER);
    input.partition_id = HV_PARTITION_ID_SELF;
    EXPECT(HV_CALL_SIGNAL_EVENT_DIRECT, 0, 0, input, 8, HV_STATUS_INVALID_VP_INDEX);
    input.sint = 0;
    EXPECT(HV_CALL_SIGNAL_EVENT_DIRECT, 0, 0, input, 8, HV_STATUS_INVALID_PARAMETER);
}

static void post_direct(void)
{
    struct hv_post_message_direct input = {
        .partition_id = OTHER_PARTITION,
        .vp_index = HV_VP_INDEX_SELF,
        .target_vtl = VTL_1,
        .sint = 16,
        .message = { 1 },
    };

    EXPECT(HV_CALL_POST_MESSAGE_DIRECT, 0, 0, input, 0, HV_STATUS_ACCESS_DENIED);
    input.target_vtl = 0;
    EXPECT(HV_CALL_POST_MESSAGE_DIRECT, 0, 0, input, 0, HV_STATUS_INVALID_PARAMETER);
    input.partition_id = HV_PARTITION_ID_SELF;
    EXPECT(HV_CALL_POST_MESSAGE_DIRECT, 0, 0, input, 0, HV_STATUS_INVALID_PARAMETER);
    input.sint = 0; /* a SINT like others, here */
    EXPECT(HV_CALL_POST_MESSAGE_DIRECT, 0, 0, input, 0, HV_STATUS_INVALID_SYNIC_STATE);
}

static void interrupt(void)
{
    struct hv_assert_virtual_interrupt input = {
        .partition_id = OTHER_PARTITION,
        .interrupt_control = 1,
        .target_vtl = VTL_1,
    };

    EXPECT(HV_CALL_ASSERT_VIRTUAL_INTERRUPT, 0, 0, input, 0, HV_STATUS_INVALID_PARTITION_ID);
    input.partition_id = HV_PARTITION_ID_SELF;
    EXPECT(HV_CALL_ASSERT_VIRTUAL_INTERRUPT, 0, 0, input, 0, HV_STATUS_ACCESS_DENIED);
    input.target_vtl = 0;
    EXPECT(HV_CALL_ASSERT_VIRTUAL_INTERRUPT, 0, 0, input, 0, HV_STATUS_INVALID_PARAMETER);
}

static void direct_calls_have_orders_of_their_own(void **state)
{
    for_each_form(state, signal_direct);
    for_each_form(state, post_direct);
    for_each_form(state, interrupt);
}

/* ---- Hosts ---------------------------------------------------------------------------------- */

/* All three direct calls come and go together, whichever of these ops is missing. */
static void direct_calls_need_three_ops(void **state)
{
    static const uint16_t codes[] = { HV_CALL_SIGNAL_EVENT_DIRECT, HV_CALL_POST_MESSAGE_DIRECT,
                                      HV_CALL_ASSERT_VIRTUAL_INTERRUPT };
    static const uint8_t nothing[sizeof(struct hv_post_message_direct)] = { 0 };

    world = *state;
    form = FORM_SMCCC_SLOW;
    for (unsigned op = 0; op < 3; op++) {
        world->ops = fake_ops;
        if (op == 0) {
            world->ops.interrupt_assert = NULL;
        } else if (op == 1) {
            world->ops.poll_wanted = NULL;
        } else {
            world->ops.gpa_set_bit = NULL;
        }
        assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
        assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_OS_ID, TEST_GUEST_OS_ID),
                         HV_STATUS_SUCCESS);
        for (unsigned i = 0; i < 3; i++) {
            expect(codes[i], 0, 0, nothing, sizeof nothing, 8, HV_STATUS_ACCESS_DENIED);
        }
    }
}

/* What the control word says wrong is refused before anything is counted. */
static void refused_rep_calls_count_from_their_start(void **state)
{
    struct get_registers get = { .header = header_self };
    struct request request = request_get(&get, 7);
    struct answer answer;

    world = *state;
    request.start = 3;
    answer =
        guest_call(world, FORM_NATIVE_FAST, &request); /* 16 registers hold 5 and their values */
    assert_int_equal(answer.result, hv_result(HV_STATUS_INVALID_HYPERCALL_INPUT, 3));
    request.input_gpa = GPA(PAGE_INPUT) + 4;
    answer = guest_call(world, FORM_SMCCC_SLOW, &request);
    assert_int_equal(answer.result, hv_result(HV_STATUS_INVALID_ALIGNMENT, 3));
    request.start = 7;
    answer = guest_call(world, FORM_SMCCC_SLOW, &request);
    assert_int_equal(answer.result, HV_STATUS_INVALID_HYPERCALL_INPUT);
}

static void long_spin_wait_count_is_4095_with_a_yield(void **state)
{
    world = *state;
    assert_int_equal(guest_register(world, HV_REGISTER_FEATURES_INFO) >> 32, 4095);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(register_calls_look_at_names_then_headers),
        UNIT_TEST(processor_calls_look_at_vtl_partition_and_vp),
        UNIT_TEST(sets_are_judged_by_format_then_banks),
        UNIT_TEST(translations_need_a_gva_of_64_bits),
        UNIT_TEST(messages_and_events_are_judged_before_their_connections),
        UNIT_TEST(direct_calls_have_orders_of_their_own),
        UNIT_TEST(direct_calls_need_three_ops),
        UNIT_TEST(refused_rep_calls_count_from_their_start),
        UNIT_TEST(long_spin_wait_count_is_4095_with_a_yield),
    };

    return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
