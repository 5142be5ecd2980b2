/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Trace rings in the shim's own memory; include/shim/trace.h says how a reader finds them. Each
 * processor writes its own ring, so a record needs no lock: its sequence is taken away first and
 * given last. */

#include "host/virt/virt.h"

#include <string.h>

static struct shim_trace_header *header(void)
{
    return (struct shim_trace_header *)virt.own.header;
}

/* The generation of the boot before, in the same RAM, if there was one. */
static uint64_t last_generation(const struct shim_trace_header *old)
{
    return old->magic == SHIM_TRACE_MAGIC && old->version == SHIM_TRACE_VERSION ? old->generation
                                                                                : 0;
}

void rings_init(const struct own_memory *own)
{
    struct shim_trace_header *now = header();
    uint64_t generation = last_generation(now) + 1;
    uint64_t ring_size = own->records * sizeof(struct shim_trace_record);

    shim_atomic_store(&now->magic, 0);
    shim_atomic_fence();
    memset((void *)own->rings, 0, own->header - own->rings);
    memset(now, 0, HV_PAGE_SIZE);
    for (uint32_t n = 0; n < virt.machine.cpus; n++) {
        virt.cpus[n].ring = (struct ring) {
            .records = (struct shim_trace_record *)(own->rings + n * ring_size),
            .mask = own->records - 1,
        };
    }
    now->version = SHIM_TRACE_VERSION;
    now->record_size = sizeof(struct shim_trace_record);
    now->vp_count = virt.machine.cpus; /* the service core's ring is the last */
    now->records = own->records;
    now->rings_from_end = own->header + HV_PAGE_SIZE - own->rings;
    now->time_unit_ns = 100;
    now->generation = generation;
    now->exit_reason = SHIM_EXIT_RUNNING;
    shim_atomic_store_release(&now->magic, SHIM_TRACE_MAGIC);
}

void ring_write(struct cpu *cpu, const struct shim_trace_record *record)
{
    struct ring *ring = &cpu->ring;
    struct shim_trace_record *place = &ring->records[ring->written & ring->mask];

    shim_atomic_store(&place->sequence, 0);
    shim_atomic_fence();
    memcpy(&place->time, &record->time, sizeof *record - offsetof(struct shim_trace_record, time));
    ring->written++;
    shim_atomic_store_release(&place->sequence, ring->written);
}

void ring_words(struct cpu *cpu, enum shim_trace_event event, const uint64_t *words, uint32_t count)
{
    struct shim_trace_record record = {
        .time = clock_reference(),
        .vp_index = cpu->index,
        .kind = SHIM_TRACE_EVENT,
        .convention = SHIM_CONVENTION_NONE,
        .control = event,
        .input_size = (uint16_t)(count * sizeof words[0]),
    };
    memcpy(record.input, words, record.input_size);
    ring_write(cpu, &record);
}

void ring_event(struct cpu *cpu, enum shim_trace_event event, uint64_t first, uint64_t second)
{
    const uint64_t words[] = { first, second };
    ring_words(cpu, event, words, 2);
}

void ring_text(struct cpu *cpu, enum shim_trace_kind kind, const char *text, size_t size)
{
    uint64_t time = clock_reference();
    for (size_t at = 0; at < size; at += SHIM_TRACE_INPUT) {
        size_t left = size - at;
        struct shim_trace_record record = {
            .time = time,
            .vp_index = cpu->index,
            .kind = (uint8_t)kind,
            .convention = SHIM_CONVENTION_NONE,
            .input_size = (uint16_t)(left < SHIM_TRACE_INPUT ? left : SHIM_TRACE_INPUT),
        };
        memcpy(record.input, text + at, record.input_size);
        ring_write(cpu, &record);
    }
}

/* Taken first: what is asked for after this is seen next time. */
enum shim_request ring_request(int64_t *argument)
{
    uint64_t request = shim_atomic_load_acquire(&header()->request);
    if (request != SHIM_REQUEST_NONE) {
        *argument = (int64_t)shim_atomic_load(&header()->request_argument);
        shim_atomic_store_release(&header()->request, SHIM_REQUEST_NONE);
    }
    return (enum shim_request)request;
}

void ring_exit(enum shim_trace_exit reason)
{
    shim_atomic_store(&header()->exit_reason, (uint64_t)reason);
    shim_atomic_fence();
}
