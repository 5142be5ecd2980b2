/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Telling the host what happens, if it wants to know. */

#ifndef VMBUS_TRACE_H
#define VMBUS_TRACE_H

#include "vmbus.h"

static inline void vmbus_trace(const struct vmbus *vmbus, enum vmbus_event event, uint64_t first,
                               uint64_t second)
{
    if (vmbus->ops->trace != NULL) {
        vmbus->ops->trace(vmbus->host, event, first, second);
    }
}

#endif
