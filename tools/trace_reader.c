/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The rings of a RAM file: finding them, copying records while they may be overwritten, and putting
 * the rings of all VPs in one order. Saved traces, which are in that order already, are left to
 * trace_saved.c. */

#include "tools/trace_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <shim/compiler.h>

#include "tools/trace_saved.h"

#define HEADER_FROM_END 4096u
#define RECORD_SIZE sizeof(struct shim_trace_slot)
#define SEQUENCE_MAX (UINT64_C(1) << 56) /* nobody writes so many */

/* The header's numbers, against each other and against a file of `size` bytes. */
static enum trace_result check_header(struct trace_reader *reader,
                                      const struct shim_trace_header *header, uint64_t size)
{
    if (!trace_version_is_ours(reader, header->version, header->record_size)) {
        return TRACE_DAMAGED;
    }
    if (header->vp_count == 0 || header->vp_count > TRACE_RINGS_MAX || header->records == 0 ||
        (header->records & (header->records - 1)) != 0) {
        return damaged(reader, "the header of the trace is damaged");
    }
    uint64_t rings = (uint64_t)header->vp_count * header->records * RECORD_SIZE;
    if (header->rings_from_end > size) {
        return damaged(reader,
                       "truncated: the rings begin %" PRIu64 " bytes before the end of the trace, "
                       "and the file has %" PRIu64,
                       header->rings_from_end, size);
    }
    if (header->rings_from_end % 8 != 0 || header->rings_from_end < HEADER_FROM_END ||
        rings > header->rings_from_end - HEADER_FROM_END) {
        return damaged(reader,
                       "the header of the trace is damaged: rings of %" PRIu64
                       " bytes do not fit where it puts them",
                       rings);
    }
    return TRACE_OK;
}

/* Maps the end of the file, from the rings on. */
static enum trace_result map_rings(struct trace_reader *reader,
                                   const struct shim_trace_header *header, uint64_t size)
{
    uint64_t start = size - header->rings_from_end;
    uint64_t page = start & ~UINT64_C(4095);

    reader->map_size = size - page;
    reader->map = mmap(NULL, reader->map_size, PROT_READ, MAP_SHARED, reader->fd, (off_t)page);
    if (reader->map == MAP_FAILED) {
        reader->map = NULL;
        return damaged(reader, "cannot be mapped: %s", strerror(errno));
    }
    const uint8_t *end = (const uint8_t *)reader->map + reader->map_size;
    reader->header = (const struct shim_trace_header *)(const void *)(end - HEADER_FROM_END);
    reader->ring_count = header->vp_count;
    reader->slots = header->records;
    reader->generation = header->generation;
    reader->time_whole = header->time_whole;
    reader->time_fraction = header->time_fraction;
    reader->time_origin = header->time_origin;
    reader->rings = calloc(reader->ring_count, sizeof(*reader->rings));
    if (reader->rings == NULL) {
        return damaged(reader, "cannot be read: out of memory");
    }
    const uint8_t *first = end - header->rings_from_end;
    for (uint32_t i = 0; i < reader->ring_count; i++) {
        reader->rings[i].slots =
            (const struct shim_trace_slot *)(const void *)(first + (uint64_t)i * reader->slots *
                                                                       RECORD_SIZE);
    }
    return TRACE_OK;
}

static uint64_t slot_sequence(const struct trace_reader *reader, const struct trace_ring *ring,
                              uint64_t sequence)
{
    return shim_atomic_load_acquire(&ring->slots[(sequence - 1) & (reader->slots - 1)].sequence);
}

/* Whether record `sequence` may stand where record `place` once stood. */
static bool fits(const struct trace_reader *reader, uint64_t sequence, uint64_t place)
{
    return sequence < SEQUENCE_MAX && ((sequence - place) & (reader->slots - 1)) == 0;
}

/* Where to begin in a ring that has been written for a while: at the oldest record still there. */
static void find_oldest(struct trace_reader *reader, uint32_t index)
{
    struct trace_ring *ring = &reader->rings[index];
    uint64_t newest = 0;

    for (uint64_t slot = 1; slot <= reader->slots; slot++) {
        uint64_t sequence = slot_sequence(reader, ring, slot);
        if (sequence == 0 || fits(reader, sequence, slot)) {
            newest = sequence > newest ? sequence : newest;
        } else if (!reader->damaged) {
            reader->damaged = true;
            (void)damaged(reader,
                          "ring %" PRIu32 ": record %" PRIu64 " is in the place of %" PRIu64, index,
                          sequence, slot);
        }
    }
    ring->newest = newest;
    ring->next = newest > reader->slots ? newest - reader->slots + 1 : 1;
    reader->dropped += ring->next - 1;
}

static enum trace_result attach_rings(struct trace_reader *reader, uint64_t size)
{
    struct shim_trace_header header;

    if (size < HEADER_FROM_END ||
        pread(reader->fd, &header, sizeof(header), (off_t)(size - HEADER_FROM_END)) !=
            (ssize_t)sizeof(header) ||
        header.magic != SHIM_TRACE_MAGIC) {
        return absent(reader, size == 0 ? "the file is empty"
                                        : "no trace in the file's last page: not a RAM file of "
                                          "hvshim, nor a saved trace, or truncated");
    }
    enum trace_result result = check_header(reader, &header, size);
    if (result == TRACE_OK) {
        result = map_rings(reader, &header, size);
    }
    for (uint32_t i = 0; result == TRACE_OK && i < reader->ring_count; i++) {
        find_oldest(reader, i);
    }
    return result;
}

static enum trace_result attach(struct trace_reader *reader)
{
    struct shim_trace_file header;
    struct stat status;

    if (fstat(reader->fd, &status) != 0) {
        return damaged(reader, "%s", strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return damaged(reader, "a trace is a regular file, and this is none");
    }
    if (pread(reader->fd, &header, sizeof(header), 0) == (ssize_t)sizeof(header) &&
        header.magic == SHIM_TRACE_FILE_MAGIC) {
        return saved_attach(reader, &header);
    }
    return attach_rings(reader, (uint64_t)status.st_size);
}

enum trace_result trace_open(struct trace_reader *reader, const char *path)
{
    memset(reader, 0, sizeof(*reader));
    reader->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (reader->fd < 0) {
        int error = errno;
        return error == ENOENT ? absent(reader, strerror(error))
                               : damaged(reader, "%s", strerror(error));
    }
    enum trace_result result = attach(reader);
    if (result != TRACE_OK) {
        trace_close(reader);
    }
    return result;
}

void trace_close(struct trace_reader *reader)
{
    for (uint32_t i = 0; reader->rings != NULL && i < reader->ring_count; i++) {
        free(reader->rings[i].queue);
    }
    free(reader->rings);
    reader->rings = NULL;
    free(reader->saved.slots);
    reader->saved.slots = NULL;
    if (reader->map != NULL) {
        munmap(reader->map, reader->map_size);
        reader->map = NULL;
    }
    if (reader->fd >= 0) {
        close(reader->fd);
        reader->fd = -1;
    }
}

/* Room for one more record at the end of the queue. */
static bool queue_grow(struct trace_ring *ring)
{
    if (ring->first != 0 && ring->count == 0) {
        ring->first = 0;
    }
    if (ring->first + ring->count < ring->capacity) {
        return true;
    }
    if (ring->first > ring->capacity / 2) {
        memmove(ring->queue, ring->queue + ring->first, ring->count * RECORD_SIZE);
        ring->first = 0;
        return true;
    }
    size_t capacity = ring->capacity == 0 ? 64 : ring->capacity * 2;
    struct shim_trace_slot *queue = realloc(ring->queue, capacity * RECORD_SIZE);
    if (queue == NULL) {
        return false;
    }
    ring->queue = queue;
    ring->capacity = capacity;
    return true;
}

/* Copies record `next`, which its slot holds. The writer may be overwriting it meanwhile: it clears
 * the number before it changes the rest, so the number, looked at again, tells. */
static bool copy_record(const struct trace_reader *reader, const struct trace_ring *ring,
                        struct shim_trace_slot *record)
{
    memcpy(record, &ring->slots[(ring->next - 1) & (reader->slots - 1)], RECORD_SIZE);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return slot_sequence(reader, ring, ring->next) == ring->next;
}

/* Copies all that is new in one ring. */
static enum trace_result drain(struct trace_reader *reader, struct trace_ring *ring)
{
    /* Bounded, should the writer be faster than we are; the next poll goes on. */
    for (uint64_t i = 0; i < UINT64_C(2) * reader->slots; i++) {
        uint64_t sequence = slot_sequence(reader, ring, ring->next);
        if (sequence < ring->next || !fits(reader, sequence, ring->next)) {
            break; /* not written yet, or being written; or damaged, which find_oldest() has seen */
        }
        if (!queue_grow(ring)) {
            return damaged(reader, "cannot be read: out of memory");
        }
        struct shim_trace_slot *record = &ring->queue[ring->first + ring->count];
        if (sequence == ring->next && copy_record(reader, ring, record)) {
            reader->newest = record->time > reader->newest ? record->time : reader->newest;
            ring->count++;
            ring->next++;
        } else {
            /* Overwritten: what one lap before `sequence` was in this ring is gone as well. */
            uint64_t oldest = sequence > reader->slots ? sequence - reader->slots + 1 : 1;
            oldest = oldest > ring->next ? oldest : ring->next + 1;
            reader->dropped += oldest - ring->next;
            ring->next = oldest;
        }
    }
    return TRACE_OK;
}

enum trace_result trace_poll(struct trace_reader *reader)
{
    if (reader->header == NULL) {
        return saved_poll(reader);
    }
    if (shim_atomic_load_acquire(&reader->header->magic) != SHIM_TRACE_MAGIC) {
        return TRACE_OK; /* a machine that is just being reset */
    }
    uint64_t generation = shim_atomic_load_acquire(&reader->header->generation);
    if (generation != reader->generation) {
        reader->generation = generation;
        reader->limit = reader->newest = 0;
        for (uint32_t i = 0; i < reader->ring_count; i++) {
            reader->rings[i].next = 1;
        }
        return TRACE_RESTARTED;
    }
    reader->limit = reader->newest;
    reader->exit_seen = shim_atomic_load_acquire(&reader->header->exit_reason);
    enum trace_result result = TRACE_OK;
    for (uint32_t i = 0; result == TRACE_OK && i < reader->ring_count; i++) {
        result = drain(reader, &reader->rings[i]);
    }
    return result;
}

static bool rings_take(struct trace_reader *reader, bool all, struct shim_trace_slot *slot)
{
    struct trace_ring *oldest = NULL;
    uint64_t time = all ? UINT64_MAX : reader->limit;

    for (uint32_t i = 0; i < reader->ring_count; i++) {
        struct trace_ring *ring = &reader->rings[i];
        if (ring->count != 0 && ring->queue[ring->first].time <= time) {
            if (oldest == NULL || ring->queue[ring->first].time < time) {
                oldest = ring;
                time = ring->queue[ring->first].time;
            }
        }
    }
    if (oldest == NULL) {
        return false;
    }
    *slot = oldest->queue[oldest->first];
    if (shim_trace_kind(slot) == SHIM_TRACE_HVC) {
        slot->vp_index = (uint32_t)(oldest - reader->rings);
    }
    oldest->first++;
    oldest->count--;
    return true;
}

bool trace_take_slot(struct trace_reader *reader, bool all, struct shim_trace_slot *slot)
{
    return reader->header == NULL ? saved_take(reader, slot) : rings_take(reader, all, slot);
}

static uint64_t scaled(uint64_t ticks, uint64_t whole, uint64_t fraction)
{
    return ticks * whole + (uint64_t)(((unsigned __int128)ticks * fraction) >> 64);
}

void trace_read(const struct trace_reader *reader, const struct shim_trace_slot *slot,
                struct shim_trace_record *record)
{
    shim_trace_read(slot, slot->vp_index, record);
    record->time =
        scaled(slot->time, reader->time_whole, reader->time_fraction) - reader->time_origin;
    record->spent_ns =
        scaled((uint64_t)slot->spent * 100, reader->time_whole, reader->time_fraction);
}

bool trace_take(struct trace_reader *reader, bool all, struct shim_trace_record *record)
{
    struct shim_trace_slot slot;

    if (!trace_take_slot(reader, all, &slot)) {
        return false;
    }
    trace_read(reader, &slot, record);
    return true;
}

enum trace_result trace_complete(struct trace_reader *reader)
{
    if (reader->header == NULL) {
        return saved_complete(reader);
    }
    if (reader->damaged) {
        return TRACE_DAMAGED;
    }
    for (uint32_t i = 0; i < reader->ring_count; i++) {
        if (reader->rings[i].next <= reader->rings[i].newest) {
            return damaged(reader, "truncated after record %" PRIu64 " of ring %" PRIu32,
                           reader->rings[i].next - 1, i);
        }
    }
    return TRACE_OK;
}
