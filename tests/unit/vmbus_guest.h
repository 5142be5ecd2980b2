/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A guest for the VMBus tests: takes offers, shares pages, opens channels, reads and writes rings,
 * answers integration components. It does all of it as guests do, and lets tests do it otherwise.
 * Numbers are the protocol's, not taken from vmbus/. */

#ifndef TESTS_UNIT_VMBUS_GUEST_H
#define TESTS_UNIT_VMBUS_GUEST_H

#include "vmbus_bench.h"

#define HEARTBEAT 1u /* relids */
#define SHUTDOWN 2u
#define TIME_SYNC 3u

#define SECOND UINT64_C(10000000)

/* An open channel as the guest sees it. */
struct guest_channel {
    struct bench *bench;
    uint32_t relid;
    uint32_t gpadl;
    uint64_t out[32];  /* pages of the guest's ring, control page first */
    uint64_t in[32];   /* of the host's */
    uint32_t out_size; /* bytes of data */
    uint32_t in_size;
    uint32_t out_write; /* the guest's indices */
    uint32_t in_read;
    bool signalled; /* the last packet was signalled, as the protocol has it */
};

/* Requests about channels. */
struct hv_post_message gpadl_header(uint32_t relid, uint32_t id, uint32_t bytes, uint32_t ranges);
struct hv_post_message gpadl_body(uint32_t id);
struct hv_post_message gpadl_teardown(uint32_t relid, uint32_t id);
struct hv_post_message open_channel(uint32_t relid, uint32_t gpadl, uint32_t vp, uint32_t page);
struct hv_post_message close_channel(uint32_t relid);
struct hv_post_message relid_released(uint32_t relid);
struct hv_post_message modify_channel(uint32_t relid, uint32_t vp);

/* Appends a word of 64 bits to a message. */
void add_word(struct hv_post_message *message, uint64_t word);

/* Answers, compared with what was sent. */
void expect_created(const struct bench *bench, uint32_t number, uint32_t relid, uint32_t id,
                    bool good);
void expect_torndown(const struct bench *bench, uint32_t number, uint32_t id);
void expect_opened(const struct bench *bench, uint32_t number, uint32_t relid, bool good);
void expect_modified(const struct bench *bench, uint32_t number, uint32_t relid, bool good);
void expect_rescinded(const struct bench *bench, uint32_t number, uint32_t relid);

/* Connects with a version and takes the three offers; the log is empty afterwards. */
void guest_connect(struct bench *bench, uint32_t version);

/* Posts a GPADL of one range of whole pages, by as many messages as it takes. */
void guest_share(struct bench *bench, uint32_t relid, uint32_t id, const uint64_t *pages,
                 uint32_t count);

/* The address of a page that the channel of a relid may use: scattered, never used twice. */
uint64_t guest_page(uint32_t relid, uint32_t number);

/* Closes what is not open, which has no answer, and lets the host go on: so it hears of a guest. */
void guest_stir(struct bench *bench);

/* Shares pages, half of them for each ring, and opens the channel; nothing is polled. */
struct guest_channel guest_open(struct bench *bench, uint32_t relid, uint32_t vp, uint32_t pages);

/* Fields of the rings' control pages. */
enum ring_field {
    RING_WRITE = 0,
    RING_READ = 4,
    RING_MASK = 8,
    RING_PENDING = 12,
    RING_FEATURES = 64
};
uint32_t out_field(const struct guest_channel *channel, enum ring_field field);
uint32_t in_field(const struct guest_channel *channel, enum ring_field field);
void set_out_field(struct guest_channel *channel, enum ring_field field, uint32_t value);
void set_in_field(struct guest_channel *channel, enum ring_field field, uint32_t value);

/* Bytes of the guest's ring from an index on, around its end. */
void out_bytes(struct guest_channel *channel, uint32_t index, const void *bytes, uint32_t size);

/* Writes an in-band packet, publishes it, and signals if the host wants it. */
void guest_send(struct guest_channel *channel, const void *payload, uint32_t size);

/* Takes the next packet of the host's ring: whole and well-formed. Returns its payload's size,
 * rounded up; 0 when there is none. */
uint32_t guest_receive(struct guest_channel *channel, uint8_t *payload);

/* Numbers in a payload. */
uint64_t number_at(const uint8_t *payload, uint32_t offset, uint32_t size);

/* Answers the request in `payload` as Linux does: the same, flags changed. */
void guest_answer(struct guest_channel *channel, uint8_t *payload, uint32_t size);

/* Takes the negotiation, which must be there, and picks versions (major << 16 | minor). */
void guest_agree(struct guest_channel *channel, uint32_t framework, uint32_t version);

/* All of it: open, poll, negotiate with the versions that Linux picks, poll. */
struct guest_channel guest_start(struct bench *bench, uint32_t relid);

#endif
