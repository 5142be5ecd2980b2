/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/partition.c: set-up, reset, and what a guest is told that it has. */

#include "harness.h"

static struct shim_partition_config good_config(struct world *world)
{
    struct shim_partition_config config = world->config;

    config.privileges = SHIM_PRIVILEGES_ALL;
    return config;
}

static void expect_refused(struct world *world, const struct shim_partition_config *config)
{
    struct shim_partition partition;

    (void)world;
    assert_false(shim_partition_init(&partition, config));
}

static void each_mandatory_op_is_demanded(void **state)
{
    struct world *world = *state;
    struct shim_partition_config config = good_config(world);

    assert_true(shim_partition_init(&world->partition, &config));
    world->ops.gpa_read = NULL;
    expect_refused(world, &config);
    world->ops = fake_ops;
    world->ops.gpa_write = NULL;
    expect_refused(world, &config);
    world->ops = fake_ops;
    world->ops.reference_time = NULL;
    expect_refused(world, &config);
    config.ops = NULL;
    expect_refused(world, &config);
}

static void bad_configurations_are_refused(void **state)
{
    struct world *world = *state;
    struct shim_partition_config config = good_config(world);

    config.vps = NULL;
    expect_refused(world, &config);
    config = good_config(world);
    config.vp_count = 0;
    expect_refused(world, &config);
    config.vp_count = 4097;
    expect_refused(world, &config);
    config.vp_count = UINT32_MAX;
    expect_refused(world, &config);
    config = good_config(world);
    config.partition_id = 0;
    expect_refused(world, &config);
    config.partition_id = HV_PARTITION_ID_SELF;
    expect_refused(world, &config);
    config = good_config(world);
    for (uint32_t slots = 0; slots <= TEST_CONNECTIONS; slots++) {
        config.connection_slots = slots;
        if (slots == 0 || (slots & (slots - 1)) != 0) { /* not a power of two */
            expect_refused(world, &config);
        }
    }
    config.connections = NULL; /* then their number does not matter */
    config.connection_slots = 3;
    assert_true(shim_partition_init(&world->partition, &config));
}

static void vp_counts_up_to_4096_are_accepted(void **state)
{
    struct world *world = *state;
    struct shim_partition_config config = good_config(world);

    config.vp_count = 1;
    assert_true(shim_partition_init(&world->partition, &config));
    config.vp_count = 4096;
    assert_true(shim_partition_init(&world->partition, &config));
}

static void optional_ops_may_be_missing(void **state)
{
    struct world *world = *state;

    world->ops = (struct shim_host_ops) {
        .gpa_read = fake_ops.gpa_read,
        .gpa_write = fake_ops.gpa_write,
        .reference_time = fake_ops.reference_time,
    };
    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
}

static void vp_must_be_its_element_of_the_array(void **state)
{
    struct world *world = *state;

    assert_false(shim_vp_init(&world->vps[0], &world->partition, FAKE_VPS, NULL));
    assert_false(shim_vp_init(&world->vps[0], &world->partition, HV_VP_INDEX_SELF, NULL));
    assert_false(shim_vp_init(&world->vps[0], &world->partition, 1, NULL));
    assert_false(shim_vp_init(&world->vps[1], &world->partition, 0, NULL));
    assert_true(shim_vp_init(&world->vps[1], &world->partition, 1, NULL));
}

static struct hv_register_value features_of(struct world *world)
{
    struct hv_register_value value;

    assert_int_equal(guest_get_register(world, HV_REGISTER_PRIVILEGES_AND_FEATURES_INFO, &value),
                     0);
    return value;
}

static struct hv_register_value features_without(struct world *world, size_t op)
{
    world->ops = fake_ops;
    if (op != 0) {
        memset((uint8_t *)&world->ops + op, 0, sizeof(void *));
    }
    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    return features_of(world);
}

#define PRIVILEGES_OF_ALL                                                                          \
    (HV_PRIV_ACCESS_VP_RUN_TIME_REG | HV_PRIV_ACCESS_PARTITION_REFERENCE_COUNTER |                 \
     HV_PRIV_ACCESS_SYNIC_REGS | HV_PRIV_ACCESS_SYNTHETIC_TIMER_REGS |                             \
     HV_PRIV_ACCESS_INTR_CTRL_REGS | HV_PRIV_ACCESS_HYPERCALL_MSRS | HV_PRIV_ACCESS_VP_INDEX |     \
     HV_PRIV_ACCESS_PARTITION_REFERENCE_TSC | HV_PRIV_ACCESS_PARTITION_ID |                        \
     HV_PRIV_POST_MESSAGES | HV_PRIV_SIGNAL_EVENTS | HV_PRIV_DEBUGGING |                           \
     HV_PRIV_ENABLE_EXTENDED_HYPERCALLS | HV_PRIV_START_VIRTUAL_PROCESSOR)
#define FEATURES_OF_ALL                                                                            \
    (HV_FEATURE_GUEST_CRASH_REGS_AVAILABLE | HV_FEATURE_DIRECT_SYNTHETIC_TIMERS_AVAILABLE)
#define DELIVERY (HV_PRIV_ACCESS_SYNIC_REGS | HV_PRIV_ACCESS_SYNTHETIC_TIMER_REGS)

/* D7: a missing op takes its bits away, no other; no bit is there that nothing is behind. */
static void missing_op_takes_its_feature(void **state)
{
#define OP(name) offsetof(struct shim_host_ops, name)
    static const struct {
        size_t op;
        uint64_t privileges; /* taken */
        uint64_t features;   /* likewise, of the upper half */
    } ops[] = {
        { 0, 0, 0 },
        { OP(rep_budget), 0, 0 },
        { OP(vp_runtime), HV_PRIV_ACCESS_VP_RUN_TIME_REG, 0 },
        { OP(vp_yield), 0, 0 },
        { OP(interrupt_assert), DELIVERY, HV_FEATURE_DIRECT_SYNTHETIC_TIMERS_AVAILABLE },
        { OP(poll_wanted), DELIVERY, HV_FEATURE_DIRECT_SYNTHETIC_TIMERS_AVAILABLE },
        { OP(gpa_set_bit), 0, 0 },
        { OP(vp_start), HV_PRIV_START_VIRTUAL_PROCESSOR, 0 },
        { OP(vp_mpidr), 0, 0 },
        { OP(tlb_flush), 0, 0 },
        { OP(translate_gva), 0, 0 },
        { OP(boot_zeroed), 0, 0 },
        { OP(memory_heat), 0, 0 },
        { OP(debug_character), HV_PRIV_DEBUGGING, 0 },
        { OP(guest_crash), 0, HV_FEATURE_GUEST_CRASH_REGS_AVAILABLE },
        { OP(guest_identified), 0, 0 },
        { OP(trace), 0, 0 },
    };
#undef OP

    for (unsigned i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        struct hv_register_value value = features_without(*state, ops[i].op);

        assert_int_equal(value.low, PRIVILEGES_OF_ALL & ~ops[i].privileges);
        assert_int_equal(value.high, FEATURES_OF_ALL & ~ops[i].features);
    }
}

/* Likewise what the configuration does not give. */
static void missing_configuration_takes_its_feature(void **state)
{
    struct world *world = *state;

    world->config.connections = NULL;
    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    assert_int_equal(features_of(world).low,
                     PRIVILEGES_OF_ALL & ~(HV_PRIV_POST_MESSAGES | HV_PRIV_SIGNAL_EVENTS));
    world->config.connections = world->connections;
    world->config.reference_tsc_scale = 0;
    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    assert_int_equal(features_of(world).low,
                     PRIVILEGES_OF_ALL & ~HV_PRIV_ACCESS_PARTITION_REFERENCE_TSC);
    world->config.reference_tsc_scale = 1;
    world->config.direct_calls = false; /* no bit stands for them */
    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    assert_int_equal(features_of(world).low, PRIVILEGES_OF_ALL);
}

/* The integrator may offer less; never more than is served. */
static void configured_privileges_are_a_mask(void **state)
{
    struct world *world = *state;

    for (unsigned bit = 0; bit < 64; bit++) {
        struct hv_register_value value;

        assert_true(world_init(world, UINT64_C(1) << bit));
        assert_int_equal(
            guest_get_register(world, HV_REGISTER_PRIVILEGES_AND_FEATURES_INFO, &value), 0);
        assert_int_equal(value.low, PRIVILEGES_OF_ALL & UINT64_C(1) << bit);
        assert_int_equal(value.high, (UINT64_C(1) << bit) == HV_PRIV_ACCESS_SYNTHETIC_TIMER_REGS
                                         ? FEATURES_OF_ALL
                                         : HV_FEATURE_GUEST_CRASH_REGS_AVAILABLE);
    }
}

/* What a privilege names is what its absence denies. */
static void each_privilege_gates_its_calls(void **state)
{
    static const struct {
        uint64_t privilege;
        uint16_t code;
    } gates[] = {
        { HV_PRIV_ACCESS_PARTITION_ID, HV_CALL_GET_PARTITION_ID },
        { HV_PRIV_POST_MESSAGES, HV_CALL_POST_MESSAGE },
        { HV_PRIV_SIGNAL_EVENTS, HV_CALL_SIGNAL_EVENT },
        { HV_PRIV_DEBUGGING, HV_CALL_OUTPUT_DEBUG_CHARACTER },
        { HV_PRIV_START_VIRTUAL_PROCESSOR, HV_CALL_START_VIRTUAL_PROCESSOR },
        { HV_PRIV_ENABLE_EXTENDED_HYPERCALLS, HV_EXT_CALL_QUERY_CAPABILITIES },
        { HV_PRIV_ENABLE_EXTENDED_HYPERCALLS, HV_EXT_CALL_GET_BOOT_ZEROED_MEMORY },
        { HV_PRIV_ENABLE_EXTENDED_HYPERCALLS, HV_EXT_CALL_MEMORY_HEAT_HINT },
    };
    struct world *world = *state;

    for (unsigned i = 0; i < sizeof gates / sizeof gates[0]; i++) {
        const struct request request = { .code = gates[i].code };

        assert_true(world_init(world, SHIM_PRIVILEGES_ALL & ~gates[i].privilege));
        assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_OS_ID, 1), 0);
        expect_refusal(world, FORM_NATIVE_FAST, &request, HV_STATUS_ACCESS_DENIED);
    }
}

static struct hv_register_value read_register(struct world *world, uint32_t name)
{
    struct hv_register_value value;

    assert_int_equal(guest_get_register(world, name, &value), HV_STATUS_SUCCESS);
    return value;
}

static void version_is_the_configured_one(void **state)
{
    struct hv_register_value value = read_register(*state, HV_REGISTER_HYPERVISOR_VERSION);

    assert_int_equal(value.low, UINT64_C(0x000a000000006658));
    assert_int_equal(value.high, 1);
}

static void features_recommend_what_is_served(void **state)
{
    struct world *world = *state;
    struct hv_register_value value = read_register(world, HV_REGISTER_FEATURES_INFO);

    /* No call is recommended; if one makes them, then with sets of processors. */
    assert_int_equal(value.low & UINT32_MAX, HV_RECOMMEND_EX_PROCESSOR_MASKS);
    assert_int_not_equal(value.low >> HV_LONG_SPIN_WAIT_COUNT_SHIFT, 0);
    assert_int_not_equal(value.low >> HV_LONG_SPIN_WAIT_COUNT_SHIFT, HV_LONG_SPIN_WAIT_NEVER);
    assert_int_equal(value.high, 0);
    world->ops.vp_yield = NULL;
    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    value = read_register(world, HV_REGISTER_FEATURES_INFO);
    assert_int_equal(value.low, UINT64_C(0xffffffff00000008));
    world->ops.tlb_flush = NULL;
    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    assert_int_equal(read_register(world, HV_REGISTER_FEATURES_INFO).low,
                     UINT64_C(0xffffffff00000008)); /* interrupts are left */
    world->ops.interrupt_assert = NULL;
    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    assert_int_equal(read_register(world, HV_REGISTER_FEATURES_INFO).low,
                     UINT64_C(0xffffffff00000000));
}

static void limits_and_hardware_features(void **state)
{
    struct hv_register_value limits = read_register(*state, HV_REGISTER_IMPLEMENTATION_LIMITS_INFO);
    struct hv_register_value hardware = read_register(*state, HV_REGISTER_HARDWARE_FEATURES_INFO);

    assert_int_equal(limits.low, FAKE_VPS);
    assert_int_equal(limits.high, 0);
    assert_int_equal(hardware.low, 2); /* stage 2 is on */
    assert_int_equal(hardware.high, 0);
}

/* VP reset, as CPU_OFF and CPU_ON want it: all synthetic state of this VP, none of another's. */
static void vp_reset_restores_reset_values(void **state)
{
    static const uint32_t names[] = { HV_REGISTER_SCONTROL, HV_REGISTER_SIPP, HV_REGISTER_SIFP,
                                      HV_REGISTER_SIRBP, HV_REGISTER_VP_ASSIST_PAGE };
    struct world *world = *state;

    for (world->vp = 0; world->vp < 2; world->vp++) {
        for (unsigned i = 0; i < 5; i++) {
            assert_int_equal(guest_set_register(world, names[i], GPA(PAGE_MESSAGES) | 1), 0);
        }
        for (uint32_t i = 0; i < 2 * HV_SYNTHETIC_TIMERS; i++) {
            assert_int_equal(guest_set_register(world, HV_REGISTER_STIMER0_CONFIG + i, 0x10001), 0);
        }
        for (uint32_t i = 0; i < HV_SYNIC_SINT_COUNT; i++) {
            assert_int_equal(guest_set_register(world, HV_REGISTER_SINT0 + i, 0x12), 0);
        }
    }
    shim_vp_reset(&world->vps[0]);
    for (world->vp = 0; world->vp < 2; world->vp++) {
        for (unsigned i = 0; i < 5; i++) {
            assert_int_equal(guest_register(world, names[i]),
                             world->vp == 0 ? 0 : GPA(PAGE_MESSAGES) | 1);
        }
        for (uint32_t i = 0; i < 2 * HV_SYNTHETIC_TIMERS; i++) {
            assert_int_equal(guest_register(world, HV_REGISTER_STIMER0_CONFIG + i),
                             world->vp == 0 ? 0 : 0x10001);
        }
        for (uint32_t i = 0; i < HV_SYNIC_SINT_COUNT; i++) {
            assert_int_equal(guest_register(world, HV_REGISTER_SINT0 + i),
                             world->vp == 0 ? HV_SINT_RESET : 0x12);
        }
    }
    assert_int_equal(guest_register(world, HV_REGISTER_GUEST_OS_ID), TEST_GUEST_OS_ID);
}

static void partition_reset_closes_the_interface(void **state)
{
    struct world *world = *state;
    struct hv_register_value value;

    for (uint32_t i = 0; i < HV_CRASH_PARAMETERS; i++) {
        assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_CRASH_P0 + i, 5), 0);
    }
    assert_int_equal(guest_set_register(world, HV_REGISTER_REFERENCE_TSC, GPA(PAGE_LAST)), 0);
    shim_partition_reset(&world->partition);
    assert_int_equal(world->partition.reference_tsc, 0);
    assert_int_equal(guest_register(world, HV_REGISTER_GUEST_OS_ID), 0);
    for (uint32_t i = 0; i < HV_CRASH_PARAMETERS; i++) {
        assert_int_equal(guest_register(world, HV_REGISTER_GUEST_CRASH_P0 + i), 0);
    }
    assert_int_equal(guest_get_register(world, HV_REGISTER_VP_INDEX, &value),
                     HV_STATUS_ACCESS_DENIED);
    assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_OS_ID, 9), 0);
    assert_int_equal(guest_register(world, HV_REGISTER_VP_INDEX), 0);
}

/* V5: the clamp maps every index that is good to itself, all others to 0. */
static void index_clamp_is_exact(void **state)
{
    static const uint64_t counts[] = { 1, 2, 4, 97, 336, 4096, UINT64_C(1) << 62 };

    (void)state;
    for (unsigned i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        uint64_t n = counts[i];

        assert_int_equal(shim_index_nospec(0, n), 0);
        assert_int_equal(shim_index_nospec(n - 1, n), n - 1);
        assert_int_equal(shim_index_nospec(n / 2, n), n / 2);
        assert_int_equal(shim_index_nospec(n, n), 0);
        assert_int_equal(shim_index_nospec(n + 1, n), 0);
        assert_int_equal(shim_index_nospec(UINT64_MAX, n), 0);
        assert_int_equal(shim_index_nospec(UINT64_C(1) << 63, n), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(each_mandatory_op_is_demanded),
        UNIT_TEST(bad_configurations_are_refused),
        UNIT_TEST(vp_counts_up_to_4096_are_accepted),
        UNIT_TEST(optional_ops_may_be_missing),
        UNIT_TEST(vp_must_be_its_element_of_the_array),
        UNIT_TEST(missing_op_takes_its_feature),
        UNIT_TEST(missing_configuration_takes_its_feature),
        UNIT_TEST(configured_privileges_are_a_mask),
        UNIT_TEST(each_privilege_gates_its_calls),
        UNIT_TEST(version_is_the_configured_one),
        UNIT_TEST(features_recommend_what_is_served),
        UNIT_TEST(limits_and_hardware_features),
        UNIT_TEST(vp_reset_restores_reset_values),
        UNIT_TEST(partition_reset_closes_the_interface),
        UNIT_TEST(index_clamp_is_exact),
    };

    return cmocka_run_group_tests_name("partition", tests, NULL, NULL);
}
