/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The spill page: the ABI of docs/spill-page.md. The page is untrusted memory like any other; what
 * attaching saves is the guest's work and the registers, not our checks. */

#include "spill.h"

#include "call.h"

#include <arm/smccc.h>
#include <hv/hypercall.h>
#include <shim/copy.h>

#include <string.h>

/* The page is good for as long as it is pinned. Where the host does not pin, each use asks anew;
 * the first one tells the guest early that it got the address wrong. */
static bool page_is_ram(const struct shim_partition *partition, uint64_t gpa, uint8_t **pinned)
{
    uint64_t probe;

    if (partition->ops->page_pin == NULL) {
        return partition->ops->gpa_read(partition->host, gpa, &probe, sizeof(probe));
    }
    *pinned = partition->ops->page_pin(partition->host, gpa);
    return *pinned != NULL;
}

void spill_detach(struct shim_vp *vp)
{
    const struct shim_partition *partition = vp->partition;

    if (vp->spill_pinned != NULL && partition->ops->page_unpin != NULL) {
        partition->ops->page_unpin(partition->host, vp->spill_pinned);
    }
    vp->spill_pinned = NULL;
    vp->spill_page = 0;
}

uint64_t spill_attach(struct shim_vp *vp, uint64_t argument)
{
    uint8_t *pinned = NULL;

    if (argument == 0) {
        spill_detach(vp);
        return 0;
    }
    if ((argument & HV_SPILL_ATTACH_ENABLE) == 0 || (argument & HV_SPILL_ATTACH_RESERVED) != 0 ||
        !page_is_ram(vp->partition, argument & ~HV_SPILL_ATTACH_ENABLE, &pinned)) {
        return SMCCC_INVALID_PARAMETER;
    }
    spill_detach(vp);
    vp->spill_pinned = pinned;
    vp->spill_page = argument;
    return 0;
}

bool spill_store(const struct shim_vp *vp, uint32_t from, uint32_t to)
{
    const struct shim_partition *partition = vp->partition;
    uint32_t offset = HV_SPILL_OUTPUT_OFFSET + from;

    if (from == to || vp->spill_page == 0) {
        return true;
    }
    if (SHIM_LIKELY(vp->spill_pinned != NULL)) {
        shim_copy(vp->spill_pinned + offset, vp->output + from, to - from);
        return true;
    }
    return partition->ops->gpa_write(partition->host,
                                     (vp->spill_page & ~HV_SPILL_ATTACH_ENABLE) + offset,
                                     vp->output + from, to - from);
}

/* What earlier entries of a paused call returned is in the page by now; should the guest have taken
 * it away, or never have shared one, it is not to be had, and the registers keep what they hold. */
void spill_finish(struct shim_vp *vp, uint64_t *window, uint32_t from, uint32_t to)
{
    uint32_t head = to < HV_COMPACT_OUTPUT_SIZE ? to : HV_COMPACT_OUTPUT_SIZE;
    uint32_t earlier = from < head ? from : head;

    if (earlier != 0 &&
        (vp->spill_page == 0 || !spill_read(vp, HV_SPILL_OUTPUT_OFFSET, vp->output, earlier))) {
        memcpy(vp->output, window, earlier);
    }
    memcpy(window, vp->output, head);
}
