/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* HvCallNotifyLongSpinWait: a hint; only SUCCESS is ever returned (TLFS page of that name). */

#include "handlers.h"

hv_status_t hv_notify_long_spin_wait(struct shim_vp *vp, const struct hv_args *args)
{
    const struct shim_partition *partition = vp->partition;

    (void)args; /* how often the guest spun: nothing follows from it here */
    if (partition->ops->vp_yield != NULL) {
        partition->ops->vp_yield(partition->host, vp->host_vp);
    }
    return HV_STATUS_SUCCESS;
}
