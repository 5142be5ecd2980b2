/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Device trees for guests. All work on the trees is libfdt's; QEMU's tree is untrusted. */

#ifndef HOST_COMMON_FDT_H
#define HOST_COMMON_FDT_H

#include "efi.h"
#include "place.h"

/* What a kernel is told in /chosen. */
struct fdt_chosen {
    const char *bootargs;         /* empty for none */
    struct range initrd;          /* empty for none */
    const struct efi_tables *efi; /* NULL for none */
};

/* Room that the functions below need beyond the tree of the machine and the command line. */
#define FDT_ROOM 8192

/* The direct ACPI route: a tree of /chosen alone, as an EFI stub would leave it. Seeds come from
 * `machine_fdt`. */
bool fdt_build_chosen(void *fdt, uint32_t size, const void *machine_fdt, uint32_t machine_size,
                      const struct fdt_chosen *chosen, const char **why);

/* What a guest must not see, and what it is given instead. */
struct fdt_guest {
    struct range ram;      /* memory outside of this is removed */
    uint64_t hidden_mpidr; /* so is this processor, and what refers to it */
};

/* The guest's version of the machine's tree, packed: memory and processors as `guest` says, no ITS,
 * no SMMU, no flash where that is ours (`chosen` given), a node for VMBus (Linux
 * Documentation/devicetree/bindings/bus/microsoft,vmbus.yaml), and /chosen completed unless
 * `chosen` is NULL. */
bool fdt_build_guest(void *fdt, uint32_t size, const void *machine_fdt, uint32_t machine_size,
                     const struct fdt_guest *guest, const struct fdt_chosen *chosen,
                     const char **why);

#endif
