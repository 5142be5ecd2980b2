/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The survey of a trace: what calls and registers mean for features and for a VP's state. */

#include <inttypes.h>
#include <string.h>

#include <shim/describe.h>
#include <shim/shim.h>

#include <hv/calls.h>
#include <hv/hypercall.h>
#include <hv/vp_registers.h>

#include "tools/decode.h"
#include "tools/decode_call.h"
#include "tools/survey.h"

/* ---- Features ---- */

static void note_feature(struct survey *survey, size_t i, bool served,
                         const struct survey_line *line)
{
    struct survey_feature *feature = &survey->features[i];

    if (served) {
        feature->first_use = feature->used++ == 0 ? *line : feature->first_use;
    } else {
        feature->first_refusal = feature->refused++ == 0 ? *line : feature->first_refusal;
    }
}

static void note_right(struct survey *survey, uint64_t right, bool served,
                       const struct survey_line *line)
{
    for (size_t i = 0; right != 0 && i < feature_count; i++) {
        if ((features[i].right & right) != 0) {
            note_feature(survey, i, served, line);
        }
    }
}

/* A feature that is a way of using another one. */
static void note_key(struct survey *survey, const char *key, bool served,
                     const struct survey_line *line)
{
    note_feature(survey, feature_find(key, strlen(key)), served, line);
}

void survey_features(struct survey *survey, uint16_t code, bool served,
                     const struct survey_line *line)
{
    note_right(survey, shim_call_right(code), served, line);
    for (size_t i = 0; i < feature_count; i++) {
        if (features[i].call != 0 && features[i].call == code) {
            note_feature(survey, i, served, line);
        }
    }
    switch (code) {
    case HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE_EX:
    case HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST_EX:
    case HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI_EX:
        note_key(survey, "ex-masks", served, line);
        break;
    default:
        break;
    }
}

/* ---- Registers ---- */

static void note_told(struct survey *survey, uint32_t name, const struct hv_register_value *value,
                      const struct survey_line *line)
{
    switch (name) {
    case HV_REGISTER_PRIVILEGES_AND_FEATURES_INFO:
        survey->told_privileges = true;
        survey->privileges = *value;
        survey->privileges_line = *line;
        break;
    case HV_REGISTER_FEATURES_INFO:
        survey->told_hints = true;
        survey->hints = *value;
        survey->hints_line = *line;
        break;
    case HV_REGISTER_HYPERVISOR_VERSION:
        survey->told_version = true;
        survey->version = *value;
        break;
    default:
        break;
    }
}

/* The timers' registers alternate: config, count. */
static void note_timer(struct survey *survey, struct survey_vp *vp, uint32_t name, uint64_t value,
                       const struct survey_line *line)
{
    uint32_t offset = name - HV_REGISTER_STIMER0_CONFIG;

    if (offset % 2 != 0) {
        return;
    }
    vp->timer[offset / 2] = value;
    if ((value & HV_TIMER_DIRECT_MODE) != 0) {
        note_key(survey, "direct-timers", true, line);
    }
}

static void note_synic(struct survey *survey, struct survey_vp *vp, uint32_t name, uint64_t value,
                       const struct survey_line *line)
{
    switch (name) {
    case HV_REGISTER_SCONTROL:
        vp->scontrol = value;
        if ((value & HV_SYNIC_ENABLE) != 0 && vp->synic_to == 0) {
            vp->synic_to = line->record.time;
        }
        break;
    case HV_REGISTER_SIPP:
        vp->simp = value;
        break;
    case HV_REGISTER_SIFP:
        vp->siefp = value;
        break;
    case HV_REGISTER_EOM:
        vp->messages_ended++;
        break;
    default:
        if (name - HV_REGISTER_SINT0 < HV_SYNIC_SINT_COUNT) {
            vp->sint[name - HV_REGISTER_SINT0] = value;
            if ((value & HV_SINT_POLLING) != 0) {
                note_key(survey, "sint-polling", true, line);
            }
        }
        break;
    }
}

static void note_set(struct survey *survey, struct survey_vp *vp, uint32_t name, uint64_t value,
                     const struct survey_line *line)
{
    if (name == HV_REGISTER_GUEST_OS_ID && value != 0) {
        survey->identified = true;
        survey->guest_os_id = value;
    }
    if (vp != NULL && name - HV_REGISTER_STIMER0_CONFIG < 2 * HV_SYNTHETIC_TIMERS) {
        note_timer(survey, vp, name, value, line);
    } else if (vp != NULL) {
        note_synic(survey, vp, name, value, line);
    }
}

static struct survey_vp *target_of(struct survey *survey, const struct survey_line *line,
                                   hv_vp_index_t index)
{
    index = index == HV_VP_INDEX_SELF ? line->record.vp_index : index;
    return index < SURVEY_VPS ? &survey->vps[index] : NULL;
}

/* One element that was served: what it told the guest, or set. */
static void note_element(struct survey *survey, struct survey_vp *vp, bool set, uint32_t i,
                         const struct survey_line *line)
{
    const struct shim_trace_record *record = &line->record;
    struct hv_register_value value = { 0 };
    size_t at = sizeof(struct hv_vp_registers_header) +
                i * (set ? sizeof(struct hv_vp_register_assoc) : sizeof(uint32_t));
    uint32_t name = 0;

    survey_input(record, at, &name, sizeof(name));
    if (vp != NULL && vp->synic_from == 0 && name - HV_REGISTER_SINT0 < 32) {
        vp->synic_from = record->time;
    }
    if (set) {
        if (survey_input(record, at + offsetof(struct hv_vp_register_assoc, value), &value,
                         sizeof(value))) {
            note_set(survey, vp, name, value.low, line);
        }
    } else if ((i + 1) * sizeof(value) <= SHIM_TRACE_OUTPUT &&
               (i + 1) * sizeof(value) <= record->output_held) {
        memcpy(&value, record->output + i * sizeof(value), sizeof(value));
        note_told(survey, name, &value, line);
    }
}

void survey_registers(struct survey *survey, const struct survey_line *line)
{
    const struct shim_trace_record *record = &line->record;
    bool set = hv_control_code(record->control) == HV_CALL_SET_VP_REGISTERS;
    size_t stride = set ? sizeof(struct hv_vp_register_assoc) : sizeof(uint32_t);
    uint32_t count = hv_control_rep_count(record->control), name;
    uint32_t done = (uint32_t)((record->result & HV_RESULT_REPS) >> HV_RESULT_REPS_SHIFT);
    struct hv_vp_registers_header header;

    if (record->verdict != SHIM_DONE || !survey_input(record, 0, &header, sizeof(header))) {
        return;
    }
    for (uint32_t i = hv_control_rep_start(record->control); i < count && i <= done; i++) {
        if (!survey_input(record, sizeof(header) + i * stride, &name, sizeof(name))) {
            return; /* beyond what a record holds */
        }
        note_right(survey, shim_register_right(name), i < done, line);
        if (i < done) {
            note_element(survey, target_of(survey, line, header.vp_index), set, i, line);
        }
    }
}

uint32_t survey_synic_overlap(const struct survey *survey)
{
    uint32_t most = 0;

    for (uint32_t i = 0; i < survey->vp_count; i++) {
        const struct survey_vp *begins = &survey->vps[i];
        uint32_t at_once = 0;
        for (uint32_t j = 0; begins->synic_to != 0 && j < survey->vp_count; j++) {
            const struct survey_vp *other = &survey->vps[j];
            at_once += other->synic_to != 0 && other->synic_from <= begins->synic_from &&
                       other->synic_to >= begins->synic_from;
        }
        most = at_once > most ? at_once : most;
    }
    return most;
}

/* ---- Names ---- */

static void register_name(FILE *out, uint32_t number)
{
    const char *name = shim_register_name(number);

    if (name == NULL) {
        fprintf(out, "register 0x%08" PRIx32, number);
    } else {
        fputs(strncmp(name, "HvRegister", 10) == 0 ? name + 10 : name, out);
    }
}

void survey_step_name(FILE *out, const struct survey_step *step)
{
    const char *name = NULL;

    if (step->kind == SHIM_TRACE_SMCCC) {
        decode_function_name(out, step->code);
        return;
    }
    name = shim_call_name((uint16_t)step->code);
    if (name == NULL) {
        fprintf(out, "call 0x%04" PRIx32, step->code);
    } else {
        fputs(name, out);
    }
    if (step->subject == SURVEY_NO_SUBJECT) {
        return;
    }
    fputc(' ', out);
    if (step->code == HV_CALL_POST_MESSAGE) {
        decode_vmbus_message_name(out, step->subject);
        return;
    }
    register_name(out, step->subject);
    if (step->reps > 1) {
        fprintf(out, " and %u more", step->reps - 1u);
    }
}

const char *survey_status(const struct survey_step *step, char *text, size_t room)
{
    const char *name = shim_status_name(step->status);

    if (step->verdict != SHIM_DONE) {
        snprintf(text, room, "%s",
                 step->verdict == SHIM_AGAIN       ? "to be continued"
                 : step->verdict == SHIM_UNDEFINED ? "undefined instruction"
                                                   : "not ours");
    } else if (step->kind == SHIM_TRACE_SMCCC) {
        snprintf(text, room, "%s", step->status == 0 ? "answered" : "NOT_SUPPORTED");
    } else if (name != NULL) {
        snprintf(text, room, "%s", name);
    } else {
        snprintf(text, room, "status 0x%04x", step->status);
    }
    return text;
}
