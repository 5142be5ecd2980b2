/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Admission: may this VP make this call, in this form, now? Reads state, changes none.
 *
 * The order is fixed: words that mean nothing, then rights, then the existence of the call, then
 * its form. The TLFS leaves it open but wants ACCESS_DENIED before anything that reveals more. */

#include "admit.h"

#include <hv/hypercall.h>

/* Rep fields and variable header, as the class of the call allows them. */
static bool form_is_legal(const struct hv_call *row, uint64_t control)
{
    uint32_t count = hv_control_rep_count(control);
    uint32_t start = hv_control_rep_start(control);

    if (hv_control_variable_header(control) != 0 && !row->variable_header) {
        return false;
    }
    if (row->class == HV_CALL_REP) {
        return start < count;
    }
    return (control & (HV_CONTROL_REP_COUNT | HV_CONTROL_REP_START)) == 0;
}

hv_status_t admit(const struct shim_vp *vp, uint64_t control, const struct hv_call **row)
{
    const struct shim_partition *partition = vp->partition;
    const struct hv_call *call = call_find(hv_control_code(control));

    if ((control & HV_CONTROL_RESERVED) != 0) {
        return HV_STATUS_INVALID_HYPERCALL_INPUT;
    }
    if (shim_atomic_load(&partition->guest_os_id) == 0 && !call->early) {
        return HV_STATUS_ACCESS_DENIED;
    }
    if ((call->privilege & ~partition->privileges) != 0) {
        return HV_STATUS_ACCESS_DENIED;
    }
    if (call->handler == NULL) {
        return HV_STATUS_INVALID_HYPERCALL_CODE;
    }
    if (!form_is_legal(call, control)) {
        return HV_STATUS_INVALID_HYPERCALL_INPUT;
    }
    *row = call;
    return HV_STATUS_SUCCESS;
}
