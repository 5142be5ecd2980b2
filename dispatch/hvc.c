/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Where everything comes in: the immediate of the HVC chooses the convention. */

#include <shim/shim.h>

#include <hv/hypercall.h>

#include "hypercall.h"
#include "smccc.h"

static enum shim_verdict smccc_hvc(struct shim_vp *vp, uint64_t *x)
{
    const struct hv_convention *convention = smccc_convention(x[0]);

    return convention != NULL ? hypercall_run(vp, convention, x) : smccc_service(vp, true, x);
}

/* VTL call and return, HVC #2 and #3, belong to guests with VTLs, of which there are none. */
static enum shim_verdict route(struct shim_vp *vp, uint16_t imm16, uint64_t *x)
{
    if (imm16 == HV_HVC_SMCCC) {
        return smccc_hvc(vp, x);
    }
    return imm16 == HV_HVC_HYPERCALL ? hypercall_run(vp, &hv_native, x) : SHIM_UNDEFINED;
}

enum shim_verdict shim_hvc(struct shim_vp *vp, uint16_t imm16, uint64_t x[SHIM_REGISTERS])
{
    return SHIM_LIKELY(vp->trace == NULL) ? route(vp, imm16, x) : vp->trace(vp, imm16, x);
}

enum shim_verdict shim_hvc_untraced(struct shim_vp *vp, uint16_t imm16, uint64_t x[SHIM_REGISTERS])
{
    return route(vp, imm16, x);
}

enum shim_verdict shim_smc(struct shim_vp *vp, uint64_t x[SHIM_REGISTERS])
{
    return smccc_service(vp, false, x);
}
