/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The standalone hypervisor as a whole: one guest on one machine. */

#ifndef HOST_VIRT_VIRT_H
#define HOST_VIRT_VIRT_H

#include <el2/sysregs.h>
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
    struct vmbus vmbus; /* of the service core */
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

/* What the library asks of us, memory.c to ops.c. */
extern const struct shim_host_ops host_ops;
extern const struct vmbus_host_ops vmbus_ops;

/* memory.c: guest RAM, and nothing else. */
bool memory_read(void *host, uint64_t gpa, void *to, size_t size);
bool memory_write(void *host, uint64_t gpa, const void *from, size_t size);
/* Writes dirty lines of [start, end) back, for those who look past the caches. */
void memory_clean(uint64_t start, uint64_t end);

/* clock.c: time in units of 100 ns since clock_init(); counter in ticks. */
void clock_init(void);
uint64_t clock_counter(void);
uint64_t clock_reference(void);
uint64_t clock_units(uint64_t ticks);
uint64_t clock_ticks_per_ms(void);

/* trace.c: rings and their header. */
void rings_init(const struct own_memory *own);
void ring_write(struct cpu *cpu, const struct shim_trace_record *record);
void ring_event(struct cpu *cpu, enum shim_trace_event event, uint64_t first, uint64_t second);
void ring_exit(enum shim_trace_exit reason);

/* psci.c: processors and the machine, switched on and off by the guest. False: no function of
 * PSCI's. */
bool psci_call(struct cpu *cpu, uint32_t id, uint64_t *x);
/* Asks firmware to start a processor at start_cpu, with its struct cpu. PSCI_SUCCESS or its error.
 */
int64_t psci_start(struct cpu *cpu);
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
void gic_service_init(const struct cpu *cpu);
void gic_service_acknowledge(const struct cpu *cpu);
#define GIC_TIMER_INTID 26u    /* CNTHP, EL2's physical timer */
#define GIC_DOORBELL_INTID 31u /* no device drives it */

/* map.c: what the guest reaches, and what EL2 itself. */
bool map_guest(struct table_pool *pool);
bool map_self(struct table_pool *pool);

/* service.c: the service core, and what others leave for it. */
void service_main(struct cpu *cpu) __attribute__((noreturn));
hv_status_t service_post(const struct hv_post_message *message);
void service_wake(void);

#endif
