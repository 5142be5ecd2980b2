/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The bench itself: worlds, snapshots, and the loop over the conventions. See harness.h. */

#include "harness.h"

#include <stdlib.h>

static const struct hv_register_value test_version = { .low = UINT64_C(0x000a000000006658),
                                                       .high = 1 };

/* Scratch is dirty before every call: what of it reached a guest would show. */
static void poison_scratch(struct shim_vp *vp)
{
    memset(vp->input, CANARY, sizeof vp->input);
    memset(vp->output, CANARY, sizeof vp->output);
}

/* Everything that an integrator can offer. */
static struct shim_partition_config config_of_all(struct world *world)
{
    return (struct shim_partition_config) {
        .ops = &world->ops,
        .host = &world->host,
        .vps = world->vps,
        .vp_count = FAKE_VPS,
        .partition_id = TEST_PARTITION_ID,
        .hypervisor_version = test_version,
        .connections = world->connections,
        .connection_slots = TEST_CONNECTIONS,
        .reference_tsc_scale = TEST_TSC_SCALE,
        .reference_tsc_offset = TEST_TSC_OFFSET,
        .direct_calls = true,
    };
}

static void connect_ports(struct world *world)
{
    if (world->config.connections != NULL) {
        assert_true(
            shim_connect(&world->partition, TEST_MESSAGE_CONNECTION, &world->host.message_port));
        assert_true(
            shim_connect(&world->partition, TEST_EVENT_CONNECTION, &world->host.event_port));
    }
}

bool world_init(struct world *world, uint64_t privileges)
{
    memset(&world->partition, CANARY, sizeof world->partition);
    memset(world->vps, CANARY, sizeof world->vps);
    memset(world->connections, 0, sizeof world->connections);
    world->config.privileges = privileges;
    if (!shim_partition_init(&world->partition, &world->config)) {
        return false;
    }
    connect_ports(world);
    for (uint32_t i = 0; i < FAKE_VPS; i++) {
        if (!shim_vp_init(&world->vps[i], &world->partition, i, &world->host.processor[i])) {
            return false;
        }
        poison_scratch(&world->vps[i]);
    }
    world->vp = 0;
    return true;
}

void world_reset(struct world *world)
{
    fake_host_init(&world->host);
    world->ops = fake_ops;
    world->config = config_of_all(world);
    assert_true(world_init(world, SHIM_PRIVILEGES_ALL));
    assert_int_equal(guest_set_register(world, HV_REGISTER_GUEST_OS_ID, TEST_GUEST_OS_ID),
                     HV_STATUS_SUCCESS);
    fake_host_forget(&world->host);
}

int world_setup(void **state)
{
    struct world *world = test_calloc(1, sizeof *world);

    *state = world;
    world_reset(world);
    return 0;
}

int world_teardown(void **state)
{
    test_free(*state);
    return 0;
}

void for_each_convention(void **state, form_test *test)
{
    struct world *world = *state;

    for (enum form form = 0; form < FORMS; form++) {
        world_reset(world);
        test(world, form);
    }
}

void registers_fill(uint64_t x[SHIM_REGISTERS])
{
    static uint64_t seed = UINT64_C(0x9e3779b97f4a7c15);

    for (unsigned i = 0; i < SHIM_REGISTERS; i++) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        x[i] = seed;
    }
}

void snapshot_take(struct snapshot *snapshot, struct world *world)
{
    for (uint32_t i = 0; i < FAKE_VPS; i++) {
        poison_scratch(&world->vps[i]);
    }
    memcpy(snapshot->memory, world->host.memory, sizeof snapshot->memory);
    memcpy(&snapshot->partition, &world->partition, sizeof snapshot->partition);
    memcpy(snapshot->vps, world->vps, sizeof snapshot->vps);
}

void snapshot_expect_same_state(const struct snapshot *snapshot, const struct world *world)
{
    assert_memory_equal(&snapshot->partition, &world->partition, sizeof world->partition);
    for (uint32_t i = 0; i < FAKE_VPS; i++) {
        const struct shim_vp *before = &snapshot->vps[i];
        const struct shim_vp *after = &world->vps[i];

        assert_memory_equal(before, after, offsetof(struct shim_vp, fetched));
        assert_memory_equal(&before->queue, &after->queue, sizeof after->queue);
        if (i != world->vp) { /* the scratch of others is out of reach, too */
            assert_memory_equal(before->input, after->input, sizeof after->input);
            assert_memory_equal(before->output, after->output, sizeof after->output);
        }
    }
}

void snapshot_expect_same_memory(const struct snapshot *snapshot, const struct world *world)
{
    for (size_t page = 0; page < GUEST_PAGES; page++) {
        assert_memory_equal(snapshot->memory[page], world->host.memory[page], HV_PAGE_SIZE);
    }
}

void expect_refusal(struct world *world, enum form form, const struct request *request,
                    hv_status_t status)
{
    struct request plain = *request;
    struct answer answer;

    plain.changes_state = false;
    answer = guest_call(world, form, &plain);
    assert_int_equal(answer.verdict, SHIM_DONE);
    assert_int_equal(answer.status, status);
    assert_int_equal(answer.entries, 1);
    /* Elements of earlier entries stay completed, where admission got so far as to count them. */
    assert_true(answer.reps == 0 || (request->rep && answer.reps == request->start));
    assert_int_equal(world->host.writes, 0);
    assert_int_equal(world->host.posts, 0);
    assert_int_equal(world->host.signals, 0);
    assert_int_equal(world->host.yields, 0);
    assert_int_equal(world->host.polls, 0);
    assert_int_equal(world->host.crashes, 0);
    assert_int_equal(world->host.interrupts, 0);
    assert_int_equal(world->host.flushes, 0);
    assert_int_equal(world->host.translations, 0);
    assert_int_equal(world->host.heats, 0);
    assert_int_equal(world->host.characters, 0);
}

hv_status_t guest_set_register(struct world *world, uint32_t name, uint64_t value)
{
    struct {
        struct hv_vp_registers_header header;
        struct hv_vp_register_assoc element;
    } input = {
        .header = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF, 0, { 0 } },
        .element = { .name = name, .value = { .low = value } },
    };
    const struct request request = {
        .code = HV_CALL_SET_VP_REGISTERS,
        .rep = true,
        .count = 1,
        .input = &input,
        .input_size = sizeof input,
        .changes_state = true,
    };

    return guest_call(world, FORM_NATIVE_FAST, &request).status;
}

hv_status_t guest_get_register(struct world *world, uint32_t name, struct hv_register_value *value)
{
    struct {
        struct hv_vp_registers_header header;
        uint32_t name;
    } input = {
        .header = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF, 0, { 0 } },
        .name = name,
    };
    const struct request request = {
        .code = HV_CALL_GET_VP_REGISTERS,
        .rep = true,
        .count = 1,
        .input = &input,
        .input_size = sizeof input.header + sizeof input.name,
        .output_size = sizeof *value,
    };
    struct answer answer = guest_call(world, FORM_NATIVE_FAST, &request);

    memcpy(value, answer.output, sizeof *value);
    return answer.status;
}

uint64_t guest_register(struct world *world, uint32_t name)
{
    struct hv_register_value value;

    assert_int_equal(guest_get_register(world, name, &value), HV_STATUS_SUCCESS);
    assert_int_equal(value.high, 0);
    return value.low;
}

uint64_t guest_spill_attach(struct world *world, uint64_t argument)
{
    uint64_t x[SHIM_REGISTERS];

    registers_fill(x);
    x[0] = HV_SMCCC_SPILL_ATTACH;
    x[1] = argument;
    assert_int_equal(shim_hvc(&world->vps[world->vp], HV_HVC_SMCCC, x), SHIM_DONE);
    return x[0];
}
