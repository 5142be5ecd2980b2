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

#include "tools/decode_call.h"
#include "tools/decode_event.h"

static const char *const convention_names[] = {
    [SHIM_CONVENTION_NATIVE] = "native",
    [SHIM_CONVENTION_SMCCC] = "smccc",
    [SHIM_CONVENTION_COMPACT] = "compact",
    [SHIM_CONVENTION_NONE] = "-",
};

static const char *const kind_names[] = {
    [SHIM_TRACE_NONE] = "none",   [SHIM_TRACE_CALL] = "call", [SHIM_TRACE_SMCCC] = "smccc",
    [SHIM_TRACE_CRASH] = "crash", [SHIM_TRACE_TEXT] = "text", [SHIM_TRACE_EVENT] = "event",
    [SHIM_TRACE_DEBUG] = "debug", [SHIM_TRACE_HVC] = "hvc",   [SHIM_TRACE_TRAP] = "trap",
    [SHIM_TRACE_RESET] = "reset", [SHIM_TRACE_LOST] = "lost", [SHIM_TRACE_END] = "end",
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

const char *decode_convention_name(uint8_t convention)
{
    return convention < COUNT(convention_names) ? convention_names[convention] : "unknown";
}

const char *decode_kind_name(uint8_t kind)
{
    return kind < COUNT(kind_names) ? kind_names[kind] : "unknown";
}

void decode_status(FILE *out, const struct shim_trace_record *record)
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

/* A name, or a number behind the word for what has none. */
static void name_or_number(FILE *out, const char *name, const char *word, uint64_t number)
{
    if (name != NULL) {
        fputs(name, out);
    } else {
        fprintf(out, "%s 0x%04" PRIx64, word, number);
    }
}

void decode_name(FILE *out, uint8_t kind, uint64_t id)
{
    switch (kind) {
    case SHIM_TRACE_CALL:
        name_or_number(out, shim_call_name((uint16_t)id), "call", id);
        break;
    case SHIM_TRACE_SMCCC:
        decode_function_name(out, id);
        break;
    case SHIM_TRACE_EVENT:
        name_or_number(out, decode_event_name(id), "event", id);
        break;
    case SHIM_TRACE_TRAP:
        name_or_number(out, decode_trap_name(id), "trap of class", id >> 26);
        break;
    case SHIM_TRACE_HVC:
        fprintf(out, "hvc #%" PRIu64, id & UINT16_MAX);
        break;
    default:
        fputs(decode_kind_name(kind), out);
        break;
    }
}

static void decode_call_record(FILE *out, const struct shim_trace_record *record)
{
    decode_name(out, SHIM_TRACE_CALL, hv_control_code(record->control));
    fputc('(', out);
    decode_call_arguments(out, record);
    fputs(") = ", out);
    decode_status(out, record);
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
        fprintf(out, " P%zu=0x%" PRIx64, i, decode_word(record, i));
    }
    fprintf(out, " Ctl=0x%" PRIx64, record->control);
}

void decode_body(FILE *out, const struct shim_trace_record *record)
{
    size_t size = record->input_held < SHIM_TRACE_INPUT ? record->input_held : SHIM_TRACE_INPUT;

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
    case SHIM_TRACE_TRAP:
        decode_trap(out, record);
        break;
    case SHIM_TRACE_HVC:
        decode_name(out, record->kind, record->control);
        fputs(" = ", out);
        decode_status(out, record);
        break;
    default:
        fprintf(out, "record of unknown kind %u", record->kind);
        break;
    }
}

void decode_record(FILE *out, const struct shim_trace_record *record)
{
    fprintf(out, "%5" PRIu64 ".%07" PRIu64 " vp%" PRIu32 " ", record->time / 10000000,
            record->time % 10000000, record->vp_index);
    if (record->convention < COUNT(convention_names)) {
        fprintf(out, "%-7s ", convention_names[record->convention]);
    } else {
        fprintf(out, "conv%-3u ", record->convention);
    }
    decode_body(out, record);
    if (record->spent_ns != 0) {
        fprintf(out, " <%" PRIu64 ".%03" PRIu64 " us>", record->spent_ns / 1000,
                record->spent_ns % 1000);
    }
    fputc('\n', out);
}
