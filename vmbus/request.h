/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A request of the guest on its way from the table in vmbus.c to what serves it. */

#ifndef VMBUS_REQUEST_H
#define VMBUS_REQUEST_H

#include "backlog.h"
#include "protocol.h"
#include "vmbus.h"

/* Serves one request. `message` is private and at least as long as the table says for its type;
 * there is a place for each of its answers. */
typedef void vmbus_serve_fn(struct vmbus *vmbus, const struct hv_post_message *message);

vmbus_serve_fn serve_initiate_contact;
vmbus_serve_fn serve_request_offers;
vmbus_serve_fn serve_unload;
vmbus_serve_fn serve_tl_connect;
vmbus_serve_fn serve_gpadl_header;
vmbus_serve_fn serve_gpadl_body;
vmbus_serve_fn serve_gpadl_teardown;
vmbus_serve_fn serve_open;
vmbus_serve_fn serve_close;
vmbus_serve_fn serve_modify;
vmbus_serve_fn serve_released;

/* An answer within the connection: to its target VP, and dropped when it ends. */
static inline void vmbus_answer(struct vmbus *vmbus, const void *payload, size_t size)
{
    backlog_append(&vmbus->backlog, vmbus->target_vp, VMBUS_SINT, true, payload, size);
}

#endif
