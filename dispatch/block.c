/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Blocks in guest memory (TLFS hypercall-interface, "Hypercall Inputs"): read once, into the VP's
 * own buffer, and written once, from it. */

#include "block.h"

/* Bytes from..to of the block at `gpa`, into the same place of our copy. */
static bool read_part(struct shim_vp *vp, uint64_t gpa, uint32_t from, uint32_t to)
{
    const struct shim_partition *partition = vp->partition;

    return from == to ||
           partition->ops->gpa_read(partition->host, gpa + from, vp->input + from, to - from);
}

hv_status_t memory_fetch(struct shim_vp *vp, const uint64_t *gpas, const struct block_sizes *sizes,
                         uint32_t first)
{
    bool whole = first == sizes->elements_at;

    if (!gpa_is_legal(gpas[0], sizes->input) || !gpa_is_legal(gpas[1], sizes->output)) {
        return HV_STATUS_INVALID_ALIGNMENT;
    }
    if (!read_part(vp, gpas[0], 0, whole ? sizes->input : sizes->elements_at)) {
        return HV_STATUS_INVALID_ALIGNMENT;
    }
    if (!whole && !read_part(vp, gpas[0], first, sizes->input)) {
        return HV_STATUS_INVALID_ALIGNMENT;
    }
    vp->fetched = sizes->input;
    return HV_STATUS_SUCCESS;
}

bool memory_store(struct shim_vp *vp, const uint64_t *gpas, uint32_t from, uint32_t to)
{
    const struct shim_partition *partition = vp->partition;

    return from == to ||
           partition->ops->gpa_write(partition->host, gpas[1] + from, vp->output + from, to - from);
}
