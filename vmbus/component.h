/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What all integration components have in common: versions are agreed on first, then the host asks
 * and the guest answers, one request at a time. */

#ifndef VMBUS_COMPONENT_H
#define VMBUS_COMPONENT_H

#include "ring.h"
#include "vmbus.h"

/* A session of a channel that was just opened. */
void component_start(struct vmbus_session *session);

/* Takes what the guest sent, a bounded number of packets, and sends what is due. Sets the session's
 * deadline, and `signalled` if there is more to take. */
enum vmbus_fault component_serve(struct vmbus *vmbus, uint32_t relid, struct vmbus_channel *channel,
                                 uint64_t now);

#endif
