/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The compact convention's blocks: registers first, then a page that the guest shares once
 * (docs/spill-page.md). */

#ifndef DISPATCH_SPILL_H
#define DISPATCH_SPILL_H

#include <hv/hypercall.h>
#include <shim/copy.h>
#include <shim/shim.h>

#include "call.h"

/* SPILL_ATTACH: what the function returns in X0. */
uint64_t spill_attach(struct shim_vp *vp, uint64_t argument);

/* The VP has no page any more. */
void spill_detach(struct shim_vp *vp);

/* Bytes of the page, from `offset` on. */
static SHIM_INLINE bool spill_read(const struct shim_vp *vp, uint32_t offset, uint8_t *to,
                                   uint32_t size)
{
    const struct shim_partition *partition = vp->partition;

    if (SHIM_LIKELY(vp->spill_pinned != NULL)) {
        shim_copy(to, vp->spill_pinned + offset, HV_CALL_PAIRS(size)); /* no odd bytes: faster */
        return true;
    }
    return partition->ops->gpa_read(partition->host,
                                    (vp->spill_page & ~HV_SPILL_ATTACH_ENABLE) + offset, to, size);
}

/* Without a page the registers are all there is. */
static inline bool spill_fits(const struct shim_vp *vp, uint32_t input, uint32_t output)
{
    if (vp->spill_page == 0) {
        return input <= HV_COMPACT_INPUT_SIZE && output <= HV_COMPACT_OUTPUT_SIZE;
    }
    return input <= HV_SPILL_INPUT_MAX && output <= HV_SPILL_OUTPUT_MAX;
}

/* Brings a block of `input` bytes: `*at` is the registers in place, or vp->input. Refuses it, or an
 * output of `output` bytes, when there is no place for it. */
static SHIM_INLINE hv_status_t spill_fetch(struct shim_vp *vp, const uint64_t *window,
                                           uint32_t input, uint32_t output, const uint8_t **at)
{
    if (!spill_fits(vp, input, output)) {
        return HV_STATUS_INVALID_HYPERCALL_INPUT;
    }
    *at = (const uint8_t *)window;
    if (input <= HV_COMPACT_INPUT_SIZE) {
        return HV_STATUS_SUCCESS;
    }
    if (!spill_read(vp, HV_COMPACT_INPUT_SIZE, vp->input + HV_COMPACT_INPUT_SIZE,
                    input - HV_COMPACT_INPUT_SIZE)) {
        return HV_STATUS_INVALID_ALIGNMENT;
    }
    for (uint32_t n = 0; n < HV_COMPACT_INPUT_SIZE / 8; n++) {
        ((uint64_t *)(void *)vp->input)[n] = window[n];
    }
    vp->fetched = input;
    *at = vp->input;
    return HV_STATUS_SUCCESS;
}

/* Takes the bytes `from`..`to` of vp->output to the page, if there is one. False when guest memory
 * refuses; nothing has been written then. */
bool spill_store(const struct shim_vp *vp, uint32_t from, uint32_t to);

/* The call is over with `to` bytes of output, of which this entry made those from `from` on:
 * returns the first ones in registers. */
void spill_finish(struct shim_vp *vp, uint64_t *window, uint32_t from, uint32_t to);

/* The whole output of a call, up to 16 bytes that are in the registers, into the pinned page. */
static inline void spill_output(const struct shim_vp *vp, const uint64_t *window, uint32_t size)
{
    uint8_t *to = vp->spill_pinned + HV_SPILL_OUTPUT_OFFSET;
    const uint8_t *from = (const uint8_t *)window;

    if (SHIM_LIKELY(size == HV_COMPACT_OUTPUT_SIZE)) {
        shim_copy_16(&to, &from);
    } else {
        shim_copy_small(to, from, size);
    }
}

#endif
