/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* One HVC from any state, in any convention, on hosts that lack this or that: engine against model.
 * A paused call is gone on with a few times. */

#include "bench.h"
#include "report.h"

#define ENTRIES 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bench *benches[BENCHES][BENCH_STARTS];
    struct cursor cursor = { data, size };
    uint8_t which = take8(&cursor);
    uint32_t start = take8(&cursor);
    struct bench **bench;
    struct bench_call call;

    start = start % 16 == 5 ? BENCH_CLOSED : start % 2 == 0 ? BENCH_OPEN : BENCH_CONFIGURED;
    bench = &benches[which < 128 ? 0 : which % BENCHES][start];
    if (*bench == NULL) {
        *bench = bench_make(which < 128 ? 0 : which % BENCHES, start);
    }
    bench_restore(*bench);
    generate_manner(&cursor, *bench);
    generate_call(&cursor, *bench, &call);
    for (int entry = 0; entry < ENTRIES; entry++) {
        if (bench_call(*bench, &call) != SHIM_AGAIN) {
            break;
        }
    }
    bench_compare_state(*bench);
    return 0;
}
