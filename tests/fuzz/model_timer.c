/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The model's timers, as far as their registers tell. */

#include "model.h"

static bool runs_by_message_to_nobody(uint64_t config)
{
    return (config & HV_TIMER_DIRECT_MODE) == 0 && (config & HV_TIMER_SINT) == 0;
}

/* The config as it reads now: a one-shot that is past its deadline is over. */
uint64_t model_timer_config(const struct model *model, const struct model_timer *timer)
{
    bool over = (timer->config & HV_TIMER_PERIODIC) == 0 && timer->count != 0 &&
                timer->count != UINT64_MAX && timer->count <= model->manner.time;

    return over ? timer->config & ~HV_TIMER_ENABLED : timer->config;
}

hv_status_t model_timer_set_config(struct model_timer *timer, uint64_t value)
{
    uint64_t vector = value >> 4 & 0xff;

    if ((value & HV_TIMER_RESERVED) != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    if ((value & HV_TIMER_DIRECT_MODE) != 0 && (vector < 16 || vector > 31)) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    if (runs_by_message_to_nobody(value)) {
        value &= ~HV_TIMER_ENABLED;
    }
    timer->config = value;
    return HV_STATUS_SUCCESS;
}

void model_timer_set_count(const struct model *model, struct model_timer *timer, uint64_t value)
{
    timer->config = model_timer_config(model, timer);
    timer->count = value;
    if (value == 0) {
        timer->config &= ~HV_TIMER_ENABLED;
    } else if ((timer->config & HV_TIMER_AUTO_ENABLE) != 0 &&
               !runs_by_message_to_nobody(timer->config)) {
        timer->config |= HV_TIMER_ENABLED;
    }
}
