/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* More of dispatch/message.c: what waits for what, who is not held up by whom, and messages whose
 * way is barred: a page that is no RAM, accesses that fail, SINTs without an interrupt, slots that
 * a guest forges. What can't be delivered waits and is delivered once, whole, when it can. The
 * races between guest and host are in test_message_races.c. */

#include "harness.h"

#define VECTOR 18u
#define SINT 2u

static int order_setup(void **state)
{
    struct world *world;

    world_setup(state);
    world = *state;
    memset(world->host.memory[PAGE_MESSAGES], 0, HV_PAGE_SIZE);
    world->vps[0].scontrol = HV_SYNIC_ENABLE;
    world->vps[0].simp = GPA(PAGE_MESSAGES) | HV_SYNIC_ENABLE;
    world->vps[0].sint[SINT] = VECTOR;
    return 0;
}

/* A fresh world within a test. */
static struct world *start_over(void **state)
{
    world_teardown(state);
    order_setup(state);
    return *state;
}

#define ORDER_TEST(test) cmocka_unit_test_setup_teardown(test, order_setup, world_teardown)

static struct hv_message numbered(uint32_t number)
{
    struct hv_message message = { .type = number, .payload_size = HV_MESSAGE_PAYLOAD_MAX };

    memset(message.payload, (int)number, sizeof message.payload);
    return message;
}

static void send_to(struct world *world, uint32_t sint, uint32_t number)
{
    const struct hv_message message = numbered(number);

    assert_true(shim_message_send(&world->vps[0], sint, &message));
}

static void send(struct world *world, uint32_t number)
{
    send_to(world, SINT, number);
}

static uint8_t *slot_of(struct world *world, enum guest_page page, uint32_t sint)
{
    return &world->host.memory[page][sint * HV_MESSAGE_SIZE];
}

static uint8_t *slot_on(struct world *world, enum guest_page page)
{
    return slot_of(world, page, SINT);
}

static void expect_slot(struct world *world, enum guest_page page, uint32_t number)
{
    const struct hv_message expected = numbered(number);

    assert_memory_equal(slot_on(world, page), &expected, sizeof expected);
}

/* Nothing is written and nobody interrupted while a message is sent and polled for. */
static void expect_waiting(struct world *world, uint32_t number)
{
    struct snapshot before;

    snapshot_take(&before, world);
    send(world, number);
    shim_vp_poll(&world->vps[0]);
    snapshot_expect_same_memory(&before, world);
    assert_int_equal(world->host.interrupts, 0);
    assert_int_equal(world->vps[0].queue.count, 1);
}

static void expect_delivered_by_poll(struct world *world, enum guest_page page, uint32_t number)
{
    shim_vp_poll(&world->vps[0]);
    expect_slot(world, page, number);
    assert_int_equal(world->host.interrupts, 1);
    assert_int_equal(world->vps[0].queue.count, 0);
}

static void guest_empties(struct world *world, uint32_t sint)
{
    memset(slot_of(world, PAGE_MESSAGES, sint), 0, sizeof(uint32_t));
}

static uint8_t pending_flag(struct world *world, uint32_t sint)
{
    return slot_of(world, PAGE_MESSAGES, sint)[5];
}

static uint8_t number_in(struct world *world, uint32_t sint)
{
    return slot_of(world, PAGE_MESSAGES, sint)[0];
}

static void interrupt_that_looks(void *opaque, void *host_vp, uint32_t intid)
{
    struct world *world = (struct world *)((char *)opaque - offsetof(struct world, host));

    expect_slot(world, PAGE_MESSAGES, 7);
    fake_ops.interrupt_assert(opaque, host_vp, intid);
}

static void interrupt_comes_when_the_slot_is_complete(void **state)
{
    struct world *world = *state;

    world->ops.interrupt_assert = interrupt_that_looks;
    send(world, 7);
    assert_int_equal(world->host.interrupts, 1);
}

/* The slot is free, but another message was there first. */
static void new_message_does_not_overtake(void **state)
{
    struct world *world = *state;

    send(world, 1);
    send(world, 2);
    guest_empties(world, SINT);
    send(world, 3);
    assert_int_equal(number_in(world, SINT), 2);
    assert_int_equal(pending_flag(world, SINT), HV_MESSAGE_FLAG_PENDING);
    guest_empties(world, SINT);
    shim_vp_poll(&world->vps[0]);
    expect_slot(world, PAGE_MESSAGES, 3);
}

/* What waits for one SINT is no reason to ask for EOM in the slot of another. */
static void pending_flag_counts_its_own_sint_only(void **state)
{
    struct world *world = *state;

    send_to(world, 5, 1);
    send_to(world, 5, 2);
    send(world, 3);
    send(world, 4);
    guest_empties(world, 5);
    shim_vp_poll(&world->vps[0]);
    assert_int_equal(number_in(world, 5), 2);
    assert_int_equal(pending_flag(world, 5), 0);
    assert_int_equal(pending_flag(world, SINT), HV_MESSAGE_FLAG_PENDING);
}

/* EOM has no number. */
static void one_poll_serves_every_sint(void **state)
{
    struct world *world = *state;

    for (uint32_t sint = 0; sint < HV_SYNIC_SINT_COUNT; sint++) {
        send_to(world, sint, 1 + sint);
    }
    for (uint32_t sint = 0; sint < HV_SYNIC_SINT_COUNT; sint++) {
        send_to(world, sint, 100 + sint);
        guest_empties(world, sint);
    }
    shim_vp_poll(&world->vps[0]);
    for (uint32_t sint = 0; sint < HV_SYNIC_SINT_COUNT; sint++) {
        assert_int_equal(number_in(world, sint), 100 + sint);
    }
    assert_int_equal(world->vps[0].queue.count, 0);
}

static void vps_do_not_hold_one_another_up(void **state)
{
    struct world *world = *state;
    const struct hv_message message = numbered(7);

    for (uint32_t i = 0; i <= SHIM_MESSAGE_QUEUE; i++) {
        send(world, 1);
    }
    memset(world->host.memory[PAGE_LAST], 0, HV_PAGE_SIZE);
    world->vps[3].scontrol = HV_SYNIC_ENABLE;
    world->vps[3].simp = GPA(PAGE_LAST) | HV_SYNIC_ENABLE;
    world->vps[3].sint[SINT] = 31;
    fake_host_forget(&world->host);
    assert_true(shim_message_send(&world->vps[3], SINT, &message));
    expect_slot(world, PAGE_LAST, 7);
    assert_int_equal(world->host.interrupts, 1);
    assert_int_equal(world->host.interrupt_vp, 3);
    assert_int_equal(world->host.interrupt_intid, 31);
}

/* The place in the queue was another message's before, and the slot too. */
static void short_message_shows_nothing_of_a_longer_one(void **state)
{
    struct world *world = *state;
    struct hv_message message = numbered(0xaa);

    send(world, 0xbb);
    for (uint32_t size = HV_MESSAGE_PAYLOAD_MAX; size-- > 0;) {
        const uint8_t *payload = slot_on(world, PAGE_MESSAGES) + 16;

        guest_empties(world, SINT);
        message.payload_size = (uint8_t)size;
        assert_true(shim_message_send(&world->vps[0], SINT, &message));
        for (uint32_t i = 0; i < HV_MESSAGE_PAYLOAD_MAX; i++) {
            assert_int_equal(payload[i], i < size ? 0xaa : 0);
        }
    }
}

static void idle_poll_touches_nothing(void **state)
{
    struct world *world = *state;

    shim_vp_poll(&world->vps[0]);
    assert_int_equal(world->host.accesses, 0);
    assert_int_equal(world->host.interrupts, 0);
}

static void preserved_bits_of_the_page_register_do_not_count(void **state)
{
    struct world *world = *state;

    world->vps[0].simp = GPA(PAGE_MESSAGES) | UINT64_C(0xfff);
    send(world, 1);
    expect_slot(world, PAGE_MESSAGES, 1);
}

static void page_that_is_no_ram_waits(void **state)
{
    static const uint64_t pages[] = {
        GPA(PAGE_HOLE), GPA(PAGE_DEVICE), GPA(PAGE_ROM), GPA(GUEST_PAGES), 0, HV_SYNIC_PAGE,
    };

    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        for (unsigned type = 0; type < 2; type++) {
            struct world *world = start_over(state);

            memset(slot_on(world, PAGE_ROM), (int)type, sizeof(uint32_t));
            world->vps[0].simp = pages[i] | HV_SYNIC_ENABLE;
            expect_waiting(world, 1);
            assert_int_equal(world->host.writes, 0);
            world->vps[0].simp = GPA(PAGE_MESSAGES) | HV_SYNIC_ENABLE;
            expect_delivered_by_poll(world, PAGE_MESSAGES, 1);
        }
    }
}

static void moved_page_gets_what_waits(void **state)
{
    struct world *world = *state;

    send(world, 1);
    send(world, 2);
    memset(world->host.memory[PAGE_LAST], 0, HV_PAGE_SIZE);
    world->vps[0].simp = GPA(PAGE_LAST) | HV_SYNIC_ENABLE;
    fake_host_forget(&world->host);
    expect_delivered_by_poll(world, PAGE_LAST, 2);
    assert_int_equal(slot_on(world, PAGE_MESSAGES)[0], 1); /* still there for who looks */
}

static void failed_access_leaves_a_full_slot_alone(void **state)
{
    for (uint32_t access = 1; access <= 3; access++) {
        struct world *world = start_over(state);

        send(world, 1);
        fake_host_forget(&world->host);
        world->host.fail_access = access;
        send(world, 2);
        assert_int_equal(world->host.accesses, access);
        assert_int_equal(slot_on(world, PAGE_MESSAGES)[0], 1);
        assert_int_equal(world->host.interrupts, 0);
        memset(slot_on(world, PAGE_MESSAGES), 0, sizeof(uint32_t));
        expect_delivered_by_poll(world, PAGE_MESSAGES, 2);
    }
}

/* The interrupt of a masked SINT is lost, not the message; unmasking does not bring it back. */
static void sint_without_interrupt_gets_its_messages(void **state)
{
    static const uint64_t quiet[] = {
        HV_SINT_MASKED,
        HV_SINT_MASKED | VECTOR,
        HV_SINT_POLLING | VECTOR,
        HV_SINT_POLLING | HV_SINT_MASKED | VECTOR,
    };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof quiet / sizeof quiet[0]; i++) {
        memset(slot_on(world, PAGE_MESSAGES), 0, HV_MESSAGE_SIZE);
        world->vps[0].sint[SINT] = quiet[i];
        send(world, 1);
        expect_slot(world, PAGE_MESSAGES, 1);
        send(world, 2);
        memset(slot_on(world, PAGE_MESSAGES), 0, HV_MESSAGE_SIZE);
        shim_vp_poll(&world->vps[0]); /* EOM works on it as on any */
        expect_slot(world, PAGE_MESSAGES, 2);
        world->vps[0].sint[SINT] = VECTOR;
        shim_vp_poll(&world->vps[0]);
        assert_int_equal(world->host.interrupts, 0);
    }
}

static void auto_eoi_changes_nothing(void **state)
{
    struct world *world = *state;

    world->vps[0].sint[SINT] = HV_SINT_AUTO_EOI | (UINT64_C(0xff) << 8) | VECTOR;
    send(world, 1);
    send(world, 2);
    assert_int_equal(world->host.interrupts, 1);
    assert_int_equal(world->host.interrupt_intid, VECTOR);
    assert_int_equal(world->vps[0].queue.count, 1); /* only EOM goes on */
}

/* Any type but 0 means "full", whoever wrote it and whatever is beside it. */
static void forged_slot_holds_up_its_own_sint_only(void **state)
{
    static const uint32_t types[] = { 1, 0x80000000, 0xffffffff, 0x100, 0x00010000 };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        const struct hv_message other = numbered(9);
        uint8_t forged[HV_MESSAGE_SIZE];

        shim_vp_reset(&world->vps[0]);
        world->vps[0].scontrol = HV_SYNIC_ENABLE;
        world->vps[0].simp = GPA(PAGE_MESSAGES) | HV_SYNIC_ENABLE;
        memset(forged, 0xff, sizeof forged);
        memcpy(forged, &types[i], sizeof types[i]);
        memset(world->host.memory[PAGE_MESSAGES], 0, HV_PAGE_SIZE);
        memcpy(slot_on(world, PAGE_MESSAGES), forged, sizeof forged);
        send(world, 1);
        shim_vp_poll(&world->vps[0]);
        forged[5] = HV_MESSAGE_FLAG_PENDING;
        assert_memory_equal(slot_on(world, PAGE_MESSAGES), forged, sizeof forged);
        assert_true(shim_message_send(&world->vps[0], SINT + 1, &other));
        assert_int_equal(world->host.memory[PAGE_MESSAGES][(SINT + 1) * HV_MESSAGE_SIZE], 9);
        memset(slot_on(world, PAGE_MESSAGES), 0, sizeof(uint32_t));
        shim_vp_poll(&world->vps[0]);
        expect_slot(world, PAGE_MESSAGES, 1);
    }
}

/* Pages are guest RAM: what they hold is neither cleared nor carried along. */
static void enabled_page_is_not_cleared(void **state)
{
    static const uint64_t values[] = { GPA(PAGE_LAST) | 1, GPA(PAGE_CRASH) | 1, GPA(PAGE_CRASH), 0,
                                       GPA(PAGE_LAST) | 1 };
    struct world *world = *state;
    struct snapshot before;

    snapshot_take(&before, world);
    for (unsigned i = 0; i < sizeof values / sizeof values[0]; i++) {
        assert_int_equal(guest_set_register(world, HV_REGISTER_SIPP, values[i]), HV_STATUS_SUCCESS);
        assert_int_equal(guest_set_register(world, HV_REGISTER_SIFP, values[i]), HV_STATUS_SUCCESS);
        snapshot_expect_same_memory(&before, world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ORDER_TEST(interrupt_comes_when_the_slot_is_complete),
        ORDER_TEST(new_message_does_not_overtake),
        ORDER_TEST(pending_flag_counts_its_own_sint_only),
        ORDER_TEST(one_poll_serves_every_sint),
        ORDER_TEST(vps_do_not_hold_one_another_up),
        ORDER_TEST(short_message_shows_nothing_of_a_longer_one),
        ORDER_TEST(idle_poll_touches_nothing),
        ORDER_TEST(preserved_bits_of_the_page_register_do_not_count),
        ORDER_TEST(page_that_is_no_ram_waits),
        ORDER_TEST(moved_page_gets_what_waits),
        ORDER_TEST(enabled_page_is_not_cleared),
        ORDER_TEST(failed_access_leaves_a_full_slot_alone),
        ORDER_TEST(sint_without_interrupt_gets_its_messages),
        ORDER_TEST(auto_eoi_changes_nothing),
        ORDER_TEST(forged_slot_holds_up_its_own_sint_only),
    };

    return cmocka_run_group_tests_name("message order", tests, NULL, NULL);
}
