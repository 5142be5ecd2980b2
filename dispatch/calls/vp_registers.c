/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* HvCallGetVpRegisters and HvCallSetVpRegisters (TLFS pages of these names): one element a time,
 * each judged on its own. What a register is and does stands in the register table. */

#include "handlers.h"

#include <hv/vp_registers.h>

#include "dispatch/registers.h"

/* Nearly every caller means itself: two words, compared at once. */
static inline bool header_is_self(const uint64_t *words)
{
    return ((words[0] ^ HV_PARTITION_ID_SELF) | (words[1] ^ HV_VP_INDEX_SELF)) == 0;
}

static hv_status_t resolve(struct shim_vp *vp, const struct hv_vp_registers_header *header,
                           struct shim_vp **target)
{
    hv_status_t status;

    if ((header->reserved[0] | header->reserved[1] | header->reserved[2]) != 0) {
        return HV_STATUS_INVALID_PARAMETER;
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

/* Rights before existence, as in admission. A name that is not served wants GuestOsId only; so does
 * the truth that a register is read-only. */
static hv_status_t admit_register(const struct shim_partition *partition,
                                  const struct hv_register *row, uint32_t name, uint64_t rights)
{
    if (row->name != name) {
        return rights_suffice(partition, SHIM_NEEDS_GUEST_OS_ID) ? HV_STATUS_INVALID_PARAMETER
                                                                 : HV_STATUS_ACCESS_DENIED;
    }
    return rights_suffice(partition, rights) ? HV_STATUS_SUCCESS : HV_STATUS_ACCESS_DENIED;
}

/* The whole answer for a register of the caller itself, when it is yes. */
static inline bool admit_at_once(const struct shim_vp *vp, const struct hv_register *row,
                                 uint32_t name, const void *header)
{
    return row->name == name && header_is_self(header) &&
           rights_suffice(vp->partition, row->rights);
}

/* With the arguments of its caller, so that none has to move. */
SHIM_NOINLINE static HV_HANDLER(get_any)
{
    uint32_t name = *(const uint32_t *)element;
    const struct hv_register *row = register_find(name);
    struct shim_vp *target;
    hv_status_t status = admit_register(vp->partition, row, name, row->rights);

    if (status == HV_STATUS_SUCCESS) {
        status = resolve(vp, header, &target);
    }
    return status == HV_STATUS_SUCCESS ? row->get(out, row, target) : status;
}

HV_HANDLER(hv_get_vp_registers)
{
    uint32_t name = *(const uint32_t *)element;
    const struct hv_register *row = register_find(name);

    if (SHIM_LIKELY(admit_at_once(vp, row, name, header))) {
        return row->get(out, row, vp);
    }
    return get_any(out, control, vp, header, element);
}

SHIM_NOINLINE static HV_HANDLER(set_any)
{
    const struct hv_vp_register_assoc *assoc = element;
    const struct hv_register *row = register_find(assoc->name);
    uint64_t rights = row->set == NULL ? row->rights | SHIM_NEEDS_GUEST_OS_ID : row->rights;
    struct shim_vp *target;
    hv_status_t status = admit_register(vp->partition, row, assoc->name, rights);

    if (status == HV_STATUS_SUCCESS) {
        status = resolve(vp, header, &target);
    }
    if (status != HV_STATUS_SUCCESS) {
        return status;
    }
    return row->set == NULL ? HV_STATUS_INVALID_PARAMETER
                            : row->set(assoc->value.low, row, vp, target);
}

HV_HANDLER(hv_set_vp_registers)
{
    const struct hv_vp_register_assoc *assoc = element;
    const struct hv_register *row = register_find(assoc->name);

    if (SHIM_LIKELY(row->set != NULL && admit_at_once(vp, row, assoc->name, header))) {
        return row->set(assoc->value.low, row, vp, vp);
    }
    return set_any(out, control, vp, header, element);
}
