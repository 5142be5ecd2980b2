/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of host/common/inbox.c: messages come out whole, once, in the order of each sender, and
 * what is full refuses. */

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/common/inbox.h"

#define SENDERS 4u
#define MESSAGES 20000u

static struct inbox inbox;

static int setup(void **state)
{
    (void)state;
    memset(&inbox, 0, sizeof(inbox));
    return 0;
}

/* Every word of a message tells sender and number. */
static struct hv_post_message message_of(uint32_t sender, uint32_t number)
{
    struct hv_post_message message = { .connection_id = sender, .message_type = number };

    for (uint32_t n = 0; n < HV_MESSAGE_PAYLOAD_MAX / 8; n++) {
        message.payload[n] = (uint64_t)sender << 32 | number;
    }
    return message;
}

static void expect_oldest(uint32_t sender, uint32_t number)
{
    const struct hv_post_message wanted = message_of(sender, number);
    const struct hv_post_message *oldest = inbox_oldest(&inbox);

    assert_non_null(oldest);
    assert_memory_equal(oldest, &wanted, sizeof(wanted));
    inbox_remove(&inbox);
}

static hv_status_t post(uint32_t sender, uint32_t number)
{
    const struct hv_post_message message = message_of(sender, number);

    return inbox_post(&inbox, &message);
}

static void an_empty_inbox_has_no_oldest(void **state)
{
    (void)state;
    assert_null(inbox_oldest(&inbox));
    assert_int_equal(post(1, 1), HV_STATUS_SUCCESS);
    expect_oldest(1, 1);
    assert_null(inbox_oldest(&inbox));
}

static void a_full_inbox_refuses_and_loses_nothing(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < 5; round++) {
        for (uint32_t n = 0; n < INBOX_PLACES; n++) {
            assert_int_equal(post(round, n), HV_STATUS_SUCCESS);
        }
        assert_int_equal(post(round, INBOX_PLACES), HV_STATUS_INSUFFICIENT_BUFFERS);
        expect_oldest(round, 0);
        assert_int_equal(post(round, INBOX_PLACES), HV_STATUS_SUCCESS); /* one place is free */
        assert_int_equal(post(round, 99), HV_STATUS_INSUFFICIENT_BUFFERS);
        for (uint32_t n = 1; n <= INBOX_PLACES; n++) {
            expect_oldest(round, n);
        }
        assert_null(inbox_oldest(&inbox));
    }
}

static void *send_all(void *argument)
{
    uint32_t sender = (uint32_t)(uintptr_t)argument;

    for (uint32_t n = 0; n < MESSAGES; n++) {
        while (post(sender, n) != HV_STATUS_SUCCESS) {
        }
    }
    return NULL;
}

static void many_senders_and_one_taker(void **state)
{
    pthread_t threads[SENDERS];
    uint32_t next[SENDERS] = { 0 };

    (void)state;
    for (uintptr_t n = 0; n < SENDERS; n++) {
        assert_int_equal(pthread_create(&threads[n], NULL, send_all, (void *)n), 0);
    }
    for (uint32_t taken = 0; taken < SENDERS * MESSAGES;) {
        const struct hv_post_message *oldest = inbox_oldest(&inbox);

        if (oldest != NULL) {
            uint32_t sender = oldest->connection_id;

            assert_true(sender < SENDERS);
            expect_oldest(sender, next[sender]);
            next[sender]++;
            taken++;
        }
    }
    for (uint32_t n = 0; n < SENDERS; n++) {
        assert_int_equal(pthread_join(threads[n], NULL), 0);
        assert_int_equal(next[n], MESSAGES);
    }
    assert_null(inbox_oldest(&inbox));
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_empty_inbox_has_no_oldest),
        TEST(a_full_inbox_refuses_and_loses_nothing),
        TEST(many_senders_and_one_taker),
    };
    return cmocka_run_group_tests_name("inbox", tests, NULL, NULL);
}
