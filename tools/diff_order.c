/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* `hvtrace diff`: in which order and by whom calls are made first, and what became of VMBus. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/diff.h"
#include "tools/report.h"

/* ---- Order ---- */

/* Kinds of calls that both make, in the order of the first trace. */
struct common {
    size_t count;
    const struct survey_step *a[SURVEY_STEPS], *b[SURVEY_STEPS];
    size_t place[SURVEY_STEPS];  /* in the second trace */
    size_t length[SURVEY_STEPS]; /* of the longest rising row of places that ends here */
    bool stays[SURVEY_STEPS];    /* part of the longest one of all: those that kept their order */
};

static void find_common(struct common *common, const struct diff *diff)
{
    common->count = 0;
    for (size_t i = 0; i < diff->a->step_count; i++) {
        size_t n = common->count;
        common->a[n] = &diff->a->steps[i];
        common->b[n] = diff_counterpart(diff->b, common->a[n], &common->place[n]);
        common->count += common->b[n] != NULL;
    }
}

static void find_stays(struct common *common)
{
    size_t best = 0, place = SIZE_MAX;

    for (size_t i = 0; i < common->count; i++) {
        common->length[i] = 1;
        common->stays[i] = false;
        for (size_t j = 0; j < i; j++) {
            if (common->place[j] < common->place[i] && common->length[j] >= common->length[i]) {
                common->length[i] = common->length[j] + 1;
            }
        }
        best = common->length[i] > best ? common->length[i] : best;
    }
    for (size_t i = common->count; i-- > 0 && best > 0;) {
        if (common->length[i] == best && common->place[i] < place) {
            common->stays[i] = true;
            place = common->place[i];
            best--;
        }
    }
}

/* The step that comes right before another one in the second trace, among those of both. */
static const struct survey_step *before(const struct common *common, size_t place)
{
    const struct survey_step *step = NULL;
    size_t nearest = 0;

    for (size_t i = 0; i < common->count; i++) {
        if (common->place[i] < place && (step == NULL || common->place[i] > nearest)) {
            nearest = common->place[i];
            step = common->b[i];
        }
    }
    return step;
}

static void name_or(FILE *out, const struct survey_step *step, const char *none)
{
    if (step == NULL) {
        fputs(none, out);
    } else {
        survey_step_name(out, step);
    }
}

static void moves(struct diff *diff, const struct common *common)
{
    for (size_t i = 0; i < common->count; i++) {
        if (common->stays[i]) {
            continue;
        }
        diff_found(diff);
        fputs("~ ", diff->out);
        survey_step_name(diff->out, common->a[i]);
        fputs(" comes first after ", diff->out);
        name_or(diff->out, i == 0 ? NULL : common->a[i - 1], "nothing");
        fputs(" -> after ", diff->out);
        name_or(diff->out, before(common, common->place[i]), "nothing");
        fputc('\n', diff->out);
    }
}

static void makers(struct diff *diff, const struct common *common)
{
    for (size_t i = 0; i < common->count; i++) {
        uint32_t a = common->a[i]->first.record.vp_index;
        uint32_t b = common->b[i]->first.record.vp_index;
        if (a != b) {
            diff_found(diff);
            fputs("~ ", diff->out);
            survey_step_name(diff->out, common->a[i]);
            fprintf(diff->out, " is made first by VP %" PRIu32 " -> VP %" PRIu32 "\n", a, b);
        }
    }
}

static const char *overlap_words(uint32_t overlap)
{
    return overlap == 0   ? "no VP sets its SynIC up"
           : overlap == 1 ? "VPs set their SynIC up one after another"
                          : "VPs set their SynIC up at the same time";
}

void diff_order(struct diff *diff)
{
    static struct common common;
    uint32_t a = survey_synic_overlap(diff->a), b = survey_synic_overlap(diff->b);

    diff->heading = "Order";
    find_common(&common, diff);
    find_stays(&common);
    if ((a < 2 ? a : 2) != (b < 2 ? b : 2)) {
        diff_found(diff);
        fprintf(diff->out, "~ %s -> %s", overlap_words(a), overlap_words(b));
        fprintf(diff->out, " (at most %" PRIu32 " -> %" PRIu32 " at once)\n", a, b);
    }
    moves(diff, &common);
    makers(diff, &common);
}

/* ---- VMBus ---- */

static void print_contacts(FILE *out, const struct survey_vmbus *vmbus)
{
    fputs(vmbus->contact_count == 0 ? "none" : "", out);
    for (size_t i = 0; i < vmbus->contact_count; i++) {
        fprintf(out, "%s%" PRIu32 ".%" PRIu32, i == 0 ? "" : " ", vmbus->contacts[i] >> 16,
                vmbus->contacts[i] & 0xffff);
    }
}

static void contacts(struct diff *diff)
{
    const struct survey_vmbus *a = &diff->a->vmbus, *b = &diff->b->vmbus;

    if (a->contact_count != b->contact_count ||
        memcmp(a->contacts, b->contacts, sizeof(a->contacts)) != 0) {
        diff_found(diff);
        fputs("~ versions proposed: ", diff->out);
        print_contacts(diff->out, a);
        fputs(" -> ", diff->out);
        print_contacts(diff->out, b);
        fputc('\n', diff->out);
    }
}

static const struct survey_channel *channel_of(const struct survey_vmbus *vmbus, uint32_t relid)
{
    static const struct survey_channel none;

    for (size_t i = 0; i < vmbus->channel_count; i++) {
        if (vmbus->channels[i].relid == relid) {
            return &vmbus->channels[i];
        }
    }
    return &none;
}

static void print_version(FILE *out, uint64_t major, uint64_t minor)
{
    if (major == 0 && minor == 0) {
        fputs("none", out);
    } else {
        fprintf(out, "%" PRIu64 ".%" PRIu64, major, minor);
    }
}

/* Versions of VMBus: major above minor. */
static void vmbus_version(struct diff *diff, uint64_t a, uint64_t b)
{
    if (a != b) {
        diff_found(diff);
        fputs("~ version agreed on: ", diff->out);
        print_version(diff->out, a >> 16, a & 0xffff);
        fputs(" -> ", diff->out);
        print_version(diff->out, b >> 16, b & 0xffff);
        fputc('\n', diff->out);
    }
}

/* Versions of components: minor above major. */
static void channel(struct diff *diff, uint32_t relid)
{
    const struct survey_channel *a = channel_of(&diff->a->vmbus, relid);
    const struct survey_channel *b = channel_of(&diff->b->vmbus, relid);
    const char *name = report_channel_name(relid);
    char what[64];

    snprintf(what, sizeof(what), "channel %" PRIu32 " (%s) opened", relid,
             name != NULL ? name : "?");
    diff_number(diff, what, a->opened, b->opened);
    if (a->version != b->version) {
        diff_found(diff);
        fprintf(diff->out, "~ channel %" PRIu32 " component version: ", relid);
        print_version(diff->out, a->version & 0xffff, a->version >> 16);
        fputs(" -> ", diff->out);
        print_version(diff->out, b->version & 0xffff, b->version >> 16);
        fputc('\n', diff->out);
    }
}

void diff_vmbus(struct diff *diff)
{
    const struct survey_vmbus *a = &diff->a->vmbus, *b = &diff->b->vmbus;

    diff->heading = "VMBus";
    contacts(diff);
    diff_number(diff, "connections", a->connections, b->connections);
    vmbus_version(diff, a->version, b->version);
    diff_number(diff, "VP that gets messages", a->target_vp, b->target_vp);
    diff_number(diff, "offers asked for", a->offers_asked, b->offers_asked);
    for (uint32_t relid = 1; relid <= SURVEY_CHANNELS; relid++) {
        channel(diff, relid);
    }
    diff_number(diff, "heartbeats answered", a->beats_answered, b->beats_answered);
    diff_number(diff, "heartbeats lost", a->beats_lost, b->beats_lost);
    diff_number(diff, "time synchronisations", a->time_syncs, b->time_syncs);
}
