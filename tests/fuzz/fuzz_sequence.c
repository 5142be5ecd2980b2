/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A dozen steps of a guest with several VPs, from any state: calls, each compared with the model's,
 * while time goes on, pages are written, VPs and the partition are reset. All registers are
 * compared at the end. */

#include "bench.h"

#define STEPS 12

static void reset_vp(struct bench *bench, uint32_t vp)
{
    shim_vp_reset(&bench->vps[vp]);
    model_vp_reset(&bench->model, vp);
}

static void reset_partition(struct bench *bench)
{
    shim_partition_reset(&bench->partition);
    model_partition_reset(&bench->model);
}

static void time_goes_on(struct cursor *cursor, struct bench *bench)
{
    struct fuzz_manner manner = bench->host.manner;
    uint64_t step = take16(cursor);

    manner.time += manner.time < UINT64_MAX - step ? step : 0;
    manner.runtime++;
    bench_manner(bench, &manner);
}

static void one_call(struct cursor *cursor, struct bench *bench)
{
    struct bench_call call;

    generate_call(cursor, bench, &call);
    while (bench_call(bench, &call) == SHIM_AGAIN) {
    }
}

static void write_page(struct cursor *cursor, struct bench *bench)
{
    uint64_t word = take64(cursor);
    uint16_t at = take16(cursor);

    bench_poke(bench, FUZZ_GPA(at % FUZZ_PAGES) + (at >> 4) % 512 * 8, &word, sizeof word);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bench *benches[BENCHES][BENCH_STARTS];
    struct cursor cursor = { data, size };
    uint8_t which = take8(&cursor);
    uint32_t index = which < 160 ? 0 : which % BENCHES;
    uint32_t start = which % 4 == 0 ? BENCH_CLOSED : which % 4 == 1 ? BENCH_OPEN : BENCH_CONFIGURED;
    struct bench *bench = benches[index][start];

    if (bench == NULL) {
        bench = benches[index][start] = bench_make(index, start);
    }
    bench_restore(bench);
    generate_manner(&cursor, bench);
    for (int step = 0; step < STEPS && (step == 0 || cursor.left != 0); step++) {
        uint8_t choice = take8(&cursor);

        if (choice < 216) {
            one_call(&cursor, bench);
        } else if (choice < 232) {
            time_goes_on(&cursor, bench);
        } else if (choice < 248) {
            write_page(&cursor, bench);
        } else if (choice < 255) {
            reset_vp(bench, take8(&cursor) % bench->model.config.vps);
        } else {
            reset_partition(bench);
        }
    }
    bench_compare_state(bench);
    return 0;
}
