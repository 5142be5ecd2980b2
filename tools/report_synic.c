/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Sections of the report: the SynIC of each VP, VMBus and its channels. */

#include "tools/report.h"

#include <inttypes.h>

#include "tools/report_html.h"
#include "vmbus/vmbus.h"

/* hvshim's devices keep their relids (vmbus/devices.c); a test compares. */
static const char *const channel_names[] = {
    [1] = "heartbeat", [2] = "shutdown", [3] = "time synchronisation"
};

static const char *const fault_names[] = {
    [VMBUS_FAULT_NONE] = "no fault",
    [VMBUS_FAULT_MEMORY] = "a page of the ring is no RAM any more",
    [VMBUS_FAULT_INDEX] = "an index is outside the ring, not aligned, or moved backwards",
    [VMBUS_FAULT_PACKET] = "a packet contradicts itself, or is of a wrong type",
};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *report_channel_name(uint32_t relid)
{
    return relid < COUNT(channel_names) ? channel_names[relid] : NULL;
}

/* ---- SynIC ---- */

/* A page register: where, if it is on. */
static void page(FILE *out, uint64_t value)
{
    if ((value & HV_SYNIC_ENABLE) != 0) {
        fprintf(out, "<td><code>0x%" PRIx64 "</code></td>", value & HV_SYNIC_PAGE);
    } else {
        fputs("<td>off</td>", out);
    }
}

static void sints(FILE *out, const struct survey_vp *vp)
{
    const char *separator = "";

    fputs("<td>", out);
    for (uint32_t i = 0; i < HV_SYNIC_SINT_COUNT; i++) {
        uint64_t sint = vp->sint[i];
        if (sint != 0 && (sint & HV_SINT_MASKED) == 0) {
            fprintf(out, "%sSINT%" PRIu32 " &#8594; INTID %" PRIu64 "%s", separator, i,
                    sint & HV_SINT_VECTOR, (sint & HV_SINT_AUTO_EOI) != 0 ? ", auto-EOI" : "");
            separator = "; ";
        }
    }
    fputs(*separator == '\0' ? "none</td>" : "</td>", out);
}

static void timers(FILE *out, const struct survey_vp *vp)
{
    const char *separator = "";

    fputs("<td>", out);
    for (uint32_t i = 0; i < HV_SYNTHETIC_TIMERS; i++) {
        if ((vp->timer[i] & HV_TIMER_ENABLED) != 0) {
            fprintf(out, "%sSTIMER%" PRIu32 "%s%s", separator, i,
                    (vp->timer[i] & HV_TIMER_PERIODIC) != 0 ? " periodic" : "",
                    (vp->timer[i] & HV_TIMER_DIRECT_MODE) != 0 ? " direct" : "");
            separator = "; ";
        }
    }
    fputs(*separator == '\0' ? "none</td>" : "</td>", out);
}

static void synic_row(FILE *out, uint32_t index, const struct survey_vp *vp)
{
    fprintf(out, "<tr data-vp=\"%" PRIu32 "\" data-calls=\"%" PRIu64 "\"><th>VP %" PRIu32 "</th>",
            index, vp->calls, index);
    fprintf(out, "<td>%s</td><td>%s</td>", vp->on ? "on" : "off",
            (vp->scontrol & HV_SYNIC_ENABLE) != 0 ? "on" : "off");
    page(out, vp->simp);
    page(out, vp->siefp);
    sints(out, vp);
    timers(out, vp);
    fprintf(out, "<td>%" PRIu64 "</td><td>%" PRIu64 "</td></tr>\n", vp->messages_ended, vp->calls);
}

static void synic_order(FILE *out, const struct survey *survey)
{
    uint32_t overlap = survey_synic_overlap(survey);

    if (overlap > 1) {
        fprintf(out, "<p>Up to %" PRIu32 " VPs set their SynIC up at the same time.</p>\n",
                overlap);
    } else if (overlap == 1) {
        fputs("<p>No two VPs set their SynIC up at the same time.</p>\n", out);
    }
}

void report_synic(FILE *out, const struct survey *survey)
{
    fputs("<section id=\"synic\">\n<h2>SynIC, VP by VP</h2>\n", out);
    synic_order(out, survey);
    fputs("<div class=\"wide\"><table>\n<thead><tr><th>VP</th><th>power</th><th>SynIC</th>"
          "<th>messages</th><th>events</th><th>open SINTs</th><th>timers</th><th>EOMs</th>"
          "<th>calls</th></tr></thead>\n<tbody>\n",
          out);
    for (uint32_t i = 0; i < survey->vp_count; i++) {
        if (survey->vps[i].calls != 0 || survey->vps[i].starts != 0) {
            synic_row(out, i, &survey->vps[i]);
        }
    }
    fputs("</tbody></table></div>\n<p class=\"rest\">As the guest left the registers: a machine "
          "that is off keeps none.</p>\n</section>\n",
          out);
}

/* ---- VMBus ---- */

static void connection(FILE *out, const struct survey_vmbus *vmbus)
{
    if (vmbus->contact_count == 0) {
        fputs("<p>The guest never made contact.</p>\n", out);
        return;
    }
    fputs("<p>Versions proposed:", out);
    for (size_t i = 0; i < vmbus->contact_count; i++) {
        fprintf(out, "%s %" PRIu32 ".%" PRIu32, i == 0 ? "" : ",", vmbus->contacts[i] >> 16,
                vmbus->contacts[i] & 0xffff);
    }
    fprintf(out, ". Connected %" PRIu64 " time%s", vmbus->connections,
            vmbus->connections == 1 ? "" : "s");
    if (vmbus->connections != 0) {
        fprintf(out, ", last with version %" PRIu64 ".%" PRIu64 ", messages going to VP %" PRIu64,
                vmbus->version >> 16, vmbus->version & 0xffff, vmbus->target_vp);
    }
    fprintf(out,
            "; disconnected %" PRIu64 " time%s. Offers were asked for %" PRIu64 " time%s.</p>\n",
            vmbus->disconnections, vmbus->disconnections == 1 ? "" : "s", vmbus->offers_asked,
            vmbus->offers_asked == 1 ? "" : "s");
}

static const char *channel_state(const struct survey_channel *channel)
{
    if (channel->open) {
        return "open";
    }
    if (channel->broken != 0 && channel->closed == 0) {
        return "closed by the host";
    }
    return channel->opened != 0 ? "closed" : "not opened";
}

static void channel_row(FILE *out, const struct survey_channel *channel)
{
    const char *name = report_channel_name(channel->relid);

    fprintf(out, "<tr data-relid=\"%" PRIu32 "\" data-state=\"%s\"><th>%" PRIu32 "%s%s</th>",
            channel->relid, channel_state(channel), channel->relid, name != NULL ? " " : "",
            name != NULL ? name : "");
    fprintf(out, "<td>%s", channel_state(channel));
    if (channel->broken != 0) {
        fprintf(out, ": %s",
                channel->fault < COUNT(fault_names) ? fault_names[channel->fault] : "other fault");
    }
    fprintf(out, "</td><td>%" PRIu64 "</td><td>%" PRIu64 "</td>", channel->opens_asked,
            channel->opened);
    if (channel->opened != 0) {
        fprintf(out, "<td>VP %" PRIu64 "</td>", channel->target_vp);
    } else {
        fputs("<td></td>", out);
    }
    if (channel->version != 0) {
        fprintf(out, "<td>%" PRIu64 ".%" PRIu64 "</td>", channel->version & 0xffff,
                channel->version >> 16);
    } else {
        fputs("<td>none</td>", out);
    }
    fprintf(out, "<td>%" PRIu64 "</td><td%s>%" PRIu64 "</td></tr>\n", channel->signals,
            channel->refused != 0 ? " class=\"no\"" : "", channel->refused);
}

static void components(FILE *out, const struct survey_vmbus *vmbus)
{
    if (vmbus->beats_seen) {
        fprintf(out,
                "<p>Heartbeats: %" PRIu64 " sent, %" PRIu64 " answered, %" PRIu64 " lost.</p>\n",
                vmbus->beats_sent, vmbus->beats_answered, vmbus->beats_lost);
    }
    if (vmbus->time_syncs != 0) {
        fprintf(out,
                "<p>The guest was told to set its clock %" PRIu64
                " time%s. Samples of the time, which it only notes, leave no record.</p>\n",
                vmbus->time_syncs, vmbus->time_syncs == 1 ? "" : "s");
    }
    if (vmbus->shutdowns_sent != 0) {
        fprintf(out, "<p>The guest was asked to power off %" PRIu64 " time%s",
                vmbus->shutdowns_sent, vmbus->shutdowns_sent == 1 ? "" : "s");
        if (vmbus->shutdowns_answered != 0) {
            fprintf(out, ", and answered with status 0x%" PRIx64, vmbus->shutdown_status);
        }
        fputs(".</p>\n", out);
    }
}

void report_vmbus(FILE *out, const struct survey *survey)
{
    const struct survey_vmbus *vmbus = &survey->vmbus;

    fputs("<section id=\"vmbus\">\n<h2>VMBus</h2>\n", out);
    connection(out, vmbus);
    if (vmbus->channel_count != 0) {
        fputs("<div class=\"wide\"><table>\n<thead><tr><th>channel</th><th>state</th>"
              "<th>opens asked</th><th>opened</th><th>events to</th><th>component version</th>"
              "<th>signals</th><th>refused</th></tr></thead>\n<tbody>\n",
              out);
        for (size_t i = 0; i < vmbus->channel_count; i++) {
            channel_row(out, &vmbus->channels[i]);
        }
        fputs("</tbody></table></div>\n", out);
    }
    components(out, vmbus);
    fputs("</section>\n", out);
}
