/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* ACPI tables of the machine (ACPI 6.4, chapter 5): fields at the offsets that the specification
 * gives; all others are zero. */

#include "host/kvm/monitor.h"

#include <string.h>

#include "host/common/board.h"
#include "host/common/bytes.h"
#include "host/common/place.h"

#define HEADER_SIZE 36u
#define FADT_SIZE 276u
#define GTDT_SIZE 96u
#define GICD_AT 44u
#define GICR_AT (GICD_AT + 24)
#define GICC_AT (GICR_AT + 16)
#define GICC_SIZE 80u

struct field {
    uint32_t at;
    uint32_t size;
    uint64_t value;
};

extern const uint8_t acpi_dsdt[], acpi_dsdt_end[];
extern const uint8_t acpi_vmbus_aml[], acpi_vmbus_aml_end[];

static void put_text(uint8_t *to, const char *text, size_t size) /* without its end */
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

static void put(uint8_t *table, const struct field *fields, size_t count)
{
    for (size_t n = 0; n < count; n++) {
        le_put(table + fields[n].at, fields[n].value, fields[n].size);
    }
}
#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

/* A table with its header, to be filled in and sealed. All tables together are smaller than the
 * room that there is (boot.c). */
static uint8_t *table_new(struct space *space, const char *signature, uint8_t revision,
                          uint32_t size)
{
    uint64_t address = 0;
    uint8_t *table;

    if (!space_take(space, size, 16, &address)) {
        fail(2, "no room for ACPI tables");
    }
    table = place_pointer(address);
    put_text(table, signature, 4);
    le_put(table + 4, size, 4);
    table[8] = revision;
    put_text(table + 10, "HVSHIMKVM     \1\0\0\0HVSH\1", 23);
    return table;
}

static uint8_t *seal(uint8_t *table)
{
    checksum(table, le32_get(table + 4), 9);
    return table;
}

static uint8_t *fill(uint8_t *table, const struct field *fields, size_t count)
{
    put(table, fields, count);
    return seal(table);
}

static uint8_t *table_copy(struct space *space, const uint8_t *from, const uint8_t *end)
{
    uint8_t *table = table_new(space, "    ", 0, (uint32_t)(end - from));
    memcpy(table, from, (size_t)(end - from));
    return table;
}

/* What the DSDT does not know when it is compiled: Name (\_SB.CPUS, vp_count). */
static uint8_t *ssdt(struct space *space)
{
    uint8_t *table = table_new(space, "SSDT", 2, HEADER_SIZE + 13);
    put_text(table + HEADER_SIZE, "\x08\\._SB_CPUS\x0a", 12);
    table[HEADER_SIZE + 12] = (uint8_t)guest.vp_count;
    return seal(table);
}

static uint8_t *fadt(struct space *space, const uint8_t *dsdt)
{
    const struct field fields[] = {
        { 112, 4, 1 << 20 }, /* HW_REDUCED_ACPI */
        { 129, 2, 3 },       /* PSCI_COMPLIANT, PSCI_USE_HVC */
        { 140, 8, (uintptr_t)dsdt },
    };
    uint8_t *table = table_new(space, "FACP", 6, FADT_SIZE);
    put_text(table + 268, "MsHyperV", 8);
    return fill(table, fields, COUNT(fields));
}

/* Edges count for nothing: the timers are KVM's, and levels. */
static uint8_t *gtdt(struct space *space)
{
    static const struct field fields[] = {
        { 36, 8, UINT64_MAX }, { 48, 4, 29 }, { 56, 4, 30 },
        { 64, 4, 27 },         { 72, 4, 26 }, { 80, 8, UINT64_MAX },
    };
    return fill(table_new(space, "GTDT", 2, GTDT_SIZE), fields, COUNT(fields));
}

static uint8_t *madt(struct space *space)
{
    static const struct field interrupt_controller[] = {
        { GICD_AT, 2, 24 << 8 | 0x0c }, { GICD_AT + 8, 8, BOARD_GICD },
        { GICD_AT + 20, 1, 3 },         { GICR_AT, 2, 16 << 8 | 0x0e },
        { GICR_AT + 4, 8, BOARD_GICR }, { GICR_AT + 12, 4, BOARD_GICR_END - BOARD_GICR },
    };
    uint8_t *table = table_new(space, "APIC", 4, GICC_AT + guest.vp_count * GICC_SIZE);

    for (uint32_t n = 0; n < guest.vp_count; n++) {
        const struct field gicc[] = {
            { 0, 2, GICC_SIZE << 8 | 0x0b }, { 4, 4, n }, { 8, 4, n }, { 12, 4, 1 }, /* enabled */
            { 68, 8, host_vp(n)->mpidr },
        };
        put(table + GICC_AT + n * GICC_SIZE, gicc, COUNT(gicc));
    }
    return fill(table, interrupt_controller, COUNT(interrupt_controller));
}

uint64_t acpi_build(struct space *space)
{
    const uint8_t *dsdt = table_copy(space, acpi_dsdt, acpi_dsdt_end);
    const uint8_t *tables[] = { fadt(space, dsdt), madt(space), gtdt(space), ssdt(space),
                                table_copy(space, acpi_vmbus_aml, acpi_vmbus_aml_end) };
    const uint32_t count = sizeof tables / sizeof tables[0];
    uint8_t *xsdt = table_new(space, "XSDT", 1, HEADER_SIZE + count * 8);
    uint8_t *rsdp = table_new(space, "RSD ", 0, HEADER_SIZE);

    for (uint32_t n = 0; n < count; n++) {
        le_put(xsdt + HEADER_SIZE + n * 8, (uintptr_t)tables[n], 8);
    }
    put_text(rsdp, "RSD PTR \0HVSHIM\2\0\0\0\0\x24\0\0", 24);
    le_put(rsdp + 24, (uintptr_t)seal(xsdt), 8);
    le_put(rsdp + 32, 0, 4);
    checksum(rsdp, 20, 8);
    checksum(rsdp, HEADER_SIZE, 32);
    return (uintptr_t)rsdp;
}
