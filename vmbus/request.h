/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A request of the guest on its way from the table in vmbus.c to what serves it. */

#ifndef VMBUS_REQUEST_H
#define VMBUS_REQUEST_H

#include "vmbus.h"

/* Serves one request. `message` is private and at least as long as the table says for its type;
 * there is a place for one answer. */
typedef void vmbus_serve_fn(struct vmbus *vmbus, const struct hv_post_message *message);

vmbus_serve_fn serve_initiate_contact;
vmbus_serve_fn serve_request_offers;
vmbus_serve_fn serve_unload;

#endif
