/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What hvtrace and the launcher make of a trace: a RAM file or a saved trace that is damaged
 * anywhere, or changes while it is read. Whatever it holds, reading ends, keeps to its bounds, and
 * every record that comes out has one line that is safe on a terminal, and fits a filter or does
 * not. What else is made of an input's records, its last byte says: JSON, a timeline, or a page and
 * a comparison, each of which must be well formed. There are pages of many inputs' records besides.
 */

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cursor.h"
#include "well_formed.h"

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

/* A stream into memory, used over and over. */
struct paper {
    FILE *out;
    char *text;
    size_t size;
};

/* What is made of an input besides lines. */
enum look { LOOK_JSON, LOOK_TIMELINE, LOOK_PAGE, LOOK_NOTHING, LOOKS };

static struct {
    int fd;
    char path[32];
    enum look look;
    struct paper lines, paper;
    size_t records; /* of this input */
    struct filter filters[4];
    struct sink json, perfetto, counts;
    struct outcome outcome;
    struct summary summary;
    struct survey survey;            /* of this input */
    struct survey gathered, earlier; /* of many; of as many before */
} bench;

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

static void begin_paper(struct paper *paper)
{
    require(fseek(paper->out, 0, SEEK_SET) == 0);
}

/* Now `text` holds `size` bytes. */
static void end_paper(struct paper *paper)
{
    require(fflush(paper->out) == 0 && ferror(paper->out) == 0);
}

static void set_up_paper(struct paper *paper)
{
    paper->out = open_memstream(&paper->text, &paper->size);
    require(paper->out != NULL);
}

static void set_up(void)
{
    static const char *const filters[] = { "call!=GetVpRegisters,0x5c", "status=SUCCESS,0x5",
                                           "register=GuestOsId,Sint2", "kind=trap,event,call" };
    char name[32], why[128];

    snprintf(name, sizeof name, "/fuzz-trace-%ld", (long)getpid());
    bench.fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    require(bench.fd >= 0 && shm_unlink(name) == 0);
    snprintf(bench.path, sizeof bench.path, "/proc/self/fd/%d", bench.fd);
    set_up_paper(&bench.lines);
    set_up_paper(&bench.paper);
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        require(filter_add(&bench.filters[i], filters[i], why, sizeof why));
    }
    require(survey_init(&bench.survey) && survey_init(&bench.gathered) &&
            survey_init(&bench.earlier));
    bench.json = sink_json();
    bench.counts = sink_counts();
}

/* Empties a survey, as freeing and making one would, which takes as long as all the rest. */
static void forget(struct survey *survey)
{
    struct survey kept = *survey;

    memset(kept.vps, 0, kept.vp_count * sizeof *kept.vps);
    if (kept.step_count != 0) {
        memset(kept.steps, 0, kept.step_count * sizeof *kept.steps);
        memset(kept.index, 0, SURVEY_INDEX * sizeof *kept.index);
    }
    memset(survey, 0, sizeof *survey);
    survey->vps = kept.vps;
    survey->steps = kept.steps;
    survey->index = kept.index;
    survey->marks = kept.marks;
}

/* A page about a survey, and what is different from another; from itself it never is. */
static void write_page(const struct survey *survey, const struct survey *other)
{
    static const char *const names[2] = { "earlier", "later" };

    begin_paper(&bench.paper);
    report_write(bench.paper.out, survey, "<&\">");
    end_paper(&bench.paper);
    require(html_is_whole(bench.paper.text, bench.paper.size));
    begin_paper(&bench.paper);
    (void)diff_surveys(bench.paper.out, other, survey, names);
    require(diff_surveys(bench.paper.out, survey, survey, names) == 0);
    end_paper(&bench.paper);
}

/* Pages about many records, and what is different from those before. */
static void look_back(void)
{
    struct survey oldest = bench.earlier;

    write_page(&bench.gathered, &bench.earlier);
    bench.earlier = bench.gathered;
    forget(&oldest);
    bench.gathered = oldest;
}

static void use(const struct shim_trace_record *record)
{
    require(record->input_held <= record->input_size && record->input_held <= SHIM_TRACE_INPUT);
    require(record->output_held <= record->output_size && record->output_held <= SHIM_TRACE_OUTPUT);
    decode_record(bench.lines.out, record);
    for (size_t i = 0; i < sizeof bench.filters / sizeof bench.filters[0]; i++) {
        (void)filter_passes(&bench.filters[i], record);
    }
    if (bench.look == LOOK_JSON) {
        bench.json.record(NULL, bench.paper.out, record);
    } else if (bench.look == LOOK_TIMELINE) {
        bench.perfetto.record(NULL, bench.paper.out, record);
    }
    bench.counts.record(NULL, bench.paper.out, record);
    outcome_note(&bench.outcome, record);
    summary_note(&bench.summary, record);
    survey_note(&bench.survey, record);
    survey_note(&bench.gathered, record);
    bench.records++;
}

/* Each record once: a file of so many bytes has no more. */
static void read_all(struct cursor *cursor, struct trace_reader *reader)
{
    struct shim_trace_record record;

    for (uint32_t poll = 0; poll < 6; poll++) {
        enum trace_result result = trace_poll(reader);
        while (trace_take(reader, poll % 2 != 0 || result != TRACE_OK, &record)) {
            use(&record);
            require(bench.records <= 6 * 2 * RINGS * FILE_BYTES);
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

static void begin_looking(const struct trace_reader *reader)
{
    bench.records = 0;
    begin_paper(&bench.lines);
    begin_paper(&bench.paper);
    if (bench.look == LOOK_TIMELINE) {
        bench.perfetto = sink_perfetto(reader->ring_count);
    }
    forget(&bench.survey);
}

/* What was written of an input is judged. */
static void end_looking(const struct trace_reader *reader)
{
    end_paper(&bench.lines);
    require(lines_are_plain(bench.lines.text, bench.lines.size, bench.records));
    if (bench.look == LOOK_TIMELINE) {
        bench.perfetto.end(NULL, bench.paper.out, reader->dropped);
    }
    end_paper(&bench.paper);
    if (bench.look == LOOK_JSON || bench.look == LOOK_TIMELINE) {
        require(json_is_whole(bench.paper.text, bench.paper.size,
                              bench.look == LOOK_JSON ? bench.records : 1));
    } else if (bench.look == LOOK_PAGE) {
        write_page(&bench.survey, &bench.earlier);
    }
    if (bench.gathered.records >= PAGE_AFTER) {
        look_back();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cursor cursor = { data, size };
    struct trace_reader reader;
    size_t length;

    if (bench.lines.out == NULL) {
        set_up();
    }
    bench.look = size == 0 ? LOOK_NOTHING : (enum look)(data[size - 1] % LOOKS);
    length = make_file(&cursor);
    require(ftruncate(bench.fd, (off_t)length) == 0);
    require(pwrite(bench.fd, bytes, length, 0) == (ssize_t)length);
    if (trace_open(&reader, bench.path) == TRACE_OK) {
        require(ftruncate(bench.fd, FILE_BYTES) == 0); /* it never shrinks under a reader here */
        begin_looking(&reader);
        read_all(&cursor, &reader);
        end_looking(&reader);
        trace_close(&reader);
    }
    return 0;
}
