/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A RAM file as a host leaves it. */

#include "ram_file.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include <shim/compiler.h>

void ram_file_make(struct ram_file *file, uint32_t vps, uint32_t records)
{
    memset(file, 0, sizeof(*file));
    snprintf(file->path, sizeof(file->path), "/tmp/hvshim-ram.XXXXXX");
    file->fd = mkstemp(file->path);
    assert_true(file->fd >= 0);
    assert_int_equal(ftruncate(file->fd, RAM_FILE_SIZE), 0);
    file->bytes = mmap(NULL, RAM_FILE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file->fd, 0);
    assert_ptr_not_equal(file->bytes, MAP_FAILED);
    file->header = (struct shim_trace_header *)(void *)(file->bytes + RAM_FILE_SIZE - 4096);
    *file->header = (struct shim_trace_header) {
        .version = SHIM_TRACE_VERSION,
        .record_size = sizeof(struct shim_trace_slot),
        .vp_count = vps,
        .records = records,
        .rings_from_end = 4096 + (uint64_t)vps * records * sizeof(struct shim_trace_slot),
        .time_whole = 1,
        .generation = 1,
    };
    shim_atomic_store_release(&file->header->magic, SHIM_TRACE_MAGIC);
}

void ram_file_remove(struct ram_file *file)
{
    munmap(file->bytes, RAM_FILE_SIZE);
    close(file->fd);
    unlink(file->path);
}

struct shim_trace_slot *ram_file_slot(struct ram_file *file, uint32_t ring, uint64_t sequence)
{
    uint8_t *rings = file->bytes + RAM_FILE_SIZE - file->header->rings_from_end;
    uint64_t slot = (sequence - 1) % file->header->records;

    return (struct shim_trace_slot *)(void *)rings + (uint64_t)ring * file->header->records + slot;
}

void ram_file_write(struct ram_file *file, uint32_t ring, const struct shim_trace_record *record)
{
    uint64_t sequence = ++file->written[ring];
    struct shim_trace_slot *slot = ram_file_slot(file, ring, sequence);

    shim_atomic_store(&slot->sequence, 0);
    shim_atomic_fence();
    slot->time = record->time;
    slot->about = shim_trace_about(record->kind, record->verdict, 0);
    slot->vp_index = record->vp_index;
    slot->before[0] = record->control;
    slot->input_size = record->input_size;
    memcpy(slot->bytes, record->input, sizeof(record->input));
    shim_atomic_store_release(&slot->sequence, sequence);
}

void ram_file_tick(struct ram_file *file, uint32_t ring, uint64_t time)
{
    const struct shim_trace_record record = { .time = time, .kind = SHIM_TRACE_EVENT };

    ram_file_write(file, ring, &record);
}

void ram_file_reset(struct ram_file *file)
{
    shim_atomic_store(&file->header->magic, 0);
    memset(file->bytes + RAM_FILE_SIZE - file->header->rings_from_end, 0,
           file->header->rings_from_end - 4096);
    memset(file->written, 0, sizeof(file->written));
    file->header->generation++;
    file->header->exit_reason = SHIM_EXIT_RUNNING;
    shim_atomic_store_release(&file->header->magic, SHIM_TRACE_MAGIC);
}
