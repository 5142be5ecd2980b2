/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The devices of a guest, in the order of their relids. What needs more of the host comes later, so
 * that a host without it offers the first ones all the same. Balloon, key-value pairs, snapshots
 * and file copy are not offered: guests then find no such device, which is all that they need. */

#include "device.h"

const struct vmbus_device *const vmbus_devices[VMBUS_CHANNELS] = {
    &vmbus_heartbeat_device, &vmbus_shutdown_device, &vmbus_time_sync_device, /* needs host_time */
};
