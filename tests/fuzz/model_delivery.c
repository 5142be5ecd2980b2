/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The model's delivery: what comes into message slots and event flags, and when. */

#include "model.h"

#include <string.h>

void model_interrupt(struct model *model, uint32_t vp, uint64_t sint)
{
    if ((sint & (HV_SINT_MASKED | HV_SINT_POLLING)) == 0) {
        model->effects.pended[vp] |= UINT32_C(1) << (sint & 0xff);
    }
}

static bool waits_for(const struct model_queue *queue, uint32_t from, uint32_t sint)
{
    for (uint32_t i = from; i < queue->count; i++) {
        if (queue->sint[i] == sint) {
            return true;
        }
    }
    return false;
}

enum slot { SLOT_FILLED, SLOT_TAKEN, SLOT_OUT_OF_REACH };

/* Fills a slot if it is empty. `more` waits behind this message. */
static enum slot fill_slot(struct model *model, uint32_t vp, uint32_t sint,
                           const struct hv_message *message, bool more)
{
    const struct model_vp *of = &model->vp[vp];
    uint64_t slot = (of->simp & HV_SYNIC_PAGE) + sint * 256u;
    struct hv_message filled = *message;
    uint32_t type;

    if ((of->scontrol & of->simp & 1) == 0 ||
        !fuzz_memory_read(&model->memory, slot, &type, sizeof type)) {
        return SLOT_OUT_OF_REACH;
    }
    if (type != 0) {
        return SLOT_TAKEN;
    }
    filled.flags = more ? HV_MESSAGE_FLAG_PENDING : 0;
    filled.reserved = 0;
    memset((uint8_t *)filled.payload + filled.payload_size, 0,
           sizeof filled.payload - filled.payload_size);
    if (!fuzz_memory_write(&model->memory, slot, &filled, sizeof filled)) {
        return SLOT_OUT_OF_REACH;
    }
    model_interrupt(model, vp, of->sint[sint]);
    return SLOT_FILLED;
}

/* The guest is told, in its slot, that something waits. */
static void flag_slot(struct model *model, uint32_t vp, uint32_t sint)
{
    uint64_t at = (model->vp[vp].simp & HV_SYNIC_PAGE) + sint * 256u + 5;
    uint8_t flags;

    if (fuzz_memory_read(&model->memory, at, &flags, 1)) {
        flags = HV_MESSAGE_FLAG_PENDING;
        fuzz_memory_write(&model->memory, at, &flags, 1);
    }
}

void model_poll(struct model *model, uint32_t vp)
{
    struct model_queue *queue = &model->queue[vp];
    uint32_t stuck = 0; /* SINTs whose slot can't take anything more */

    for (uint32_t i = 0; i < queue->count;) {
        uint32_t sint = queue->sint[i];

        if ((stuck >> sint & 1) == 0) {
            enum slot slot =
                fill_slot(model, vp, sint, &queue->messages[i], waits_for(queue, i + 1, sint));

            stuck |= UINT32_C(1) << sint;
            if (slot == SLOT_FILLED) {
                queue->count--;
                memmove(&queue->sint[i], &queue->sint[i + 1], queue->count - i);
                memmove(&queue->messages[i], &queue->messages[i + 1],
                        (queue->count - i) * sizeof queue->messages[0]);
                continue;
            }
            if (slot == SLOT_TAKEN) {
                flag_slot(model, vp, sint);
            }
        }
        i++;
    }
}

bool model_message_send(struct model *model, uint32_t vp, uint32_t sint,
                        const struct hv_message *message)
{
    struct model_queue *queue = &model->queue[vp];

    if (queue->count == 16) {
        return false;
    }
    queue->sint[queue->count] = (uint8_t)sint;
    queue->messages[queue->count++] = *message;
    model_poll(model, vp);
    return true;
}

hv_status_t model_event_set(struct model *model, uint32_t vp, uint32_t sint, uint32_t flag,
                            bool *newly)
{
    const struct model_vp *of = &model->vp[vp];
    bool was_set;

    *newly = false;
    if (sint > 15 || flag >= 2048) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    if ((of->scontrol & of->siefp & 1) == 0 || (of->sint[sint] & HV_SINT_MASKED) != 0 ||
        (model->config.ops & FUZZ_OP_SET_BIT) == 0 ||
        !fuzz_memory_set_bit(&model->memory, (of->siefp & HV_SYNIC_PAGE) + sint * 256u + flag / 8,
                             flag % 8, &was_set)) {
        return HV_STATUS_INVALID_SYNIC_STATE;
    }
    if (!was_set) {
        *newly = true;
        model_interrupt(model, vp, of->sint[sint]);
    }
    return HV_STATUS_SUCCESS;
}
