/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What the boot routes share with each other and with the fw_cfg proxy. */

#ifndef HOST_VIRT_BOOT_DATA_H
#define HOST_VIRT_BOOT_DATA_H

#include "acpi.h"
#include "machine.h"
#include "host/common/place.h"

#define ACPI_TABLES_MAX 0x90000 /* 512 KiB, four times what QEMU starts with, and our DSDT */
#define ACPI_SCRIPT_MAX 0x10000

/* The patched blobs, as every guest gets to see them; ours, in the shim's memory. */
struct acpi_files {
    struct acpi_blob tables;
    struct acpi_blob script;
};

/* Names the machine; nothing is loaded. */
void acpi_files_init(const struct machine *machine);

/* Reads and patches the machine's ACPI files, the first time that it is called; later calls repeat
 * the first one's outcome. */
bool acpi_files_load(const struct acpi_files **files, const char **why);

/* Starts the fw_cfg proxy: before the guest, after fw_cfg is known to be there. */
bool fw_cfg_proxy_init(const struct machine *machine, const char **why);

static inline struct range machine_guest_ram(const struct machine *machine)
{
    return (struct range) { machine->ram_base, machine->guest_end };
}

static inline uint64_t machine_service_core(const struct machine *machine)
{
    return machine->mpidr[machine->cpus - 1];
}

#endif
