/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Walks over sets of VPs. The work is bounded by the partition's VPs, whatever the set says. */

#include "vp_set.h"

#define BANK_VPS 64u

struct vp_set vp_set_of_mask(const uint64_t *mask)
{
    return (struct vp_set) { .valid_banks = 1, .banks = mask };
}

static uint32_t population(uint64_t word)
{
    uint32_t count = 0;

    for (; word != 0; word &= word - 1) {
        count++;
    }
    return count;
}

hv_status_t vp_set_read(const struct hv_vp_set *from, uint64_t control, struct vp_set *set)
{
    if (from->format > HV_VP_SET_ALL) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    set->all = from->format == HV_VP_SET_ALL;
    set->valid_banks = from->valid_banks;
    set->banks = (const uint64_t *)(const void *)(from + 1);
    return population(from->valid_banks) == hv_control_variable_header(control)
               ? HV_STATUS_SUCCESS
               : HV_STATUS_INVALID_HYPERCALL_INPUT;
}

static void visit_bank(const struct shim_partition *partition, uint32_t first, uint64_t members,
                       vp_set_fn *visit, uint32_t argument)
{
    for (uint32_t n = 0; n < BANK_VPS && first + n < partition->vp_count; n++) {
        if ((members >> n & 1) != 0) {
            visit(&partition->vps[first + n], argument);
        }
    }
}

void vp_set_for_each(const struct shim_partition *partition, const struct vp_set *set,
                     vp_set_fn *visit, uint32_t argument)
{
    const uint64_t *next = set->banks;

    for (uint32_t bank = 0; bank < HV_VP_SET_BANKS && bank * BANK_VPS < partition->vp_count;
         bank++) {
        if (set->all) {
            visit_bank(partition, bank * BANK_VPS, UINT64_MAX, visit, argument);
        } else if ((set->valid_banks >> bank & 1) != 0) {
            visit_bank(partition, bank * BANK_VPS, *next++, visit, argument);
        }
    }
}
