/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Calls about VPs themselves (TLFS "Virtual Processor Management"). */

#include "handlers.h"

#include <hv/processor.h>

HV_HANDLER(hv_start_virtual_processor)
{
    const struct hv_start_virtual_processor *request = header;
    const struct shim_partition *partition = vp->partition;
    const struct shim_vp *target = vp_find(vp, request->vp_index);
    hv_status_t status = check_vtl(request->target_vtl);

    if (status == HV_STATUS_SUCCESS) {
        status = check_partition_self(vp, request->partition_id);
    }
    if (status != HV_STATUS_SUCCESS) {
        return status;
    }
    if ((request->reserved[0] | request->reserved[1] | request->reserved[2]) != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    if (target == NULL || target == vp) {
        return HV_STATUS_INVALID_VP_INDEX;
    }
    return partition->ops->vp_start(partition->host, target->host_vp, &request->context);
}
