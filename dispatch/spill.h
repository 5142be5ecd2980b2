/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The compact convention's blocks: registers first, then a page that the guest shares once
 * (docs/spill-page.md). */

#ifndef DISPATCH_SPILL_H
#define DISPATCH_SPILL_H

#include "block.h"

/* SPILL_ATTACH: what the function returns in X0. */
uint64_t spill_attach(struct shim_vp *vp, uint64_t argument);

/* As block_fetch(), block_store() and block_finish(). */
hv_status_t spill_fetch(struct block *block, struct shim_vp *vp, bool fast, const uint64_t *window);
bool spill_store(const struct block *block, struct shim_vp *vp, uint32_t from, uint32_t to);
void spill_finish(const struct block *block, struct shim_vp *vp, uint64_t *window, uint32_t from,
                  uint32_t size);

#endif
