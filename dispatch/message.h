/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Delivery of one message, for all who have one: the queue, timers, direct calls. */

#ifndef DISPATCH_MESSAGE_H
#define DISPATCH_MESSAGE_H

#include <shim/shim.h>

/* Puts a message into the VP's slot of a SINT and interrupts the VP. False when the SynIC is off or
 * the slot is taken; with `wait` the guest is then asked to write EOM, which makes it worth trying
 * again. */
bool message_deliver(struct shim_vp *vp, uint32_t sint, bool wait,
                     const struct hv_message *message);

/* Asks for a poll of this VP, which will see what was written before. */
void poll_request(struct shim_vp *vp);

#endif
