/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A trace as a page for people: one HTML file that needs nothing else. What stands in it was read
 * in the trace (tools/survey.h), or is a reason from report_rules.c and marked as such. */

#ifndef TOOLS_REPORT_H
#define TOOLS_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "tools/survey.h"

/* Writes the page. `source` names the trace. The caller looks at ferror(). */
void report_write(FILE *out, const struct survey *survey, const char *source);

/* Writes the page to a file, "-" for standard output; false, and a sentence on standard error
 * behind `prefix`, when that can't be done. */
bool report_save(const char *path, const struct survey *survey, const char *source,
                 const char *prefix);

/* Its sections, in the order of the page. */
void report_errors(FILE *out, const struct survey *survey);
void report_summary(FILE *out, const struct survey *survey);
void report_talk(FILE *out, const struct survey *survey);
void report_features(FILE *out, const struct survey *survey);
void report_unused(FILE *out, const struct survey *survey);
void report_timeline(FILE *out, const struct survey *survey);
void report_synic(FILE *out, const struct survey *survey);
void report_vmbus(FILE *out, const struct survey *survey);
void report_calls(FILE *out, const struct survey *survey);
void report_costs(FILE *out, const struct survey *survey);

/* Style sheet of the page. */
extern const char report_style[];

/* Names for enum survey_class: what the timeline's colours mean; and as classes of style. */
extern const char *const report_class_names[SURVEY_CLASSES];

/* What a relid of hvshim's VMBus stands for; NULL: nothing that is known here. */
const char *report_channel_name(uint32_t relid);

#endif
