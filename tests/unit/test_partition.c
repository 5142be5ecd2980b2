/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/partition.c: set-up, reset, and what a guest is told that it has. */

#include "harness.h"

static struct shim_partition_config good_config(struct world *world)
{
    return (struct shim_partition_config) {
        .ops = &world->ops,
        .host = &world->host,
        .vps = world->vps,
        .vp_count = FAKE_VPS,
        .partition_id = TEST_PARTITION_ID,
        .privileges = SHIM_PRIVILEGES_ALL,
    };
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

static uint64_t privileges_without(struct world *world, size_t op)
{
    struct hv_register_value value;

    world->ops = fake_ops;
    if (op != 0) {
        memset((uint8_t *)&world->ops + op, 0, sizeof(void *));
    }
    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    assert_int_equal(guest_get_register(world, HV_REGISTER_PRIVILEGES_AND_FEATURES_INFO, &value),
                     0);
    assert_int_equal(value.high & ~HV_FEATURE_GUEST_CRASH_REGS_AVAILABLE, 0);
    assert_int_equal(value.high != 0, op != offsetof(struct shim_host_ops, guest_crash));
    return value.low;
}

#define PRIVILEGES_OF_ALL                                                                          \
    (HV_PRIV_ACCESS_VP_RUN_TIME_REG | HV_PRIV_ACCESS_PARTITION_REFERENCE_COUNTER |                 \
     HV_PRIV_ACCESS_SYNIC_REGS | HV_PRIV_ACCESS_HYPERCALL_MSRS | HV_PRIV_ACCESS_VP_INDEX |         \
     HV_PRIV_ACCESS_PARTITION_ID | HV_PRIV_POST_MESSAGES | HV_PRIV_SIGNAL_EVENTS |                 \
     HV_PRIV_ENABLE_EXTENDED_HYPERCALLS)

/* D7: a missing op takes its bits away, no other; no bit is there that nothing is behind. */
static void missing_op_takes_its_feature(void **state)
{
#define OP(name) offsetof(struct shim_host_ops, name)
    static const struct {
        size_t op;
        uint64_t taken;
    } ops[] = {
        { 0, 0 },
        { OP(budget_spent), 0 },
        { OP(vp_runtime), HV_PRIV_ACCESS_VP_RUN_TIME_REG },
        { OP(vp_yield), 0 },
        { OP(message_post), HV_PRIV_POST_MESSAGES },
        { OP(event_signal), HV_PRIV_SIGNAL_EVENTS },
        { OP(interrupt_assert), HV_PRIV_ACCESS_SYNIC_REGS },
        { OP(poll_wanted), HV_PRIV_ACCESS_SYNIC_REGS },
        { OP(guest_crash), 0 }, /* its bit is a feature, not a privilege */
        { OP(trace), 0 },
    };
#undef OP

    for (unsigned i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        assert_int_equal(privileges_without(*state, ops[i].op), PRIVILEGES_OF_ALL & ~ops[i].taken);
    }
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
        assert_int_equal(value.high, HV_FEATURE_GUEST_CRASH_REGS_AVAILABLE);
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
        { HV_PRIV_ENABLE_EXTENDED_HYPERCALLS, HV_EXT_CALL_QUERY_CAPABILITIES },
    };
    struct world *world = *state;

    for (unsigned i = 0; i < 4; i++) {
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

    assert_int_equal(value.low & UINT32_MAX, 0); /* no call is recommended */
    assert_int_not_equal(value.low >> HV_LONG_SPIN_WAIT_COUNT_SHIFT, 0);
    assert_int_not_equal(value.low >> HV_LONG_SPIN_WAIT_COUNT_SHIFT, HV_LONG_SPIN_WAIT_NEVER);
    assert_int_equal(value.high, 0);
    world->ops.vp_yield = NULL;
    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    value = read_register(world, HV_REGISTER_FEATURES_INFO);
    assert_int_equal(value.low, UINT64_C(0xffffffff00000000));
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
                                      HV_REGISTER_SIRBP };
    struct world *world = *state;

    for (world->vp = 0; world->vp < 2; world->vp++) {
        for (unsigned i = 0; i < 4; i++) {
            assert_int_equal(guest_set_register(world, names[i], GPA(PAGE_MESSAGES) | 1), 0);
        }
        for (uint32_t i = 0; i < HV_SYNIC_SINT_COUNT; i++) {
            assert_int_equal(guest_set_register(world, HV_REGISTER_SINT0 + i, 0x12), 0);
        }
        world->vps[world->vp].trace = 1;
    }
    shim_vp_reset(&world->vps[0]);
    for (world->vp = 0; world->vp < 2; world->vp++) {
        for (unsigned i = 0; i < 4; i++) {
            assert_int_equal(guest_register(world, names[i]),
                             world->vp == 0 ? 0 : GPA(PAGE_MESSAGES) | 1);
        }
        for (uint32_t i = 0; i < HV_SYNIC_SINT_COUNT; i++) {
            assert_int_equal(guest_register(world, HV_REGISTER_SINT0 + i),
                             world->vp == 0 ? HV_SINT_RESET : 0x12);
        }
        assert_int_equal(world->vps[world->vp].trace, 1); /* the integrator's */
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
    shim_partition_reset(&world->partition);
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
