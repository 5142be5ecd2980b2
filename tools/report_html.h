/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Text into HTML. Whatever a guest chose goes through here: nothing of it is ever markup. */

#ifndef TOOLS_REPORT_HTML_H
#define TOOLS_REPORT_HTML_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tools/survey.h"

/* Writes text, escaped; also fit for an attribute in double quotes. */
void html_text(FILE *out, const char *text);

/* Writes bytes of a guest's choice: what is not printable ASCII as \xNN, lines kept. */
void html_bytes(FILE *out, const uint8_t *bytes, size_t size);

/* Writes what `write` writes, escaped. */
void html_written(FILE *out, void (*write)(FILE *out, const void *of), const void *of);

/* Writes a record as the line of the log that it is, behind its number. */
void html_line(FILE *out, const struct survey_line *line);

/* A reference time of the trace, in seconds. */
void html_time(FILE *out, uint64_t time);

#endif
