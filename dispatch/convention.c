/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The three conventions (docs/conformance.md says which guests each fact was taken from). */

#include "convention.h"

#include <shim/trace.h>

#include <hv/hypercall.h>

/* HVC #1. The TLFS prints X1-X17 for the block, yet says sixteen registers: X17 is never touched.
 */
const struct hv_convention hv_native = {
    .id = SHIM_CONVENTION_NATIVE,
    .control = 0,
    .window = 1,
    .window_size = HV_FAST_BLOCK_SIZE,
    .output_at_end = true,
};

/* HVC #0 with function id 0x46000001. */
const struct hv_convention hv_smccc = {
    .id = SHIM_CONVENTION_SMCCC,
    .control = 1,
    .window = 2,
    .window_size = HV_FAST_BLOCK_SIZE,
};

/* HVC #0 with function id 0x46005302: the registers that SMCCC 1.0 gave to callers, X1-X6. */
const struct hv_convention hv_compact = {
    .id = SHIM_CONVENTION_COMPACT,
    .control = 1,
    .window = 2,
    .window_size = HV_COMPACT_INPUT_SIZE,
    .spills = true,
};
