/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Admission: may this VP make this call, in this form, now? Reads state, changes none.
 *
 * The order is fixed: words that mean nothing, then rights, then the existence of the call, then
 * its form. The TLFS leaves it open but wants ACCESS_DENIED before anything that reveals more. */

#ifndef DISPATCH_ADMIT_H
#define DISPATCH_ADMIT_H

#include <hv/hypercall.h>

#include "call.h"

/* Rep fields and variable header, as the class of the call allows them. */
static inline bool form_is_legal(const struct hv_call *row, uint64_t control)
{
    if ((control & HV_CONTROL_VARIABLE_HEADER) != 0 && !row->variable_header) {
        return false;
    }
    if (row->class == HV_CALL_REP) {
        return hv_control_rep_start(control) < hv_control_rep_count(control);
    }
    return (control & (HV_CONTROL_REP_COUNT | HV_CONTROL_REP_START)) == 0;
}

/* HV_STATUS_SUCCESS, or why not. Past it the row has a handler and the control word is sound. */
static inline hv_status_t admit(const struct shim_partition *partition, const struct hv_call *row,
                                uint64_t control)
{
    if ((control & HV_CONTROL_RESERVED) != 0) {
        return HV_STATUS_INVALID_HYPERCALL_INPUT;
    }
    if (row->handler == NULL) {
        return rights_suffice(partition, row->rights | SHIM_NEEDS_GUEST_OS_ID)
                   ? HV_STATUS_INVALID_HYPERCALL_CODE
                   : HV_STATUS_ACCESS_DENIED;
    }
    if (!rights_suffice(partition, row->rights)) {
        return HV_STATUS_ACCESS_DENIED;
    }
    return form_is_legal(row, control) ? HV_STATUS_SUCCESS : HV_STATUS_INVALID_HYPERCALL_INPUT;
}

#endif
