/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Trace rings behind the guest's RAM, in the same file: include/shim/trace.h says how a reader
 * finds them. A ring per VP, and the service thread's, which is the last. */

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
    uint8_t *start = (uint8_t *)(uintptr_t)monitor.ram_end;
    uint64_t size = monitor.rings_end - HV_PAGE_SIZE - monitor.ram_end;
    uint64_t records = 1;

    while (records * 2 * rings * sizeof(struct shim_trace_record) <= size) {
        records *= 2;
    }
    shim_atomic_store(&now->magic, 0);
    shim_atomic_fence();
    memset(start, 0, size + HV_PAGE_SIZE);
    for (uint32_t n = 0; n < rings; n++) {
        monitor.vps[n].ring.records = (struct shim_trace_record *)(void *)start + n * records;
        monitor.vps[n].ring.mask = records - 1;
        monitor.vps[n].index = n;
        (void)pthread_mutex_init(&monitor.vps[n].ring.lock, NULL);
    }
    now->version = SHIM_TRACE_VERSION;
    now->record_size = sizeof(struct shim_trace_record);
    now->vp_count = rings;
    now->records = (uint32_t)records;
    now->rings_from_end = monitor.rings_end - monitor.ram_end;
    now->time_unit_ns = 100;
    now->generation = generation;
    now->exit_reason = SHIM_EXIT_RUNNING;
    shim_atomic_store_release(&now->magic, SHIM_TRACE_MAGIC);
}

/* The service thread's ring is written by VPs as well, when they post. */
void ring_write(struct vp *vp, const struct shim_trace_record *record)
{
    struct ring *ring = &vp->ring;

    pthread_mutex_lock(&ring->lock);
    struct shim_trace_record *place = &ring->records[ring->written & ring->mask];
    shim_atomic_store(&place->sequence, 0);
    shim_atomic_fence();
    memcpy(&place->time, &record->time, sizeof *record - offsetof(struct shim_trace_record, time));
    shim_atomic_store_release(&place->sequence, ++ring->written);
    pthread_mutex_unlock(&ring->lock);
}

void ring_words(struct vp *vp, enum shim_trace_event event, const uint64_t *words, uint32_t count)
{
    struct shim_trace_record record = {
        .time = clock_reference(),
        .vp_index = vp->index,
        .kind = SHIM_TRACE_EVENT,
        .convention = SHIM_CONVENTION_NONE,
        .control = event,
        .input_size = (uint16_t)(count * sizeof words[0]),
    };
    memcpy(record.input, words, record.input_size);
    ring_write(vp, &record);
}

void ring_event(struct vp *vp, enum shim_trace_event event, uint64_t first, uint64_t second)
{
    const uint64_t words[] = { first, second };
    ring_words(vp, event, words, 2);
}

void ring_text(struct vp *vp, enum shim_trace_kind kind, const char *text, size_t size)
{
    uint64_t time = clock_reference();
    for (size_t at = 0; at < size; at += SHIM_TRACE_INPUT) {
        size_t left = size - at;
        struct shim_trace_record record = {
            .time = time,
            .vp_index = vp->index,
            .kind = (uint8_t)kind,
            .convention = SHIM_CONVENTION_NONE,
            .input_size = (uint16_t)(left < SHIM_TRACE_INPUT ? left : SHIM_TRACE_INPUT),
        };
        memcpy(record.input, text + at, record.input_size);
        ring_write(vp, &record);
    }
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
