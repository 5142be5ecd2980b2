/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The survey of a trace: kinds of calls, the conversation at the start, the last calls, the points
 * of the timeline. What a register or a VMBus message means is in survey_calls.c, survey_vmbus.c.
 */

#include "tools/survey.h"

#include <stdlib.h>
#include <string.h>

#include <shim/shim.h>

#include <hv/calls.h>
#include <hv/hypercall.h>
#include <hv/message.h>
#include <hv/vp_registers.h>

#include "vmbus/protocol.h"

bool survey_init(struct survey *survey)
{
    memset(survey, 0, sizeof(*survey));
    survey->steps = calloc(SURVEY_STEPS, sizeof(*survey->steps));
    survey->index = calloc(SURVEY_INDEX, sizeof(*survey->index));
    survey->vps = calloc(SURVEY_VPS, sizeof(*survey->vps));
    survey->marks = calloc(SURVEY_MARKS, sizeof(*survey->marks));
    if (survey->steps == NULL || survey->index == NULL || survey->vps == NULL ||
        survey->marks == NULL) {
        survey_free(survey);
        return false;
    }
    return true;
}

void survey_free(struct survey *survey)
{
    free(survey->steps);
    free(survey->index);
    free(survey->vps);
    free(survey->marks);
    memset(survey, 0, sizeof(*survey));
}

void survey_reset(struct survey *survey)
{
    survey->resets++;
    for (uint32_t i = 0; i < survey->vp_count; i++) {
        struct survey_vp *vp = &survey->vps[i];
        vp->on = false;
        vp->scontrol = vp->simp = vp->siefp = 0;
        memset(vp->sint, 0, sizeof(vp->sint));
        memset(vp->timer, 0, sizeof(vp->timer));
    }
    survey->vmbus.connected = false;
    for (size_t i = 0; i < survey->vmbus.channel_count; i++) {
        survey->vmbus.channels[i].open = false;
    }
}

bool survey_input(const struct shim_trace_record *record, size_t offset, void *to, size_t size)
{
    size_t held = record->input_held < SHIM_TRACE_INPUT ? record->input_held : SHIM_TRACE_INPUT;

    if (offset > held || size > held - offset) {
        return false;
    }
    memcpy(to, record->input + offset, size);
    return true;
}

/* ---- Kinds of calls ---- */

/* The first register, or the type of a VMBus message. */
static uint32_t subject_of(const struct shim_trace_record *record)
{
    uint32_t subject = SURVEY_NO_SUBJECT, type = 0;

    switch (hv_control_code(record->control)) {
    case HV_CALL_GET_VP_REGISTERS:
    case HV_CALL_SET_VP_REGISTERS:
        survey_input(record, sizeof(struct hv_vp_registers_header), &subject, sizeof(subject));
        break;
    case HV_CALL_POST_MESSAGE:
        if (survey_input(record, offsetof(struct hv_post_message, message_type), &type,
                         sizeof(type)) &&
            type == VMBUS_MESSAGE_TYPE) {
            survey_input(record, offsetof(struct hv_post_message, payload), &subject,
                         sizeof(subject));
        }
        break;
    default:
        break;
    }
    return subject;
}

static struct survey_step step_of(const struct shim_trace_record *record)
{
    struct survey_step step = {
        .kind = record->kind,
        .convention = record->convention,
        .verdict = record->verdict,
        .subject = SURVEY_NO_SUBJECT,
    };

    if (record->kind == SHIM_TRACE_SMCCC) {
        step.code = (uint32_t)record->control;
        step.status = (uint32_t)record->result == UINT32_MAX; /* NOT_SUPPORTED */
        return step;
    }
    step.code = hv_control_code(record->control);
    step.fast = hv_control_fast(record->control);
    step.reps = (uint16_t)hv_control_rep_count(record->control);
    step.subject = subject_of(record);
    if (record->verdict == SHIM_DONE) {
        step.status = (hv_status_t)(record->result & HV_RESULT_STATUS);
    }
    return step;
}

bool survey_same_step(const struct survey_step *a, const struct survey_step *b)
{
    return a->kind == b->kind && a->convention == b->convention && a->verdict == b->verdict &&
           a->fast == b->fast && a->status == b->status && a->reps == b->reps &&
           a->code == b->code && a->subject == b->subject;
}

static uint32_t step_hash(const struct survey_step *step)
{
    uint64_t hash = (uint64_t)step->code << 32 | step->subject;

    hash ^= (uint64_t)step->status << 40 ^ (uint64_t)step->reps << 16 ^
            (uint64_t)step->convention << 60 ^ (uint64_t)step->fast << 59;
    hash *= UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(hash >> 40);
}

static void count_step(struct survey *survey, const struct survey_step *step,
                       const struct survey_line *line)
{
    for (uint32_t probe = step_hash(step);; probe++) {
        uint16_t *slot = &survey->index[probe % SURVEY_INDEX];
        if (*slot != 0 && survey_same_step(&survey->steps[*slot - 1], step)) {
            survey->steps[*slot - 1].count++;
            return;
        }
        if (*slot == 0 && survey->step_count == SURVEY_STEPS) {
            survey->other++;
            return;
        }
        if (*slot == 0) {
            struct survey_step *new_step = &survey->steps[survey->step_count++];
            *new_step = *step;
            new_step->count = 1;
            new_step->first = *line;
            *slot = (uint16_t)survey->step_count;
            return;
        }
    }
}

/* ---- The timeline, the talk, the last calls ---- */

static void mark(struct survey *survey, const struct shim_trace_record *record,
                 enum survey_class class)
{
    if (survey->mark_count == SURVEY_MARKS) {
        survey->marks_lost++;
        return;
    }
    survey->marks[survey->mark_count++] =
        (struct survey_mark) { record->time, record->vp_index, (uint32_t) class };
}

/* Part of discovery: what says what there is, and the guest's own name. */
static bool is_talk(const struct survey_step *step)
{
    if (step->kind == SHIM_TRACE_SMCCC) {
        return true;
    }
    if (step->code != HV_CALL_GET_VP_REGISTERS && step->code != HV_CALL_SET_VP_REGISTERS) {
        return false;
    }
    return step->subject == HV_REGISTER_GUEST_OS_ID || step->subject == HV_REGISTER_VP_INDEX ||
           (step->code == HV_CALL_GET_VP_REGISTERS && step->subject >= 0x100 &&
            step->subject < 0x300);
}

static enum survey_class class_of(const struct survey_step *step, bool served)
{
    if (!served && step->verdict != SHIM_AGAIN) {
        return SURVEY_REFUSED;
    }
    if (is_talk(step)) {
        return SURVEY_ASK;
    }
    switch (step->code) {
    case HV_CALL_GET_VP_REGISTERS:
        return SURVEY_READ;
    case HV_CALL_SET_VP_REGISTERS:
        return SURVEY_WRITE;
    case HV_CALL_POST_MESSAGE:
        return SURVEY_POST;
    case HV_CALL_SIGNAL_EVENT:
        return SURVEY_SIGNAL;
    default:
        return SURVEY_CALL;
    }
}

static void keep_talk(struct survey *survey, const struct survey_line *line)
{
    if (survey->talk_count < SURVEY_TALK) {
        survey->talk[survey->talk_count++] = *line;
    } else {
        survey->talk_more++;
    }
}

const struct survey_line *survey_last(const struct survey *survey, size_t i)
{
    size_t oldest = survey->last_count < SURVEY_LAST ? 0 : survey->calls % SURVEY_LAST;

    return &survey->last[(oldest + i) % SURVEY_LAST];
}

/* ---- Records ---- */

static struct survey_vp *vp_of(struct survey *survey, const struct shim_trace_record *record)
{
    if (record->vp_index >= SURVEY_VPS) {
        return NULL;
    }
    if (record->vp_index >= survey->vp_count) {
        survey->vp_count = record->vp_index + 1;
    }
    survey->vps[record->vp_index].seen = true;
    return &survey->vps[record->vp_index];
}

static void note_vp_call(struct survey_vp *vp, uint64_t time, bool refused)
{
    if (vp == NULL) {
        return;
    }
    vp->first = vp->calls == 0 ? time : vp->first;
    vp->last = time;
    vp->calls++;
    vp->refused += refused;
}

static void note_call(struct survey *survey, const struct survey_line *line)
{
    const struct shim_trace_record *record = &line->record;
    struct survey_step step = step_of(record);
    bool served = record->verdict == SHIM_DONE && step.status == HV_STATUS_SUCCESS;
    bool refused = !served && record->verdict != SHIM_AGAIN;

    count_step(survey, &step, line);
    survey->last[survey->calls++ % SURVEY_LAST] = *line;
    survey->last_count += survey->last_count < SURVEY_LAST;
    survey->refused_calls += refused;
    note_vp_call(vp_of(survey, record), record->time, refused);
    mark(survey, record, class_of(&step, served));
    if (is_talk(&step)) {
        keep_talk(survey, line);
    }
    if (record->kind == SHIM_TRACE_SMCCC) {
        return;
    }
    survey->conventions[record->convention & 3u]++;
    if (record->verdict == SHIM_AGAIN) {
        return; /* the record that ends the call tells */
    }
    survey_features(survey, (uint16_t)step.code, served, line);
    switch (step.code) {
    case HV_CALL_GET_VP_REGISTERS:
    case HV_CALL_SET_VP_REGISTERS:
        survey_registers(survey, line);
        break;
    case HV_CALL_POST_MESSAGE:
        survey_posted(survey, line, served);
        break;
    case HV_CALL_SIGNAL_EVENT:
        survey_signalled(survey, line, served);
        break;
    default:
        break;
    }
}

static void note_event(struct survey *survey, const struct shim_trace_record *record)
{
    struct survey_vp *vp = vp_of(survey, record);

    switch (record->control) {
    case SHIM_EVENT_VP_ON:
    case SHIM_EVENT_VP_OFF:
        if (vp != NULL) {
            vp->on = record->control == SHIM_EVENT_VP_ON;
            vp->starts += vp->on;
        }
        mark(survey, record, SURVEY_POWER);
        break;
    case SHIM_EVENT_RESET:
    case SHIM_EVENT_POWER_OFF:
        mark(survey, record, SURVEY_POWER);
        break;
    case SHIM_EVENT_PANIC:
        mark(survey, record, SURVEY_CRASH);
        break;
    default:
        survey_vmbus_event(survey, record);
        mark(survey, record, SURVEY_HOST);
        break;
    }
}

void survey_note(struct survey *survey, const struct shim_trace_record *record)
{
    struct survey_line line = { survey->records + 1, *record };

    if (record->kind == SHIM_TRACE_TRAP) { /* not in a log, unless asked for */
        survey->traps++;
        return;
    }
    survey->records++;
    outcome_note(&survey->outcome, record);
    survey->first_time = survey->records == 1 ? record->time : survey->first_time;
    survey->last_time = record->time > survey->last_time ? record->time : survey->last_time;
    switch (record->kind) {
    case SHIM_TRACE_CALL:
    case SHIM_TRACE_SMCCC:
        note_call(survey, &line);
        break;
    case SHIM_TRACE_EVENT:
        note_event(survey, record);
        break;
    case SHIM_TRACE_CRASH:
        vp_of(survey, record);
        mark(survey, record, SURVEY_CRASH);
        break;
    default:
        break;
    }
}
