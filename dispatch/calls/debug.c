/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Calls for people who debug a guest. */

#include "handlers.h"

/* HvCallOutputDebugCharacter: the low byte of one word; the layout is not published. */
hv_status_t hv_output_debug_character(struct shim_vp *vp, const struct hv_args *args)
{
    const struct shim_partition *partition = vp->partition;
    const uint64_t *character = args->header;

    if (*character > UINT8_MAX) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    partition->ops->debug_character(partition->host, vp->host_vp, (uint8_t)*character);
    return HV_STATUS_SUCCESS;
}
