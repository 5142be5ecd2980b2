/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* VMBus's host and guest under fuzzing. See vmbus_peer.h. */

#include "vmbus_peer.h"

#include "report.h"

/* A poll serves eight packets of a channel: each is a few accesses, a page of payload at most, and
 * an answer. What a poll may do at all is bounded by that. */
#define ACCESSES_MAX 2000u
#define MESSAGES_MAX 64u

/* ---- The host ------------------------------------------------------------------------------- */

static uint8_t *reach(struct peer *peer, uint64_t gpa, size_t size)
{
    uint64_t page = (gpa - PEER_RAM) / 4096;

    peer->accesses++;
    if (size == 0 || size > 4096 || size > 4096 - gpa % 4096) {
        fuzz_fail("op with a range that is empty or crosses a page", gpa, size);
    }
    if (page >= PEER_PAGES || peer->gone[page]) {
        return NULL;
    }
    if (peer->returned[page] && !peer->lied) {
        fuzz_fail("a page is touched that the guest has back", gpa, size);
    }
    peer->touched[page] = true;
    return peer->ram + (gpa - PEER_RAM);
}

static bool gpa_read(void *host, uint64_t gpa, void *to, size_t size)
{
    const uint8_t *at = reach(host, gpa, size);

    if (at != NULL) {
        memcpy(to, at, size);
    }
    return at != NULL;
}

static bool gpa_write(void *host, uint64_t gpa, const void *from, size_t size)
{
    uint8_t *at = reach(host, gpa, size);

    if (at != NULL) {
        memcpy(at, from, size);
    }
    return at != NULL;
}

static void take_back(struct peer *peer, uint32_t gpadl)
{
    if (gpadl >= 1 && gpadl <= PEER_RELIDS) {
        memset(peer->returned + (size_t)gpadl * PEER_RING_PAGES, true, PEER_RING_PAGES);
    }
}

static bool message_send(void *host, hv_vp_index_t vp, uint32_t sint,
                         const struct hv_message *message)
{
    struct peer *peer = host;
    uint32_t words[4];

    if (vp >= PEER_VPS || sint > 15 || message->payload_size > 240 || message->type != 1) {
        fuzz_fail("a message that is none", vp, sint);
    }
    if (peer->places == 0) {
        return false;
    }
    peer->places--;
    peer->packets++;
    memcpy(words, message->payload, sizeof words);
    for (size_t i = message->payload_size; i < 240; i++) {
        if (((const uint8_t *)message->payload)[i] != 0) {
            fuzz_fail("something behind the payload of a message", i, words[0]);
        }
    }
    if (words[0] == 12) { /* GPADL_TORNDOWN */
        take_back(peer, words[2]);
    }
    return true;
}

static bool event_set(void *host, hv_vp_index_t vp, uint32_t sint, uint32_t flag)
{
    struct peer *peer = host;

    if (vp >= PEER_VPS || sint != 2 || flag < 1 || flag > PEER_RELIDS) {
        fuzz_fail("an event that is none", vp, flag);
    }
    return !peer->synic_off;
}

static uint64_t reference_time(void *host)
{
    return ((struct peer *)host)->time;
}

static uint64_t host_time(void *host)
{
    return UINT64_C(133000000000000000) + ((struct peer *)host)->time;
}

static const struct vmbus_host_ops ops = {
    .message_send = message_send,
    .event_set = event_set,
    .gpa_read = gpa_read,
    .gpa_write = gpa_write,
    .reference_time = reference_time,
    .host_time = host_time,
};

void peer_start(struct peer *peer)
{
    for (size_t page = 0; page < PEER_PAGES; page++) {
        if (peer->touched[page]) {
            memset(peer->ram + page * 4096, 0, 4096);
        }
    }
    memset(peer->touched, 0, offsetof(struct peer, accesses) - offsetof(struct peer, touched));
    peer->time = 1000;
    peer->places = 32;
    peer->synic_off = false;
    if (!vmbus_init(&peer->vmbus, &ops, peer, PEER_VPS)) {
        fuzz_fail("VMBus refused", 0, 0);
    }
}

/* ---- The guest's requests -------------------------------------------------------------------- */

struct request {
    uint32_t connection;
    uint32_t size;
    uint32_t words[60];
};

static void post(struct peer *peer, const struct request *request)
{
    struct hv_post_message message = {
        .connection_id = request->connection,
        .message_type = 1,
        .payload_size = request->size,
    };

    memcpy(message.payload, request->words, sizeof message.payload);
    if (vmbus_check_post(&peer->vmbus, &message) == HV_STATUS_SUCCESS) {
        for (int tries = 0; tries < 2 && !vmbus_receive(&peer->vmbus, &message); tries++) {
            vmbus_poll(&peer->vmbus);
        }
    }
}

/* Pages of a channel that the guest shares are the host's from then on. */
static void put_gpadl(struct peer *peer, struct request *request, uint32_t relid)
{
    request->words[4] = (8 + 8 * PEER_RING_PAGES) | 1u << 16;
    request->words[5] = PEER_RING_PAGES * 4096;
    for (uint32_t i = 0; i < PEER_RING_PAGES; i++) {
        request->words[7 + 2 * i] = 0x40000 + relid * PEER_RING_PAGES + i;
    }
    request->size = 20 + 8 + 8 * PEER_RING_PAGES;
    memset(peer->returned + (size_t)relid * PEER_RING_PAGES, false, PEER_RING_PAGES);
}

/* A request as guests make it. */
static struct request request_of(struct peer *peer, uint32_t type, uint32_t relid,
                                 struct cursor *cursor)
{
    struct request request = { .connection = 1, .size = 16, .words = { type, 0, relid, relid } };

    switch (type) {
    case 14:
        request = (struct request) { .connection = 4, .size = 40, .words = { 14 } };
        request.words[2] = 0x50000 + below(cursor, 5);
        request.words[4] = 2;
        break;
    case 3:
    case 16:
        request.size = 8;
        break;
    case 5:
        request.words[4] = relid;
        request.words[5] = below(cursor, PEER_VPS);
        request.words[6] = PEER_RING_PAGES / 2;
        request.size = 148;
        break;
    case 7:
    case 13:
        request.size = 12;
        break;
    case 8:
        put_gpadl(peer, &request, relid);
        break;
    case 9:
        request.size = 24;
        break;
    case 22:
        request.words[3] = below(cursor, PEER_VPS + 1);
        break;
    default:
        break;
    }
    return request;
}

static uint32_t any_type(struct cursor *cursor)
{
    static const uint8_t types[] = { 14, 3, 8, 8, 5, 5, 7, 11, 13, 9, 22, 16, 21, 1, 18, 0 };
    uint8_t choice = take8(cursor);

    return choice < 248 ? types[choice % 16] : (uint32_t)take(cursor, 4);
}

static void spoil(struct peer *peer, struct request *request, struct cursor *cursor)
{
    uint8_t choice = take8(cursor);

    if (choice < 160) {
        return;
    }
    if (choice < 180) {
        request->size = take8(cursor) % 241;
    } else if (choice < 190) {
        request->connection = choice % 6;
    } else {
        static const uint32_t words[] = { 0, 1, 2, 4095, 4096, 0x7fffffff, 0x80000000, UINT32_MAX };
        uint32_t *word = &request->words[2 + take8(cursor) % 22];

        *word = choice < 230 ? words[choice % 8] : *word ^ UINT32_C(1) << choice % 32;
    }
    peer->lied |= request->words[0] == 8 || request->words[0] == 9;
}

static void request(struct peer *peer, struct cursor *cursor)
{
    uint32_t type = any_type(cursor);
    struct request request = request_of(peer, type, 1 + below(cursor, PEER_RELIDS), cursor);

    peer->lied |= type == 9; /* a body adds pages to whatever waits for it */
    spoil(peer, &request, cursor);
    post(peer, &request);
}

/* What a driver does from the start until its channel is open. */
static void bring_up(struct peer *peer, struct cursor *cursor)
{
    static const uint32_t steps[] = { 14, 3, 8, 5 };
    uint32_t relid = 1 + below(cursor, PEER_RELIDS);

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct request request = request_of(peer, steps[i], relid, cursor);

        if (steps[i] == 14) { /* once is enough for all channels */
            if (once_in(cursor, 4)) {
                continue;
            }
            request.words[2] = 0x50003;
        }
        post(peer, &request);
    }
    vmbus_poll(&peer->vmbus);
}

/* ---- Steps ---------------------------------------------------------------------------------- */

static void poll(struct peer *peer)
{
    peer->accesses = 0;
    peer->packets = 0;
    vmbus_poll(&peer->vmbus);
    if (peer->accesses > ACCESSES_MAX || peer->packets > MESSAGES_MAX) {
        fuzz_fail("a poll without a bound", peer->accesses, peer->packets);
    }
}

void peer_step(struct peer *peer, struct cursor *cursor)
{
    uint8_t choice = take8(cursor);

    if (choice < 40) {
        bring_up(peer, cursor);
    } else if (choice < 100) {
        request(peer, cursor);
    } else if (choice < 150) {
        peer_answer(peer, cursor);
    } else if (choice < 170) {
        peer_send_nonsense(peer, cursor);
    } else if (choice < 185) {
        peer_scribble(peer, cursor);
    } else if (choice < 190) {
        peer->gone[take8(cursor) % PEER_PAGES] ^= true;
    } else if (choice < 200) {
        peer->time += UINT64_C(1000000) * take8(cursor);
    } else if (choice < 205) {
        peer->places = take8(cursor) % 8;
    } else if (choice < 212) {
        peer->places = 32;
        peer->synic_off = once_in(cursor, 4);
    } else if (choice < 216) {
        vmbus_shutdown(&peer->vmbus);
    } else if (choice < 220) {
        vmbus_time_sync(&peer->vmbus);
    } else if (choice < 224) {
        (void)vmbus_signal(&peer->vmbus, 0x2000 + take8(cursor) % 6, take8(cursor) % 3);
    } else {
        poll(peer);
    }
}
