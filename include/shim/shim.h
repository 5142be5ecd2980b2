/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* hvshim: the hypervisor's side of the Hyper-V hypercall interface on ARM64.
 *
 * An integrator provides the storage (struct shim_partition and an array of struct shim_vp), the
 * host ops (shim/host.h), and calls shim_hvc() for each HVC of a guest at EL1 in AArch64. Nothing
 * here allocates, blocks, logs, or touches the program counter or a system register.
 *
 * Concurrency: functions that take a VP may run for different VPs at the same time. For one VP,
 * shim_hvc() and shim_smc() never run at the same time as each other. shim_message_send() and
 * shim_vp_poll() form the VP's delivery context: one of them at a time for a VP, but that may be
 * beside its shim_hvc(). */

#ifndef SHIM_SHIM_H
#define SHIM_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <shim/compiler.h>
#include <shim/host.h>
#include <shim/port.h>
#include <shim/trace.h>

#include <hv/message.h>
#include <hv/registers.h>
#include <hv/timer.h>
#include <hv/types.h>

/* What the integrator does after a trap. `x` then holds what the guest gets. */
enum shim_verdict {
    SHIM_DONE = 0,      /* answered; resume at ELR_EL2 (for SMC: the next instruction) */
    SHIM_AGAIN = 1,     /* a rep call paused; resume at ELR_EL2 - 4, the HVC itself */
    SHIM_UNDEFINED = 2, /* the guest gets an Undefined-instruction exception at the HVC */
    SHIM_NOT_OURS = 4,  /* registers untouched; the integrator decides (SMCCC wants X0 = -1) */
};

/* Registers X0..X17 as the guest left them, in this order. */
#define SHIM_REGISTERS 18

struct shim_vp;

/* Messages that may wait per VP; a sender is refused beyond (TLFS: 16 buffers per port). */
#define SHIM_MESSAGE_QUEUE 16

/* Set-up of a partition. */
struct shim_partition_config {
    const struct shim_host_ops *ops; /* must stay valid */
    void *host;                      /* first argument of every op */
    struct shim_vp *vps; /* array of `vp_count`, storage of the integrator, index = VP index */
    uint32_t vp_count;   /* 1..4096 */
    hv_partition_id_t partition_id; /* HvCallGetPartitionId; neither 0 nor HV_PARTITION_ID_SELF */
    uint64_t privileges; /* HV_PRIV_* (hv/privilege.h) to offer: SHIM_PRIVILEGES_ALL for all */
    struct hv_register_value hypervisor_version; /* HvRegisterHypervisorVersion */

    /* Connections of the guest: empty array of a power of two, or NULL for a guest that can neither
     * post messages nor signal events. */
    struct shim_connection *connections;
    uint32_t connection_slots;

    /* Reference TSC page: reference_time() == ((CNTVCT_EL0 * scale) >> 64) + offset, on every VP.
     * Scale 0: there is no such page. */
    uint64_t reference_tsc_scale;
    int64_t reference_tsc_offset;

    /* Allow HvCallSignalEventDirect, PostMessageDirect and AssertVirtualInterrupt: they are made
     * for partitions that the host trusts. */
    bool direct_calls;
};
#define SHIM_PRIVILEGES_ALL UINT64_C(0xffffffffffffffff)

/* A partition. Fields are the library's; integrators pass the pointer only. */
struct shim_partition {
    const struct shim_host_ops *ops;
    void *host;
    uint64_t guest_os_id; /* shared: written by SetVpRegisters on any VP, read by admission */
    uint64_t privileges;  /* HV_PRIV_* really served; constant after init */
    uint64_t rights;      /* shared, like guest_os_id: privileges, and a bit for GuestOsId is set */
    struct shim_vp *vps;
    uint32_t vp_count;
    hv_partition_id_t partition_id;
    struct hv_register_value hypervisor_version;
    struct hv_register_value privileges_and_features;
    struct hv_register_value features;
    struct hv_register_value hardware_features;
    struct hv_register_value limits;
    uint64_t crash_parameter[HV_CRASH_PARAMETERS]; /* shared: any VP writes and reads */
    uint64_t reference_tsc;                        /* shared: any VP writes and reads */
    uint64_t reference_tsc_scale;
    int64_t reference_tsc_offset;
    struct shim_connection *connections;
    uint32_t connection_slots;
};

/* Messages waiting for their slot, oldest first; belongs to the VP's delivery context. */
struct shim_message_queue {
    uint32_t count;
    uint8_t sint[SHIM_MESSAGE_QUEUE];
    struct hv_message messages[SHIM_MESSAGE_QUEUE];
};

/* A synthetic timer. The first words are written by the VP itself and read by its delivery context,
 * under `generation`, which is odd while they change; the others are the delivery context's. */
struct shim_timer {
    uint64_t generation;
    uint64_t config;
    uint64_t count;   /* 100 ns: deadline of a one-shot timer, period of a periodic one */
    uint64_t started; /* reference time of the last write */

    uint64_t seen;    /* generation that the rest belongs to */
    uint64_t setting; /* its config */
    uint64_t period;  /* its count */
    uint64_t due;     /* next expiration; UINT64_MAX: none */
    uint64_t fire;    /* when it is acted upon, not before `due` */
    uint64_t expired; /* of the waiting message */
    bool waiting;     /* a message waits for its slot */
};

/* A virtual processor. Fields are the library's. */
struct shim_vp {
    struct shim_partition *partition;
    void *host_vp;
    hv_vp_index_t index;

    /* SynIC registers. shared: written by SetVpRegisters on any VP, read by the delivery context.
     */
    uint64_t scontrol;
    uint64_t simp;
    uint64_t siefp;
    uint64_t sirbp;
    uint64_t sint[HV_SYNIC_SINT_COUNT];
    uint64_t slots_in_use; /* shared: bit n while somebody looks at slot n and fills it */

    uint64_t assist_page; /* shared: any VP writes and reads */
    struct shim_timer timers[HV_SYNTHETIC_TIMERS];

    uint64_t spill_page;   /* GPA | HV_SPILL_ATTACH_ENABLE, 0 when none; this VP only */
    uint8_t *spill_pinned; /* the same page as we reach it; NULL when the host does not pin */

    /* Private copies of the blocks of one call, for blocks that do not travel in registers. */
    uint32_t fetched; /* bytes of `input` that the present call brought; kept for traces only */
    uint8_t input[HV_PAGE_SIZE] SHIM_ALIGNED(16);
    uint8_t output[HV_PAGE_SIZE] SHIM_ALIGNED(16);

    struct shim_message_queue queue;
    struct hv_message timer_message; /* under construction; the delivery context's */
};

/* Makes a partition. False, and nothing usable, when the configuration is not sound: a mandatory op
 * missing, no VPs, more than 4096, an impossible partition id, or connections that are no power of
 * two. Call before any VP runs. */
bool shim_partition_init(struct shim_partition *partition,
                         const struct shim_partition_config *config);

/* Gives a VP its reset state. `index` must be below vp_count and `vp` its element of the array;
 * false otherwise. `host_vp` is handed to the ops. All VPs are to be initialised before the first
 * one runs. */
bool shim_vp_init(struct shim_vp *vp, struct shim_partition *partition, hv_vp_index_t index,
                  void *host_vp);

/* Returns a VP's synthetic state to reset values, as CPU_ON and partition reset require: SynIC
 * registers, timers, queued messages, spill page. A VP that is off keeps its state until then:
 * Linux in a panic waits for messages in the page of a processor that it has just turned off.
 * Neither shim_hvc() nor the delivery context may be running for the VP. */
void shim_vp_reset(struct shim_vp *vp);

/* Returns the partition's state to reset values (GuestOsId, crash parameters). No VP may be
 * running. */
void shim_partition_reset(struct shim_partition *partition);

/* Serves one HVC of a guest at EL1, AArch64. `imm16` is ESR_EL2.ISS.imm16. `x` are the guest's
 * X0..X17; only registers that the convention names are changed, and for a refused call only X0.
 * shim_trace_hvc() in shim/tracer.h does the same and leaves a record. */
enum shim_verdict shim_hvc(struct shim_vp *vp, uint16_t imm16, uint64_t x[SHIM_REGISTERS]);

/* The same for HVC #0 and for HVC #1, for a vector that has looked at the immediate itself and has
 * not touched the guest's X0 and X1: its first two arguments, which are x[0] and x[1] as well. */
enum shim_verdict shim_hvc_smccc(uint64_t x0, uint64_t x1, struct shim_vp *vp,
                                 uint64_t x[SHIM_REGISTERS]);
enum shim_verdict shim_hvc_native(uint64_t x0, uint64_t x1, struct shim_vp *vp,
                                  uint64_t x[SHIM_REGISTERS]);

/* Serves one SMC (any immediate) of a guest at EL1, AArch64: the UID and the other owner queries of
 * the vendor hypervisor service. Hypercalls are not taken by SMC: their ids get -1. */
enum shim_verdict shim_smc(struct shim_vp *vp, uint64_t x[SHIM_REGISTERS]);

/* Sends a message to a SINT of a VP: straight into its slot, or queued behind others for the same
 * SINT. False when SHIM_MESSAGE_QUEUE messages wait already; nothing has changed then.
 * `message->flags` and `reserved` are ignored; type must not be 0, payload_size at most 240, sint
 * below 16. Delivery context. (TLFS inter-partition-communication, "SynIC Message Delivery") */
bool shim_message_send(struct shim_vp *vp, uint32_t sint, const struct hv_message *message);

/* Delivers what can be delivered: messages that wait for their slot, timers that are due. Returns
 * the reference time (100 ns) at which it wants to be called again, UINT64_MAX for never; it also
 * wants to be called whenever the poll_wanted op says so. Delivery context. */
uint64_t shim_vp_poll(struct shim_vp *vp);

/* Sets an event flag (below 2048) of a SINT (below 16) in the VP's event page and interrupts the VP
 * if the flag was clear. `newly` may be NULL. HV_STATUS_SUCCESS, also when the flag was set
 * already; INVALID_PARAMETER for a number out of range; INVALID_SYNIC_STATE when the SynIC, its
 * page or the SINT is off, or there is no gpa_set_bit: nothing has changed then. Any VP, any
 * context. (TLFS inter-partition-communication, "SynIC Event Flags") */
hv_status_t shim_event_set(struct shim_vp *vp, uint32_t sint, uint32_t flag, bool *newly);

#endif
