/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What is behind the short lines of hypercall(), as far as it is not WP's: hypercall_further() with any
 * convention and any control word; and the compact convention's blocks, as the engine asks for
 * them: sizes and places as the contracts that WP relies on say (contracts), any spill page, pinned
 * or not or none, memory that is gone at any moment. */

#include "formal.h"

#include "dispatch/hypercall.h"

static uint64_t x[SHIM_REGISTERS];
static uint64_t *const window = &x[2];

static void fetch(struct shim_vp *vp)
{
    uint32_t input = (uint32_t)ANY_WORD();
    uint32_t output = (uint32_t)ANY_WORD();
    const uint8_t *at = NULL;

    //@ split input <= 40;
    if (spill_fetch(vp, window, input, output, &at) == HV_STATUS_SUCCESS) {
        //@ assert blocks_fit: input <= 2048 && output <= 2048;
        //@ assert input_is_ours: \valid_read(at + (0 .. input - 1)) && \initialized(at + (0 .. input - 1));
    }
}

/* One start at a time. */
static void store(struct shim_vp *vp)
{
    uint32_t from = (uint32_t)formal_between(0, HV_SPILL_OUTPUT_MAX);

    //@ split from;
    (void)spill_store(vp, from, (uint32_t)formal_between(from, HV_SPILL_OUTPUT_MAX));
    //@ merge from;
}

static void finish(struct shim_vp *vp)
{
    uint32_t from = (uint32_t)formal_between(0, HV_SPILL_OUTPUT_MAX);

    spill_finish(vp, window, from, (uint32_t)formal_between(from, HV_SPILL_OUTPUT_MAX));
}

/* Any call that hypercall() leaves to others. Its row: by the low byte of the control word. */
static void any_call(struct shim_vp *vp)
{
    uint64_t control = ANY_WORD();
    const struct hv_call *row = &hv_calls[control % HV_CALL_DIRECT_CODES];

    if (ANY_BIT()) {
        (void)hypercall_further(row, control, vp, x, &hv_native);
    } else if (ANY_BIT()) {
        (void)hypercall_further(row, control, vp, x, &hv_smccc);
    } else {
        (void)hypercall_further(row, control, vp, x, &hv_compact);
    }
}

int main(void)
{
    formal_any_partition();
    formal_any_spill_page();
    Frama_C_make_unknown((char *)x, sizeof(x));
    if (ANY_BIT()) {
        fetch(FORMAL_CALLER);
    } else if (ANY_BIT()) {
        store(FORMAL_CALLER);
    } else if (ANY_BIT()) {
        finish(FORMAL_CALLER);
    } else {
        any_call(FORMAL_CALLER);
    }
    formal_check();
    return 0;
}
