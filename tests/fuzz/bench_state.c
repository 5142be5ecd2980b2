/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Is the engine's state the model's? Registers are read as a guest reads them. */

#include "bench.h"

#include "report.h"

static const uint32_t kept[] = {
    0x00000100, 0x00000200, 0x00000201, 0x00000202, 0x00000203, 0x00000210, 0x00000211, 0x00000212,
    0x00000213, 0x00000214, 0x00000215, 0x00090000, 0x00090002, 0x00090003, 0x00090004, 0x00090013,
    0x00090017, 0x000a0000, 0x000a0001, 0x000a0002, 0x000a0003, 0x000a0004, 0x000a0005, 0x000a0006,
    0x000a0007, 0x000a0008, 0x000a0009, 0x000a000a, 0x000a000b, 0x000a000c, 0x000a000d, 0x000a000e,
    0x000a000f, 0x000a0010, 0x000a0011, 0x000a0012, 0x000a0013, 0x000a0014, 0x000a0015, 0x000b0000,
    0x000b0001, 0x000b0002, 0x000b0003, 0x000b0004, 0x000b0005, 0x000b0006, 0x000b0007,
};

/* Each may be refused: then both refuse. */
static void compare_vp(struct bench *bench, uint32_t vp)
{
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        struct bench_call call = {
            .immediate = 1,
            .x = { UINT64_C(0x100010050), UINT64_MAX, vp, kept[i] },
        };

        bench_call(bench, &call);
    }
}

static void compare_spill(const struct bench *bench, uint32_t vp)
{
    uint64_t engine = bench->vps[vp].spill_page;
    uint64_t model = bench->model.vp[vp].spill;

    if (engine != (model == MODEL_NO_PAGE ? 0 : model | HV_SPILL_ATTACH_ENABLE)) {
        fuzz_fail("another spill page", engine, model);
    }
}

void bench_compare_registers(struct bench *bench)
{
    for (uint32_t vp = 0; vp < bench->model.config.vps; vp++) {
        compare_vp(bench, vp);
        compare_spill(bench, vp);
    }
}

static bool partition_moved(const struct bench *bench)
{
    const struct model *model = &bench->model;

    return !fuzz_same(&bench->partition, &bench->partition_before, sizeof bench->partition) ||
           model->guest_os_id != bench->guest_os_id_before ||
           model->reference_tsc != bench->reference_tsc_before ||
           !fuzz_same(model->crash, bench->crash_before, sizeof model->crash);
}

static bool vp_moved(const struct bench *bench, uint32_t vp)
{
    return !fuzz_same(&bench->vps[vp], &bench->vps_before[vp], BENCH_VP_STATE) ||
           memcmp(&bench->model.vp[vp], &bench->model_vps_before[vp], sizeof bench->model.vp[vp]) !=
               0;
}

void bench_compare_state(struct bench *bench)
{
    bool moved = partition_moved(bench);

    for (uint32_t vp = 0; vp < bench->model.config.vps; vp++) {
        bench->moved[vp] = vp_moved(bench, vp);
        if (bench->moved[vp] || (vp == 0 && moved)) {
            compare_vp(bench, vp);
            compare_spill(bench, vp);
        }
    }
}
