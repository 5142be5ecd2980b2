/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* GPADLs: creation by one message and as many more as it takes, teardown, look-up. Page numbers are
 * copied once and checked when all have come: afterwards the guest cannot change them, only what
 * the pages hold. Each GPADL_HEADER has one answer: at once when it is refused, after its last word
 * otherwise. */

#include "gpadl.h"

#include "channel.h"
#include "request.h"
#include "trace.h"

#include <hv/types.h>

#include <string.h>

/* Highest page number that an address can be made of. */
#define PAGE_NUMBER_MAX (UINT64_MAX / HV_PAGE_SIZE)

static struct vmbus_gpadl *find(struct vmbus *vmbus, uint32_t id)
{
    for (uint32_t i = 0; i < VMBUS_GPADLS; i++) {
        if (vmbus->gpadls[i].used && vmbus->gpadls[i].id == id) {
            return &vmbus->gpadls[i];
        }
    }
    return NULL;
}

static struct vmbus_gpadl *find_free(struct vmbus *vmbus)
{
    for (uint32_t i = 0; i < VMBUS_GPADLS; i++) {
        if (!vmbus->gpadls[i].used) {
            return &vmbus->gpadls[i];
        }
    }
    return NULL;
}

static bool is_complete(const struct vmbus_gpadl *gpadl)
{
    return gpadl->filled == gpadl->word_count;
}

/* The pool has no holes: what lies behind moves up. */
static void discard(struct vmbus *vmbus, struct vmbus_gpadl *gpadl)
{
    uint64_t *words = &vmbus->gpadl_words[gpadl->first];
    uint32_t behind = vmbus->gpadl_words_used - gpadl->first - gpadl->word_count;

    memmove(words, words + gpadl->word_count, behind * sizeof(*words));
    vmbus->gpadl_words_used -= gpadl->word_count;
    for (uint32_t i = 0; i < VMBUS_GPADLS; i++) {
        if (vmbus->gpadls[i].first > gpadl->first) {
            vmbus->gpadls[i].first -= gpadl->word_count;
        }
    }
    memset(gpadl, 0, sizeof(*gpadl));
}

static void answer_created(struct vmbus *vmbus, uint32_t relid, uint32_t id, uint32_t status)
{
    const struct vmbus_gpadl_created created = {
        .header.type = VMBUS_GPADL_CREATED,
        .relid = relid,
        .gpadl_id = id,
        .status = status,
    };

    if (status != VMBUS_STATUS_SUCCESS) {
        vmbus_trace(vmbus, VMBUS_EVENT_REFUSED, VMBUS_GPADL_HEADER, relid);
    }
    vmbus_answer(vmbus, &created, sizeof(created));
}

/* RAM of the guest, as far as a look at its first byte tells; rings find out the rest. */
static bool is_ram(const struct vmbus *vmbus, uint64_t page_number)
{
    uint8_t byte;

    return page_number <= PAGE_NUMBER_MAX &&
           vmbus->ops->gpa_read(vmbus->host, page_number * HV_PAGE_SIZE, &byte, sizeof(byte));
}

/* Words that a range takes, its own and one for each page; 0 when it is not valid or there are
 * fewer. */
static uint64_t check_range(const struct vmbus *vmbus, const uint64_t *words, uint64_t left)
{
    uint64_t byte_count = left != 0 ? words[0] & UINT32_MAX : 0;
    uint64_t byte_offset = left != 0 ? words[0] >> 32 : 0;
    uint64_t pages = (byte_offset + byte_count + HV_PAGE_SIZE - 1) / HV_PAGE_SIZE;

    if (byte_count == 0 || byte_offset >= HV_PAGE_SIZE || pages >= left) {
        return 0;
    }
    for (uint64_t i = 1; i <= pages; i++) {
        if (!is_ram(vmbus, words[i])) {
            return 0;
        }
    }
    return 1 + pages;
}

/* As many ranges as were announced, and nothing behind them. */
static bool ranges_valid(const struct vmbus *vmbus, const struct vmbus_gpadl *gpadl)
{
    const uint64_t *words = &vmbus->gpadl_words[gpadl->first];
    uint64_t left = gpadl->word_count;

    for (uint32_t i = 0; i < gpadl->range_count; i++) {
        uint64_t taken = check_range(vmbus, words, left);

        if (taken == 0) {
            return false;
        }
        words += taken;
        left -= taken;
    }
    return left == 0;
}

/* Takes words from a message until there are enough; what follows them is padding. */
static void fill(struct vmbus *vmbus, struct vmbus_gpadl *gpadl,
                 const struct hv_post_message *message, uint32_t offset)
{
    const uint8_t *bytes = (const uint8_t *)message->payload + offset;
    uint32_t words = (message->payload_size - offset) / sizeof(uint64_t);
    uint32_t left = gpadl->word_count - gpadl->filled;

    words = words < left ? words : left;
    memcpy(&vmbus->gpadl_words[gpadl->first + gpadl->filled], bytes, words * sizeof(uint64_t));
    gpadl->filled += words;
    if (!is_complete(gpadl)) {
        return;
    }
    if (ranges_valid(vmbus, gpadl)) {
        answer_created(vmbus, gpadl->relid, gpadl->id, VMBUS_STATUS_SUCCESS);
    } else {
        answer_created(vmbus, gpadl->relid, gpadl->id, VMBUS_STATUS_INVALID_PARAMETER);
        discard(vmbus, gpadl);
    }
}

/* For a channel that the guest holds, under a new id, of whole words. */
static bool header_valid(struct vmbus *vmbus, const struct vmbus_gpadl_header *header)
{
    const struct vmbus_channel *channel = channel_find(vmbus, header->relid);

    return channel != NULL && find(vmbus, header->gpadl_id) == NULL && header->range_count != 0 &&
           header->range_bytes != 0 && header->range_bytes % sizeof(uint64_t) == 0;
}

void serve_gpadl_header(struct vmbus *vmbus, const struct hv_post_message *message)
{
    struct vmbus_gpadl *gpadl = find_free(vmbus);
    struct vmbus_gpadl_header header;
    uint32_t words;

    memcpy(&header, message->payload, sizeof(header));
    if (!header_valid(vmbus, &header)) {
        answer_created(vmbus, header.relid, header.gpadl_id, VMBUS_STATUS_INVALID_PARAMETER);
        return;
    }
    words = header.range_bytes / sizeof(uint64_t);
    if (gpadl == NULL || words > VMBUS_GPADL_WORDS - vmbus->gpadl_words_used) {
        answer_created(vmbus, header.relid, header.gpadl_id, VMBUS_STATUS_INSUFFICIENT_RESOURCES);
        return;
    }
    *gpadl = (struct vmbus_gpadl) {
        .used = true,
        .id = header.gpadl_id,
        .relid = header.relid,
        .range_count = header.range_count,
        .first = vmbus->gpadl_words_used,
        .word_count = words,
    };
    vmbus->gpadl_words_used += words;
    fill(vmbus, gpadl, message, sizeof(header));
}

/* Bodies name no channel, and nothing can be said of one that belongs nowhere. */
void serve_gpadl_body(struct vmbus *vmbus, const struct hv_post_message *message)
{
    struct vmbus_gpadl_body body;
    struct vmbus_gpadl *gpadl;

    memcpy(&body, message->payload, sizeof(body));
    gpadl = find(vmbus, body.gpadl_id);
    if (gpadl == NULL || is_complete(gpadl)) {
        vmbus_trace(vmbus, VMBUS_EVENT_DROPPED, VMBUS_GPADL_BODY, message->payload_size);
        return;
    }
    fill(vmbus, gpadl, message, sizeof(body));
}

/* The answer comes from gpadl_settle(), in most cases at once. */
void serve_gpadl_teardown(struct vmbus *vmbus, const struct hv_post_message *message)
{
    struct vmbus_gpadl_teardown teardown;
    uint32_t place;

    memcpy(&teardown, message->payload, sizeof(teardown));
    place = gpadl_find(vmbus, teardown.gpadl_id, teardown.relid);
    if (place == VMBUS_GPADLS) {
        vmbus_trace(vmbus, VMBUS_EVENT_DROPPED, VMBUS_GPADL_TEARDOWN, message->payload_size);
        return;
    }
    vmbus->gpadls[place].leaving = true;
    gpadl_settle(vmbus);
}

/* Once the guest is told, the pages are its own again: so not while a channel's rings lie there. */
void gpadl_settle(struct vmbus *vmbus)
{
    for (uint32_t i = 0; i < VMBUS_GPADLS && backlog_has_place(&vmbus->backlog); i++) {
        struct vmbus_gpadl *gpadl = &vmbus->gpadls[i];

        if (gpadl->leaving && !channel_stands_on(vmbus, gpadl->relid, i)) {
            const struct vmbus_gpadl_torndown torndown = {
                .header.type = VMBUS_GPADL_TORNDOWN,
                .gpadl_id = gpadl->id,
            };

            vmbus_answer(vmbus, &torndown, sizeof(torndown));
            discard(vmbus, gpadl);
        }
    }
}

void gpadl_release(struct vmbus *vmbus, uint32_t relid)
{
    for (uint32_t i = 0; i < VMBUS_GPADLS; i++) {
        struct vmbus_gpadl *gpadl = &vmbus->gpadls[i];

        if (gpadl->used && (relid == 0 || gpadl->relid == relid)) {
            discard(vmbus, gpadl);
        }
    }
}

uint32_t gpadl_find(const struct vmbus *vmbus, uint32_t id, uint32_t relid)
{
    for (uint32_t i = 0; i < VMBUS_GPADLS; i++) {
        const struct vmbus_gpadl *gpadl = &vmbus->gpadls[i];

        if (gpadl->used && gpadl->id == id && gpadl->relid == relid && is_complete(gpadl) &&
            !gpadl->leaving) {
            return i;
        }
    }
    return VMBUS_GPADLS;
}

uint32_t gpadl_pages(const struct vmbus *vmbus, uint32_t place)
{
    const struct vmbus_gpadl *gpadl = &vmbus->gpadls[place];
    uint64_t range = vmbus->gpadl_words[gpadl->first];

    /* An offset shows in bits 63:32, a part of a page in bits 11:0. */
    if (gpadl->range_count != 1 || range > UINT32_MAX || range % HV_PAGE_SIZE != 0) {
        return 0;
    }
    return gpadl->word_count - 1;
}

uint64_t gpadl_page(const struct vmbus *vmbus, uint32_t place, uint32_t page)
{
    SHIM_ASSERT(page < vmbus->gpadls[place].word_count - 1); /* gpadl_pages() said so at the open */
    return vmbus->gpadl_words[vmbus->gpadls[place].first + 1 + page] * HV_PAGE_SIZE;
}
