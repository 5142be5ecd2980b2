/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What the model's calls about messages and events do. */

#include "model.h"

#include <string.h>

#include <hv/direct.h>

/* What a connection leads to, for a call that wants a port of this kind. */
static hv_status_t connection(uint32_t id, uint32_t wanted)
{
    if (id == wanted) {
        return HV_STATUS_SUCCESS;
    }
    return id == FUZZ_MESSAGE_CONNECTION || id == FUZZ_EVENT_CONNECTION ||
                   id == FUZZ_CLOSED_CONNECTION
               ? HV_STATUS_INVALID_PORT_ID
               : HV_STATUS_INVALID_CONNECTION_ID;
}

hv_status_t model_post_message(struct model_call *call)
{
    struct fuzz_effects *effects = &call->model->effects;
    struct hv_post_message block;
    hv_status_t status;

    MODEL_TAKE(block, call->header);
    if (block.reserved != 0 || block.message_type == 0 || block.message_type >> 31 != 0 ||
        block.payload_size > 240) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    status = connection(block.connection_id, FUZZ_MESSAGE_CONNECTION);
    if (status != HV_STATUS_SUCCESS) {
        return status;
    }
    effects->posts++;
    effects->posted = block;
    return call->model->manner.post_status;
}

hv_status_t model_signal_event(struct model_call *call)
{
    struct fuzz_effects *effects = &call->model->effects;
    struct hv_signal_event block;
    hv_status_t status;

    MODEL_TAKE(block, call->header);
    if (block.reserved != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    status = connection(block.connection_id, FUZZ_EVENT_CONNECTION);
    if (status != HV_STATUS_SUCCESS) {
        return status;
    }
    if (block.flag_number >= FUZZ_FLAGS) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    effects->signals++;
    effects->signal_flag = block.flag_number;
    return call->model->manner.signal_status;
}

hv_status_t model_signal_direct(struct model_call *call)
{
    struct model *model = call->model;
    struct hv_signal_event_direct block;
    hv_status_t status;
    uint64_t newly = 0;
    uint32_t target;
    bool was_clear = false;

    MODEL_TAKE(block, call->header);
    status = model_plain_vtl(block.target_vtl);
    if (status != HV_STATUS_SUCCESS) {
        return status;
    }
    if (!model_own_partition(block.partition_id) || block.sint == 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    target = block.vp_index == HV_VP_INDEX_SELF ? call->vp : block.vp_index;
    if (target >= model->config.vps) {
        return HV_STATUS_INVALID_VP_INDEX;
    }
    if (block.sint > 15 || block.flag_number >= 2048) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    model_event_set(model, target, block.sint, block.flag_number, &was_clear);
    newly = was_clear;
    memcpy(call->output, &newly, 8);
    return HV_STATUS_SUCCESS;
}

hv_status_t model_post_direct(struct model_call *call)
{
    struct model *model = call->model;
    struct model_vp *vp = &model->vp[call->vp];
    struct hv_post_message_direct block;
    struct hv_message message;
    uint32_t in_slot;
    hv_status_t status;
    uint64_t slot;

    MODEL_TAKE(block, call->header);
    MODEL_TAKE(message, block.message);
    status = model_plain_vtl(block.target_vtl);
    if (status != HV_STATUS_SUCCESS) {
        return status;
    }
    if (!model_own_partition(block.partition_id) ||
        (block.vp_index != HV_VP_INDEX_SELF && block.vp_index != call->vp)) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    if (block.sint > 15 || message.type == 0 || message.payload_size > 240) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    if ((vp->scontrol & vp->simp & 1) == 0 || (vp->sint[block.sint] & HV_SINT_MASKED) != 0) {
        return HV_STATUS_INVALID_SYNIC_STATE;
    }
    slot = (vp->simp & HV_SYNIC_PAGE) + block.sint * 256u;
    model->effects.polled[call->vp] = 1; /* others may have found the slot taken meanwhile */
    message.flags = 0;
    message.reserved = 0;
    if (!fuzz_memory_read(&model->memory, slot, &in_slot, 4) || in_slot != 0 ||
        !fuzz_memory_write(&model->memory, slot, &message, sizeof message)) {
        return HV_STATUS_OBJECT_IN_USE;
    }
    model_interrupt(model, call->vp, vp->sint[block.sint]);
    return HV_STATUS_SUCCESS;
}
