/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* hvshim-kvm, a small monitor for KVM on arm64 (Linux 6.4 or later): one guest, one process. Each
 * VP is a thread; the service core of host/common is one more, and its VP, which the guest does not
 * know, is the courier. What hosts have in common is in host/common/host.h.
 *
 * The guest's RAM lies at the same address here as in the guest: a GPA of RAM is a pointer. */

#ifndef HOST_KVM_MONITOR_H
#define HOST_KVM_MONITOR_H

#include <pthread.h>
#include <semaphore.h>

#include "host/common/host.h"

struct kvm_run;

#define MAX_VPS 8u

/* ---- The machine that the guest sees: as QEMU's virt board (host/common/board.h) ---- */

#define PL011_SPI 1u /* INTID 33 */
#define PL011_SIZE 0x1000u

/* KVM's names of registers: X0..X30 are this + 2 * n. */
#define REG_GENERAL 0x6030000000100000u
#define REG_PC 0x6030000000100040u
#define REG_PSTATE 0x6030000000100042u
#define REG_SP_EL1 0x6030000000100044u
#define REG_ELR_EL1 0x6030000000100046u
#define REG_SPSR_EL1 0x6030000000100048u
/* A system register, by the numbers of its MRS. */
#define REG_SYSTEM(op0, op1, crn, crm, op2)                                                        \
    (0x6030000000130000u | (op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))
#define REG_SCTLR_EL1 REG_SYSTEM(3u, 0u, 1u, 0u, 0u)
#define REG_TTBR0_EL1 REG_SYSTEM(3u, 0u, 2u, 0u, 0u)
#define REG_TTBR1_EL1 REG_SYSTEM(3u, 0u, 2u, 0u, 1u)
#define REG_TCR_EL1 REG_SYSTEM(3u, 0u, 2u, 0u, 2u)
#define REG_ESR_EL1 REG_SYSTEM(3u, 0u, 5u, 2u, 0u)
#define REG_MAIR_EL1 REG_SYSTEM(3u, 0u, 10u, 2u, 0u)
#define REG_VBAR_EL1 REG_SYSTEM(3u, 0u, 12u, 0u, 0u)
#define REG_MPIDR_EL1 REG_SYSTEM(3u, 0u, 0u, 0u, 5u)
#define REG_ID_AA64PFR1_EL1 REG_SYSTEM(3u, 0u, 0u, 4u, 1u)
#define REG_ID_AA64MMFR1_EL1 REG_SYSTEM(3u, 0u, 0u, 7u, 1u)

/* ---- State ---- */

/* A VP and the thread that runs it; host/common knows the first member. */
struct thread {
    struct vp vp;
    struct shim_trace_ring ring;
    int fd;
    struct kvm_run *run;
    uint32_t pstate_features; /* EL1_HAS_* */
    pthread_t id;
    sem_t launched;    /* into the guest, once for each */
    bool leaving;      /* its own: not into the guest again */
    uint64_t asserted; /* shared: INTIDs that any thread wants pending; interrupts_send() takes */
};

struct monitor {
    int vm;
    int ram_fd;
    uint64_t ram_base;
    uint64_t ram_end; /* of the guest's; the rings follow */
    struct shim_trace_header *rings;
    struct thread threads[MAX_VPS + 1]; /* of each VP; the next one is the service thread's */
    struct shim_vp shim_vps[MAX_VPS];

    sem_t ended;  /* posted once */
    uint64_t end; /* shared: enum shim_trace_exit, why the machine ends; the first one counts */
    bool crashed;
};
extern struct monitor monitor;

static inline struct thread *thread_of(void *host_vp)
{
    return host_vp;
}

/* Says what is wrong, in one line, and ends the process with `status`: 2 for what the person at the
 * command line can mend, 11 for what should not be. */
__attribute__((noreturn, format(printf, 2, 3))) void fail(int status, const char *format, ...);

/* ---- kvm.c: the kernel's side ---- */

void kvm_make_machine(void); /* VM, memory, interrupt controller, VPs and the courier */
void kvm_add_memory(uint32_t slot, uint32_t flags, uint64_t gpa, const void *at, uint64_t size);
void kvm_reset_vp(struct thread *thread);
bool kvm_run(struct thread *thread); /* until an exit; false: a signal, look again */
uint64_t reg_get(struct thread *thread, uint64_t id);
void reg_set(struct thread *thread, uint64_t id, uint64_t value);
void kvm_inject_abort(struct thread *thread); /* the access that exited meets an external abort */
void kvm_set_spi(uint32_t spi, bool level);

/* ---- vp.c: threads ---- */

void *vp_main(void *thread);

/* ---- exit.c: what an exit asks for. Changes nothing but the VP and what the guest owns. ---- */

void exit_handle(struct thread *thread);

/* ---- memory.c ---- */

/* The immediate of the HVC at `pc`: DONE. AGAIN: it is not there any more; UNDEFINED: it lies, or
 * the tables that map it, where nothing of the guest's can be read, or in a form that nobody reads.
 */
enum shim_verdict instruction_immediate(struct thread *thread, uint64_t pc, uint16_t *immediate);

/* ---- ops.c, clock.c ---- */

void clock_init(void);
void partition_make(bool direct_calls);

/* ---- service.c ---- */

uint64_t interrupts_send(void); /* what was asserted; when to try again what can't be sent yet */
void *service_main(void *unused);

/* ---- courier.c: the VP whose few instructions reach what KVM gives no other way to: pending bits
 * of SGIs and PPIs, and the guest's TLB. ---- */

/* In no place that a guest is told of: its memory, its redistributor. */
#define COURIER_GPA UINT64_C(0x3fffff0000)
#define COURIER_GICR UINT64_C(0x3ffffc0000)

void courier_init(void);
uint64_t courier_pend(const struct thread *target, uint64_t intids); /* those that must wait */
void courier_flush_tlb(void);

/* ---- pl011.c ---- */

bool pl011_access(uint64_t gpa, bool write, uint32_t *value); /* false: nothing is there */

/* ---- boot.c, acpi.c ---- */

struct boot_files {
    const char *kernel;
    const char *initrd; /* NULL: none */
    const char *append;
    bool acpi; /* tables for a guest that wants them; else a device tree */
};
void boot_load(const struct boot_files *files, uint64_t *entry, uint64_t *x0);

/* ACPI tables, with "MsHyperV" in the FADT and a VMBus device: where the RSDP is. */
struct space;
uint64_t acpi_build(struct space *space);

#endif
