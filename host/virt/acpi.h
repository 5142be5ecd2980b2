/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* QEMU's ACPI tables, made Hyper-V's: patched as blobs, then linked. Works on buffers of the
 * caller; the blobs are untrusted. */

#ifndef HOST_VIRT_ACPI_H
#define HOST_VIRT_ACPI_H

#include <stdbool.h>
#include <stdint.h>

#define ACPI_FILE_TABLES "etc/acpi/tables"
#define ACPI_FILE_RSDP "etc/acpi/rsdp"
#define ACPI_FILE_LOADER "etc/table-loader"

/* What goes behind QEMU's DSDT: compiled from vmbus.asl, a table header in front. */
extern const uint8_t acpi_vmbus_aml[];
extern const uint8_t acpi_vmbus_aml_end[];

struct acpi_blob {
    uint8_t *data;
    uint32_t size;
    uint32_t capacity; /* bytes at `data`; those from `size` on are zero */
};

/* Patches the tables and the loader script to match:
 * - the hypervisor vendor identity of the FADT becomes "MsHyperV",
 * - the DSDT moves to the end of the blob and gets the `aml` fragment (a table; its header is left
 *   out), the script following it,
 * - the processor with this MPIDR becomes not enabled in the MADT, and the ITS goes from there,
 * - SMMUs go from the IORT.
 * False and a reason when something is not as it must be; the blobs are then to be thrown away. */
bool acpi_patch(struct acpi_blob *tables, struct acpi_blob *script, const uint8_t *aml,
                uint32_t aml_size, uint64_t hidden_mpidr, const char **why);

/* Takes SMMUv3 nodes out of an IORT of `size` bytes; mappings to one lead to the ITS group then, if
 * there is one. The bytes that this leaves at the end are zero, so that the loader script may go on
 * summing as many as before. False, and the table unchanged, when something in it is not as it must
 * be, or is of a kind that is not known here. */
bool acpi_iort_cut_smmu(uint8_t *table, uint32_t size);

/* What the linker needs of its surroundings. */
struct acpi_linker {
    void *context;
    /* Makes a place for a file and fills it. */
    bool (*allocate)(void *context, const char *name, uint64_t align, uint8_t **data,
                     uint64_t *address, uint32_t *size);
    /* Writes into a file of the machine. */
    bool (*write)(void *context, const char *name, uint32_t offset, const uint8_t *value,
                  uint32_t size);
};

/* Runs the loader script: allocates, fills in pointers and checksums, writes pointers back. On
 * success `rsdp` is the address of the file "etc/acpi/rsdp". */
bool acpi_link(const struct acpi_blob *script, const struct acpi_linker *linker, uint64_t *rsdp,
               const char **why);

#endif
