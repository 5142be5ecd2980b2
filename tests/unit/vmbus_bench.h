/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The bench of the VMBus tests: a host with as many places for messages as the test allows, a log
 * of what it was given, memory that changes or goes away when a test wants it to, and a guest that
 * writes its messages byte by byte. It takes its numbers from the protocol's description, not from
 * vmbus/protocol.h. */

#ifndef TESTS_UNIT_VMBUS_BENCH_H
#define TESTS_UNIT_VMBUS_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vmbus/vmbus.h"

#define BENCH_VPS 4u
#define BENCH_LOG 512u
#define BENCH_NO_LIMIT UINT32_MAX

struct bench_sent {
    hv_vp_index_t vp;
    uint32_t sint;
    struct hv_message message;
};

#define BENCH_RAM 0x40000000u /* address of the guest's RAM */
#define BENCH_PAGES 256u
#define BENCH_EVENTS 64u

/* What a page is, besides RAM. */
enum bench_page { PAGE_RAM, PAGE_ROM, PAGE_NONE, PAGE_UNTOUCHABLE };

struct bench;

struct bench_event {
    hv_vp_index_t vp;
    uint32_t sint;
    uint32_t flag;
};

struct bench_trace {
    enum vmbus_event event;
    uint64_t first;
    uint64_t second;
};

struct bench {
    struct vmbus vmbus;
    uint8_t *ram;
    uint8_t pages[BENCH_PAGES]; /* enum bench_page */
    void (*before_access)(struct bench *bench, uint64_t gpa, size_t size);
    void (*after_read)(struct bench *bench, uint64_t gpa, size_t size);
    void *test;           /* for these */
    uint32_t accesses;    /* calls of gpa_read and gpa_write */
    uint32_t fail_at;     /* the access of this number fails; 0: none */
    uint64_t time;        /* reference time */
    uint64_t host_time;   /* at reference time 0 */
    bool synic_off;       /* events can't be set */
    uint32_t event_count; /* events set; the last BENCH_EVENTS are in events[] */
    struct bench_event events[BENCH_EVENTS];
    uint32_t trace_count; /* what happened; the last BENCH_EVENTS are in traces[] */
    struct bench_trace traces[BENCH_EVENTS];
    uint32_t places; /* messages that the host still takes */
    uint32_t asked;  /* how often message_send was called */
    uint32_t count;  /* messages taken; the last BENCH_LOG are in sent[] */
    struct bench_sent sent[BENCH_LOG];
};

/* Fixture: a VMBus for BENCH_VPS processors, a host that takes everything. */
int bench_setup(void **state);
int bench_teardown(void **state);
#define VMBUS_TEST(test) cmocka_unit_test_setup_teardown(test, bench_setup, bench_teardown)

/* Fixture: the same with all host ops, so that devices are offered. */
int bench_setup_devices(void **state);
#define VMBUS_DEVICE_TEST(test)                                                                    \
    cmocka_unit_test_setup_teardown(test, bench_setup_devices, bench_teardown)

/* Starts the log anew. */
void bench_forget(struct bench *bench);

/* Posts bytes as a host does: checked first, then received, which must both succeed. */
void bench_post(struct bench *bench, uint32_t connection_id, const void *bytes, size_t size);

/* Requests with everything but these fields as Linux fills it. */
struct hv_post_message contact(uint32_t connection_id, uint32_t version, uint32_t vp);
struct hv_post_message request(uint32_t type); /* only a header, on connection 1 */
void set_byte(struct hv_post_message *message, size_t offset, uint8_t value);
void set_word(struct hv_post_message *message, size_t offset, uint32_t value);

/* Gives a message to vmbus_receive(), which must take it; returns how many answers went out. */
uint32_t bench_receive(struct bench *bench, const struct hv_post_message *message);

/* Brings about a state; the log is empty afterwards. */
enum bench_state { DISCONNECTED, CONNECTED, OFFERED, BENCH_STATES };
void bench_enter(struct bench *bench, enum bench_state state, uint32_t vp);

/* Guest memory. A word of 32 bits is little-endian, like everything. */
uint8_t *bench_at(struct bench *bench, uint64_t gpa);
uint32_t bench_load(struct bench *bench, uint64_t gpa);
void bench_store(struct bench *bench, uint64_t gpa, uint32_t value);

/* Whether that happened last; how often in all, as far as it is remembered. */
void expect_traced(const struct bench *bench, enum vmbus_event event, uint64_t first,
                   uint64_t second);
uint32_t bench_traced(const struct bench *bench, enum vmbus_event event);

/* Pseudo-random numbers, the same in every run. The seed must not be 0. */
void random_start(uint64_t seed);
uint32_t random_below(uint32_t limit);

/* The message of a number, from 0: header and payload, all 256 bytes, are as expected. */
void expect_sent(const struct bench *bench, uint32_t number, uint32_t vp, uint32_t sint,
                 const void *payload, size_t size);
void expect_accepted(const struct bench *bench, uint32_t number, uint32_t vp);
void expect_refused(const struct bench *bench, uint32_t number, uint32_t vp, uint32_t sint);
void expect_offers_delivered(const struct bench *bench, uint32_t number, uint32_t vp);
void expect_unloaded(const struct bench *bench, uint32_t number, uint32_t vp);

/* Which state VMBus is in, found out from its answers; it is DISCONNECTED afterwards and the log
 * empty. */
enum bench_state bench_probe(struct bench *bench);

#endif
