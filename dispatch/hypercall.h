/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The engine: any hypercall in any convention. */

#ifndef DISPATCH_HYPERCALL_H
#define DISPATCH_HYPERCALL_H

#include "admit.h"
#include "convention.h"
#include "spill.h"

/* What hypercall() hands a call on to. All have their arguments in the same places, so that none
 * has to move. `control` is x[convention->control], `row` the call's if its code is below
 * HV_CALL_DIRECT_CODES, else any. */
typedef enum shim_verdict hypercall_fn(const struct hv_call *row, uint64_t control,
                                       struct shim_vp *vp, uint64_t *x);

/* One element, admitted, in registers and the spill page, if there is one. */
hypercall_fn hypercall_spilled;

/* One element, admitted, in registers, with output that goes to the spill page as well. */
hypercall_fn hypercall_paged;

/* A code beyond the table. */
hypercall_fn hypercall_unnamed;

/* One element, admitted, in guest memory. */
enum shim_verdict hypercall_memory(const struct hv_call *row, uint64_t control, struct shim_vp *vp,
                                   uint64_t *x, const uint64_t *gpas);

/* Any call, by the long way. */
enum shim_verdict hypercall_any(const struct hv_call *row, uint64_t control, struct shim_vp *vp,
                                uint64_t *x, const struct hv_convention *convention);

/* A refusal that completed nothing (hypercall.c). */
enum shim_verdict hypercall_refused(hv_status_t status, uint64_t *x);

/* The result of one element: the rep count of its control word, which is 0 or 1, are the elements
 * completed. */
static SHIM_INLINE enum shim_verdict hypercall_answer(hv_status_t status, uint64_t control,
                                                      uint64_t *x)
{
    if (SHIM_UNLIKELY(status != HV_STATUS_SUCCESS)) {
        return hypercall_refused(status, x);
    }
    x[0] = control & HV_CONTROL_REP_COUNT;
    return SHIM_DONE;
}

/* The other form that is known beforehand, one element that is not all in registers; and codes that
 * are not known at all. */
static SHIM_INLINE enum shim_verdict hypercall_further(const struct hv_call *row, uint64_t control,
                                                       struct shim_vp *vp, uint64_t *x,
                                                       const struct hv_convention *convention)
{
    uint64_t form = row->form[HV_FORM_MEMORY] | (convention->spills ? HV_CONTROL_FAST : 0);

    if (control == form && rights_suffice(vp->partition, row->rights)) {
        if (convention->spills) {
            return hypercall_spilled(row, control, vp, x);
        }
        return hypercall_memory(row, control, vp, x, &x[convention->window]);
    }
    if (HV_CALL_IS_BEYOND(hv_control_code(control))) {
        return hypercall_unnamed(row, control, vp, x);
    }
    return hypercall_any(row, control, vp, x, convention);
}

/* One straight line for what guests do all the time, one element in registers: find the row,
 * compare the control word, check the rights, run the handler. The saved registers are the private
 * copy; the handler reads them in place, and writes them too. `convention`, and whether its outputs
 * go to a page as well, are constants, so that each has code of its own; `further` takes all that
 * is otherwise, and is a function, so that this line is no longer for it. */
static SHIM_INLINE enum shim_verdict hypercall(uint64_t control, struct shim_vp *vp, uint64_t *x,
                                               const struct hv_convention *convention, bool paged,
                                               hypercall_fn *further)
{
    const struct hv_call *row = &hv_calls[control % HV_CALL_DIRECT_CODES];
    uint8_t *window = (uint8_t *)&x[convention->window];
    hv_status_t status;
    uint32_t out;

    SHIM_KEEP(row);
    if (SHIM_UNLIKELY(control != row->form[convention->form] ||
                      !rights_suffice(vp->partition, row->rights))) {
        return further(row, control, vp, x);
    }
    if (paged && row->element_out != 0) {
        return hypercall_paged(row, control, vp, x);
    }
    out = convention->output_at_end ? row->out_at_end : convention->spills ? 0 : row->out_behind;
    status = row->handler(window + out, control, vp, window, window + row->header_size);
    return hypercall_answer(status, x[convention->control], x);
}

#endif
