/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Sections of the report: kinds of calls by how often they were made, and what they would cost in
 * another convention. */

#include "tools/report.h"

#include <inttypes.h>
#include <stdlib.h>

#include <shim/shim.h>

#include <hv/calls.h>

#include "tools/costs.h"
#include "tools/report_html.h"

static const char *const convention_names[] = {
    [SHIM_CONVENTION_NATIVE] = "HVC #1",
    [SHIM_CONVENTION_SMCCC] = "SMCCC",
    [SHIM_CONVENTION_COMPACT] = "compact",
    [SHIM_CONVENTION_NONE] = "-",
};

static const char *convention_name(const struct survey_step *step)
{
    return step->kind == SHIM_TRACE_CALL && step->convention < SHIM_CONVENTION_NONE
               ? convention_names[step->convention]
               : "-";
}

static void write_step(FILE *out, const void *of)
{
    survey_step_name(out, of);
}

/* Most calls first; the earlier one before an equal. */
static int by_count(const void *a, const void *b)
{
    const struct survey_step *const *first = a, *const *second = b;

    if ((*first)->count != (*second)->count) {
        return (*first)->count > (*second)->count ? -1 : 1;
    }
    return (*first)->first.number < (*second)->first.number ? -1 : 1;
}

static void call_row(FILE *out, const struct survey *survey, const struct survey_step *step)
{
    char status[64];

    survey_status(step, status, sizeof(status));
    fputs("<tr data-call=\"", out);
    html_written(out, write_step, step);
    fprintf(out,
            "\" data-convention=\"%s\" data-status=\"%s\" data-count=\"%" PRIu64
            "\" data-first=\"%" PRIu64 "\"><th>",
            convention_name(step), status, step->count, step->first.number);
    html_written(out, write_step, step);
    fprintf(out, "</th><td>%s</td><td>%s</td><td%s>%s</td>", convention_name(step),
            step->kind != SHIM_TRACE_CALL ? "-"
            : step->fast                  ? "registers"
                                          : "memory",
            step->verdict != SHIM_AGAIN && step->status != HV_STATUS_SUCCESS ? " class=\"no\"" : "",
            status);
    fprintf(out, "<td>%" PRIu64 "</td><td>%.1f %%</td><td>#%" PRIu64 "</td></tr>\n", step->count,
            100.0 * (double)step->count / (double)survey->calls, step->first.number);
}

void report_calls(FILE *out, const struct survey *survey)
{
    const struct survey_step **sorted = calloc(SURVEY_STEPS, sizeof(const struct survey_step *));

    fputs("<section id=\"calls\">\n<h2>Calls, the most frequent first</h2>\n", out);
    if (sorted == NULL || survey->step_count == 0) {
        fputs("<p>There were none.</p>\n</section>\n", out);
        free(sorted);
        return;
    }
    for (size_t i = 0; i < survey->step_count; i++) {
        sorted[i] = &survey->steps[i];
    }
    qsort(sorted, survey->step_count, sizeof(const struct survey_step *), by_count);
    fputs(
        "<div class=\"wide\"><table>\n<thead><tr><th>call</th><th>convention</th><th>blocks in</th>"
        "<th>status</th><th>count</th><th>share</th><th>first</th></tr></thead>\n<tbody>\n",
        out);
    for (size_t i = 0; i < survey->step_count; i++) {
        call_row(out, survey, sorted[i]);
    }
    fputs("</tbody></table></div>\n", out);
    if (survey->other != 0) {
        fprintf(out, "<p>%" PRIu64 " calls of further kinds are counted, but not told apart.</p>\n",
                survey->other);
    }
    fputs("</section>\n", out);
    free(sorted);
}

/* ---- Costs ---- */

static enum costs_form cheapest(const struct costs *costs, enum costs_form than)
{
    enum costs_form best = than;

    for (uint32_t i = 0; i < COSTS_FORMS; i++) {
        if (costs->instructions[i] != 0 && costs->instructions[i] < costs->instructions[best]) {
            best = (enum costs_form)i;
        }
    }
    return best;
}

/* The row of a kind of call that has a cheaper form; returns what that would save. */
static uint64_t cost_row(FILE *out, const struct survey_step *step)
{
    struct costs costs;
    enum costs_form now, best;
    uint64_t saved;

    if (!costs_of(step, &now, &costs) || (best = cheapest(&costs, now)) == now) {
        return 0;
    }
    saved = (uint64_t)(costs.instructions[now] - costs.instructions[best]) * step->count;
    fputs("<tr data-cost=\"", out);
    html_written(out, write_step, step);
    fprintf(out, "\" data-saved=\"%" PRIu64 "\"><th>", saved);
    html_written(out, write_step, step);
    fprintf(out, "</th><td>%" PRIu64 "</td><td>%s: %" PRIu32 "</td><td>%s: %" PRIu32 "</td>",
            step->count, costs_form_names[now], costs.instructions[now], costs_form_names[best],
            costs.instructions[best]);
    fprintf(out, "<td>%" PRIu64 "</td><td><small>%s</small></td></tr>\n", saved, costs.name);
    return saved;
}

/* Registers that were read one by one, by the same VPs: several fit into one call. */
static void batches(FILE *out, const struct survey *survey)
{
    struct costs one, four;
    uint64_t singles = 0;

    for (size_t i = 0; i < survey->step_count; i++) {
        const struct survey_step *step = &survey->steps[i];
        if (step->code == HV_CALL_GET_VP_REGISTERS && step->reps == 1 && step->fast &&
            step->kind == SHIM_TRACE_CALL && step->convention == SHIM_CONVENTION_SMCCC) {
            singles += step->count;
        }
    }
    if (singles >= 4 && costs_named("GetVpRegisters, VpIndex", &one) &&
        costs_named("GetVpRegisters, 4 registers", &four)) {
        fprintf(out,
                "<p>Registers were read one per call %" PRIu64 " times by SMCCC. Where several are "
                "wanted at once, one call can bring four: %" PRIu32
                " instructions instead of 4 &#215; %" PRIu32 ".</p>\n",
                singles, four.instructions[COSTS_SMCCC_FAST], one.instructions[COSTS_SMCCC_FAST]);
    }
}

void report_costs(FILE *out, const struct survey *survey)
{
    uint64_t saved = 0;

    fputs("<section id=\"costs\">\n<h2>Calls that would be cheaper in another convention</h2>\n"
          "<p>In EL2 instructions per call, as <code>make bench</code> measured them "
          "(tests/bench/baseline.json), for the measured call that is nearest.</p>\n"
          "<div class=\"wide\"><table>\n<thead><tr><th>call</th><th>count</th><th>as made</th>"
          "<th>cheapest</th><th>saved in all</th><th>measured</th></tr></thead>\n<tbody>\n",
          out);
    for (size_t i = 0; i < survey->step_count; i++) {
        saved += cost_row(out, &survey->steps[i]);
    }
    fprintf(out, "</tbody></table></div>\n<p id=\"saved\">In all %" PRIu64 " instructions.</p>\n",
            saved);
    batches(out, survey);
    fputs("</section>\n", out);
}
