/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Extended hypercalls, codes 0x8001 and up (TLFS "Extended Hypercall Interface"). */

#include "handlers.h"

/* Bit n offers call 0x8002 + n. None of them is served. */
hv_status_t hv_ext_query_capabilities(struct shim_vp *vp, const struct hv_args *args)
{
    uint64_t *capabilities = args->out;

    (void)vp;
    *capabilities = 0;
    return HV_STATUS_SUCCESS;
}
