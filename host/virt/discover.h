/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What machine this is: RAM and processors, from QEMU's device tree. */

#ifndef HOST_VIRT_DISCOVER_H
#define HOST_VIRT_DISCOVER_H

#include <stdbool.h>

#include "host/virt/machine.h"

/* Reads ram_base, ram_size, fdt, fdt_size, cpus and mpidr (ascending) from the tree at the base of
 * RAM. On failure returns false and points `why` at a sentence. Works with the MMU off: aligned
 * accesses only. */
bool machine_discover(struct machine *machine, const char **why);

#endif
