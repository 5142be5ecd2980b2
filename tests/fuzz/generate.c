/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Calls out of a fuzzer's bytes: mostly what a guest would do, with a few things wrong. */

#include <hv/direct.h>
#include <hv/extended.h>

#include "bench.h"

/* Words that mean something somewhere. */
static const uint64_t dictionary[] = {
    UINT64_MAX,
    FUZZ_PARTITION,
    HV_VP_INDEX_SELF,
    HV_ANY_VP,
    0,
    1,
    2,
    3,
    63,
    64,
    65,
    255,
    256,
    2047,
    2048,
    4095,
    4096,
    FUZZ_GPA(FUZZ_CRASH) | 1,
    FUZZ_GPA(FUZZ_ROM) | 1,
    FUZZ_GPA(FUZZ_DEVICE) | 1,
    FUZZ_GPA(FUZZ_LAST) + 4088,
    FUZZ_GPA(FUZZ_PAGES),
    FUZZ_MPIDR(1),
    FUZZ_MPIDR(2) | UINT64_C(1) << 40,
    UINT64_C(1) << 63,
    UINT64_C(3) << 62,
    UINT64_C(0x10000),
    UINT64_C(0x40000),
    UINT64_C(0x20001),
    UINT64_C(0x1131),
    UINT64_C(0x80000001),
    UINT64_C(0x7fffffffffffffff),
};

static const uint32_t registers[] = {
    0x00000100, 0x00000200, 0x00000201, 0x00000202, 0x00000203, 0x00000204, 0x00000210, 0x00000213,
    0x00000214, 0x00000215, 0x00090000, 0x00090001, 0x00090002, 0x00090003, 0x00090004, 0x00090013,
    0x00090017, 0x000a0000, 0x000a0002, 0x000a0003, 0x000a0004, 0x000a000f, 0x000a0010, 0x000a0011,
    0x000a0012, 0x000a0013, 0x000a0014, 0x000a0015, 0x000a0016, 0x000b0000, 0x000b0001, 0x000b0002,
    0x000b0003, 0x000b0007, 0x000b0008, 0x00020000, 0x00010004, 0x000a1000, 0xffffffff,
};
#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

static uint64_t any_word(struct cursor *cursor)
{
    uint8_t choice = take8(cursor);

    if (choice < 160) {
        return dictionary[choice % COUNT(dictionary)];
    }
    return choice < 208 ? take8(cursor) : choice < 232 ? take16(cursor) : take64(cursor);
}

static uint32_t any_vp(struct cursor *cursor, const struct bench *bench)
{
    uint32_t vp = take8(cursor);

    return vp < 128 ? HV_VP_INDEX_SELF : vp % (bench->model.config.vps + 1);
}

/* ---- Blocks that make sense ----------------------------------------------------------------- */

#define BLOCK 4096u
struct block {
    uint8_t bytes[BLOCK];
};
#define PUT(block, offset, value) memcpy((block)->bytes + (offset), &(value), sizeof(value))

static void put_header(struct cursor *cursor, const struct bench *bench, struct block *block)
{
    uint64_t partition = HV_PARTITION_ID_SELF;
    uint32_t vp = any_vp(cursor, bench);

    PUT(block, 0, partition);
    PUT(block, 8, vp);
}

static void put_get_element(struct cursor *cursor, struct block *block, uint32_t at)
{
    uint32_t name = registers[below(cursor, COUNT(registers))];

    PUT(block, at, name);
}

static void put_set_element(struct cursor *cursor, struct block *block, uint32_t at)
{
    uint64_t value = any_word(cursor);

    put_get_element(cursor, block, at);
    PUT(block, at + 16, value);
}

static void put_post(struct cursor *cursor, struct block *block)
{
    uint32_t words[4] = { 1 + below(cursor, 4), 0, 1 + below(cursor, 3), below(cursor, 241) };

    PUT(block, 0, words);
    for (uint32_t i = 16; i < 256; i += 40) {
        uint64_t payload = take64(cursor);
        PUT(block, i, payload);
    }
}

static void put_event(struct cursor *cursor, struct block *block)
{
    uint32_t id = 1 + below(cursor, 4);
    uint16_t flag = take8(cursor) % (FUZZ_FLAGS + 2);

    PUT(block, 0, id);
    PUT(block, 4, flag);
}

static void put_ipi(struct cursor *cursor, struct block *block)
{
    uint32_t vector = below(cursor, 34);
    uint64_t mask = take64(cursor);

    PUT(block, 0, vector);
    PUT(block, 8, mask);
}

/* A set at `at`, its banks at `banks`; returns how many there are. */
static uint32_t put_set(struct cursor *cursor, struct block *block, uint32_t at, uint32_t banks)
{
    uint64_t format = below(cursor, 9) / 4;
    uint8_t choice = take8(cursor);
    uint64_t mask = choice < 200 ? choice % 8 : take64(cursor);
    uint32_t count = (uint32_t)__builtin_popcountll(mask);

    PUT(block, at, format);
    PUT(block, at + 8, mask);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t bank = choice < 200 ? take64(cursor) : any_word(cursor);
        PUT(block, banks + i * 8, bank);
    }
    return count;
}

static void put_direct(struct cursor *cursor, const struct bench *bench, struct block *block,
                       uint16_t code)
{
    uint8_t sint = (uint8_t)below(cursor, 17);

    put_header(cursor, bench, block);
    if (code == HV_CALL_SIGNAL_EVENT_DIRECT) {
        uint16_t flag = take16(cursor) % 2050;
        PUT(block, 13, sint);
        PUT(block, 14, flag);
    } else {
        uint32_t type = below(cursor, 4);
        uint8_t size = (uint8_t)below(cursor, 244);
        PUT(block, 16, sint);
        PUT(block, 20, type);
        PUT(block, 24, size);
    }
}

static void put_interrupt(struct cursor *cursor, struct block *block)
{
    uint64_t words[3] = { HV_PARTITION_ID_SELF, (uint64_t)below(cursor, 2) << 34,
                          FUZZ_MPIDR(below(cursor, 5)) };
    uint32_t vector = below(cursor, 34);

    PUT(block, 0, words);
    PUT(block, 24, vector);
}

static void put_elements(struct cursor *cursor, struct block *block, const struct model_row *row,
                         uint32_t at, uint32_t count)
{
    for (uint32_t i = 0; i < count && i < 64 && at + row->element <= BLOCK; i++) {
        if (row->code == HV_CALL_GET_VP_REGISTERS) {
            put_get_element(cursor, block, at);
        } else if (row->code == HV_CALL_SET_VP_REGISTERS) {
            put_set_element(cursor, block, at);
        } else if (row->element == 8) {
            uint64_t word = row->code == HV_CALL_GET_VP_INDEX_FROM_APIC_ID
                                ? FUZZ_MPIDR(below(cursor, 70))
                                : any_word(cursor);
            PUT(block, at, word);
        }
        at += row->element;
    }
}

/* Header and variable header of a row; returns the words of the latter. */
static uint32_t put_headers(struct cursor *cursor, const struct bench *bench,
                            const struct model_row *row, struct block *block)
{
    uint64_t flags;

    switch (row->code) {
    case HV_CALL_POST_MESSAGE:
        put_post(cursor, block);
        return 0;
    case HV_CALL_SIGNAL_EVENT:
        put_event(cursor, block);
        return 0;
    case HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI:
        put_ipi(cursor, block);
        return 0;
    case HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI_EX:
        put_ipi(cursor, block);
        return put_set(cursor, block, 8, 24);
    case HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE_EX:
    case HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST_EX:
        flags = below(cursor, 9);
        PUT(block, 8, flags);
        return put_set(cursor, block, 16, 32);
    case HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE:
    case HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST:
        flags = below(cursor, 9);
        PUT(block, 8, flags);
        return 0;
    case HV_CALL_ASSERT_VIRTUAL_INTERRUPT:
        put_interrupt(cursor, block);
        return 0;
    case HV_CALL_SIGNAL_EVENT_DIRECT:
    case HV_CALL_POST_MESSAGE_DIRECT:
        put_direct(cursor, bench, block, row->code);
        return 0;
    case HV_CALL_TRANSLATE_VIRTUAL_ADDRESS:
    case HV_CALL_TRANSLATE_VIRTUAL_ADDRESS_EX:
        put_header(cursor, bench, block);
        flags = UINT64_C(1) << below(cursor, 12);
        PUT(block, 16, flags);
        return 0;
    case HV_EXT_CALL_MEMORY_HEAT_HINT:
        flags = below(cursor, 4);
        PUT(block, 0, flags);
        return 0;
    case HV_CALL_NOTIFY_LONG_SPIN_WAIT:
    case HV_CALL_OUTPUT_DEBUG_CHARACTER:
        flags = take8(cursor);
        PUT(block, 0, flags);
        return 0;
    default:
        put_header(cursor, bench, block);
        return 0;
    }
}

/* ---- What goes wrong ------------------------------------------------------------------------ */

static void spoil_block(struct cursor *cursor, struct block *block, uint32_t size)
{
    uint32_t times = take8(cursor);

    for (times = times < 144 ? 0 : times % 3 + 1; times != 0 && size != 0; times--) {
        uint32_t at = take16(cursor) % (size < BLOCK ? size : BLOCK);

        if (once_in(cursor, 2) && at <= BLOCK - 8) {
            uint64_t word = any_word(cursor);
            PUT(block, at & ~7u, word);
        } else {
            block->bytes[at] ^= take8(cursor) | 1;
        }
    }
}

static uint64_t spoil_control(struct cursor *cursor, uint64_t control)
{
    switch (below(cursor, 24)) {
    case 20:
        return control ^ UINT64_C(1) << below(cursor, 64);
    case 21:
        return (control & ~HV_CONTROL_REP_COUNT) | (uint64_t)(take16(cursor) & 0xfff) << 32;
    case 22:
        return (control & ~HV_CONTROL_VARIABLE_HEADER) | (uint64_t)(take16(cursor) & 0x3ff) << 17;
    case 23:
        return (control & ~UINT64_C(0xffff)) | take16(cursor);
    default:
        return control;
    }
}

/* Somewhere for a buffer of this size, sound more often than not. */
static uint64_t any_buffer(struct cursor *cursor, enum fuzz_page usual, uint32_t size)
{
    uint8_t choice = take8(cursor);
    uint64_t page = FUZZ_GPA(usual);

    size = size < 4096 ? (size + 7) & ~7u : 4096;
    if (choice < 128) {
        return page;
    }
    if (choice < 192) {
        return page + 4096 - size; /* right to its end */
    }
    if (choice < 208) {
        return page + 4096 - size + 8 * (choice & 1) + choice % 8;
    }
    if (choice < 240) {
        return FUZZ_GPA(choice % (FUZZ_PAGES + 1));
    }
    return any_word(cursor);
}

/* ---- The whole ------------------------------------------------------------------------------ */

static const struct model_row *any_row(struct cursor *cursor)
{
    uint32_t choice = take8(cursor);

    /* The calls of which there is most to go wrong come more often. */
    return choice >= 240   ? &model_rows[8]
           : choice >= 216 ? &model_rows[9]
                           : &model_rows[choice % model_row_count];
}

static uint32_t any_count(struct cursor *cursor, const struct model_row *row)
{
    uint8_t choice = take8(cursor);

    if (row->class == MODEL_SIMPLE) {
        return 0;
    }
    return choice < 192 ? 1 + choice % 4 : choice < 250 ? choice : take16(cursor) & 0xfff;
}

static void place(struct cursor *cursor, struct bench *bench, struct bench_call *call,
                  const struct block *block, uint32_t size, uint32_t output)
{
    bool native = call->immediate == 1;
    uint64_t *x = call->x + (native ? 1 : 2);
    uint64_t control = call->x[native ? 0 : 1];

    if ((control & HV_CONTROL_FAST) == 0) {
        x[0] = any_buffer(cursor, FUZZ_INPUT, size);
        x[1] = any_buffer(cursor, FUZZ_OUTPUT, output);
        bench_poke(bench, x[0], block->bytes, size < BLOCK ? size : BLOCK);
        return;
    }
    memcpy(x, block->bytes, size < 128 ? size : 128);
    if (!native && size > 40 && bench->model.vp[call->vp].spill != MODEL_NO_PAGE) {
        bench_poke(bench, bench->model.vp[call->vp].spill + 40, block->bytes + 40,
                   (size < 2048 ? size : 2048) - 40);
    }
}

static void generate_hypercall(struct cursor *cursor, struct bench *bench, struct bench_call *call)
{
    const struct model_row *row = any_row(cursor);
    static struct block block;
    uint32_t count = any_count(cursor, row);
    uint32_t start = once_in(cursor, 4) && count != 0 ? take8(cursor) % count : 0;
    uint32_t words, size;
    uint64_t control;

    memset(&block, 0, 512);
    words = put_headers(cursor, bench, row, &block);
    size = row->header + words * 8 + count * row->element;
    put_elements(cursor, &block, row, row->header + words * 8, count);
    spoil_block(cursor, &block, size);
    control = row->code | (uint64_t)words << 17 | (uint64_t)count << 32 | (uint64_t)start << 48;
    control |= below(cursor, 4) != 3 ? HV_CONTROL_FAST : 0;
    call->x[call->immediate == 1 ? 0 : 1] = spoil_control(cursor, control);
    place(cursor, bench, call, &block, size,
          row->class == MODEL_REP ? count * row->element_output : row->output);
}

static const uint32_t ids[] = {
    0x46000001, 0x46005302, 0x8600ff00, 0x8600ff01, 0x8600ff02, 0x8600ff03, 0xc600ff01, 0xc6005301,
    0x46005301, 0xc6005302, 0xc6000001, 0x84000000, 0x80000000, 0x80000001, 0x06000001, 0x86000001,
};

/* Something by SMCCC that need not be a hypercall. */
static void generate_function(struct cursor *cursor, struct bench_call *call)
{
    uint8_t choice = take8(cursor);

    call->x[0] = choice < 192 ? ids[choice % 16] : (uint32_t)take(cursor, 4);
    call->x[1] = any_word(cursor);
    if (once_in(cursor, 8)) {
        call->x[0] ^= UINT64_C(1) << below(cursor, 64);
    }
    call->smc = once_in(cursor, 4);
    call->immediate = once_in(cursor, 8) ? take16(cursor) : call->immediate;
}

void generate_call(struct cursor *cursor, struct bench *bench, struct bench_call *call)
{
    uint8_t choice = take8(cursor);

    memset(call, 0, sizeof *call);
    for (uint32_t i = 0; i < SHIM_REGISTERS; i++) { /* what the call does not use */
        call->x[i] = UINT64_C(0x0101010101010101) * (i + 1) ^ (uint64_t)choice << 56;
    }
    call->vp = take8(cursor) % bench->model.config.vps;
    call->immediate = choice < 96;
    if (choice >= 240) {
        generate_function(cursor, call);
        return;
    }
    if (choice >= 96) {
        call->x[0] =
            ids[choice >= 168] | (uint64_t)take8(cursor) << 40 | (uint64_t)once_in(cursor, 4) << 16;
    }
    generate_hypercall(cursor, bench, call);
}

void generate_manner(struct cursor *cursor, struct bench *bench)
{
    static const hv_status_t statuses[] = { HV_STATUS_SUCCESS, HV_STATUS_SUCCESS,
                                            HV_STATUS_INSUFFICIENT_BUFFERS,
                                            HV_STATUS_INVALID_SYNIC_STATE };
    uint8_t choice = take8(cursor);
    const struct fuzz_manner manner = {
        .time = choice < 128 ? choice : any_word(cursor),
        .runtime = choice,
        .budget = below(cursor, 4),
        .post_status = statuses[choice % 4],
        .signal_status = statuses[choice / 4 % 4],
        .start_status = choice & 16 ? HV_STATUS_INVALID_VP_STATE : HV_STATUS_SUCCESS,
        .zeroed = choice % 3,
        .translation = { choice % 8, choice, 0, 0, choice },
    };

    bench_manner(bench, &manner);
}
