/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Steps of putting a guest together, on host/virt's notions of places and trees. False: no room. */

#ifndef HOST_KVM_BOOT_H
#define HOST_KVM_BOOT_H

#include "host/kvm/monitor.h"

#include "host/virt/fdt.h"
#include "host/virt/place.h"

/* ACPI tables, with "MsHyperV" in the FADT and a VMBus device. */
bool acpi_build(struct space *space, uint64_t *rsdp);

/* A device tree of the whole machine; or one of /chosen alone, for a guest that is given ACPI. */
bool tree_build(void *fdt, uint32_t size, const struct fdt_chosen *chosen, bool machine);

#endif
