/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Calls that interrupt VPs (TLFS virtual-interrupts). A vector is an INTID that one processor can
 * have pending: an SGI (0..15) or a PPI (16..31). */

#include "handlers.h"

#include <hv/processor.h>

#include "dispatch/vp_set.h"

#define INTIDS 32u

static void interrupt(struct shim_vp *target, uint32_t intid)
{
    const struct shim_partition *partition = target->partition;

    partition->ops->interrupt_assert(partition->host, target->host_vp, intid);
}

static hv_status_t check_ipi(uint32_t vector, uint8_t target_vtl, uint8_t flags, uint16_t reserved)
{
    if (flags != 0 || reserved != 0 || vector >= INTIDS) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    return check_input_vtl(target_vtl);
}

HV_HANDLER(hv_send_synthetic_cluster_ipi)
{
    const struct hv_send_ipi *ipi = header;
    hv_status_t status = check_ipi(ipi->vector, ipi->target_vtl, ipi->flags, ipi->reserved);
    struct vp_set set = vp_set_of_mask(&ipi->processor_mask);

    if (status == HV_STATUS_SUCCESS) {
        vp_set_for_each(vp->partition, &set, interrupt, ipi->vector);
    }
    return status;
}

HV_HANDLER(hv_send_synthetic_cluster_ipi_ex)
{
    const struct hv_send_ipi_ex *ipi = header;
    hv_status_t status = check_ipi(ipi->vector, ipi->target_vtl, ipi->flags, ipi->reserved);
    struct vp_set set;

    if (status == HV_STATUS_SUCCESS) {
        status = vp_set_read(&ipi->set, control, &set);
    }
    if (status == HV_STATUS_SUCCESS) {
        vp_set_for_each(vp->partition, &set, interrupt, ipi->vector);
    }
    return status;
}

/* The VP of an MPIDR. */
static struct shim_vp *vp_of_mpidr(const struct shim_partition *partition, uint64_t mpidr)
{
    for (uint32_t index = 0; index < partition->vp_count; index++) {
        struct shim_vp *vp = &partition->vps[index];
        uint64_t of_vp = partition->ops->vp_mpidr(partition->host, vp->host_vp);

        if (((of_vp ^ mpidr) & HV_MPIDR_AFFINITY) == 0) {
            return vp;
        }
    }
    return NULL;
}

/* Edge or level is what the guest's GIC says; a PPI here is an edge, so that taking the line back
 * does nothing. */
HV_HANDLER(hv_assert_virtual_interrupt)
{
    const struct hv_assert_virtual_interrupt *request = header;
    struct shim_vp *target = vp_of_mpidr(vp->partition, request->destination_address);
    hv_status_t status = check_partition_self(vp, request->partition_id);

    if (status == HV_STATUS_SUCCESS) {
        status = check_vtl(request->target_vtl);
    }
    if (status != HV_STATUS_SUCCESS) {
        return status;
    }
    if ((request->interrupt_control & ~HV_INTERRUPT_CONTROL_ASSERTED) != 0 ||
        (request->reserved[0] | request->reserved[1] | request->reserved[2]) != 0 ||
        request->requested_vector >= INTIDS || target == NULL) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    if ((request->interrupt_control & HV_INTERRUPT_CONTROL_ASSERTED) != 0) {
        interrupt(target, request->requested_vector);
    }
    return HV_STATUS_SUCCESS;
}

HV_HANDLER(hv_get_vp_index_from_apic_id)
{
    const struct hv_get_vp_index_from_apic_id *request = header;
    const uint64_t *mpidr = element;
    const struct shim_vp *found;
    hv_vp_index_t *index = out;
    hv_status_t status = check_vtl(request->target_vtl);

    for (uint32_t n = 0; n < sizeof(request->reserved); n++) {
        if (request->reserved[n] != 0) {
            return HV_STATUS_INVALID_PARAMETER;
        }
    }
    if (status == HV_STATUS_SUCCESS) {
        status = check_partition_self(vp, request->partition_id);
    }
    if (status != HV_STATUS_SUCCESS) {
        return status;
    }
    found = vp_of_mpidr(vp->partition, *mpidr);
    if (found == NULL) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    *index = found->index;
    return HV_STATUS_SUCCESS;
}
