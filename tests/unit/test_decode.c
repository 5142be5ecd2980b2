/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Trace records as lines of text, and how a run ended as an exit status. */

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <shim/shim.h>

#include <hv/calls.h>
#include <hv/hypercall.h>
#include <hv/message.h>
#include <hv/vp_registers.h>

#include "tools/decode.h"
#include "tools/outcome.h"

#define FAST_REP(code, count) ((code) | HV_CONTROL_FAST | ((uint64_t)(count) << 32))

/* The record as a reader would give it: as much of the blocks as there is room for. */
static struct shim_trace_record held(const struct shim_trace_record *record)
{
    struct shim_trace_record all = *record;

    all.input_held = all.input_size < SHIM_TRACE_INPUT ? all.input_size : SHIM_TRACE_INPUT;
    all.output_held = all.output_size < SHIM_TRACE_OUTPUT ? all.output_size : SHIM_TRACE_OUTPUT;
    return all;
}

static void expect_line(const struct shim_trace_record *partial, const char *expected)
{
    const struct shim_trace_record whole = held(partial), *record = &whole;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    decode_record(out, record);
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

static struct shim_trace_record registers_record(uint64_t control)
{
    const struct hv_vp_registers_header header = {
        HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF, 0, { 0 }
    };
    struct shim_trace_record record = {
        .time = 12345678,
        .vp_index = 1,
        .kind = SHIM_TRACE_CALL,
        .convention = SHIM_CONVENTION_SMCCC,
        .verdict = SHIM_DONE,
        .control = control,
    };
    memcpy(record.input, &header, sizeof(header));
    return record;
}

static void a_set_shows_names_and_values(void **state)
{
    struct shim_trace_record record = registers_record(FAST_REP(HV_CALL_SET_VP_REGISTERS, 1));
    const struct hv_vp_register_assoc element = { HV_REGISTER_GUEST_OS_ID,
                                                  { 0 },
                                                  { UINT64_C(0x8100000006010000), 0 } };

    (void)state;
    record.result = hv_result(HV_STATUS_SUCCESS, 1);
    record.input_size = 48;
    memcpy(record.input + 16, &element, sizeof(element));
    expect_line(&record, "    1.2345678 vp1 smccc   HvCallSetVpRegisters(self, vp self, "
                         "GuestOsId=0x8100000006010000) = SUCCESS, 1 done\n");
}

static void a_get_shows_what_was_got(void **state)
{
    struct shim_trace_record record = registers_record(FAST_REP(HV_CALL_GET_VP_REGISTERS, 2));
    const uint32_t names[2] = { HV_REGISTER_VP_INDEX, 0x12345678 };
    const uint64_t values[4] = { 3, 0, 4, 5 };

    (void)state;
    record.convention = SHIM_CONVENTION_NATIVE;
    record.result = hv_result(HV_STATUS_SUCCESS, 2);
    record.input_size = 24;
    record.output_size = 32;
    memcpy(record.input + 16, names, sizeof(names));
    memcpy(record.output, values, sizeof(values));
    expect_line(&record, "    1.2345678 vp1 native  HvCallGetVpRegisters(self, vp self, "
                         "VpIndex=0x3, register 0x12345678=0x50000000000000004) = SUCCESS, "
                         "2 done\n");
    record.result = hv_result(HV_STATUS_INVALID_PARAMETER, 1);
    expect_line(&record, "    1.2345678 vp1 native  HvCallGetVpRegisters(self, vp self, "
                         "VpIndex, register 0x12345678) = INVALID_PARAMETER, 1 done\n");
}

static void elements_beyond_the_record_are_counted(void **state)
{
    struct shim_trace_record record =
        registers_record(HV_CALL_SET_VP_REGISTERS | UINT64_C(5) << HV_CONTROL_REP_COUNT_SHIFT);

    (void)state;
    record.verdict = SHIM_AGAIN;
    record.input_size = 16 + 5 * 32;
    record.block_gpa[0] = 0x1000;
    expect_line(&record,
                "    1.2345678 vp1 smccc   HvCallSetVpRegisters(self, vp self, "
                "ExplicitSuspend=0x0, ExplicitSuspend=0x0, "
                "ExplicitSuspend=0x0, ExplicitSuspend, 1 more, in @0x1000) = to be continued\n");
}

static void a_posted_message_shows_its_vmbus_type(void **state)
{
    const struct hv_post_message post = { 4, 0, 1, 40, { 14, 0x50003 } };
    struct shim_trace_record record = {
        .kind = SHIM_TRACE_CALL,
        .convention = SHIM_CONVENTION_SMCCC,
        .control = HV_CALL_POST_MESSAGE,
        .input_size = 256,
        .block_gpa = { 0x4000, 0 },
    };

    (void)state;
    memcpy(record.input, &post, sizeof(record.input));
    expect_line(&record, "    0.0000000 vp0 smccc   HvCallPostMessage(connection 0x4, type 0x1, "
                         "40 bytes, INITIATE_CONTACT 5.3, in @0x4000) = SUCCESS\n");
    record.input[16] = 99;
    expect_line(&record, "    0.0000000 vp0 smccc   HvCallPostMessage(connection 0x4, type 0x1, "
                         "40 bytes, VMBus message 99, in @0x4000) = SUCCESS\n");
}

static void a_signal_and_a_call_without_name(void **state)
{
    struct shim_trace_record record = {
        .kind = SHIM_TRACE_CALL,
        .convention = SHIM_CONVENTION_COMPACT,
        .control = HV_CALL_SIGNAL_EVENT | HV_CONTROL_FAST,
        .input_size = 8,
        .input = { 0x07, 0, 1, 0, 2 },
    };

    (void)state;
    expect_line(&record, "    0.0000000 vp0 compact HvCallSignalEvent(connection 0x10007, flag 2) "
                         "= SUCCESS\n");
    record.control = 0xfffe | HV_CONTROL_FAST;
    record.result = HV_STATUS_INVALID_HYPERCALL_CODE;
    expect_line(&record, "    0.0000000 vp0 compact call 0xfffe(control 0x000000000001fffe, "
                         "input 0700010002000000) = INVALID_HYPERCALL_CODE\n");
    record.verdict = SHIM_UNDEFINED;
    record.input_size = 0;
    expect_line(&record, "    0.0000000 vp0 compact call 0xfffe(control 0x000000000001fffe) "
                         "= undefined instruction\n");
}

static void bytes_of_the_guest_are_escaped(void **state)
{
    struct shim_trace_record record = {
        .kind = SHIM_TRACE_TEXT,
        .convention = SHIM_CONVENTION_NONE,
        .input_size = 9,
        .input = "a\"\\\n\t\x1b[2\xff",
    };

    (void)state;
    expect_line(&record, "    0.0000000 vp0 -       crash message "
                         "\"a\\\"\\\\\\n\\t\\x1b[2\\xff\"\n");
}

static void the_other_kinds_have_lines_too(void **state)
{
    struct shim_trace_record record = {
        .kind = SHIM_TRACE_SMCCC,
        .convention = SHIM_CONVENTION_NONE,
        .control = UINT32_C(0x8600ff01),
        .result = HV_SMCCC_UID_0,
    };

    (void)state;
    expect_line(&record, "    0.0000000 vp0 -       VENDOR_HYP_UID() = 0x4d32ba58\n");
    record.control = 0xc4000099;
    record.result = UINT64_MAX;
    expect_line(&record, "    0.0000000 vp0 -       function 0xc4000099() = 0xffffffffffffffff\n");
    record.input_size = 40;
    record.kind = SHIM_TRACE_EVENT;
    record.control = SHIM_EVENT_MESSAGE;
    record.input[0] = 2;
    record.input[8] = 1;
    expect_line(&record, "    0.0000000 vp0 -       event MESSAGE sint=2 type=0x1\n");
    record.kind = SHIM_TRACE_CRASH;
    record.control = HV_CRASH_CTL_NOTIFY;
    expect_line(&record, "    0.0000000 vp0 -       guest crash P0=0x2 P1=0x1 P2=0x0 P3=0x0 P4=0x0 "
                         "Ctl=0x8000000000000000\n");
}

static void traps_say_what_trapped_and_how_long_it_took(void **state)
{
    struct shim_trace_record record = { .kind = SHIM_TRACE_TRAP,
                                        .convention = SHIM_CONVENTION_NONE,
                                        .control = UINT64_C(0x01) << 26,
                                        .spent_ns = 12345,
                                        .input_size = 32,
                                        .input = { 0x10 } };
    const uint64_t words[] = { 0x10, 0xffff000012345678, 0x9000000, 0xc4000003 };

    (void)state;
    memcpy(record.input, words, sizeof(words));
    expect_line(&record, "    0.0000000 vp0 -       trap WFI pc=0x10 <12.345 us>\n");
    record.spent_ns = 0;
    record.control = UINT64_C(0x17) << 26;
    expect_line(&record, "    0.0000000 vp0 -       trap SMC PSCI_CPU_ON pc=0x10\n");
    record.control = UINT64_C(0x24) << 26 | 0x40;
    expect_line(&record, "    0.0000000 vp0 -       trap data abort ESR_EL2=0x90000040 pc=0x10 "
                         "write gpa=0x9000678 va=0xffff000012345678\n");
    record.control = UINT64_C(0x3f) << 26;
    expect_line(&record, "    0.0000000 vp0 -       trap class 0x3f ESR_EL2=0xfc000000 pc=0x10\n");
    record.kind = SHIM_TRACE_HVC;
    record.control = 5;
    record.verdict = SHIM_UNDEFINED;
    expect_line(&record, "    0.0000000 vp0 -       hvc #5 = undefined instruction\n");
    record.kind = SHIM_TRACE_EVENT;
    record.control = SHIM_EVENT_TIMER;
    expect_line(&record,
                "    0.0000000 vp0 -       event TIMER timer=16 due=1844646259903.8260856\n");
}

/* Any bytes at all give one line, and touch nothing outside the record. */
static void random_records_give_one_line_each(void **state)
{
    static const uint16_t codes[] = { HV_CALL_GET_VP_REGISTERS, HV_CALL_SET_VP_REGISTERS,
                                      HV_CALL_POST_MESSAGE, HV_CALL_SIGNAL_EVENT, 0 };
    struct shim_trace_record *record = malloc(sizeof(*record));
    char text[8192];

    (void)state;
    srand(1);
    for (int round = 0; round < 50000; round++) {
        for (size_t i = 0; i < sizeof(*record); i++) {
            ((uint8_t *)record)[i] = (uint8_t)rand();
        }
        record->kind = (uint8_t)(rand() % 13);
        if (round % 2 == 0) {
            record->control = (record->control & ~HV_CONTROL_CODE) | codes[rand() % 5];
        }
        memset(text, 0, sizeof(text));
        FILE *out = fmemopen(text, sizeof(text) - 1, "w");
        assert_non_null(out);
        decode_record(out, record);
        fclose(out);
        char *newline = strchr(text, '\n');
        assert_non_null(newline);
        assert_int_equal(newline[1], '\0');
        for (const char *at = text; at < newline; at++) {
            assert_true(*at >= ' ' && *at <= '~');
        }
    }
    free(record);
}

static void the_exit_status_follows_the_worst(void **state)
{
    struct shim_trace_record crash = { .kind = SHIM_TRACE_CRASH, .control = HV_CRASH_CTL_NOTIFY };
    struct shim_trace_record start = { .kind = SHIM_TRACE_EVENT, .control = SHIM_EVENT_VP_ON };
    struct shim_trace_record panic = { .kind = SHIM_TRACE_EVENT, .control = SHIM_EVENT_PANIC };
    struct outcome *outcome = calloc(1, sizeof(*outcome));

    (void)state;
    assert_int_equal(outcome_status(outcome), OUTCOME_SETUP);
    outcome_note(outcome, &start);
    assert_int_equal(outcome_status(outcome), OUTCOME_ENDED);
    outcome->exit_reason = SHIM_EXIT_POWER_OFF;
    assert_int_equal(outcome_status(outcome), OUTCOME_POWER_OFF);
    outcome_note(outcome, &crash);
    assert_int_equal(outcome_status(outcome), OUTCOME_CRASH);
    outcome_note(outcome, &panic);
    assert_int_equal(outcome_status(outcome), OUTCOME_PANIC);
    memset(outcome, 0, sizeof(*outcome));
    outcome->exit_reason = SHIM_EXIT_PANIC;
    assert_int_equal(outcome_status(outcome), OUTCOME_PANIC);
    free(outcome);
}

static void a_crash_is_told_with_its_message(void **state)
{
    struct shim_trace_record crash = { .kind = SHIM_TRACE_CRASH,
                                       .control = HV_CRASH_CTL_NOTIFY | HV_CRASH_CTL_MESSAGE,
                                       .input_held = 40,
                                       .input = { 1 } };
    struct shim_trace_record part = {
        .kind = SHIM_TRACE_TEXT, .input_size = 8, .input_held = 8, .input = "one\ntwo "
    };
    struct outcome *outcome = calloc(1, sizeof(*outcome));
    char text[1024] = "";

    (void)state;
    outcome_note(outcome, &crash);
    outcome_note(outcome, &part);
    memcpy(part.input, "\x1bthree\n\n", 8);
    outcome_note(outcome, &part);
    FILE *out = fmemopen(text, sizeof(text), "w");
    outcome_print(out, "> ", outcome);
    fclose(out);
    assert_string_equal(text, "> the guest crashed: P0=0x1 P1=0x0 P2=0x0 P3=0x0 P4=0x0 "
                              "Ctl=0xc000000000000000\n> | one\n> | two \\x1bthree\n");
    for (int i = 0; i < 1000; i++) {
        outcome_note(outcome, &part); /* more than a page is cut, not written past */
    }
    assert_int_equal(outcome->message_size, HV_CRASH_MESSAGE_MAX);
    free(outcome);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_shows_names_and_values),
        cmocka_unit_test(a_get_shows_what_was_got),
        cmocka_unit_test(elements_beyond_the_record_are_counted),
        cmocka_unit_test(a_posted_message_shows_its_vmbus_type),
        cmocka_unit_test(a_signal_and_a_call_without_name),
        cmocka_unit_test(bytes_of_the_guest_are_escaped),
        cmocka_unit_test(the_other_kinds_have_lines_too),
        cmocka_unit_test(traps_say_what_trapped_and_how_long_it_took),
        cmocka_unit_test(random_records_give_one_line_each),
        cmocka_unit_test(the_exit_status_follows_the_worst),
        cmocka_unit_test(a_crash_is_told_with_its_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
