/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Calls by which a guest reaches a port (TLFS inter-partition-communication). What the call says
 * and whether its connection leads anywhere is checked here; the rest is the port's owner's. */

#include "handlers.h"

#include <hv/message.h>

#include "dispatch/port.h"

hv_status_t hv_post_message(struct shim_vp *vp, const struct hv_args *args)
{
    const struct hv_post_message *message = args->header;
    struct shim_port *port;

    if (message->message_type == HV_MESSAGE_TYPE_NONE ||
        (message->message_type & HV_MESSAGE_TYPE_HYPERVISOR) != 0 ||
        message->payload_size > HV_MESSAGE_PAYLOAD_MAX || message->reserved != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    port = port_find(vp->partition, message->connection_id);
    if (port == NULL) {
        return HV_STATUS_INVALID_CONNECTION_ID;
    }
    if (port->ops->post == NULL || shim_atomic_load(&port->closed) != 0) {
        return HV_STATUS_INVALID_PORT_ID;
    }
    return port->ops->post(port, vp, message);
}

hv_status_t hv_signal_event(struct shim_vp *vp, const struct hv_args *args)
{
    const struct hv_signal_event *event = args->header;
    struct shim_port *port;

    if (event->reserved != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    port = port_find(vp->partition, event->connection_id);
    if (port == NULL) {
        return HV_STATUS_INVALID_CONNECTION_ID;
    }
    if (port->ops->signal == NULL || shim_atomic_load(&port->closed) != 0) {
        return HV_STATUS_INVALID_PORT_ID;
    }
    if (event->flag_number >= port->flag_count) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    return port->ops->signal(port, vp, event->flag_number);
}
