/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Messages and events straight to a VP, without a port (TLFS HvCallPostMessageDirect,
 * HvCallSignalEventDirect): for partitions that the host trusts with them. */

#include "handlers.h"

#include <hv/direct.h>

#include <string.h>

#include "dispatch/message.h"

/* No queue: the slot is free or the caller comes again. To itself only: nobody else's page is safe
 * to write while its VP and its delivery context use it. */
HV_HANDLER(hv_post_message_direct)
{
    const struct hv_post_message_direct *request = header;
    struct hv_message *message = (void *)vp->output; /* the call has no output; aligned */
    uint32_t sint = (uint32_t)shim_index_nospec(request->sint, HV_SYNIC_SINT_COUNT);
    hv_status_t status = check_vtl(request->target_vtl);

    if (status != HV_STATUS_SUCCESS) {
        return status;
    }
    memcpy(message, request->message, sizeof(*message));
    if (check_partition_self(vp, request->partition_id) != HV_STATUS_SUCCESS ||
        vp_find(vp, request->vp_index) != vp || request->sint >= HV_SYNIC_SINT_COUNT ||
        message->type == HV_MESSAGE_TYPE_NONE || message->payload_size > HV_MESSAGE_PAYLOAD_MAX) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    if ((shim_atomic_load(&vp->scontrol) & shim_atomic_load(&vp->simp) & HV_SYNIC_ENABLE) == 0 ||
        (shim_atomic_load(&vp->sint[sint]) & HV_SINT_MASKED) != 0) {
        return HV_STATUS_INVALID_SYNIC_STATE;
    }
    message->flags = 0;
    message->reserved = 0;
    status =
        message_deliver(vp, sint, false, message) ? HV_STATUS_SUCCESS : HV_STATUS_OBJECT_IN_USE;
    /* What the delivery context could not do while we had the slot, it does now: also when we found
     * it taken, since the flag that asks for EOM is not set then. */
    poll_request(vp);
    return status;
}

/* SINT 0 takes no events; a VP that would not notice is no mistake of the sender's. */
HV_HANDLER(hv_signal_event_direct)
{
    const struct hv_signal_event_direct *request = header;
    struct shim_vp *target = vp_find(vp, request->vp_index);
    uint64_t *newly_signaled = out;
    bool newly = false;
    hv_status_t status = check_vtl(request->target_vtl);

    if (status != HV_STATUS_SUCCESS) {
        return status;
    }
    if (check_partition_self(vp, request->partition_id) != HV_STATUS_SUCCESS ||
        request->sint == 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    if (target == NULL) {
        return HV_STATUS_INVALID_VP_INDEX;
    }
    status = shim_event_set(target, request->sint, request->flag_number, &newly);
    if (status == HV_STATUS_INVALID_PARAMETER) {
        return status;
    }
    *newly_signaled = newly;
    return HV_STATUS_SUCCESS;
}
