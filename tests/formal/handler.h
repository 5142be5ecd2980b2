/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The contract of all handlers for WP, which wants to know who is called. */

#ifndef FORMAL_HANDLER_H
#define FORMAL_HANDLER_H

#include "dispatch/call.h"

/*@ requires \valid_read(row) && \valid(vp);
    requires FORMAL_HEADER(header, row, control);
    requires FORMAL_ELEMENTS(element, out, row, 1);
    requires in_one_buffer: \base_addr(header) == \base_addr(element);
    assigns out[0 .. row->element_out - 1], vp->output[0 .. 4095];
    assigns \result \from row, vp, header, element, control; */
hv_status_t formal_handler(const struct hv_call *row, uint8_t *out, uint64_t control,
                           struct shim_vp *vp, const uint8_t *header, const uint8_t *element);

/*@ assigns \result \from host, host_vp, done; */
uint32_t formal_rep_budget(void *host, void *host_vp, uint32_t done);

#endif
