/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What a VP and its delivery context do at the same time: one in the midst of the other, between
 * any two of its accesses to words and memory that they share. Timers that are written while they
 * are polled, slots that both want to fill, connections that change hands while they are used.
 * Memory is sequentially consistent here.
 *
 * The files under test are compiled for this program so that they call interleave() before each
 * access (interleave.h). */

#include "timers.h"

#include <hv/direct.h>

#include "dispatch/port.h"
#include "interleave.h"

#define SINT 2u
#define VECTOR 18u
#define TO(sint) ((uint64_t)(sint) << HV_TIMER_SINT_SHIFT)

static void before_access(struct fake_host *host, const struct fake_access *access)
{
    (void)host;
    (void)access;
    interleave();
}

static int race_setup(void **state)
{
    world_setup(state);
    ((struct world *)*state)->host.interfere = before_access;
    return 0;
}

#define RACE_TEST(test) cmocka_unit_test_setup_teardown(test, race_setup, world_teardown)

static void write_register(struct shim_vp *vp, uint32_t name, uint64_t value)
{
    uint64_t x[SHIM_REGISTERS] = {
        UINT64_C(0x0000000100010051), HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF, name, 0, value
    };

    (void)shim_hvc(vp, HV_HVC_HYPERCALL, x);
}

/* ---- Timers -----------------------------------------------------------------------------------
 */

static void poll(void *context)
{
    struct world *world = context;

    (void)shim_vp_poll(&world->vps[0]);
}

/* Old: INTID 20 at 1000. New: INTID 21 at 500, which is past as well. */
static void set_anew(void *context)
{
    struct world *world = context;

    write_register(&world->vps[0], CONFIG, DIRECT(21));
    write_register(&world->vps[0], COUNT, 500);
    write_register(&world->vps[0], CONFIG, DIRECT(21) | HV_TIMER_ENABLED);
}

/* With or without a poll that has seen it already. */
static void set_old(struct world *world, bool seen)
{
    timers_reset(world, 0);
    timer_set(world, CONFIG, DIRECT(20) | HV_TIMER_ENABLED);
    timer_set(world, COUNT, 1000);
    if (seen) {
        (void)timers_fire(world, 0);
    }
    fake_host_forget(&world->host);
}

/* The old setting may have expired before the new one was made, once, and as it was written: never
 * with the vector of one and the count of another. The new one expires, once. */
static void expect_old_then_new(struct world *world, bool old_is_due)
{
    uint32_t last = world->host.interrupts - 1;

    assert_in_range(world->host.interrupts, 1, old_is_due ? 2 : 1);
    assert_int_equal(world->host.interrupt[last].intid, 21);
    assert_int_equal(world->host.interrupt[0].intid, last == 0 ? 21 : 20);
}

static void timer_written_while_it_is_polled(void **state)
{
    struct world *world = *state;

    for (unsigned variant = 0; variant < 4; variant++) {
        const bool is_due = variant % 2 != 0;
        uint32_t steps = UINT32_MAX;

        for (uint32_t at = 0; at < steps; at++) {
            set_old(world, variant / 2 != 0);
            world->host.time = is_due ? 1000 : 999;
            steps = interleaved(poll, set_anew, world, at);
            assert_int_not_equal(world->host.polls, 0); /* the host runs it */
            poll(world);
            expect_old_then_new(world, is_due);
        }
        assert_true(steps >= 5);
    }
}

static void timer_polled_while_it_is_written(void **state)
{
    struct world *world = *state;

    for (unsigned variant = 0; variant < 4; variant++) {
        const bool is_due = variant % 2 != 0;
        uint32_t steps = UINT32_MAX;

        for (uint32_t at = 0; at < steps; at++) {
            set_old(world, variant / 2 != 0);
            world->host.time = is_due ? 1000 : 999;
            steps = interleaved(set_anew, poll, world, at);
            poll(world);
            expect_old_then_new(world, is_due);
        }
        assert_true(steps >= 5);
    }
}

/* Whoever stops a timer and then finds its slot empty, after the poll that follows, is left alone.
 */
static void stop(void *context)
{
    struct world *world = context;

    write_register(&world->vps[0], COUNT, 0);
}

static void timer_stopped_while_it_is_polled(void **state)
{
    struct world *world = *state;
    uint32_t *type = (uint32_t *)(void *)&world->host.memory[PAGE_MESSAGES][SINT * HV_MESSAGE_SIZE];
    uint32_t steps = UINT32_MAX;

    for (uint32_t at = 0; at < steps; at++) {
        timers_reset(world, 0);
        world->vps[0].scontrol = HV_SYNIC_ENABLE;
        world->vps[0].simp = GPA(PAGE_MESSAGES) | HV_SYNIC_ENABLE;
        memset(world->host.memory[PAGE_MESSAGES], 0, HV_PAGE_SIZE);
        timer_set(world, CONFIG, TO(SINT) | HV_TIMER_AUTO_ENABLE);
        timer_set(world, COUNT, 1000);
        world->host.time = 1000;
        steps = interleaved(poll, stop, world, at);
        poll(world);
        assert_true(*type == 0 || *type == HV_MESSAGE_TYPE_TIMER_EXPIRED);
        *type = 0;
        poll(world);
        assert_int_equal(*type, 0);
    }
}

/* ---- Slots ------------------------------------------------------------------------------------
 */

struct slot_race {
    struct world *world;
    struct hv_post_message_direct direct;
    hv_status_t status;
};

static struct hv_message numbered(uint32_t type)
{
    struct hv_message message = { .type = type, .payload_size = HV_MESSAGE_PAYLOAD_MAX };

    memset(message.payload, (int)type, sizeof message.payload);
    return message;
}

/* Slow: the block is larger than the registers. */
static void post_direct(void *context)
{
    struct slot_race *race = context;
    uint64_t x[SHIM_REGISTERS] = { HV_CALL_POST_MESSAGE_DIRECT, GPA(PAGE_INPUT) };

    memcpy(race->world->host.memory[PAGE_INPUT], &race->direct, sizeof race->direct);
    (void)shim_hvc(&race->world->vps[0], HV_HVC_HYPERCALL, x);
    race->status = (hv_status_t)(x[0] & HV_RESULT_STATUS);
}

static void send(void *context)
{
    const struct slot_race *race = context;
    const struct hv_message message = numbered(7);

    (void)shim_message_send(&race->world->vps[0], SINT, &message);
}

static void slot_race_start(struct slot_race *race)
{
    const struct hv_message message = numbered(9);
    struct shim_vp *vp = &race->world->vps[0];

    shim_vp_reset(vp);
    vp->scontrol = HV_SYNIC_ENABLE;
    vp->simp = GPA(PAGE_MESSAGES) | HV_SYNIC_ENABLE;
    vp->sint[SINT] = VECTOR;
    memset(race->world->host.memory[PAGE_MESSAGES], 0, HV_PAGE_SIZE);
    race->direct = (struct hv_post_message_direct) {
        .partition_id = HV_PARTITION_ID_SELF,
        .vp_index = HV_VP_INDEX_SELF,
        .sint = SINT,
    };
    memcpy(race->direct.message, &message, sizeof message);
    fake_host_forget(&race->world->host);
}

/* The guest takes whatever comes, and writes EOM, which polls, only when it is asked to. */
static uint32_t take(struct world *world, uint32_t *sum)
{
    struct hv_message *slot = (void *)&world->host.memory[PAGE_MESSAGES][SINT * HV_MESSAGE_SIZE];
    struct hv_message expected = numbered(slot->type);
    uint32_t flags = slot->flags;

    if (slot->type == HV_MESSAGE_TYPE_NONE) {
        return 0;
    }
    expected.flags = slot->flags;
    assert_memory_equal(slot, &expected, sizeof expected); /* whole */
    *sum += slot->type;
    slot->type = HV_MESSAGE_TYPE_NONE;
    if ((flags & HV_MESSAGE_FLAG_PENDING) != 0) {
        poll(world);
    }
    return 1;
}

/* Each message arrives once, whole, and nobody is left waiting; the direct one may be refused. */
static void expect_both_arrive(struct slot_race *race)
{
    struct world *world = race->world;
    uint32_t direct = race->status == HV_STATUS_SUCCESS ? 1 : 0;
    uint32_t sum = 0;
    uint32_t taken = 0;

    assert_true(direct != 0 || race->status == HV_STATUS_OBJECT_IN_USE);
    if (world->host.polls != 0) {
        poll(world);
    }
    while (take(world, &sum) != 0) {
        taken++;
    }
    assert_int_equal(taken, 1 + direct);
    assert_int_equal(sum, 7 + 9 * direct);
    assert_int_equal(world->vps[0].queue.count, 0);
    assert_int_equal(world->vps[0].slots_in_use, 0);
}

static void slot_that_both_want_to_fill(void **state)
{
    static race_fn *const orders[][2] = { { post_direct, send }, { send, post_direct } };
    struct slot_race race = { .world = *state };

    for (unsigned order = 0; order < 2; order++) {
        uint32_t steps = UINT32_MAX;

        for (uint32_t at = 0; at < steps; at++) {
            slot_race_start(&race);
            steps = interleaved(orders[order][0], orders[order][1], &race, at);
            expect_both_arrive(&race);
        }
        assert_true(steps >= 5);
    }
}

/* The same with a slot that is taken: the guest is asked for EOM although the direct message was in
 * the way when the other one came. */
static void taken_slot_that_both_want_to_fill(void **state)
{
    struct slot_race race = { .world = *state };
    struct hv_message *slot =
        (void *)&race.world->host.memory[PAGE_MESSAGES][SINT * HV_MESSAGE_SIZE];
    uint32_t steps = UINT32_MAX;

    for (uint32_t at = 0; at < steps; at++) {
        slot_race_start(&race);
        *slot = numbered(5);
        steps = interleaved(post_direct, send, &race, at);
        assert_int_equal(race.status, HV_STATUS_OBJECT_IN_USE);
        assert_int_not_equal(race.world->host.polls, 0);
        poll(race.world);
        assert_int_equal(slot->flags, HV_MESSAGE_FLAG_PENDING);
        slot->type = HV_MESSAGE_TYPE_NONE;
        poll(race.world);
        assert_int_equal(slot->type, 7);
    }
}

/* ---- Connections ------------------------------------------------------------------------------
 */

struct port_race {
    struct world *world;
    struct shim_port first, second, third;
    struct shim_port *found;
};

static void find(void *context)
{
    struct port_race *race = context;

    race->found = port_find(&race->world->partition, 0x41);
}

/* The slot is another number's, then the first one's again, with a third port. */
static void change_hands(void *context)
{
    struct port_race *race = context;
    struct shim_partition *partition = &race->world->partition;

    shim_disconnect(partition, 0x41);
    (void)shim_connect(partition, 0x49, &race->second);
    shim_disconnect(partition, 0x49);
    (void)shim_connect(partition, 0x41, &race->third);
}

/* Half of that. */
static void hand_over(void *context)
{
    struct port_race *race = context;

    shim_disconnect(&race->world->partition, 0x41);
    (void)shim_connect(&race->world->partition, 0x49, &race->second);
}

static void slot_that_changes_hands(void **state)
{
    static race_fn *const changes[] = { change_hands, hand_over };
    struct port_race race = { .world = *state };
    struct shim_partition *partition = &race.world->partition;
    uint32_t refusals = 0;

    for (unsigned change = 0; change < 2; change++) {
        uint32_t steps = UINT32_MAX;

        for (uint32_t at = 0; at < steps; at++) {
            memset(race.world->connections, 0, sizeof race.world->connections);
            assert_true(shim_connect(partition, 0x41, &race.first));
            steps = interleaved(find, changes[change], &race, at);
            assert_ptr_not_equal(race.found, &race.second); /* another number's port */
            refusals += race.found == NULL;
        }
    }
    assert_int_not_equal(refusals, 0);
}

static void reader_of_a_connection_that_is_made(void **state)
{
    struct port_race race = { .world = *state };
    uint32_t steps = UINT32_MAX;

    for (uint32_t at = 0; at < steps; at++) {
        memset(race.world->connections, 0, sizeof race.world->connections);
        assert_true(shim_connect(&race.world->partition, 0x41, &race.first));
        race.found = NULL;
        steps = interleaved(change_hands, find, &race, at);
        assert_ptr_not_equal(race.found, &race.second);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RACE_TEST(timer_written_while_it_is_polled),    RACE_TEST(timer_polled_while_it_is_written),
        RACE_TEST(timer_stopped_while_it_is_polled),    RACE_TEST(slot_that_both_want_to_fill),
        RACE_TEST(taken_slot_that_both_want_to_fill),   RACE_TEST(slot_that_changes_hands),
        RACE_TEST(reader_of_a_connection_that_is_made),
    };

    return cmocka_run_group_tests_name("races", tests, NULL, NULL);
}
