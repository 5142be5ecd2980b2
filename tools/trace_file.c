/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Saved traces: see trace_file.h. */

#include "tools/trace_file.h"

static void begin(struct trace_file *file, const struct trace_reader *reader)
{
    const struct shim_trace_file header = {
        .magic = SHIM_TRACE_FILE_MAGIC,
        .version = SHIM_TRACE_VERSION,
        .record_size = sizeof(struct shim_trace_slot),
        .vp_count = reader->ring_count,
        .time_whole = reader->time_whole,
        .time_fraction = reader->time_fraction,
        .time_origin = reader->time_origin,
    };

    fwrite(&header, sizeof(header), 1, file->out);
    file->begun = true;
}

static void put(struct trace_file *file, const struct trace_reader *reader,
                struct shim_trace_slot slot)
{
    if (!file->begun) {
        begin(file, reader);
    }
    slot.sequence = ++file->written;
    fwrite(&slot, sizeof(slot), 1, file->out);
}

/* A record of the file's own. */
static void note(struct trace_file *file, const struct trace_reader *reader,
                 enum shim_trace_kind kind, uint64_t control)
{
    put(file, reader,
        (struct shim_trace_slot) {
            .time = reader->newest, .about = shim_trace_about(kind, 0, 0), .before = { control } });
}

static void note_losses(struct trace_file *file, const struct trace_reader *reader)
{
    if (reader->dropped != file->lost) {
        note(file, reader, SHIM_TRACE_LOST, reader->dropped - file->lost);
        file->lost = reader->dropped;
    }
}

void trace_file_add(struct trace_file *file, const struct trace_reader *reader,
                    const struct shim_trace_slot *slot)
{
    if (file->out != NULL) {
        note_losses(file, reader);
        put(file, reader, *slot);
    }
}

void trace_file_restart(struct trace_file *file, const struct trace_reader *reader)
{
    if (file->out != NULL) {
        note(file, reader, SHIM_TRACE_RESET, reader->generation);
    }
}

bool trace_file_end(struct trace_file *file, const struct trace_reader *reader)
{
    bool written;

    if (file->out == NULL) {
        return true;
    }
    if (reader->ring_count != 0) { /* else there never was a trace */
        note_losses(file, reader);
        note(file, reader, SHIM_TRACE_END, reader->exit_seen);
    }
    written = ferror(file->out) == 0;
    written = fclose(file->out) == 0 && written;
    file->out = NULL;
    return written;
}
