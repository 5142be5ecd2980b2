/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The SMCCC side: which ids are hypercalls, and the services that are not (Arm DEN0028). */

#ifndef DISPATCH_SMCCC_H
#define DISPATCH_SMCCC_H

#include "convention.h"

#include <shim/shim.h>

#include <arm/smccc.h>
#include <hv/hypercall.h>

/* Functions that have not been thought of are refused without a look at each of those that have:
 * these differ from most in bits 15:8. */
static inline bool smccc_may_be_function(uint32_t id)
{
    uint32_t group = id & SMCCC_FUNCTION & ~UINT32_C(0xff);

    return group == (SMCCC_VENDOR_HYP_UID & SMCCC_FUNCTION & ~UINT32_C(0xff)) ||
           group == (HV_SMCCC_SPILL_ATTACH & SMCCC_FUNCTION & ~UINT32_C(0xff));
}

/* The convention that a function id selects, NULL when it is not a hypercall. */
static inline const struct hv_convention *smccc_convention(uint64_t x0)
{
    uint32_t id = smccc_function_id(x0);

    if (id == HV_SMCCC_HYPERCALL) {
        return &hv_smccc;
    }
    return id == HV_SMCCC_SPILLED_HYPERCALL ? &hv_compact : NULL;
}

/* Serves what is not a hypercall, by either conduit. SHIM_NOT_OURS for other owners' functions. */
enum shim_verdict smccc_service(struct shim_vp *vp, bool by_hvc, uint64_t *x);

#endif
