/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* For WP of vmbus/: what holds between two calls, of rings and GPADLs, and the contracts of
 * gpa_read and gpa_write (vmbus.h) by the two sizes of values that are read. */

#ifndef FORMAL_RINGS_H
#define FORMAL_RINGS_H

#include "vmbus/ring_layout.h"
#include "vmbus/vmbus.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*@ requires one_page: 1 <= size <= 4096 - gpa % 4096;
    requires place: \valid(to + (0 .. size - 1));
    assigns to[0 .. size - 1] \from gpa;
    assigns \result \from gpa; */
bool formal_read_bytes(void *host, uint64_t gpa, uint8_t *to, size_t size);

/*@ requires one_page: 1 <= size <= 4096 - gpa % 4096;
    requires place: \valid_read(from + (0 .. size - 1));
    assigns \result \from gpa; */
bool formal_write_bytes(void *host, uint64_t gpa, const uint8_t *from, size_t size);

/*@ requires one_page: size == 4 && gpa % 4096 <= 4092;
    requires place: \valid(to);
    assigns *to \from gpa;
    assigns \result \from gpa; */
bool formal_read_word(void *host, uint64_t gpa, uint32_t *to, size_t size);

/*@ requires one_page: size == 4 && gpa % 4096 <= 4092;
    requires place: \valid_read(from);
    assigns \result \from gpa; */
bool formal_write_word(void *host, uint64_t gpa, const uint32_t *from, size_t size);

/* The words of a complete GPADL are in the pool, and its page numbers make addresses. */
#define FORMAL_PAGES(vmbus, place)                                                                 \
    ((place) < 32 && 1 <= (vmbus)->gpadls[place].word_count &&                                     \
     (vmbus)->gpadls[place].first + (vmbus)->gpadls[place].word_count <= 2048 &&                   \
     (\forall integer k; (vmbus)->gpadls[place].first < k <                                        \
         (vmbus)->gpadls[place].first + (vmbus)->gpadls[place].word_count ==>                      \
         (vmbus)->gpadl_words[k] <= 0xfffffffffffff))

/* A ring lies in the pages of its GPADL; both indices in the ring. */
#define FORMAL_RING(vmbus, ring)                                                                   \
    (FORMAL_PAGES(vmbus, (ring)->gpadl) && 4096 <= (ring)->size <= 0x7ff000 &&                     \
     (ring)->size % 4096 == 0 &&                                                                   \
     (ring)->page + (ring)->size / 4096 + 2 <= (vmbus)->gpadls[(ring)->gpadl].word_count &&        \
     (ring)->own < (ring)->size && (ring)->own % 8 == 0 && (ring)->peer < (ring)->size &&          \
     (ring)->peer % 8 == 0)

/* Nothing that is written of it is what the others are read from. */
#define FORMAL_APART(vmbus, part)                                                                  \
    \separated(part, (vmbus)->gpadls + (0 .. 31), (vmbus)->gpadl_words + (0 .. 2047),              \
               &(vmbus)->ops, &(vmbus)->host)

/* What a caller gives for an answer is none of it. */
#define FORMAL_LOCAL(place, vmbus, ring) (\separated(place, vmbus) && \separated(place, ring))

/* copy_out_of() once more, of a packet's descriptor: WP does not see a struct as bytes. */
/*@ requires \valid_read(vmbus) && \valid_read(ring) && FORMAL_RING(vmbus, ring);
    requires index < ring->size && size <= ring->size;
    requires size == sizeof(*to) && \valid(to);
    requires FORMAL_APART(vmbus, to) && \separated(to, ring);
    assigns *to; */
bool formal_copy_packet(const struct vmbus *vmbus, const struct vmbus_ring *ring, uint32_t index,
                        struct vmbus_packet *to, uint32_t size);

/* The private copy of a packet as bytes, and what is put there, which nothing else is read from. */
/*@ requires \valid(vmbus);
    assigns \nothing;
    ensures \result == (uint8_t *)vmbus->packet && \valid(\result + (0 .. 2111));
    ensures FORMAL_APART(vmbus, \result + (0 .. 2111)) && \separated(\result + (0 .. 2111), channel); */
uint8_t *formal_packet(struct vmbus *vmbus, struct vmbus_channel *channel);

/*@ requires \valid(to + (0 .. size - 1));
    assigns \nothing; */
void formal_put_bytes(uint8_t *to, const void *from, size_t size);

#endif
