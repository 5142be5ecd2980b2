/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A RAM file as a host leaves it: trace rings at its end, written as a host writes them. */

#ifndef TESTS_UNIT_RAM_FILE_H
#define TESTS_UNIT_RAM_FILE_H

#include <stddef.h>
#include <stdint.h>

#include <shim/trace.h>

#define RAM_FILE_SIZE (1024u * 1024u)

struct ram_file {
    char path[64];
    int fd;
    uint8_t *bytes; /* mapped, all of it */
    struct shim_trace_header *header;
    uint64_t written[8]; /* records per ring */
};

/* Makes a file with empty rings: `vps` of `records` each. */
void ram_file_make(struct ram_file *file, uint32_t vps, uint32_t records);

void ram_file_remove(struct ram_file *file);

struct shim_trace_slot *ram_file_slot(struct ram_file *file, uint32_t ring, uint64_t sequence);

/* Appends the record to a ring; not a call, which rings hold as registers. */
void ram_file_write(struct ram_file *file, uint32_t ring, const struct shim_trace_record *record);

/* Appends a record of which only the time matters. */
void ram_file_tick(struct ram_file *file, uint32_t ring, uint64_t time);

/* What a reset does: rings empty, numbers from 1, a new generation. */
void ram_file_reset(struct ram_file *file);

#endif
