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
static bool fits(const struct block_sizes *sizes, const struct shim_vp *vp)
{
    if (vp->spill_page == 0) {
        return sizes->input <= HV_COMPACT_INPUT_SIZE && sizes->output <= HV_COMPACT_OUTPUT_SIZE;
    }
    return sizes->input <= HV_SPILL_INPUT_MAX && sizes->output <= HV_SPILL_OUTPUT_MAX;
}

hv_status_t spill_fetch(struct shim_vp *vp, const uint64_t *window, const struct block_sizes *sizes,
                        const uint8_t **input)
{
    const struct shim_partition *partition = vp->partition;

    if (!fits(sizes, vp)) {
        return HV_STATUS_INVALID_HYPERCALL_INPUT;
    }
    *input = (const uint8_t *)window;
    if (sizes->input <= HV_COMPACT_INPUT_SIZE) {
        return HV_STATUS_SUCCESS;
    }
    if (!partition->ops->gpa_read(partition->host, page_of(vp) + HV_COMPACT_INPUT_SIZE,
                                  vp->input + HV_COMPACT_INPUT_SIZE,
                                  sizes->input - HV_COMPACT_INPUT_SIZE)) {
        return HV_STATUS_INVALID_ALIGNMENT;
    }
    memcpy(vp->input, window, HV_COMPACT_INPUT_SIZE);
    vp->fetched = sizes->input;
    *input = vp->input;
    return HV_STATUS_SUCCESS;
}

bool spill_store(struct shim_vp *vp, uint32_t from, uint32_t to)
{
    const struct shim_partition *partition = vp->partition;

    return from == to || vp->spill_page == 0 ||
           partition->ops->gpa_write(partition->host, page_of(vp) + HV_SPILL_OUTPUT_OFFSET + from,
                                     vp->output + from, to - from);
}

/* Output of earlier entries, back from the page that it was stored to. */
static bool read_back(struct shim_vp *vp, uint32_t size)
{
    const struct shim_partition *partition = vp->partition;

    return vp->spill_page != 0 &&
           partition->ops->gpa_read(partition->host, page_of(vp) + HV_SPILL_OUTPUT_OFFSET,
                                    vp->output, size);
}

/* What earlier entries of a paused call returned is in the page by now; should the guest have taken
 * it away, or never have shared one, it is not to be had, and the registers keep what they hold. */
void spill_finish(struct shim_vp *vp, uint64_t *window, uint32_t from, uint32_t to)
{
    uint32_t head = to < HV_COMPACT_OUTPUT_SIZE ? to : HV_COMPACT_OUTPUT_SIZE;
    uint32_t earlier = from < head ? from : head;

    if (earlier != 0 && !read_back(vp, earlier)) {
        memcpy(vp->output, window, earlier);
    }
    memcpy(window, vp->output, head);
}
