/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Steps of building a guest's tree; they return libfdt's errors, 0 for success. */

#ifndef HOST_COMMON_FDT_EDIT_H
#define HOST_COMMON_FDT_EDIT_H

#include "fdt.h"

/* Whether a tree is whole, and aligned as libfdt takes for granted. */
bool fdt_sound(const void *fdt, uint32_t size);

int fdt_set_text(void *fdt, int node, const char *name, const char *text);

int fdt_set_chosen(void *fdt, const struct fdt_chosen *chosen);

/* Cuts all memory nodes down to `ram`; a node left empty is removed. */
int fdt_clip_memory(void *fdt, struct range ram);

/* Removes a processor and the references to it. -FDT_ERR_NOTFOUND when there is none. */
int fdt_remove_cpu(void *fdt, uint64_t mpidr);

int fdt_add_vmbus(void *fdt);

/* Packs the tree and clears the rest of its `size` bytes, where pieces of it have been. */
int fdt_pack_and_clear(void *fdt, uint32_t size);

#endif
