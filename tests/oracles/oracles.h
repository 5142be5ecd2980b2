/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The five questions that every attack is judged by, whatever suite makes it: unit tests, fuzzers
 * on the build machine, guests at EL1. Pure functions on memory of the caller; each says how often
 * its promise was broken, and where it was first, so that a suite can report it in its own way.
 *
 *   REFUSE   a refused call changes X0 and nothing else
 *   ONCE     no byte of the guest is read twice in one call
 *   BOUND    a call's work stays under a limit
 *   CANARY   what a guest must not see is not there, what nobody may write is as it was
 *   PEER     somebody else goes on meanwhile */

#ifndef TESTS_ORACLES_ORACLES_H
#define TESTS_ORACLES_ORACLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ORACLE_NOWHERE UINT64_MAX

/* Broken promises; start with `{ 0 }`. */
struct oracle_verdict {
    uint64_t broken; /* how often */
    uint64_t first;  /* where first: a register's number, an offset, a round */
};

static inline void oracle_broken(struct oracle_verdict *verdict, uint64_t where)
{
    if (verdict->broken++ == 0) {
        verdict->first = where;
    }
}

/* ---- REFUSE --------------------------------------------------------------------------------- */

/* Words that changed. Those whose bit is set in `may_change` may (bit n: word n, below 64). */
static inline struct oracle_verdict oracle_refuse(const uint64_t *before, const uint64_t *after,
                                                  size_t count, uint64_t may_change)
{
    struct oracle_verdict verdict = { 0 };

    for (size_t i = 0; i < count; i++) {
        if (before[i] != after[i] && (i >= 64 || (may_change >> i & 1) == 0)) {
            oracle_broken(&verdict, i);
        }
    }
    return verdict;
}

/* Bytes that changed outside [from, to). */
static inline struct oracle_verdict oracle_refuse_bytes(const uint8_t *before, const uint8_t *after,
                                                        size_t size, size_t from, size_t to)
{
    struct oracle_verdict verdict = { 0 };

    for (size_t i = 0; i < size; i++) {
        if (before[i] != after[i] && (i < from || i >= to)) {
            oracle_broken(&verdict, i);
        }
    }
    return verdict;
}

/* ---- ONCE ----------------------------------------------------------------------------------- */

/* Notes a read of `size` bytes at `offset` in a map with a bit for each byte. Clear the map before
 * each call: one read of a byte is a read, a second one is a double fetch. */
static inline void oracle_once_read(struct oracle_verdict *verdict, uint8_t *map, uint64_t offset,
                                    size_t size)
{
    for (uint64_t i = offset; i < offset + size; i++) {
        if ((map[i / 8] >> i % 8 & 1) != 0) {
            oracle_broken(verdict, i);
        }
        map[i / 8] |= (uint8_t)(1u << i % 8);
    }
}

/* ---- BOUND ---------------------------------------------------------------------------------- */

/* Notes what call number `where` cost. `worst` keeps the dearest. */
static inline void oracle_bound(struct oracle_verdict *verdict, uint64_t *worst, uint64_t where,
                                uint64_t cost, uint64_t limit)
{
    if (cost > limit) {
        oracle_broken(verdict, where);
    }
    if (cost > *worst) {
        *worst = cost;
    }
}

/* ---- CANARY --------------------------------------------------------------------------------- */

#define ORACLE_CANARY_SIZE 8u

/* The pattern at an offset: eight bytes in a row occur nowhere else by chance, and none is 0. */
static inline uint8_t oracle_canary_byte(uint64_t offset)
{
    static const uint8_t pattern[ORACLE_CANARY_SIZE] = { 0xc5, 0x9a, 0xe1, 0x77,
                                                         0x3d, 0xb8, 0x4f, 0xd2 };

    return pattern[offset % ORACLE_CANARY_SIZE];
}

static inline void oracle_canary_fill(uint8_t *memory, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        memory[i] = oracle_canary_byte(i);
    }
}

/* Bytes of a filled range that are not the pattern any more: somebody wrote there. */
static inline struct oracle_verdict oracle_canary_intact(const uint8_t *memory, size_t size)
{
    struct oracle_verdict verdict = { 0 };

    for (size_t i = 0; i < size; i++) {
        if (memory[i] != oracle_canary_byte(i)) {
            oracle_broken(&verdict, i);
        }
    }
    return verdict;
}

/* Places where at least `run` bytes of the pattern lie in a row (at least 4, or chance will do):
 * somebody copied what nobody may see. */
static inline struct oracle_verdict oracle_canary_leaked(const uint8_t *memory, size_t size,
                                                         size_t run)
{
    struct oracle_verdict verdict = { 0 };
    size_t found = 0;
    uint64_t next = 0; /* where in the pattern */

    for (size_t i = 0; i < size; i++) {
        if (found != 0 && memory[i] == oracle_canary_byte(next + 1)) {
            next++;
            if (++found == run) {
                oracle_broken(&verdict, i + 1 - run);
            }
            continue;
        }
        found = 0;
        for (uint64_t start = 0; start < ORACLE_CANARY_SIZE && found == 0; start++) {
            if (memory[i] == oracle_canary_byte(start)) {
                next = start;
                found = 1;
            }
        }
    }
    return verdict;
}

/* ---- PEER ----------------------------------------------------------------------------------- */

/* Somebody who has to go on: says so by oracle_peer_beat(). Times are in any unit. */
struct oracle_peer {
    uint64_t last; /* the last beat */
    uint64_t beats;
    uint64_t worst; /* longest time between two */
};

static inline void oracle_peer_start(struct oracle_peer *peer, uint64_t now)
{
    *peer = (struct oracle_peer) { .last = now };
}

static inline void oracle_peer_beat(struct oracle_peer *peer, uint64_t now)
{
    uint64_t gap = now - peer->last;

    peer->worst = gap > peer->worst ? gap : peer->worst;
    peer->last = now;
    peer->beats++;
}

/* Did it beat at all, and was it never silent for longer than `limit`, the time since its last beat
 * included? */
static inline bool oracle_peer_alive(const struct oracle_peer *peer, uint64_t now, uint64_t limit)
{
    return peer->beats != 0 && peer->worst <= limit && now - peer->last <= limit;
}

#endif
