/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Where everything comes in: the immediate of the HVC, and then the function id of the SMCCC,
 * choose the convention. */

#include <shim/shim.h>

#include <hv/hypercall.h>

#include "hypercall.h"
#include "smccc.h"

SHIM_NOINLINE static enum shim_verdict further_native(const struct hv_call *row, uint64_t control,
                                                      struct shim_vp *vp, uint64_t *x)
{
    return hypercall_further(row, control, vp, x, &hv_native);
}

SHIM_NOINLINE static enum shim_verdict further_smccc(const struct hv_call *row, uint64_t control,
                                                     struct shim_vp *vp, uint64_t *x)
{
    return hypercall_further(row, control, vp, x, &hv_smccc);
}

SHIM_NOINLINE static enum shim_verdict further_compact(const struct hv_call *row, uint64_t control,
                                                       struct shim_vp *vp, uint64_t *x)
{
    return hypercall_further(row, control, vp, x, &hv_compact);
}

enum shim_verdict shim_hvc_native(uint64_t x0, SHIM_UNUSED uint64_t x1, struct shim_vp *vp,
                                  uint64_t x[SHIM_REGISTERS])
{
    return hypercall(x0, vp, x, &hv_native, false, further_native);
}

SHIM_NOINLINE static enum shim_verdict smccc(SHIM_UNUSED uint64_t x0, uint64_t x1,
                                             struct shim_vp *vp, uint64_t *x)
{
    return hypercall(x1, vp, x, &hv_smccc, false, further_smccc);
}

SHIM_NOINLINE static enum shim_verdict compact_unpaged(SHIM_UNUSED uint64_t x0, uint64_t x1,
                                                       struct shim_vp *vp, uint64_t *x)
{
    return hypercall(x1, vp, x, &hv_compact, false, further_compact);
}

SHIM_NOINLINE static enum shim_verdict compact_paged(SHIM_UNUSED uint64_t x0, uint64_t x1,
                                                     struct shim_vp *vp, uint64_t *x)
{
    return hypercall(x1, vp, x, &hv_compact, true, further_compact);
}

static SHIM_INLINE enum shim_verdict compact(uint64_t x0, uint64_t x1, struct shim_vp *vp,
                                             uint64_t *x)
{
    return vp->spill_page == 0 ? compact_unpaged(x0, x1, vp, x) : compact_paged(x0, x1, vp, x);
}

/* Ids that carry the hint bit, and those of no hypercall. */
SHIM_NOINLINE static enum shim_verdict other(uint64_t x0, uint64_t x1, struct shim_vp *vp,
                                             uint64_t *x)
{
    uint32_t id = smccc_function_id(x0);

    if (id == HV_SMCCC_HYPERCALL) {
        return smccc(x0, x1, vp, x);
    }
    return id == HV_SMCCC_SPILLED_HYPERCALL ? compact(x0, x1, vp, x) : smccc_service(vp, true, x);
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
static SHIM_INLINE enum shim_verdict yielding_call(uint64_t x0, uint64_t x1, struct shim_vp *vp,
                                                   uint64_t *x)
{
    uint32_t from_hypercall = distance(x0);

    if (SHIM_LIKELY(from_hypercall == 0)) {
        return smccc(x0, x1, vp, x);
    }
    return from_hypercall == HV_SMCCC_SPILLED_HYPERCALL - HV_SMCCC_HYPERCALL
               ? compact(x0, x1, vp, x)
               : other(x0, x1, vp, x);
}

SHIM_NOINLINE static enum shim_verdict service(struct shim_vp *vp, uint64_t *x)
{
    return smccc_service(vp, true, x);
}

/* Fast calls are the services. What nobody has thought of is refused without a look at each. */
static SHIM_INLINE enum shim_verdict fast_call(uint64_t x0, struct shim_vp *vp, uint64_t *x)
{
    if (SHIM_UNLIKELY(smccc_may_be_function((uint32_t)x0))) {
        return service(vp, x);
    }
    x[0] = SMCCC_NOT_SUPPORTED;
    return SHIM_DONE;
}

enum shim_verdict shim_hvc_smccc(uint64_t x0, uint64_t x1, struct shim_vp *vp,
                                 uint64_t x[SHIM_REGISTERS])
{
    if ((x0 & SMCCC_FAST) != 0) {
        return SHIM_LIKELY(smccc_owner((uint32_t)x0) == SMCCC_OWNER_VENDOR_HYP)
                   ? fast_call(x0, vp, x)
                   : SHIM_NOT_OURS;
    }
    return yielding_call(x0, x1, vp, x);
}

/* VTL call and return, HVC #2 and #3, belong to guests with VTLs, of which there are none. */
enum shim_verdict shim_hvc(struct shim_vp *vp, uint16_t imm16, uint64_t x[SHIM_REGISTERS])
{
    if (imm16 == HV_HVC_HYPERCALL) {
        return shim_hvc_native(x[0], x[1], vp, x);
    }
    return imm16 == HV_HVC_SMCCC ? shim_hvc_smccc(x[0], x[1], vp, x) : SHIM_UNDEFINED;
}

enum shim_verdict shim_smc(struct shim_vp *vp, uint64_t x[SHIM_REGISTERS])
{
    return smccc_service(vp, false, x);
}
