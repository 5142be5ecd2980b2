/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Blocks in registers and in guest memory (TLFS hypercall-interface, "Hypercall Inputs"). Guest
 * memory is read once, into the VP's own buffer, and written once, from it. */

#include "block.h"

#include <hv/hypercall.h>

#include "spill.h"

/* Registers come in pairs: Linux and FreeBSD read X6, X7 after a 20-byte input, mu_msvm and OpenHCL
 * read X15, X16 by HVC #1. See docs/conformance.md, "fast output". */
static uint32_t pairs(uint32_t size)
{
    return (size + 15u) & ~15u;
}

static hv_status_t fetch_registers(struct block *block, const struct hv_convention *convention,
                                   uint8_t *window)
{
    uint32_t in = pairs(block->input_size);
    uint32_t out = pairs(block->output_size);

    if (in + out > HV_FAST_BLOCK_SIZE) {
        return HV_STATUS_INVALID_HYPERCALL_INPUT;
    }
    block->carrier = BLOCK_REGISTERS;
    block->input = window;
    block->output = window + (convention->output_at_end ? HV_FAST_BLOCK_SIZE - out : in);
    return HV_STATUS_SUCCESS;
}

/* An unused GPA is ignored, whatever it is. */
static bool gpa_is_legal(uint64_t gpa, uint32_t size)
{
    return size == 0 || (gpa % 8 == 0 && size <= HV_PAGE_SIZE - gpa % HV_PAGE_SIZE);
}

/* Bytes from..to of the block at `gpa`, into the same place of our copy. */
static bool read_part(struct shim_vp *vp, uint64_t gpa, uint32_t from, uint32_t to)
{
    const struct shim_partition *partition = vp->partition;

    return from == to ||
           partition->ops->gpa_read(partition->host, gpa + from, vp->input + from, to - from);
}

static hv_status_t fetch_memory(struct block *block, struct shim_vp *vp, const uint64_t *gpas)
{
    uint32_t first = block->elements_at + block->rep_start * block->element_in;

    if (!gpa_is_legal(gpas[0], block->input_size) || !gpa_is_legal(gpas[1], block->output_size)) {
        return HV_STATUS_INVALID_ALIGNMENT;
    }
    /* One read when nothing is skipped, which is nearly always. */
    if (block->rep_start == 0 ? !read_part(vp, gpas[0], 0, block->input_size)
                              : !read_part(vp, gpas[0], 0, block->elements_at) ||
                                    !read_part(vp, gpas[0], first, block->input_size)) {
        return HV_STATUS_INVALID_ALIGNMENT;
    }
    vp->fetched = block->input_size;
    block->carrier = BLOCK_MEMORY;
    block->input = vp->input;
    block->output = vp->output;
    return HV_STATUS_SUCCESS;
}

hv_status_t block_fetch(struct block *block, struct shim_vp *vp,
                        const struct hv_convention *convention, bool fast, uint64_t *x)
{
    uint64_t *window = &x[convention->window];

    if (convention->spills) {
        return spill_fetch(block, vp, fast, window);
    }
    if (fast) {
        return fetch_registers(block, convention, (uint8_t *)window);
    }
    return fetch_memory(block, vp, window);
}

bool block_store(const struct block *block, struct shim_vp *vp, const uint64_t *gpas, uint32_t from,
                 uint32_t to)
{
    const struct shim_partition *partition = vp->partition;

    if (block->carrier == BLOCK_REGISTERS || from == to) {
        return true;
    }
    if (block->carrier == BLOCK_SPILLED) {
        return spill_store(block, vp, from, to);
    }
    return partition->ops->gpa_write(partition->host, gpas[1] + from, block->output + from,
                                     to - from);
}

void block_finish(const struct block *block, struct shim_vp *vp, uint64_t *window, uint32_t from,
                  uint32_t size)
{
    if (block->carrier == BLOCK_SPILLED) {
        spill_finish(block, vp, window, from, size);
    }
}
