/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Heartbeat: a number every two seconds, which the guest gives back plus one. A beat that is due
 * while the last one has no answer is not sent but counts as lost. */

#include "device.h"
#include "trace.h"

#include <string.h>

#define PERIOD UINT64_C(20000000) /* 2 s */

static bool due(const struct vmbus *vmbus, const struct vmbus_session *session, uint64_t now)
{
    (void)vmbus;
    return now >= session->deadline;
}

static void count(uint64_t *counter)
{
    shim_atomic_store(counter, *counter + 1);
}

static void count_lost(struct vmbus *vmbus)
{
    count(&vmbus->beats_lost);
    vmbus_trace(vmbus, VMBUS_EVENT_BEAT_LOST, vmbus->beats_lost, vmbus->beats_sent);
}

static uint16_t request(struct vmbus *vmbus, struct vmbus_session *session, uint64_t now,
                        bool blocked, void *body)
{
    const struct component_heartbeat beat = { .sequence = vmbus->beat_sequence + 1 };

    /* In step with the first one. Those that the host itself was late for are left out. */
    session->deadline += PERIOD;
    if (!session->begun || session->deadline <= now) {
        session->deadline = now + PERIOD;
    }
    if (blocked) {
        count_lost(vmbus);
        return 0;
    }
    vmbus->beat_sequence = beat.sequence;
    count(&vmbus->beats_sent);
    memcpy(body, &beat, sizeof(beat));
    return sizeof(beat);
}

static void answer(struct vmbus *vmbus, uint32_t status, const void *body, uint32_t size)
{
    uint64_t sequence = 0;

    (void)status;
    memcpy(&sequence, body, size < sizeof(sequence) ? size : sizeof(sequence));
    if (sequence == vmbus->beat_sequence + 1) {
        count(&vmbus->beats_answered);
    } else {
        count_lost(vmbus);
    }
}

const struct vmbus_device vmbus_heartbeat_device = {
    .interface = { 0x57164f39, 0x9115, 0x4e78, { 0xab, 0x55, 0x38, 0x2f, 0x3b, 0xd5, 0x42, 0x2d } },
    .instance = { 0xfd149e91, 0x82e0, 0x4a7d, { 0xaf, 0xa6, 0x2a, 0x41, 0x66, 0xcb, 0xd7, 0xc0 } },
    .type = COMPONENT_HEARTBEAT,
    .version_count = 2,
    .versions = { COMPONENT_VERSION(1, 0), COMPONENT_VERSION(3, 0) },
    .body_max = sizeof(struct component_heartbeat),
    .periodic = true,
    .due = due,
    .request = request,
    .answer = answer,
};

struct vmbus_heartbeats vmbus_heartbeats(const struct vmbus *vmbus)
{
    return (struct vmbus_heartbeats) {
        .sent = shim_atomic_load(&vmbus->beats_sent),
        .answered = shim_atomic_load(&vmbus->beats_answered),
        .lost = shim_atomic_load(&vmbus->beats_lost),
    };
}
