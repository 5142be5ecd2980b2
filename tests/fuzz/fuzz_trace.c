/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What hvtrace and the launcher make of a trace: a RAM file or a saved trace that is damaged
 * anywhere, or changes while it is read. Whatever it holds, reading ends, keeps to its bounds, and
 * every record that comes out has one line, one JSON object, and fits a filter or does not; and
 * there is a page about many of them, and a comparison with the ones before. */

#include <stdlib.h>
#include <unistd.h>

#include "cursor.h"

#include "tools/decode.h"
#include "tools/diff.h"
#include "tools/filter.h"
#include "tools/outcome.h"
#include "tools/report.h"
#include "tools/sink.h"
#include "tools/summary.h"
#include "tools/trace_file.h"
#include "tools/trace_reader.h"

#define PAGE 4096u
#define RINGS 2u
#define SLOTS 4u
#define RING_BYTES (RINGS * SLOTS * sizeof(struct shim_trace_slot))
#define FILE_BYTES (RING_BYTES + PAGE)
#define DAMAGES 12u
#define PAGE_AFTER 2000u /* records: each page costs as much as many of them */

static uint8_t bytes[FILE_BYTES];

static const struct shim_trace_header sound_header = {
    .magic = SHIM_TRACE_MAGIC,
    .version = SHIM_TRACE_VERSION,
    .record_size = sizeof(struct shim_trace_slot),
    .vp_count = RINGS,
    .records = SLOTS,
    .rings_from_end = FILE_BYTES,
    .generation = 1,
    .time_whole = 1,
};

static const struct shim_trace_file sound_file = {
    .magic = SHIM_TRACE_FILE_MAGIC,
    .version = SHIM_TRACE_VERSION,
    .record_size = sizeof(struct shim_trace_slot),
    .vp_count = RINGS,
    .time_whole = 1,
};

/* ---- Files ---- */

/* A record that a machine could have left, its bytes the fuzzer's. */
static void make_slot(struct cursor *cursor, struct shim_trace_slot *slot, uint64_t sequence)
{
    static const uint16_t codes[] = { 0x50, 0x51, 0x5c, 0x5d, 0x02, 0x0b, 0x15, 0x52, 0x99 };

    memset(slot, 0, sizeof *slot);
    slot->sequence = sequence;
    slot->time = take16(cursor);
    slot->spent = take16(cursor);
    uint32_t about = (uint32_t)take(cursor, 3);
    slot->about = shim_trace_about(about & 0xff, about >> 8 & 0xff, about >> 16);
    slot->vp_index = take8(cursor);
    slot->input_size = take8(cursor);
    slot->output_size = take8(cursor);
    slot->before[0] = codes[below(cursor, sizeof codes / sizeof codes[0])];
    slot->before[0] |= take(cursor, 6) << 16;
    slot->before[1] = slot->before[0];
    if (once_in(cursor, 2)) {
        slot->before[0] = UINT32_C(0x46000001);
    }
    size_t size = take8(cursor) % sizeof slot->bytes;
    size = size < cursor->left ? size : cursor->left;
    memcpy(slot->bytes, cursor->at, size);
    cursor->at += size;
    cursor->left -= size;
}

static void damage(struct cursor *cursor, size_t size)
{
    for (uint32_t i = below(cursor, DAMAGES); i > 0 && cursor->left > 0; i--) {
        size_t at = take16(cursor) % size;
        uint64_t value = once_in(cursor, 2) ? take64(cursor) : take8(cursor);
        size_t width = (size_t)1 << below(cursor, 4);
        memcpy(bytes + at, &value, at + width <= size ? width : size - at);
    }
}

static size_t make_ram(struct cursor *cursor)
{
    struct shim_trace_slot *slots = (void *)bytes;
    size_t count = RINGS * SLOTS;

    memset(bytes, 0, sizeof bytes);
    for (size_t i = 0; i < count && cursor->left != 0; i++) {
        make_slot(cursor, &slots[i], i % SLOTS + 1 + (once_in(cursor, 4) ? SLOTS : 0));
    }
    memcpy(bytes + RING_BYTES, &sound_header, sizeof sound_header);
    damage(cursor, once_in(cursor, 2) ? FILE_BYTES : RING_BYTES);
    return once_in(cursor, 8) ? take16(cursor) % FILE_BYTES : FILE_BYTES;
}

static size_t make_saved(struct cursor *cursor)
{
    size_t size = sizeof sound_file;

    memset(bytes, 0, sizeof bytes);
    memcpy(bytes, &sound_file, sizeof sound_file);
    for (uint64_t i = 1; cursor->left > DAMAGES && size + 256 <= sizeof bytes; i++, size += 256) {
        struct shim_trace_slot slot;
        make_slot(cursor, &slot, i);
        memcpy(bytes + size, &slot, sizeof slot);
    }
    damage(cursor, size);
    return once_in(cursor, 4) ? take16(cursor) % size : size;
}

static size_t make_file(struct cursor *cursor)
{
    switch (below(cursor, 8)) {
    case 0: {
        size_t size = cursor->left < sizeof bytes ? cursor->left : sizeof bytes;
        memcpy(bytes, cursor->at, size);
        return size;
    }
    case 1:
    case 2:
    case 3:
        return make_saved(cursor);
    default:
        return make_ram(cursor);
    }
}

/* ---- Reading them ---- */

static struct {
    int fd;
    char path[32];
    FILE *null;
    struct filter filters[4];
    struct sink json, perfetto, counts;
    struct outcome outcome;
    struct summary summary;
    struct survey survey, earlier; /* `earlier` is of the records before */
} bench;

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

static void set_up(void)
{
    static const char *const filters[] = { "call!=GetVpRegisters,0x5c", "status=SUCCESS,0x5",
                                           "register=GuestOsId,Sint2", "kind=trap,event,call" };
    char why[128];

    FILE *file = tmpfile();

    require(file != NULL);
    bench.fd = fileno(file);
    snprintf(bench.path, sizeof bench.path, "/proc/self/fd/%d", bench.fd);
    bench.null = fopen("/dev/null", "w");
    require(bench.null != NULL);
    setvbuf(bench.null, NULL, _IOFBF, 1 << 16);
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        require(filter_add(&bench.filters[i], filters[i], why, sizeof why));
    }
    require(survey_init(&bench.survey) && survey_init(&bench.earlier));
    bench.json = sink_json();
    bench.counts = sink_counts();
}

/* A page about the last records, and what is different from those before. */
static void look_back(void)
{
    static const char *const names[2] = { "earlier", "later" };

    report_write(bench.null, &bench.survey, "");
    (void)diff_surveys(bench.null, &bench.earlier, &bench.survey, names);
    survey_free(&bench.earlier);
    bench.earlier = bench.survey;
    require(survey_init(&bench.survey));
}

static void use(const struct shim_trace_record *record)
{
    require(record->input_held <= record->input_size && record->input_held <= SHIM_TRACE_INPUT);
    require(record->output_held <= record->output_size && record->output_held <= SHIM_TRACE_OUTPUT);
    decode_record(bench.null, record);
    for (size_t i = 0; i < sizeof bench.filters / sizeof bench.filters[0]; i++) {
        (void)filter_passes(&bench.filters[i], record);
    }
    if (record->sequence % 4 == 1) { /* as each costs as much as all the rest */
        bench.json.record(NULL, bench.null, record);
        bench.perfetto.record(NULL, bench.null, record);
    }
    bench.counts.record(NULL, bench.null, record);
    outcome_note(&bench.outcome, record);
    summary_note(&bench.summary, record);
    survey_note(&bench.survey, record);
    if (bench.survey.records == PAGE_AFTER) {
        look_back();
    }
}

/* Each record once: a file of so many bytes has no more. */
static void read_all(struct cursor *cursor, struct trace_reader *reader)
{
    struct shim_trace_record record;
    uint64_t records = 0;

    bench.perfetto = sink_perfetto(reader->ring_count);
    for (uint32_t poll = 0; poll < 6; poll++) {
        enum trace_result result = trace_poll(reader);
        while (trace_take(reader, poll % 2 != 0 || result != TRACE_OK, &record)) {
            use(&record);
            require(++records <= 6 * 2 * RINGS * FILE_BYTES);
        }
        if (result == TRACE_DAMAGED) {
            return;
        }
        if (cursor->left > 4) { /* the machine goes on */
            damage(cursor, FILE_BYTES);
            require(pwrite(bench.fd, bytes, FILE_BYTES, 0) == FILE_BYTES);
        }
    }
    (void)trace_complete(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cursor cursor = { data, size };
    struct trace_reader reader;
    size_t length;

    if (bench.null == NULL) {
        set_up();
    }
    length = make_file(&cursor);
    require(ftruncate(bench.fd, (off_t)length) == 0);
    require(pwrite(bench.fd, bytes, length, 0) == (ssize_t)length);
    if (trace_open(&reader, bench.path) == TRACE_OK) {
        require(ftruncate(bench.fd, FILE_BYTES) == 0); /* it never shrinks under a reader here */
        read_all(&cursor, &reader);
        trace_close(&reader);
    }
    return 0;
}
