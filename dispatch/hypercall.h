/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The engine: one hypercall from its control word to its result word. */

#ifndef DISPATCH_HYPERCALL_H
#define DISPATCH_HYPERCALL_H

#include "convention.h"

#include <shim/shim.h>

/* Serves the hypercall that the registers hold, in the given convention. SHIM_DONE or SHIM_AGAIN.
 */
enum shim_verdict hypercall_run(struct shim_vp *vp, const struct hv_convention *convention,
                                uint64_t *x);

#endif
