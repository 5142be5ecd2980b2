/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What happened, for people: a record of each call, built around it. Runs only while a VP is
 * traced, so it may be slow; it recomputes what the engine knows rather than have the engine tell
 * it. */

#include "trace.h"

#include <arm/smccc.h>
#include <hv/hypercall.h>

#include <string.h>

#include "block.h"
#include "convention.h"
#include "smccc.h"

/* NULL when the HVC is no hypercall. */
static const struct hv_convention *convention_of(uint16_t imm16, const uint64_t *x)
{
    if (imm16 == HV_HVC_HYPERCALL) {
        return &hv_native;
    }
    return imm16 == HV_HVC_SMCCC ? smccc_convention(x[0]) : NULL;
}

static uint32_t at_most(uint32_t size, uint32_t limit)
{
    return size < limit ? size : limit;
}

/* Sizes of the blocks as the control word claims them. */
static void note_sizes(struct shim_trace_record *record)
{
    const struct hv_call *row = call_find(hv_control_code(record->control));
    struct block_sizes sizes = block_measure(row, record->control);

    record->input_size = (uint16_t)at_most(sizes.input, HV_PAGE_SIZE);
    record->output_size = (uint16_t)at_most(sizes.output, HV_PAGE_SIZE);
}

static void note_call(struct shim_vp *vp, const struct hv_convention *convention, const uint64_t *x)
{
    struct shim_trace_record *record = &vp->record;
    const uint64_t *window = &x[convention->window];

    record->kind = SHIM_TRACE_CALL;
    record->convention = convention->id;
    record->control = x[convention->control];
    note_sizes(record);
    if (hv_control_fast(record->control)) {
        memcpy(record->input, window, at_most(record->input_size, convention->window_size));
    } else {
        record->block_gpa[0] = window[0];
        record->block_gpa[1] = window[1];
    }
}

void trace_begin(struct shim_vp *vp, uint16_t imm16, const uint64_t *x)
{
    const struct hv_convention *convention = convention_of(imm16, x);
    struct shim_trace_record *record = &vp->record;

    memset(record, 0, sizeof(*record));
    record->time = vp->partition->ops->reference_time(vp->partition->host);
    record->vp_index = vp->index;
    vp->fetched = 0;
    if (imm16 == HV_HVC_SMCCC && convention == NULL) {
        record->kind = SHIM_TRACE_SMCCC;
        record->convention = SHIM_CONVENTION_NONE;
        record->control = x[0];
        record->input_size = sizeof(uint64_t);
        memcpy(record->input, &x[1], sizeof(uint64_t));
    } else if (convention != NULL) {
        note_call(vp, convention, x);
    }
}

/* Elements of earlier entries are not in our buffers: an earlier call's bytes are there. */
static void leave_out(uint8_t *bytes, uint32_t size, uint32_t from, uint32_t count)
{
    if (from < size) {
        memset(bytes + from, 0, at_most(count, size - from));
    }
}

/* Input that did not travel in registers alone. */
static void note_fetched(struct shim_vp *vp)
{
    struct shim_trace_record *record = &vp->record;
    const struct hv_call *row = call_find(hv_control_code(record->control));
    struct block_sizes sizes = block_measure(row, record->control);

    memcpy(record->input, vp->input, at_most(vp->fetched, SHIM_TRACE_INPUT));
    leave_out(record->input, SHIM_TRACE_INPUT, sizes.elements_at,
              hv_control_rep_start(record->control) * row->element_in);
}

/* The first output bytes, from wherever the convention put them. */
static void note_output(struct shim_vp *vp, const uint64_t *x)
{
    struct shim_trace_record *record = &vp->record;
    const struct hv_call *row = call_find(hv_control_code(record->control));
    uint32_t size = at_most(record->output_size, SHIM_TRACE_OUTPUT);
    uint32_t in = (record->input_size + 15u) & ~15u;
    uint32_t out = (record->output_size + 15u) & ~15u;
    const uint8_t *from = vp->output;

    if (hv_control_fast(record->control) && record->convention == SHIM_CONVENTION_NATIVE) {
        from = (const uint8_t *)&x[hv_native.window] + HV_FAST_BLOCK_SIZE - out;
    }
    if (hv_control_fast(record->control) && record->convention == SHIM_CONVENTION_SMCCC) {
        from = (const uint8_t *)&x[hv_smccc.window] + in;
    }
    memcpy(record->output, from, size);
    if (from == vp->output) {
        leave_out(record->output, size, 0,
                  hv_control_rep_start(record->control) * row->element_out);
    }
}

void trace_end(struct shim_vp *vp, enum shim_verdict verdict, const uint64_t *x)
{
    const struct shim_partition *partition = vp->partition;
    struct shim_trace_record *record = &vp->record;

    if (record->kind == SHIM_TRACE_NONE || verdict == SHIM_NOT_OURS ||
        partition->ops->trace == NULL) {
        return;
    }
    record->verdict = (uint8_t)verdict;
    record->result = x[0];
    if (vp->fetched != 0) {
        note_fetched(vp);
    }
    if (record->kind == SHIM_TRACE_CALL && verdict == SHIM_DONE &&
        (x[0] & HV_RESULT_STATUS) == HV_STATUS_SUCCESS) {
        note_output(vp, x);
    }
    partition->ops->trace(partition->host, vp->host_vp, record);
}
