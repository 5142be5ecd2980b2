/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Long random walks through the services of one VP, by the same seed each time: messages, events
 * and timers through pages that come, go, move and lie on one another. Timers are compared with a
 * model, messages with their order; nothing but the pages that the guest named may change. */

#include "timers.h"

#define STEPS 8000u

static uint64_t seed;

static uint64_t below(uint64_t limit)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (seed >> 20) % limit;
}

static void write(struct world *world, uint32_t name, uint64_t value)
{
    uint64_t x[SHIM_REGISTERS] = {
        UINT64_C(0x0000000100010051), HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF, name, 0, value
    };

    assert_int_equal(shim_hvc(&world->vps[0], HV_HVC_HYPERCALL, x), SHIM_DONE);
    assert_int_equal(x[0], hv_result(HV_STATUS_SUCCESS, 1));
}

/* ---- Timers in direct mode against a model ----------------------------------------------------
 */

/* What a timer is, in the words of the TLFS, for polls that are never late. */
struct model {
    bool enabled, periodic, auto_enable;
    uint64_t count, due;
};

static void model_start(struct model *model, uint64_t now)
{
    model->due = NEVER;
    if (model->enabled && model->count != 0) {
        model->due = model->periodic ? now + model->count : model->count;
    }
}

static void write_some_timer(struct world *world, struct model *models)
{
    uint32_t timer = (uint32_t)below(HV_SYNTHETIC_TIMERS);
    struct model *model = &models[timer];
    uint64_t now = world->host.time;

    if (below(2) == 0) {
        uint64_t flags = below(16) & ~HV_TIMER_LAZY;

        model->enabled = (flags & HV_TIMER_ENABLED) != 0;
        model->periodic = (flags & HV_TIMER_PERIODIC) != 0;
        model->auto_enable = (flags & HV_TIMER_AUTO_ENABLE) != 0;
        write(world, CONFIG + 2 * timer, DIRECT(20 + timer) | flags);
    } else {
        model->count = below(4) == 0 ? 0 : 500 + below(2000);
        if (model->count != 0 && below(2) == 0) {
            model->count += now; /* what makes sense as a deadline */
        }
        if (model->count == 0) {
            model->enabled = false;
        } else if (model->auto_enable) {
            model->enabled = true;
        }
        write(world, COUNT + 2 * timer, model->count);
    }
    model_start(model, now);
}

/* Polls at the time that the last poll asked for. */
static uint64_t poll_and_compare(struct world *world, struct model *models)
{
    uint64_t now = world->host.time;
    uint64_t next;

    (void)timers_fired(world, now, &next);
    uint32_t seen = 0;
    for (uint32_t timer = 0; timer < HV_SYNTHETIC_TIMERS; timer++) {
        struct model *model = &models[timer];

        if (model->due <= now) {
            assert_int_equal(world->host.interrupt[seen++].intid, 20 + timer);
            model->due = model->periodic ? model->due + model->count : NEVER;
            model->enabled = model->periodic;
        }
        assert_true(next <= model->due);
    }
    assert_int_equal(world->host.interrupts, seen);
    return next;
}

static void timers_do_what_the_model_does(void **state)
{
    struct world *world = *state;
    struct model models[HV_SYNTHETIC_TIMERS] = {
        { .due = NEVER }, { .due = NEVER }, { .due = NEVER }, { .due = NEVER }
    };
    uint64_t next = NEVER;

    seed = 3;
    for (uint32_t step = 0; step < STEPS; step++) {
        uint64_t pause = below(400);

        if (next - world->host.time <= pause) {
            world->host.time = next > world->host.time ? next : world->host.time;
        } else {
            world->host.time += pause;
            write_some_timer(world, models);
        }
        next = poll_and_compare(world, models);
        for (uint32_t timer = 0; timer < HV_SYNTHETIC_TIMERS; timer++) {
            assert_int_equal(guest_register(world, CONFIG + 2 * timer) & HV_TIMER_ENABLED,
                             models[timer].enabled);
        }
    }
}

/* ---- Pages ------------------------------------------------------------------------------------
 */

static uint64_t any_page(void)
{
    static const enum guest_page pages[] = { PAGE_MESSAGES, PAGE_EVENTS, PAGE_LAST,
                                             PAGE_HOLE,     PAGE_ROM,    PAGE_DEVICE };

    return GPA(pages[below(6)]) | (below(8) != 0);
}

static void any_step(struct world *world)
{
    static const uint32_t pages[] = { HV_REGISTER_SIPP, HV_REGISTER_SIFP,
                                      HV_REGISTER_REFERENCE_TSC };
    static const struct hv_message message = { .type = 1, .payload_size = 8 };
    uint8_t *byte = &world->host.memory[PAGE_MESSAGES + below(2)][below(HV_PAGE_SIZE)];

    switch (below(9)) {
    case 0:
        write(world, pages[below(3)], any_page());
        break;
    case 1:
        write(world, HV_REGISTER_SCONTROL, below(4) != 0);
        break;
    case 2:
        write(world, HV_REGISTER_SINT0 + (uint32_t)below(16), below(2) << 16 | (16 + below(16)));
        break;
    case 3:
        (void)shim_message_send(&world->vps[0], (uint32_t)below(16), &message);
        break;
    case 4:
        (void)shim_event_set(&world->vps[0], (uint32_t)below(17), (uint32_t)below(2049), NULL);
        break;
    case 5:
        write(world, CONFIG + 2 * (uint32_t)below(4), below(16) << HV_TIMER_SINT_SHIFT | below(16));
        break;
    case 6:
        write(world, COUNT + 2 * (uint32_t)below(4), below(1000));
        break;
    case 7: /* the guest writes what it likes, or empties a slot */
        *byte = (uint8_t)below(256);
        memset(&world->host.memory[PAGE_MESSAGES][below(16) * HV_MESSAGE_SIZE], 0, 4);
        break;
    default:
        world->host.time += below(300);
        (void)shim_vp_poll(&world->vps[0]);
    }
}

/* S1, S2: pages outside RAM, on one another, moved and switched off while things wait for them. */
static void pages_that_overlap_or_are_none_harm_the_guest_only(void **state)
{
    static struct snapshot before;
    struct world *world = *state;

    seed = 4;
    snapshot_take(&before, world);
    for (uint32_t step = 0; step < STEPS; step++) {
        world->host.fail_access = below(16) == 0 ? 1 + (uint32_t)below(3) : 0;
        any_step(world);
        assert_in_range(world->vps[0].queue.count, 0, SHIM_MESSAGE_QUEUE);
        assert_int_equal(world->vps[0].slots_in_use, 0);
    }
    memcpy(before.memory[PAGE_MESSAGES], world->host.memory[PAGE_MESSAGES], HV_PAGE_SIZE);
    memcpy(before.memory[PAGE_EVENTS], world->host.memory[PAGE_EVENTS], HV_PAGE_SIZE);
    memcpy(before.memory[PAGE_LAST], world->host.memory[PAGE_LAST], HV_PAGE_SIZE);
    snapshot_expect_same_memory(&before, world);
    for (uint32_t vp = 1; vp < FAKE_VPS; vp++) {
        assert_memory_equal(&before.vps[vp], &world->vps[vp], offsetof(struct shim_vp, fetched));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(timers_do_what_the_model_does),
        UNIT_TEST(pages_that_overlap_or_are_none_harm_the_guest_only),
    };

    return cmocka_run_group_tests_name("services walk", tests, NULL, NULL);
}
