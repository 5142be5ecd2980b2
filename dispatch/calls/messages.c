/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Calls by which a guest reaches a port (TLFS inter-partition-communication). Here everything is
 * checked that the call itself says; whose connection it is, the host knows. */

#include "handlers.h"

#include <hv/message.h>

hv_status_t hv_post_message(struct shim_vp *vp, const struct hv_args *args)
{
    const struct shim_partition *partition = vp->partition;
    const struct hv_post_message *message = args->header;

    if (message->message_type == HV_MESSAGE_TYPE_NONE ||
        (message->message_type & HV_MESSAGE_TYPE_HYPERVISOR) != 0 ||
        message->payload_size > HV_MESSAGE_PAYLOAD_MAX || message->reserved != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    if ((message->connection_id & HV_CONNECTION_ID_RESERVED) != 0) {
        return HV_STATUS_INVALID_CONNECTION_ID;
    }
    return partition->ops->message_post(partition->host, vp->host_vp, message);
}

hv_status_t hv_signal_event(struct shim_vp *vp, const struct hv_args *args)
{
    const struct shim_partition *partition = vp->partition;
    const struct hv_signal_event *event = args->header;

    if (event->reserved != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    if ((event->connection_id & HV_CONNECTION_ID_RESERVED) != 0) {
        return HV_STATUS_INVALID_CONNECTION_ID;
    }
    return partition->ops->event_signal(partition->host, vp->host_vp, event->connection_id,
                                        event->flag_number);
}
