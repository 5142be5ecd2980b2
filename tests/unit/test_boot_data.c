/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The boot routes of the standalone host as a whole, on a machine with QEMU's own tables: what a
 * guest finds in memory when it starts, and what it must not find. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <libfdt.h>

#include "host/virt/acpi.h"
#include "host/common/bytes.h"
#include "host/virt/fw_cfg.h"
#include "host/virt/machine.h"
#include "machine/device.h"

#define MEMORY_DESCRIPTOR_SIZE 40

static struct machine machine;
static struct guest_entry entry;
static const char *why;

static uint8_t *at(uint64_t address)
{
    return (uint8_t *)(uintptr_t)address;
}

static int start(void **state)
{
    (void)state;
    why = NULL;
    return device_start(&machine) ? 0 : -1;
}

static uint64_t chosen_number(const void *fdt, const char *name)
{
    int length;
    const uint8_t *value = fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), name, &length);
    assert_non_null(value);
    assert_true(length == 4 || length == 8);
    return be_get(value, (uint32_t)length);
}

static const char *chosen_text(const void *fdt, const char *name)
{
    return fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), name, NULL);
}

static void expect_sum_zero(const uint8_t *bytes, uint32_t size)
{
    uint8_t sum = 0;
    for (uint32_t i = 0; i < size; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    assert_int_equal(sum, 0);
}

/* A table that the RSDP leads to. */
static uint8_t *acpi_table(uint64_t rsdp, const char *signature)
{
    const uint8_t *xsdt = at(le64_get(at(rsdp) + 24));
    assert_memory_equal(xsdt, "XSDT", 4);
    expect_sum_zero(xsdt, le32_get(xsdt + 4));
    for (uint32_t i = 36; i < le32_get(xsdt + 4); i += 8) {
        uint8_t *table = at(le64_get(xsdt + i));
        expect_sum_zero(table, le32_get(table + 4));
        if (memcmp(table, signature, 4) == 0) {
            return table;
        }
    }
    fail_msg("no %s", signature);
    return NULL;
}

static uint64_t efi_table(uint64_t system_table, uint8_t first_byte)
{
    const uint8_t *table = at(le64_get(at(system_table) + 112));
    for (uint64_t i = 0; i < le64_get(at(system_table) + 104); i++) {
        if (table[24 * i] == first_byte) {
            return le64_get(table + 24 * i + 16);
        }
    }
    fail_msg("no such EFI table");
    return 0;
}

/* Which processors the MADT calls usable, one bit for each. */
static uint32_t madt_enabled(const uint8_t *madt)
{
    uint32_t enabled = 0;
    for (uint32_t i = 44; i < le32_get(madt + 4); i += madt[i + 1]) {
        if (madt[i] == 0x0b && (le32_get(madt + i + 12) & 9) != 0) {
            enabled |= 1u << le64_get(madt + i + 68);
        }
    }
    return enabled;
}

static void acpi_route_hands_over_linked_tables(void **state)
{
    (void)state;
    machine.route = MACHINE_ROUTE_ACPI;
    device_add_acpi();
    device_add_kernel("console=ttyAMA0");
    assert_true(boot_direct(&machine, &entry, &why));

    const void *fdt = at(entry.x[0]);
    assert_int_equal(fdt_check_full(fdt, fdt_totalsize(fdt)), 0);
    assert_int_equal(fdt_first_subnode(fdt, 0), fdt_path_offset(fdt, "/chosen"));
    uint64_t system_table = chosen_number(fdt, "linux,uefi-system-table");
    assert_memory_equal(at(system_table), "IBI SYST", 8);
    uint64_t rsdp = efi_table(system_table, 0x71);
    assert_memory_equal(at(rsdp), "RSD PTR ", 8);
    expect_sum_zero(at(rsdp), 20);
    expect_sum_zero(at(rsdp), 36);

    assert_int_equal(madt_enabled(acpi_table(rsdp, "APIC")), 3);
    const uint8_t *fadt = acpi_table(rsdp, "FACP");
    assert_memory_equal(fadt + 268, "MsHyperV", 8);
    const uint8_t *dsdt = at(le64_get(fadt + 140));
    uint32_t size = le32_get(dsdt + 4);
    uint32_t aml = (uint32_t)(acpi_vmbus_aml_end - acpi_vmbus_aml) - 36;
    assert_memory_equal(dsdt, "DSDT", 4);
    expect_sum_zero(dsdt, size);
    assert_memory_equal(dsdt + size - aml, acpi_vmbus_aml + 36, aml);
}

static void acpi_route_starts_the_kernel_where_it_wants_to_be(void **state)
{
    (void)state;
    machine.route = MACHINE_ROUTE_ACPI;
    device_add_acpi();
    device_add_kernel("quiet");
    assert_true(boot_direct(&machine, &entry, &why));
    assert_int_equal(entry.pc, RAM_BASE + 0x200000);
    assert_int_equal(entry.x[1] | entry.x[2] | entry.x[3], 0);
    assert_memory_equal(at(entry.pc + 56), "ARM\x64", 4);
    assert_int_equal(*at(entry.pc + DEVICE_KERNEL_SIZE - 1), 0x4b);
    const void *fdt = at(entry.x[0]);
    assert_string_equal(chosen_text(fdt, "bootargs"), "quiet");
    uint64_t initrd = chosen_number(fdt, "linux,initrd-start");
    assert_int_equal(chosen_number(fdt, "linux,initrd-end") - initrd, DEVICE_INITRD_SIZE);
    assert_int_equal(*at(initrd), 0x49);
    assert_int_equal(*at(initrd + DEVICE_INITRD_SIZE - 1), 0x49);
    assert_non_null(chosen_text(fdt, "kaslr-seed"));
}

/* F4: every page of the map is the guest's RAM, none is named twice, none is missing. */
static void acpi_route_maps_the_guests_memory_and_no_more(void **state)
{
    (void)state;
    machine.route = MACHINE_ROUTE_ACPI;
    device_add_acpi();
    device_add_kernel("");
    assert_true(boot_direct(&machine, &entry, &why));
    const void *fdt = at(entry.x[0]);
    assert_null(chosen_text(fdt, "bootargs"));
    assert_int_equal(chosen_number(fdt, "linux,uefi-mmap-desc-size"), MEMORY_DESCRIPTOR_SIZE);
    const uint8_t *map = at(chosen_number(fdt, "linux,uefi-mmap-start"));
    uint64_t size = chosen_number(fdt, "linux,uefi-mmap-size");
    uint64_t next = RAM_BASE;
    for (uint64_t i = 0; i < size; i += MEMORY_DESCRIPTOR_SIZE) {
        assert_int_equal(le64_get(map + i + 8), next);
        next += le64_get(map + i + 24) * 4096;
    }
    assert_int_equal(next, GUEST_END);
}

/* F1: what was in memory before is not in what is handed over, and the shim's memory is as it was.
 */
static void acpi_route_leaks_nothing(void **state)
{
    (void)state;
    static const uint8_t canaries[8] = { CANARY, CANARY, CANARY, CANARY,
                                         CANARY, CANARY, CANARY, CANARY };
    machine.route = MACHINE_ROUTE_ACPI;
    device_add_acpi();
    device_add_kernel("");
    assert_true(boot_direct(&machine, &entry, &why));
    const uint8_t *map = at(chosen_number(at(entry.x[0]), "linux,uefi-mmap-start"));
    uint64_t start = le64_get(map + MEMORY_DESCRIPTOR_SIZE + 8);
    uint64_t end = start + 4096 * le64_get(map + MEMORY_DESCRIPTOR_SIZE + 24);
    assert_int_equal(le32_get(map + MEMORY_DESCRIPTOR_SIZE), 9);
    assert_in_range(entry.x[0], start, end);
    for (uint64_t i = start; i + 8 <= end; i++) {
        assert_memory_not_equal(at(i), canaries, 8);
    }
    assert_int_equal(device_touched(end, GUEST_END), 0);
    assert_int_equal(device_touched(GUEST_END, RAM_BASE + RAM_SIZE), 0);
    for (uint64_t i = 0; i < machine.fdt_size; i++) {
        assert_int_equal(*at(RAM_BASE + i), 0);
    }
}

static void expect_neither_its_nor_smmu(const void *fdt)
{
    int pcie = fdt_node_offset_by_compatible(fdt, -1, "pci-host-ecam-generic");
    assert_true(fdt_node_offset_by_compatible(captured_fdt, -1, "arm,gic-v3-its") > 0);
    assert_int_equal(fdt_node_offset_by_compatible(fdt, -1, "arm,gic-v3-its"), -FDT_ERR_NOTFOUND);
    assert_true(pcie > 0);
    assert_null(fdt_getprop(fdt, pcie, "msi-map", NULL));
    assert_true(fdt_node_offset_by_compatible(captured_fdt, -1, "arm,smmu-v3") > 0);
    assert_int_equal(fdt_node_offset_by_compatible(fdt, -1, "arm,smmu-v3"), -FDT_ERR_NOTFOUND);
    assert_null(fdt_getprop(fdt, pcie, "iommu-map", NULL));
}

static void expect_no_hidden_cpu(const void *fdt)
{
    assert_true(fdt_path_offset(fdt, "/cpus/cpu@1") > 0);
    assert_int_equal(fdt_path_offset(fdt, "/cpus/cpu@2"), -FDT_ERR_NOTFOUND);
    assert_true(fdt_path_offset(fdt, "/cpus/cpu-map/socket0/cluster0/core1") > 0);
    assert_int_equal(fdt_path_offset(fdt, "/cpus/cpu-map/socket0/cluster0/core2"),
                     -FDT_ERR_NOTFOUND);
}

/* The captured machine has 16 MiB of RAM. */
static void expect_ram(const void *fdt, uint64_t size)
{
    int length;
    int node = fdt_path_offset(fdt, "/memory@40000000");
    const uint8_t *reg = fdt_getprop(fdt, node, "reg", &length);
    assert_non_null(reg);
    assert_int_equal(length, 16);
    assert_int_equal(be_get(reg, 8), RAM_BASE);
    assert_int_equal(be_get(reg + 8, 8), size);
}

static void dt_route_hands_over_the_machines_tree(void **state)
{
    (void)state;
    machine.route = MACHINE_ROUTE_DT;
    device_add_kernel("quiet");
    assert_true(boot_direct(&machine, &entry, &why));
    const void *fdt = at(entry.x[0]);
    assert_int_equal(fdt_check_full(fdt, fdt_totalsize(fdt)), 0);
    expect_no_hidden_cpu(fdt);
    expect_neither_its_nor_smmu(fdt);
    expect_ram(fdt, UINT64_C(16) << 20);
    assert_string_equal(chosen_text(fdt, "bootargs"), "quiet");
    assert_non_null(chosen_text(fdt, "stdout-path"));
    assert_null(chosen_text(fdt, "linux,uefi-system-table"));
    assert_true(fdt_node_offset_by_compatible(fdt, -1, "microsoft,vmbus") > 0);
    assert_true(fdt_node_offset_by_compatible(fdt, -1, "qemu,fw-cfg-mmio") > 0);
    assert_int_equal(fdt_node_offset_by_compatible(fdt, -1, "cfi-flash"), -FDT_ERR_NOTFOUND);
    assert_int_equal(device_touched(GUEST_END, RAM_BASE + RAM_SIZE), 0);
}

static void uefi_route_rewrites_the_tree_in_place(void **state)
{
    (void)state;
    machine.route = MACHINE_ROUTE_UEFI;
    machine.guest_end = RAM_BASE + 0x800000;
    assert_true(boot_uefi(&machine, &entry, &why));
    assert_int_equal(entry.pc, 0);
    const void *fdt = at(RAM_BASE);
    assert_int_equal(fdt_check_full(fdt, fdt_totalsize(fdt)), 0);
    expect_no_hidden_cpu(fdt);
    expect_neither_its_nor_smmu(fdt);
    assert_true(fdt_node_offset_by_compatible(fdt, -1, "cfi-flash") > 0);
    expect_ram(fdt, 0x800000);
    for (uint64_t i = fdt_totalsize(fdt); i < machine.fdt_size; i++) {
        assert_int_equal(*at(RAM_BASE + i), 0);
    }
    assert_int_equal(device_touched(RAM_BASE + 0x200000, RAM_BASE + RAM_SIZE), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(acpi_route_hands_over_linked_tables, start),
        cmocka_unit_test_setup(acpi_route_starts_the_kernel_where_it_wants_to_be, start),
        cmocka_unit_test_setup(acpi_route_maps_the_guests_memory_and_no_more, start),
        cmocka_unit_test_setup(acpi_route_leaks_nothing, start),
        cmocka_unit_test_setup(dt_route_hands_over_the_machines_tree, start),
        cmocka_unit_test_setup(uefi_route_rewrites_the_tree_in_place, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
