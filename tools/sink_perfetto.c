/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* hvtrace --perfetto: Chrome's trace event format (JSON object form). Calls and traps are complete
 * events ("X") on their processor's track; an interrupt or a message is a short one on the track of
 * who sends it and on that of who gets it, with a flow arrow ("s", "f") between the two. */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <shim/shim.h>

#include <hv/hypercall.h>

#include "tools/decode.h"
#include "tools/decode_call.h"
#include "tools/decode_event.h"
#include "tools/sink.h"
#include "tools/trace_reader.h"

#define PID 1         /* one guest */
#define MOMENT_NS 10u /* what an event that takes no time is drawn as; an arrow needs an end */

#define CLOCK_NS 100u /* times are multiples of this, lengths are not */
#define NESTED 4u     /* slices inside of one another that are kept apart */

/* Where the slices end that may not be over yet: outer ones first. */
struct track {
    uint64_t ends[NESTED];
    uint32_t depth;
};

static struct timeline {
    uint32_t rings; /* tracks */
    bool begun;
    uint64_t flows;
    uint64_t base; /* a machine that was reset starts its clock anew: time goes on in the picture */
    uint64_t latest;
    struct track tracks[TRACE_RINGS_MAX];
} timeline;

/* Microseconds. */
static void put_time(FILE *out, const char *key, uint64_t ns)
{
    fprintf(out, ",\"%s\":%" PRIu64 ".%03" PRIu64, key, ns / 1000, ns % 1000);
}

static void open_event(FILE *out, const char *phase, uint32_t track, uint64_t ns)
{
    fprintf(out, "%s\n{\"ph\":\"%s\",\"pid\":%u,\"tid\":%" PRIu32,
            timeline.begun ? "," : "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[", phase, PID,
            track);
    timeline.begun = true;
    put_time(out, "ts", ns);
}

static void name_track(FILE *out, uint32_t track, const char *form)
{
    char name[32];

    snprintf(name, sizeof(name), form, track);
    open_event(out, "M", track, 0);
    fputs(",\"name\":\"thread_name\",\"args\":{\"name\":", out);
    json_string(out, name);
    fputs("}}", out);
    open_event(out, "M", track, 0);
    fprintf(out, ",\"name\":\"thread_sort_index\",\"args\":{\"sort_index\":%" PRIu32 "}}", track);
}

static void begin(FILE *out)
{
    open_event(out, "M", 0, 0);
    fputs(",\"name\":\"process_name\",\"args\":{\"name\":\"guest\"}}", out);
    for (uint32_t track = 0; track + 1 < timeline.rings; track++) {
        name_track(out, track, "VP %u");
    }
    name_track(out, timeline.rings - 1, "hypervisor");
}

/* Whoever the record is about may be a stranger's number. */
static uint32_t track_of(uint64_t number)
{
    return number < timeline.rings ? (uint32_t)number : timeline.rings - 1;
}

static void write_title(FILE *out, const struct shim_trace_record *record)
{
    decode_name(out, record->kind,
                record->kind == SHIM_TRACE_CALL ? hv_control_code(record->control)
                                                : record->control);
}

/* Slices of a track are to lie in one another or apart: viewers drop what overlaps by a part. A
 * moment, which has no length of its own, ends with the slice around it; what begins just before
 * the last slice has ended does so because times are rounded down, and begins when it has. */
static void nest(struct track *track, uint64_t *ns, uint64_t *spent)
{
    for (;;) {
        while (track->depth != 0 && track->ends[track->depth - 1] <= *ns) {
            track->depth--;
        }
        uint64_t left = track->depth != 0 ? track->ends[track->depth - 1] - *ns : UINT64_MAX;
        if (left >= *spent) {
            break;
        }
        if (*spent == MOMENT_NS) {
            *spent = left;
            break;
        }
        if (left >= CLOCK_NS) {
            break;
        }
        *ns += left;
    }
    if (track->depth < NESTED) {
        track->ends[track->depth++] = *ns + *spent;
    }
}

static void put_slice(FILE *out, const struct shim_trace_record *record, uint32_t track,
                      uint64_t ns, uint64_t spent, const char *category)
{
    spent = spent != 0 ? spent : MOMENT_NS;
    nest(&timeline.tracks[track], &ns, &spent);
    open_event(out, "X", track, ns);
    put_time(out, "dur", spent);
    fprintf(out, ",\"cat\":\"%s\",\"name\":", category);
    json_written(out, write_title, record);
    fputs(",\"args\":{\"record\":", out);
    json_written(out, decode_body, record);
    fputs("}}", out);
}

/* From the track of the ring that noted the event to the one that it is about. */
static void put_arrow(FILE *out, const struct shim_trace_record *record, uint64_t ns)
{
    uint32_t from = track_of(decode_word(record, 2)), to = track_of(record->vp_index);

    put_slice(out, record, from, ns, 0, "sent");
    if (from == to) {
        return;
    }
    timeline.flows++;
    open_event(out, "s", from, ns);
    fprintf(out, ",\"cat\":\"flow\",\"name\":\"%s\",\"id\":%" PRIu64 "}",
            decode_event_name(record->control), timeline.flows);
    put_slice(out, record, to, ns + MOMENT_NS, 0, "received");
    open_event(out, "f", to, ns + MOMENT_NS);
    fprintf(out, ",\"bp\":\"e\",\"cat\":\"flow\",\"name\":\"%s\",\"id\":%" PRIu64 "}",
            decode_event_name(record->control), timeline.flows);
}

static void perfetto_record(void *state, FILE *out, const struct shim_trace_record *record)
{
    uint64_t ns = timeline.base + record->time * 100;
    uint32_t track = track_of(record->vp_index);

    (void)state;
    if (!timeline.begun) {
        begin(out);
    }
    timeline.latest = ns > timeline.latest ? ns : timeline.latest;
    switch (record->kind) {
    case SHIM_TRACE_CALL:
        put_slice(out, record, track, ns, record->spent_ns, "hypercall");
        break;
    case SHIM_TRACE_TRAP:
        put_slice(out, record, track, ns, record->spent_ns, "trap");
        break;
    case SHIM_TRACE_EVENT:
        if (record->control == SHIM_EVENT_INTERRUPT || record->control == SHIM_EVENT_DELIVERED) {
            put_arrow(out, record, ns);
            break;
        }
        put_slice(out, record, track, ns, 0, "event");
        break;
    default:
        put_slice(out, record, track, ns, record->spent_ns, "other");
        break;
    }
}

static void perfetto_restart(void *state, FILE *out)
{
    (void)state;
    (void)out;
    timeline.base = timeline.latest;
    memset(timeline.tracks, 0, timeline.rings * sizeof(timeline.tracks[0]));
}

static void perfetto_end(void *state, FILE *out, uint64_t lost)
{
    (void)state;
    if (!timeline.begun) {
        begin(out);
    }
    fprintf(out, "\n],\"otherData\":{\"lost_records\":\"%" PRIu64 "\"}}\n", lost);
}

struct sink sink_perfetto(uint32_t rings)
{
    timeline.rings = rings == 0 || rings > TRACE_RINGS_MAX ? 1 : rings;
    timeline.begun = false;
    timeline.flows = timeline.base = timeline.latest = 0;
    memset(timeline.tracks, 0, timeline.rings * sizeof(timeline.tracks[0]));
    return (struct sink) { .record = perfetto_record,
                           .restart = perfetto_restart,
                           .end = perfetto_end };
}
