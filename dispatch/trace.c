/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Trace records: what a call leaves besides registers, and what a reader makes of all that. None of
 * it runs while a VP is not traced, so it may be slow; it recomputes what the engine knows rather
 * than have the engine tell it. */

#include "trace.h"

#include <shim/tracer.h>

#include <hv/hypercall.h>

#include <string.h>

#include "block.h"
#include "convention.h"
#include "smccc.h"

/* NULL when the HVC is no hypercall. */
static const struct hv_convention *convention_of(const struct shim_trace_slot *slot)
{
    if (shim_trace_immediate(slot) == HV_HVC_HYPERCALL) {
        return &hv_native;
    }
    return shim_trace_immediate(slot) == HV_HVC_SMCCC ? smccc_convention(slot->before[0]) : NULL;
}

static uint32_t at_most(uint32_t size, uint32_t limit)
{
    return size < limit ? size : limit;
}

static struct block_sizes sizes_of(uint64_t control)
{
    return block_measure(call_find(hv_control_code(control)), control);
}

static bool succeeded(const struct shim_trace_slot *slot)
{
    return shim_trace_verdict(slot) == SHIM_DONE &&
           (slot->x[0] & HV_RESULT_STATUS) == HV_STATUS_SUCCESS;
}

/* ---- Writing ---- */

/* Elements of earlier entries are not in our buffers: an earlier call's bytes are there. */
static void leave_out(uint8_t *bytes, uint32_t size, uint32_t from, uint32_t count)
{
    if (from < size) {
        memset(bytes + from, 0, at_most(count, size - from));
    }
}

/* Of a slow call registers hold addresses, and of a block that was spilled they hold a part. */
static bool has_blocks(const struct shim_vp *vp, const struct hv_convention *convention,
                       const struct shim_trace_slot *slot)
{
    return convention != NULL &&
           (!hv_control_fast(slot->before[convention->control]) || vp->fetched != 0);
}

static void write_blocks(const struct shim_vp *vp, const struct hv_convention *convention,
                         const uint64_t *x, struct shim_trace_slot *slot)
{
    uint64_t control = slot->before[convention->control];
    const struct hv_call *row = call_find(hv_control_code(control));
    struct block_sizes sizes = block_measure(row, control);
    uint32_t before = hv_control_rep_start(control); /* elements of earlier entries */

    slot->result[0] = x[0];
    slot->result[1] = x[1];
    slot->input_size = (uint16_t)at_most(vp->fetched, SHIM_TRACE_BLOCK_IN);
    memcpy(slot->input, vp->input, slot->input_size);
    leave_out(slot->input, slot->input_size, sizes.elements_at, before * row->element_in);
    if (succeeded(slot)) {
        slot->output_size = (uint16_t)at_most(sizes.output, SHIM_TRACE_BLOCK_OUT);
        memcpy(slot->output, vp->output, slot->output_size);
        leave_out(slot->output, slot->output_size, 0, before * row->element_out);
    } else if (slot->result[0] == HV_STATUS_INVALID_ALIGNMENT) {
        slot->input_size = 0; /* it may not have been read: an earlier call's bytes are there */
    }
}

void shim_trace_call(struct shim_vp *vp, const struct shim_trace_entry *entry,
                     enum shim_verdict verdict, const uint64_t x[SHIM_REGISTERS], uint64_t now,
                     struct shim_trace_ring *ring)
{
    const struct hv_convention *convention;
    struct shim_trace_slot *slot;

    if (verdict == SHIM_NOT_OURS) {
        return;
    }
    slot = shim_trace_open(ring);
    slot->spent = (uint32_t)(now - entry->time);
    slot->about = (uint32_t)entry->about | shim_trace_about(SHIM_TRACE_NONE, verdict, 0);
    slot->time = entry->time;
    slot->vp_index = slot->input_size = slot->output_size = 0;
    memcpy(slot->before, entry->before, sizeof slot->before);
    convention = convention_of(slot);
    if (has_blocks(vp, convention, slot)) {
        write_blocks(vp, convention, x, slot);
    } else {
        memcpy(slot->x, x, sizeof slot->x);
    }
    vp->fetched = 0;
    shim_trace_close(ring, slot);
}

/* ---- Reading ---- */

/* The input block of a fast call. Only X0..X3 can have changed under it. */
static void read_window(const struct shim_trace_slot *slot, const struct hv_convention *convention,
                        struct shim_trace_record *record)
{
    uint64_t x[SHIM_REGISTERS];

    memcpy(x, slot->x, sizeof x);
    memcpy(x, slot->before, sizeof slot->before);
    record->input_held = (uint16_t)at_most(record->input_size, convention->window_size);
    memcpy(record->input, &x[convention->window], record->input_held);
}

/* Its output block: where the convention puts it, as far as registers hold it. */
static void read_output(const struct shim_trace_slot *slot, const struct hv_convention *convention,
                        struct shim_trace_record *record)
{
    uint32_t in = (record->input_size + 15u) & ~15u;
    uint32_t out = (record->output_size + 15u) & ~15u;
    uint32_t size = at_most(record->output_size, SHIM_TRACE_OUTPUT);
    uint32_t at = convention->output_at_end ? HV_FAST_BLOCK_SIZE - out : in;

    if (convention->spills) {
        size = at_most(size, HV_COMPACT_OUTPUT_SIZE);
        at = 0;
    } else if (in + out > HV_FAST_BLOCK_SIZE) {
        return;
    }
    record->output_held = (uint16_t)size;
    memcpy(record->output, (const uint8_t *)&slot->x[convention->window] + at, size);
}

/* Blocks that were in memory, as far as they were noted. */
static void read_blocks(const struct shim_trace_slot *slot, struct shim_trace_record *record)
{
    record->input_held = (uint16_t)at_most(slot->input_size, SHIM_TRACE_BLOCK_IN);
    record->input_held = (uint16_t)at_most(record->input_held, record->input_size);
    memcpy(record->input, slot->input, record->input_held);
    record->output_held = (uint16_t)at_most(slot->output_size, SHIM_TRACE_BLOCK_OUT);
    record->output_held = (uint16_t)at_most(record->output_held, record->output_size);
    memcpy(record->output, slot->output, record->output_held);
}

static void read_call(const struct shim_trace_slot *slot, const struct hv_convention *convention,
                      struct shim_trace_record *record)
{
    struct block_sizes sizes = sizes_of(slot->before[convention->control]);

    record->kind = SHIM_TRACE_CALL;
    record->convention = convention->id;
    record->control = slot->before[convention->control];
    record->input_size = (uint16_t)at_most(sizes.input, HV_PAGE_SIZE);
    record->output_size = (uint16_t)at_most(sizes.output, HV_PAGE_SIZE);
    if (!hv_control_fast(record->control)) {
        record->block_gpa[0] = slot->before[convention->window];
        record->block_gpa[1] = slot->before[convention->window + 1];
        read_blocks(slot, record);
    } else if (slot->input_size != 0) {
        read_blocks(slot, record);
    } else {
        read_window(slot, convention, record);
        if (succeeded(slot)) {
            read_output(slot, convention, record);
        }
    }
}

/* An HVC that is no hypercall: a function of ours, or an immediate that nobody knows. */
static void read_other(const struct shim_trace_slot *slot, struct shim_trace_record *record)
{
    record->convention = SHIM_CONVENTION_NONE;
    record->control = shim_trace_immediate(slot);
    if (shim_trace_immediate(slot) == HV_HVC_SMCCC) {
        record->kind = SHIM_TRACE_SMCCC;
        record->control = slot->before[0];
        record->input_size = record->input_held = sizeof slot->before[1];
        memcpy(record->input, &slot->before[1], sizeof slot->before[1]);
    }
}

static void read_bytes(const struct shim_trace_slot *slot, struct shim_trace_record *record)
{
    record->convention = SHIM_CONVENTION_NONE;
    record->vp_index = slot->vp_index;
    record->control = slot->before[0];
    record->input_size = (uint16_t)at_most(slot->input_size, SHIM_TRACE_TEXT_MAX);
    record->input_held = record->input_size;
    memcpy(record->input, slot->bytes, record->input_size);
}

void shim_trace_read(const struct shim_trace_slot *slot, uint32_t ring,
                     struct shim_trace_record *record)
{
    const struct hv_convention *convention = convention_of(slot);

    memset(record, 0, sizeof *record);
    record->sequence = slot->sequence;
    record->time = slot->time;
    record->spent_ns = slot->spent;
    record->vp_index = ring;
    record->kind = shim_trace_kind(slot);
    record->verdict = shim_trace_verdict(slot);
    if (shim_trace_kind(slot) != SHIM_TRACE_HVC) {
        read_bytes(slot, record);
        return;
    }
    record->result = slot->x[0];
    if (convention != NULL) {
        read_call(slot, convention, record);
    } else {
        read_other(slot, record);
    }
}
