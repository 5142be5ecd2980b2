/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Trace records as hosts leave them. */

#include "trace_records.h"

#include <string.h>

#include <shim/shim.h>

#include <hv/calls.h>
#include <hv/hypercall.h>
#include <hv/message.h>
#include <hv/vp_registers.h>

#include "vmbus/protocol.h"

static struct shim_trace_record call(uint64_t time, uint32_t vp, uint64_t control,
                                     hv_status_t status)
{
    uint32_t reps = hv_control_rep_count(control);

    return (struct shim_trace_record) {
        .time = time,
        .vp_index = vp,
        .kind = SHIM_TRACE_CALL,
        .convention = SHIM_CONVENTION_SMCCC,
        .verdict = SHIM_DONE,
        .control = control,
        .result = hv_result(status, status == HV_STATUS_SUCCESS ? reps : 0),
    };
}

static void put_input(struct shim_trace_record *record, size_t at, const void *from, size_t size)
{
    memcpy(record->input + at, from, size);
    if (record->input_size < at + size) {
        record->input_size = record->input_held = (uint16_t)(at + size);
    }
}

static const struct hv_vp_registers_header self = {
    HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF, 0, { 0 }
};

struct shim_trace_record record_get(uint64_t time, uint32_t vp, uint32_t name, uint64_t low,
                                    uint64_t high, hv_status_t status)
{
    struct shim_trace_record record =
        call(time, vp, HV_CALL_GET_VP_REGISTERS | HV_CONTROL_FAST | UINT64_C(1) << 32, status);
    const uint64_t value[2] = { low, high };

    put_input(&record, 0, &self, sizeof(self));
    put_input(&record, sizeof(self), &name, sizeof(name));
    if (status == HV_STATUS_SUCCESS) {
        memcpy(record.output, value, sizeof(value));
        record.output_size = record.output_held = sizeof(value);
    }
    return record;
}

struct shim_trace_record record_set(uint64_t time, uint32_t vp, uint32_t name, uint64_t value,
                                    hv_status_t status)
{
    struct shim_trace_record record =
        call(time, vp, HV_CALL_SET_VP_REGISTERS | HV_CONTROL_FAST | UINT64_C(1) << 32, status);
    const struct hv_vp_register_assoc element = { name, { 0 }, { value, 0 } };

    put_input(&record, 0, &self, sizeof(self));
    put_input(&record, sizeof(self), &element, sizeof(element));
    return record;
}

struct shim_trace_record record_post(uint64_t time, uint32_t vp, uint32_t type, uint32_t word,
                                     hv_status_t status)
{
    struct shim_trace_record record = call(time, vp, HV_CALL_POST_MESSAGE, status);
    const struct hv_post_message post = { 1, 0, VMBUS_MESSAGE_TYPE, 240, { type, word } };

    put_input(&record, 0, &post, SHIM_TRACE_INPUT);
    record.input_size = sizeof(post);
    return record;
}

struct shim_trace_record record_signal(uint64_t time, uint32_t vp, uint32_t connection,
                                       hv_status_t status)
{
    struct shim_trace_record record =
        call(time, vp, HV_CALL_SIGNAL_EVENT | HV_CONTROL_FAST, status);
    const struct hv_signal_event event = { connection, 0, 0 };

    put_input(&record, 0, &event, sizeof(event));
    return record;
}

struct shim_trace_record record_event(uint64_t time, uint32_t vp, uint64_t event, uint64_t first,
                                      uint64_t second, uint64_t third)
{
    struct shim_trace_record record = {
        .time = time,
        .vp_index = vp,
        .kind = SHIM_TRACE_EVENT,
        .convention = SHIM_CONVENTION_NONE,
        .control = event,
    };
    const uint64_t words[3] = { first, second, third };

    put_input(&record, 0, words, sizeof(words));
    return record;
}

void note(struct survey *survey, struct shim_trace_record record)
{
    survey_note(survey, &record);
}

void note_crash(struct survey *survey, uint64_t time, uint32_t vp, const char *message)
{
    struct shim_trace_record record = {
        .time = time,
        .vp_index = vp,
        .kind = SHIM_TRACE_CRASH,
        .convention = SHIM_CONVENTION_NONE,
        .control = HV_CRASH_CTL_NOTIFY | HV_CRASH_CTL_MESSAGE,
    };
    const uint64_t parameters[HV_CRASH_PARAMETERS] = { 1, 2, 3, 4, 5 };

    put_input(&record, 0, parameters, sizeof(parameters));
    note(survey, record);
    for (size_t size = strlen(message), at = 0; at < size; at += SHIM_TRACE_INPUT) {
        record =
            (struct shim_trace_record) { .time = time, .vp_index = vp, .kind = SHIM_TRACE_TEXT };
        size_t part = size - at < SHIM_TRACE_INPUT ? size - at : SHIM_TRACE_INPUT;
        put_input(&record, 0, message + at, part);
        note(survey, record);
    }
}

static void note_synic(struct survey *survey, uint64_t time, uint64_t step, uint32_t vp)
{
    static const uint32_t names[] = { HV_REGISTER_SIPP, HV_REGISTER_SIFP, HV_REGISTER_SINT0 + 2,
                                      HV_REGISTER_SCONTROL };
    const uint64_t values[] = { 0x1000 * (vp + 1) + 1, 0x9000 * (vp + 1) + 1, 18, 1 };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        note(survey, record_set(time + i * step, vp, names[i], values[i], HV_STATUS_SUCCESS));
    }
}

void note_linux(struct survey *survey, uint32_t version, uint64_t privileges, uint64_t upper,
                int at_once)
{
    note(survey, record_event(100, 0, SHIM_EVENT_VP_ON, 0x40200000, 0, 0));
    note(survey,
         record_set(200, 0, HV_REGISTER_GUEST_OS_ID,
                    UINT64_C(0x8100000000000000) | (uint64_t)version << 16, HV_STATUS_SUCCESS));
    note(survey, record_get(201, 0, HV_REGISTER_PRIVILEGES_AND_FEATURES_INFO, privileges, upper,
                            HV_STATUS_SUCCESS));
    note(survey, record_get(202, 0, HV_REGISTER_FEATURES_INFO, UINT64_C(0xffffffff00000008), 0,
                            HV_STATUS_SUCCESS));
    note(survey, record_get(203, 0, HV_REGISTER_VP_INDEX, 0, 0, HV_STATUS_SUCCESS));
    note(survey, record_event(210, 1, SHIM_EVENT_VP_ON, 0x40300000, 0, 0));
    note(survey, record_get(211, 1, HV_REGISTER_VP_INDEX, 1, 0, HV_STATUS_SUCCESS));
    note_synic(survey, 300, 10, 0);
    note_synic(survey, at_once ? 305 : 400, 10, 1);
}
