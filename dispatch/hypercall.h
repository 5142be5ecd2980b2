/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The engine: any hypercall in any convention. */

#ifndef DISPATCH_HYPERCALL_H
#define DISPATCH_HYPERCALL_H

#include "admit.h"
#include "convention.h"
#include "spill.h"

/* Any call, by the long way (hypercall.c). `control` is x[convention->control], `row` the call's if
 * its code is below HV_CALL_DIRECT_CODES, else any. */
enum shim_verdict hypercall_any(struct shim_vp *vp, uint64_t *x,
                                const struct hv_convention *convention, const struct hv_call *row,
                                uint64_t control);

/* One element with output, in the compact convention of a VP with a spill page (hypercall.c). */
enum shim_verdict hypercall_paged(struct shim_vp *vp, uint64_t *x, const struct hv_call *row,
                                  uint64_t control);

/* The result of one element: the rep count of its control word, which is 0 or 1, are the elements
 * completed. */
static inline uint64_t hypercall_result(hv_status_t status, uint64_t control)
{
    return status == HV_STATUS_SUCCESS ? control & HV_CONTROL_REP_COUNT : status;
}

/* One straight line for what guests do all the time, one element in registers: find the row,
 * compare the control word, check the rights, run the handler. The saved registers are the private
 * copy; the handler reads them in place, and writes them too. `convention`, and whether its outputs
 * go to a page as well, are constants, so that each has code of its own. */
static SHIM_INLINE enum shim_verdict hypercall(struct shim_vp *vp, uint64_t *x,
                                               const struct hv_convention *convention, bool paged)
{
    uint64_t control = x[convention->control];
    const struct hv_call *row = &hv_calls[control % HV_CALL_DIRECT_CODES];
    uint8_t *window = (uint8_t *)&x[convention->window];
    hv_status_t status;
    uint32_t out;

    SHIM_KEEP(row);
    if (SHIM_UNLIKELY(control != row->form[convention->form] ||
                      !rights_suffice(vp->partition, row->rights))) {
        return hypercall_any(vp, x, convention, row, control);
    }
    if (paged && row->element_out != 0) {
        return hypercall_paged(vp, x, row, control);
    }
    out = convention->output_at_end ? row->out_at_end : convention->spills ? 0 : row->out_behind;
    status = row->handler(vp, window, window + out, window + row->header_size, control);
    x[0] = hypercall_result(status, x[convention->control]);
    return SHIM_DONE;
}

#endif
