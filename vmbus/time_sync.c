/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Time synchronisation: what time it is, every five seconds, each with the guest's own reference
 * time at that moment, so that it does not matter when the guest gets to read it. A sample is for
 * the guest to note; a sync sets its clock. */

#include "device.h"
#include "trace.h"

#include <string.h>

#define PERIOD UINT64_C(50000000)    /* 5 s */
#define TOLERANCE UINT64_C(10000000) /* 1 s: host clocks may count whole seconds */

static bool due(const struct vmbus *vmbus, const struct vmbus_session *session, uint64_t now)
{
    return now >= session->deadline || shim_atomic_load(&vmbus->sync_wanted) != 0;
}

/* Whether the host's clock has moved against the reference time since the guest was last set. */
static bool stepped(const struct vmbus *vmbus, uint64_t offset)
{
    uint64_t moved = offset - vmbus->sync_offset;

    return moved > TOLERANCE && moved < -TOLERANCE;
}

static uint8_t flags_for(struct vmbus *vmbus, const struct vmbus_session *session,
                         uint64_t host_time, uint64_t reference_time)
{
    uint64_t offset = host_time - reference_time;

    if (session->begun && shim_atomic_load(&vmbus->sync_wanted) == 0 && !stepped(vmbus, offset)) {
        return COMPONENT_TIME_FLAG_SAMPLE;
    }
    shim_atomic_store(&vmbus->sync_wanted, 0);
    vmbus->sync_offset = offset;
    vmbus_trace(vmbus, VMBUS_EVENT_TIME_SYNC, host_time, reference_time);
    return COMPONENT_TIME_FLAG_SYNC;
}

static uint16_t request(struct vmbus *vmbus, struct vmbus_session *session, uint64_t now,
                        bool blocked, void *body)
{
    struct component_time_sync sync = { .flags = 0 };
    struct component_time_sync_3 sync_3 = { .flags = 0 };

    session->deadline = now + PERIOD;
    if (blocked) {
        return 0;
    }
    sync.host_time = vmbus->ops->host_time(vmbus->host);
    sync.reference_time = vmbus->ops->reference_time(vmbus->host);
    sync.flags = flags_for(vmbus, session, sync.host_time, sync.reference_time);
    if (session->version >= COMPONENT_TIME_SYNC_4) {
        memcpy(body, &sync, sizeof(sync));
        return sizeof(sync);
    }
    sync_3.host_time = sync.host_time;
    sync_3.reference_time = sync.reference_time;
    sync_3.flags = sync.flags;
    memcpy(body, &sync_3, COMPONENT_TIME_SYNC_3_SIZE);
    return COMPONENT_TIME_SYNC_3_SIZE;
}

const struct vmbus_device vmbus_time_sync_device = {
    .interface = { 0x9527e630, 0xd0ae, 0x497b, { 0xad, 0xce, 0xe8, 0x0a, 0xb0, 0x17, 0x5c, 0xaf } },
    .instance = { 0x2dd1ce17, 0x079e, 0x403c, { 0xb3, 0x52, 0xa1, 0x92, 0x1e, 0xe2, 0x07, 0xee } },
    .type = COMPONENT_TIME_SYNC,
    .version_count = 3,
    .versions = { COMPONENT_VERSION(1, 0), COMPONENT_VERSION(3, 0), COMPONENT_TIME_SYNC_4 },
    .body_max = COMPONENT_TIME_SYNC_3_SIZE,
    .periodic = true,
    .due = due,
    .request = request,
};

void vmbus_time_sync(struct vmbus *vmbus)
{
    shim_atomic_store(&vmbus->sync_wanted, 1);
}
