/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Trace records as text. Names come from the library's own tables (shim/describe.h). */

#include "tools/decode.h"

#include <inttypes.h>
#include <string.h>

#include <shim/describe.h>
#include <shim/shim.h>

#include <hv/calls.h>
#include <hv/hypercall.h>
#include <hv/message.h>
#include <hv/registers.h>
#include <hv/types.h>
#include <hv/vp_registers.h>

#include <vmbus/vmbus.h>

#include "tools/decode_call.h"

static const char *const convention_names[] = {
    [SHIM_CONVENTION_NATIVE] = "native",
    [SHIM_CONVENTION_SMCCC] = "smccc",
    [SHIM_CONVENTION_COMPACT] = "compact",
    [SHIM_CONVENTION_NONE] = "-",
};

/* SMCCC functions that a hypervisor of this kind is asked for besides hypercalls. */
static const struct {
    uint32_t id;
    const char *name;
} smccc_names[] = {
    { UINT32_C(0x80000000), "SMCCC_VERSION" },
    { UINT32_C(0x80000001), "SMCCC_ARCH_FEATURES" },
    { UINT32_C(0x80008000), "SMCCC_ARCH_WORKAROUND_1" },
    { UINT32_C(0x80007fff), "SMCCC_ARCH_WORKAROUND_2" },
    { UINT32_C(0x80003fff), "SMCCC_ARCH_WORKAROUND_3" },
    { UINT32_C(0x8600ff00), "VENDOR_HYP_CALL_COUNT" },
    { UINT32_C(0x8600ff01), "VENDOR_HYP_UID" },
    { UINT32_C(0xc600ff01), "VENDOR_HYP_UID" },
    { UINT32_C(0x8600ff03), "VENDOR_HYP_REVISION" },
    { HV_SMCCC_SPILL_ATTACH, "SPILL_ATTACH" },
    { HV_SMCCC_SPILLED_HYPERCALL, "SPILLED_HYPERCALL" },
    { HV_SMCCC_HYPERCALL, "HYPERCALL" },
};

static const char *const event_names[] = {
    [SHIM_EVENT_VP_ON] = "VP_ON",     [SHIM_EVENT_VP_OFF] = "VP_OFF",
    [SHIM_EVENT_RESET] = "RESET",     [SHIM_EVENT_POWER_OFF] = "POWER_OFF",
    [SHIM_EVENT_MESSAGE] = "MESSAGE", [SHIM_EVENT_PANIC] = "PANIC",
    [SHIM_EVENT_VMBUS] = "VMBUS",     [SHIM_EVENT_BEATS] = "BEATS",
    [SHIM_EVENT_REQUEST] = "REQUEST",
};

/* Of SHIM_EVENT_VMBUS: what happened, and what its two numbers are. NULL: there is none. */
static const struct {
    const char *name;
    const char *first;
    const char *second;
} vmbus_events[] = {
    [VMBUS_EVENT_CONNECTED] = { "connected", "version", "vp" },
    [VMBUS_EVENT_DISCONNECTED] = { "disconnected", "version", NULL },
    [VMBUS_EVENT_DROPPED] = { "dropped", "type", "size" },
    [VMBUS_EVENT_REFUSED] = { "refused", "type", "relid" },
    [VMBUS_EVENT_OPENED] = { "opened", "relid", "vp" },
    [VMBUS_EVENT_CLOSED] = { "closed", "relid", NULL },
    [VMBUS_EVENT_BROKEN] = { "broken", "relid", "fault" },
    [VMBUS_EVENT_RELEASED] = { "released", "relid", NULL },
    [VMBUS_EVENT_AGREED] = { "agreed", "relid", "version" },
    [VMBUS_EVENT_IGNORED] = { "ignored", "relid", "size" },
    [VMBUS_EVENT_BEAT_LOST] = { "beat-lost", "lost", "sent" },
    [VMBUS_EVENT_TIME_SYNC] = { "time-sync", "host", "reference" },
    [VMBUS_EVENT_SHUTDOWN_SENT] = { "shutdown-sent", NULL, NULL },
    [VMBUS_EVENT_SHUTDOWN_ANSWERED] = { "shutdown-answered", "status", NULL },
};

static const char *const request_names[] = {
    [SHIM_REQUEST_SHUTDOWN] = "shutdown",
    [SHIM_REQUEST_TIME_SYNC] = "time-sync",
    [SHIM_REQUEST_TIME_STEP] = "time-step",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void decode_text(FILE *out, const uint8_t *bytes, size_t size, bool lines)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\n') {
            fputs(lines ? "\n" : "\\n", out);
        } else if (bytes[i] == '\t') {
            fputs(lines ? "\t" : "\\t", out);
        } else if (bytes[i] < ' ' || bytes[i] > '~') {
            fprintf(out, "\\x%02x", bytes[i]);
        } else if (!lines && (bytes[i] == '"' || bytes[i] == '\\')) {
            fprintf(out, "\\%c", bytes[i]);
        } else {
            fputc(bytes[i], out);
        }
    }
}

static uint64_t word(const struct shim_trace_record *record, size_t index)
{
    uint64_t value;

    memcpy(&value, record->input + index * sizeof(value), sizeof(value));
    return value;
}

static void decode_result(FILE *out, const struct shim_trace_record *record)
{
    hv_status_t status = (hv_status_t)(record->result & HV_RESULT_STATUS);
    const char *name = shim_status_name(status);

    switch (record->verdict) {
    case SHIM_AGAIN:
        fputs("to be continued", out);
        return;
    case SHIM_UNDEFINED:
        fputs("undefined instruction", out);
        return;
    case SHIM_NOT_OURS:
        fputs("not ours", out);
        return;
    default:
        break;
    }
    if (name != NULL) {
        fputs(name, out);
    } else {
        fprintf(out, "status 0x%04x", status);
    }
    if (hv_control_rep_count(record->control) != 0) {
        fprintf(out, ", %" PRIu64 " done",
                (record->result & HV_RESULT_REPS) >> HV_RESULT_REPS_SHIFT);
    }
}

static void decode_call_record(FILE *out, const struct shim_trace_record *record)
{
    uint16_t code = hv_control_code(record->control);
    const char *name = shim_call_name(code);

    if (name != NULL) {
        fprintf(out, "%s(", name);
    } else {
        fprintf(out, "call 0x%04x(", code);
    }
    decode_call_arguments(out, record);
    fputs(") = ", out);
    decode_result(out, record);
}

void decode_function_name(FILE *out, uint64_t id)
{
    for (size_t i = 0; i < COUNT(smccc_names); i++) {
        if (smccc_names[i].id == id) {
            fputs(smccc_names[i].name, out);
            return;
        }
    }
    fprintf(out, "function 0x%08" PRIx64, id);
}

static void decode_smccc(FILE *out, const struct shim_trace_record *record)
{
    decode_function_name(out, record->control);
    fprintf(out, "() = 0x%" PRIx64, record->result);
}

static void decode_crash(FILE *out, const struct shim_trace_record *record)
{
    fputs("guest crash", out);
    for (size_t i = 0; i < HV_CRASH_PARAMETERS; i++) {
        fprintf(out, " P%zu=0x%" PRIx64, i, word(record, i));
    }
    fprintf(out, " Ctl=0x%" PRIx64, record->control);
}

static void decode_vmbus(FILE *out, const struct shim_trace_record *record)
{
    uint64_t event = word(record, 0);

    if (event >= COUNT(vmbus_events)) {
        fprintf(out, " %" PRIu64 " 0x%" PRIx64 " 0x%" PRIx64, event, word(record, 1),
                word(record, 2));
        return;
    }
    fprintf(out, " %s", vmbus_events[event].name);
    if (vmbus_events[event].first != NULL) {
        fprintf(out, " %s=0x%" PRIx64, vmbus_events[event].first, word(record, 1));
    }
    if (vmbus_events[event].second != NULL) {
        fprintf(out, " %s=0x%" PRIx64, vmbus_events[event].second, word(record, 2));
    }
}

static void decode_request(FILE *out, uint64_t request, uint64_t argument)
{
    if (request < COUNT(request_names) && request_names[request] != NULL) {
        fprintf(out, " %s %" PRId64, request_names[request], (int64_t)argument);
    } else {
        fprintf(out, " %" PRIu64 " %" PRId64, request, (int64_t)argument);
    }
}

static void decode_event(FILE *out, const struct shim_trace_record *record)
{
    uint64_t first = word(record, 0), second = word(record, 1);

    if (record->control >= COUNT(event_names)) {
        fprintf(out, "event %" PRIu64 " 0x%" PRIx64 " 0x%" PRIx64, record->control, first, second);
        return;
    }
    fprintf(out, "event %s", event_names[record->control]);
    switch (record->control) {
    case SHIM_EVENT_VP_ON:
        fprintf(out, " entry=0x%" PRIx64 " context=0x%" PRIx64, first, second);
        break;
    case SHIM_EVENT_MESSAGE:
        fprintf(out, " sint=%" PRIu64 " type=0x%" PRIx64, first, second);
        break;
    case SHIM_EVENT_PANIC:
        fprintf(out, " ESR_EL2=0x%" PRIx64 " ELR_EL2=0x%" PRIx64, first, second);
        break;
    case SHIM_EVENT_VMBUS:
        decode_vmbus(out, record);
        break;
    case SHIM_EVENT_BEATS:
        fprintf(out, " sent=%" PRIu64 " answered=%" PRIu64 " lost=%" PRIu64, first, second,
                word(record, 2));
        break;
    case SHIM_EVENT_REQUEST:
        decode_request(out, first, second);
        break;
    default:
        break;
    }
}

void decode_record(FILE *out, const struct shim_trace_record *record)
{
    size_t size = record->input_size < SHIM_TRACE_INPUT ? record->input_size : SHIM_TRACE_INPUT;

    fprintf(out, "%5" PRIu64 ".%07" PRIu64 " vp%" PRIu32 " ", record->time / 10000000,
            record->time % 10000000, record->vp_index);
    if (record->convention < COUNT(convention_names)) {
        fprintf(out, "%-7s ", convention_names[record->convention]);
    } else {
        fprintf(out, "conv%-3u ", record->convention);
    }
    switch (record->kind) {
    case SHIM_TRACE_CALL:
        decode_call_record(out, record);
        break;
    case SHIM_TRACE_SMCCC:
        decode_smccc(out, record);
        break;
    case SHIM_TRACE_CRASH:
        decode_crash(out, record);
        break;
    case SHIM_TRACE_TEXT:
        fputs("crash message \"", out);
        decode_text(out, record->input, size, false);
        fputc('"', out);
        break;
    case SHIM_TRACE_DEBUG:
        fputs("debug \"", out);
        decode_text(out, record->input, size, false);
        fputc('"', out);
        break;
    case SHIM_TRACE_EVENT:
        decode_event(out, record);
        break;
    default:
        fprintf(out, "record of unknown kind %u", record->kind);
        break;
    }
    fputc('\n', out);
}
