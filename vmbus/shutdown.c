/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Shutdown: asks the guest to power off, once for each time that the host wants it. A request that
 * was not answered when its channel closed is sent again in the next session. */

#include "device.h"
#include "trace.h"

#include <string.h>

static bool due(const struct vmbus *vmbus, const struct vmbus_session *session, uint64_t now)
{
    (void)session;
    (void)now;
    return shim_atomic_load(&vmbus->shutdown_wanted) != 0;
}

/* Guests want the whole text, although it is empty. */
static uint16_t request(struct vmbus *vmbus, struct vmbus_session *session, uint64_t now,
                        bool blocked, void *body)
{
    const uint32_t reason = COMPONENT_SHUTDOWN_PLANNED;

    (void)session;
    (void)now;
    if (!blocked) {
        memcpy((uint8_t *)body + offsetof(struct component_shutdown, reason), &reason,
               sizeof(reason));
        vmbus_trace(vmbus, VMBUS_EVENT_SHUTDOWN_SENT, 0, 0);
    }
    return sizeof(struct component_shutdown);
}

static void answer(struct vmbus *vmbus, uint32_t status, const void *body, uint32_t size)
{
    (void)body;
    (void)size;
    shim_atomic_store(&vmbus->shutdown_answer,
                      status == 0 ? VMBUS_SHUTDOWN_ACCEPTED : VMBUS_SHUTDOWN_REFUSED);
    shim_atomic_store_release(&vmbus->shutdown_wanted, 0);
    vmbus_trace(vmbus, VMBUS_EVENT_SHUTDOWN_ANSWERED, status, 0);
}

const struct vmbus_device vmbus_shutdown_device = {
    .interface = { 0x0e0b6031, 0x5213, 0x4934, { 0x81, 0x8b, 0x38, 0xd9, 0x0c, 0xed, 0x39, 0xdb } },
    .instance = { 0xb6650ff7, 0x33bc, 0x4840, { 0x80, 0x48, 0xe0, 0x67, 0x67, 0x86, 0xf3, 0x93 } },
    .type = COMPONENT_SHUTDOWN,
    .version_count = 4,
    .versions = { COMPONENT_VERSION(1, 0), COMPONENT_VERSION(3, 0), COMPONENT_VERSION(3, 1),
                  COMPONENT_VERSION(3, 2) },
    .body_max = sizeof(struct component_shutdown),
    .due = due,
    .request = request,
    .answer = answer,
};

void vmbus_shutdown(struct vmbus *vmbus)
{
    shim_atomic_store(&vmbus->shutdown_wanted, 1);
}

enum vmbus_shutdown_state vmbus_shutdown_state(const struct vmbus *vmbus)
{
    if (shim_atomic_load_acquire(&vmbus->shutdown_wanted) != 0) {
        return VMBUS_SHUTDOWN_WANTED;
    }
    return (enum vmbus_shutdown_state)shim_atomic_load(&vmbus->shutdown_answer);
}
