/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Traces: what the host writes into rings in its own memory, one per processor, how a reader
 * outside finds them (tools/hvtrace), and what a record says once it has been read. Little-endian,
 * fixed sizes. shim/tracer.h writes the records of calls. */

#ifndef SHIM_TRACE_H
#define SHIM_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum shim_trace_kind {
    SHIM_TRACE_NONE,  /* an empty record */
    SHIM_TRACE_CALL,  /* a hypercall, in any convention */
    SHIM_TRACE_SMCCC, /* another SMCCC function of ours: control = id, result = X0 */
    SHIM_TRACE_CRASH, /* the guest reported a crash: input = P0..P4, control = Ctl */
    SHIM_TRACE_TEXT,  /* part of a crash message: input = bytes, input_size of them */
    SHIM_TRACE_EVENT, /* of the host: control = enum shim_trace_event, input = words about it */
    SHIM_TRACE_DEBUG, /* HvCallOutputDebugCharacter, a line or part of one: input = bytes */
    SHIM_TRACE_HVC,   /* in a ring: any HVC, as registers; read: one that is no call of ours */
    SHIM_TRACE_TRAP,  /* any other trap: control = ESR_EL2, input = enum shim_trace_trap's words */

    /* In files alone: see struct shim_trace_file. */
    SHIM_TRACE_RESET, /* the machine was reset */
    SHIM_TRACE_LOST,  /* control records are missing here */
    SHIM_TRACE_END,   /* the machine has ended: control = enum shim_trace_exit */
};

enum shim_trace_event {
    SHIM_EVENT_VP_ON,     /* PSCI CPU_ON of this VP: entry point, context id */
    SHIM_EVENT_VP_OFF,    /* PSCI CPU_OFF of this VP */
    SHIM_EVENT_RESET,     /* PSCI SYSTEM_RESET */
    SHIM_EVENT_POWER_OFF, /* PSCI SYSTEM_OFF */
    SHIM_EVENT_MESSAGE,   /* message handed over for a slot: SINT, type */
    SHIM_EVENT_PANIC,     /* EL2 panic: ESR_EL2, ELR_EL2 */
    SHIM_EVENT_VMBUS,     /* enum vmbus_event, and the two numbers that it has */
    SHIM_EVENT_BEATS,     /* heartbeats so far: sent, answered, lost */
    SHIM_EVENT_REQUEST,   /* enum shim_request, taken from the header; its argument */

    /* About the record's VP; the third word is the ring, that is processor, that did it. */
    SHIM_EVENT_INTERRUPT, /* made pending: INTID, 0 */
    SHIM_EVENT_DELIVERED, /* message written into its slot: SINT, type */
    SHIM_EVENT_TIMER,     /* synthetic timer expired: its number, when it was due */
};

/* Places of the words of a SHIM_TRACE_TRAP. */
enum shim_trace_trap {
    SHIM_TRAP_PC,  /* the trapped instruction's address, or the next one's (ELR_EL2) */
    SHIM_TRAP_FAR, /* FAR_EL2: of aborts */
    SHIM_TRAP_GPA, /* its page: of aborts */
    SHIM_TRAP_X0,  /* before */
    SHIM_TRAP_WORDS,
};

enum shim_trace_convention {
    SHIM_CONVENTION_NATIVE,
    SHIM_CONVENTION_SMCCC,
    SHIM_CONVENTION_COMPACT,
    SHIM_CONVENTION_NONE, /* not a hypercall */
};

/* ---- In a ring ---- */

#define SHIM_TRACE_TEXT_MAX 128u /* bytes of text in one record; of words, sixteen */
#define SHIM_TRACE_BLOCK_IN 112u /* bytes of a block in memory, at most */
#define SHIM_TRACE_BLOCK_OUT 64u

/* A record of 256 bytes. An HVC leaves its registers: X0..X3 as the guest gave them and all of
 * X0..X17 as it got them back; a fast call's input is still there. Of blocks in memory the first
 * bytes are noted, in the place of the registers from X2 on: then one of the sizes is not 0, or the
 * call was a slow one. */
struct shim_trace_slot {
    uint64_t sequence;    /* the record's number counted from 1; 0 while it is being written */
    uint32_t spent;       /* ticks of the counter until it was over */
    uint32_t about;       /* shim_trace_about() */
    uint64_t time;        /* counter, as it began */
    uint32_t vp_index;    /* of an HVC: not used, it is the ring's */
    uint16_t input_size;  /* bytes of input here; of other kinds, bytes that mean something */
    uint16_t output_size; /* bytes of output here */
    uint64_t before[4];   /* X0..X3; of other kinds, what stands for control is the first */
    union {
        uint64_t x[18]; /* X0..X17, afterwards */
        struct {
            uint64_t result[2]; /* X0, X1 */
            uint8_t input[SHIM_TRACE_BLOCK_IN];
            uint8_t output[SHIM_TRACE_BLOCK_OUT];
        };
        uint8_t bytes[192]; /* of other kinds */
    };
};
_Static_assert(sizeof(struct shim_trace_slot) == 256, "a trace record is 256 bytes");

/* What a record is about: enum shim_trace_kind, enum shim_verdict, immediate of the HVC, from the
 * top byte on. An HVC that is done is told by its ESR_EL2, which has class and length there. */
#define SHIM_TRACE_HVC_CLASS UINT32_C(0x5a)

static inline uint32_t shim_trace_about(uint32_t kind, uint32_t verdict, uint32_t immediate)
{
    return (kind == SHIM_TRACE_HVC ? SHIM_TRACE_HVC_CLASS : kind) << 24 | verdict << 16 | immediate;
}

static inline uint8_t shim_trace_kind(const struct shim_trace_slot *slot)
{
    uint32_t kind = slot->about >> 24;

    return (uint8_t)(kind == SHIM_TRACE_HVC_CLASS ? SHIM_TRACE_HVC : kind);
}

static inline uint8_t shim_trace_verdict(const struct shim_trace_slot *slot)
{
    return (uint8_t)(slot->about >> 16);
}

static inline uint16_t shim_trace_immediate(const struct shim_trace_slot *slot)
{
    return (uint16_t)slot->about;
}

#define SHIM_TRACE_MAGIC UINT64_C(0x4543415254564848) /* "HHVTRACE" */
#define SHIM_TRACE_VERSION 3u

/* Header of the rings: the last 4 KiB page of the shim's memory, which is the last of RAM. Each
 * VP's ring is `records` records at ring_offset + vp * records * 256, offsets counted back from the
 * end of RAM, so that a reader of the RAM file needs no addresses. */
struct shim_trace_header {
    uint64_t magic; /* written last */
    uint32_t version;
    uint32_t record_size;
    uint32_t vp_count;       /* rings: one per VP, and behind them the host's own */
    uint32_t records;        /* per ring, a power of two */
    uint64_t rings_from_end; /* bytes from the first ring to the end of RAM */
    uint64_t generation;     /* counts boots of the guest in this RAM */
    uint64_t exit_reason;    /* enum shim_trace_exit, written by the host as the machine ends */

    /* Reference time in units of 100 ns = ticks * whole + (ticks * fraction >> 64) - origin. */
    uint64_t time_whole;
    uint64_t time_fraction;
    uint64_t time_origin;

    /* The way back: somebody outside writes an argument, then a request; the host sets it to
     * SHIM_REQUEST_NONE as it takes it, within 100 ms. */
    uint64_t request; /* enum shim_request */
    uint64_t request_argument;
};

/* A trace that was saved: this, and behind it records in the order of time, numbered from 1, of
 * which the last is a SHIM_TRACE_END. Those of HVCs name their VP. */
struct shim_trace_file {
    uint64_t magic; /* SHIM_TRACE_FILE_MAGIC */
    uint32_t version;
    uint32_t record_size;
    uint32_t vp_count; /* as in the header of the rings */
    uint32_t reserved;
    uint64_t time_whole;
    uint64_t time_fraction;
    uint64_t time_origin;
    uint64_t reserved2[2];
};
_Static_assert(sizeof(struct shim_trace_file) == 64, "records follow");
#define SHIM_TRACE_FILE_MAGIC UINT64_C(0x4543415254535648) /* "HVSTRACE" */

enum shim_request {
    SHIM_REQUEST_NONE,
    SHIM_REQUEST_SHUTDOWN,  /* the guest is to power off */
    SHIM_REQUEST_TIME_SYNC, /* the guest is to set its clock to the host's time */
    SHIM_REQUEST_TIME_STEP, /* the host's time goes on by the argument, signed, in 100 ns */
};

enum shim_trace_exit {
    SHIM_EXIT_RUNNING,
    SHIM_EXIT_POWER_OFF,
    SHIM_EXIT_RESET,
    SHIM_EXIT_PANIC, /* of EL2 */
};

/* ---- Read ---- */

#define SHIM_TRACE_INPUT 128u
#define SHIM_TRACE_OUTPUT 64u

/* A record as readers want it: what the call was, whatever convention it came by. */
struct shim_trace_record {
    uint64_t sequence;
    uint64_t time; /* reference time, 100 ns */
    uint64_t spent_ns;
    uint32_t vp_index;
    uint8_t kind;       /* enum shim_trace_kind */
    uint8_t convention; /* enum shim_trace_convention */
    uint8_t verdict;    /* enum shim_verdict */
    uint8_t reserved;
    uint64_t control;      /* control word as the guest gave it */
    uint64_t result;       /* result value; meaningless for SHIM_AGAIN */
    uint64_t block_gpa[2]; /* slow calls: GPAs of input and output */
    uint16_t input_size;   /* bytes of the input block */
    uint16_t output_size;  /* bytes of the output block */
    uint16_t input_held;   /* how many of them are here, from the first on */
    uint16_t output_held;
    uint8_t input[SHIM_TRACE_INPUT];
    uint8_t output[SHIM_TRACE_OUTPUT];
};

/* What a slot of ring `ring` says, whatever bytes it holds. Times stay in ticks of the counter: the
 * header knows what these are. */
void shim_trace_read(const struct shim_trace_slot *slot, uint32_t ring,
                     struct shim_trace_record *record);

#endif
