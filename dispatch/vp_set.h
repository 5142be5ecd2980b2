/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Sets of VPs as guests name them (TLFS hv_vp_set). */

#ifndef DISPATCH_VP_SET_H
#define DISPATCH_VP_SET_H

#include <hv/processor.h>

#include "call.h"

struct vp_set {
    bool all;
    uint64_t valid_banks;
    const uint64_t *banks; /* those that are valid, in order; private to the call */
};

/* The 64 VPs of a mask. `mask` must outlive the set. */
struct vp_set vp_set_of_mask(const uint64_t *mask);

/* Reads a set that ends the fixed header of a call; its banks are the variable header.
 * HV_STATUS_INVALID_PARAMETER for a format that does not exist; INVALID_HYPERCALL_INPUT when there
 * are not as many banks as the mask says. */
hv_status_t vp_set_read(const struct hv_vp_set *from, uint64_t control, struct vp_set *set);

typedef void vp_set_fn(struct shim_vp *target, uint32_t argument);

/* Calls `visit` for each VP of the partition that is in the set. Numbers without a VP are no
 * mistake. */
void vp_set_for_each(const struct shim_partition *partition, const struct vp_set *set,
                     vp_set_fn *visit, uint32_t argument);

#endif
