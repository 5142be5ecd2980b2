/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The engine: one straight line for every call in every convention. Admit, fetch the input, run the
 * handler for each element, store the output, answer in X0. */

#include "hypercall.h"

#include <hv/hypercall.h>

#include "admit.h"
#include "block.h"

/* Sizes of the blocks. No overflow: reps are below 2^12, elements below 2^8, headers below 2^16. */
static void measure(struct block *block, const struct hv_call *row, uint64_t control)
{
    uint32_t count = hv_control_rep_count(control);

    block->elements_at = row->header_size + 8 * hv_control_variable_header(control);
    block->rep_start = hv_control_rep_start(control);
    block->element_in = row->element_in;
    block->input_size = block->elements_at + count * row->element_in;
    block->output_size = row->out_size + count * row->element_out;
}

static struct hv_args arguments(const struct block *block, const struct hv_call *row,
                                uint64_t control)
{
    return (struct hv_args) {
        .header = block->input,
        .variable = (const uint64_t *)(const void *)(block->input + row->header_size),
        .variable_count = hv_control_variable_header(control),
        .rep_in = block->input + block->elements_at + block->rep_start * row->element_in,
        .out = block->output + block->rep_start * row->element_out,
    };
}

/* True when the guest should get a chance to take interrupts. Between elements only, so that every
 * entry gets on; and not when finished elements have no place to wait. */
static bool pause_wanted(const struct shim_vp *vp, const struct block *block, uint32_t elements)
{
    const struct shim_partition *partition = vp->partition;

    if (partition->ops->budget_spent == NULL ||
        (block->carrier == BLOCK_SPILLED && vp->spill_page == 0)) {
        return false;
    }
    return partition->ops->budget_spent(partition->host, vp->host_vp, elements);
}

static enum shim_verdict run_reps(struct shim_vp *vp, const struct hv_convention *convention,
                                  uint64_t *x, const struct hv_call *row, const struct block *block)
{
    uint64_t control = x[convention->control];
    struct hv_args args = arguments(block, row, control);
    uint32_t count = hv_control_rep_count(control);
    uint32_t done = block->rep_start;
    hv_status_t status;
    uint32_t from = block->rep_start * row->element_out;

    do {
        status = row->handler(vp, &args);
        if (status != HV_STATUS_SUCCESS) {
            break;
        }
        done++;
        args.rep_in = (const uint8_t *)args.rep_in + row->element_in;
        args.out = (uint8_t *)args.out + row->element_out;
    } while (done < count && !pause_wanted(vp, block, done - block->rep_start));

    if (!block_store(block, vp, &x[convention->window], from, done * row->element_out)) {
        x[0] = hv_result(HV_STATUS_INVALID_ALIGNMENT, block->rep_start);
        return SHIM_DONE;
    }
    if (status == HV_STATUS_SUCCESS && done < count) {
        x[convention->control] = hv_control_with_rep_start(control, done);
        return SHIM_AGAIN;
    }
    block_finish(block, vp, &x[convention->window], from, done * row->element_out);
    x[0] = hv_result(status, done);
    return SHIM_DONE;
}

static hv_status_t run_simple(struct shim_vp *vp, uint64_t *window, const struct hv_call *row,
                              const struct block *block, uint64_t control)
{
    struct hv_args args = arguments(block, row, control);
    hv_status_t status = row->handler(vp, &args);

    if (status != HV_STATUS_SUCCESS) {
        return status;
    }
    if (!block_store(block, vp, window, 0, block->output_size)) {
        return HV_STATUS_INVALID_ALIGNMENT;
    }
    block_finish(block, vp, window, 0, block->output_size);
    return HV_STATUS_SUCCESS;
}

enum shim_verdict hypercall_run(struct shim_vp *vp, const struct hv_convention *convention,
                                uint64_t *x)
{
    uint64_t control = x[convention->control];
    const struct hv_call *row;
    struct block block;
    uint32_t reps = 0;
    hv_status_t status = admit(vp, control, &row);

    if (status == HV_STATUS_SUCCESS) {
        measure(&block, row, control);
        reps = block.rep_start; /* completed by earlier entries, whatever becomes of this one */
        status = block_fetch(&block, vp, convention, hv_control_fast(control), x);
    }
    if (status == HV_STATUS_SUCCESS && row->class == HV_CALL_REP) {
        return run_reps(vp, convention, x, row, &block);
    }
    if (status == HV_STATUS_SUCCESS) {
        status = run_simple(vp, &x[convention->window], row, &block, control);
    }
    x[0] = hv_result(status, reps);
    return SHIM_DONE;
}
