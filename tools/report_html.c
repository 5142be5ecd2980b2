/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Escaping. */

#include "tools/report_html.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/decode.h"

static void html_character(FILE *out, char c)
{
    switch (c) {
    case '&':
        fputs("&amp;", out);
        break;
    case '<':
        fputs("&lt;", out);
        break;
    case '>':
        fputs("&gt;", out);
        break;
    case '"':
        fputs("&quot;", out);
        break;
    case '\'':
        fputs("&#39;", out);
        break;
    default:
        fputc(c, out);
        break;
    }
}

void html_text(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        html_character(out, *text);
    }
}

void html_written(FILE *out, void (*write)(FILE *out, const void *of), const void *of)
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);

    if (memory == NULL) {
        fputs("(out of memory)", out);
        return;
    }
    write(memory, of);
    if (fclose(memory) == 0) {
        html_text(out, text);
    }
    free(text);
}

struct bytes {
    const uint8_t *bytes;
    size_t size;
};

static void write_bytes(FILE *out, const void *of)
{
    const struct bytes *bytes = of;

    decode_text(out, bytes->bytes, bytes->size, true);
}

void html_bytes(FILE *out, const uint8_t *bytes, size_t size)
{
    const struct bytes all = { bytes, size };

    html_written(out, write_bytes, &all);
}

static void write_record(FILE *out, const void *of)
{
    decode_record(out, of);
}

void html_line(FILE *out, const struct survey_line *line)
{
    fprintf(out, "<code class=\"line\"><b>#%" PRIu64 "</b> ", line->number);
    html_written(out, write_record, &line->record);
    fputs("</code>", out);
}

void html_time(FILE *out, uint64_t time)
{
    fprintf(out, "%" PRIu64 ".%06" PRIu64, time / SURVEY_CLOCK_HZ, time % SURVEY_CLOCK_HZ / 10);
}
