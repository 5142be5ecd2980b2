/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Calls about the partition itself (TLFS "Partition Management"). */

#include "handlers.h"

hv_status_t hv_get_partition_id(struct shim_vp *vp, const struct hv_args *args)
{
    hv_partition_id_t *id = args->out;

    *id = vp->partition->partition_id;
    return HV_STATUS_SUCCESS;
}
