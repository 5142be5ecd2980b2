/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Registers of time: synthetic timers, which belong to their own VP, and the reference TSC page
 * (TLFS timers). */

#include "dispatch/registers.h"

#include <string.h>

#include "dispatch/message.h"
#include "dispatch/timer.h"

static struct shim_timer *timer_of(const struct hv_register *row, struct shim_vp *target)
{
    return (struct shim_timer *)(void *)((uint8_t *)target + row->offset);
}

static uint64_t now_of(const struct shim_vp *vp)
{
    return vp->partition->ops->reference_time(vp->partition->host);
}

hv_status_t timer_config_get(struct hv_register_value *value, const struct hv_register *row,
                             struct shim_vp *target)
{
    value->low = timer_config(timer_of(row, target), now_of(target));
    value->high = 0;
    return HV_STATUS_SUCCESS;
}

hv_status_t timer_count_get(struct hv_register_value *value, const struct hv_register *row,
                            struct shim_vp *target)
{
    value->low = shim_atomic_load(&timer_of(row, target)->count);
    value->high = 0;
    return HV_STATUS_SUCCESS;
}

/* One writer per timer, its VP: between two there would be no order. */
hv_status_t timer_config_set(uint64_t value, const struct hv_register *row, struct shim_vp *caller,
                             struct shim_vp *target)
{
    hv_status_t status;

    if (caller != target) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    status = timer_config_write(timer_of(row, target), value, now_of(target));
    if (status == HV_STATUS_SUCCESS) {
        poll_request(target);
    }
    return status;
}

hv_status_t timer_count_set(uint64_t value, const struct hv_register *row, struct shim_vp *caller,
                            struct shim_vp *target)
{
    if (caller != target) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    timer_count_write(timer_of(row, target), value, now_of(target));
    poll_request(target);
    return HV_STATUS_SUCCESS;
}

/* The page is written whole, the sequence last; scale and offset never change, so neither does it.
 * A page that is no RAM is just not accessible. */
hv_status_t reference_tsc_set(uint64_t value, const struct hv_register *row, struct shim_vp *caller,
                              struct shim_vp *target)
{
    struct shim_partition *partition = target->partition;
    struct hv_reference_tsc_page *page = (void *)caller->output; /* a set call has no output */
    uint32_t sequence = 1;

    (void)row;
    shim_atomic_store(&partition->reference_tsc, value);
    if ((value & HV_REFERENCE_TSC_ENABLE) == 0) {
        return HV_STATUS_SUCCESS;
    }
    memset(caller->output, 0, HV_PAGE_SIZE);
    page->scale = partition->reference_tsc_scale;
    page->offset = partition->reference_tsc_offset;
    if (partition->ops->gpa_write(partition->host, value & HV_REFERENCE_TSC_PAGE, page,
                                  HV_PAGE_SIZE)) {
        shim_atomic_fence();
        (void)partition->ops->gpa_write(partition->host, value & HV_REFERENCE_TSC_PAGE, &sequence,
                                        sizeof(sequence));
    }
    return HV_STATUS_SUCCESS;
}
