/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* hvtrace --json: one object per record. Numbers that may need more than 53 bits are strings, in
 * hexadecimal. */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <shim/shim.h>

#include <hv/hypercall.h>

#include "tools/decode.h"
#include "tools/decode_call.h"
#include "tools/decode_event.h"
#include "tools/sink.h"

void json_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\') {
            fprintf(out, "\\%c", byte);
        } else if (byte < ' ' || byte > '~') {
            fprintf(out, "\\u%04x", byte);
        } else {
            fputc(byte, out);
        }
    }
    fputc('"', out);
}

void json_written(FILE *out, void (*write)(FILE *, const struct shim_trace_record *),
                  const struct shim_trace_record *record)
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);

    if (memory != NULL) {
        write(memory, record);
        fclose(memory);
    }
    json_string(out, text != NULL ? text : "");
    free(text);
}

static void json_bytes(FILE *out, const char *key, const uint8_t *bytes, size_t size)
{
    fprintf(out, ",\"%s\":\"", key);
    for (size_t i = 0; i < size; i++) {
        fprintf(out, "%02x", bytes[i]);
    }
    fputc('"', out);
}

static void write_name(FILE *out, const struct shim_trace_record *record)
{
    decode_name(out, record->kind,
                record->kind == SHIM_TRACE_CALL ? hv_control_code(record->control)
                                                : record->control);
}

static void json_call(FILE *out, const struct shim_trace_record *record)
{
    fputs(",\"call\":", out);
    json_written(out, write_name, record);
    fprintf(out, ",\"code\":%u,\"control\":\"0x%" PRIx64 "\",\"arguments\":",
            hv_control_code(record->control), record->control);
    json_written(out, decode_call_arguments, record);
    fputs(",\"status\":", out);
    json_written(out, decode_status, record);
    fprintf(out, ",\"result\":\"0x%" PRIx64 "\",\"reps\":%" PRIu64 ",\"done\":%" PRIu64,
            record->result, (uint64_t)hv_control_rep_count(record->control),
            (record->result & HV_RESULT_REPS) >> HV_RESULT_REPS_SHIFT);
    fprintf(out, ",\"input_size\":%u,\"output_size\":%u", record->input_size, record->output_size);
    json_bytes(out, "input", record->input, record->input_held);
    json_bytes(out, "output", record->output, record->output_held);
}

static void json_words(FILE *out, const struct shim_trace_record *record)
{
    fputs(",\"words\":[", out);
    for (size_t i = 0; i < record->input_held / sizeof(uint64_t); i++) {
        fprintf(out, "%s\"0x%" PRIx64 "\"", i == 0 ? "" : ",", decode_word(record, i));
    }
    fputc(']', out);
}

static void json_other(FILE *out, const struct shim_trace_record *record)
{
    fputs(",\"name\":", out);
    json_written(out, write_name, record);
    fprintf(out, ",\"control\":\"0x%" PRIx64 "\"", record->control);
    switch (record->kind) {
    case SHIM_TRACE_SMCCC:
    case SHIM_TRACE_HVC:
        fprintf(out, ",\"result\":\"0x%" PRIx64 "\"", record->result);
        json_words(out, record);
        break;
    case SHIM_TRACE_TEXT:
    case SHIM_TRACE_DEBUG:
        json_bytes(out, "bytes", record->input, record->input_held);
        break;
    default:
        json_words(out, record);
        break;
    }
    fputs(",\"text\":", out);
    json_written(out, decode_body, record);
}

static void json_record(void *state, FILE *out, const struct shim_trace_record *record)
{
    (void)state;
    fprintf(out, "{\"time\":%" PRIu64 ".%07" PRIu64 ",\"vp\":%" PRIu32 ",\"kind\":",
            record->time / 10000000, record->time % 10000000, record->vp_index);
    json_string(out, decode_kind_name(record->kind));
    if (record->convention != SHIM_CONVENTION_NONE) {
        fputs(",\"convention\":", out);
        json_string(out, decode_convention_name(record->convention));
    }
    fprintf(out, ",\"spent_ns\":%" PRIu64, record->spent_ns);
    if (record->kind == SHIM_TRACE_CALL) {
        json_call(out, record);
    } else {
        json_other(out, record);
    }
    fputs("}\n", out);
}

static void json_restart(void *state, FILE *out)
{
    (void)state;
    fputs("{\"kind\":\"reset\"}\n", out);
}

static void json_end(void *state, FILE *out, uint64_t lost)
{
    (void)state;
    if (lost != 0) {
        fprintf(out, "{\"kind\":\"lost\",\"records\":%" PRIu64 "}\n", lost);
    }
}

struct sink sink_json(void)
{
    return (struct sink) { .record = json_record, .restart = json_restart, .end = json_end };
}
