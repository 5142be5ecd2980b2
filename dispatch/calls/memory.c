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

/* The first element of this entry: one flush serves all of a list. `list` is where it starts. */
static bool is_first(const void *list, const void *element, uint64_t control)
{
    return element == (const uint64_t *)list + hv_control_rep_start(control);
}

static const void *behind_banks(const struct hv_flush_virtual_ex *request, uint64_t control)
{
    return (const uint64_t *)(const void *)(request + 1) + hv_control_variable_header(control);
}

static hv_status_t check_flush_ex(const struct hv_flush_virtual_ex *request, uint64_t control,
                                  uint64_t legal)
{
    struct vp_set set;
    hv_status_t status = vp_set_read(&request->set, control, &set);

    if (status == HV_STATUS_SUCCESS && (request->flags & ~legal) != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    return status;
}

HV_HANDLER(hv_flush_virtual_address_space)
{
    const struct hv_flush_virtual *request = header;

    return (request->flags & ~FLUSH_SPACE_FLAGS) != 0 ? HV_STATUS_INVALID_PARAMETER
                                                      : flush(vp, false);
}

HV_HANDLER(hv_flush_virtual_address_space_ex)
{
    hv_status_t status = check_flush_ex(header, control, FLUSH_SPACE_FLAGS);

    return status == HV_STATUS_SUCCESS ? flush(vp, false) : status;
}

HV_HANDLER(hv_flush_virtual_address_list)
{
    const struct hv_flush_virtual *request = header;

    if ((request->flags & ~FLUSH_LIST_FLAGS) != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    return is_first(request + 1, element, control) ? flush(vp, false) : HV_STATUS_SUCCESS;
}

HV_HANDLER(hv_flush_virtual_address_list_ex)
{
    const struct hv_flush_virtual_ex *request = header;
    hv_status_t status = check_flush_ex(request, control, FLUSH_LIST_FLAGS);

    if (status == HV_STATUS_SUCCESS && is_first(behind_banks(request, control), element, control)) {
        return flush(vp, false);
    }
    return status;
}

HV_HANDLER(hv_flush_guest_physical_address_space)
{
    const struct hv_flush_guest_physical *request = header;

    return request->flags != 0 ? HV_STATUS_INVALID_PARAMETER : flush(vp, true);
}

HV_HANDLER(hv_flush_guest_physical_address_list)
{
    const struct hv_flush_guest_physical *request = header;

    if (request->flags != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    return is_first(request + 1, element, control) ? flush(vp, true) : HV_STATUS_SUCCESS;
}

#define TRANSLATE_FLAGS                                                                            \
    (HV_TRANSLATE_GVA_VALIDATE_READ | HV_TRANSLATE_GVA_VALIDATE_WRITE |                            \
     HV_TRANSLATE_GVA_VALIDATE_EXECUTE | HV_TRANSLATE_GVA_SET_PAGE_TABLE_BITS |                    \
     HV_TRANSLATE_GVA_TLB_FLUSH_INHIBIT | HV_TRANSLATE_GVA_SUPERVISOR_ACCESS |                     \
     HV_TRANSLATE_GVA_USER_ACCESS | HV_TRANSLATE_GVA_PAN_SET | HV_TRANSLATE_GVA_PAN_CLEAR)
#define GVA_PAGES (UINT64_C(1) << 52)

/* Of the calling VP only: another one's registers are in motion. The status says whether the call
 * was in order, the result whether the address is. */
HV_HANDLER(hv_translate_virtual_address)
{
    const struct hv_translate_virtual_address *request = header;
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
                                  flags, out);
    return HV_STATUS_SUCCESS;
}
