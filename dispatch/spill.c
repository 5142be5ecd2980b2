/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The spill page: the ABI of docs/spill-page.md. The page is untrusted memory like any other; what
 * attaching saves is the guest's work and the registers, not our checks. */

#include "spill.h"

#include <arm/smccc.h>
#include <hv/hypercall.h>

#include <string.h>

uint64_t spill_attach(struct shim_vp *vp, uint64_t argument)
{
    const struct shim_partition *partition = vp->partition;
    uint64_t probe;

    if (argument == 0) {
        vp->spill_page = 0;
        return 0;
    }
    if ((argument & HV_SPILL_ATTACH_ENABLE) == 0 || (argument & HV_SPILL_ATTACH_RESERVED) != 0) {
        return SMCCC_INVALID_PARAMETER;
    }
    /* Each use asks again; this only tells the guest early that it got the address wrong. */
    if (!partition->ops->gpa_read(partition->host, argument & HV_SYNIC_PAGE, &probe,
                                  sizeof(probe))) {
        return SMCCC_INVALID_PARAMETER;
    }
    vp->spill_page = argument;
    return 0;
}

static uint64_t page_of(const struct shim_vp *vp)
{
    return vp->spill_page & ~HV_SPILL_ATTACH_ENABLE;
}

/* Without a page the registers are all there is. */
static bool fits(const struct block *block, const struct shim_vp *vp)
{
    if (vp->spill_page == 0) {
        return block->input_size <= HV_COMPACT_INPUT_SIZE &&
               block->output_size <= HV_COMPACT_OUTPUT_SIZE;
    }
    return block->input_size <= HV_SPILL_INPUT_MAX && block->output_size <= HV_SPILL_OUTPUT_MAX;
}

/* Input that spilled: the registers and the rest of the page, side by side in our copy. */
static bool gather(struct shim_vp *vp, const uint64_t *window, uint32_t size)
{
    const struct shim_partition *partition = vp->partition;

    memcpy(vp->input, window, HV_COMPACT_INPUT_SIZE);
    vp->fetched = size;
    return partition->ops->gpa_read(partition->host, page_of(vp) + HV_COMPACT_INPUT_SIZE,
                                    vp->input + HV_COMPACT_INPUT_SIZE,
                                    size - HV_COMPACT_INPUT_SIZE);
}

hv_status_t spill_fetch(struct block *block, struct shim_vp *vp, bool fast, const uint64_t *window)
{
    if (!fast || !fits(block, vp)) {
        return HV_STATUS_INVALID_HYPERCALL_INPUT;
    }
    block->carrier = BLOCK_SPILLED;
    block->input = (const uint8_t *)window;
    block->output = vp->output; /* not in place: X2, X3 are input until the call is over */
    if (block->input_size > HV_COMPACT_INPUT_SIZE) {
        if (!gather(vp, window, block->input_size)) {
            return HV_STATUS_INVALID_ALIGNMENT;
        }
        block->input = vp->input;
    }
    return HV_STATUS_SUCCESS;
}

bool spill_store(const struct block *block, struct shim_vp *vp, uint32_t from, uint32_t to)
{
    const struct shim_partition *partition = vp->partition;

    return vp->spill_page == 0 ||
           partition->ops->gpa_write(partition->host, page_of(vp) + HV_SPILL_OUTPUT_OFFSET + from,
                                     block->output + from, to - from);
}

/* The first bytes of the whole output, also in registers. Those of elements that an earlier entry
 * finished are in the page by now; should the guest have taken it away, they are not to be had. */
void spill_finish(const struct block *block, struct shim_vp *vp, uint64_t *window, uint32_t from,
                  uint32_t size)
{
    const struct shim_partition *partition = vp->partition;
    uint32_t head = size < HV_COMPACT_OUTPUT_SIZE ? size : HV_COMPACT_OUTPUT_SIZE;
    uint32_t earlier = from < head ? from : head;

    if (earlier != 0 &&
        !partition->ops->gpa_read(partition->host, page_of(vp) + HV_SPILL_OUTPUT_OFFSET,
                                  block->output, earlier)) {
        return;
    }
    memcpy(window, block->output, head);
}
