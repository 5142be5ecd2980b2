/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* hvtrace --perfetto: Chrome's trace event format (JSON object form). Calls and traps are complete
 * events ("X") on their processor's track; an interrupt or a message is a short one on the track of
 * who sends it and on that of who gets it, with a flow arrow ("s", "f") between the two. */

#include <inttypes.h>
#include <stdlib.h>

#include <shim/shim.h>

#include <hv/hypercall.h>

#include "tools/decode.h"
#include "tools/decode_call.h"
#include "tools/decode_event.h"
#include "tools/sink.h"

#define PID 1         /* one guest */
#define MOMENT_NS 10u /* what an event that takes no time is drawn as; an arrow needs an end */

static struct timeline {
    uint32_t rings; /* tracks */
    bool begun;
    uint64_t flows;
    uint64_t base; /* a machine that was reset starts its clock anew: time goes on in the picture */
    uint64_t latest;
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

static void put_slice(FILE *out, const struct shim_trace_record *record, uint32_t track,
                      uint64_t ns, uint64_t spent, const char *category)
{
    open_event(out, "X", track, ns);
    put_time(out, "dur", spent != 0 ? spent : MOMENT_NS);
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
    timeline = (struct timeline) { .rings = rings == 0 ? 1 : rings };
    return (struct sink) { .record = perfetto_record,
                           .restart = perfetto_restart,
                           .end = perfetto_end };
}
