/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Trace rings; include/shim/trace.h says how a reader finds them. Each VP writes its own ring
 * (shim/tracer.h), and so does the service core. */

#include "host/common/host.h"

#include <string.h>

static struct shim_trace_header *header;

/* The generation of the boot before, in the same memory, if there was one. */
static uint64_t last_generation(void)
{
    bool known = header->magic == SHIM_TRACE_MAGIC && header->version == SHIM_TRACE_VERSION;
    return known ? header->generation : 0;
}

void rings_init(struct shim_trace_slot *slots, uint32_t records, struct shim_trace_header *at)
{
    uint32_t rings = guest.vp_count + 1;
    uint64_t size = (uint64_t)((uint8_t *)at - (uint8_t *)slots);
    header = at;
    uint64_t generation = last_generation() + 1;

    shim_atomic_store(&header->magic, 0);
    shim_atomic_fence();
    memset(slots, 0, size);
    memset(header, 0, HV_PAGE_SIZE);
    for (uint32_t n = 0; n < rings; n++) {
        *host_vp(n)->ring = (struct shim_trace_ring) {
            .slots = slots + (uint64_t)n * records,
            .mask = records - 1,
        };
    }
    header->version = SHIM_TRACE_VERSION;
    header->record_size = sizeof *slots;
    header->vp_count = rings;
    header->records = records;
    header->rings_from_end = size + HV_PAGE_SIZE;
    header->generation = generation;
    clock_describe(&header->time_whole, &header->time_fraction, &header->time_origin);
    header->exit_reason = SHIM_EXIT_RUNNING;
    shim_atomic_store_release(&header->magic, SHIM_TRACE_MAGIC);
}

/* ---- Records ---- */

void ring_words(struct vp *vp, enum shim_trace_event event, const uint64_t *words, uint32_t count)
{
    struct shim_trace_slot *slot = record_open(vp->ring, SHIM_TRACE_EVENT, vp->index, event);
    record_close(vp->ring, slot, words, count * sizeof words[0]);
}

void ring_event(struct vp *vp, enum shim_trace_event event, uint64_t first, uint64_t second)
{
    const uint64_t words[] = { first, second };
    ring_words(vp, event, words, 2);
}

void ring_crash(struct vp *vp, const struct shim_crash *crash)
{
    struct shim_trace_slot *slot =
        record_open(vp->ring, SHIM_TRACE_CRASH, vp->index, crash->control);
    record_close(vp->ring, slot, crash->parameter, sizeof crash->parameter);
    if (crash->message != NULL) {
        ring_text(vp, SHIM_TRACE_TEXT, crash->message, crash->message_size);
    }
}

void ring_text(struct vp *vp, enum shim_trace_kind kind, const char *text, size_t size)
{
    for (size_t at = 0; at < size; at += SHIM_TRACE_TEXT_MAX) {
        size_t left = size - at;
        struct shim_trace_slot *slot = record_open(vp->ring, kind, vp->index, 0);
        record_close(vp->ring, slot, text + at,
                     left < SHIM_TRACE_TEXT_MAX ? left : SHIM_TRACE_TEXT_MAX);
    }
}

/* ---- The header ---- */

/* Taken first: what is asked for after this is seen next time. */
enum shim_request ring_request(int64_t *argument)
{
    uint64_t request = shim_atomic_load_acquire(&header->request);
    if (request != SHIM_REQUEST_NONE) {
        *argument = (int64_t)shim_atomic_load(&header->request_argument);
        shim_atomic_store_release(&header->request, SHIM_REQUEST_NONE);
    }
    return (enum shim_request)request;
}

void ring_exit(enum shim_trace_exit reason)
{
    shim_atomic_store(&header->exit_reason, (uint64_t)reason);
    shim_atomic_fence();
}
