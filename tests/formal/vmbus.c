/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Any message that a guest posts: vmbus_receive() with connection and channels in any state, and
 * some pools of GPADLs, one behind the other, complete or in part. */

#include "vmbus/vmbus.h"

#include "vmbus/gpadl.h"
#include "vmbus/protocol.h"
#include "vmbus/ring.h"

#include <__fc_builtin.h>

#include <stddef.h>

static volatile uint64_t entropy; /* reads as anything, each time */

#define ANY_BIT() ((entropy & 1) != 0)
#define ANY_WORD() entropy

static struct vmbus vmbus;
static struct hv_post_message message;

static uint64_t between(uint64_t min, uint64_t max)
{
    return Frama_C_unsigned_long_interval(min, max);
}

/* Words that other contexts write hold anything at each look. The rest are written by the context
 * that reads them. */
uint64_t formal_load(const uint64_t *word)
{
    bool of_others = word == &vmbus.heard || word == &vmbus.shutdown_wanted ||
                     word == &vmbus.sync_wanted || word == &vmbus.channels[0].signalled ||
                     word == &vmbus.channels[1].signalled || word == &vmbus.channels[2].signalled;

    return of_others ? ANY_WORD() : *word;
}

void formal_store(uint64_t *word, uint64_t value)
{
    *word = value;
}

/* ---- The host -------------------------------------------------------------------------------- */

static bool message_send(void *host, hv_vp_index_t vp, uint32_t sint,
                         const struct hv_message *sent)
{
    (void)host;
    (void)vp;
    //@ assert sint_is_one: sint < 16;
    //@ assert message_is_ours: \valid_read(sent) && \initialized(sent);
    return ANY_BIT();
}

static bool event_set(void *host, hv_vp_index_t vp, uint32_t sint, uint32_t flag)
{
    (void)host;
    (void)vp;
    //@ assert flag_is_a_relid: sint == 2 && 1 <= flag <= 3;
    return ANY_BIT();
}

static bool gpa_read(void *host, uint64_t gpa, void *to, size_t size)
{
    (void)host;
    (void)gpa;
    //@ assert read_of_one_page: 1 <= size <= 4096;
    //@ assert read_has_place: \valid((char *)to + (0 .. size - 1));
    if (ANY_BIT()) {
        return false;
    }
    Frama_C_make_unknown(to, size);
    return true;
}

static bool gpa_write(void *host, uint64_t gpa, const void *from, size_t size)
{
    (void)host;
    (void)gpa;
    //@ assert write_to_one_page: 1 <= size <= 4096;
    //@ assert write_of_ours: \valid_read((const char *)from + (0 .. size - 1));
    //@ assert write_of_something: \initialized((const char *)from + (0 .. size - 1));
    return ANY_BIT();
}

static uint64_t any_time(void *host)
{
    (void)host;
    return ANY_WORD();
}

static void trace(void *host, enum vmbus_event event, uint64_t first, uint64_t second)
{
    (void)host;
    (void)event;
    (void)first;
    (void)second;
}

static struct vmbus_host_ops ops = {
    .message_send = message_send,
    .event_set = event_set,
    .gpa_read = gpa_read,
    .gpa_write = gpa_write,
    .reference_time = any_time,
    .host_time = any_time,
    .trace = trace,
};

/* ---- VMBus in any state ---------------------------------------------------------------------- */

/* Any answers, of which `waiting` wait, the oldest in the last place. */
static void any_backlog(uint32_t waiting)
{
    vmbus.backlog.count = waiting;
    vmbus.backlog.first = VMBUS_BACKLOG - 1;
    //@ loop unroll 16;
    for (uint32_t n = 0; n < VMBUS_BACKLOG; n++) {
        struct vmbus_reply *reply = &vmbus.backlog.replies[n];

        Frama_C_make_unknown((char *)&reply->message, sizeof(reply->message));
        reply->vp = (hv_vp_index_t)ANY_WORD();
        reply->sint = (uint32_t)between(0, 15);
        reply->of_connection = ANY_BIT();
    }
}

static void any_channels(void)
{
    //@ loop unroll 3;
    for (uint32_t n = 0; n < VMBUS_CHANNELS; n++) {
        struct vmbus_channel *channel = &vmbus.channels[n];

        channel->state = (enum vmbus_channel_state)between(0, VMBUS_CHANNEL_REVOKED);
        channel->rescinding = ANY_BIT();
        channel->interrupt = ANY_BIT();
        channel->target_vp = (hv_vp_index_t)ANY_WORD();
        channel->from_guest.gpadl = (uint32_t)between(0, VMBUS_GPADLS - 1);
        channel->port = ANY_BIT();
    }
}

/* A GPADL of `count` words at `first`, of which `filled` have come; complete ones have at least one
 * range of at least one page. */
static void any_gpadl(uint32_t place, uint32_t first, uint32_t count, uint32_t filled)
{
    struct vmbus_gpadl *gpadl = &vmbus.gpadls[place];

    if (count == 0) {
        return;
    }
    gpadl->used = true;
    gpadl->id = (uint32_t)ANY_WORD();
    gpadl->relid = (uint32_t)between(1, VMBUS_CHANNELS);
    gpadl->range_count = (uint32_t)between(1, UINT16_MAX);
    gpadl->first = first;
    gpadl->word_count = count;
    gpadl->filled = filled;
    gpadl->leaving = filled == count && ANY_BIT();
    if (filled != 0) {
        Frama_C_make_unknown((char *)&vmbus.gpadl_words[first], filled * sizeof(uint64_t));
    }
}

/* `others`: words of a complete one in front. Then two more, the first of which may lie behind the
 * second. */
static void any_gpadls(uint32_t others, uint32_t count, uint32_t filled, uint32_t count_2,
                       uint32_t filled_2, bool swapped)
{
    //@ assert pool: others + count + count_2 <= 2048;
    any_gpadl(3, 0, others, others);
    any_gpadl(0, others + (swapped ? count_2 : 0), count, filled);
    any_gpadl(1, others + (swapped ? 0 : count), count_2, filled_2);
    vmbus.gpadl_words_used = others + count + count_2;
}

static void any_state(uint32_t waiting)
{
    bool made = vmbus_init(&vmbus, &ops, NULL, (uint32_t)between(1, UINT32_MAX));

    //@ assert a_host_with_all_ops_will_do: made == 1;
    ops.trace = ANY_BIT() ? trace : NULL;
    vmbus.channel_count = (uint32_t)between(0, VMBUS_CHANNELS);
    vmbus.state = (enum vmbus_state)between(0, VMBUS_OFFERED);
    vmbus.version = (uint32_t)ANY_WORD();
    vmbus.target_vp = (hv_vp_index_t)ANY_WORD();
    any_backlog(waiting);
    any_channels();
}

/* What every call leaves: GPADLs in the pool, none over another's words, all words used by one. */
static void check(void)
{
    //@ loop unroll 32;
    for (uint32_t n = 0; n < VMBUS_GPADLS; n++) {
        const struct vmbus_gpadl *gpadl = &vmbus.gpadls[n];
        //@ assert in_the_pool: gpadl->first + gpadl->word_count <= 2048 && gpadl->filled <= gpadl->word_count;
    }
    //@ assert pool_is_no_larger: vmbus.gpadl_words_used <= 2048;
    //@ assert backlog_is_no_larger: vmbus.backlog.count <= 16 && vmbus.backlog.first < 16;
}

/* A message of one type. Of a GPADL_HEADER also how many bytes of ranges it announces. */
static void any_message(uint32_t type, uint32_t min, uint32_t max)
{
    Frama_C_make_unknown((char *)&message, sizeof(message));
    *(uint32_t *)message.payload = type;
    if (type == VMBUS_GPADL_HEADER) {
        ((struct vmbus_gpadl_header *)message.payload)->range_bytes = (uint16_t)between(min, max);
    }
}

/* GPADLs of the pool: words of each, and how many have come. The first is complete, and lies in
 * front of the others. */
struct pool {
    uint32_t others;
    uint32_t count, filled;
    uint32_t count_2, filled_2;
    bool swapped;
};

static const struct pool empty;
static const struct pool two = { 0, 5, 5, 4, 4, true };
static const struct pool pools[] = {
    { 0, 3, 1, 2, 2, false },
    { 0, 3, 3, 2, 0, true },
    { VMBUS_GPADL_WORDS - 9, 5, 5, 4, 1, false },
    { VMBUS_GPADL_WORDS - 9, 3, 2, 3, 3, true },
};

static void receive(const struct pool *pool, uint32_t waiting, uint32_t type, uint32_t min,
                    uint32_t max)
{
    any_state(waiting);
    any_gpadls(pool->others, pool->count, pool->filled, pool->count_2, pool->filled_2,
               pool->swapped);
    any_message(type, min, max);
    //@ slevel merge;
    (void)vmbus_receive(&vmbus, &message);
    check();
    //@ slevel merge;
}

/* A header that completes its GPADL announces up to RANGES words, else it announces more than a
 * message can hold: those in between are left out. */
#define RANGES 4u
static void receive_in(const struct pool *pool, uint32_t waiting, uint32_t type)
{
    if (type != VMBUS_GPADL_HEADER) {
        receive(pool, waiting, type, 0, 0);
        return;
    }
    //@ loop unroll 8;
    for (uint32_t words = 0; words <= RANGES; words++) {
        receive(pool, waiting, type, words * 8, words * 8 + 7);
    }
    receive(pool, waiting, type, HV_MESSAGE_PAYLOAD_MAX, UINT16_MAX);
}

int main(void)
{
    //@ loop unroll 32;
    for (uint32_t type = 0; type <= VMBUS_MODIFY_CHANNEL_RESPONSE + 1; type++) {
        receive_in(&two, 0, type);
        receive_in(&two, type == VMBUS_REQUEST_OFFERS ? VMBUS_BACKLOG - 4 : VMBUS_BACKLOG - 1, type);
        if (type >= VMBUS_GPADL_HEADER && type <= VMBUS_GPADL_TEARDOWN) {
            receive_in(&empty, 0, type);
            receive_in(&two, VMBUS_BACKLOG, type);
            //@ loop unroll 4;
            for (uint32_t n = 0; n < sizeof(pools) / sizeof(pools[0]); n++) {
                receive_in(&pools[n], n % 2 == 0 ? 0 : VMBUS_BACKLOG - 1, type);
            }
        }
    }
    return 0;
}
