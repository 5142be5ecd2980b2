/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The queue of answers: fixed size, strictly in order, each on its way to the VP that was the
 * target when it was given. */

#ifndef VMBUS_BACKLOG_H
#define VMBUS_BACKLOG_H

#include "vmbus.h"

#include <stddef.h>

/* How many more answers have a place; whether one has. Any VP. */
uint64_t backlog_places(const struct vmbus_backlog *backlog);
bool backlog_has_place(const struct vmbus_backlog *backlog);

/* Appends an answer, made a SynIC message of; the bytes past `size` are zero. There must be a place
 * and `size` be at most HV_MESSAGE_PAYLOAD_MAX. */
void backlog_append(struct vmbus_backlog *backlog, hv_vp_index_t vp, uint32_t sint,
                    bool of_connection, const void *payload, size_t size);

/* Hands answers to the host, oldest first, until one is refused or none is left. */
void backlog_flush(struct vmbus *vmbus);

/* Drops the answers that belong to the connection; the others keep their order. */
void backlog_drop_connection(struct vmbus_backlog *backlog);

#endif
