/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Calls about address translation (TLFS virtual-mmu). A flush that takes more than it was asked to
 * is always right, so each of them is all of the guest's translations, on all processors. */

#include "handlers.h"

#include <hv/processor.h>

#include "dispatch/vp_set.h"

#define FLUSH_SPACE_FLAGS                                                                          \
    (HV_FLUSH_ALL_PROCESSORS | HV_FLUSH_ALL_VIRTUAL_ADDRESS_SPACES |                               \
     HV_FLUSH_NON_GLOBAL_MAPPINGS_ONLY)
#define FLUSH_LIST_FLAGS (HV_FLUSH_ALL_PROCESSORS | HV_FLUSH_ALL_VIRTUAL_ADDRESS_SPACES)

static hv_status_t flush(struct shim_vp *vp, bool stage2)
{
    vp->partition->ops->tlb_flush(vp->partition->host, stage2);
    return HV_STATUS_SUCCESS;
}

static hv_status_t flush_virtual(struct shim_vp *vp, uint64_t flags, uint64_t legal)
{
    return (flags & ~legal) != 0 ? HV_STATUS_INVALID_PARAMETER : flush(vp, false);
}

static hv_status_t flush_virtual_ex(struct shim_vp *vp, const struct hv_args *args, uint64_t legal)
{
    const struct hv_flush_virtual_ex *request = args->header;
    struct vp_set set;
    hv_status_t status = vp_set_read(&request->set, args, &set);

    return status != HV_STATUS_SUCCESS ? status : flush_virtual(vp, request->flags, legal);
}

hv_status_t hv_flush_virtual_address_space(struct shim_vp *vp, const struct hv_args *args)
{
    const struct hv_flush_virtual *request = args->header;

    return flush_virtual(vp, request->flags, FLUSH_SPACE_FLAGS);
}

hv_status_t hv_flush_virtual_address_space_ex(struct shim_vp *vp, const struct hv_args *args)
{
    return flush_virtual_ex(vp, args, FLUSH_SPACE_FLAGS);
}

hv_status_t hv_flush_virtual_address_list(struct shim_vp *vp, const struct hv_args *args)
{
    const struct hv_flush_virtual *request = args->header;

    return flush_virtual(vp, request->flags, FLUSH_LIST_FLAGS);
}

hv_status_t hv_flush_virtual_address_list_ex(struct shim_vp *vp, const struct hv_args *args)
{
    return flush_virtual_ex(vp, args, FLUSH_LIST_FLAGS);
}

hv_status_t hv_flush_guest_physical_address_space(struct shim_vp *vp, const struct hv_args *args)
{
    const struct hv_flush_guest_physical *request = args->header;

    return request->flags != 0 ? HV_STATUS_INVALID_PARAMETER : flush(vp, true);
}

hv_status_t hv_flush_guest_physical_address_list(struct shim_vp *vp, const struct hv_args *args)
{
    return hv_flush_guest_physical_address_space(vp, args);
}

#define TRANSLATE_FLAGS                                                                            \
    (HV_TRANSLATE_GVA_VALIDATE_READ | HV_TRANSLATE_GVA_VALIDATE_WRITE |                            \
     HV_TRANSLATE_GVA_VALIDATE_EXECUTE | HV_TRANSLATE_GVA_SET_PAGE_TABLE_BITS |                    \
     HV_TRANSLATE_GVA_TLB_FLUSH_INHIBIT | HV_TRANSLATE_GVA_SUPERVISOR_ACCESS |                     \
     HV_TRANSLATE_GVA_USER_ACCESS | HV_TRANSLATE_GVA_PAN_SET | HV_TRANSLATE_GVA_PAN_CLEAR)
#define GVA_PAGES (UINT64_C(1) << 52)

/* Of the calling VP only: another one's registers are in motion. The status says whether the call
 * was in order, the result whether the address is. */
hv_status_t hv_translate_virtual_address(struct shim_vp *vp, const struct hv_args *args)
{
    const struct hv_translate_virtual_address *request = args->header;
    const struct shim_partition *partition = vp->partition;
    uint64_t flags = request->flags & ~(UINT64_C(0xff) << HV_TRANSLATE_GVA_INPUT_VTL_SHIFT);
    const struct shim_vp *target = vp_find(vp, request->vp_index);
    hv_status_t status = check_partition_self(vp, request->partition_id);

    if (status == HV_STATUS_SUCCESS) {
        status = check_input_vtl((uint8_t)(request->flags >> HV_TRANSLATE_GVA_INPUT_VTL_SHIFT));
    }
    if (status != HV_STATUS_SUCCESS) {
        return status;
    }
    if (target == NULL) {
        return HV_STATUS_INVALID_VP_INDEX;
    }
    if (target != vp || request->reserved != 0 || (flags & ~TRANSLATE_FLAGS) != 0 ||
        request->gva_page >= GVA_PAGES) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    partition->ops->translate_gva(partition->host, vp->host_vp, request->gva_page * HV_PAGE_SIZE,
                                  flags, args->out);
    return HV_STATUS_SUCCESS;
}
