/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Channels: what the guest holds by a relid, from offer to release. */

#ifndef VMBUS_CHANNEL_H
#define VMBUS_CHANNEL_H

#include "vmbus.h"

/* The channel that the guest holds under a relid; NULL when it holds none. */
struct vmbus_channel *channel_find(struct vmbus *vmbus, uint32_t relid);

/* Whether a channel, which the guest holds, is open and has its rings in the GPADL at this place.
 */
bool channel_stands_on(const struct vmbus *vmbus, uint32_t relid, uint32_t place);

/* Runs a channel for one slice. Returns when it wants to run again, like vmbus_poll(). */
uint64_t channel_serve(struct vmbus *vmbus, struct vmbus_channel *channel, uint64_t now);

/* Sends the rescinds that wait, as far as there are places. */
void channels_settle(struct vmbus *vmbus);

/* Gives all channels to the guest, closed. */
void channels_offer(struct vmbus *vmbus);

/* Takes all of them back, with no word to the guest, and forgets their GPADLs. */
void channels_withdraw(struct vmbus *vmbus);

#endif
