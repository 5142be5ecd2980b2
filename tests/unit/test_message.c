/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/message.c: messages on their way into a VP's slots. */

#include "harness.h"

#define SINT 2u
#define VECTOR 18u

static struct hv_message *slot(struct world *world, uint32_t sint)
{
    return (struct hv_message *)(void *)&world->host.memory[PAGE_MESSAGES][sint * HV_MESSAGE_SIZE];
}

static struct hv_message message_of(uint32_t type, uint8_t size)
{
    struct hv_message message = { .type = type, .payload_size = size, .origin = 0x5000 + type };

    /* What the sender leaves in fields that are ignored, and past the payload, must not get out. */
    message.flags = 0xee;
    message.reserved = 0xeeee;
    memset(message.payload, 0xee, sizeof message.payload);
    memset(message.payload, (int)(type & 0x7f), size);
    return message;
}

static bool send(struct world *world, uint32_t sint, uint32_t type, uint8_t size)
{
    const struct hv_message message = message_of(type, size);

    return shim_message_send(&world->vps[1], sint, &message);
}

static void expect_slot(struct world *world, uint32_t sint, uint32_t type, uint8_t size,
                        uint8_t flags)
{
    struct hv_message expected = {
        .type = type, .payload_size = size, .flags = flags, .origin = 0x5000 + type
    };

    memset(expected.payload, (int)(type & 0x7f), size);
    assert_memory_equal(slot(world, sint), &expected, sizeof expected);
}

/* The guest takes a message: type to 0, then looks at the flag. */
static bool guest_takes(struct world *world, uint32_t sint)
{
    slot(world, sint)->type = HV_MESSAGE_TYPE_NONE;
    return (slot(world, sint)->flags & HV_MESSAGE_FLAG_PENDING) != 0;
}

static void prepare(struct world *world)
{
    memset(world->host.memory[PAGE_MESSAGES], 0, HV_PAGE_SIZE);
    world->vp = 1;
    assert_int_equal(guest_set_register(world, HV_REGISTER_SIPP, GPA(PAGE_MESSAGES) | 1), 0);
    assert_int_equal(guest_set_register(world, HV_REGISTER_SINT0 + SINT, VECTOR), 0);
    assert_int_equal(guest_set_register(world, HV_REGISTER_SCONTROL, 1), 0);
    fake_host_forget(&world->host);
}

static void message_goes_into_the_empty_slot(void **state)
{
    struct world *world = *state;

    for (uint32_t size = 0; size <= HV_MESSAGE_PAYLOAD_MAX; size++) {
        prepare(world);
        memset(slot(world, SINT), 0xcc, HV_MESSAGE_SIZE);
        slot(world, SINT)->type = 0;
        assert_true(send(world, SINT, 1, (uint8_t)size));
        expect_slot(world, SINT, 1, (uint8_t)size, 0);
        assert_int_equal(world->host.interrupts, 1);
        assert_int_equal(world->host.interrupt_intid, VECTOR);
        assert_int_equal(world->host.interrupt_vp, 1);
        assert_int_equal(world->vps[1].queue.count, 0);
    }
}

/* S3: slot n belongs to SINT n; nothing beside it is written. */
static void every_sint_has_its_slot(void **state)
{
    struct world *world = *state;

    for (uint32_t sint = 0; sint < HV_SYNIC_SINT_COUNT; sint++) {
        static uint8_t expected[HV_PAGE_SIZE];

        prepare(world);
        memset(world->host.memory[PAGE_MESSAGES], 0xcc, HV_PAGE_SIZE);
        slot(world, sint)->type = 0;
        memcpy(expected, world->host.memory[PAGE_MESSAGES], sizeof expected);
        assert_true(send(world, sint, 7, 24));
        memcpy(expected + sint * HV_MESSAGE_SIZE, slot(world, sint), HV_MESSAGE_SIZE);
        assert_memory_equal(expected, world->host.memory[PAGE_MESSAGES], sizeof expected);
        expect_slot(world, sint, 7, 24, 0);
    }
}

/* Linux copies the slot as soon as its type is not 0. */
static void type_is_written_last(void **state)
{
    struct world *world = *state;

    prepare(world);
    assert_true(send(world, SINT, 1, 8));
    assert_int_equal(world->host.accesses, 3);
    assert_int_equal(world->host.log[0].op, OP_READ);
    assert_int_equal(world->host.log[1].gpa, GPA(PAGE_MESSAGES) + SINT * 256 + 4);
    assert_int_equal(world->host.log[1].size, 252);
    assert_int_equal(world->host.log[2].gpa, GPA(PAGE_MESSAGES) + SINT * 256);
    assert_int_equal(world->host.log[2].size, 4);
}

/* A slot in use: the message waits, the flag asks for EOM, and only that byte is touched. */
static void busy_slot_gets_the_pending_flag(void **state)
{
    struct world *world = *state;
    struct hv_message before;

    prepare(world);
    assert_true(send(world, SINT, 1, 8));
    before = *slot(world, SINT);
    fake_host_forget(&world->host);
    assert_true(send(world, SINT, 2, 8));
    before.flags = HV_MESSAGE_FLAG_PENDING;
    assert_memory_equal(slot(world, SINT), &before, sizeof before);
    assert_int_equal(world->host.interrupts, 0);
    assert_int_equal(world->host.writes, 1);
    assert_int_equal(world->host.log[1].size, 1);
    assert_int_equal(world->vps[1].queue.count, 1);
}

/* In order, and the flag says truly whether more waits for this SINT. */
static void queued_messages_follow_at_eom(void **state)
{
    struct world *world = *state;

    prepare(world);
    for (uint32_t type = 1; type <= 4; type++) {
        assert_true(send(world, SINT, type, 16));
    }
    for (uint32_t type = 1; type <= 4; type++) {
        expect_slot(world, SINT, type, 16, type == 4 ? 0 : 1);
        assert_int_equal(guest_takes(world, SINT), type != 4);
        assert_int_equal(guest_set_register(world, HV_REGISTER_EOM, 0), 0);
        assert_int_equal(world->host.polls, 1);
        fake_host_forget(&world->host);
        shim_vp_poll(&world->vps[1]);
        assert_int_equal(world->host.interrupts, type == 4 ? 0 : 1);
    }
    assert_int_equal(world->vps[1].queue.count, 0);
}

/* One SINT's full slot does not hold up another's; each keeps its order. */
static void sints_do_not_block_each_other(void **state)
{
    struct world *world = *state;

    prepare(world);
    assert_true(send(world, 1, 0x11, 4));
    assert_true(send(world, 1, 0x12, 4));
    assert_true(send(world, 3, 0x31, 4));
    assert_true(send(world, 3, 0x32, 4));
    assert_true(send(world, 1, 0x13, 4));
    expect_slot(world, 1, 0x11, 4, 1);
    expect_slot(world, 3, 0x31, 4, 1);
    guest_takes(world, 3);
    guest_takes(world, 1);
    shim_vp_poll(&world->vps[1]);
    expect_slot(world, 1, 0x12, 4, 1);
    expect_slot(world, 3, 0x32, 4, 0);
    guest_takes(world, 1);
    shim_vp_poll(&world->vps[1]);
    expect_slot(world, 1, 0x13, 4, 0);
    assert_int_equal(world->vps[1].queue.count, 0);
}

/* S5: a guest that reads nothing costs a fixed quota; then it drains in order. */
static void full_queue_refuses_and_drains(void **state)
{
    static struct shim_vp neighbour;
    struct world *world = *state;

    prepare(world);
    neighbour = world->vps[2]; /* whose memory begins where the queue ends */
    for (uint32_t type = 1; type <= 1 + SHIM_MESSAGE_QUEUE; type++) {
        assert_true(send(world, SINT, type, 240));
    }
    for (unsigned i = 0; i < 3; i++) {
        struct shim_message_queue before = world->vps[1].queue;

        assert_false(send(world, SINT, 99, 240));
        assert_memory_equal(&before, &world->vps[1].queue, sizeof before);
    }
    for (uint32_t type = 1; type <= 1 + SHIM_MESSAGE_QUEUE; type++) {
        expect_slot(world, SINT, type, 240, type <= SHIM_MESSAGE_QUEUE);
        guest_takes(world, SINT);
        shim_vp_poll(&world->vps[1]);
    }
    assert_true(send(world, SINT, 100, 0));
    assert_memory_equal(&neighbour, &world->vps[2], sizeof neighbour);
}

/* The interrupt is lost, the message is not. */
static void masked_or_polled_sint_gets_no_interrupt(void **state)
{
    static const uint64_t values[] = { HV_SINT_MASKED | VECTOR, HV_SINT_POLLING | VECTOR };
    struct world *world = *state;

    for (unsigned i = 0; i < 2; i++) {
        prepare(world);
        assert_int_equal(guest_set_register(world, HV_REGISTER_SINT0 + SINT, values[i]), 0);
        assert_true(send(world, SINT, 5, 8));
        expect_slot(world, SINT, 5, 8, 0);
        assert_int_equal(world->host.interrupts, 0);
    }
}

/* A SynIC that is off, or without its page: messages wait, and come when both are on. */
static void messages_wait_for_the_synic(void **state)
{
    static const uint32_t names[] = { HV_REGISTER_SCONTROL, HV_REGISTER_SIPP };
    static const uint64_t on[] = { 1, GPA(PAGE_MESSAGES) | 1 };
    struct world *world = *state;

    for (unsigned i = 0; i < 2; i++) {
        prepare(world);
        assert_int_equal(guest_set_register(world, names[i], on[i] & ~UINT64_C(1)), 0);
        fake_host_forget(&world->host);
        assert_true(send(world, SINT, 6, 8));
        shim_vp_poll(&world->vps[1]);
        assert_int_equal(world->host.accesses, 0);
        assert_int_equal(guest_set_register(world, names[i], on[i]), 0);
        assert_int_equal(world->host.polls, 1);
        shim_vp_poll(&world->vps[1]);
        expect_slot(world, SINT, 6, 8, 0);
    }
}

/* S1: a page that is none; and R4, each access failing in turn. Nothing is lost or sent twice. */
static void unusable_page_keeps_messages_waiting(void **state)
{
    static const uint64_t bad[] = { GPA(PAGE_HOLE), GPA(PAGE_ROM), GPA(PAGE_DEVICE), 0,
                                    UINT64_C(0xfffffffffffff000) };
    struct world *world = *state;

    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        prepare(world);
        memset(world->host.memory[PAGE_ROM], 0, HV_PAGE_SIZE);
        world->vps[1].queue.count = 0;
        assert_int_equal(guest_set_register(world, HV_REGISTER_SIPP, bad[i] | 1), 0);
        assert_true(send(world, SINT, 6, 8));
        assert_int_equal(world->host.writes, 0);
        assert_int_equal(world->host.interrupts, 0);
        assert_int_equal(world->vps[1].queue.count, 1);
    }
    for (uint32_t n = 1; n <= 3; n++) {
        prepare(world);
        world->vps[1].queue.count = 0;
        world->host.fail_access = n;
        assert_true(send(world, SINT, 6, 8));
        assert_int_equal(slot(world, SINT)->type, 0);
        assert_int_equal(world->host.interrupts, 0);
        shim_vp_poll(&world->vps[1]);
        expect_slot(world, SINT, 6, 8, 0);
    }
}

static void flag_that_cannot_be_written_leaves_the_message_waiting(void **state)
{
    struct world *world = *state;

    prepare(world);
    assert_true(send(world, SINT, 1, 8));
    world->host.fail_access = 2;
    assert_true(send(world, SINT, 2, 8));
    expect_slot(world, SINT, 1, 8, 0);
    assert_int_equal(world->vps[1].queue.count, 1);
}

/* S4: the guest empties the slot at each moment between our accesses. Every message arrives. */
static struct world *racing;
static uint32_t race_at;
static bool race_wants_eom;

static void race(struct fake_host *host, const struct fake_access *access)
{
    (void)access;
    if (host->accesses + 1 == race_at && slot(racing, SINT)->type != 0) {
        race_wants_eom = guest_takes(racing, SINT);
    }
}

static void guest_that_empties_the_slot_meanwhile_misses_nothing(void **state)
{
    struct world *world = *state;

    for (race_at = 1; race_at <= 6; race_at++) {
        prepare(world);
        assert_true(send(world, SINT, 1, 8));
        fake_host_forget(&world->host);
        racing = world;
        race_wants_eom = false;
        world->host.interfere = race;
        assert_true(send(world, SINT, 2, 8));
        world->host.interfere = NULL;
        if (slot(world, SINT)->type == 1) {
            race_wants_eom = guest_takes(world, SINT); /* it took its time */
        }
        if (slot(world, SINT)->type == 0) {
            assert_true(race_wants_eom); /* else nobody would ever come back to it */
            shim_vp_poll(&world->vps[1]);
        }
        expect_slot(world, SINT, 2, 8, 0);
        assert_int_equal(world->vps[1].queue.count, 0);
    }
}

/* A guest that writes into its slots harms only itself. */
static void forged_slot_only_delays(void **state)
{
    struct world *world = *state;

    prepare(world);
    memset(slot(world, SINT), 0xff, HV_MESSAGE_SIZE);
    assert_true(send(world, SINT, 1, 8));
    assert_int_equal(slot(world, SINT)->type, UINT32_MAX);
    assert_int_equal(slot(world, SINT)->flags, HV_MESSAGE_FLAG_PENDING);
    memset(slot(world, SINT), 0, HV_MESSAGE_SIZE);
    shim_vp_poll(&world->vps[1]);
    expect_slot(world, SINT, 1, 8, 0);
}

/* S2: reset drops what waits and forgets the page. */
static void reset_drops_waiting_messages(void **state)
{
    struct world *world = *state;

    prepare(world);
    assert_true(send(world, SINT, 1, 8));
    assert_true(send(world, SINT, 2, 8));
    shim_vp_reset(&world->vps[1]);
    fake_host_forget(&world->host);
    shim_vp_poll(&world->vps[1]);
    assert_true(send(world, SINT, 3, 8));
    assert_int_equal(world->host.accesses, 0);
    shim_vp_reset(&world->vps[1]);
    prepare(world);
    shim_vp_poll(&world->vps[1]);
    assert_int_equal(slot(world, SINT)->type, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(message_goes_into_the_empty_slot),
        UNIT_TEST(every_sint_has_its_slot),
        UNIT_TEST(type_is_written_last),
        UNIT_TEST(busy_slot_gets_the_pending_flag),
        UNIT_TEST(queued_messages_follow_at_eom),
        UNIT_TEST(sints_do_not_block_each_other),
        UNIT_TEST(full_queue_refuses_and_drains),
        UNIT_TEST(masked_or_polled_sint_gets_no_interrupt),
        UNIT_TEST(messages_wait_for_the_synic),
        UNIT_TEST(unusable_page_keeps_messages_waiting),
        UNIT_TEST(flag_that_cannot_be_written_leaves_the_message_waiting),
        UNIT_TEST(guest_that_empties_the_slot_meanwhile_misses_nothing),
        UNIT_TEST(forged_slot_only_delays),
        UNIT_TEST(reset_drops_waiting_messages),
    };

    return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
