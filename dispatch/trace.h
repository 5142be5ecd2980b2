/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Events of the library for whoever traces. */

#ifndef DISPATCH_TRACE_H
#define DISPATCH_TRACE_H

#include <shim/shim.h>

/* Tells the host what happened to this VP besides its calls, if it wants to know. */
static inline void trace_event(struct shim_vp *vp, enum shim_trace_event event, uint64_t first,
                               uint64_t second)
{
    const struct shim_partition *partition = vp->partition;

    if (partition->ops->trace != NULL) {
        partition->ops->trace(partition->host, vp->host_vp, event, first, second);
    }
}

#endif
