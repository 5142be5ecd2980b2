/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The vendor-specific hypervisor service of SMCCC (Arm DEN0028), owner 6: function ids, sorted by
 * owner first. All other owners are the integrator's. */

#include "smccc.h"

#include "spill.h"

/* Functions of the service: three of HVC #0 only, and the three general queries, the UID's in both
 * of its forms. */
#define FUNCTION_COUNT 7u

/* Revision of the service as a whole: the TLFS calls and the spill page of docs/spill-page.md. */
#define REVISION_MAJOR 1u
#define REVISION_MINOR 0u

static void uid(uint64_t *x)
{
    x[0] = HV_SMCCC_UID_0;
    x[1] = HV_SMCCC_UID_1;
    x[2] = HV_SMCCC_UID_2;
    x[3] = HV_SMCCC_UID_3;
}

enum shim_verdict smccc_service(struct shim_vp *vp, bool by_hvc, uint64_t *x)
{
    uint32_t id = smccc_function_id(x[0]);

    if (smccc_owner(id) != SMCCC_OWNER_VENDOR_HYP) {
        return SHIM_NOT_OURS;
    }
    switch (id) {
    case SMCCC_VENDOR_HYP_UID:
    case SMCCC_VENDOR_HYP_UID | SMCCC_SMC64: /* the TLFS prints a 64-bit id; Linux uses the other */
        uid(x);
        break;
    case SMCCC_VENDOR_HYP_CALL_COUNT:
        x[0] = FUNCTION_COUNT;
        break;
    case SMCCC_VENDOR_HYP_REVISION:
        x[0] = REVISION_MAJOR;
        x[1] = REVISION_MINOR;
        break;
    case HV_SMCCC_SPILL_ATTACH:
        x[0] = by_hvc ? spill_attach(vp, x[1]) : SMCCC_NOT_SUPPORTED;
        break;
    default:
        x[0] = SMCCC_NOT_SUPPORTED;
    }
    return SHIM_DONE;
}
