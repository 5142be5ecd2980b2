/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The oracles see what they are for: each is shown a promise that is kept, and one that is broken
 * in the smallest way. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/oracles/oracles.h"

static void refuse_sees_every_word(void **state)
{
    uint64_t before[18], after[18];

    (void)state;
    for (unsigned i = 0; i < 18; i++) {
        before[i] = after[i] = i * 3;
    }
    assert_int_equal(oracle_refuse(before, after, 18, 0).broken, 0);
    for (unsigned i = 0; i < 18; i++) {
        after[i] ^= UINT64_C(1) << 3 * i;
        assert_int_equal(oracle_refuse(before, after, 18, 0).broken, 1);
        assert_int_equal(oracle_refuse(before, after, 18, 0).first, i);
        assert_int_equal(oracle_refuse(before, after, 18, UINT64_C(1) << i).broken, 0);
        after[i] = before[i];
    }
}

static void refuse_sees_bytes_beside_the_range(void **state)
{
    uint8_t before[64] = { 0 }, after[64] = { 0 };

    (void)state;
    memset(after + 10, 1, 20);
    assert_int_equal(oracle_refuse_bytes(before, after, 64, 10, 30).broken, 0);
    assert_int_equal(oracle_refuse_bytes(before, after, 64, 11, 30).first, 10);
    assert_int_equal(oracle_refuse_bytes(before, after, 64, 10, 29).first, 29);
}

static void once_sees_the_second_read(void **state)
{
    struct oracle_verdict verdict = { 0 };
    uint8_t map[16] = { 0 };

    (void)state;
    oracle_once_read(&verdict, map, 3, 30);
    oracle_once_read(&verdict, map, 33, 1);
    oracle_once_read(&verdict, map, 0, 3);
    assert_int_equal(verdict.broken, 0);
    oracle_once_read(&verdict, map, 32, 4);
    assert_int_equal(verdict.broken, 2);
    assert_int_equal(verdict.first, 32);
}

static void bound_sees_one_too_many(void **state)
{
    struct oracle_verdict verdict = { 0 };
    uint64_t worst = 0;

    (void)state;
    oracle_bound(&verdict, &worst, 1, 100, 100);
    assert_int_equal(verdict.broken, 0);
    oracle_bound(&verdict, &worst, 2, 101, 100);
    oracle_bound(&verdict, &worst, 3, 1, 100);
    assert_int_equal(verdict.broken, 1);
    assert_int_equal(verdict.first, 2);
    assert_int_equal(worst, 101);
}

static void canary_sees_writes(void **state)
{
    uint8_t memory[100];

    (void)state;
    oracle_canary_fill(memory, sizeof memory);
    assert_int_equal(oracle_canary_intact(memory, sizeof memory).broken, 0);
    memory[99] ^= 1;
    assert_int_equal(oracle_canary_intact(memory, sizeof memory).first, 99);
}

static void canary_sees_leaks_at_any_place(void **state)
{
    uint8_t secret[100], memory[100];

    (void)state;
    oracle_canary_fill(secret, sizeof secret);
    for (size_t from = 0; from < 8; from++) {
        for (size_t to = 0; to <= sizeof memory - 8; to++) {
            memset(memory, 0, sizeof memory);
            memcpy(memory + to, secret + from, 7);
            assert_int_equal(oracle_canary_leaked(memory, sizeof memory, 8).broken, 0);
            memcpy(memory + to, secret + from, 8);
            assert_int_equal(oracle_canary_leaked(memory, sizeof memory, 8).broken, 1);
            assert_int_equal(oracle_canary_leaked(memory, sizeof memory, 8).first, to);
        }
    }
}

static void peer_sees_silence(void **state)
{
    struct oracle_peer peer;

    (void)state;
    oracle_peer_start(&peer, 1000);
    assert_false(oracle_peer_alive(&peer, 1001, 100)); /* not a beat so far */
    oracle_peer_beat(&peer, 1100);
    assert_true(oracle_peer_alive(&peer, 1200, 100));
    assert_false(oracle_peer_alive(&peer, 1201, 100));
    oracle_peer_beat(&peer, 1201);
    assert_false(oracle_peer_alive(&peer, 1202, 100)); /* it was silent once */
    assert_int_equal(peer.worst, 101);
    assert_int_equal(peer.beats, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuse_sees_every_word),
        cmocka_unit_test(refuse_sees_bytes_beside_the_range),
        cmocka_unit_test(once_sees_the_second_read),
        cmocka_unit_test(bound_sees_one_too_many),
        cmocka_unit_test(canary_sees_writes),
        cmocka_unit_test(canary_sees_leaks_at_any_place),
        cmocka_unit_test(peer_sees_silence),
    };

    return cmocka_run_group_tests_name("oracles", tests, NULL, NULL);
}
