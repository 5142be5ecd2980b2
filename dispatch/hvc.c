/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Where everything comes in: the immediate of the HVC, and then the function id of the SMCCC,
 * choose the convention. */

#include <shim/shim.h>

#include <hv/hypercall.h>

#include "hypercall.h"
#include "smccc.h"

enum shim_verdict shim_hvc_native(struct shim_vp *vp, uint64_t x[SHIM_REGISTERS])
{
    return hypercall(vp, x, &hv_native, false);
}

SHIM_NOINLINE static enum shim_verdict smccc(struct shim_vp *vp, uint64_t *x)
{
    return hypercall(vp, x, &hv_smccc, false);
}

SHIM_NOINLINE static enum shim_verdict compact_unpaged(struct shim_vp *vp, uint64_t *x)
{
    return hypercall(vp, x, &hv_compact, false);
}

SHIM_NOINLINE static enum shim_verdict compact_paged(struct shim_vp *vp, uint64_t *x)
{
    return hypercall(vp, x, &hv_compact, true);
}

static SHIM_INLINE enum shim_verdict compact(struct shim_vp *vp, uint64_t *x)
{
    return vp->spill_page == 0 ? compact_unpaged(vp, x) : compact_paged(vp, x);
}

/* Ids that carry the hint bit, and those of no hypercall. */
SHIM_NOINLINE static enum shim_verdict other(struct shim_vp *vp, uint64_t *x)
{
    uint32_t id = smccc_function_id(x[0]);

    if (id == HV_SMCCC_HYPERCALL) {
        return smccc(vp, x);
    }
    return id == HV_SMCCC_SPILLED_HYPERCALL ? compact(vp, x) : smccc_service(vp, true, x);
}

/* How far a function id is from that of a hypercall; hidden from the compiler, which would compare
 * with two long constants instead. */
static SHIM_INLINE uint32_t distance(uint64_t x0)
{
    uint32_t id = (uint32_t)x0 - HV_SMCCC_HYPERCALL;

    SHIM_KEEP(id);
    return id;
}

/* Yielding calls are the hypercalls; all else is some way off. */
static SHIM_INLINE enum shim_verdict yielding_call(struct shim_vp *vp, uint64_t *x)
{
    uint32_t from_hypercall = distance(x[0]);

    if (SHIM_LIKELY(from_hypercall == 0)) {
        return smccc(vp, x);
    }
    return from_hypercall == HV_SMCCC_SPILLED_HYPERCALL - HV_SMCCC_HYPERCALL ? compact(vp, x)
                                                                             : other(vp, x);
}

/* Fast calls are the services. What nobody has thought of is refused without a look at each. */
SHIM_NOINLINE static enum shim_verdict fast_call(struct shim_vp *vp, uint64_t *x)
{
    if (smccc_may_be_function((uint32_t)x[0])) {
        return smccc_service(vp, true, x);
    }
    x[0] = SMCCC_NOT_SUPPORTED;
    return SHIM_DONE;
}

enum shim_verdict shim_hvc_smccc(struct shim_vp *vp, uint64_t x[SHIM_REGISTERS])
{
    if ((x[0] & SMCCC_FAST) != 0) {
        return smccc_owner((uint32_t)x[0]) != SMCCC_OWNER_VENDOR_HYP ? SHIM_NOT_OURS
                                                                     : fast_call(vp, x);
    }
    return yielding_call(vp, x);
}

/* VTL call and return, HVC #2 and #3, belong to guests with VTLs, of which there are none. */
enum shim_verdict shim_hvc(struct shim_vp *vp, uint16_t imm16, uint64_t x[SHIM_REGISTERS])
{
    if (imm16 == HV_HVC_HYPERCALL) {
        return shim_hvc_native(vp, x);
    }
    return imm16 == HV_HVC_SMCCC ? shim_hvc_smccc(vp, x) : SHIM_UNDEFINED;
}

enum shim_verdict shim_smc(struct shim_vp *vp, uint64_t x[SHIM_REGISTERS])
{
    return smccc_service(vp, false, x);
}
