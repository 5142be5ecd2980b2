/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A hypercall as the engine and its handler see it: the row that describes it, the arguments it
 * gets. */

#ifndef DISPATCH_CALL_H
#define DISPATCH_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include <shim/shim.h>

#include <hv/hypercall.h>

/* Rights that no privilege bit of the TLFS stands for: they come with a host op or a configuration.
 * They sit in bits of the privilege mask that the TLFS reserves, and are never shown to a guest. */
#define SHIM_NEEDS_GUEST_CRASH (UINT64_C(1) << 63)
#define SHIM_NEEDS_INTERRUPTS (UINT64_C(1) << 62)
#define SHIM_NEEDS_TLB_FLUSH (UINT64_C(1) << 61)
#define SHIM_NEEDS_TRANSLATE (UINT64_C(1) << 60)
#define SHIM_NEEDS_MPIDR (UINT64_C(1) << 59)
#define SHIM_NEEDS_DIRECT (UINT64_C(1) << 58)
#define SHIM_NEEDS_BOOT_ZEROED (UINT64_C(1) << 57)
#define SHIM_NEEDS_MEMORY_HEAT (UINT64_C(1) << 56)
#define SHIM_NEEDS_ALL UINT64_C(0xff00000000000000)

/* GuestOsId is set. In a partition's rights, and in what rows ask for that may not be used before:
 * one test for this gate and for all privileges. */
#define SHIM_NEEDS_GUEST_OS_ID (UINT64_C(1) << 55)

/* Serves a simple call, or one element of a rep call:
 *   out      output block, or this element's place in it
 *   control  the control word, admitted
 *   header   fixed header, row->header_size bytes, 8-byte aligned; the variable header behind it
 *   element  input of this element; for a simple call, meaningless
 * All pointers are private to the call: no guest can change what is behind them. Contract: on
 * HV_STATUS_SUCCESS every byte of the output has been written; on any other status nothing has
 * changed, neither output nor state. Output of up to 16 bytes may lie over the input: it is written
 * when the input has been read. The order is that of registers in which things are at hand, from
 * the guest's own X1 on. */
#define HV_HANDLER(name)                                                                           \
    hv_status_t name(SHIM_UNUSED void *out, SHIM_UNUSED uint64_t control,                          \
                     SHIM_UNUSED struct shim_vp *vp, SHIM_UNUSED const void *header,               \
                     SHIM_UNUSED const void *element)
typedef HV_HANDLER(hv_handler_fn);

enum hv_call_class {
    HV_CALL_SIMPLE,
    HV_CALL_REP,
    HV_CALL_VTL, /* entered by HVC #2 and #3 only; as a call code it is never served */
};

/* Who makes the call, by the TLFS: for documents and traces. */
enum hv_call_audience {
    HV_AUDIENCE_GUEST,
    HV_AUDIENCE_ROOT,
    HV_AUDIENCE_VTL,
    HV_AUDIENCE_BOTH, /* guests and root */
};

/* Nearly all calls have one element and no variable header. Of such a call the control word is
 * known beforehand, so that one comparison stands for all checks of its form. */
enum hv_call_form {
    HV_FORM_FAST,    /* all in sixteen registers */
    HV_FORM_COMPACT, /* all in the registers of the compact convention */
    HV_FORM_MEMORY,
    HV_FORMS,
};

/* Everything about one call. A simple call is one element that is not counted: its whole output is
 * element_out. Sizes in bytes; 0 also where no layout is published (handler NULL then). One row is
 * one cache line, and its address is one shift. */
struct hv_call {
    hv_handler_fn *handler;  /* NULL: named, not served */
    uint64_t rights;         /* HV_PRIV_* and SHIM_NEEDS_*: all of them are needed */
    uint64_t form[HV_FORMS]; /* control word with one element, where the form holds it; where not,
                                and in rows that are not served, one that never finds this row */
    uint16_t header_size;    /* fixed input header */
    uint16_t element_in;     /* input of one element; 0 for a simple call */
    uint16_t element_out;    /* output of one element */
    uint16_t out_behind;     /* offset of one element's output: behind the input, */
    uint16_t out_at_end;     /* or at the end of sixteen registers */
    uint16_t code;
    uint8_t class;        /* enum hv_call_class */
    uint8_t audience;     /* enum hv_call_audience */
    bool variable_header; /* accepts one */
    const char *name;     /* TLFS name */
} SHIM_ALIGNED(64);

/* Registers come in pairs: Linux and FreeBSD read X6, X7 after a 20-byte input, mu_msvm and OpenHCL
 * read X15, X16 by HVC #1. See docs/conformance.md, "Conventions". */
#define HV_CALL_PAIRS(size) (((size) + 15u) & ~15u)

/* Fields of a row: code, class, and sizes of header, input and output of one element. */
#define HV_CALL_NAMED(id, kind, header, in, out)                                                   \
    .code = (id), .class = (kind), .header_size = (header), .element_in = (in), .element_out = (out)

/* What a call needs, which is made after GuestOsId was set; EARLY: at any time. */
#define HV_CALL_NEEDS(privileges) .rights = (privileges) | SHIM_NEEDS_GUEST_OS_ID
#define HV_CALL_NEEDS_EARLY(privileges) .rights = (privileges)

/* The same of a call that is served. */
#define HV_CALL_SERVED(id, kind, header, in, out, function)                                        \
    HV_CALL_NAMED(id, kind, header, in, out),                                                      \
        .handler = (function), .out_behind = HV_CALL_PAIRS((header) + (in)),                       \
        .out_at_end = (HV_FAST_BLOCK_SIZE - HV_CALL_PAIRS(out)) & 0xffffu,                         \
        .form = {                                                                                  \
            [HV_FORM_FAST] = HV_CALL_FORM(id, kind,                                                \
                                          HV_CALL_PAIRS((header) + (in)) + HV_CALL_PAIRS(out) <=   \
                                              HV_FAST_BLOCK_SIZE,                                  \
                                          HV_CONTROL_FAST),                                        \
            [HV_FORM_COMPACT] = HV_CALL_FORM(id, kind,                                             \
                                             (header) + (in) <= HV_COMPACT_INPUT_SIZE &&           \
                                                 (out) <= HV_COMPACT_OUTPUT_SIZE,                  \
                                             HV_CONTROL_FAST),                                     \
            [HV_FORM_MEMORY] = HV_CALL_FORM(id, kind, true, 0),                                    \
        }
#define HV_CALL_FORM(id, kind, fits, how)                                                          \
    ((fits)                                                                                        \
         ? (id) | (how) | ((kind) == HV_CALL_REP ? UINT64_C(1) << HV_CONTROL_REP_COUNT_SHIFT : 0)  \
         : ~(uint64_t)(id))

/* The table (table.c). A call's place is its slot, which folds the ranges of codes (hypercalls,
 * extended hypercalls, VBS) onto one short array, so that finding a row is an index and not a
 * search. */
#define HV_CALL_DIRECT_CODES 0x100u /* codes below it are slots: what guests often call */
#define HV_CALL_BASIC_CODES 0x140u  /* codes below it, each in its own slot */
#define HV_CALL_RANGE_CODES 8u      /* of 0x8000 (extended) and of 0xc000 (VBS), likewise */
#define HV_CALL_RANGE_SHIFT 14      /* each range starts a quarter of all codes */
#define HV_CALL_RANGE_REST 0x3ff8u  /* bits that are clear within the ranges */
#define HV_CALL_SLOTS (HV_CALL_BASIC_CODES + 4 * HV_CALL_RANGE_CODES)

/* Slot 0 is never a call: code 0 is not defined. Its row must not take the zeros of an empty row
 * for a control word. One test finds most codes that nobody has named, and they are refused as fast
 * as any; the others have slot 0. */
#define HV_CALL_SLOT(code)                                                                         \
    ((code) < HV_CALL_BASIC_CODES ? (code)                                                         \
     : ((code)&HV_CALL_RANGE_REST) == 0                                                            \
         ? HV_CALL_BASIC_CODES + ((code) >> HV_CALL_RANGE_SHIFT) * HV_CALL_RANGE_CODES +           \
               (code) % HV_CALL_RANGE_CODES                                                        \
         : 0u)

#define HV_CALL_IS_BEYOND(code) (((code)&HV_CALL_RANGE_REST) >= HV_CALL_BASIC_CODES)
#define HV_CALL_NONE                                                                               \
    .form = { HV_CALL_FORM(0, 0, false, 0), HV_CALL_FORM(0, 0, false, 0),                          \
              HV_CALL_FORM(0, 0, false, 0) }

SHIM_INTERNAL extern const struct hv_call hv_calls[HV_CALL_SLOTS];

/* The row of a call code, in constant time. A code that nobody has named gets a row whose handler
 * and name are NULL, so that it is refused like a call that is not served. */
static inline const struct hv_call *call_find(uint16_t code)
{
    return &hv_calls[shim_index_nospec(HV_CALL_SLOT(code), HV_CALL_SLOTS)];
}

/* GuestOsId and privileges at once. */
static inline bool rights_suffice(const struct shim_partition *partition, uint64_t needed)
{
    return (needed & ~shim_atomic_load(&partition->rights)) == 0;
}

/* The VP of a number that a guest gave: SELF, or an index of the own partition; NULL otherwise. */
struct shim_vp *vp_find(struct shim_vp *vp, hv_vp_index_t index);

/* Checks of fields that many headers share: HV_STATUS_SUCCESS, or the refusal. */
hv_status_t check_partition_self(const struct shim_vp *vp, hv_partition_id_t partition_id);
hv_status_t check_input_vtl(uint8_t input_vtl);
hv_status_t check_vtl(uint8_t vtl); /* of the calls that take a plain VTL */

#endif
