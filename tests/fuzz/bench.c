/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Engine and model side by side. See bench.h. */

#include "bench.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "report.h"

#define STATE                                                                                      \
    offsetof(struct shim_vp, fetched) /* what a call may change of a VP but its scratch            \
                                       */

/* What the finding is about. */
static struct bench_call asked, engine_answer, model_answer;
static const struct bench *asked_of;

static void explain_effects(const char *whose, const struct fuzz_effects *effects)
{
    fprintf(stderr,
            "%s: yields %u posts %u signals %u starts %u flushed %u translations %u heats %u "
            "characters %u crashes %u",
            whose, effects->yields, effects->posts, effects->signals, effects->starts,
            effects->flushed, effects->translations, effects->heats, effects->characters,
            effects->crashes);
    for (uint32_t vp = 0; vp < FUZZ_VPS; vp++) {
        if (effects->pended[vp] != 0 || effects->polled[vp] != 0) {
            fprintf(stderr, ", VP %" PRIu32 " pended %" PRIx32 " polled %u", vp,
                    effects->pended[vp], effects->polled[vp]);
        }
    }
    fprintf(stderr, "\n");
}

/* The first words of a slow call's input, as the model's guest has them. */
static void explain_block(uint64_t gpa)
{
    if (gpa - FUZZ_BASE < sizeof asked_of->model.memory.bytes - 64) {
        uint64_t words[8];

        memcpy(words, asked_of->model.memory.bytes + (gpa - FUZZ_BASE), sizeof words);
        for (int i = 0; i < 8; i++) {
            fprintf(stderr, "  input + %2d: %016" PRIx64 "\n", i * 8, words[i]);
        }
    }
}

static void explain_memory(void)
{
    const uint8_t *engine = asked_of->host.memory.bytes;
    const uint8_t *model = asked_of->model.memory.bytes;
    int lines = 0;

    for (size_t i = 0; i < sizeof asked_of->host.memory.bytes && lines < 16; i++) {
        if (engine[i] != model[i]) {
            fprintf(stderr, "  %zx: engine %02x model %02x\n", (size_t)FUZZ_BASE + i, engine[i],
                    model[i]);
            lines++;
        }
    }
}

static void explain(void)
{
    const struct model_config *config = &asked_of->model.config;

    fprintf(stderr, "vp %" PRIu32 ", %s, immediate %u\n", asked.vp, asked.smc ? "SMC" : "HVC",
            asked.immediate);
    fprintf(stderr, "host without %x, %" PRIu32 " VPs, privileges %" PRIx64 "%s%s%s\n",
            FUZZ_OPS_ALL & ~config->ops, config->vps, config->privileges,
            config->connections ? ", connections" : "", config->direct_calls ? ", direct" : "",
            config->reference_tsc ? ", TSC page" : "");
    explain_effects("engine", &asked_of->host.effects);
    explain_effects("model", &asked_of->model.effects);
    explain_memory();
    explain_block(asked.x[asked.immediate == 1 ? 1 : 2]);
    for (unsigned i = 0; i < SHIM_REGISTERS; i++) {
        fprintf(stderr, "  x%-2u %016" PRIx64 "  engine %016" PRIx64 "  model %016" PRIx64 "%s\n",
                i, asked.x[i], engine_answer.x[i], model_answer.x[i],
                engine_answer.x[i] != model_answer.x[i] ? "  <--" : "");
    }
}

/* ---- Making benches ------------------------------------------------------------------------- */

static uint64_t random_of(uint64_t index)
{
    uint64_t value = (index + 1) * UINT64_C(0x9e3779b97f4a7c15);

    value ^= value >> 31;
    value *= UINT64_C(0xbf58476d1ce4e5b9);
    return value ^ value >> 29;
}

static struct model_config config_of(uint32_t index)
{
    static const uint32_t sizes[] = { 3, 1, 3, 2, 4, 3 }; /* and three large ones: 66, 65, 64 */
    uint64_t random = random_of(index);
    struct model_config config = {
        .vps = index % 12 == 2 ? 66 - index / 12 : sizes[index % 6],
        .ops = FUZZ_OPS_ALL,
        .privileges = UINT64_MAX,
        .connections = true,
        .reference_tsc = true,
        .direct_calls = true,
    };

    if (index == BENCH_WITHOUT_TIMERS) {
        config.vps = 3;
        config.privileges &= ~HV_PRIV_ACCESS_SYNTHETIC_TIMER_REGS;
    } else if (index >= 4 && index < 20) { /* one op is missing */
        config.vps = sizes[index % 2];
        config.ops &= ~(UINT32_C(1) << (index - 4));
    } else if (index >= 20) { /* a lot is */
        config.ops &= (uint32_t)(random | random >> 16);
        config.privileges = index % 2 == 0 ? UINT64_MAX : random | random << 17;
        config.connections = (random >> 40 & 3) != 0;
        config.reference_tsc = (random >> 42 & 3) != 0;
        config.direct_calls = (random >> 44 & 1) != 0;
    }
    return config;
}

static void connect(struct bench *bench)
{
    struct fuzz_host *host = &bench->host;

    if (!shim_connect(&bench->partition, FUZZ_MESSAGE_CONNECTION, &host->message_port) ||
        !shim_connect(&bench->partition, FUZZ_EVENT_CONNECTION, &host->event_port) ||
        !shim_connect(&bench->partition, FUZZ_CLOSED_CONNECTION, &host->closed_port)) {
        fuzz_fail("ports can't be connected", 0, 0);
    }
}

static void make_partition(struct bench *bench, const struct model_config *config)
{
    const struct shim_partition_config wanted = {
        .ops = &bench->ops,
        .host = &bench->host,
        .vps = bench->vps,
        .vp_count = config->vps,
        .partition_id = FUZZ_PARTITION,
        .privileges = config->privileges,
        .hypervisor_version = { FUZZ_VERSION_LOW, 1 },
        .connections = config->connections ? bench->connections : NULL,
        .connection_slots = config->connections ? BENCH_CONNECTIONS : 0,
        .reference_tsc_scale = config->reference_tsc ? FUZZ_TSC_SCALE : 0,
        .reference_tsc_offset = FUZZ_TSC_OFFSET,
        .direct_calls = config->direct_calls,
    };

    if (!shim_partition_init(&bench->partition, &wanted)) {
        fuzz_fail("partition refused", 0, 0);
    }
    for (uint32_t vp = 0; vp < config->vps; vp++) {
        if (!shim_vp_init(&bench->vps[vp], &bench->partition, vp, &bench->host.processor[vp])) {
            fuzz_fail("VP refused", vp, 0);
        }
        memset(bench->vps[vp].input, 0xa5, sizeof bench->vps[vp].input);
        memset(bench->vps[vp].output, 0xa5, sizeof bench->vps[vp].output);
    }
    if (config->connections) {
        connect(bench);
    }
}

/* A register by the native convention, in both; refusals are as good as successes. */
static void set_register(struct bench *bench, uint32_t vp, uint32_t name, uint64_t value)
{
    struct bench_call call = {
        .vp = vp,
        .immediate = 1,
        .x = { UINT64_C(0x100010051), UINT64_MAX, HV_VP_INDEX_SELF, name, 0, value },
    };

    bench_call(bench, &call);
}

static void configure(struct bench *bench, uint32_t vp)
{
    struct bench_call attach = { .vp = vp, .x = { 0xc6005301, FUZZ_GPA(FUZZ_SPILL) | 1 } };

    set_register(bench, vp, HV_REGISTER_SIPP, FUZZ_GPA(FUZZ_MESSAGES) | 1);
    set_register(bench, vp, HV_REGISTER_SIFP, FUZZ_GPA(FUZZ_EVENTS) | 1);
    set_register(bench, vp, HV_REGISTER_SCONTROL, 1);
    set_register(bench, vp, HV_REGISTER_SINT0 + 2, 18);
    set_register(bench, vp, HV_REGISTER_SINT0 + 3, 19 | HV_SINT_POLLING);
    set_register(bench, vp, HV_REGISTER_SINT0 + 4, 20 | HV_SINT_AUTO_EOI);
    set_register(bench, vp, HV_REGISTER_STIMER0_COUNT, 1000000);
    set_register(bench, vp, HV_REGISTER_STIMER0_CONFIG, UINT64_C(0x20001));
    set_register(bench, vp, HV_REGISTER_STIMER0_CONFIG + 2, UINT64_C(0x2000b));
    /* A crash message that crosses into another page. */
    set_register(bench, vp, HV_REGISTER_GUEST_CRASH_P3, FUZZ_GPA(FUZZ_CRASH) + 4000);
    set_register(bench, vp, HV_REGISTER_GUEST_CRASH_P4, 200);
    bench_call(bench, &attach);
}

static void keep(struct bench *bench)
{
    uint32_t vps = bench->model.config.vps;

    bench->vps_before = malloc(vps * sizeof *bench->vps_before);
    bench->model_vps_before = malloc(vps * sizeof *bench->model_vps_before);
    if (bench->vps_before == NULL || bench->model_vps_before == NULL) {
        abort();
    }
    memcpy(bench->vps_before, bench->vps, vps * sizeof *bench->vps);
    memcpy(bench->model_vps_before, bench->model.vp, vps * sizeof *bench->model.vp);
    memcpy(bench->crash_before, bench->model.crash, sizeof bench->crash_before);
    bench->partition_before = bench->partition;
    bench->pins_before = bench->host.pins;
    bench->guest_os_id_before = bench->model.guest_os_id;
    bench->reference_tsc_before = bench->model.reference_tsc;
}

struct bench *bench_make(uint32_t index, enum bench_start start)
{
    struct model_config config = config_of(index);
    struct bench *bench = calloc(1, sizeof *bench);

    if (bench == NULL) {
        abort();
    }
    fuzz_explain = explain;
    fuzz_host_init(&bench->host);
    bench->ops = fuzz_host_ops(config.ops);
    bench->vps = calloc(config.vps, sizeof *bench->vps);
    if (bench->vps == NULL) {
        abort();
    }
    make_partition(bench, &config);
    model_init(&bench->model, &config);
    if (start != BENCH_CLOSED) {
        set_register(bench, 0, HV_REGISTER_GUEST_OS_ID, UINT64_C(0x8100000000000001));
    }
    for (uint32_t vp = 0; start == BENCH_CONFIGURED && vp < config.vps; vp++) {
        configure(bench, vp);
    }
    bench_compare_registers(bench);
    keep(bench);
    return bench;
}

/* ---- Going back ----------------------------------------------------------------------------- */

void bench_restore(struct bench *bench)
{
    for (uint32_t vp = 0; vp < bench->model.config.vps; vp++) {
        if (bench->moved[vp]) {
            memcpy(&bench->vps[vp], &bench->vps_before[vp], BENCH_VP_STATE);
            bench->model.vp[vp] = bench->model_vps_before[vp];
            bench->moved[vp] = false;
        }
    }
    bench->partition = bench->partition_before;
    bench->host.pins = bench->pins_before;
    memcpy(bench->model.crash, bench->crash_before, sizeof bench->crash_before);
    bench->model.guest_os_id = bench->guest_os_id_before;
    bench->model.reference_tsc = bench->reference_tsc_before;
    fuzz_memory_restore(&bench->host.memory);
    fuzz_memory_restore(&bench->model.memory);
}

void bench_poke(struct bench *bench, uint64_t gpa, const void *from, size_t size)
{
    fuzz_memory_poke(&bench->host.memory, gpa, from, size);
    fuzz_memory_poke(&bench->model.memory, gpa, from, size);
}

void bench_manner(struct bench *bench, const struct fuzz_manner *manner)
{
    bench->host.manner = *manner;
    bench->model.manner = *manner;
}

/* ---- A call --------------------------------------------------------------------------------- */

static enum shim_verdict expected_verdict(enum model_verdict verdict)
{
    static const enum shim_verdict verdicts[] = {
        [MODEL_DONE] = SHIM_DONE,
        [MODEL_AGAIN] = SHIM_AGAIN,
        [MODEL_UNDEFINED] = SHIM_UNDEFINED,
        [MODEL_NOT_OURS] = SHIM_NOT_OURS,
    };

    return verdicts[verdict];
}

static void compare(struct bench *bench, enum shim_verdict engine, enum shim_verdict model)
{
    if (engine != model) {
        fuzz_fail("another verdict", engine, model);
    }
    if (memcmp(engine_answer.x, model_answer.x, sizeof engine_answer.x) != 0) {
        fuzz_fail("another answer", engine_answer.x[0], model_answer.x[0]);
    }
    if (!fuzz_memory_same(&bench->host.memory, &bench->model.memory)) {
        fuzz_fail("other memory", 0, 0);
    }
    if (!fuzz_same(&bench->host.effects, &bench->model.effects, sizeof bench->host.effects)) {
        fuzz_fail("other requests to the host", 0, 0);
    }
    /* A byte of two roles is read for each: a crash message may lie in the call's own block. */
    if (bench->host.memory.once.broken > bench->model.memory.once.broken) {
        fuzz_fail("a byte was read twice", bench->host.memory.once.first,
                  bench->host.memory.once.broken);
    }
}

enum shim_verdict bench_call(struct bench *bench, struct bench_call *call)
{
    enum shim_verdict engine, model;

    asked = engine_answer = model_answer = *call;
    asked_of = bench;
    memset(&bench->host.effects, 0, sizeof bench->host.effects);
    memset(&bench->model.effects, 0, sizeof bench->model.effects);
    fuzz_memory_next(&bench->host.memory);
    fuzz_memory_next(&bench->model.memory);
    if (call->smc) {
        engine = shim_smc(&bench->vps[call->vp], engine_answer.x);
        model = expected_verdict(model_smc(&bench->model, call->vp, model_answer.x));
    } else {
        engine = shim_hvc(&bench->vps[call->vp], call->immediate, engine_answer.x);
        model =
            expected_verdict(model_hvc(&bench->model, call->vp, call->immediate, model_answer.x));
    }
    compare(bench, engine, model);
    memcpy(call->x, engine_answer.x, sizeof call->x);
    return engine;
}
