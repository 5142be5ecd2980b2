/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The standalone hypervisor as a whole: one guest on one machine. */

#ifndef HOST_VIRT_VIRT_H
#define HOST_VIRT_VIRT_H

#include <el2/sysregs.h>
#include <el2/tables.h>

#include "host/common/host.h"
#include "host/virt/cpu.h"
#include "host/virt/own_memory.h"
#include "host/virt/machine.h"

struct virt {
    struct machine machine;
    struct own_memory own;
    struct cpu *cpus; /* machine.cpus of them; the VPs', then the service core's */
    struct el2_sysreg_values sysregs;
    struct address_map stage2;
};

/* Written by the boot processor before any other runs. */
extern struct virt virt HOST_OWN;

static inline struct cpu *service_cpu(void)
{
    return &virt.cpus[guest.vp_count];
}

/* What the library asks of us, memory.c to ops.c. Of a traced guest, interrupts and the library's
 * events are noted. */
const struct shim_host_ops *host_ops(bool traced);

/* memory.c: guest RAM, and nothing else. */
void *memory_pin(void *host, uint64_t gpa);
/* Changes 8 aligned bytes from `from` to `to`; false when they were different, or not RAM, or when
 * somebody else wrote near them in between. */
bool memory_exchange(uint64_t gpa, uint64_t from, uint64_t to);
/* Writes dirty lines of [start, end) back, for those who look past the caches. */
void memory_clean(uint64_t start, uint64_t end);

/* clock.c */
void clock_init(void);
uint64_t clock_units(uint64_t ticks);
uint64_t clock_ticks_per_ms(void);
/* Ticks after which at least `units` more have passed. */
uint64_t clock_ticks(uint32_t units);

/* trace.c */
/* What happened to one VP on another processor. */
void ring_event_of(const struct vp *about, enum shim_trace_event event, uint64_t first,
                   uint64_t second);

/* psci.c: asks firmware to start a processor at start_cpu, with its struct cpu. PSCI_SUCCESS or its
 * error. */
int64_t psci_start(struct cpu *cpu);
/* A VP that firmware started: into the guest. */
__attribute__((noreturn)) void psci_enter(struct cpu *cpu);

/* smccc.c: asks firmware what it can do, for the architecture calls of the guest. */
void smccc_init(void);

/* gic.c: the parts of the interrupt controller that are ours. */
bool gic_init(void); /* finds the redistributor of each processor */
void gic_pend(struct vp *vp, uint32_t intid);
void gic_ring(void); /* wakes the service core */
void gic_service_init(const struct cpu *cpu);
void gic_service_acknowledge(const struct cpu *cpu);
#define GIC_TIMER_INTID 26u    /* CNTHP, EL2's physical timer */
#define GIC_DOORBELL_INTID 31u /* no device drives it */

/* map.c: what the guest reaches, and what EL2 itself. */
bool map_guest(struct table_pool *pool);
bool map_guest_has(uint64_t gpa); /* by stage 2, without what mmio.c stands in for */
bool map_self(struct table_pool *pool);

/* smmu.c: makes the SMMU ours, and devices behind it reach the guest's RAM only. On failure returns
 * false and points `why` at a sentence. */
bool smmu_own(struct table_pool *pool, const char **why);

/* pci.c: whether all that is on a PCI behind the SMMU goes through it. If not, `number` is the
 * first function of which we do not know it. Before the guest, which changes what is asked here. */
bool pci_is_confined(uint64_t ecam, uint32_t *number);

/* translate.c: HvCallTranslateVirtualAddress. */
void translate_gva(void *host, void *host_vp, uint64_t gva, uint64_t flags,
                   struct hv_translate_gva_result *result);

/* service.c: the service core's life. */
void service_main(struct cpu *cpu) __attribute__((noreturn));

#endif
