/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A calling convention is where things sit in registers, nothing else (docs/conformance.md says
 * which guests each fact was taken from). Constants, so that each convention gets its own code from
 * one source. */

#ifndef DISPATCH_CONVENTION_H
#define DISPATCH_CONVENTION_H

#include <stdbool.h>
#include <stdint.h>

#include <shim/trace.h>

#include <hv/hypercall.h>

#include "call.h"

struct hv_convention {
    uint8_t id;      /* enum shim_trace_convention */
    uint8_t form;    /* enum hv_call_form: of one element in registers */
    uint8_t control; /* register of the control word; a paused rep call's new start goes there */
    uint8_t window;  /* first register of the block; slow calls: input GPA, then output GPA */
    uint8_t window_size; /* bytes of the block that travel in registers */
    bool output_at_end;  /* fast output in the last pairs of the window, else behind the input */
    bool spills;         /* blocks go on in the spill page; there is no memory form */
};

/* HVC #1. The TLFS prints X1-X17 for the block, yet says sixteen registers: X17 is never touched.
 */
static const struct hv_convention hv_native = {
    .id = SHIM_CONVENTION_NATIVE,
    .form = HV_FORM_FAST,
    .control = 0,
    .window = 1,
    .window_size = HV_FAST_BLOCK_SIZE,
    .output_at_end = true,
};

/* HVC #0 with function id 0x46000001. */
static const struct hv_convention hv_smccc = {
    .id = SHIM_CONVENTION_SMCCC,
    .form = HV_FORM_FAST,
    .control = 1,
    .window = 2,
    .window_size = HV_FAST_BLOCK_SIZE,
};

/* HVC #0 with function id 0x46005302: the registers that SMCCC 1.0 gave to callers, X1-X6. */
static const struct hv_convention hv_compact = {
    .id = SHIM_CONVENTION_COMPACT,
    .form = HV_FORM_COMPACT,
    .control = 1,
    .window = 2,
    .window_size = HV_COMPACT_INPUT_SIZE,
    .spills = true,
};

#endif
