/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What machine this is: RAM and processors, from QEMU's device tree. */

#ifndef HOST_VIRT_DISCOVER_H
#define HOST_VIRT_DISCOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "host/virt/machine.h"

/* Room that a tree may take where QEMU leaves it. */
#define DISCOVER_FDT_ROOM 0x200000u

/* Reads ram_base, ram_size, fdt, fdt_size, cpus, mpidr (ascending), smmu, ecam and iommu_map from
 * the tree at `fdt`, which may reach `room` bytes far; clears the rest. On failure returns false
 * and points `why` at a sentence. Works with the MMU off: aligned accesses only, `fdt` being a
 * multiple of 8. */
bool machine_discover(struct machine *machine, void *fdt, uint32_t room, const char **why);

#endif
