/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* ACPI tables of the machine (ACPI 6.4, chapter 5). Fields are written at the offsets that the
 * specification gives; all others are zero. */

#include "host/kvm/boot.h"

#include <string.h>

#include "host/virt/acpi.h"
#include "host/virt/board.h"
#include "host/virt/bytes.h"

#define HEADER_SIZE 36u
#define GICC_SIZE 80u

extern const uint8_t acpi_dsdt[], acpi_dsdt_end[];

/* Signatures and names: so many characters, no end. */
static void put(uint8_t *to, const char *text, size_t size)
{
    memcpy(to, text, size);
}

static void checksum(uint8_t *bytes, size_t size, size_t at)
{
    uint8_t sum = 0;
    bytes[at] = 0;
    for (size_t n = 0; n < size; n++) {
        sum = (uint8_t)(sum + bytes[n]);
    }
    bytes[at] = (uint8_t)-sum;
}

/* An empty table; NULL without room. */
static uint8_t *table_new(struct space *space, const char *signature, uint8_t revision,
                          uint32_t size)
{
    uint64_t address;
    uint8_t *table;

    if (!space_take(space, size, 16, &address)) {
        return NULL;
    }
    table = place_pointer(address);
    put(table, signature, 4);
    le_put(table + 4, size, 4);
    table[8] = revision;
    put(table + 10, "HVSHIMKVM     ", 14);
    le_put(table + 24, 1, 4);
    put(table + 28, "HVSH\1\0\0\0", 8);
    return table;
}

static void seal(uint8_t *table)
{
    checksum(table, le32_get(table + 4), 9);
}

/* A compiled table; the DSDT is told how many processors there are. */
static uint8_t *table_copy(struct space *space, const uint8_t *from, const uint8_t *end)
{
    static const uint8_t name[] = { 0x08, 'C', 'P', 'U', 'S', 0x0a };
    uint32_t size = (uint32_t)(end - from);
    uint8_t *table = table_new(space, "    ", 0, size);

    if (table != NULL) {
        memcpy(table, from, size);
        for (uint32_t n = HEADER_SIZE; n + sizeof name < size; n++) {
            if (memcmp(table + n, name, sizeof name) == 0) {
                table[n + sizeof name] = (uint8_t)monitor.vp_count;
            }
        }
        seal(table);
    }
    return table;
}

static uint8_t *fadt(struct space *space, const uint8_t *dsdt)
{
    uint8_t *table = table_new(space, "FACP", 6, 276);
    if (table != NULL) {
        le_put(table + 112, 1u << 20, 4); /* HW_REDUCED_ACPI */
        le_put(table + 129, 3, 2);        /* PSCI_COMPLIANT, PSCI_USE_HVC */
        le_put(table + 140, (uintptr_t)dsdt, 8);
        put(table + 268, "MsHyperV", 8);
        seal(table);
    }
    return table;
}

/* Edges count for nothing: the timers are KVM's, and levels. */
static uint8_t *gtdt(struct space *space)
{
    static const uint8_t intids[] = { 29, 30, 27, 26 };
    uint8_t *table = table_new(space, "GTDT", 2, 96);
    if (table != NULL) {
        le_put(table + 36, UINT64_MAX, 8);
        for (uint32_t n = 0; n < sizeof intids; n++) {
            le_put(table + 48 + n * 8, intids[n], 4);
        }
        le_put(table + 80, UINT64_MAX, 8);
        seal(table);
    }
    return table;
}

static uint8_t *madt(struct space *space)
{
    uint32_t size = HEADER_SIZE + 8 + 24 + 16 + monitor.vp_count * GICC_SIZE;
    uint8_t *table = table_new(space, "APIC", 4, size);
    uint8_t *entry;

    if (table == NULL) {
        return NULL;
    }
    entry = table + HEADER_SIZE + 8;
    le_put(entry, 24 << 8 | 0x0c, 2); /* GICD */
    le_put(entry + 8, BOARD_GICD, 8);
    entry[20] = 3;
    entry += 24;
    le_put(entry, 16 << 8 | 0x0e, 2); /* GICR */
    le_put(entry + 4, BOARD_GICR, 8);
    le_put(entry + 12, GICR_REGION, 4);
    entry += 16;
    for (uint32_t n = 0; n < monitor.vp_count; n++, entry += GICC_SIZE) {
        le_put(entry, GICC_SIZE << 8 | 0x0b, 2);
        le_put(entry + 4, n, 4);
        le_put(entry + 8, n, 4);
        le_put(entry + 12, 1, 4); /* enabled */
        le_put(entry + 68, monitor.vps[n].mpidr, 8);
    }
    seal(table);
    return table;
}

bool acpi_build(struct space *space, uint64_t *rsdp)
{
    const uint8_t *dsdt = table_copy(space, acpi_dsdt, acpi_dsdt_end);
    const uint8_t *tables[] = { dsdt == NULL ? NULL : fadt(space, dsdt), madt(space), gtdt(space),
                                table_copy(space, acpi_vmbus_aml, acpi_vmbus_aml_end) };
    const uint32_t count = sizeof tables / sizeof tables[0];
    uint8_t *xsdt = table_new(space, "XSDT", 1, HEADER_SIZE + count * 8);
    uint8_t *pointer;

    if (xsdt == NULL || !space_take(space, HEADER_SIZE, 16, rsdp)) {
        return false; /* each of the others was smaller, and came before */
    }
    for (uint32_t n = 0; n < count; n++) {
        le_put(xsdt + HEADER_SIZE + n * 8, (uintptr_t)tables[n], 8);
    }
    seal(xsdt);
    pointer = place_pointer(*rsdp);
    put(pointer, "RSD PTR ", 8);
    put(pointer + 9, "HVSHIM", 6);
    pointer[15] = 2;
    le_put(pointer + 20, 36, 4);
    le_put(pointer + 24, (uintptr_t)xsdt, 8);
    checksum(pointer, 20, 8);
    checksum(pointer, 36, 32);
    return true;
}
