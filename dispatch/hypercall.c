/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The engine: one straight line for every call in every convention. Admit, bring the input, run the
 * handler for each element, take the output back, answer in X0. Only what carries the blocks
 * differs: registers, guest memory, or the spill page. */

#include "hypercall.h"

#include "admit.h"
#include "block.h"
#include "spill.h"

/* How far a call got: elements completed, and why it went no further. */
struct progress {
    uint32_t done;
    hv_status_t status;
};

static struct hv_args arguments(const struct hv_call *row, uint64_t control,
                                const struct block_sizes *sizes, const uint8_t *input,
                                uint8_t *output)
{
    uint32_t start = hv_control_rep_start(control);

    return (struct hv_args) {
        .header = input,
        .variable = (const uint64_t *)(const void *)(input + row->header_size),
        .variable_count = hv_control_variable_header(control),
        .rep_in = input + sizes->elements_at + start * row->element_in,
        .out = output + start * row->element_out,
    };
}

/* True when the guest should get a chance to take interrupts. */
static bool pause_wanted(const struct shim_vp *vp, uint32_t elements)
{
    const struct shim_partition *partition = vp->partition;

    return partition->ops->budget_spent != NULL &&
           partition->ops->budget_spent(partition->host, vp->host_vp, elements);
}

/* A simple call is one element. The budget is asked between elements only, so every entry gets on.
 */
static struct progress run(struct shim_vp *vp, const struct hv_call *row, uint64_t control,
                           struct hv_args *args, bool pausable)
{
    uint32_t count = hv_control_rep_count(control);
    uint32_t start = hv_control_rep_start(control);
    struct progress progress = { .done = start };

    for (;;) {
        progress.status = row->handler(vp, args);
        if (progress.status != HV_STATUS_SUCCESS) {
            break;
        }
        progress.done++;
        if (progress.done >= count || (pausable && pause_wanted(vp, progress.done - start))) {
            break;
        }
        args->rep_in = (const uint8_t *)args->rep_in + row->element_in;
        args->out = (uint8_t *)args->out + row->element_out;
    }
    return progress;
}

static bool paused(uint64_t control, struct progress progress)
{
    return progress.status == HV_STATUS_SUCCESS && progress.done < hv_control_rep_count(control);
}

/* Leaves the result undecided: the guest makes the call again, from where we stopped. */
static enum shim_verdict again(uint64_t *control, struct progress progress)
{
    *control = hv_control_with_rep_start(*control, progress.done);
    return SHIM_AGAIN;
}

/* The one element of a simple call is not counted. */
static enum shim_verdict answer(uint64_t *x, uint64_t control, struct progress progress)
{
    uint32_t counted = hv_control_rep_count(control) == 0 ? 0 : progress.done;

    x[0] = hv_result(progress.status, counted);
    return SHIM_DONE;
}

/* A refusal after admission: elements of earlier entries stay completed. */
static enum shim_verdict refuse(uint64_t *x, uint64_t control, hv_status_t status)
{
    x[0] = hv_result(status, hv_control_rep_start(control));
    return SHIM_DONE;
}

/* From here on one function for each way to carry blocks. They are kept out of line: they want many
 * registers, and what is refused at the door should not pay for saving them.
 *
 * One element in registers and no variable header: the commonest call. All sizes are the row's. */
SHIM_NOINLINE static enum shim_verdict serve_one(struct shim_vp *vp,
                                                 const struct hv_convention *convention,
                                                 uint64_t *x, const struct hv_call *row)
{
    uint64_t control = x[convention->control];
    uint8_t *window = (uint8_t *)&x[convention->window];
    uint32_t output = convention->output_at_end ? HV_FAST_BLOCK_SIZE - row->fast_out : row->fast_in;
    struct hv_args args = { .header = window,
                            .rep_in = window + row->header_size,
                            .out = window + output };
    hv_status_t status = HV_STATUS_INVALID_HYPERCALL_INPUT;

    if (row->fast_in + row->fast_out <= HV_FAST_BLOCK_SIZE) {
        status = row->handler(vp, &args);
    }
    x[0] = hv_result(status, status == HV_STATUS_SUCCESS ? hv_control_rep_count(control) : 0);
    return SHIM_DONE;
}

/* Fast: the saved registers are the private copy, handlers read and write them in place. */
SHIM_NOINLINE static enum shim_verdict serve_registers(struct shim_vp *vp,
                                                       const struct hv_convention *convention,
                                                       uint64_t *x, const struct hv_call *row)
{
    uint64_t control = x[convention->control];
    struct block_sizes sizes = block_measure(row, control);
    uint32_t in = HV_CALL_PAIRS(sizes.input);
    uint32_t out = HV_CALL_PAIRS(sizes.output);
    uint8_t *window = (uint8_t *)&x[convention->window];
    uint8_t *output = window + (convention->output_at_end ? HV_FAST_BLOCK_SIZE - out : in);
    struct hv_args args;
    struct progress progress;

    if (in + out > HV_FAST_BLOCK_SIZE) {
        return refuse(x, control, HV_STATUS_INVALID_HYPERCALL_INPUT);
    }
    args = arguments(row, control, &sizes, window, output);
    progress = run(vp, row, control, &args, true);
    return paused(control, progress) ? again(&x[convention->control], progress)
                                     : answer(x, control, progress);
}

/* Slow: blocks in guest memory, copied in and out. */
SHIM_NOINLINE static enum shim_verdict serve_memory(struct shim_vp *vp,
                                                    const struct hv_convention *convention,
                                                    uint64_t *x, const struct hv_call *row)
{
    uint64_t control = x[convention->control];
    const uint64_t *gpas = &x[convention->window];
    struct block_sizes sizes = block_measure(row, control);
    uint32_t start = hv_control_rep_start(control);
    hv_status_t status =
        memory_fetch(vp, gpas, &sizes, sizes.elements_at + start * row->element_in);
    struct hv_args args = arguments(row, control, &sizes, vp->input, vp->output);
    struct progress progress;

    if (status != HV_STATUS_SUCCESS) {
        return refuse(x, control, status);
    }
    progress = run(vp, row, control, &args, true);
    if (!memory_store(vp, gpas, start * row->element_out, progress.done * row->element_out)) {
        return refuse(x, control, HV_STATUS_INVALID_ALIGNMENT);
    }
    return paused(control, progress) ? again(&x[convention->control], progress)
                                     : answer(x, control, progress);
}

/* Compact: registers, then the spill page. Output is not made in place, since X2, X3 are input
 * until the call is over; and without a page it has nowhere to wait, so that such a call is not
 * paused. */
SHIM_NOINLINE static enum shim_verdict serve_spilled(struct shim_vp *vp,
                                                     const struct hv_convention *convention,
                                                     uint64_t *x, const struct hv_call *row)
{
    uint64_t control = x[convention->control];
    uint64_t *window = &x[convention->window];
    struct block_sizes sizes = block_measure(row, control);
    uint32_t from = hv_control_rep_start(control) * row->element_out;
    const uint8_t *input = NULL;
    hv_status_t status = spill_fetch(vp, window, &sizes, &input);
    struct hv_args args;
    struct progress progress;

    if (status != HV_STATUS_SUCCESS) {
        return refuse(x, control, status);
    }
    args = arguments(row, control, &sizes, input, vp->output);
    progress = run(vp, row, control, &args, vp->spill_page != 0);
    if (!spill_store(vp, from, progress.done * row->element_out)) {
        return refuse(x, control, HV_STATUS_INVALID_ALIGNMENT);
    }
    if (paused(control, progress)) {
        return again(&x[convention->control], progress);
    }
    spill_finish(vp, window, from, progress.done * row->element_out);
    return answer(x, control, progress);
}

/* Rep count 0 or 1, rep start 0, no variable header, in an admitted control word. */
static bool has_one_element(uint64_t control)
{
    return (control & HV_CONTROL_VARIABLE_HEADER) == 0 &&
           control >> HV_CONTROL_REP_COUNT_SHIFT <= 1;
}

enum shim_verdict hypercall_run(struct shim_vp *vp, const struct hv_convention *convention,
                                uint64_t *x)
{
    uint64_t control = x[convention->control];
    const struct hv_call *row = call_find(hv_control_code(control));
    hv_status_t status = admit(vp->partition, row, control);

    if (SHIM_UNLIKELY(status != HV_STATUS_SUCCESS)) {
        x[0] = hv_result(status, 0);
        return SHIM_DONE;
    }
    if (hv_control_fast(control)) {
        if (convention->spills) {
            return serve_spilled(vp, convention, x, row);
        }
        return has_one_element(control) ? serve_one(vp, convention, x, row)
                                        : serve_registers(vp, convention, x, row);
    }
    if (convention->spills) { /* it has no memory form */
        return refuse(x, control, HV_STATUS_INVALID_HYPERCALL_INPUT);
    }
    return serve_memory(vp, convention, x, row);
}
