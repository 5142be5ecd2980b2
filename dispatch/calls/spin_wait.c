/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* HvCallNotifyLongSpinWait: a hint; only SUCCESS is ever returned (TLFS page of that name). How
 * often the guest spun is in the header: nothing follows from it here. */

#include "handlers.h"

HV_HANDLER(hv_notify_long_spin_wait)
{
    const struct shim_partition *partition = vp->partition;

    if (partition->ops->vp_yield != NULL) {
        partition->ops->vp_yield(partition->host, vp->host_vp);
    }
    return HV_STATUS_SUCCESS;
}
