/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The timeline: a lane per VP, a point per record, as SVG inside the page. Guests are silent most
 * of the time: a quiet stretch is drawn as a gap with its length, so that the busy ones can be
 * read. Within a stretch time is to scale. */

#include "tools/report.h"

#include <inttypes.h>
#include <stdlib.h>

#include "tools/report_html.h"

#define WIDTH 1200u
#define LEFT 64u
#define LANE 34u
#define TOP 26u
#define GAP 34u   /* width of a quiet stretch */
#define LABEL 72u /* width of a time, more or less */
#define STRETCHES 12u
#define LANES 64u

const char *const report_class_names[SURVEY_CLASSES] = {
    [SURVEY_ASK] = "discovery",
    [SURVEY_READ] = "register read",
    [SURVEY_WRITE] = "register written",
    [SURVEY_POST] = "message posted",
    [SURVEY_SIGNAL] = "event signalled",
    [SURVEY_CALL] = "other call",
    [SURVEY_HOST] = "host: message, VMBus",
    [SURVEY_POWER] = "VP on, off",
    [SURVEY_REFUSED] = "refused",
    [SURVEY_CRASH] = "crash",
};

/* A busy stretch: its times, and where it is drawn. */
struct stretch {
    uint64_t from, to;
    uint32_t x, width;
};

struct chart {
    const struct survey *survey;
    struct survey_mark *marks; /* by time */
    size_t count;
    struct stretch stretches[STRETCHES];
    uint32_t stretch_count;
    uint32_t lanes[LANES]; /* VP indices */
    uint32_t lane_count;
};

static int by_time(const void *a, const void *b)
{
    const struct survey_mark *first = a, *second = b;

    return first->time < second->time ? -1 : first->time > second->time;
}

/* The least quiet that is cut out, so that no more than STRETCHES are left. */
static uint64_t quiet_of(const struct chart *chart)
{
    uint64_t span = chart->marks[chart->count - 1].time - chart->marks[0].time;

    for (uint64_t quiet = span / 50 + 1;; quiet *= 2) {
        uint32_t stretches = 1;
        for (size_t i = 1; i < chart->count; i++) {
            stretches += chart->marks[i].time - chart->marks[i - 1].time > quiet;
        }
        if (stretches <= STRETCHES) {
            return quiet;
        }
    }
}

static void find_stretches(struct chart *chart)
{
    uint64_t quiet = quiet_of(chart), total = 0;
    struct stretch *stretch = chart->stretches;

    *stretch = (struct stretch) { .from = chart->marks[0].time, .to = chart->marks[0].time };
    chart->stretch_count = 1;
    for (size_t i = 1; i < chart->count; i++) {
        if (chart->marks[i].time - stretch->to > quiet) {
            stretch++;
            stretch->from = chart->marks[i].time;
            chart->stretch_count++;
        }
        stretch->to = chart->marks[i].time;
    }
    for (uint32_t i = 0; i < chart->stretch_count; i++) {
        total += chart->stretches[i].to - chart->stretches[i].from;
    }
    /* Half of the width by length, half in equal shares: a single point wants room too. */
    uint32_t room = WIDTH - LEFT - (chart->stretch_count - 1) * GAP - 10, x = LEFT;
    for (uint32_t i = 0; i < chart->stretch_count; i++) {
        stretch = &chart->stretches[i];
        stretch->x = x;
        stretch->width = room / 2 / chart->stretch_count;
        if (total != 0) {
            stretch->width += (uint32_t)((double)(stretch->to - stretch->from) / (double)total *
                                         ((double)room / 2));
        }
        x += stretch->width + GAP;
    }
}

static void find_lanes(struct chart *chart)
{
    const struct survey *survey = chart->survey;

    for (uint32_t vp = 0; vp < survey->vp_count && chart->lane_count < LANES; vp++) {
        if (survey->vps[vp].seen) {
            chart->lanes[chart->lane_count++] = vp;
        }
    }
}

static uint32_t x_of(const struct chart *chart, uint64_t time)
{
    const struct stretch *stretch = chart->stretches;

    while (time > stretch->to && stretch + 1 < chart->stretches + chart->stretch_count) {
        stretch++;
    }
    if (stretch->to == stretch->from) {
        return stretch->x + stretch->width / 2;
    }
    return stretch->x + (uint32_t)((double)(time - stretch->from) /
                                   (double)(stretch->to - stretch->from) * stretch->width);
}

static void milliseconds(FILE *out, uint64_t time)
{
    fprintf(out, "%" PRIu64 ".%03" PRIu64 " s", time / SURVEY_CLOCK_HZ,
            time % SURVEY_CLOCK_HZ / (SURVEY_CLOCK_HZ / 1000));
}

/* Times below a stretch: its beginning, unless the label before it is in the way, and its end where
 * there is room for both. Returns where the last label ends. */
static uint32_t times(FILE *out, const struct stretch *stretch, uint32_t y, uint32_t taken)
{
    uint32_t from = stretch->x - 4, to = stretch->x + stretch->width + 4;

    if (from >= taken) {
        fprintf(out, "<text x=\"%" PRIu32 "\" y=\"%" PRIu32 "\">", from, y);
        milliseconds(out, stretch->from);
        fputs("</text>", out);
        taken = from + LABEL;
    }
    if (to >= taken + LABEL) {
        fprintf(out, "<text class=\"end\" x=\"%" PRIu32 "\" y=\"%" PRIu32 "\">", to, y);
        milliseconds(out, stretch->to);
        fputs("</text>", out);
        taken = to + 8;
    }
    return taken;
}

/* How long nothing was recorded, short enough for the gap. */
static void quiet_time(FILE *out, uint64_t time)
{
    if (time >= SURVEY_CLOCK_HZ) {
        fprintf(out, "%.1f s", (double)time / SURVEY_CLOCK_HZ);
    } else if (time >= SURVEY_CLOCK_HZ / 1000) {
        fprintf(out, "%" PRIu64 " ms", time / (SURVEY_CLOCK_HZ / 1000));
    } else {
        fprintf(out, "%" PRIu64 " us", time / (SURVEY_CLOCK_HZ / 1000000));
    }
}

static void axis(FILE *out, const struct chart *chart)
{
    uint32_t bottom = TOP + chart->lane_count * LANE, taken = 0;

    for (uint32_t i = 0; i < chart->stretch_count; i++) {
        const struct stretch *stretch = &chart->stretches[i];
        fprintf(out,
                "<rect class=\"busy\" x=\"%" PRIu32 "\" y=\"%u\" width=\"%" PRIu32
                "\" height=\"%" PRIu32 "\"/>",
                stretch->x - 4, TOP, stretch->width + 8, chart->lane_count * LANE);
        taken = times(out, stretch, bottom + 14, taken);
        if (i + 1 < chart->stretch_count) {
            fprintf(out, "<text class=\"quiet\" x=\"%" PRIu32 "\" y=\"%u\">",
                    stretch->x + stretch->width + GAP / 2, TOP - 8);
            quiet_time(out, chart->stretches[i + 1].from - stretch->to);
            fputs("</text>", out);
        }
        fputc('\n', out);
    }
}

static void lane_names(FILE *out, const struct chart *chart)
{
    for (uint32_t i = 0; i < chart->lane_count; i++) {
        const struct survey_vp *vp = &chart->survey->vps[chart->lanes[i]];
        uint32_t y = TOP + i * LANE + LANE / 2;
        bool host = vp->calls == 0 && vp->starts == 0;

        fprintf(out, "<text class=\"lane\" x=\"4\" y=\"%" PRIu32 "\">", y + 4);
        fprintf(out, host ? "host" : "VP %" PRIu32, chart->lanes[i]);
        fprintf(out, "</text><line x1=\"%u\" y1=\"%" PRIu32 "\" x2=\"%u\" y2=\"%" PRIu32 "\"/>\n",
                LEFT, y, WIDTH, y);
    }
}

/* One tick for each kind at each place of a lane, however many records are behind it. */
static void points(FILE *out, const struct chart *chart, uint32_t lane)
{
    uint32_t drawn[SURVEY_CLASSES] = { 0 };
    uint32_t y = TOP + lane * LANE;

    for (size_t i = 0; i < chart->count; i++) {
        const struct survey_mark *mark = &chart->marks[i];
        uint32_t x = x_of(chart, mark->time);
        if (mark->vp != chart->lanes[lane] || mark->class >= SURVEY_CLASSES ||
            drawn[mark->class] == x) {
            continue;
        }
        drawn[mark->class] = x;
        fprintf(out,
                "<rect class=\"k%" PRIu32 "\" x=\"%" PRIu32 "\" y=\"%" PRIu32
                "\" width=\"2\" height=\"%u\"/>",
                mark->class, x, y + 4 + mark->class % 5 * 2, LANE - 16);
    }
    fputc('\n', out);
}

static void legend(FILE *out)
{
    fputs("<p>Time goes from left to right, to scale within a grey stretch. Between stretches "
          "nothing "
          "of this was recorded for as long as stands above the gap.</p>\n<p class=\"legend\">",
          out);
    for (uint32_t i = 0; i < SURVEY_CLASSES; i++) {
        fprintf(out, "<span><i class=\"k%" PRIu32 "\"></i>%s</span> ", i, report_class_names[i]);
    }
    fputs("</p>\n", out);
}

static void draw(FILE *out, struct chart *chart)
{
    qsort(chart->marks, chart->count, sizeof(*chart->marks), by_time);
    find_stretches(chart);
    find_lanes(chart);
    uint32_t height = TOP + chart->lane_count * LANE + 22;
    legend(out);
    fprintf(out,
            "<div class=\"wide\"><svg viewBox=\"0 0 %u %" PRIu32
            "\" role=\"img\" aria-label=\"records of each VP over time\">\n",
            WIDTH, height);
    axis(out, chart);
    lane_names(out, chart);
    for (uint32_t lane = 0; lane < chart->lane_count; lane++) {
        points(out, chart, lane);
    }
    fputs("</svg></div>\n", out);
}

void report_timeline(FILE *out, const struct survey *survey)
{
    static struct chart chart;

    chart =
        (struct chart) { .survey = survey, .marks = survey->marks, .count = survey->mark_count };
    fputs("<section id=\"timeline\">\n<h2>Time, processor by processor</h2>\n", out);
    if (chart.count == 0) {
        fputs("<p>There is nothing to show.</p>\n", out);
    } else {
        draw(out, &chart);
    }
    if (survey->marks_lost != 0) {
        fprintf(out, "<p>Only the first %u records are drawn; %" PRIu64 " are not.</p>\n",
                SURVEY_MARKS, survey->marks_lost);
    }
    fputs("</section>\n", out);
}
