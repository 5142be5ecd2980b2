/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Calls for people who debug a guest. */

#include "handlers.h"

/* HvCallOutputDebugCharacter: the low byte of one word; the layout is not published. */
HV_HANDLER(hv_output_debug_character)
{
    const struct shim_partition *partition = vp->partition;
    const uint64_t *character = header;

    if (*character > UINT8_MAX) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    partition->ops->debug_character(partition->host, vp->host_vp, (uint8_t)*character);
    return HV_STATUS_SUCCESS;
}
