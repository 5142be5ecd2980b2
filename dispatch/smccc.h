/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The SMCCC side: which ids are hypercalls, and the services that are not (Arm DEN0028). */

#ifndef DISPATCH_SMCCC_H
#define DISPATCH_SMCCC_H

#include "convention.h"

#include <shim/shim.h>

#include <arm/smccc.h>
#include <hv/hypercall.h>

/* Most functions that have not been thought of are refused without a look at each of those that
 * have: these have all of these bits. */
#define SMCCC_BITS_OF_ALL                                                                          \
    (SMCCC_VENDOR_HYP_CALL_COUNT & SMCCC_VENDOR_HYP_UID & SMCCC_VENDOR_HYP_REVISION &              \
     HV_SMCCC_SPILL_ATTACH & UINT32_C(0xff00))

static inline bool smccc_may_be_function(uint32_t id)
{
    return (~id & SMCCC_BITS_OF_ALL) == 0;
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
