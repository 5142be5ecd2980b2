/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The guest's rings under fuzzing: packets that answer the host's, nonsense, indices gone wild. */

#include "vmbus_peer.h"

static uint8_t *ring(struct peer *peer, uint32_t relid, bool of_host)
{
    size_t page = relid * PEER_RING_PAGES + (of_host ? PEER_RING_PAGES / 2 : 0);

    memset(peer->touched + page, true, PEER_RING_PAGES / 2);
    return peer->ram + page * 4096;
}

static uint32_t load(const uint8_t *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof value);
    return value;
}

static void copy_in(uint8_t *to, uint32_t index, const void *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        to[4096 + (index + i) % PEER_RING_DATA] = ((const uint8_t *)bytes)[i];
    }
}

static void send_packet(struct peer *peer, uint32_t relid, const uint8_t *payload, uint32_t size,
                        struct cursor *cursor)
{
    uint8_t *out = ring(peer, relid, false);
    uint32_t write = load(out) % PEER_RING_DATA & ~7u;
    uint16_t descriptor[8] = { 6, 2, (uint16_t)(2 + (size + 7) / 8) };
    uint32_t trailer[2] = { 0, write };
    uint32_t end = (write + 16 + (size + 7) / 8 * 8 + 8) % PEER_RING_DATA;

    if (once_in(cursor, 8)) {
        descriptor[below(cursor, 4)] = take16(cursor);
    }
    copy_in(out, write, descriptor, 16);
    copy_in(out, write + 16, payload, size);
    copy_in(out, write + 16 + (size + 7) / 8 * 8, trailer, 8);
    memcpy(out, &end, 4);
    (void)vmbus_signal(&peer->vmbus, 0x2000 + relid, 0);
}

/* Takes what the host sent, and sends it back as an answer. */
void peer_answer(struct peer *peer, struct cursor *cursor)
{
    uint32_t relid = 1 + below(cursor, PEER_RELIDS);
    uint8_t *in = ring(peer, relid, true);
    uint32_t write = load(in) % PEER_RING_DATA, read = load(in + 4) % PEER_RING_DATA;
    uint8_t payload[4096 + 256] = { 0 };
    uint32_t size;

    if (write == read) {
        return;
    }
    for (uint32_t i = 0; i < sizeof payload; i++) {
        payload[i] = in[4096 + (read + 16 + i) % PEER_RING_DATA];
    }
    size = (in[4096 + (read + 4) % PEER_RING_DATA] |
            (uint32_t)in[4096 + (read + 5) % PEER_RING_DATA] << 8) *
               8 -
           16;
    read = (read + size + 24) % PEER_RING_DATA;
    memcpy(in + 4, &read, 4);
    if (size > 4096) {
        return;
    }
    payload[25] = 5;                            /* transaction, response */
    if (payload[12] == 0 && payload[13] == 0) { /* a negotiation: one version of each */
        uint32_t counts = 0x00010001;

        memcpy(payload + 28, &counts, 4);
        memcpy(payload + 36, payload + (once_in(cursor, 2) ? 40 : 36), 4);
        memcpy(payload + 40, payload + 44, 4);
        payload[18] = 16;
    }
    if (once_in(cursor, 6)) {
        payload[take8(cursor) % 48] = take8(cursor);
    }
    send_packet(peer, relid, payload, size, cursor);
}

void peer_send_nonsense(struct peer *peer, struct cursor *cursor)
{
    uint8_t payload[256];
    uint32_t size = take8(cursor);

    for (uint32_t i = 0; i < size; i++) {
        payload[i] = (uint8_t)(i < 32 ? take8(cursor) : i);
    }
    send_packet(peer, 1 + below(cursor, PEER_RELIDS), payload, size, cursor);
}

void peer_scribble(struct peer *peer, struct cursor *cursor)
{
    static const uint32_t values[] = {
        0, 7, 8, PEER_RING_DATA - 8, PEER_RING_DATA, PEER_RING_DATA + 8, 0x80000000, UINT32_MAX
    };
    uint8_t *control = ring(peer, 1 + below(cursor, PEER_RELIDS), once_in(cursor, 2));
    uint8_t choice = take8(cursor);
    uint32_t value = choice < 200 ? values[choice % 8] : (uint32_t)take(cursor, 4);

    memcpy(control + choice / 8 % 4 * 4, &value, 4);
}
