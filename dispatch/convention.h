/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A calling convention is where things sit in registers, nothing else. */

#ifndef DISPATCH_CONVENTION_H
#define DISPATCH_CONVENTION_H

#include <stdbool.h>
#include <stdint.h>

#include <shim/compiler.h>

struct hv_convention {
    uint8_t id;      /* enum shim_trace_convention */
    uint8_t control; /* register of the control word; a paused rep call's new start goes there */
    uint8_t window;  /* first register of the block; slow calls: input GPA, then output GPA */
    uint8_t window_size; /* bytes of the block that travel in registers */
    bool output_at_end;  /* fast output in the last pairs of the window, else behind the input */
    bool spills;         /* blocks go on in the spill page; there is no memory form */
};

SHIM_INTERNAL extern const struct hv_convention hv_native;
SHIM_INTERNAL extern const struct hv_convention hv_smccc;
SHIM_INTERNAL extern const struct hv_convention hv_compact;

#endif
