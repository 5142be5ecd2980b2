/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The input and output block of a call: how large they are, and how they come and go when they do
 * not travel in registers. */

#ifndef DISPATCH_BLOCK_H
#define DISPATCH_BLOCK_H

#include <hv/hypercall.h>

#include "call.h"

/* Sizes in bytes, rep list included. */
struct block_sizes {
    uint32_t elements_at; /* offset of the rep list: behind fixed and variable header */
    uint32_t input;
    uint32_t output;
};

/* No overflow: reps are below 2^12, headers and elements below 2^16. */
static inline struct block_sizes block_measure(const struct hv_call *row, uint64_t control)
{
    uint32_t count = hv_control_rep_count(control);
    uint32_t elements = count == 0 ? 1 : count;
    uint32_t elements_at = row->header_size + 8 * hv_control_variable_header(control);

    return (struct block_sizes) { .elements_at = elements_at,
                                  .input = elements_at + elements * row->element_in,
                                  .output = elements * row->element_out };
}

/* An unused GPA is ignored, whatever it is. */
static inline bool gpa_is_legal(uint64_t gpa, size_t size)
{
    return size == 0 || (gpa % 8 == 0 && size <= HV_PAGE_SIZE - gpa % HV_PAGE_SIZE);
}

/* A slow call: brings the input block at gpas[0] into vp->input, headers and the elements from
 * `first` (an offset) on. HV_STATUS_INVALID_ALIGNMENT when either block is not where it may be. */
hv_status_t memory_fetch(struct shim_vp *vp, const uint64_t *gpas, const struct block_sizes *sizes,
                         uint32_t first);

/* Takes the bytes `from`..`to` of vp->output to the output block at gpas[1]. False when guest
 * memory refuses; nothing has been written then. */
bool memory_store(struct shim_vp *vp, const uint64_t *gpas, uint32_t from, uint32_t to);

#endif
