/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The standalone hypervisor as a whole: one guest on one machine. */

#ifndef HOST_VIRT_VIRT_H
#define HOST_VIRT_VIRT_H

#include <el2/sysregs.h>
#include <el2/tables.h>
#include <shim/shim.h>
#include <vmbus/vmbus.h>

#include "host/virt/cpu.h"
#include "host/virt/own_memory.h"
#include "host/virt/machine.h"

struct virt {
    struct machine machine;
    struct own_memory own;
    uint32_t vp_count;
    struct cpu *cpus; /* machine.cpus of them; the VPs', then the service core's */
    struct shim_vp *vps;
    struct shim_partition partition;
    struct el2_sysreg_values sysregs;
    struct address_map stage2;
    struct vmbus vmbus; /* of the service core */
    bool loopback;
};

/* Written by the boot processor before any other runs. */
extern struct virt virt;

/* The processor of a VP that is the library's `host_vp`. */
static inline struct cpu *cpu_of(void *host_vp)
{
    return host_vp;
}

static inline struct cpu *service_cpu(void)
{
    return &virt.cpus[virt.vp_count];
}

/* What the library asks of us, memory.c to ops.c. Of a traced guest, interrupts and the library's
 * events are noted. */
const struct shim_host_ops *host_ops(bool traced);

/* memory.c: guest RAM, and nothing else. */
bool memory_read(void *host, uint64_t gpa, void *to, size_t size);
bool memory_write(void *host, uint64_t gpa, const void *from, size_t size);
void *memory_pin(void *host, uint64_t gpa);
bool memory_set_bit(void *host, uint64_t gpa, uint32_t bit, bool *was_set);
/* Changes 8 aligned bytes from `from` to `to`; false when they were different, or not RAM, or when
 * somebody else wrote near them in between. */
bool memory_exchange(uint64_t gpa, uint64_t from, uint64_t to);
/* Writes dirty lines of [start, end) back, for those who look past the caches. */
void memory_clean(uint64_t start, uint64_t end);

/* clock.c: time in units of 100 ns since clock_init(); counter in ticks. */
void clock_init(void);
uint64_t clock_counter(void);
uint64_t clock_reference(void);
uint64_t clock_units(uint64_t ticks);
uint64_t clock_ticks_per_ms(void);
/* Ticks after which at least `units` more have passed. */
uint64_t clock_ticks(uint32_t units);
/* What makes clock_reference() of the counter: ((counter * scale) >> 64) + offset. Scale 0: the
 * counter is too slow for that form, whose scale would not be below 1. */
uint64_t clock_tsc_scale(void);
int64_t clock_tsc_offset(void);
/* For readers of traces: clock_reference() == ticks * whole + (ticks * fraction >> 64) - origin. */
void clock_describe(uint64_t *whole, uint64_t *fraction, uint64_t *origin);

/* trace.c: rings and their header. A record goes into the ring of the processor that writes it;
 * `cpu` is that one. */
void rings_init(const struct own_memory *own);
void ring_event(struct cpu *cpu, enum shim_trace_event event, uint64_t first, uint64_t second);
/* The same about another processor. */
void ring_event_of(const struct cpu *about, enum shim_trace_event event, uint64_t first,
                   uint64_t second);
void ring_words(struct cpu *cpu, enum shim_trace_event event, const uint64_t *words,
                uint32_t count);
void ring_crash(struct cpu *cpu, const struct shim_crash *crash);
void ring_text(struct cpu *cpu, enum shim_trace_kind kind, const char *text, size_t size);
void ring_exit(enum shim_trace_exit reason);
/* What somebody outside asked for since the last time, and a number that goes with it. */
enum shim_request ring_request(int64_t *argument);

/* psci.c: processors and the machine, switched on and off by the guest. False: no function of
 * PSCI's. */
bool psci_call(struct cpu *cpu, uint32_t id, uint64_t *x);
/* Asks firmware to start a processor at start_cpu, with its struct cpu. PSCI_SUCCESS or its error.
 */
int64_t psci_start(struct cpu *cpu);
/* HvCallStartVirtualProcessor. */
hv_status_t psci_vp_start(struct cpu *cpu, const struct hv_initial_vp_context *context);
/* A VP that firmware started: into the guest. */
__attribute__((noreturn)) void psci_enter(struct cpu *cpu);
/* Service core: starts VPs that are wanted, and makes those that have gone ready to come again.
 * True while some are on their way out. */
bool psci_serve(void);
/* Stops or resets the machine. */
__attribute__((noreturn)) void psci_machine(struct cpu *cpu, uint32_t id);

/* smccc.c: asks firmware what it can do, for the architecture calls of the guest. */
void smccc_init(void);

/* gic.c: the parts of the interrupt controller that are ours. */
bool gic_init(void); /* finds the redistributor of each processor */
void gic_pend(const struct cpu *cpu, uint32_t intid);
void gic_ring(void); /* wakes the service core */
void gic_service_init(const struct cpu *cpu);
void gic_service_acknowledge(const struct cpu *cpu);
#define GIC_TIMER_INTID 26u    /* CNTHP, EL2's physical timer */
#define GIC_DOORBELL_INTID 31u /* no device drives it */

/* map.c: what the guest reaches, and what EL2 itself. */
bool map_guest(struct table_pool *pool);
bool map_guest_has(uint64_t gpa); /* by stage 2, without what mmio.c stands in for */
bool map_self(struct table_pool *pool);

/* translate.c: HvCallTranslateVirtualAddress. */
void translate_gva(void *host, void *host_vp, uint64_t gva, uint64_t flags,
                   struct hv_translate_gva_result *result);

/* debug.c: characters of HvCallOutputDebugCharacter, by lines. */
void debug_character(void *host, void *host_vp, uint8_t character);
void debug_flush(struct cpu *cpu);

/* vmbus_host.c: VMBus's ports and its part of a round: returns when it wants another one. */
bool vmbus_host_init(void);
uint64_t vmbus_host_serve(void);
/* The host's time makes a step of so many units. */
void vmbus_host_step(int64_t units);
/* Another guest, maybe, has come: the connection of the last one ends. */
void vmbus_host_new_guest(void *host, void *host_vp, uint64_t guest_os_id);

/* loopback.c: ports from VP to VP, for tests. True when there may be more to do at once. */
struct shim_connection *loopback_slots(uint32_t *count);
bool loopback_init(void);
bool loopback_serve(void);

/* service.c: the service core, and what others leave for it. */
void service_main(struct cpu *cpu) __attribute__((noreturn));
void service_wake(void);

#endif
