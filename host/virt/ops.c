/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The host ops of the standalone hypervisor. What runs on a guest's processor takes constant time
 * and leaves the rest to the service core. */

#include "host/virt/virt.h"

#include <string.h>

/* Elements of a rep call in one go, with interrupts masked. */
#define REP_BUDGET 64u

static uint64_t reference_time(void *host)
{
    (void)host;
    return clock_reference();
}

static bool budget_spent(void *host, void *host_vp, uint32_t elements)
{
    (void)host;
    (void)host_vp;
    return elements >= REP_BUDGET;
}

static uint64_t vp_runtime(void *host, void *host_vp)
{
    (void)host;
    return clock_reference() - clock_units(cpu_idle_ticks(cpu_of(host_vp)));
}

/* SHIM_EVENT_MESSAGE is the service core's: it is where messages are sent from. */
static bool message_send(void *host, hv_vp_index_t vp, uint32_t sint,
                         const struct hv_message *message)
{
    (void)host;
    if (!shim_message_send(&virt.vps[vp], sint, message)) {
        return false;
    }
    ring_event(service_cpu(), SHIM_EVENT_MESSAGE, sint, message->type);
    return true;
}

const struct vmbus_host_ops vmbus_ops = { .message_send = message_send };

static hv_status_t message_post(void *host, void *host_vp, const struct hv_post_message *message)
{
    (void)host;
    (void)host_vp;
    hv_status_t status = vmbus_check_post(&virt.vmbus, message);
    return status == HV_STATUS_SUCCESS ? service_post(message) : status;
}

/* VMBus opens no channel yet, so no connection takes events. */
static hv_status_t event_signal(void *host, void *host_vp, uint32_t connection_id, uint16_t flag)
{
    (void)host;
    (void)host_vp;
    (void)connection_id;
    (void)flag;
    return HV_STATUS_INVALID_CONNECTION_ID;
}

static void interrupt_assert(void *host, void *host_vp, uint32_t intid)
{
    (void)host;
    gic_pend(cpu_of(host_vp), intid);
}

static void poll_wanted(void *host, void *host_vp)
{
    (void)host;
    shim_atomic_store(&cpu_of(host_vp)->poll, 1);
    service_wake();
}

static void record_text(struct cpu *cpu, const struct shim_crash *crash, uint64_t time)
{
    for (size_t at = 0; at < crash->message_size; at += SHIM_TRACE_INPUT) {
        size_t left = crash->message_size - at;
        struct shim_trace_record record = {
            .time = time,
            .vp_index = cpu->index,
            .kind = SHIM_TRACE_TEXT,
            .convention = SHIM_CONVENTION_NONE,
            .input_size = (uint16_t)(left < SHIM_TRACE_INPUT ? left : SHIM_TRACE_INPUT),
        };
        memcpy(record.input, crash->message + at, record.input_size);
        ring_write(cpu, &record);
    }
}

/* A guest may crash as often as it likes: nothing but its own ring is written. */
static void guest_crash(void *host, void *host_vp, const struct shim_crash *crash)
{
    (void)host;
    struct cpu *cpu = cpu_of(host_vp);
    struct shim_trace_record record = {
        .time = clock_reference(),
        .vp_index = cpu->index,
        .kind = SHIM_TRACE_CRASH,
        .convention = SHIM_CONVENTION_NONE,
        .control = crash->control,
        .input_size = sizeof crash->parameter,
    };
    memcpy(record.input, crash->parameter, sizeof crash->parameter);
    ring_write(cpu, &record);
    if (crash->message != NULL) {
        record_text(cpu, crash, record.time);
    }
}

static void trace(void *host, void *host_vp, const struct shim_trace_record *record)
{
    (void)host;
    ring_write(cpu_of(host_vp), record);
}

const struct shim_host_ops host_ops = {
    .gpa_read = memory_read,
    .gpa_write = memory_write,
    .reference_time = reference_time,
    .budget_spent = budget_spent,
    .vp_runtime = vp_runtime,
    .message_post = message_post,
    .event_signal = event_signal,
    .interrupt_assert = interrupt_assert,
    .poll_wanted = poll_wanted,
    .guest_crash = guest_crash,
    .trace = trace,
};
