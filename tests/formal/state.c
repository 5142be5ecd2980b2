/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* An arbitrary partition, within the invariants that every call finds and leaves, which are written
 * here once: as what is made, and as what is proved afterwards. */

#include "formal.h"

#include <stdlib.h>

#include "dispatch/call.h"

#include <hv/hypercall.h>

struct shim_partition formal_partition;
struct shim_vp *formal_vps;

#define PORTS 2u
#define SLOTS 4u
static struct shim_port ports[PORTS];
static struct shim_connection connections[SLOTS];

uint64_t(formal_load)(const uint64_t *word)
{
    uint64_t value = *(const volatile uint64_t *)word;

    if (word == &formal_partition.rights) {
        return value & (formal_partition.privileges | SHIM_NEEDS_GUEST_OS_ID);
    }
    return value;
}

void(formal_store)(uint64_t *word, uint64_t value)
{
    if (word == &formal_partition.rights) {
        uint64_t allowed = formal_partition.privileges | SHIM_NEEDS_GUEST_OS_ID;
        //@ assert rights_within_privileges: (value & ~allowed) == 0;
    }
    *(volatile uint64_t *)word = value;
}

/* What a VP's own calls use of a timer. The rest is the delivery context's, and is left without a
 * value: that no call reads it is proved by there being no alarm, that none writes it by
 * check_timer(). */
static void any_timer(struct shim_timer *timer)
{
    timer->generation = ANY_WORD();
    timer->config = ANY_WORD();
    timer->count = ANY_WORD();
    timer->started = ANY_WORD();
}

static void check_timer(const struct shim_timer *timer)
{
    //@ assert rest_is_left_alone: !\initialized(&timer->seen) && !\initialized(&timer->setting) && !\initialized(&timer->period) && !\initialized(&timer->due) && !\initialized(&timer->fire) && !\initialized(&timer->expired) && !\initialized(&timer->waiting);
}

/* A VP as shim_hvc() finds it. The queue and the message under construction, which are the delivery
 * context's as well, are left without a value. */
static void any_vp(struct shim_vp *vp)
{
    vp->partition = &formal_partition;
    vp->host_vp = vp;
    vp->index = (hv_vp_index_t)(vp - formal_vps);
    vp->scontrol = ANY_WORD();
    vp->simp = ANY_WORD();
    vp->siefp = ANY_WORD();
    vp->sirbp = ANY_WORD();
    Frama_C_make_unknown((char *)vp->sint, sizeof(vp->sint));
    vp->slots_in_use = ANY_WORD();
    vp->assist_page = ANY_WORD();
    //@ loop unroll 4;
    for (uint32_t n = 0; n < HV_SYNTHETIC_TIMERS; n++) {
        any_timer(&vp->timers[n]);
    }
    vp->spill_page = 0;
    vp->spill_pinned = NULL;
    vp->fetched = (uint32_t)formal_between(0, 4096);
    Frama_C_make_unknown((char *)vp->input, sizeof(vp->input));
    Frama_C_make_unknown((char *)vp->output, sizeof(vp->output));
}

static void any_vps(void)
{
    //@ loop unroll 4;
    for (uint32_t n = 0; n < FORMAL_VPS; n++) {
        any_vp(&formal_vps[n]);
    }
}

static void check_vp(const struct shim_vp *vp)
{
    //@ assert vp_is_of_the_partition: vp->partition == &formal_partition;
    //@ loop unroll 4;
    for (uint32_t n = 0; n < HV_SYNTHETIC_TIMERS; n++) {
        check_timer(&vp->timers[n]);
    }
}

void formal_check(void)
{
    const struct shim_partition *partition = &formal_partition;

    //@ assert partition_keeps_its_vps: partition->vps == formal_vps && 1 <= partition->vp_count <= 3;
    //@ assert spill_page_is_whole: (&formal_vps[0])->spill_page % 4096 <= 1;
    //@ assert partition_keeps_its_host: partition->ops == &formal_ops;
    //@ assert partition_keeps_its_connections: partition->connections == (struct shim_connection *)connections;
    //@ loop unroll 4;
    for (uint32_t n = 0; n < FORMAL_VPS; n++) {
        check_vp(&formal_vps[n]);
    }
}

static void any_connections(void)
{
    Frama_C_make_unknown((char *)ports, sizeof(ports));
    Frama_C_make_unknown((char *)connections, sizeof(connections));
    //@ loop unroll 4;
    for (uint32_t n = 0; n < PORTS; n++) {
        ports[n].ops = &formal_port_ops;
        ports[n].owner = NULL;
        ports[n].flag_count = 2048; /* the most */
    }
    //@ loop unroll 4;
    for (uint32_t n = 0; n < SLOTS; n++) {
        connections[n].port = ANY_BIT() ? &ports[0] : &ports[1];
    }
}

void formal_any_partition(void)
{
    if (formal_vps == NULL) {
        formal_vps = malloc(FORMAL_VPS * sizeof(*formal_vps)); /* without values */
    }
    struct shim_partition_config config = {
        .ops = &formal_ops,
        .vps = formal_vps,
        .vp_count = (uint32_t)formal_between(1, FORMAL_VPS),
        .partition_id = formal_between(1, HV_PARTITION_ID_SELF - 1),
        .privileges = SHIM_PRIVILEGES_ALL,
        .hypervisor_version = { ANY_WORD(), ANY_WORD() },
        .connections = connections,
        .connection_slots = SLOTS,
        .reference_tsc_scale = formal_between(1, UINT64_MAX),
        .reference_tsc_offset = (int64_t)ANY_WORD(),
        .direct_calls = true,
    };
    bool made = shim_partition_init(&formal_partition, &config);

    //@ assert a_sound_configuration_makes_a_partition: made == 1;
    any_connections();
    formal_partition.guest_os_id = ANY_WORD();
    formal_partition.rights = ANY_WORD() & (formal_partition.privileges | SHIM_NEEDS_GUEST_OS_ID);
    formal_partition.reference_tsc = ANY_WORD();
    Frama_C_make_unknown((char *)formal_partition.crash_parameter,
                         sizeof(formal_partition.crash_parameter));
    any_vps();
}

void formal_any_spill_page(void)
{
    FORMAL_CALLER->spill_page = 0;
    FORMAL_CALLER->spill_pinned = NULL;
    if (ANY_BIT()) {
        FORMAL_CALLER->spill_page = (ANY_WORD() & ~UINT64_C(0xfff)) | HV_SPILL_ATTACH_ENABLE;
        FORMAL_CALLER->spill_pinned = ANY_BIT() ? formal_guest_page : NULL;
    }
}
