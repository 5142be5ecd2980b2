/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The machine as the standalone host found it: QEMU's virt board, GICv3, EL2. Filled in once by the
 * boot processor before any guest runs, constant afterwards. */

#ifndef HOST_VIRT_MACHINE_H
#define HOST_VIRT_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#define MACHINE_CPUS_MAX 65 /* 64 for the guest, one service core */

enum machine_route {
    MACHINE_ROUTE_ACPI, /* direct: kernel from fw_cfg, ACPI tables, minimal EFI system table */
    MACHINE_ROUTE_DT,   /* direct: kernel from fw_cfg, QEMU's device tree */
    MACHINE_ROUTE_UEFI, /* stock firmware is the guest */
};

struct machine {
    uint64_t ram_base;  /* bytes, as all here */
    uint64_t ram_size;  /* all of RAM, ours included */
    uint64_t guest_end; /* first byte after the guest's RAM; from here to the end of RAM is ours */
    void *fdt;          /* our copy of QEMU's device tree */
    uint32_t fdt_size;  /* bytes */
    uint32_t cpus;      /* all processors; the last one is the service core */
    uint64_t smmu;      /* an SMMUv3, which is ours; 0 when there is none */
    uint64_t ecam;      /* configuration space of PCI's first bus; 0 when there is no PCI */
    bool iommu_map;     /* PCI is behind the SMMU */
    uint64_t mpidr[MACHINE_CPUS_MAX]; /* affinity fields, as MPIDR_EL1 and PSCI have them */
    enum machine_route route;
};

/* Where a guest starts: at EL1h, MMU off, X0..X3 as given, on the boot processor. */
struct guest_entry {
    uint64_t pc;
    uint64_t x[4];
    uint64_t written_end; /* guest RAM below was written here: to be cleaned out of the caches */
};

/* Boot data (direct routes): loads kernel, initrd and tables into guest RAM. On failure returns
 * false and points `why` at a sentence for the person at the console. Runs once, at EL2, before the
 * guest. */
bool boot_direct(const struct machine *machine, struct guest_entry *entry, const char **why);

/* Boot data (UEFI route): prepares what the firmware will read (device tree at the base of RAM
 * without the shim's memory and service core) and says where the firmware starts. */
bool boot_uefi(const struct machine *machine, struct guest_entry *entry, const char **why);

/* One access of a guest to the fw_cfg page (unmapped in stage 2, both routes). `offset` within the
 * page, `size` 1, 2, 4 or 8 bytes, values little-endian as the CPU sees them. Reads return the
 * value; unknown offsets read as zero and ignore writes. Serialises the processors itself. */
uint64_t fw_cfg_proxy_read(uint32_t offset, uint32_t size);
void fw_cfg_proxy_write(uint32_t offset, uint32_t size, uint64_t value);

#endif
