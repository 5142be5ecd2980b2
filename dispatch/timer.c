/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Synthetic timers (TLFS timers). The VP writes config and count, its delivery context makes them
 * expire; between the two there is one odd-or-even counter and no waiting. A one-shot timer's
 * deadline is its count, so the VP sees by itself whether it has expired. */

#include "timer.h"

#include "message.h"
#include "trace.h"

#define NEVER UINT64_MAX

/* A timer that fires sooner than this again and again would only keep the host busy: 10 us. */
#define SHORTEST_INTERVAL 100u

/* Periods that a timer catches up with; if it is behind by more, they are skipped. */
#define CATCH_UP_PERIODS 1000u

static uint64_t add(uint64_t time, uint64_t delta)
{
    return delta > NEVER - time ? NEVER : time + delta;
}

static uint32_t sint_of(uint64_t config)
{
    return (uint32_t)((config & HV_TIMER_SINT) >> HV_TIMER_SINT_SHIFT);
}

static uint32_t vector_of(uint64_t config)
{
    return (uint32_t)((config & HV_TIMER_VECTOR) >> HV_TIMER_VECTOR_SHIFT);
}

uint64_t timer_config(const struct shim_timer *timer, uint64_t now)
{
    uint64_t count = shim_atomic_load(&timer->count);
    uint64_t config = shim_atomic_load(&timer->config);

    if ((config & HV_TIMER_PERIODIC) == 0 && count != 0 && now >= count) {
        config &= ~HV_TIMER_ENABLED;
    }
    return config;
}

/* A message to SINT 0 is none: such a timer is never enabled (TLFS timers, "Synthetic Timer
 * Configuration Register"). */
static uint64_t enabled_if_possible(uint64_t config)
{
    return (config & HV_TIMER_DIRECT_MODE) == 0 && sint_of(config) == 0 ? config & ~HV_TIMER_ENABLED
                                                                        : config;
}

static void program(struct shim_timer *timer, uint64_t config, uint64_t count, uint64_t now)
{
    shim_atomic_store(&timer->generation, timer->generation + 1);
    shim_atomic_fence();
    shim_atomic_store(&timer->config, config);
    shim_atomic_store(&timer->count, count);
    shim_atomic_store(&timer->started, now);
    shim_atomic_store_release(&timer->generation, timer->generation + 1);
}

void timer_reset(struct shim_timer *timer)
{
    *timer = (struct shim_timer) { .due = NEVER, .fire = NEVER };
}

hv_status_t timer_config_write(struct shim_timer *timer, uint64_t config, uint64_t now)
{
    uint32_t vector = vector_of(config);

    if ((config & HV_TIMER_RESERVED) != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    if ((config & HV_TIMER_DIRECT_MODE) != 0 &&
        (vector < HV_SINT_VECTOR_MIN || vector > HV_SINT_VECTOR_MAX)) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    program(timer, enabled_if_possible(config), timer->count, now);
    return HV_STATUS_SUCCESS;
}

void timer_count_write(struct shim_timer *timer, uint64_t count, uint64_t now)
{
    uint64_t config = timer_config(timer, now);

    if (count == 0) {
        config &= ~HV_TIMER_ENABLED;
    } else if ((config & HV_TIMER_AUTO_ENABLE) != 0) {
        config = enabled_if_possible(config | HV_TIMER_ENABLED);
    }
    program(timer, config, count, now);
}

/* What the VP wrote last, taken over whole or not at all. A message of the old setting is dropped.
 */
static void take_over(struct shim_timer *timer)
{
    uint64_t generation = shim_atomic_load_acquire(&timer->generation);
    uint64_t config = shim_atomic_load(&timer->config);
    uint64_t count = shim_atomic_load(&timer->count);
    uint64_t started = shim_atomic_load(&timer->started);

    shim_atomic_fence();
    if (generation == timer->seen || generation % 2 != 0 ||
        shim_atomic_load(&timer->generation) != generation) {
        return; /* nothing new, or being written: the VP will ask for another poll */
    }
    timer->seen = generation;
    timer->setting = config;
    timer->period = count;
    timer->waiting = false;
    timer->due = NEVER;
    if ((config & HV_TIMER_ENABLED) != 0 && count != 0) {
        timer->due = (config & HV_TIMER_PERIODIC) != 0 ? add(started, count) : count;
    }
    timer->fire = timer->due;
}

/* The next expiration keeps the phase. Behind, a timer fires at half its period until it has caught
 * up; a lazy one, or one hopelessly behind, skips. */
static void advance(struct shim_timer *timer, uint64_t now)
{
    uint64_t half = timer->period / 2;
    uint64_t pause = half > SHORTEST_INTERVAL ? half : SHORTEST_INTERVAL;

    if ((timer->setting & HV_TIMER_PERIODIC) == 0) {
        timer->due = NEVER;
        timer->fire = NEVER;
        return;
    }
    timer->due = add(timer->due, timer->period);
    if (timer->due <= now) {
        uint64_t behind = (now - timer->due) / timer->period + 1;

        if ((timer->setting & HV_TIMER_LAZY) != 0 || behind > CATCH_UP_PERIODS) {
            timer->due = add(timer->due, behind * timer->period);
        }
    }
    timer->fire = timer->due > add(now, pause) ? timer->due : add(now, pause);
}

static void expire(struct shim_vp *vp, struct shim_timer *timer)
{
    const struct shim_partition *partition = vp->partition;

    if ((timer->setting & HV_TIMER_DIRECT_MODE) != 0) {
        partition->ops->interrupt_assert(partition->host, vp->host_vp, vector_of(timer->setting));
    } else if (!timer->waiting) { /* a tick that finds one waiting is dropped: one buffer per timer
                                   */
        timer->waiting = true;
        timer->expired = timer->due;
    }
}

/* Written when it goes into the slot: the delivery time is then. */
static bool deliver(struct shim_vp *vp, uint32_t index, uint32_t sint, uint64_t now)
{
    struct hv_message *message = &vp->timer_message;
    struct hv_timer_message_payload *payload = (void *)message->payload;

    message->type = HV_MESSAGE_TYPE_TIMER_EXPIRED;
    message->payload_size = sizeof(*payload);
    payload->timer_index = index;
    payload->expiration_time = vp->timers[index].expired;
    payload->delivery_time = now;
    return message_deliver(vp, sint, true, message);
}

static uint64_t poll_one(struct shim_vp *vp, uint32_t index, uint64_t now, uint32_t *blocked)
{
    struct shim_timer *timer = &vp->timers[index];
    uint32_t sint;

    take_over(timer);
    sint = sint_of(timer->setting);
    if (timer->fire != NEVER && timer->fire <= now) {
        trace_event(vp, SHIM_EVENT_TIMER, index, timer->due);
        expire(vp, timer);
        advance(timer, now);
    }
    if (timer->waiting) {
        if ((*blocked >> sint & 1) == 0 && deliver(vp, index, sint, now)) {
            timer->waiting = false;
        } else {
            *blocked |= UINT32_C(1) << sint;
        }
    }
    return timer->fire;
}

uint64_t timers_poll(struct shim_vp *vp, uint32_t *blocked)
{
    const struct shim_partition *partition = vp->partition;
    uint64_t now = partition->ops->reference_time(partition->host);
    uint64_t next = NEVER;

    for (uint32_t index = 0; index < HV_SYNTHETIC_TIMERS; index++) {
        uint64_t fire = poll_one(vp, index, now, blocked);

        next = fire < next ? fire : next;
    }
    return next;
}
