/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The shim's memory: from a 2 MiB boundary to the end of RAM. In this order: the image, processors,
 * VPs, translation tables, QEMU's device tree, rings, and in the last page the header of the rings.
 * A pure function of the machine. */

#ifndef HOST_VIRT_OWN_MEMORY_H
#define HOST_VIRT_OWN_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "host/virt/machine.h"

#define OWN_TABLES 64u /* pages for translation tables */

struct own_memory {
    uint64_t image;
    uint64_t cpus;
    uint64_t vps;
    uint64_t tables; /* OWN_TABLES pages */
    uint64_t fdt;
    uint64_t rings; /* one per processor, by index */
    uint64_t header;
    uint32_t records; /* of a ring, a power of two */
};

/* Computes it. False when RAM is too small to leave the guest anything. */
bool own_memory_compute(struct own_memory *own, const struct machine *machine, uint64_t image_size);

#endif
