/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Event flags in a VP's event page (TLFS inter-partition-communication, "SynIC Event Flags"). A
 * flag is one atomic OR: no queue, nothing to run out of, nobody to wait for. */

#include <shim/shim.h>

#define FLAGS_PER_SINT 2048u
#define SINT_AREA 256u /* bytes of the page */

hv_status_t shim_event_set(struct shim_vp *vp, uint32_t sint, uint32_t flag, bool *newly)
{
    const struct shim_partition *partition = vp->partition;
    bool was_set;
    uint64_t page;
    uint64_t value;

    if (sint >= HV_SYNIC_SINT_COUNT || flag >= FLAGS_PER_SINT) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    if (partition->ops->gpa_set_bit == NULL) {
        return HV_STATUS_INVALID_SYNIC_STATE;
    }
    page = shim_atomic_load(&vp->siefp);
    value = shim_atomic_load(&vp->sint[shim_index_nospec(sint, HV_SYNIC_SINT_COUNT)]);
    if ((shim_atomic_load(&vp->scontrol) & page & HV_SYNIC_ENABLE) == 0 ||
        (value & HV_SINT_MASKED) != 0) {
        return HV_STATUS_INVALID_SYNIC_STATE;
    }
    shim_atomic_fence(); /* what the flag is about is there when the guest sees it */
    if (!partition->ops->gpa_set_bit(partition->host,
                                     (page & HV_SYNIC_PAGE) + sint * SINT_AREA + flag / 8, flag % 8,
                                     &was_set)) {
        return HV_STATUS_INVALID_SYNIC_STATE;
    }
    if (!was_set && (value & HV_SINT_POLLING) == 0) {
        partition->ops->interrupt_assert(partition->host, vp->host_vp,
                                         (uint32_t)(value & HV_SINT_VECTOR));
    }
    if (newly != NULL) {
        *newly = !was_set;
    }
    return HV_STATUS_SUCCESS;
}
