/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Trace rings in the shim's own memory; include/shim/trace.h says how a reader finds them. Each
 * processor writes its own ring (shim/tracer.h), and most calls' records are el2/vectors.S's. */

#include "host/virt/virt.h"

#include <el2/host.h>
#include <el2/sysreg.h>

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
    uint64_t ring_size = own->records * sizeof(struct shim_trace_slot);

    shim_atomic_store(&now->magic, 0);
    shim_atomic_fence();
    memset((void *)own->rings, 0, own->header - own->rings);
    memset(now, 0, HV_PAGE_SIZE);
    for (uint32_t n = 0; n < virt.machine.cpus; n++) {
        virt.cpus[n].frame.ring = (struct shim_trace_ring) {
            .slots = (struct shim_trace_slot *)(own->rings + n * ring_size),
            .mask = own->records - 1,
        };
    }
    now->version = SHIM_TRACE_VERSION;
    now->record_size = sizeof(struct shim_trace_slot);
    now->vp_count = virt.machine.cpus; /* the service core's ring is the last */
    now->records = own->records;
    now->rings_from_end = own->header + HV_PAGE_SIZE - own->rings;
    now->generation = generation;
    clock_describe(&now->time_whole, &now->time_fraction, &now->time_origin);
    now->exit_reason = SHIM_EXIT_RUNNING;
    shim_atomic_store_release(&now->magic, SHIM_TRACE_MAGIC);
}

/* ---- Records ---- */

/* The processor that runs this: its stack is in its struct cpu. */
static struct cpu *this_cpu(void)
{
    uint64_t stack = (uintptr_t)__builtin_frame_address(0) - (uintptr_t)virt.cpus;
    return &virt.cpus[stack / sizeof(struct cpu)];
}

static struct shim_trace_slot *record_open(struct cpu *cpu, enum shim_trace_kind kind,
                                           uint32_t vp_index, uint64_t control)
{
    struct shim_trace_slot *slot = shim_trace_open(&cpu->frame.ring);
    slot->time = clock_counter();
    slot->spent = 0;
    slot->about = shim_trace_about(kind, SHIM_DONE, 0);
    slot->vp_index = vp_index;
    slot->output_size = 0;
    slot->before[0] = control;
    return slot;
}

static void record_close(struct cpu *cpu, struct shim_trace_slot *slot, const void *bytes,
                         size_t size)
{
    slot->input_size = (uint16_t)size;
    memcpy(slot->bytes, bytes, size);
    shim_trace_close(&cpu->frame.ring, slot);
}

void ring_words(struct cpu *cpu, enum shim_trace_event event, const uint64_t *words, uint32_t count)
{
    struct shim_trace_slot *slot = record_open(cpu, SHIM_TRACE_EVENT, cpu->index, event);
    record_close(cpu, slot, words, count * sizeof words[0]);
}

void ring_event(struct cpu *cpu, enum shim_trace_event event, uint64_t first, uint64_t second)
{
    const uint64_t words[] = { first, second };
    ring_words(cpu, event, words, 2);
}

void ring_event_of(const struct cpu *about, enum shim_trace_event event, uint64_t first,
                   uint64_t second)
{
    struct cpu *cpu = this_cpu();
    const uint64_t words[] = { first, second, cpu->index };
    struct shim_trace_slot *slot = record_open(cpu, SHIM_TRACE_EVENT, about->index, event);
    record_close(cpu, slot, words, sizeof words);
}

void ring_crash(struct cpu *cpu, const struct shim_crash *crash)
{
    struct shim_trace_slot *slot = record_open(cpu, SHIM_TRACE_CRASH, cpu->index, crash->control);
    record_close(cpu, slot, crash->parameter, sizeof crash->parameter);
    if (crash->message != NULL) {
        ring_text(cpu, SHIM_TRACE_TEXT, crash->message, crash->message_size);
    }
}

void ring_text(struct cpu *cpu, enum shim_trace_kind kind, const char *text, size_t size)
{
    for (size_t at = 0; at < size; at += SHIM_TRACE_TEXT_MAX) {
        size_t left = size - at;
        struct shim_trace_slot *slot = record_open(cpu, kind, cpu->index, 0);
        record_close(cpu, slot, text + at, left < SHIM_TRACE_TEXT_MAX ? left : SHIM_TRACE_TEXT_MAX);
    }
}

uint32_t el2_host_note_hvc(struct el2_frame *frame, uint32_t verdict)
{
    shim_trace_call(frame->vp, &frame->entry, (enum shim_verdict)verdict, frame->x,
                    read_sysreg(cntpct_el0), &frame->ring);
    return verdict;
}

void el2_host_trap(struct shim_vp *vp, const struct el2_trap_note *note)
{
    struct cpu *cpu = cpu_of(vp->host_vp);
    const uint64_t words[SHIM_TRAP_WORDS] = {
        [SHIM_TRAP_PC] = note->pc,
        [SHIM_TRAP_FAR] = note->far,
        [SHIM_TRAP_GPA] = note->gpa,
        [SHIM_TRAP_X0] = note->x0,
    };
    struct shim_trace_slot *slot = record_open(cpu, SHIM_TRACE_TRAP, cpu->index, note->esr);
    slot->spent = (uint32_t)(slot->time - note->time);
    slot->time = note->time;
    record_close(cpu, slot, words, sizeof words);
}

/* ---- The header ---- */

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
