/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Hypercalls as a guest makes them, in each convention. Every helper fills all registers that the
 * call does not use with a pattern, so that what changes shows. */

#ifndef GUEST_HYPERCALL_H
#define GUEST_HYPERCALL_H

#include <hv/calls.h>
#include <hv/hypercall.h>
#include <hv/message.h>
#include <hv/privilege.h>
#include <hv/registers.h>
#include <hv/status.h>
#include <hv/types.h>
#include <hv/vp_registers.h>

#include "guest.h"

/* A calling convention (TLFS hypercall-interface; docs/spill-page.md). */
struct convention {
    const char *name;
    call_fn *call;
    uint64_t id;      /* X0 of an SMCCC call, 0 when there is none */
    uint32_t control; /* register of the control word */
    uint32_t window;  /* first register of the input block */
    uint32_t words;   /* registers of the input block */
    bool slow;        /* takes calls by memory */
    bool spills;      /* the rest of the block is in the spill page */
};
extern const struct convention native, smccc, compact;
extern const struct convention *const conventions[3];

#define FOR_EACH_CONVENTION(convention)                                                            \
    for (uint32_t c_ = 0; c_ < 3; c_++)                                                            \
        for (const struct convention *convention = conventions[c_]; convention != NULL;            \
             convention = NULL)

/* Control words. */
#define CONTROL_FAST(code) ((uint64_t)(code) | HV_CONTROL_FAST)
#define CONTROL_REPS(n) ((uint64_t)(n) << HV_CONTROL_REP_COUNT_SHIFT)
#define CONTROL_START(n) ((uint64_t)(n) << HV_CONTROL_REP_START_SHIFT)
#define CONTROL_VARIABLE(words) ((uint64_t)(words) << HV_CONTROL_VARIABLE_HEADER_SHIFT)

#define STATUS(result) ((result)&HV_RESULT_STATUS)
#define REPS(result) (((result)&HV_RESULT_REPS) >> HV_RESULT_REPS_SHIFT)

/* Sets every register of a call to a value of its own, then id and control word. */
void call_prepare(const struct convention *convention, uint64_t control, struct call *call);

/* A fast call of `words` input words (of which those beyond the registers go to the spill page).
 * Returns the result value; `call` (may be NULL) holds all registers afterwards. */
uint64_t call_fast(const struct convention *convention, uint64_t control, const uint64_t *input,
                   uint32_t words, struct call *call);

/* A call by memory, native or SMCCC. */
uint64_t call_slow(const struct convention *convention, uint64_t control, uint64_t input_gpa,
                   uint64_t output_gpa, struct call *call);

/* Where the first output register of a fast call is. Sizes in bytes. */
uint32_t fast_output_register(const struct convention *convention, uint32_t input, uint32_t output);

/* Every register of `after` equals `before`, but those in `changed` (bit n: Xn); SP and NZCV too.
 */
bool expect_registers(const struct call *before, const struct call *after, uint64_t changed);

/* One register of the calling VP, fast. Result value. Compact sets need the spill page. */
uint64_t register_get(const struct convention *convention, uint32_t name,
                      struct hv_register_value *value);
uint64_t register_set(const struct convention *convention, uint32_t name, uint64_t low);

#define GUEST_OS_ID UINT64_C(0x8100000000000001) /* any non-zero value that no product uses */
void guest_os_id_set(void);                      /* or bail out */

/* This processor's spill page: 4 KiB, attached or detached; X0 of the call. */
uint64_t spill_attach(void);
uint64_t spill_detach(void);
uint8_t *spill_page(void);

#endif
