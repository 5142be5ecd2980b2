/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Reads traces (shim/trace.h): the rings that a host keeps at the end of the guest's RAM, out of
 * the file that backs that RAM, live or afterwards; and traces that were saved. No file is trusted:
 * every offset in it is checked before it is followed. */

#ifndef TOOLS_TRACE_READER_H
#define TOOLS_TRACE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <shim/trace.h>

#define TRACE_RINGS_MAX 4097u /* 4096 VPs and a service core */

/* A VP's ring, and the records copied out of it that nobody has taken yet. */
struct trace_ring {
    const struct shim_trace_slot *slots; /* in the file: changes under us */
    uint64_t next;                       /* sequence number that comes next */
    uint64_t newest;                     /* greatest sequence number seen at attaching */
    struct shim_trace_slot *queue;
    size_t first, count, capacity; /* of the queue; the oldest stands at `first` */
};

/* What a saved trace has besides. */
struct trace_saved {
    struct shim_trace_slot *slots; /* read ahead */
    size_t first, count;           /* of these, what has not been taken */
    uint64_t taken;                /* records of the file so far */
    bool restarted;                /* a SHIM_TRACE_RESET was taken, */
    bool told;                     /* and a poll has said so */
    bool ended;                    /* a SHIM_TRACE_END was taken */
};

struct trace_reader {
    int fd;
    void *map;
    size_t map_size;
    const struct shim_trace_header *header; /* in the file: changes under us; NULL: a saved trace */
    uint64_t time_whole, time_fraction, time_origin; /* see struct shim_trace_header */
    uint32_t ring_count;
    uint32_t slots; /* per ring, a power of two */
    struct trace_ring *rings;
    struct trace_saved saved;
    uint64_t generation;
    uint64_t limit;     /* records up to this time cannot be overtaken by others any more */
    uint64_t newest;    /* greatest time seen; both in ticks */
    uint64_t dropped;   /* records that were overwritten before they were read */
    uint64_t exit_seen; /* enum shim_trace_exit */
    bool damaged;       /* found while reading; trace_complete() says it */
    char why[160];      /* after TRACE_DAMAGED, TRACE_ABSENT: a sentence without full stop */
};

enum trace_result {
    TRACE_OK,
    TRACE_ABSENT,    /* there is no trace in the file (yet) */
    TRACE_RESTARTED, /* the machine was reset: take what is queued, then poll again */
    TRACE_DAMAGED,   /* `why` says how */
};

/* Opens a RAM file or a saved trace. TRACE_ABSENT leaves nothing open: try again later. */
enum trace_result trace_open(struct trace_reader *reader, const char *path);

void trace_close(struct trace_reader *reader);

/* Copies what was written since the last poll. Of a saved trace, which is read as it is taken, it
 * says only whether a reset is to be passed. */
enum trace_result trace_poll(struct trace_reader *reader);

/* Takes the oldest queued record of all rings, by time. Unless `all`, only one that no record still
 * to come can precede, as far as one poll can tell. False for a saved trace: at its end, at a
 * reset, or where it is damaged. */
bool trace_take(struct trace_reader *reader, bool all, struct shim_trace_record *record);

/* The same in two steps, for who wants the record as it is in a file. */
bool trace_take_slot(struct trace_reader *reader, bool all, struct shim_trace_slot *slot);
void trace_read(const struct trace_reader *reader, const struct shim_trace_slot *slot,
                struct shim_trace_record *record);

/* Whether all records were there between the oldest and the newest, as those of a machine that
 * stands still must: TRACE_DAMAGED says which one is missing. When all that there is has been taken
 * or queued, not live. */
enum trace_result trace_complete(struct trace_reader *reader);

#endif
