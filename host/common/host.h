/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What the hosts of this tree have in common: the guest as each of them knows it, and what each
 * does for it in the same way, at EL2 (host/virt) or in a process (host/kvm). All of it is
 * freestanding. The last section is what a host has to supply.
 *
 * The *service core* is a processor or thread of the host's own: the delivery context of every VP.
 * It never waits for a VP, nor does a VP wait for it. */

#ifndef HOST_COMMON_HOST_H
#define HOST_COMMON_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <shim/compiler.h>
#include <shim/shim.h>
#include <shim/tracer.h>

#include <hv/processor.h>
#include <vmbus/vmbus.h>

#include "host/common/scale.h"

/* Whether a VP runs. Each change has one author; see psci.c. */
enum vp_state {
    VP_DOWN,     /* off; CPU_ON may claim it */
    VP_CLAIMED,  /* one caller of CPU_ON has it, and writes `start` */
    VP_WANTED,   /* that is valid; the service core is to start it */
    VP_STARTING, /* synthetic state reset; the host was asked to launch it, or is about to be */
    VP_ON,       /* runs; set by itself */
    VP_LEAVING,  /* has gone, or is about to; set by itself. The service core makes it DOWN. */
};

/* What a host keeps of a VP: the library's `host_vp`. The service core has one, too. */
struct vp {
    uint32_t index;       /* VP index; the service core's is the number of VPs */
    uint64_t mpidr;       /* affinity fields */
    struct shim_vp *shim; /* NULL: the service core */

    uint64_t state; /* shared: enum vp_state; see psci.c */
    /* How it starts: of the claimer until WANTED, then the VP's. */
    struct hv_initial_vp_context start;
    uint64_t start_x0;

    uint64_t poll; /* shared: set by any VP, cleared by the service core: shim_vp_poll() has work */
    uint64_t deadline; /* of the next shim_vp_poll(), in reference time; the service core's */

    struct shim_trace_ring *ring; /* only the VP itself writes; the host says where, at first */

    uint32_t text_size; /* of a line that HvCallOutputDebugCharacter has begun */
    char text[SHIM_TRACE_TEXT_MAX];
};

/* Of this program, reached without a table of addresses. */
#define HOST_OWN __attribute__((visibility("hidden")))

/* The guest. `vp_count`, `vps` and `loopback` are the host's to fill in, before guest_make(). */
struct guest {
    uint32_t vp_count;
    struct shim_vp *vps;
    struct shim_partition partition;
    struct vmbus vmbus; /* of the service core */
    bool loopback;
};
extern struct guest guest HOST_OWN;

/* Any VP may ask; what it hears may be over. */
static inline bool vp_is_on(const struct vp *vp)
{
    return shim_atomic_load(&vp->state) == VP_ON;
}

/* ---- guest.c: the partition, and ops that need nothing of the host but what is below ---- */

/* What both hosts say of themselves, with `ops`; may be changed before guest_make(). */
struct shim_partition_config guest_config(const struct shim_host_ops *ops);

/* Makes partition and VPs, VMBus and loopback ports. */
bool guest_make(const struct shim_partition_config *config);

uint64_t op_reference_time(void *host);
uint32_t op_rep_budget(void *host, void *host_vp, uint32_t done);
void op_poll_wanted(void *host, void *host_vp);
void op_guest_crash(void *host, void *host_vp, const struct shim_crash *crash);
hv_status_t op_vp_start(void *host, void *host_vp, const struct hv_initial_vp_context *context);
uint64_t op_vp_mpidr(void *host, void *host_vp);

/* debug.c: characters of HvCallOutputDebugCharacter, by lines. */
void debug_character(void *host, void *host_vp, uint8_t character);
void debug_flush(struct vp *vp);

/* ---- psci.c: processors and the machine, switched on and off by the guest ---- */

/* A call of `vp`. False: no function of PSCI's. */
bool psci_call(struct vp *vp, uint32_t id, uint64_t *x);
/* HvCallStartVirtualProcessor. */
hv_status_t psci_vp_start(struct vp *vp, const struct hv_initial_vp_context *context);
/* The VP, about to enter the guest in state `start`, and about not to come back to it. */
void psci_on(struct vp *vp);
void psci_left(struct vp *vp);
/* Service core: starts VPs that are wanted, and makes those that have gone ready to come again.
 * True while some are on their way out. */
bool psci_serve(void);

/* ---- service.c: a round of the service core's work; when the next one is due, 100 ms at most ----
 */

uint64_t service_round(void);

/* ---- vmbus_host.c: VMBus's ports and its part of a round: returns when it wants another one ----
 */

bool vmbus_host_init(void);
uint64_t vmbus_host_serve(void);
/* The host's time makes a step of so many units. */
void vmbus_host_step(int64_t units);
/* Another guest, maybe, has come: the connection of the last one ends. */
void vmbus_host_new_guest(void *host, void *host_vp, uint64_t guest_os_id);

/* ---- loopback.c: ports from VP to VP, for tests. True when there may be more to do at once. ----
 */

struct shim_connection *loopback_slots(uint32_t *count);
bool loopback_init(void);
bool loopback_serve(void);

uint64_t clock_counter(void); /* see below */

/* ---- rings.c: trace rings and their header. A record goes into the ring of the VP, or service
 * core, that writes it; `vp` is that one. ---- */

/* So many rings of so many slots begin at `slots`, the service core's last; the page `header` is
 * behind them, at the end of the memory that readers look at. */
void rings_init(struct shim_trace_slot *slots, uint32_t records, struct shim_trace_header *header);
void ring_event(struct vp *vp, enum shim_trace_event event, uint64_t first, uint64_t second);
void ring_words(struct vp *vp, enum shim_trace_event event, const uint64_t *words, uint32_t count);
void ring_crash(struct vp *vp, const struct shim_crash *crash);
void ring_text(struct vp *vp, enum shim_trace_kind kind, const char *text, size_t size);
void ring_exit(enum shim_trace_exit reason);
/* What somebody outside asked for since the last time, and a number that goes with it. */
enum shim_request ring_request(int64_t *argument);
/* The pieces of a record, here so that they cost no call: what is not written between the two stays
 * as it was. */
static inline struct shim_trace_slot *record_open(const struct shim_trace_ring *ring,
                                                  enum shim_trace_kind kind, uint32_t vp_index,
                                                  uint64_t control)
{
    struct shim_trace_slot *slot = shim_trace_open(ring);
    slot->time = clock_counter();
    slot->spent = 0;
    slot->about = shim_trace_about(kind, SHIM_DONE, 0);
    slot->vp_index = vp_index;
    slot->output_size = 0;
    slot->before[0] = control;
    return slot;
}

static inline void record_close(struct shim_trace_ring *ring, struct shim_trace_slot *slot,
                                const void *bytes, size_t size)
{
    slot->input_size = (uint16_t)size;
    memcpy(slot->bytes, bytes, size);
    shim_trace_close(ring, slot);
}

/* ---- clock.c: units of time in ticks ---- */

#define UNITS_PER_SECOND UINT64_C(10000000)
#define SECONDS_1601_TO_1970 UINT64_C(11644473600)

struct timebase {
    struct scale units; /* per tick */
    uint64_t origin;    /* units at timebase_init() */
};
extern struct timebase timebase HOST_OWN;

void timebase_init(uint64_t frequency);
static inline uint64_t timebase_reference(uint64_t ticks)
{
    return scale_apply(&timebase.units, ticks) - timebase.origin;
}
/* What makes clock_reference() of the counter: ((counter * scale) >> 64) + offset. Scale 0: the
 * counter is too slow for that form, whose scale would not be below 1. */
uint64_t clock_tsc_scale(void);
int64_t clock_tsc_offset(void);
/* For readers of traces: clock_reference() == ticks * whole + (ticks * fraction >> 64) - origin. */
void clock_describe(uint64_t *whole, uint64_t *fraction, uint64_t *origin);

/* ---- What a host supplies ---- */

struct vp *host_vp(uint32_t index); /* of a VP; by the number of VPs, the service core's */
static inline struct vp *service_vp(void)
{
    return host_vp(guest.vp_count);
}

/* Wakes the service core, or keeps it from falling asleep. */
void service_wake(void);

/* Memory of the guest's, and nothing else; as the ops of the same names. */
bool memory_read(void *host, uint64_t gpa, void *to, size_t size);
bool memory_write(void *host, uint64_t gpa, const void *from, size_t size);
bool memory_set_bit(void *host, uint64_t gpa, uint32_t bit, bool *was_set);
bool memory_holds_code(uint64_t gpa); /* a guest may start there, MMU off */

/* Time in units of 100 ns: since timebase_init(), and UTC, since 1601; clock_counter() in ticks. */
uint64_t clock_reference(void); /* timebase_reference() of it */
uint64_t clock_utc(void);

/* Service core: has a VP that is STARTING enter the guest, by way of psci_on(). False: refused. */
bool host_vp_launch(struct vp *vp);
/* Service core: whether a VP that has called psci_left() is where it can be launched again. */
bool host_vp_is_gone(const struct vp *vp);
/* The VP is to stop, by way of psci_left(): now, or when its call has been handled. */
void host_vp_leave(struct vp *vp);
/* The VP wants to wait for an interrupt; may return at once. */
void host_vp_wait(struct vp *vp);
/* The machine is to stop or to start anew, as `why` says: now, or when the call has been handled.
 */
void host_end(struct vp *vp, enum shim_trace_exit why);

#endif
