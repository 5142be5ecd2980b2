/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The page: its frame, its head, what went wrong, the summary. */

#include "tools/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <shim/shim.h>

#include "tools/identity.h"
#include "tools/report_html.h"

static void write_guest(FILE *out, const void *of)
{
    const struct survey *survey = of;

    identity_guest(out, survey->guest_os_id);
}

static void write_hypervisor(FILE *out, const void *of)
{
    const struct survey *survey = of;

    identity_hypervisor(out, &survey->version);
}

/* How it ended, as a word for the head of the page. */
static const char *ending(const struct survey *survey)
{
    switch (outcome_status(&survey->outcome)) {
    case OUTCOME_POWER_OFF:
        return "powered off";
    case OUTCOME_CRASH:
        return "crashed";
    case OUTCOME_PANIC:
        return "the shim failed";
    case OUTCOME_SETUP:
        return "never started";
    default:
        return "still running when the trace ends";
    }
}

/* ---- What went wrong ---- */

/* The line of the guest's message that says what happened: kernels send the end of their log. */
static size_t telling_line(const uint8_t *message, size_t size, size_t *length)
{
    static const char *const words[] = { "Kernel panic", "panic", "BUG", "Unable to handle" };

    for (size_t word = 0; word < sizeof(words) / sizeof(words[0]); word++) {
        size_t wanted = strlen(words[word]);
        for (size_t i = 0; i + wanted <= size; i++) {
            if (memcmp(message + i, words[word], wanted) != 0) {
                continue;
            }
            const uint8_t *end = memchr(message + i, '\n', size - i);
            *length = end != NULL ? (size_t)(end - message) - i : size - i;
            return i;
        }
    }
    *length = 0;
    return 0;
}

static void crash_message(FILE *out, const struct outcome *outcome)
{
    size_t size = outcome->message_size, length;

    while (size > 0 && (outcome->message[size - 1] == '\0' || outcome->message[size - 1] == '\n')) {
        size--;
    }
    if (size == 0) {
        fputs("<p>The guest gave no message.</p>\n", out);
        return;
    }
    size_t line = telling_line(outcome->message, size, &length);
    if (length != 0) {
        fputs("<p id=\"panic\">", out);
        html_bytes(out, outcome->message + line, length);
        fputs("</p>\n", out);
    }
    fputs("<div class=\"tail\"><pre id=\"message\">", out);
    html_bytes(out, outcome->message, size);
    fputs("</pre></div>\n", out);
}

static void last_calls(FILE *out, const struct survey *survey)
{
    fprintf(out, "<h3>The last %zu calls</h3>\n<div class=\"tail\"><div id=\"last\">\n",
            survey->last_count);
    for (size_t i = 0; i < survey->last_count; i++) {
        html_line(out, survey_last(survey, i));
        fputc('\n', out);
    }
    fputs("</div></div>\n", out);
}

static bool shim_failed(const struct outcome *outcome)
{
    return outcome->panicked || outcome->exit_reason == SHIM_EXIT_PANIC;
}

/* Opens the report where there was one. */
static void crash(FILE *out, const struct survey *survey)
{
    const struct outcome *outcome = &survey->outcome;

    if (!outcome->crashed && !shim_failed(outcome)) {
        return;
    }
    fputs("<section id=\"crash\" class=\"bad\">\n", out);
    if (outcome->crashed) {
        fputs("<h2>The guest crashed, and said so</h2>\n<p><code>", out);
        for (size_t i = 0; i < HV_CRASH_PARAMETERS; i++) {
            fprintf(out, "P%zu=0x%" PRIx64 " ", i, outcome->parameter[i]);
        }
        fprintf(out, "Ctl=0x%" PRIx64 "</code></p>\n", outcome->control);
        crash_message(out, outcome);
    }
    if (shim_failed(outcome)) {
        fprintf(out,
                "<h2>The shim at EL2 failed</h2>\n<p><code>ESR_EL2=0x%" PRIx64 " ELR_EL2=0x%" PRIx64
                "</code></p>\n",
                outcome->esr_el2, outcome->elr_el2);
    }
    last_calls(out, survey);
    fputs("</section>\n", out);
}

static void refused_call(FILE *out, const struct survey_step *step)
{
    char status[64];

    survey_status(step, status, sizeof(status));
    fprintf(out, "<li data-refused=\"%" PRIu64 "\" data-status=\"%s\"><b>", step->count, status);
    survey_step_name(out, step);
    fprintf(out, "</b> %s, %" PRIu64 " time%s<br>", status, step->count,
            step->count == 1 ? "" : "s, first:");
    html_line(out, &step->first);
    fputs("</li>\n", out);
}

/* A count of things that should not happen: an item of the list, if there were any. */
static void unless_none(FILE *out, uint64_t count, const char *what)
{
    if (count != 0) {
        fprintf(out, "<li>%" PRIu64 " %s</li>\n", count, what);
    }
}

static void channel_errors(FILE *out, const struct survey_vmbus *vmbus)
{
    for (size_t i = 0; i < vmbus->channel_count; i++) {
        const struct survey_channel *channel = &vmbus->channels[i];
        if (channel->broken != 0) {
            fprintf(out,
                    "<li>VMBus channel %" PRIu32 " was closed by the host, for fault %" PRIu64
                    " of the guest's ring</li>\n",
                    channel->relid, channel->fault);
        }
    }
    unless_none(out, vmbus->dropped, "VMBus messages of the guest were dropped");
    unless_none(out, vmbus->refused, "VMBus requests of the guest were refused");
    unless_none(out, vmbus->ignored, "packets of the guest answered nothing");
    unless_none(out, vmbus->beats_lost, "heartbeats were lost");
}

static bool is_error(const struct survey_step *step)
{
    return step->verdict != SHIM_AGAIN &&
           (step->verdict != SHIM_DONE || step->status != HV_STATUS_SUCCESS);
}

void report_errors(FILE *out, const struct survey *survey)
{
    const struct survey_vmbus *vmbus = &survey->vmbus;
    uint64_t wrong = survey->refused_calls + vmbus->dropped + vmbus->refused + vmbus->ignored +
                     vmbus->beats_lost + survey->dropped + (survey->damage != NULL);

    crash(out, survey);
    for (size_t i = 0; i < vmbus->channel_count; i++) {
        wrong += vmbus->channels[i].broken;
    }
    fprintf(out, "<section id=\"errors\"%s>\n<h2>%s</h2>\n", wrong != 0 ? " class=\"bad\"" : "",
            wrong != 0                                                 ? "What went wrong"
            : survey->outcome.crashed || shim_failed(&survey->outcome) ? "Nothing else went wrong"
                                                                       : "Nothing went wrong");
    if (wrong == 0) {
        fputs("<p>No call was refused, no record is missing, VMBus had no complaints.</p>\n"
              "</section>\n",
              out);
        return;
    }
    fputs("<ul>\n", out);
    if (survey->damage != NULL) {
        fputs("<li>The trace is damaged: ", out);
        html_text(out, survey->damage);
        fputs(". What could be read before that is here.</li>\n", out);
    }
    unless_none(out, survey->dropped, "records were overwritten before they were read");
    for (size_t i = 0; i < survey->step_count; i++) {
        if (is_error(&survey->steps[i])) {
            refused_call(out, &survey->steps[i]);
        }
    }
    channel_errors(out, vmbus);
    fputs("</ul>\n</section>\n", out);
}

/* ---- Summary ---- */

static void fact(FILE *out, const char *name, uint64_t value)
{
    fprintf(out, "<div><dt>%s</dt><dd>%" PRIu64 "</dd></div>\n", name, value);
}

static uint32_t vps_that(const struct survey *survey, bool (*is)(const struct survey_vp *vp))
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < survey->vp_count; i++) {
        count += is(&survey->vps[i]);
    }
    return count;
}

static bool was_started(const struct survey_vp *vp)
{
    return vp->starts != 0;
}

static bool has_synic(const struct survey_vp *vp)
{
    return vp->synic_to != 0;
}

static void conventions(FILE *out, const struct survey *survey)
{
    fact(out, "hypercalls by HVC #1", survey->conventions[SHIM_CONVENTION_NATIVE]);
    fact(out, "by SMCCC", survey->conventions[SHIM_CONVENTION_SMCCC]);
    if (survey->conventions[SHIM_CONVENTION_COMPACT] != 0) {
        fact(out, "by the compact form", survey->conventions[SHIM_CONVENTION_COMPACT]);
    }
}

void report_summary(FILE *out, const struct survey *survey)
{
    fputs("<section id=\"summary\">\n<h2>Summary</h2>\n<dl class=\"facts\">\n", out);
    fputs("<div><dt>guest</dt><dd id=\"guest\">", out);
    html_written(out, write_guest, survey);
    fprintf(out, "</dd><dd><code>0x%016" PRIx64 "</code></dd></div>\n", survey->guest_os_id);
    if (survey->told_version) {
        fputs("<div><dt>was told of version</dt><dd>", out);
        html_written(out, write_hypervisor, survey);
        fputs("</dd></div>\n", out);
    }
    fputs("<div><dt>seconds from first to last record</dt><dd>", out);
    html_time(out, survey->last_time - survey->first_time);
    fputs("</dd></div>\n", out);
    fact(out, "records", survey->records);
    fact(out, "calls", survey->calls);
    fact(out, "of them refused", survey->refused_calls);
    conventions(out, survey);
    fact(out, "VPs started", vps_that(survey, was_started));
    fact(out, "VPs with a SynIC", vps_that(survey, has_synic));
    fact(out, "resets", survey->resets);
    fact(out, "messages for the guest", survey->vmbus.messages);
    fact(out, "of them delivered", survey->vmbus.delivered);
    fact(out, "other traps to EL2", survey->traps);
    fputs("</dl>\n</section>\n", out);
}

/* ---- The page ---- */

static void head(FILE *out, const struct survey *survey, const char *source)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "style-src 'unsafe-inline'\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
          out);
    html_written(out, write_guest, survey);
    fprintf(out, " &#8212; hvtrace report</title>\n<style>\n%s</style>\n</head>\n<body>\n",
            report_style);
    fputs("<header>\n<p class=\"kind\">hvtrace report</p>\n<h1>", out);
    html_written(out, write_guest, survey);
    fprintf(out, "</h1>\n<p><span class=\"badge\" id=\"ending\">%s</span> <span class=\"source\">",
            ending(survey));
    html_text(out, source);
    fputs("</span></p>\n</header>\n<main>\n", out);
}

void report_write(FILE *out, const struct survey *survey, const char *source)
{
    head(out, survey, source);
    report_errors(out, survey);
    report_summary(out, survey);
    report_unused(out, survey);
    report_features(out, survey);
    report_talk(out, survey);
    report_timeline(out, survey);
    report_synic(out, survey);
    report_vmbus(out, survey);
    report_calls(out, survey);
    report_costs(out, survey);
    fputs("</main>\n<footer><p>A number behind # is the line of the run&#8217;s log: "
          "records from 1 on, without traps that are no HVC. Sentences in italics are reasons that "
          "no trace can prove; all else "
          "was read in it.</p></footer>\n</body>\n</html>\n",
          out);
}

bool report_save(const char *path, const struct survey *survey, const char *source,
                 const char *prefix)
{
    bool standard = strcmp(path, "-") == 0;
    FILE *out = standard ? stdout : fopen(path, "w");
    bool failed = out == NULL;

    if (out != NULL) {
        report_write(out, survey, source);
        failed = fflush(out) != 0 || ferror(out) != 0;
    }
    if (failed) {
        fprintf(stderr, "%sthe report %s could not be written: %s\n", prefix, path,
                strerror(errno));
    }
    if (out != NULL && !standard && fclose(out) != 0 && !failed) {
        fprintf(stderr, "%sthe report %s could not be written: %s\n", prefix, path,
                strerror(errno));
        failed = true;
    }
    return !failed;
}
