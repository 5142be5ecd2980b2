/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of tools/report*.c, costs.c and diff*.c: what the page and the comparison say, and that a
 * guest cannot say anything else by them. */

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
#include <hv/privilege.h>

#include "tools/costs.h"
#include "tools/diff.h"
#include "tools/report.h"
#include "tools/report_rules.h"
#include "trace_records.h"
#include "vmbus/component_message.h"
#include "vmbus/device.h"

#define ALL_PRIVILEGES                                                                             \
    (HV_PRIV_ACCESS_SYNIC_REGS | HV_PRIV_ACCESS_VP_INDEX | HV_PRIV_ACCESS_HYPERCALL_MSRS |         \
     HV_PRIV_POST_MESSAGES | HV_PRIV_SIGNAL_EVENTS | HV_PRIV_ACCESS_SYNTHETIC_TIMER_REGS)
#define CRASH HV_FEATURE_GUEST_CRASH_REGS_AVAILABLE
#define LINUX_6_1 0x0601c0u
#define LINUX_6_12 0x060c75u

static struct survey survey, other;
static char *page;

static int begin(void **state)
{
    (void)state;
    page = NULL;
    return survey_init(&survey) && survey_init(&other) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    survey_free(&survey);
    survey_free(&other);
    free(page);
    return 0;
}

static void write_page(const char *source)
{
    size_t size = 0;
    FILE *out;

    free(page);
    out = open_memstream(&page, &size);
    assert_non_null(out);
    report_write(out, &survey, source);
    fclose(out);
}

static void write_comparison(void)
{
    const char *const names[2] = { "a", "b" };
    size_t size = 0;
    FILE *out;

    free(page);
    out = open_memstream(&page, &size);
    assert_non_null(out);
    diff_surveys(out, &survey, &other, names);
    fclose(out);
}

#define expect(text) assert_non_null(strstr(page, text))
#define expect_not(text) assert_null(strstr(page, text))

static void expect_order(const char *first, const char *second)
{
    const char *at = strstr(page, first);

    assert_non_null(at);
    assert_non_null(strstr(at, second));
}

/* ---- The page ---- */

static void a_quiet_guest_has_a_page(void **state)
{
    (void)state;
    write_page("nothing.trace");
    expect("<!DOCTYPE html>");
    expect("a guest that never said what it is");
    expect("Neither a call nor a trap was recorded.");
    survey.traps = 1;
    write_page("");
    expect("The guest made no call at all.");
    expect("never started");
    expect("</html>");
}

static void the_page_says_what_the_trace_does(void **state)
{
    (void)state;
    note_linux(&survey, LINUX_6_1, ALL_PRIVILEGES, CRASH, 0);
    write_page("some.trace");
    expect("<h1>Linux 6.1.192</h1>");
    expect("Nothing went wrong");
    expect("data-feature=\"synic\" data-offered=\"yes\" data-asked=\"yes\" data-used=\"8\" "
           "data-refused=\"0\"");
    expect("data-call=\"HvCallGetVpRegisters VpIndex\" data-convention=\"SMCCC\" "
           "data-status=\"SUCCESS\" data-count=\"2\" data-first=\"5\"");
    expect("data-unused=\"timers\"");
    expect("CONFIG_HYPERV_TIMER");
    expect("No two VPs set their SynIC up at the same time.");
    expect("never made contact with VMBus");
    expect_not("data-unused=\"synic\"");
}

/* A feature bit withheld: the page names the feature and the reason. Three ways that goes. */
static void a_right_that_is_missing_is_named(void **state)
{
    (void)state;
    note_linux(&survey, LINUX_6_12, ALL_PRIVILEGES & ~HV_PRIV_SIGNAL_EVENTS, CRASH, 0);
    note(&survey, record_signal(500, 0, 0x2001, HV_STATUS_ACCESS_DENIED));
    write_page("");
    expect("What went wrong");
    expect("<b>HvCallSignalEvent</b> ACCESS_DENIED, 1 time");
    expect(
        "<li data-unused=\"signal-events\" class=\"no\"><b>SignalEvents</b> was not offered, and "
        "was refused 1 time, first in #16.");
    expect("The right to signal events is withheld. Linux does not look at the bit");
}

static void a_guest_that_took_the_hint_is_explained(void **state)
{
    (void)state;
    note_linux(&survey, LINUX_6_1, ALL_PRIVILEGES, 0, 0);
    write_page("");
    expect("<li data-unused=\"crash\"><b>GuestCrashRegsAvailable</b> was not offered, and not "
           "used.");
    expect("a crash of this guest stays untold");
}

/* The lack of VMBus has this reason and no other. */
static void a_refused_post_explains_the_lack_of_vmbus(void **state)
{
    (void)state;
    note_linux(&survey, LINUX_6_1, ALL_PRIVILEGES & ~HV_PRIV_POST_MESSAGES, CRASH, 0);
    note(&survey, record_post(500, 0, 14, 0x50003, HV_STATUS_ACCESS_DENIED));
    write_page("");
    expect("<li data-unused=\"post-messages\" class=\"no\">");
    expect("The right to post messages is withheld");
    expect_not("hv_vmbus is not loaded");
}

static void a_crash_comes_first(void **state)
{
    (void)state;
    note_linux(&survey, LINUX_6_1, ALL_PRIVILEGES, CRASH, 0);
    note_crash(&survey, 600, 1, "[1.0] hello\n[2.0] Kernel panic - not syncing: test\n[2.1] x\n");
    for (uint32_t i = 0; i < 150; i++) {
        note(&survey, record_get(700 + i, 0, HV_REGISTER_VP_INDEX, 0, 0, HV_STATUS_SUCCESS));
    }
    write_page("");
    expect("<p id=\"panic\">Kernel panic - not syncing: test</p>");
    expect("The last 100 calls");
    expect_order("id=\"crash\"", "id=\"errors\"");
    expect_order("id=\"panic\"", "id=\"last\"");
    expect_order("<b>#68</b>", "<b>#167</b>"); /* of 167 records */
    expect("crashed</span>");
}

/* A message that would be markup, script and terminal control. */
static void a_guest_writes_no_markup(void **state)
{
    (void)state;
    note_crash(&survey, 600, 0,
               "</pre><script>alert('1')</script>\x1b[31m\"><img src=x onerror=y> &amp; panic\xff");
    write_page("</title><script>\"'&");
    expect("&lt;/pre&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;\\x1b[31m");
    expect("&amp;amp; panic\\xff");
    expect("&lt;/title&gt;&lt;script&gt;&quot;&#39;&amp;");
    expect_not("<script");
    expect_not("\x1b");
    expect_not("\xff");
}

static void debug_text_is_escaped_too(void **state)
{
    const struct shim_trace_record record = {
        .kind = SHIM_TRACE_DEBUG, .input = "<b>debug</b>", .input_size = 12, .input_held = 12
    };

    (void)state;
    note(&survey, record);
    write_page("");
    expect_not("<b>debug</b>");
}

static void damage_is_told_and_the_rest_kept(void **state)
{
    (void)state;
    note_linux(&survey, LINUX_6_1, ALL_PRIVILEGES, CRASH, 0);
    survey.damage = "truncated after record 9 of ring 0";
    survey.dropped = 3;
    write_page("");
    expect("The trace is damaged: truncated after record 9 of ring 0.");
    expect("3 records were overwritten before they were read");
    expect("<h1>Linux 6.1.192</h1>");
}

/* The numbers of a page are bounded whatever the trace. */
static void a_storm_has_a_page(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < SURVEY_MARKS + 10; i++) {
        note(&survey,
             record_get(i * 7, i % 3, HV_REGISTER_SINT0 + i % 4000, 0, 0, HV_STATUS_ACCESS_DENIED));
    }
    write_page("");
    expect("calls of further kinds are counted, but not told apart");
    expect("Only the first 262144 records are drawn; 10 are not.");
    assert_true(strlen(page) < 2000000);
}

/* Whatever bytes a trace holds, there is a page and a comparison, and no markup of their choice. */
static void any_trace_has_a_page(void **state)
{
    struct shim_trace_record record;
    uint8_t *bytes = (uint8_t *)&record;
    uint64_t random = 7;

    (void)state;
    for (uint32_t i = 0; i < 20000; i++) {
        for (size_t at = 0; at < sizeof(record); at++) {
            random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            bytes[at] = (uint8_t)(random >> 56);
        }
        record.kind = (uint8_t)(record.kind % 8);
        record.verdict = (uint8_t)(record.verdict % 4);
        record.convention = (uint8_t)(record.convention % 5);
        record.control = i % 2 == 0 ? record.control % 16 : record.control;
        survey_note(i % 3 == 0 ? &other : &survey, &record);
        if (i % 4000 == 0) {
            survey_reset(&survey);
        }
    }
    write_page("");
    expect("</html>");
    expect_not("<script");
    write_comparison();
    expect("Order");
}

static void nothing_comes_from_the_network(void **state)
{
    (void)state;
    note_linux(&survey, LINUX_6_1, ALL_PRIVILEGES, CRASH, 0);
    write_page("");
    expect_not("http://");
    expect_not("https://");
    expect_not("src=");
    expect_not("url(");
    expect("default-src 'none'");
}

/* ---- Tables ---- */

/* A figure that is not in the budget would silently be none. */
static void every_cost_is_measured(void **state)
{
    struct costs costs;

    (void)state;
    for (uint32_t i = 0; i < costs_rows(); i++) {
        assert_true(costs_named(costs_row_name(i), &costs));
        assert_true(costs.instructions[COSTS_NATIVE_SLOW] > 50);
        assert_true(costs.instructions[COSTS_SMCCC_SLOW] > 50 ||
                    costs.instructions[COSTS_SMCCC_FAST] > 50);
    }
    assert_false(costs_named("no such call", &costs));
    assert_false(costs_named("GetVpRegisters", &costs)); /* the beginning of others */
}

static void channels_are_the_devices(void **state)
{
    static const char *const names[] = { [COMPONENT_HEARTBEAT] = "heartbeat",
                                         [COMPONENT_SHUTDOWN] = "shutdown",
                                         [COMPONENT_TIME_SYNC] = "time synchronisation" };

    (void)state;
    for (uint32_t i = 0; i < VMBUS_CHANNELS; i++) {
        assert_string_equal(report_channel_name(i + 1), names[vmbus_devices[i]->type]);
    }
    assert_null(report_channel_name(0));
    assert_null(report_channel_name(VMBUS_CHANNELS + 1));
}

/* Each rule speaks of a feature that there is, and none is hidden by one before it. */
static void rules_are_reachable(void **state)
{
    (void)state;
    for (size_t i = 0; i < report_rule_count; i++) {
        const struct report_rule *rule = &report_rules[i];
        if (rule->feature != NULL) {
            assert_true(feature_find(rule->feature, strlen(rule->feature)) < feature_count);
        }
        for (size_t j = 0; j < i; j++) {
            const struct report_rule *before = &report_rules[j];
            bool wider = before->feature == NULL ||
                         (rule->feature != NULL && strcmp(before->feature, rule->feature) == 0);
            assert_false(wider && before->offer == rule->offer &&
                         before->refused == rule->refused &&
                         (before->system == IDENTITY_NONE || before->system == rule->system));
        }
    }
}

/* ---- Comparisons ---- */

static void equal_traces_have_no_difference(void **state)
{
    (void)state;
    note_linux(&survey, LINUX_6_1, ALL_PRIVILEGES, CRASH, 0);
    note_linux(&other, LINUX_6_1, ALL_PRIVILEGES, CRASH, 0);
    write_comparison();
    expect("No difference.");
    other.dropped = 7;
    write_comparison();
    expect("calls, 7 records lost: what follows is about the rest");
}

static void two_kernels_are_compared(void **state)
{
    (void)state;
    note_linux(&survey, LINUX_6_1, ALL_PRIVILEGES, CRASH, 0);
    note_linux(&other, LINUX_6_12, ALL_PRIVILEGES & ~HV_PRIV_SIGNAL_EVENTS, CRASH, 1);
    note(&survey, record_signal(500, 0, 0x2001, HV_STATUS_SUCCESS));
    note(&other, record_signal(500, 0, 0x2001, HV_STATUS_ACCESS_DENIED));
    note(&other, record_get(501, 0, HV_REGISTER_VP_INDEX, 0, 0, HV_STATUS_SUCCESS));
    write_comparison();
    expect("- Linux 6.1.192 (0x8100000601c00000)\n+ Linux 6.12.117 (0x810000060c750000)\n");
    expect("~ SignalEvents: offered, used -> not offered, not used, refused\n");
    expect("- HvCallSignalEvent by SMCCC = SUCCESS, 1 time\n");
    expect("+ HvCallSignalEvent by SMCCC = ACCESS_DENIED, 1 time\n");
    expect("~ HvCallGetVpRegisters VpIndex by SMCCC = SUCCESS: 2 -> 3\n");
    expect("one after another -> VPs set their SynIC up at the same time (at most 1 -> 2");
}

static void a_call_that_moved_is_named_alone(void **state)
{
    static const uint32_t first[] = { 0x100, 0x200, 0x201, 0x202 };
    static const uint32_t second[] = { 0x200, 0x201, 0x202, 0x100 };

    (void)state;
    for (uint32_t i = 0; i < 4; i++) {
        note(&survey, record_get(i, 0, first[i], 0, 0, HV_STATUS_SUCCESS));
        note(&other, record_get(i, 0, second[i], 0, 0, HV_STATUS_SUCCESS));
    }
    write_comparison();
    expect("~ HvCallGetVpRegisters HypervisorVersion comes first after nothing -> after "
           "HvCallGetVpRegisters ImplementationLimitsInfo\n");
    assert_null(strstr(strstr(page, "comes first") + 1, "comes first"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_quiet_guest_has_a_page, begin, end),
        cmocka_unit_test_setup_teardown(the_page_says_what_the_trace_does, begin, end),
        cmocka_unit_test_setup_teardown(a_right_that_is_missing_is_named, begin, end),
        cmocka_unit_test_setup_teardown(a_guest_that_took_the_hint_is_explained, begin, end),
        cmocka_unit_test_setup_teardown(a_refused_post_explains_the_lack_of_vmbus, begin, end),
        cmocka_unit_test_setup_teardown(a_crash_comes_first, begin, end),
        cmocka_unit_test_setup_teardown(a_guest_writes_no_markup, begin, end),
        cmocka_unit_test_setup_teardown(debug_text_is_escaped_too, begin, end),
        cmocka_unit_test_setup_teardown(damage_is_told_and_the_rest_kept, begin, end),
        cmocka_unit_test_setup_teardown(a_storm_has_a_page, begin, end),
        cmocka_unit_test_setup_teardown(any_trace_has_a_page, begin, end),
        cmocka_unit_test_setup_teardown(nothing_comes_from_the_network, begin, end),
        cmocka_unit_test(every_cost_is_measured),
        cmocka_unit_test(channels_are_the_devices),
        cmocka_unit_test(rules_are_reachable),
        cmocka_unit_test_setup_teardown(equal_traces_have_no_difference, begin, end),
        cmocka_unit_test_setup_teardown(two_kernels_are_compared, begin, end),
        cmocka_unit_test_setup_teardown(a_call_that_moved_is_named_alone, begin, end),
    };

    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
