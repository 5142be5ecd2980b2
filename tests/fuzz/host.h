/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The host of the fuzzers. How it behaves is data that the engine's host ops and the model both go
 * by; what is asked of it is written down, by both in the same form, to be compared. */

#ifndef TESTS_FUZZ_HOST_H
#define TESTS_FUZZ_HOST_H

#include <shim/host.h>
#include <shim/port.h>

#include "memory.h"

#define FUZZ_VPS 68u /* two banks of a VP set, the second hardly filled */
#define FUZZ_PARTITION UINT64_C(0x1122334455667788)
#define FUZZ_TSC_SCALE UINT64_C(0x28f5c28f5c28f5c)
#define FUZZ_TSC_OFFSET INT64_C(-12345)
#define FUZZ_VERSION_LOW UINT64_C(0x000a000000006658)
#define FUZZ_MPIDR(vp) (UINT64_C(0x80000000) | (uint64_t)(vp) << 8)
#define FUZZ_FLAGS 100u

/* Connections that lead somewhere. */
#define FUZZ_MESSAGE_CONNECTION 1u
#define FUZZ_EVENT_CONNECTION 2u
#define FUZZ_CLOSED_CONNECTION 3u /* to a port that was closed */

/* Ops that a host may lack, as bits. */
enum fuzz_op {
    FUZZ_OP_BUDGET = 1 << 0,
    FUZZ_OP_RUNTIME = 1 << 1,
    FUZZ_OP_YIELD = 1 << 2,
    FUZZ_OP_INTERRUPT = 1 << 3,
    FUZZ_OP_POLL = 1 << 4,
    FUZZ_OP_SET_BIT = 1 << 5,
    FUZZ_OP_START = 1 << 6,
    FUZZ_OP_MPIDR = 1 << 7,
    FUZZ_OP_FLUSH = 1 << 8,
    FUZZ_OP_TRANSLATE = 1 << 9,
    FUZZ_OP_ZEROED = 1 << 10,
    FUZZ_OP_HEAT = 1 << 11,
    FUZZ_OP_DEBUG = 1 << 12,
    FUZZ_OP_CRASH = 1 << 13,
    FUZZ_OP_PIN = 1 << 14,
    FUZZ_OP_IDENTIFIED = 1 << 15,
    FUZZ_OPS_ALL = (1 << 16) - 1,
};

/* How the host behaves during a call. */
struct fuzz_manner {
    uint64_t time;
    uint64_t runtime; /* of VP n: plus n */
    uint32_t budget;  /* elements per entry; 0: no limit */
    hv_status_t post_status;
    hv_status_t signal_status;
    hv_status_t start_status;
    uint32_t zeroed; /* ranges */
    struct hv_translate_gva_result translation;
};

/* What was asked of it. Interrupts are edges: how often is not told. */
struct fuzz_effects {
    uint32_t pended[FUZZ_VPS]; /* INTIDs as bits */
    uint8_t polled[FUZZ_VPS];
    uint32_t yields;
    uint32_t posts;
    uint32_t signals;
    uint32_t signal_flag;
    uint32_t starts;
    uint32_t start_vp;
    uint32_t flushed; /* bit 0: stage 1, bit 1: stage 2 as well */
    uint32_t translations;
    uint64_t gva;
    uint32_t heats;
    uint32_t heat;
    uint64_t heat_gpa;
    uint64_t heat_pages;
    uint32_t characters;
    uint32_t character;
    uint32_t crashes;
    uint32_t crash_size;
    uint64_t crash_sum; /* of the message's bytes */
    uint64_t crash_parameter[HV_CRASH_PARAMETERS];
    uint64_t crash_control;
    uint64_t identified; /* how often */
    uint64_t identity;
    struct hv_initial_vp_context start_context;
    struct hv_post_message posted;
};

struct fuzz_host {
    struct fuzz_manner manner;
    struct fuzz_memory memory;
    struct fuzz_effects effects;
    uint64_t pins; /* pages that the engine holds */
    struct shim_port message_port;
    struct shim_port event_port;
    struct shim_port closed_port;
    uint8_t processor[FUZZ_VPS]; /* host_vp of VP n is &processor[n] */
};

void fuzz_host_init(struct fuzz_host *host);

/* Ops of a host that has these (FUZZ_OP_*). */
struct shim_host_ops fuzz_host_ops(uint32_t ops);

/* The ranges of a host that names `count` of them. */
struct hv_zeroed_range fuzz_zeroed_range(uint32_t index);

#endif
