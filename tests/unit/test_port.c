/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/port.c: connections come and go, while guests use them. */

#include "harness.h"

#include "dispatch/port.h"

#define SLOTS 8u
#define NEAR 4u /* places that a number can have */

static struct shim_port ports[16];
static struct shim_connection slots[SLOTS];
static struct shim_partition partition;

static int port_setup(void **state)
{
    (void)state;
    memset(slots, 0, sizeof slots);
    partition = (struct shim_partition) { .connections = slots, .connection_slots = SLOTS };
    return 0;
}

#define PORT_TEST(test) cmocka_unit_test_setup_teardown(test, port_setup, NULL)

static void number_leads_to_its_port(void **state)
{
    static const uint32_t ids[] = { 1, 2, 0x2000, 0xffffff };

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        assert_null(port_find(&partition, ids[i]));
        assert_true(shim_connect(&partition, ids[i], &ports[i]));
        assert_ptr_equal(port_find(&partition, ids[i]), &ports[i]);
    }
    shim_disconnect(&partition, 2);
    assert_null(port_find(&partition, 2));
    for (unsigned i = 0; i < 4; i++) {
        assert_ptr_equal(port_find(&partition, ids[i]), i == 1 ? NULL : &ports[i]);
    }
}

/* Ids have 24 bits, and 0 is none. */
static void numbers_out_of_range_are_refused(void **state)
{
    static const uint32_t bad[] = { 0, 0x1000000, 0x1000001, 0x80000001, UINT32_MAX };

    (void)state;
    assert_true(shim_connect(&partition, 1, &ports[0]));
    for (unsigned i = 0; i < 5; i++) {
        assert_false(shim_connect(&partition, bad[i], &ports[1]));
        assert_null(port_find(&partition, bad[i]));
        shim_disconnect(&partition, bad[i]);
    }
    assert_ptr_equal(port_find(&partition, 1), &ports[0]);
}

static void taken_number_is_refused(void **state)
{
    (void)state;
    assert_true(shim_connect(&partition, 5, &ports[0]));
    assert_false(shim_connect(&partition, 5, &ports[1]));
    assert_ptr_equal(port_find(&partition, 5), &ports[0]);
}

/* Looking for a number is bounded, so its neighbourhood can be full while others are free. */
static void full_neighbourhood_is_refused(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < NEAR; i++) {
        assert_true(shim_connect(&partition, 3 + i * SLOTS, &ports[i]));
    }
    assert_false(shim_connect(&partition, 3 + NEAR * SLOTS, &ports[NEAR]));
    assert_null(port_find(&partition, 3 + NEAR * SLOTS));
    assert_true(shim_connect(&partition, 7, &ports[NEAR])); /* another place */
    for (uint32_t i = 0; i < NEAR; i++) {
        assert_ptr_equal(port_find(&partition, 3 + i * SLOTS), &ports[i]);
    }
    shim_disconnect(&partition, 3); /* the first of them: those behind are found still */
    assert_ptr_equal(port_find(&partition, 3 + 3 * SLOTS), &ports[3]);
    assert_true(shim_connect(&partition, 3 + NEAR * SLOTS, &ports[5]));
    assert_ptr_equal(port_find(&partition, 3 + NEAR * SLOTS), &ports[5]);
}

static void guest_without_connections_has_none(void **state)
{
    (void)state;
    partition.connections = NULL;
    assert_false(shim_connect(&partition, 1, &ports[0]));
    shim_disconnect(&partition, 1);
}

static void connections_come_and_go(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < 1000; round++) {
        uint32_t id = 1 + round % 3 * SLOTS;

        assert_true(shim_connect(&partition, id, &ports[round % 16]));
        assert_ptr_equal(port_find(&partition, id), &ports[round % 16]);
        shim_disconnect(&partition, id);
        shim_disconnect(&partition, id);
        assert_null(port_find(&partition, id));
    }
}

/* G3: a slot that changes hands is never taken for what it was: neither by its number, which may be
 * given again, nor by its port. */
static void slot_that_changed_hands_looks_different(void **state)
{
    uint64_t before;

    (void)state;
    assert_true(shim_connect(&partition, 1, &ports[0]));
    before = slots[1].id;
    for (unsigned i = 0; i < 3; i++) {
        shim_disconnect(&partition, 1);
        assert_int_not_equal(slots[1].id, before);
        assert_true(shim_connect(&partition, 1, &ports[1]));
        assert_int_not_equal(slots[1].id, before);
    }
    assert_ptr_equal(port_find(&partition, 1), &ports[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PORT_TEST(number_leads_to_its_port),
        PORT_TEST(numbers_out_of_range_are_refused),
        PORT_TEST(taken_number_is_refused),
        PORT_TEST(full_neighbourhood_is_refused),
        PORT_TEST(guest_without_connections_has_none),
        PORT_TEST(connections_come_and_go),
        PORT_TEST(slot_that_changed_hands_looks_different),
    };

    return cmocka_run_group_tests_name("port", tests, NULL, NULL);
}
