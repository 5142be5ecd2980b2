/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* GPADLs: lists of pages that the guest shares with a channel. Kept in a fixed pool, as the guest
 * gave them, and checked when complete. */

#ifndef VMBUS_GPADL_H
#define VMBUS_GPADL_H

#include "vmbus.h"

/* The place of a GPADL that a channel may be opened on: complete, the channel's own, not torn down.
 * VMBUS_GPADLS when there is none. */
uint32_t gpadl_find(const struct vmbus *vmbus, uint32_t id, uint32_t relid);

/* Pages of a GPADL that is one range of whole pages; 0 when it is something else. */
uint32_t gpadl_pages(const struct vmbus *vmbus, uint32_t place);

/* Guest physical address of a page, below gpadl_pages(). */
uint64_t gpadl_page(const struct vmbus *vmbus, uint32_t place, uint32_t page);

/* Finishes teardowns as far as no channel stands in the way and answers have places. */
void gpadl_settle(struct vmbus *vmbus);

/* Forgets the GPADLs of a channel, which must not be open; 0: those of all. No answers. */
void gpadl_release(struct vmbus *vmbus, uint32_t relid);

#endif
