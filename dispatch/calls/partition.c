/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Calls about the partition itself (TLFS "Partition Management"). */

#include "handlers.h"

HV_HANDLER(hv_get_partition_id)
{
    hv_partition_id_t *id = out;

    *id = vp->partition->partition_id;
    return HV_STATUS_SUCCESS;
}
