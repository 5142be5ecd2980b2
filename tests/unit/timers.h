/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Synthetic timers as tests handle them: the guest writes registers, the delivery context is
 * shim_vp_poll() at the time that the test sets. Direct mode, unless a test says otherwise. */

#ifndef TESTS_UNIT_TIMERS_H
#define TESTS_UNIT_TIMERS_H

#include "harness.h"

#define NEVER UINT64_MAX
#define DIRECT(intid) (HV_TIMER_DIRECT_MODE | (uint64_t)(intid) << HV_TIMER_VECTOR_SHIFT)
#define ONE_SHOT DIRECT(20)
#define PERIODIC (DIRECT(20) | HV_TIMER_PERIODIC)
#define CONFIG HV_REGISTER_STIMER0_CONFIG
#define COUNT HV_REGISTER_STIMER0_COUNT

static inline void timer_set(struct world *world, uint32_t name, uint64_t value)
{
    assert_int_equal(guest_set_register(world, name, value), HV_STATUS_SUCCESS);
    assert_int_equal(world->host.polls, 1);
}

static inline bool timer_is_enabled(struct world *world)
{
    return (guest_register(world, CONFIG) & HV_TIMER_ENABLED) != 0;
}

/* How many interrupts a poll at this time makes; when it wants the next one. */
static inline uint32_t timers_fired(struct world *world, uint64_t now, uint64_t *next)
{
    uint64_t wanted;

    world->host.time = now;
    world->host.interrupts = 0;
    wanted = shim_vp_poll(&world->vps[world->vp]);
    if (next != NULL) {
        *next = wanted;
    }
    return world->host.interrupts;
}

static inline uint32_t timers_fire(struct world *world, uint64_t now)
{
    return timers_fired(world, now, NULL);
}

static inline void timers_reset(struct world *world, uint64_t now)
{
    shim_vp_reset(&world->vps[0]);
    world->host.time = now;
}

#endif
