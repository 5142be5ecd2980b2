/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Sections of the report: the discovery conversation, the matrix of features, what the guest did
 * not use. */

#include "tools/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <shim/describe.h>

#include <hv/calls.h>
#include <hv/hypercall.h>
#include <hv/vp_registers.h>

#include "tools/identity.h"
#include "tools/report_html.h"
#include "tools/report_rules.h"

/* ---- The conversation ---- */

struct meaning {
    uint32_t name;
    struct hv_register_value value;
};

static void write_meaning(FILE *out, const void *of)
{
    const struct meaning *meaning = of;

    if (identity_register(out, meaning->name, &meaning->value)) {
        return;
    }
    fprintf(out, "%" PRIu64, meaning->value.low);
}

/* What the value said, for a register call of one element that was served. */
static void line_meaning(FILE *out, const struct shim_trace_record *record)
{
    bool set = hv_control_code(record->control) == HV_CALL_SET_VP_REGISTERS;
    size_t at = sizeof(struct hv_vp_registers_header);
    struct meaning meaning = { 0 };

    if (record->kind != SHIM_TRACE_CALL || hv_control_rep_count(record->control) != 1 ||
        (record->result & HV_RESULT_STATUS) != HV_STATUS_SUCCESS ||
        !survey_input(record, at, &meaning.name, sizeof(meaning.name))) {
        return;
    }
    if (set) {
        survey_input(record, at + offsetof(struct hv_vp_register_assoc, value), &meaning.value,
                     sizeof(meaning.value));
    } else if (record->output_held >= sizeof(meaning.value)) {
        memcpy(&meaning.value, record->output, sizeof(meaning.value));
    }
    fputs("<span class=\"means\">", out);
    html_written(out, write_meaning, &meaning);
    fputs("</span>", out);
}

void report_talk(FILE *out, const struct survey *survey)
{
    fputs("<section id=\"talk\">\n<h2>The discovery conversation</h2>\n", out);
    if (survey->talk_count == 0) {
        fputs("<p>There was none.</p>\n</section>\n", out);
        return;
    }
    fputs("<p>What the guest asked about its hypervisor, and what it was told.</p>\n"
          "<ol class=\"talk\">\n",
          out);
    for (size_t i = 0; i < survey->talk_count; i++) {
        fputs("<li>", out);
        html_line(out, &survey->talk[i]);
        line_meaning(out, &survey->talk[i].record);
        fputs("</li>\n", out);
    }
    fputs("</ol>\n", out);
    if (survey->talk_more != 0) {
        fprintf(out, "<p>%" PRIu64 " more such calls followed.</p>\n", survey->talk_more);
    }
    fputs("</section>\n", out);
}

/* ---- The matrix ---- */

static const char *const offer_words[] = {
    [OFFER_YES] = "yes", [OFFER_NO] = "no", [OFFER_UNKNOWN] = "not read", [OFFER_NONE] = "no bit"
};

/* The record by which the guest learnt whether a feature is offered; NULL: it did not. */
static const struct survey_line *asked(const struct survey *survey, size_t i)
{
    bool privileges =
        features[i].word == FEATURE_PRIVILEGES || features[i].word == FEATURE_FEATURES;

    if (features[i].word == FEATURE_UNANNOUNCED) {
        return NULL;
    }
    if (privileges) {
        return survey->told_privileges ? &survey->privileges_line : NULL;
    }
    return survey->told_hints ? &survey->hints_line : NULL;
}

static bool matters(const struct survey *survey, size_t i)
{
    const struct survey_feature *feature = &survey->features[i];

    return report_offer(survey, i) == OFFER_YES || feature->used != 0 || feature->refused != 0 ||
           (report_offer(survey, i) == OFFER_NO && !features[i].rare);
}

static void evidence(FILE *out, const char *what, const struct survey_line *line)
{
    fprintf(out, "<span>%s</span>", what);
    html_line(out, line);
}

static void feature_row(FILE *out, const struct survey *survey, size_t i)
{
    const struct survey_feature *feature = &survey->features[i];
    const struct survey_line *told = asked(survey, i);
    enum report_offer offer = report_offer(survey, i);

    fprintf(out,
            "<tr data-feature=\"%s\" data-offered=\"%s\" data-asked=\"%s\" data-used=\"%" PRIu64
            "\" data-refused=\"%" PRIu64 "\">",
            features[i].key, offer_words[offer], told != NULL ? "yes" : "no", feature->used,
            feature->refused);
    fprintf(out, "<th>%s<small>%s</small></th><td class=\"o%d\">%s</td>", features[i].name,
            features[i].about, offer, offer_words[offer]);
    fprintf(out, told != NULL ? "<td>#%" PRIu64 "</td>" : "<td>no</td>",
            told != NULL ? told->number : 0);
    fprintf(out, "<td%s>%" PRIu64 "</td><td%s>%" PRIu64 "</td><td>",
            feature->used != 0 ? " class=\"yes\"" : "", feature->used,
            feature->refused != 0 ? " class=\"no\"" : "", feature->refused);
    if (feature->used != 0 || feature->refused != 0) {
        fputs("<details><summary>calls</summary>", out);
        if (feature->used != 0) {
            evidence(out, "first use", &feature->first_use);
        }
        if (feature->refused != 0) {
            evidence(out, "first refusal", &feature->first_refusal);
        }
        fputs("</details>", out);
    }
    fputs("</td></tr>\n", out);
}

void report_features(FILE *out, const struct survey *survey)
{
    const char *separator = "";

    fputs("<section id=\"features\">\n<h2>Features</h2>\n"
          "<p>Offered: by the words that the guest read. Asked: the record in which it read them. "
          "Used and refused: calls and register accesses behind the feature.</p>\n"
          "<div class=\"wide\"><table>\n<thead><tr><th>feature</th><th>offered</th><th>asked</th>"
          "<th>used</th><th>refused</th><th>evidence</th></tr></thead>\n<tbody>\n",
          out);
    for (size_t i = 0; i < feature_count; i++) {
        if (matters(survey, i)) {
            feature_row(out, survey, i);
        }
    }
    fputs("</tbody></table></div>\n<p class=\"rest\">Not touched, and not offered as far as the "
          "trace tells: ",
          out);
    for (size_t i = 0; i < feature_count; i++) {
        if (!matters(survey, i)) {
            fprintf(out, "%s%s", separator, features[i].name);
            separator = ", ";
        }
    }
    fputs(*separator == '\0' ? "none.</p>\n</section>\n" : ".</p>\n</section>\n", out);
}

/* ---- What was not used ---- */

static void finding(FILE *out, const char *what, const char *why)
{
    fprintf(out, "%s <em>%s</em></li>\n", what, why);
}

static void unused_feature(FILE *out, const struct survey *survey, size_t i)
{
    const struct survey_feature *feature = &survey->features[i];
    enum report_offer offer = report_offer(survey, i);
    static const char *const offers[] = { [OFFER_YES] = "was offered",
                                          [OFFER_NO] = "was not offered",
                                          [OFFER_UNKNOWN] = "may have been offered",
                                          [OFFER_NONE] = "has no bit" };

    fprintf(out, "<li data-unused=\"%s\"%s><b>%s</b> %s, ", features[i].key,
            feature->refused != 0 ? " class=\"no\"" : "", features[i].name, offers[offer]);
    if (feature->refused != 0) {
        fprintf(out, "and was refused %" PRIu64 " time%s, first in #%" PRIu64 ".", feature->refused,
                feature->refused == 1 ? "" : "s", feature->first_refusal.number);
    } else {
        fputs("and not used.", out);
    }
    finding(out, "", report_why(survey, i));
}

/* Worth a word: offered and left alone, refused, or withheld from what this host has. */
static bool is_unused(const struct survey *survey, size_t i)
{
    const struct survey_feature *feature = &survey->features[i];
    enum report_offer offer = report_offer(survey, i);

    return feature->refused != 0 || (feature->used == 0 && offer == OFFER_YES) ||
           (feature->used == 0 && offer == OFFER_NO && !features[i].rare);
}

void report_unused(FILE *out, const struct survey *survey)
{
    fputs("<section id=\"unused\">\n<h2>What your guest did not use, and what usually explains "
          "it</h2>\n<ul>\n",
          out);
    for (size_t i = 0; i < report_lack_count; i++) {
        if (report_lacks[i].holds(survey)) {
            fprintf(out, "<li data-lack=\"%zu\" class=\"no\"><b>%s.</b>", i,
                    report_lacks[i].finding);
            finding(out, "", report_lacks[i].why);
        }
    }
    for (int refused = 1; refused >= 0; refused--) {
        for (size_t i = 0; i < feature_count; i++) {
            if (is_unused(survey, i) && (survey->features[i].refused != 0) == (refused != 0)) {
                unused_feature(out, survey, i);
            }
        }
    }
    fputs("</ul>\n</section>\n", out);
}
