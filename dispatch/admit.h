/* SPDX-License-Identifier: BSD-2-Clause-Patent */

#ifndef DISPATCH_ADMIT_H
#define DISPATCH_ADMIT_H

#include "call.h"

/* May this VP make the call of this control word now? On HV_STATUS_SUCCESS `*row` is the call's
 * row, it has a handler, and the control word has the form that its class wants. */
hv_status_t admit(const struct shim_vp *vp, uint64_t control, const struct hv_call **row);

#endif
