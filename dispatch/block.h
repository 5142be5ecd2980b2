/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The input and output block of one call: where they are, and how they get there and back. */

#ifndef DISPATCH_BLOCK_H
#define DISPATCH_BLOCK_H

#include "call.h"
#include "convention.h"

/* What carries the blocks. */
enum block_carrier {
    BLOCK_REGISTERS, /* the saved registers, in place: they are private already */
    BLOCK_MEMORY,    /* guest pages, copied in and out: a slow call */
    BLOCK_SPILLED,   /* registers, then the spill page */
};

struct block {
    const uint8_t *input; /* private to the call */
    uint8_t *output;      /* where handlers write */
    enum block_carrier carrier;
    uint32_t elements_at; /* offset of the rep list: fixed and variable header, bytes */
    uint32_t rep_start;   /* elements before it are not fetched again */
    uint32_t element_in;  /* bytes */
    uint32_t input_size;  /* bytes, the whole rep list included */
    uint32_t output_size; /* bytes, likewise */
};

/* Finds room for the blocks and brings the input. All fields but `input`, `output` and `carrier`
 * are given. A refusal has changed nothing. */
hv_status_t block_fetch(struct block *block, struct shim_vp *vp,
                        const struct hv_convention *convention, bool fast, uint64_t *x);

/* Takes the output bytes `from`..`to` to where the guest expects them. False when guest memory
 * refuses; nothing has been written then. */
bool block_store(const struct block *block, struct shim_vp *vp, const uint64_t *gpas, uint32_t from,
                 uint32_t to);

/* The call is over with `size` bytes of output, of which this entry made those from `from` on: what
 * is returned at the end only. */
void block_finish(const struct block *block, struct shim_vp *vp, uint64_t *window, uint32_t from,
                  uint32_t size);

#endif
