/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Connecting and disconnecting: every version, every field of INITIATE_CONTACT, kexec and unload.
 */

#include "vmbus_bench.h"

static void only_5_0_to_5_3_are_spoken(void **state)
{
    struct bench *bench = *state;

    for (uint32_t i = 0; i < 0x100000; i++) {
        const uint32_t version = i < 0x80000 ? i : i * 0x2001u;
        const struct hv_post_message message = contact(i % 2 == 0 ? 4 : 1, version, 1);

        bench_forget(bench);
        assert_int_equal(bench_receive(bench, &message), 1);
        if (version >= 0x50000 && version <= 0x50003) {
            expect_accepted(bench, 0, 1);
        } else {
            expect_refused(bench, 0, 1, 2);
        }
    }
}

static void each_version_is_accepted_on_both_ports(void **state)
{
    struct bench *bench = *state;

    for (uint32_t version = 0x50000; version <= 0x50003; version++) {
        for (uint32_t connection = 1; connection <= 4; connection += 3) {
            const struct hv_post_message message = contact(connection, version, 0);

            bench_enter(bench, DISCONNECTED, 0);
            assert_int_equal(bench_receive(bench, &message), 1);
            expect_accepted(bench, 0, 0);
            assert_int_equal(bench_probe(bench), CONNECTED);
        }
    }
}

static void all_answers_go_to_the_target_vp(void **state)
{
    struct bench *bench = *state;

    for (uint32_t vp = 0; vp < BENCH_VPS; vp++) {
        const struct hv_post_message connect = contact(4, 0x50002, vp);
        const struct hv_post_message offers = request(3);
        const struct hv_post_message unload = request(16);

        bench_forget(bench);
        assert_int_equal(bench_receive(bench, &connect), 1);
        assert_int_equal(bench_receive(bench, &offers), 1);
        assert_int_equal(bench_receive(bench, &unload), 1);
        expect_accepted(bench, 0, vp);
        expect_offers_delivered(bench, 1, vp);
        expect_unloaded(bench, 2, vp);
    }
}

/* Nobody is there to be told; a guest that waits for the answer finds it on VP 0. */
static void target_vp_that_does_not_exist_is_refused(void **state)
{
    static const uint32_t bad[] = { BENCH_VPS,  BENCH_VPS + 1, 0x100,      0x10000,
                                    0x7fffffff, 0x80000000,    0xfffffffe, 0xffffffff };
    struct bench *bench = *state;

    for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const struct hv_post_message message = contact(4, 0x50003, bad[i]);

        bench_enter(bench, CONNECTED, 3);
        assert_int_equal(bench_receive(bench, &message), 1);
        expect_refused(bench, 0, 0, 2);
        assert_int_equal(bench_probe(bench), DISCONNECTED);
    }
}

static void every_sint_but_2_is_refused_where_it_is_listened_for(void **state)
{
    struct bench *bench = *state;

    for (uint32_t sint = 0; sint < 256; sint++) {
        struct hv_post_message message = contact(4, 0x50000, 1);

        set_byte(&message, 16, (uint8_t)sint);
        bench_enter(bench, DISCONNECTED, 0);
        assert_int_equal(bench_receive(bench, &message), 1);
        if (sint == 2) {
            expect_accepted(bench, 0, 1);
        } else {
            expect_refused(bench, 0, 1, sint < 16 ? sint : 2);
            assert_int_equal(bench_probe(bench), DISCONNECTED);
        }
    }
}

static void vtl_must_be_0_from_5_1_on(void **state)
{
    struct bench *bench = *state;

    for (uint32_t version = 0x50000; version <= 0x50003; version++) {
        for (uint32_t vtl = 1; vtl < 256; vtl++) {
            struct hv_post_message message = contact(4, version, 1);

            set_byte(&message, 17, (uint8_t)vtl);
            bench_enter(bench, DISCONNECTED, 0);
            assert_int_equal(bench_receive(bench, &message), 1);
            if (version == 0x50000) {
                expect_accepted(bench, 0, 1);
            } else {
                expect_refused(bench, 0, 1, 2);
            }
        }
    }
}

/* On connection 1, and below 5.0, bytes 16..23 are an address that nobody needs. */
static void interrupt_page_is_not_taken_for_a_sint(void **state)
{
    struct bench *bench = *state;
    struct hv_post_message message = contact(1, 0x50003, 1);

    memset((uint8_t *)message.payload + 16, 0xff, 8);
    assert_int_equal(bench_receive(bench, &message), 1);
    expect_accepted(bench, 0, 1);

    message = contact(4, 0x40001, 1);
    memset((uint8_t *)message.payload + 16, 0x05, 8);
    assert_int_equal(bench_receive(bench, &message), 1);
    expect_refused(bench, 1, 1, 2);
}

static void monitor_pages_come_both_or_not_at_all(void **state)
{
    struct bench *bench = *state;

    for (unsigned given = 0; given < 4; given++) {
        struct hv_post_message message = contact(4, 0x50003, 2);

        memset((uint8_t *)message.payload + 24, 0, 16);
        set_byte(&message, 31, (uint8_t)((given & 1) * 0x80)); /* any bit of the address counts */
        set_byte(&message, 32, (uint8_t)(given & 2));
        bench_enter(bench, DISCONNECTED, 0);
        assert_int_equal(bench_receive(bench, &message), 1);
        if (given == 0 || given == 3) {
            expect_accepted(bench, 0, 2);
        } else {
            expect_refused(bench, 0, 2, 2);
            assert_int_equal(bench_probe(bench), DISCONNECTED);
        }
    }
}

static void padding_and_features_of_later_versions_are_ignored(void **state)
{
    struct bench *bench = *state;
    struct hv_post_message message = contact(4, 0x50003, 0);

    set_word(&message, 4, 0xffffffff);
    set_byte(&message, 18, 0xff);
    set_byte(&message, 19, 0xff);
    set_word(&message, 20, 0xffffffff);
    assert_int_equal(bench_receive(bench, &message), 1);
    expect_accepted(bench, 0, 0);

    message = request(3);
    set_word(&message, 4, 0xffffffff);
    message.reserved = 0xffffffff;
    assert_int_equal(bench_receive(bench, &message), 1);
    expect_offers_delivered(bench, 1, 0);
}

static void longer_messages_are_taken(void **state)
{
    struct bench *bench = *state;

    for (uint32_t size = 40; size <= 240; size++) {
        struct hv_post_message message = contact(4, 0x50003, 0);

        memset((uint8_t *)message.payload + 40, 0xff, 200);
        message.payload_size = size;
        bench_enter(bench, DISCONNECTED, 0);
        assert_int_equal(bench_receive(bench, &message), 1);
        expect_accepted(bench, 0, 0);
    }
}

/* kexec: the new kernel asks from another VP, and starts from the beginning. */
static void contact_while_connected_starts_anew(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message again = contact(4, 0x50001, 3);
    const struct hv_post_message offers = request(3);

    bench_enter(bench, OFFERED, 0);
    assert_int_equal(bench_receive(bench, &again), 1);
    assert_int_equal(bench_receive(bench, &offers), 1);
    expect_accepted(bench, 0, 3);
    expect_offers_delivered(bench, 1, 3);
}

static void unload_and_contact_again(void **state)
{
    struct bench *bench = *state;
    const struct hv_post_message unload = request(16);
    const struct hv_post_message again = contact(4, 0x50003, 2);

    bench_enter(bench, OFFERED, 1);
    assert_int_equal(bench_receive(bench, &unload), 1);
    assert_int_equal(bench_receive(bench, &unload), 0);
    assert_int_equal(bench_receive(bench, &again), 1);
    expect_unloaded(bench, 0, 1);
    expect_accepted(bench, 1, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VMBUS_TEST(only_5_0_to_5_3_are_spoken),
        VMBUS_TEST(each_version_is_accepted_on_both_ports),
        VMBUS_TEST(all_answers_go_to_the_target_vp),
        VMBUS_TEST(target_vp_that_does_not_exist_is_refused),
        VMBUS_TEST(every_sint_but_2_is_refused_where_it_is_listened_for),
        VMBUS_TEST(vtl_must_be_0_from_5_1_on),
        VMBUS_TEST(interrupt_page_is_not_taken_for_a_sint),
        VMBUS_TEST(monitor_pages_come_both_or_not_at_all),
        VMBUS_TEST(padding_and_features_of_later_versions_are_ignored),
        VMBUS_TEST(longer_messages_are_taken),
        VMBUS_TEST(contact_while_connected_starts_anew),
        VMBUS_TEST(unload_and_contact_again),
    };

    return cmocka_run_group_tests_name("vmbus connection", tests, NULL, NULL);
}
