/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Saved traces: read in order, a piece at a time, and checked as they are read. */

#include "tools/trace_saved.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#define RECORD_SIZE sizeof(struct shim_trace_slot)
#define READ_AHEAD 256u /* records */

bool trace_version_is_ours(struct trace_reader *reader, uint32_t version, uint32_t record_size)
{
    if (version == SHIM_TRACE_VERSION && record_size == RECORD_SIZE) {
        return true;
    }
    (void)damaged(reader,
                  "trace of version %" PRIu32 " with records of %" PRIu32
                  " bytes; this program reads version %u with %zu",
                  version, record_size, SHIM_TRACE_VERSION, RECORD_SIZE);
    return false;
}

enum trace_result saved_attach(struct trace_reader *reader, const struct shim_trace_file *header)
{
    if (!trace_version_is_ours(reader, header->version, header->record_size)) {
        return TRACE_DAMAGED;
    }
    if (header->vp_count == 0 || header->vp_count > TRACE_RINGS_MAX) {
        return damaged(reader, "the header of the trace is damaged");
    }
    reader->ring_count = header->vp_count;
    reader->time_whole = header->time_whole;
    reader->time_fraction = header->time_fraction;
    reader->time_origin = header->time_origin;
    reader->saved.slots = calloc(READ_AHEAD, RECORD_SIZE);
    return reader->saved.slots != NULL ? TRACE_OK
                                       : damaged(reader, "cannot be read: out of memory");
}

/* The next record of the file, NULL when there is no whole one (yet). */
static struct shim_trace_slot *saved_next(struct trace_reader *reader)
{
    struct trace_saved *saved = &reader->saved;

    if (saved->count == 0) {
        uint64_t offset = sizeof(struct shim_trace_file) + saved->taken * RECORD_SIZE;
        ssize_t size = pread(reader->fd, saved->slots, READ_AHEAD * RECORD_SIZE, (off_t)offset);
        saved->first = 0;
        saved->count = size < 0 ? 0 : (size_t)size / RECORD_SIZE;
    }
    return saved->count != 0 ? &saved->slots[saved->first] : NULL;
}

static void saved_pass(struct trace_saved *saved)
{
    saved->first++;
    saved->count--;
    saved->taken++;
}

/* Records of the file's own are acted upon; the others are the caller's. */
bool saved_take(struct trace_reader *reader, struct shim_trace_slot *slot)
{
    struct trace_saved *saved = &reader->saved;
    const struct shim_trace_slot *next;

    while (!saved->ended && !saved->restarted && !reader->damaged &&
           (next = saved_next(reader)) != NULL) {
        uint8_t kind = shim_trace_kind(next);
        if (next->sequence != saved->taken + 1) {
            reader->damaged = true; /* trace_complete() says where */
            return false;
        }
        *slot = *next;
        reader->newest = next->time > reader->newest ? next->time : reader->newest;
        saved_pass(saved);
        if (kind == SHIM_TRACE_RESET) {
            saved->restarted = true;
            reader->generation = slot->before[0];
        } else if (kind == SHIM_TRACE_END) {
            saved->ended = true;
            reader->exit_seen = slot->before[0];
        } else if (kind == SHIM_TRACE_LOST) {
            reader->dropped += slot->before[0];
        } else {
            return true;
        }
    }
    return false;
}

/* A reset is told first, and passed by the next poll: nothing of what follows it is taken with what
 * was before. */
enum trace_result saved_poll(struct trace_reader *reader)
{
    struct trace_saved *saved = &reader->saved;

    if (saved->restarted && !saved->told) {
        saved->told = true;
        reader->newest = 0; /* as its clock begins anew */
        return TRACE_RESTARTED;
    }
    saved->restarted = saved->told = false;
    return TRACE_OK;
}

enum trace_result saved_complete(struct trace_reader *reader)
{
    if (reader->saved.ended) {
        return TRACE_OK;
    }
    return damaged(reader, "truncated after record %" PRIu64 "%s", reader->saved.taken,
                   reader->damaged ? ": what follows is damaged" : "");
}
