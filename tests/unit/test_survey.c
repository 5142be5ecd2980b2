/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of tools/survey*.c, features.c and identity.c: what a trace is found to say. */

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
#include <hv/privilege.h>

#include "tools/identity.h"
#include "tools/report_rules.h"
#include "trace_records.h"
#include "vmbus/protocol.h"
#include "vmbus/vmbus.h"

#define PRIVILEGES (HV_PRIV_ACCESS_SYNIC_REGS | HV_PRIV_ACCESS_VP_INDEX | HV_PRIV_POST_MESSAGES)

static struct survey survey;

static int begin(void **state)
{
    (void)state;
    return survey_init(&survey) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    survey_free(&survey);
    return 0;
}

static const struct survey_feature *feature(const char *key)
{
    size_t i = feature_find(key, strlen(key));

    assert_true(i < feature_count);
    return &survey.features[i];
}

static enum report_offer offer(const char *key)
{
    return report_offer(&survey, feature_find(key, strlen(key)));
}

static void a_boot_is_counted(void **state)
{
    (void)state;
    note_linux(&survey, 0x0601c0, PRIVILEGES, HV_FEATURE_GUEST_CRASH_REGS_AVAILABLE, 0);
    assert_int_equal(survey.records, 15);
    assert_int_equal(survey.calls, 13);
    assert_int_equal(survey.refused_calls, 0);
    assert_int_equal(survey.conventions[SHIM_CONVENTION_SMCCC], 13);
    assert_int_equal(survey.step_count, 8);
    assert_int_equal(survey.vps[0].calls, 8);
    assert_int_equal(survey.vps[1].calls, 5);
    assert_int_equal(survey.talk_count, 5);
    assert_true(survey.vps[0].on && survey.vps[1].on);
    assert_int_equal(survey.vps[1].sint[2], 18);
    assert_int_equal(survey.vps[1].simp, 0x2001);
}

/* Steps stand in the order of their first calls, which they show. */
static void steps_keep_their_order(void **state)
{
    (void)state;
    note_linux(&survey, 0x0601c0, PRIVILEGES, 0, 0);
    for (size_t i = 1; i < survey.step_count; i++) {
        assert_true(survey.steps[i - 1].first.number < survey.steps[i].first.number);
    }
    assert_int_equal(survey.steps[3].subject, HV_REGISTER_VP_INDEX);
    assert_int_equal(survey.steps[3].count, 2);
    assert_int_equal(survey.steps[3].first.number, 5);
}

static void features_are_offered_used_and_refused(void **state)
{
    (void)state;
    note_linux(&survey, 0x0601c0, PRIVILEGES, HV_FEATURE_GUEST_CRASH_REGS_AVAILABLE, 0);
    note(&survey, record_signal(500, 0, 0x2001, HV_STATUS_ACCESS_DENIED));
    note(&survey, record_signal(501, 0, 0x2001, HV_STATUS_ACCESS_DENIED));
    assert_int_equal(offer("synic"), OFFER_YES);
    assert_int_equal(feature("synic")->used, 8);
    assert_int_equal(offer("crash"), OFFER_YES);
    assert_int_equal(feature("crash")->used, 0);
    assert_int_equal(offer("signal-events"), OFFER_NO);
    assert_int_equal(feature("signal-events")->used, 0);
    assert_int_equal(feature("signal-events")->refused, 2);
    assert_int_equal(feature("signal-events")->first_refusal.number, 16);
    assert_int_equal(offer("tlb-flush"), OFFER_NONE);
    assert_int_equal(offer("spin-wait"), OFFER_NO);
    assert_int_equal(offer("ex-masks"), OFFER_YES);
    assert_int_equal(survey.refused_calls, 2);
}

static void what_was_not_read_is_not_known(void **state)
{
    (void)state;
    note(&survey, record_set(1, 0, HV_REGISTER_GUEST_OS_ID, 0, HV_STATUS_SUCCESS));
    assert_int_equal(offer("synic"), OFFER_UNKNOWN);
    assert_int_equal(offer("spin-wait"), OFFER_UNKNOWN);
    assert_false(survey.identified);
}

/* Of a rep call that was refused half-way, the elements before were served. */
static void elements_of_a_rep_call_count_alone(void **state)
{
    struct shim_trace_record record =
        record_get(1, 0, HV_REGISTER_VP_INDEX, 0, 0, HV_STATUS_INVALID_PARAMETER);
    const uint32_t names[3] = { HV_REGISTER_VP_INDEX, HV_REGISTER_SCONTROL, HV_REGISTER_SIPP };

    (void)state;
    record.control = HV_CALL_GET_VP_REGISTERS | HV_CONTROL_FAST | UINT64_C(3) << 32;
    record.result = hv_result(HV_STATUS_ACCESS_DENIED, 1);
    memcpy(record.input + 16, names, sizeof(names));
    record.input_size = record.input_held = 28;
    note(&survey, record);
    assert_int_equal(feature("vp-index")->used, 1);
    assert_int_equal(feature("vp-index")->refused, 0);
    assert_int_equal(feature("synic")->used, 0);
    assert_int_equal(feature("synic")->refused, 1);
}

static void direct_timers_are_a_feature(void **state)
{
    (void)state;
    note(&survey,
         record_set(1, 0, HV_REGISTER_STIMER0_CONFIG, HV_TIMER_ENABLED, HV_STATUS_SUCCESS));
    assert_int_equal(feature("timers")->used, 1);
    assert_int_equal(feature("direct-timers")->used, 0);
    note(&survey, record_set(2, 0, HV_REGISTER_STIMER0_CONFIG + 2,
                             HV_TIMER_ENABLED | HV_TIMER_DIRECT_MODE, HV_STATUS_SUCCESS));
    assert_int_equal(feature("timers")->used, 2);
    assert_int_equal(feature("direct-timers")->used, 1);
    assert_int_equal(survey.vps[0].timer[1], HV_TIMER_ENABLED | HV_TIMER_DIRECT_MODE);
}

static void vmbus_is_followed(void **state)
{
    (void)state;
    note(&survey, record_post(1, 0, VMBUS_INITIATE_CONTACT, VMBUS_VERSION_5_3, HV_STATUS_SUCCESS));
    note(&survey, record_event(2, 2, SHIM_EVENT_VMBUS, VMBUS_EVENT_CONNECTED, 0x50003, 1));
    note(&survey, record_post(3, 0, VMBUS_REQUEST_OFFERS, 0, HV_STATUS_SUCCESS));
    note(&survey, record_post(4, 0, VMBUS_OPEN_CHANNEL, 2, HV_STATUS_SUCCESS));
    note(&survey, record_event(5, 2, SHIM_EVENT_VMBUS, VMBUS_EVENT_OPENED, 2, 1));
    note(&survey, record_signal(6, 0, 0x2002, HV_STATUS_SUCCESS));
    note(&survey, record_event(7, 2, SHIM_EVENT_VMBUS, VMBUS_EVENT_BROKEN, 2, 3));
    note(&survey, record_event(8, 2, SHIM_EVENT_BEATS, 7, 6, 1));
    assert_int_equal(survey.vmbus.contact_count, 1);
    assert_int_equal(survey.vmbus.contacts[0], VMBUS_VERSION_5_3);
    assert_true(survey.vmbus.connected);
    assert_int_equal(survey.vmbus.target_vp, 1);
    assert_int_equal(survey.vmbus.offers_asked, 1);
    assert_int_equal(survey.vmbus.channel_count, 1);
    assert_int_equal(survey.vmbus.channels[0].relid, 2);
    assert_int_equal(survey.vmbus.channels[0].opened, 1);
    assert_int_equal(survey.vmbus.channels[0].signals, 1);
    assert_int_equal(survey.vmbus.channels[0].fault, 3);
    assert_false(survey.vmbus.channels[0].open);
    assert_int_equal(survey.vmbus.beats_answered, 6);
}

static void synics_one_after_another_or_at_once(void **state)
{
    (void)state;
    note_linux(&survey, 0x0601c0, PRIVILEGES, 0, 0);
    assert_int_equal(survey_synic_overlap(&survey), 1);
    survey_free(&survey);
    assert_true(survey_init(&survey));
    note_linux(&survey, 0x060c75, PRIVILEGES, 0, 1);
    assert_int_equal(survey_synic_overlap(&survey), 2);
}

/* More kinds than there are places: the rest is counted together, and nothing overflows. */
static void kinds_are_bounded(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < SURVEY_STEPS + 50; i++) {
        note(&survey, record_get(i, i, 0x01000000 + i, 0, 0, HV_STATUS_INVALID_PARAMETER));
    }
    assert_int_equal(survey.step_count, SURVEY_STEPS);
    assert_int_equal(survey.other, 50);
    assert_int_equal(survey.calls, SURVEY_STEPS + 50);
    assert_int_equal(survey.last_count, SURVEY_LAST);
    assert_int_equal(survey_last(&survey, 0)->number, SURVEY_STEPS + 50 - SURVEY_LAST + 1);
    assert_int_equal(survey_last(&survey, SURVEY_LAST - 1)->number, SURVEY_STEPS + 50);
}

/* A damaged file holds anything. */
static void any_record_is_taken(void **state)
{
    struct shim_trace_record record;
    uint8_t *bytes = (uint8_t *)&record;
    uint64_t random = 1;

    (void)state;
    for (uint32_t i = 0; i < 100000; i++) {
        for (size_t at = 0; at < sizeof(record); at++) {
            random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            bytes[at] = (uint8_t)(random >> 56);
        }
        record.kind = (uint8_t)(record.kind % 14);
        record.verdict = (uint8_t)(record.verdict % 5);
        if (i % 2 == 0) {
            record.control = (random >> 40) % 0x60 | UINT64_C(3) << 32;
        }
        if (i % 3 == 0) {
            record.control %= 10;
        }
        survey_note(&survey, &record);
    }
    assert_int_equal(survey.records + survey.traps, 100000);
}

static void a_reset_clears_state_and_keeps_counts(void **state)
{
    (void)state;
    note_linux(&survey, 0x0601c0, PRIVILEGES, 0, 0);
    survey_reset(&survey);
    assert_int_equal(survey.calls, 13);
    assert_int_equal(survey.vps[0].scontrol, 0);
    assert_false(survey.vps[0].on);
    assert_int_equal(survey.resets, 1);
}

static void expect_guest(uint64_t id, enum identity_system system, const char *expected)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    identity_guest(out, id);
    fclose(out);
    assert_string_equal(text, expected);
    assert_int_equal(identity_system(id), system);
    free(text);
}

static void guests_are_known_by_their_id(void **state)
{
    (void)state;
    expect_guest(UINT64_C(0x8100000601c00000), IDENTITY_LINUX, "Linux 6.1.192");
    expect_guest(UINT64_C(0x810000060c750000), IDENTITY_LINUX, "Linux 6.12.117");
    expect_guest(UINT64_C(0x8200000000000000) | UINT64_C(1400097) << 16, IDENTITY_FREEBSD,
                 "FreeBSD 14.0 (1400097)");
    expect_guest(UINT64_C(0x0001040a00006658), IDENTITY_WINDOWS, "Windows NT 10.0, build 26200");
    expect_guest(UINT64_C(0x0001040a00030000) | 9600, IDENTITY_WINDOWS,
                 "Windows NT 10.0, service version 3, build 9600");
    expect_guest(UINT64_C(0x8300000000010000), IDENTITY_OTHER, "Xen, version 0x1");
    expect_guest(UINT64_C(0x0002010000000000), IDENTITY_OTHER, "system 0x01 of vendor 0x0002");
    expect_guest(0, IDENTITY_NONE, "a guest that never said what it is");
}

static void features_have_masks(void **state)
{
    struct hv_register_value mask;
    char why[96];

    (void)state;
    assert_true(feature_mask("synic,crash,signal-events", &mask, why, sizeof(why)));
    assert_int_equal(mask.low, HV_PRIV_ACCESS_SYNIC_REGS | HV_PRIV_SIGNAL_EVENTS);
    assert_int_equal(mask.high, HV_FEATURE_GUEST_CRASH_REGS_AVAILABLE);
    assert_false(feature_mask("synic,nonsense", &mask, why, sizeof(why)));
    assert_string_equal(why, "unknown feature 'nonsense'");
    assert_false(feature_mask("", &mask, why, sizeof(why)));
    assert_false(feature_mask("synic,", &mask, why, sizeof(why)));
    assert_false(feature_mask("tlb-flush", &mask, why, sizeof(why)));
    assert_string_equal(why,
                        "feature 'tlb-flush' cannot be withheld: it is no privilege of its own");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_boot_is_counted, begin, end),
        cmocka_unit_test_setup_teardown(steps_keep_their_order, begin, end),
        cmocka_unit_test_setup_teardown(features_are_offered_used_and_refused, begin, end),
        cmocka_unit_test_setup_teardown(what_was_not_read_is_not_known, begin, end),
        cmocka_unit_test_setup_teardown(elements_of_a_rep_call_count_alone, begin, end),
        cmocka_unit_test_setup_teardown(direct_timers_are_a_feature, begin, end),
        cmocka_unit_test_setup_teardown(vmbus_is_followed, begin, end),
        cmocka_unit_test_setup_teardown(synics_one_after_another_or_at_once, begin, end),
        cmocka_unit_test_setup_teardown(kinds_are_bounded, begin, end),
        cmocka_unit_test_setup_teardown(any_record_is_taken, begin, end),
        cmocka_unit_test_setup_teardown(a_reset_clears_state_and_keeps_counts, begin, end),
        cmocka_unit_test(guests_are_known_by_their_id),
        cmocka_unit_test(features_have_masks),
    };

    return cmocka_run_group_tests_name("survey", tests, NULL, NULL);
}
