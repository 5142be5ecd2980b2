/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* hvshim-kvm, a small monitor for KVM on arm64 (Linux 6.4 or later): one guest, one process. Each
 * VP is a thread; one more, the service thread, is the delivery context of all of them and runs the
 * host's side of VMBus; and KVM has one VP more than the guest, the courier.
 *
 * The guest's RAM lies at the same address here as in the guest: a GPA of RAM is a pointer. */

#ifndef HOST_KVM_MONITOR_H
#define HOST_KVM_MONITOR_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <shim/compiler.h>
#include <shim/shim.h>
#include <shim/tracer.h>

#include <arm/gic.h>
#include <hv/processor.h>
#include <vmbus/vmbus.h>

#include "host/virt/inbox.h"

struct kvm_run;

#define MAX_VPS 8u

/* ---- The machine that the guest sees: the addresses of QEMU's virt board (host/virt/board.h) ----
 */

#define GICR_REGION (GICR_STRIDE * (monitor.vp_count + 1)) /* guests look at the courier's, too */
#define PL011_SPI 1u                                       /* INTID 33 */
#define PL011_SIZE 0x1000u
#define VP_FEATURES 4 /* KVM_ARM_VCPU_PSCI_0_2, without which there is no SMCCC either */
#define REG_GENERAL 0x6030000000100000u /* KVM's names of X0..X30: this + 2 * n */
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

enum vp_state {
    VP_OFF,
    VP_WANTED, /* `start` is written; its thread will enter the guest */
    VP_ON,
};

struct vp {
    uint32_t index;
    int fd;
    struct kvm_run *run;
    uint64_t mpidr;
    uint32_t pstate_features; /* EL1_HAS_* */
    pthread_t thread;
    struct shim_trace_ring ring;
    char text[SHIM_TRACE_TEXT_MAX]; /* of HvCallOutputDebugCharacter, until the line ends */
    size_t text_size;

    /* Under monitor.lock. */
    enum vp_state state;
    struct hv_initial_vp_context start;
    uint64_t start_x0;

    uint64_t poll;     /* shared: the VP asks for a poll, the service thread takes it */
    uint64_t asserted; /* shared: INTIDs that any thread wants pending; the service thread takes */
    uint64_t deadline; /* the service thread's */
};

struct monitor {
    int kvm;
    int vm;
    int ram_fd;
    uint64_t ram_base;
    uint64_t ram_end;   /* of the guest's; the rings follow */
    uint64_t rings_end; /* of the RAM file */
    uint32_t vp_count;
    bool direct, loopback;
    struct vp vps[MAX_VPS + 1]; /* and the service thread's ring */
    struct vp courier;

    pthread_mutex_t lock; /* `state` and `start` of VPs, `end` */
    pthread_cond_t changed;
    enum shim_trace_exit end; /* why the machine ends */
    bool crashed;

    pthread_mutex_t delivery; /* held by whoever is the delivery context, or resets a VP */
    struct shim_partition partition;
    struct shim_vp shim_vps[MAX_VPS];
    struct vmbus vmbus;
    struct inbox inbox;
};
extern struct monitor monitor;

/* Says what is wrong, in one line, and ends the process with `status`: 2 for what the person at the
 * command line can mend, 11 for what should not be. */
__attribute__((noreturn, format(printf, 2, 3))) void fail(int status, const char *format, ...);

/* ---- kvm.c: the kernel's side ---- */

void kvm_make_machine(void); /* VM, memory, interrupt controller, VPs and the courier */
void kvm_reset_vp(struct vp *vp);
bool kvm_run(struct vp *vp); /* until an exit; false: a signal, look again */
uint64_t reg_get(struct vp *vp, uint64_t id);
void reg_set(struct vp *vp, uint64_t id, uint64_t value);
void kvm_inject_abort(struct vp *vp); /* the access that exited meets an external abort */
void kvm_set_spi(uint32_t spi, bool level);

/* ---- vp.c: threads ---- */

void *vp_main(void *vp);
void machine_end(enum shim_trace_exit why);
void vp_leave(struct vp *vp); /* CPU_OFF: the VP is off once its exit has been handled */
bool vp_is_on(struct vp *vp);

/* ---- exit.c: what an exit asks for. Changes nothing but the VP and what the guest owns. ---- */

void exit_handle(struct vp *vp);

/* ---- psci.c ---- */

bool psci_call(struct vp *vp, uint64_t x[SHIM_REGISTERS]); /* false: no function of ours */
hv_status_t psci_vp_start(struct vp *vp, const struct hv_initial_vp_context *context);

/* ---- memory.c ---- */

bool memory_read(void *host, uint64_t gpa, void *to, size_t size);
bool memory_write(void *host, uint64_t gpa, const void *from, size_t size);
bool memory_set_bit(void *host, uint64_t gpa, uint32_t bit, bool *was_set);

/* The immediate of the HVC at `pc`; false when it is not in memory any more. */
bool instruction_immediate(struct vp *vp, uint64_t pc, uint16_t *immediate);

/* ---- ops.c, clock.c ---- */

void partition_make(void);
void debug_flush(struct vp *vp); /* what HvCallOutputDebugCharacter left without an end */
void clock_init(void);
uint64_t clock_counter(void);
uint64_t clock_reference(void);
void clock_describe(uint64_t *whole, uint64_t *fraction, uint64_t *origin);
uint64_t clock_tsc_scale(void);
int64_t clock_tsc_offset(void);

/* ---- service.c, vmbus_ports.c; and tests/kvm/loopback.c ---- */

extern uint64_t power_off_wanted; /* by SIGTERM; taken within 100 ms */
void service_init(void);
void service_wake(void);
uint64_t interrupts_send(void); /* what was asserted; when to try again what can't be sent yet */
void *service_main(void *unused);
bool vmbus_ports_init(void);
uint64_t vmbus_serve(void); /* when it wants to be called again */
bool loopback_init(void);
struct shim_connection *loopback_slots(uint32_t *count);
bool loopback_serve(void); /* there is more to do */

/* ---- courier.c: a VP that the guest does not know, whose few instructions reach what KVM gives no
 * other way to: pending bits of SGIs and PPIs, and the guest's TLB. ---- */

void courier_init(void);
uint64_t courier_pend(const struct vp *vp, uint64_t intids); /* those that must wait */
void courier_flush_tlb(void);

/* ---- ring.c: the trace, as include/shim/trace.h lays it out ---- */

void rings_init(void);
void ring_words(struct vp *vp, enum shim_trace_event event, const uint64_t *words, uint32_t count);
void ring_event(struct vp *vp, enum shim_trace_event event, uint64_t first, uint64_t second);
void ring_text(struct vp *vp, enum shim_trace_kind kind, const char *text, size_t size);
void ring_crash(struct vp *vp, const struct shim_crash *crash);
enum shim_verdict ring_hvc(struct shim_vp *vp, uint16_t imm16, uint64_t x[SHIM_REGISTERS]);
enum shim_request ring_request(int64_t *argument);
void ring_exit(enum shim_trace_exit why);
struct vp *service_ring(void);

/* ---- pl011.c ---- */

bool pl011_access(uint64_t gpa, bool write, uint32_t *value); /* false: nothing is there */

/* ---- boot.c, tree.c, acpi.c ---- */

struct boot_files {
    const char *kernel;
    const char *initrd; /* NULL: none */
    const char *append;
    bool acpi; /* tables for a guest that wants them; else a device tree */
};
void boot_load(const struct boot_files *files, uint64_t *entry, uint64_t *x0);

#endif
