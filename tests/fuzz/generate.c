/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Calls out of a fuzzer's bytes: mostly what a guest would do, with a few things wrong. */

#include "generate.h"

/* ---- What goes wrong ------------------------------------------------------------------------ */

static void spoil_block(struct cursor *cursor, struct block *block, uint32_t size)
{
    uint32_t times = take8(cursor);

    for (times = times < 144 ? 0 : times % 3 + 1; times != 0 && size != 0; times--) {
        uint32_t at = take16(cursor) % (size < BLOCK ? size : BLOCK);

        if (once_in(cursor, 2) && at <= BLOCK - 8) {
            uint64_t word = generate_word(cursor);
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
    return generate_word(cursor);
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
    words = generate_headers(cursor, bench, row, &block);
    size = row->header + words * 8 + count * row->element;
    generate_elements(cursor, &block, row, row->header + words * 8, count);
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
    call->x[1] = generate_word(cursor);
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
        .time = choice < 128 ? choice : generate_word(cursor),
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
