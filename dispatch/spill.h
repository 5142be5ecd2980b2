/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The compact convention's blocks: registers first, then a page that the guest shares once
 * (docs/spill-page.md). */

#ifndef DISPATCH_SPILL_H
#define DISPATCH_SPILL_H

#include "block.h"

/* SPILL_ATTACH: what the function returns in X0. */
uint64_t spill_attach(struct shim_vp *vp, uint64_t argument);

/* Brings the input: `*input` is the registers in place or vp->input. */
hv_status_t spill_fetch(struct shim_vp *vp, const uint64_t *window, const struct block_sizes *sizes,
                        const uint8_t **input);

/* Takes the bytes `from`..`to` of vp->output to the page, if there is one. False when guest memory
 * refuses; nothing has been written then. */
bool spill_store(struct shim_vp *vp, uint32_t from, uint32_t to);

/* The call is over with `to` bytes of output, of which this entry made those from `from` on:
 * returns the first ones in registers. */
void spill_finish(struct shim_vp *vp, uint64_t *window, uint32_t from, uint32_t to);

#endif
