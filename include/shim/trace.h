/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What the library tells of a call, and how a host lays such records out in memory so that a reader
 * outside finds them (tools/hvtrace). Little-endian, fixed sizes. */

#ifndef SHIM_TRACE_H
#define SHIM_TRACE_H

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
};

enum shim_trace_event {
    SHIM_EVENT_VP_ON,     /* PSCI CPU_ON of this VP: entry point, context id */
    SHIM_EVENT_VP_OFF,    /* PSCI CPU_OFF of this VP */
    SHIM_EVENT_RESET,     /* PSCI SYSTEM_RESET */
    SHIM_EVENT_POWER_OFF, /* PSCI SYSTEM_OFF */
    SHIM_EVENT_MESSAGE,   /* message written to a slot: SINT, type */
    SHIM_EVENT_PANIC,     /* EL2 panic: ESR_EL2, ELR_EL2 */
    SHIM_EVENT_VMBUS,     /* enum vmbus_event, and the two numbers that it has */
    SHIM_EVENT_BEATS,     /* heartbeats so far: sent, answered, lost */
    SHIM_EVENT_REQUEST,   /* enum shim_request, taken from the header; its argument */
};

enum shim_trace_convention {
    SHIM_CONVENTION_NATIVE,
    SHIM_CONVENTION_SMCCC,
    SHIM_CONVENTION_COMPACT,
    SHIM_CONVENTION_NONE, /* not a hypercall */
};

#define SHIM_TRACE_INPUT 128u
#define SHIM_TRACE_OUTPUT 64u

/* 256 bytes. `sequence` is the host ring's: the record's number counted from 1, written last. */
struct shim_trace_record {
    uint64_t sequence;
    uint64_t time; /* reference time, 100 ns */
    uint32_t vp_index;
    uint8_t kind;       /* enum shim_trace_kind */
    uint8_t convention; /* enum shim_trace_convention */
    uint8_t verdict;    /* enum shim_verdict */
    uint8_t reserved;
    uint64_t control;      /* control word as the guest gave it */
    uint64_t result;       /* result value; meaningless for SHIM_AGAIN */
    uint64_t block_gpa[2]; /* slow calls: GPAs of input and output */
    uint16_t input_size;   /* bytes of the input block; the first SHIM_TRACE_INPUT are here */
    uint16_t output_size;  /* bytes of the output block; the first SHIM_TRACE_OUTPUT are here */
    uint32_t reserved2;
    uint8_t input[SHIM_TRACE_INPUT];
    uint8_t output[SHIM_TRACE_OUTPUT];
};
_Static_assert(sizeof(struct shim_trace_record) == 256, "a trace record is 256 bytes");

#define SHIM_TRACE_MAGIC UINT64_C(0x4543415254564848) /* "HHVTRACE" */
#define SHIM_TRACE_VERSION 1u

/* Header of the rings: the last 4 KiB page of the shim's memory, which is the last of RAM. Each
 * VP's ring is `records` records at ring_offset + vp * records * 256, offsets counted back from the
 * end of RAM, so that a reader of the RAM file needs no addresses. */
struct shim_trace_header {
    uint64_t magic; /* written last */
    uint32_t version;
    uint32_t record_size;
    uint32_t vp_count;
    uint32_t records;        /* per ring, a power of two */
    uint64_t rings_from_end; /* bytes from the first ring to the end of RAM */
    uint64_t time_unit_ns;   /* of shim_trace_record.time: 100 */
    uint64_t generation;     /* counts boots of the guest in this RAM */
    uint64_t exit_reason;    /* enum shim_trace_exit, written by the host as the machine ends */

    /* The way back: somebody outside writes an argument, then a request; the host sets it to
     * SHIM_REQUEST_NONE as it takes it, within 100 ms. */
    uint64_t request; /* enum shim_request */
    uint64_t request_argument;
};

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

#endif
