/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Random calls, by the same seed each time. Well-formed and spoilt ones must end alike in every
 * convention; storms of nonsense must end in a status, with nothing moved that may not move. */

#include "requests.h"

#include <arm/smccc.h>

static uint64_t seed;

static uint64_t next(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static uint64_t below(uint64_t limit)
{
    return (next() >> 20) % limit;
}

static uint32_t any_register(void)
{
    static const uint32_t registers[] = {
        HV_REGISTER_HYPERVISOR_VERSION,
        HV_REGISTER_FEATURES_INFO,
        HV_REGISTER_GUEST_CRASH_P0,
        HV_REGISTER_GUEST_CRASH_P3,
        HV_REGISTER_GUEST_CRASH_P4,
        HV_REGISTER_GUEST_CRASH_CTL,
        HV_REGISTER_GUEST_OS_ID,
        HV_REGISTER_VP_INDEX,
        HV_REGISTER_TIME_REF_COUNT,
        HV_REGISTER_SINT0 + 3,
        HV_REGISTER_SCONTROL,
        HV_REGISTER_SVERSION,
        HV_REGISTER_SIPP,
        HV_REGISTER_EOM,
        HV_REGISTER_SIRBP,
        HV_REGISTER_VP_ASSIST_PAGE,
        HV_REGISTER_REFERENCE_TSC,
        HV_REGISTER_STIMER0_CONFIG + 2,
        HV_REGISTER_STIMER0_COUNT + 2,
    };

    if (below(16) == 0) {
        return (uint32_t)next();
    }
    return registers[below(sizeof registers / sizeof registers[0])];
}

static struct hv_vp_registers_header any_header(void)
{
    struct hv_vp_registers_header header = header_self;

    switch (below(16)) {
    case 0:
        header.partition_id = next();
        break;
    case 1:
        header.input_vtl = (uint8_t)next();
        break;
    case 2:
        header.reserved[below(3)] = 1;
        break;
    default:
        header.vp_index = below(2) == 0 ? HV_VP_INDEX_SELF : (uint32_t)below(FAKE_VPS + 1);
    }
    return header;
}

/* Some call that fits every form but the plain compact one. */
static struct request any_request(struct get_registers *get, struct set_registers *set)
{
    uint32_t count = 1 + (uint32_t)below(3);
    struct request request;

    get->header = set->header = any_header();
    for (uint32_t i = 0; i < count; i++) {
        get->names[i] = any_register();
        set->elements[i] = (struct hv_vp_register_assoc) {
            .name = any_register(),
            .value = { .low = below(4) == 0 ? next() : UINT64_C(0x10000) | below(32) },
        };
    }
    request = below(2) == 0 ? request_get(get, count) : request_set(set, count);
    request.start = below(4) == 0 ? (uint32_t)below(count) : 0;
    request.changes_state = true;
    return request;
}

/* The state that one convention leaves must be the state that another leaves. */
static void every_convention_gives_the_same_answer(void **state)
{
    static struct world before;
    struct world *world = *state;
    struct get_registers get;
    struct set_registers set;

    seed = 1;
    for (unsigned round = 0; round < 4000; round++) {
        struct request request = any_request(&get, &set);
        size_t skipped = request.start * (request.output_size / request.count);
        struct answer first = { .result = 0 };
        struct shim_partition after = world->partition;

        world->vp = (uint32_t)below(FAKE_VPS);
        world->host.budget = (uint32_t)below(3);
        world->host.time = next();
        guest_spill_attach(world, GPA(PAGE_SPILL) | 1);
        before = *world;
        for (enum form form = 0; form < FORMS; form++) {
            if (!form_fits(form, &request)) {
                continue;
            }
            *world = before;
            struct answer answer = guest_call(world, form, &request);
            if (form == FORM_NATIVE_FAST) {
                first = answer;
                after = world->partition;
                continue;
            }
            assert_int_equal(answer.result, first.result);
            assert_memory_equal(&after, &world->partition, sizeof after);
            if (answer.reps * 16 > skipped && request.output_size != 0) {
                assert_memory_equal(answer.output + skipped, first.output + skipped,
                                    answer.reps * 16 - skipped);
            }
        }
    }
}

/* Addresses of all kinds, and values that are none. */
static uint64_t any_word(void)
{
    switch (below(8)) {
    case 0:
        return HV_PARTITION_ID_SELF;
    case 1:
        return HV_VP_INDEX_SELF;
    case 2:
        return any_register();
    case 3:
        return next();
    case 4:
        return UINT64_C(1) << below(64);
    default:
        return GPA(below(GUEST_PAGES)) + 8 * below(512) + below(8) / 7;
    }
}

static uint64_t any_control(void)
{
    static const uint16_t codes[] = { 0x0002, 0x0003, 0x0008, 0x000b, 0x0013, 0x0014, 0x0015,
                                      0x0046, 0x0050, 0x0051, 0x0050, 0x0051, 0x0052, 0x005c,
                                      0x005d, 0x0071, 0x0094, 0x0099, 0x009a, 0x00ac, 0x00af,
                                      0x00b0, 0x00c0, 0x00c1, 0x8001, 0x8002, 0x8003 };
    uint64_t control = below(8) == 0 ? below(0x10000) : codes[below(sizeof codes / 2)];

    control |= below(2) << 16 | below(4) << 32 | (below(8) == 0 ? below(5) << 17 : 0);
    if (below(4) == 0) {
        control |= below(0x1000) << 48;
    }
    if (below(8) == 0) {
        control |= UINT64_C(1) << below(64);
    }
    return control;
}

static const uint32_t ids[] = { HV_SMCCC_HYPERCALL, HV_SMCCC_SPILLED_HYPERCALL,
                                HV_SMCCC_SPILL_ATTACH, SMCCC_VENDOR_HYP_UID };

/* D8: the statuses that the served calls have, never one of our own making. */
static bool is_published(hv_status_t status)
{
    static const hv_status_t statuses[] = {
        HV_STATUS_SUCCESS,
        HV_STATUS_INVALID_HYPERCALL_CODE,
        HV_STATUS_INVALID_HYPERCALL_INPUT,
        HV_STATUS_INVALID_ALIGNMENT,
        HV_STATUS_INVALID_PARAMETER,
        HV_STATUS_ACCESS_DENIED,
        HV_STATUS_INVALID_PARTITION_ID,
        HV_STATUS_INVALID_VP_INDEX,
        HV_STATUS_INVALID_CONNECTION_ID,
        HV_STATUS_INVALID_SYNIC_STATE,
        HV_STATUS_OBJECT_IN_USE,
    };

    for (unsigned i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (statuses[i] == status) {
            return true;
        }
    }
    return false;
}

static void nonsense_ends_in_a_status(void **state)
{
    struct world *world = *state;

    seed = 2;
    for (unsigned round = 0; round < 200000; round++) {
        struct shim_vp *vp = &world->vps[below(FAKE_VPS)];
        bool native = below(2) == 0;
        uint32_t id = ids[below(4)];
        unsigned control = native ? 0 : 1;
        uint64_t x[SHIM_REGISTERS];
        uint64_t last;

        for (unsigned i = 0; i < SHIM_REGISTERS; i++) {
            x[i] = any_word();
        }
        x[0] = id;
        x[control] = native || id < SMCCC_FAST ? any_control() : x[control];
        last = x[17];
        fake_host_forget(&world->host);
        world->host.budget = (uint32_t)below(3);
        world->host.fail_access = below(8) == 0 ? 1 + (uint32_t)below(3) : 0;
        world->host.traced[vp->index] = below(4) == 0;
        enum shim_verdict verdict = fake_hvc(vp, native ? 1 : 0, x);
        assert_true(verdict == SHIM_DONE || verdict == SHIM_AGAIN);
        if (verdict == SHIM_DONE && (native || id < SMCCC_FAST)) {
            assert_int_equal(x[0] & ~(HV_RESULT_STATUS | HV_RESULT_REPS), 0);
            assert_true(is_published((hv_status_t)(x[0] & HV_RESULT_STATUS)));
        }
        assert_true(!native || x[17] == last);
        assert_false(world->host.read_twice);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(every_convention_gives_the_same_answer),
        UNIT_TEST(nonsense_ends_in_a_status),
    };

    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
