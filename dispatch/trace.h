/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Trace records: what a call was, and what became of it. */

#ifndef DISPATCH_TRACE_H
#define DISPATCH_TRACE_H

#include <shim/shim.h>

/* Notes the call in vp->record before it is served. */
void trace_begin(struct shim_vp *vp, uint16_t imm16, const uint64_t *x);

/* Completes the record and hands it to the trace op, unless the call was not ours. */
void trace_end(struct shim_vp *vp, enum shim_verdict verdict, const uint64_t *x);

#endif
