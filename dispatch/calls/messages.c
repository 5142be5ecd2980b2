/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Calls by which a guest reaches a port (TLFS inter-partition-communication). What the call says
 * and whether its connection leads anywhere is checked here; the rest is the port's owner's. */

#include "handlers.h"

#include <hv/message.h>

#include "dispatch/port.h"

static hv_status_t post(struct shim_vp *vp, const struct hv_post_message *message,
                        struct shim_port *port)
{
    if (port->ops->post == NULL || shim_atomic_load(&port->closed) != 0) {
        return HV_STATUS_INVALID_PORT_ID;
    }
    return port->ops->post(port, vp, message);
}

static hv_status_t signal(struct shim_vp *vp, const struct hv_signal_event *event,
                          struct shim_port *port)
{
    if (port->ops->signal == NULL || shim_atomic_load(&port->closed) != 0) {
        return HV_STATUS_INVALID_PORT_ID;
    }
    if (event->flag_number >= port->flag_count) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    return port->ops->signal(port, vp, event->flag_number);
}

/* The same for a connection that is not in its own slot: apart, since these need a stack frame, and
 * with the arguments of their callers, so that none has to move. */
SHIM_NOINLINE static HV_HANDLER(post_further)
{
    const struct hv_post_message *message = header;
    struct shim_port *port = port_find(vp->partition, message->connection_id);

    return port == NULL ? HV_STATUS_INVALID_CONNECTION_ID : post(vp, message, port);
}

SHIM_NOINLINE static HV_HANDLER(signal_further)
{
    const struct hv_signal_event *event = header;
    struct shim_port *port = port_find(vp->partition, event->connection_id);

    return port == NULL ? HV_STATUS_INVALID_CONNECTION_ID : signal(vp, event, port);
}

HV_HANDLER(hv_post_message)
{
    const struct hv_post_message *message = header;
    struct shim_port *port;

    if (message->message_type == HV_MESSAGE_TYPE_NONE ||
        (message->message_type & HV_MESSAGE_TYPE_HYPERVISOR) != 0 ||
        message->payload_size > HV_MESSAGE_PAYLOAD_MAX || message->reserved != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    port = port_find_near(vp->partition, message->connection_id);
    return SHIM_LIKELY(port != NULL) ? post(vp, message, port)
                                     : post_further(out, control, vp, header, element);
}

HV_HANDLER(hv_signal_event)
{
    const struct hv_signal_event *event = header;
    struct shim_port *port;

    if (event->reserved != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    port = port_find_near(vp->partition, event->connection_id);
    return SHIM_LIKELY(port != NULL) ? signal(vp, event, port)
                                     : signal_further(out, control, vp, header, element);
}
