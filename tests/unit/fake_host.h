/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A host for the build machine: a few pages of guest memory with holes, ROM and a device among
 * them, all host ops, a log of what was asked of it, and faults on request. It checks the contract
 * of every op (shim/host.h): a call that breaks it fails the test that made it. */

#ifndef TESTS_UNIT_FAKE_HOST_H
#define TESTS_UNIT_FAKE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <shim/host.h>
#include <shim/trace.h>

/* Guest memory: consecutive 4 KiB pages from GUEST_BASE on. Nothing else exists. */
#define GUEST_BASE UINT64_C(0x40000000)
enum guest_page {
    PAGE_INPUT,
    PAGE_INPUT_NEXT, /* RAM right behind, for buffers that cross */
    PAGE_OUTPUT,
    PAGE_OUTPUT_NEXT,
    PAGE_SPILL,
    PAGE_MESSAGES,
    PAGE_CRASH,
    PAGE_CRASH_NEXT,
    PAGE_HOLE,   /* neither read nor written */
    PAGE_ROM,    /* read, not written */
    PAGE_DEVICE, /* neither */
    PAGE_LAST,   /* the last page of RAM */
    GUEST_PAGES,
};
#define GPA(page) (GUEST_BASE + (uint64_t)(page)*HV_PAGE_SIZE)

#define FAKE_VPS 4u

enum fake_op { OP_NONE, OP_READ, OP_WRITE };

struct fake_access {
    enum fake_op op;
    uint64_t gpa;
    size_t size;
    bool done; /* what the op answered */
};
#define FAKE_LOG 64u

struct fake_host {
    uint8_t memory[GUEST_PAGES][HV_PAGE_SIZE];

    /* What was asked. Cleared by fake_host_forget(). */
    struct fake_access log[FAKE_LOG];
    uint32_t accesses; /* may exceed FAKE_LOG */
    uint32_t writes;   /* that succeeded */
    uint32_t posts;
    struct hv_post_message posted;
    uint32_t signals;
    uint32_t signal_connection;
    uint16_t signal_flag;
    uint32_t yields;
    uint32_t polls;
    uint32_t interrupts;
    uint32_t interrupt_intid;
    uint32_t interrupt_vp;
    uint32_t crashes;
    struct shim_crash crash;
    char crash_message[HV_CRASH_MESSAGE_MAX];
    uint32_t traces;
    struct shim_trace_record trace;
    uint32_t last_vp; /* VP of the last op about a processor */
    uint32_t budget_asked;

    /* How it behaves. */
    uint32_t fail_access;   /* this access (1 = the next) fails; 0: none does */
    bool change_after_read; /* each byte changes once it was read (oracle ONCE) */
    uint8_t read_count[GUEST_PAGES][HV_PAGE_SIZE];
    bool read_twice; /* set when a byte was read a second time */
    uint32_t budget; /* elements per entry; 0: no limit */
    uint64_t time;
    uint64_t runtime;
    hv_status_t post_status;
    hv_status_t signal_status;
    /* Called before each access: lets a test play the guest's other processors. */
    void (*interfere)(struct fake_host *host, const struct fake_access *access);

    uint8_t processor[FAKE_VPS]; /* host_vp of VP n is &processor[n] */
};

/* All ops there are. */
extern const struct shim_host_ops fake_ops;

/* Memory filled with a pattern, no faults, an empty log. */
void fake_host_init(struct fake_host *host);

/* Empties the log and the read counts; behaviour stays. */
void fake_host_forget(struct fake_host *host);

/* Where a GPA of an existing page lies; NULL elsewhere. */
uint8_t *fake_host_at(struct fake_host *host, uint64_t gpa);

#endif
