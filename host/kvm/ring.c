/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Trace rings behind the guest's RAM, in the same file: include/shim/trace.h says how a reader
 * finds them. A ring per VP, which its thread writes, and the service thread's, which is the last.
 */

#include "host/kvm/monitor.h"

#include <string.h>

static struct shim_trace_header *header(void)
{
    return (struct shim_trace_header *)(uintptr_t)(monitor.rings_end - HV_PAGE_SIZE);
}

struct vp *service_ring(void)
{
    return &monitor.vps[monitor.vp_count];
}

/* A reset keeps the file, and what it says of the boot before. */
void rings_init(void)
{
    struct shim_trace_header *now = header();
    uint64_t generation = now->magic == SHIM_TRACE_MAGIC ? now->generation + 1 : 1;
    uint32_t rings = monitor.vp_count + 1;
    struct shim_trace_slot *slots = (struct shim_trace_slot *)(uintptr_t)monitor.ram_end;
    uint64_t size = monitor.rings_end - HV_PAGE_SIZE - monitor.ram_end;
    uint64_t records = 1;

    while (records * 2 * rings * sizeof *slots <= size) {
        records *= 2;
    }
    shim_atomic_store(&now->magic, 0);
    shim_atomic_fence();
    memset(slots, 0, size + HV_PAGE_SIZE);
    for (uint32_t n = 0; n < rings; n++) {
        monitor.vps[n].ring.slots = slots + n * records;
        monitor.vps[n].ring.mask = records - 1;
        monitor.vps[n].index = n;
    }
    now->version = SHIM_TRACE_VERSION;
    now->record_size = sizeof *slots;
    now->vp_count = rings;
    now->records = (uint32_t)records;
    now->rings_from_end = monitor.rings_end - monitor.ram_end;
    clock_describe(&now->time_whole, &now->time_fraction, &now->time_origin);
    now->generation = generation;
    now->exit_reason = SHIM_EXIT_RUNNING;
    shim_atomic_store_release(&now->magic, SHIM_TRACE_MAGIC);
}

static void record(struct vp *vp, enum shim_trace_kind kind, uint64_t control, const void *bytes,
                   size_t size)
{
    struct shim_trace_slot *slot = shim_trace_open(&vp->ring);

    slot->time = clock_counter();
    slot->spent = 0;
    slot->about = shim_trace_about(kind, SHIM_DONE, 0);
    slot->vp_index = vp->index;
    slot->input_size = (uint16_t)size;
    slot->output_size = 0;
    slot->before[0] = control;
    memcpy(slot->bytes, bytes, size);
    shim_trace_close(&vp->ring, slot);
}

void ring_words(struct vp *vp, enum shim_trace_event event, const uint64_t *words, uint32_t count)
{
    record(vp, SHIM_TRACE_EVENT, event, words, count * sizeof words[0]);
}

void ring_event(struct vp *vp, enum shim_trace_event event, uint64_t first, uint64_t second)
{
    const uint64_t words[] = { first, second };
    ring_words(vp, event, words, 2);
}

void ring_text(struct vp *vp, enum shim_trace_kind kind, const char *text, size_t size)
{
    for (size_t at = 0; at < size; at += SHIM_TRACE_TEXT_MAX) {
        size_t left = size - at;
        record(vp, kind, 0, text + at, left < SHIM_TRACE_TEXT_MAX ? left : SHIM_TRACE_TEXT_MAX);
    }
}

void ring_crash(struct vp *vp, const struct shim_crash *crash)
{
    record(vp, SHIM_TRACE_CRASH, crash->control, crash->parameter, sizeof crash->parameter);
    if (crash->message != NULL) {
        ring_text(vp, SHIM_TRACE_TEXT, crash->message, crash->message_size);
    }
}

enum shim_verdict ring_hvc(struct shim_vp *vp, uint16_t imm16, uint64_t x[SHIM_REGISTERS])
{
    return shim_trace_hvc(vp, imm16, x, &((struct vp *)vp->host_vp)->ring, clock_counter);
}

enum shim_request ring_request(int64_t *argument)
{
    uint64_t request = shim_atomic_load_acquire(&header()->request);
    if (request != SHIM_REQUEST_NONE) {
        *argument = (int64_t)shim_atomic_load(&header()->request_argument);
        shim_atomic_store_release(&header()->request, SHIM_REQUEST_NONE);
    }
    return (enum shim_request)request;
}

void ring_exit(enum shim_trace_exit why)
{
    shim_atomic_store_release(&header()->exit_reason, (uint64_t)why);
}
