/* SPDX-License-Identifier: BSD-2-Clause-Patent */

#ifndef DISPATCH_SMCCC_H
#define DISPATCH_SMCCC_H

#include "convention.h"

#include <shim/shim.h>

/* The convention that a function id selects, NULL when it is not a hypercall. */
const struct hv_convention *smccc_convention(uint64_t x0);

/* Serves what is not a hypercall, by either conduit. SHIM_NOT_OURS for other owners' functions. */
enum shim_verdict smccc_service(struct shim_vp *vp, bool by_hvc, uint64_t *x);

#endif
