/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The engine: one straight line for every call in every convention. Admit, bring the input, run the
 * handler for each element, take the output back, answer in X0. Only what carries the blocks
 * differs: registers, guest memory, or the spill page. What guests do all the time has shorter
 * lines of the same kind, which begin with hypercall() in hypercall.h. */

#include "hypercall.h"

#include <shim/copy.h>

#include "block.h"

/* How far a call got: elements completed, and why it went no further. */
struct progress {
    uint32_t done;
    hv_status_t status;
};

/* Where the handler finds things. */
struct blocks {
    const uint8_t *input;   /* headers */
    const uint8_t *element; /* the first one of this entry */
    uint8_t *out;
};

/* Input and output as a whole, as they lie before any element is done. */
static struct blocks blocks_at(const struct hv_call *row, uint64_t control,
                               const struct block_sizes *sizes, const uint8_t *input,
                               uint8_t *output)
{
    uint32_t start = hv_control_rep_start(control);

    return (struct blocks) {
        .input = input,
        .element = input + sizes->elements_at + start * row->element_in,
        .out = output + start * row->element_out,
    };
}

/* Elements that may be done now, of `left`. At least one in each entry, so every one gets on. */
static uint32_t budget(const struct shim_vp *vp, uint32_t done, uint32_t left)
{
    const struct shim_partition *partition = vp->partition;
    uint32_t granted = partition->ops->rep_budget(partition->host, vp->host_vp, done);

    if (granted == 0 && done == 0) {
        return 1;
    }
    return granted < left ? granted : left;
}

/* `count` elements, or as many as succeed: returns those that are left. */
SHIM_NOINLINE static uint32_t run_some(struct shim_vp *vp, const struct hv_call *row,
                                       uint64_t control, struct blocks *at, uint32_t count,
                                       hv_status_t *status)
{
    hv_handler_fn *one_element = row->handler;
    const uint8_t *input = at->input;
    const uint8_t *element = at->element;
    uint8_t *out = at->out;
    size_t element_in = row->element_in;
    size_t element_out = row->element_out;
    hv_status_t last;

    do {
        last = one_element(out, control, vp, input, element);
        if (last != HV_STATUS_SUCCESS) {
            break;
        }
        element += element_in;
        out += element_out;
        count--;
    } while (count != 0);
    at->element = element;
    at->out = out;
    *status = last;
    return count;
}

/* A simple call is one element. */
static struct progress run(struct shim_vp *vp, const struct hv_call *row, uint64_t control,
                           struct blocks at, bool pausable)
{
    uint32_t start = hv_control_rep_start(control);
    uint32_t count = hv_control_rep_count(control);
    struct progress progress = { .done = start, .status = HV_STATUS_SUCCESS };
    uint32_t end = count == 0 ? 1 : count;
    bool asks = pausable && end - start > 1 && vp->partition->ops->rep_budget != NULL;

    while (progress.done < end) {
        uint32_t some = end - progress.done;
        uint32_t left;

        some = asks ? budget(vp, progress.done - start, some) : some;
        if (some == 0) {
            break;
        }
        left = run_some(vp, row, control, &at, some, &progress.status);
        progress.done += some - left;
        if (left != 0) {
            break;
        }
    }
    return progress;
}

static bool paused(uint64_t control, struct progress progress)
{
    return progress.status == HV_STATUS_SUCCESS && progress.done < hv_control_rep_count(control);
}

SHIM_NOINLINE enum shim_verdict hypercall_refused(hv_status_t status, uint64_t *x)
{
    x[0] = hv_result(status, 0);
    return SHIM_DONE;
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
 * Fast: the saved registers are the private copy, handlers read and write them in place. */
SHIM_NOINLINE static enum shim_verdict serve_registers(const struct hv_call *row, uint64_t control,
                                                       struct shim_vp *vp, uint64_t *x,
                                                       const struct hv_convention *convention)
{
    struct block_sizes sizes = block_measure(row, control);
    uint32_t in = HV_CALL_PAIRS(sizes.input);
    uint32_t out = HV_CALL_PAIRS(sizes.output);
    uint8_t *window = (uint8_t *)&x[convention->window];
    uint8_t *output = window + (convention->output_at_end ? HV_FAST_BLOCK_SIZE - out : in);
    struct progress progress;

    if (in + out > HV_FAST_BLOCK_SIZE) {
        return refuse(x, control, HV_STATUS_INVALID_HYPERCALL_INPUT);
    }
    progress = run(vp, row, control, blocks_at(row, control, &sizes, window, output), true);
    return paused(control, progress) ? again(&x[convention->control], progress)
                                     : answer(x, control, progress);
}

/* Slow: blocks in guest memory, copied in and out. */
SHIM_NOINLINE static enum shim_verdict serve_memory(const struct hv_call *row, uint64_t control,
                                                    struct shim_vp *vp, uint64_t *x,
                                                    const struct hv_convention *convention)
{
    const uint64_t *gpas = &x[convention->window];
    struct block_sizes sizes = block_measure(row, control);
    uint32_t start = hv_control_rep_start(control);
    hv_status_t status =
        memory_fetch(vp, gpas, &sizes, sizes.elements_at + start * row->element_in);
    struct progress progress;

    if (status != HV_STATUS_SUCCESS) {
        return refuse(x, control, status);
    }
    progress = run(vp, row, control, blocks_at(row, control, &sizes, vp->input, vp->output), true);
    if (!memory_store(vp, gpas, start * row->element_out, progress.done * row->element_out)) {
        return refuse(x, control, HV_STATUS_INVALID_ALIGNMENT);
    }
    return paused(control, progress) ? again(&x[convention->control], progress)
                                     : answer(x, control, progress);
}

/* The same for one element and no variable header: all sizes are the row's. */
enum shim_verdict hypercall_memory(const struct hv_call *row, uint64_t control, struct shim_vp *vp,
                                   uint64_t *x, const uint64_t *gpas)
{
    const struct shim_partition *partition = vp->partition;
    size_t in = (size_t)row->header_size + row->element_in;
    hv_status_t status = HV_STATUS_INVALID_ALIGNMENT;

    vp->fetched = (uint32_t)in;
    if (gpa_is_legal(gpas[0], in) && gpa_is_legal(gpas[1], row->element_out) &&
        (in == 0 || partition->ops->gpa_read(partition->host, gpas[0], vp->input, in))) {
        status = row->handler(vp->output, control, vp, vp->input, vp->input + row->header_size);
        if (status == HV_STATUS_SUCCESS && row->element_out != 0 &&
            !partition->ops->gpa_write(partition->host, gpas[1], vp->output, row->element_out)) {
            status = HV_STATUS_INVALID_ALIGNMENT;
        }
    }
    return hypercall_answer(status, control, x);
}

/* Compact: registers, then the spill page. Output is not made in place, since X2, X3 are input
 * until the call is over; and without a page it has nowhere to wait, so that such a call is not
 * paused. */
SHIM_NOINLINE static enum shim_verdict serve_spilled(const struct hv_call *row, uint64_t control,
                                                     struct shim_vp *vp, uint64_t *x,
                                                     const struct hv_convention *convention)
{
    uint64_t *window = &x[convention->window];
    struct block_sizes sizes = block_measure(row, control);
    uint32_t from = hv_control_rep_start(control) * row->element_out;
    const uint8_t *input = NULL;
    hv_status_t status = spill_fetch(vp, window, sizes.input, sizes.output, &input);
    struct progress progress;

    if (status != HV_STATUS_SUCCESS) {
        return refuse(x, control, status);
    }
    progress = run(vp, row, control, blocks_at(row, control, &sizes, input, vp->output),
                   vp->spill_page != 0);
    if (!spill_store(vp, from, progress.done * row->element_out)) {
        return refuse(x, control, HV_STATUS_INVALID_ALIGNMENT);
    }
    if (paused(control, progress)) {
        return again(&x[convention->control], progress);
    }
    spill_finish(vp, window, from, progress.done * row->element_out);
    return answer(x, control, progress);
}

/* The same for one element and no variable header. */
enum shim_verdict hypercall_spilled(const struct hv_call *row, uint64_t control, struct shim_vp *vp,
                                    uint64_t *x)
{
    uint64_t *window = &x[hv_compact.window];
    uint32_t out = row->element_out;
    const uint8_t *input = NULL;
    hv_status_t status = spill_fetch(vp, window, row->header_size + row->element_in, out, &input);

    if (status == HV_STATUS_SUCCESS) {
        status = row->handler(vp->output, control, vp, input, input + row->header_size);
    }
    if (status == HV_STATUS_SUCCESS && out != 0) {
        if (spill_store(vp, 0, out)) {
            spill_finish(vp, window, 0, out);
        } else {
            status = HV_STATUS_INVALID_ALIGNMENT;
        }
    }
    return hypercall_answer(status, control, x);
}

enum shim_verdict hypercall_unnamed(SHIM_UNUSED const struct hv_call *row, uint64_t control,
                                    struct shim_vp *vp, uint64_t *x)
{
    if (SHIM_UNLIKELY(control / (2 * HV_CONTROL_FAST) != 0) && /* as good as never */
        (control & HV_CONTROL_RESERVED) != 0) {
        x[0] = HV_STATUS_INVALID_HYPERCALL_INPUT;
    } else {
        x[0] = rights_suffice(vp->partition, SHIM_NEEDS_GUEST_OS_ID)
                   ? HV_STATUS_INVALID_HYPERCALL_CODE
                   : HV_STATUS_ACCESS_DENIED;
    }
    return SHIM_DONE;
}

enum shim_verdict hypercall_any(const struct hv_call *row, uint64_t control, struct shim_vp *vp,
                                uint64_t *x, const struct hv_convention *convention)
{
    uint32_t code = hv_control_code(control);
    hv_status_t status;

    if (SHIM_UNLIKELY(code >= HV_CALL_DIRECT_CODES)) {
        row = call_find((uint16_t)code);
    }
    status = admit(vp->partition, row, control);
    if (SHIM_UNLIKELY(status != HV_STATUS_SUCCESS)) {
        x[0] = status;
        return SHIM_DONE;
    }
    if (convention->spills) { /* it has no memory form */
        return hv_control_fast(control) ? serve_spilled(row, control, vp, x, convention)
                                        : refuse(x, control, HV_STATUS_INVALID_HYPERCALL_INPUT);
    }
    return hv_control_fast(control) ? serve_registers(row, control, vp, x, convention)
                                    : serve_memory(row, control, vp, x, convention);
}

/* A page that is pinned takes the output after it was made in place. One that is not may refuse it.
 */
enum shim_verdict hypercall_paged(const struct hv_call *row, uint64_t control, struct shim_vp *vp,
                                  uint64_t *x)
{
    uint64_t *window = &x[hv_compact.window];
    hv_status_t status;

    if (SHIM_UNLIKELY(vp->spill_pinned == NULL)) {
        return hypercall_spilled(row, control, vp, x);
    }
    status = row->handler(window, control, vp, window, (const uint8_t *)window + row->header_size);
    SHIM_KEEP(x); /* what can be had from it need not outlive the call */
    if (status == HV_STATUS_SUCCESS) {
        spill_output(vp, &x[hv_compact.window], row->element_out);
    }
    return hypercall_answer(status, x[hv_compact.control], x);
}
