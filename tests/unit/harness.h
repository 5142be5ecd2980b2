/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The bench of the engine's tests: a partition with four VPs on the fake host, and a guest that can
 * say one and the same call in every convention.
 *
 * The guest's side here is written from the conventions' description (docs/architecture.md), not
 * from dispatch/. Each entry is watched: registers, guest memory, partition and VPs are compared
 * with what they were; only what the convention allows may differ (oracle REFUSE). Scratch and
 * unused registers are filled with a pattern before (oracle CANARY). */

#ifndef TESTS_UNIT_HARNESS_H
#define TESTS_UNIT_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <shim/shim.h>

#include <hv/calls.h>
#include <hv/hypercall.h>
#include <hv/privilege.h>
#include <hv/vp_registers.h>

#include "fake_host.h"

#define TEST_PARTITION_ID UINT64_C(0x1122334455667788)
#define TEST_GUEST_OS_ID UINT64_C(0x8100000000000001)
#define TEST_MESSAGE_CONNECTION UINT32_C(1) /* leads to host.message_port */
#define TEST_EVENT_CONNECTION UINT32_C(2)   /* leads to host.event_port */
#define TEST_CONNECTIONS 8u
#define TEST_TSC_SCALE UINT64_C(0x28f5c28f5c28f5c) /* 10 MHz out of a counter of 1 GHz */
#define TEST_TSC_OFFSET INT64_C(-12345)
#define CANARY 0xa5

struct world {
    struct fake_host host;
    struct shim_host_ops ops;            /* fake_ops unless the test removed some */
    struct shim_partition_config config; /* all there is, unless the test changed it */
    struct shim_connection connections[TEST_CONNECTIONS];
    struct shim_partition partition;
    struct shim_vp vps[FAKE_VPS];
    uint32_t vp; /* who calls */
};

/* Every way to make a call. */
enum form {
    FORM_NATIVE_FAST,
    FORM_NATIVE_SLOW,
    FORM_SMCCC_FAST,
    FORM_SMCCC_SLOW,
    FORM_COMPACT,         /* no spill page attached */
    FORM_COMPACT_SPILLED, /* with one */
    FORM_COMPACT_PINNED,  /* with one that the host pins */
    FORMS,
};

/* A call, free of any convention. */
struct request {
    uint16_t code;
    bool rep; /* output_size is for all of `count` elements */
    uint32_t count;
    uint32_t start;
    uint32_t variable_words;
    uint64_t control;  /* further bits of the control word */
    const void *input; /* header, variable header, rep list */
    size_t input_size;
    size_t output_size;
    bool changes_state;  /* success may change partition and VPs */
    uint64_t input_gpa;  /* slow forms; 0: PAGE_INPUT */
    uint64_t output_gpa; /* slow forms; 0: PAGE_OUTPUT */
};

struct answer {
    enum shim_verdict verdict;
    hv_status_t status;
    uint32_t reps;
    uint32_t entries; /* how often the guest executed the HVC */
    uint64_t result;  /* X0 */
    uint8_t output[HV_PAGE_SIZE];
};

/* Fixtures: all ops, all privileges, GuestOsId set. */
int world_setup(void **state);
int world_teardown(void **state);
void world_reset(struct world *world);
/* The same again by world->ops, world->config and these privileges; GuestOsId not set. */
bool world_init(struct world *world, uint64_t privileges);

/* Can a guest make this call in this form at all? */
bool form_fits(enum form form, const struct request *request);
bool form_is_fast(enum form form);
uint16_t form_immediate(enum form form);
unsigned form_control_register(enum form form);

/* Puts the call into registers and memory; unused registers get a pattern. */
void guest_prepare(struct world *world, enum form form, const struct request *request,
                   uint64_t x[SHIM_REGISTERS]);
/* Executes the HVC once, watched. */
enum shim_verdict guest_enter(struct world *world, enum form form, const struct request *request,
                              uint64_t x[SHIM_REGISTERS]);
/* Reads the answer where a guest finds it. */
void guest_collect(struct world *world, enum form form, const struct request *request,
                   const uint64_t x[SHIM_REGISTERS], struct answer *answer);

/* All of that: the call, re-executed until it is over. */
struct answer guest_call(struct world *world, enum form form, const struct request *request);

/* The call must be refused with this status, and nothing else may have happened: no host op but
 * reads, no state, no register. */
void expect_refusal(struct world *world, enum form form, const struct request *request,
                    hv_status_t status);

/* Runs a test in a fresh world for each form. A test returns at once when its call does not fit. */
typedef void form_test(struct world *world, enum form form);
void for_each_convention(void **state, form_test *test);

/* One register, as a guest does it in any state of the partition (native, fast). */
hv_status_t guest_set_register(struct world *world, uint32_t name, uint64_t value);
hv_status_t guest_get_register(struct world *world, uint32_t name, struct hv_register_value *value);
uint64_t guest_register(struct world *world, uint32_t name); /* must succeed; low half */

/* Attaches or detaches the calling VP's spill page; the answer is X0. */
uint64_t guest_spill_attach(struct world *world, uint64_t argument);

/* What a watched entry may change. */
struct snapshot {
    uint8_t memory[GUEST_PAGES][HV_PAGE_SIZE];
    struct shim_partition partition;
    struct shim_vp vps[FAKE_VPS];
};
void snapshot_take(struct snapshot *snapshot, struct world *world);
/* State of partition and VPs, scratch left out. */
void snapshot_expect_same_state(const struct snapshot *snapshot, const struct world *world);
void snapshot_expect_same_memory(const struct snapshot *snapshot, const struct world *world);

/* Fills registers with a pattern that differs from call to call. */
void registers_fill(uint64_t x[SHIM_REGISTERS]);

#define UNIT_TEST(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

#endif
