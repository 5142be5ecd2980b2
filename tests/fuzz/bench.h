/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Engine and model side by side: one call goes to both, and whatever differs afterwards is a
 * finding. Benches differ in what their host offers and in where they start from, to which they
 * return at little cost. */

#ifndef TESTS_FUZZ_BENCH_H
#define TESTS_FUZZ_BENCH_H

#include <shim/shim.h>

#include "cursor.h"
#include "host.h"
#include "model.h"

#define BENCHES 32u
#define BENCH_WITHOUT_TIMERS 32u /* one more: all there is, but for timers */
#define BENCH_CONNECTIONS 8u

/* What a call may change of a VP, but for its scratch. */
#define BENCH_VP_STATE offsetof(struct shim_vp, fetched)

/* Where a bench starts from. */
enum bench_start {
    BENCH_CLOSED,     /* GuestOsId is 0 */
    BENCH_OPEN,       /* it is set */
    BENCH_CONFIGURED, /* and SynIC, spill page and timers are in use, on every VP */
    BENCH_STARTS,
};

struct bench {
    struct fuzz_host host;
    struct shim_host_ops ops;
    struct shim_connection connections[BENCH_CONNECTIONS];
    struct shim_partition partition;
    struct shim_vp *vps; /* as many as model.config says */
    struct model model;

    /* As it was when it was made. */
    struct shim_partition partition_before;
    struct shim_vp *vps_before;
    uint64_t guest_os_id_before;
    uint64_t crash_before[HV_CRASH_PARAMETERS];
    uint64_t reference_tsc_before;
    uint64_t pins_before;
    struct model_vp *model_vps_before;
    bool moved[FUZZ_VPS]; /* VPs that are not as they were then */
};

/* Makes bench number `index`, which is always the same. */
struct bench *bench_make(uint32_t index, enum bench_start start);

/* Back to how it was made, memory included. */
void bench_restore(struct bench *bench);

/* What the guest itself does to its memory. */
void bench_poke(struct bench *bench, uint64_t gpa, const void *from, size_t size);
void bench_manner(struct bench *bench, const struct fuzz_manner *manner);

/* One HVC (or SMC) by both, compared. */
struct bench_call {
    uint32_t vp;
    bool smc;
    uint16_t immediate;
    uint64_t x[SHIM_REGISTERS];
};
enum shim_verdict bench_call(struct bench *bench, struct bench_call *call);

/* All registers of all VPs read the same in both, and their spill pages are where they should be.
 */
void bench_compare_registers(struct bench *bench);

/* The same, at less cost: only VPs that are not as they were at first. To be called after calls
 * that may have changed something, before bench_restore(). */
void bench_compare_state(struct bench *bench);

/* ---- Calls out of a fuzzer's bytes ----------------------------------------------------------- */

/* Fills in a call; its blocks go to the registers or into guest memory. */
void generate_call(struct cursor *cursor, struct bench *bench, struct bench_call *call);

/* How the host behaves. */
void generate_manner(struct cursor *cursor, struct bench *bench);

#endif
