/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The commands of hvtrace that look at whole traces: report, diff, features. Each gets its words
 * without "hvtrace", its own name first, and returns an exit status. */

#ifndef TOOLS_REPORT_COMMAND_H
#define TOOLS_REPORT_COMMAND_H

#include <stdbool.h>

#include "tools/survey.h"

/* Whether an output (NULL, "-": none) is the trace itself, which writing would destroy, and with it
 * the guest whose RAM it may be; says so. */
bool command_overwrites(const char *trace, const char *output);

/* Whether a word is the name of such a command; runs it then, and puts its status into `status`. */
bool command_run(int argc, char **argv, int *status);

int report_command(int argc, char **argv);
int diff_command(int argc, char **argv);
int features_command(int argc, char **argv);

enum survey_read {
    SURVEY_READ_ALL,
    SURVEY_READ_PART, /* the trace is damaged; what was before that is in the survey */
    SURVEY_READ_NOTHING,
};

/* Surveys the trace in a file, as it stands; says on standard error what is wrong with it. The
 * survey is initialised unless nothing could be read. */
enum survey_read survey_read(struct survey *survey, const char *path);

#endif
