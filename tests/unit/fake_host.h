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
#include <shim/port.h>
#include <shim/tracer.h>

/* Guest memory: consecutive 4 KiB pages from GUEST_BASE on. Nothing else exists. */
#define GUEST_BASE UINT64_C(0x40000000)
enum guest_page {
    PAGE_INPUT,
    PAGE_INPUT_NEXT, /* RAM right behind, for buffers that cross */
    PAGE_OUTPUT,
    PAGE_OUTPUT_NEXT,
    PAGE_SPILL,
    PAGE_MESSAGES,
    PAGE_EVENTS,
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
#define FAKE_FLAGS 2048u

enum fake_op { OP_NONE, OP_READ, OP_WRITE, OP_SET_BIT };

struct fake_access {
    enum fake_op op;
    uint64_t gpa;
    size_t size;
    bool done; /* what the op answered */
};
#define FAKE_LOG 64u

/* Interrupts that were made pending, in order. */
struct fake_interrupt {
    uint32_t vp;
    uint32_t intid;
};
#define FAKE_INTERRUPTS 16u

struct fake_host {
    uint8_t memory[GUEST_PAGES][HV_PAGE_SIZE];

    /* What was asked. Cleared by fake_host_forget(). */
    struct fake_access log[FAKE_LOG];
    uint32_t accesses; /* may exceed FAKE_LOG */
    uint32_t writes;   /* that succeeded */
    uint32_t posts;
    struct hv_post_message posted;
    uint32_t signals;
    uint16_t signal_flag;
    uint32_t yields;
    uint32_t polls;
    uint32_t interrupts;
    uint32_t interrupt_intid;
    uint32_t interrupt_vp;
    struct fake_interrupt interrupt[FAKE_INTERRUPTS]; /* `interrupts` may exceed it */
    uint32_t starts;
    uint32_t start_vp;
    struct hv_initial_vp_context start_context;
    uint32_t flushes;
    uint32_t stage2_flushes; /* of these */
    uint32_t translations;
    uint64_t translated_gva;
    uint64_t translate_flags;
    uint32_t heats;
    uint32_t heat;
    uint64_t heat_gpa;
    uint64_t heat_pages;
    uint32_t characters;
    uint8_t character;
    uint32_t crashes;
    struct shim_crash crash;
    char crash_message[HV_CRASH_MESSAGE_MAX];
    uint32_t introductions;
    uint64_t guest_os_id;
    uint32_t traces;
    struct shim_trace_slot slot;    /* of the last traced call */
    struct shim_trace_record trace; /* the same, read */
    uint32_t events;
    enum shim_trace_event event; /* the last one, about last_vp */
    uint64_t event_words[2];
    uint32_t last_vp; /* VP of the last op about a processor */
    uint32_t budget_asked;

    /* How it behaves. */
    uint32_t fail_access;   /* this access (1 = the next) fails; 0: none does */
    bool traced[FAKE_VPS];  /* fake_hvc() leaves records */
    bool change_after_read; /* each byte changes once it was read (oracle ONCE) */
    uint8_t read_map[GUEST_PAGES * HV_PAGE_SIZE / 8];
    bool read_twice; /* set when a byte was read a second time */
    uint32_t budget; /* elements per entry; 0: no limit */
    uint64_t time;
    uint64_t runtime;
    hv_status_t post_status;
    hv_status_t signal_status;
    hv_status_t start_status;
    uint64_t mpidr[FAKE_VPS];
    struct hv_translate_gva_result translation;
    uint32_t zeroed_ranges;
    /* Called before each access: lets a test play the guest's other processors. */
    void (*interfere)(struct fake_host *host, const struct fake_access *access);

    struct shim_port message_port; /* of this host: counts posts, answers post_status */
    struct shim_port event_port;   /* likewise; flag_count FAKE_FLAGS */

    int pins; /* page_pin less page_unpin */

    uint8_t processor[FAKE_VPS]; /* host_vp of VP n is &processor[n] */
};

/* What a host does on a trap. Of a VP that is traced, the last record is in `slot` and `trace`
 * then. The counter stands still. */
#define FAKE_COUNTER UINT64_C(0x987654321)
enum shim_verdict fake_hvc(struct shim_vp *vp, uint16_t imm16, uint64_t x[SHIM_REGISTERS]);

/* All ops there are. */
extern const struct shim_host_ops fake_ops;

/* Pins a page for as long as it is unpinned as often (page_unpin of fake_ops). Not among fake_ops:
 * where there is no such op, the page is reached by gpa_read and gpa_write. */
void *fake_page_pin(void *opaque, uint64_t gpa);

/* Memory filled with a pattern, no faults, an empty log. */
void fake_host_init(struct fake_host *host);

/* Empties the log and the read counts; behaviour stays. */
void fake_host_forget(struct fake_host *host);

/* Where a GPA of an existing page lies; NULL elsewhere. */
uint8_t *fake_host_at(struct fake_host *host, uint64_t gpa);

#endif
