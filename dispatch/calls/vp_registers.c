/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* HvCallGetVpRegisters and HvCallSetVpRegisters (TLFS pages of these names): one element a time,
 * each judged on its own. What a register is and does stands in the register table. */

#include "handlers.h"

#include <hv/vp_registers.h>

#include "dispatch/registers.h"

/* Nearly every caller means itself. */
static bool header_is_self(const struct hv_vp_registers_header *header)
{
    return header->partition_id == HV_PARTITION_ID_SELF && header->vp_index == HV_VP_INDEX_SELF &&
           header->input_vtl == 0;
}

static hv_status_t resolve(struct shim_vp *vp, const struct hv_vp_registers_header *header,
                           struct shim_vp **target)
{
    hv_status_t status;

    if ((header->reserved[0] | header->reserved[1] | header->reserved[2]) != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    *target = vp;
    if (SHIM_LIKELY(header_is_self(header))) {
        return HV_STATUS_SUCCESS;
    }
    status = check_input_vtl(header->input_vtl);
    if (status == HV_STATUS_SUCCESS) {
        status = check_partition_self(vp, header->partition_id);
    }
    if (status == HV_STATUS_SUCCESS) {
        *target = vp_find(vp, header->vp_index);
        status = *target == NULL ? HV_STATUS_INVALID_VP_INDEX : HV_STATUS_SUCCESS;
    }
    return status;
}

/* Rights before existence, as in admission. */
static hv_status_t admit_register(const struct shim_vp *vp, const struct hv_register *row,
                                  bool early)
{
    const struct shim_partition *partition = vp->partition;

    if (shim_atomic_load(&partition->guest_os_id) == 0 && !early) {
        return HV_STATUS_ACCESS_DENIED;
    }
    if ((row->privilege & ~partition->privileges) != 0) {
        return HV_STATUS_ACCESS_DENIED;
    }
    return row->get == NULL ? HV_STATUS_INVALID_PARAMETER : HV_STATUS_SUCCESS;
}

hv_status_t hv_get_vp_registers(struct shim_vp *vp, const struct hv_args *args)
{
    const uint32_t *name = args->rep_in;
    const struct hv_register *row = register_find(*name);
    struct shim_vp *target;
    hv_status_t status = admit_register(vp, row, row->early_get);

    if (status == HV_STATUS_SUCCESS) {
        status = resolve(vp, args->header, &target);
    }
    if (status == HV_STATUS_SUCCESS) {
        row->get(row, target, args->out);
    }
    return status;
}

hv_status_t hv_set_vp_registers(struct shim_vp *vp, const struct hv_args *args)
{
    const struct hv_vp_register_assoc *element = args->rep_in;
    const struct hv_register *row = register_find(element->name);
    struct shim_vp *target;
    hv_status_t status = admit_register(vp, row, row->early_set);

    if (status == HV_STATUS_SUCCESS) {
        status = resolve(vp, args->header, &target);
    }
    if (status != HV_STATUS_SUCCESS) {
        return status;
    }
    if (row->set == NULL) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    return row->set(row, vp, target, element->value.low);
}
