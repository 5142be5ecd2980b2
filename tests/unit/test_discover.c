/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of host/virt/discover.c and host/virt/own_memory.c: what machine a device tree describes,
 * trees that lie, and where the shim's memory then goes. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <libfdt.h>

#include "host/virt/discover.h"
#include "host/virt/own_memory.h"
#include "machine/device.h"

#define TREE_MAX 16384
#define MIB UINT64_C(0x100000)
#define IMAGE_SIZE UINT64_C(0xde123)

static uint8_t tree[TREE_MAX] __attribute__((aligned(8)));
static struct machine machine;
static const char *why;

static void put_cells(const char *name, const uint32_t *cells, unsigned count)
{
    uint8_t bytes[32];
    for (unsigned n = 0; n < count; n++) {
        fdt32_st(bytes + 4 * n, cells[n]);
    }
    assert_int_equal(fdt_property(tree, name, bytes, 4 * (int)count), 0);
}

static void put_memory(uint64_t base, uint64_t size)
{
    char name[32];
    const uint32_t reg[] = { (uint32_t)(base >> 32), (uint32_t)base, (uint32_t)(size >> 32),
                             (uint32_t)size };
    snprintf(name, sizeof name, "memory@%llx", (unsigned long long)base);
    assert_int_equal(fdt_begin_node(tree, name), 0);
    put_cells("reg", reg, 4);
    assert_int_equal(fdt_end_node(tree), 0);
}

static void put_cpu(uint64_t mpidr, unsigned cells)
{
    char name[32];
    const uint32_t reg[] = { (uint32_t)(mpidr >> 32), (uint32_t)mpidr };
    snprintf(name, sizeof name, "cpu@%llx", (unsigned long long)mpidr);
    assert_int_equal(fdt_begin_node(tree, name), 0);
    put_cells("reg", reg + 2 - cells, cells);
    assert_int_equal(fdt_end_node(tree), 0);
}

/* A tree of `cpus` processors, in descending order after a cpu-map, as QEMU may have them. */
static void make_tree(unsigned cpus, unsigned cells)
{
    const uint32_t address_cells = cells, fake = 0;
    assert_int_equal(fdt_create(tree, sizeof tree), 0);
    assert_int_equal(fdt_finish_reservemap(tree), 0);
    assert_int_equal(fdt_begin_node(tree, ""), 0);
    put_memory(0x50000000, 256 * MIB);
    put_memory(0x40000000, 256 * MIB);
    put_memory(0x0e000000, 16 * MIB); /* secure RAM, not ours */
    assert_int_equal(fdt_begin_node(tree, "cpus"), 0);
    put_cells("#address-cells", &address_cells, 1);
    assert_int_equal(fdt_begin_node(tree, "cpu-map"), 0);
    assert_int_equal(fdt_begin_node(tree, "cpu@0"), 0); /* not a processor at this depth */
    put_cells("reg", &fake, 1);
    assert_int_equal(fdt_end_node(tree), 0);
    assert_int_equal(fdt_end_node(tree), 0);
    for (unsigned n = cpus; n > 0; n--) {
        put_cpu((n - 1) / 16 << 8 | (n - 1) % 16, cells);
    }
    assert_int_equal(fdt_end_node(tree), 0);
    assert_int_equal(fdt_begin_node(tree, "cpu@7"), 0); /* nor outside /cpus */
    put_cells("reg", &fake, 1);
    assert_int_equal(fdt_end_node(tree), 0);
    assert_int_equal(fdt_end_node(tree), 0);
    assert_int_equal(fdt_finish(tree), 0);
}

/* A device with `cells` cells of address and size, behind a node that has one of this name. */
static void add_device(const char *name, uint64_t base, unsigned cells)
{
    const uint32_t reg[] = { (uint32_t)(base >> 32), (uint32_t)base, 0, 0x20000 };
    make_tree(2, 1);
    uint32_t size = fdt_totalsize(tree);
    assert_int_equal(fdt_open_into(tree, tree, sizeof tree), 0);
    int node = fdt_add_subnode(tree, 0, "platform");
    node = fdt_add_subnode(tree, node, name); /* not at this depth */
    assert_int_equal(fdt_setprop_u64(tree, node, "reg", 0x1234), 0);
    node = fdt_add_subnode(tree, 0, name);
    uint8_t bytes[16];
    for (unsigned n = 0; n < 4; n++) {
        fdt32_st(bytes + 4 * n, reg[n]);
    }
    assert_int_equal(fdt_setprop(tree, node, "reg", bytes, 4 * (int)cells), 0);
    assert_true(fdt_totalsize(tree) > size);
}

static bool discover(void)
{
    why = NULL;
    return machine_discover(&machine, tree, sizeof tree, &why);
}

static void memory_and_processors_are_found(void **state)
{
    (void)state;
    for (unsigned cells = 1; cells <= 2; cells++) {
        make_tree(20, cells);
        assert_true(discover());
        assert_int_equal(machine.ram_base, 0x40000000);
        assert_int_equal(machine.ram_size, 512 * MIB);
        assert_int_equal(machine.cpus, 20);
        for (unsigned n = 0; n < 20; n++) {
            assert_int_equal(machine.mpidr[n], n / 16 << 8 | n % 16);
        }
        assert_ptr_equal(machine.fdt, tree);
        assert_int_equal(machine.fdt_size, fdt_totalsize(tree));
    }
}

static void qemus_own_tree_is_understood(void **state)
{
    (void)state;
    size_t size = (size_t)(captured_fdt_end - captured_fdt);
    void *copy = aligned_alloc(8, (size + 7) & ~(size_t)7);
    memcpy(copy, captured_fdt, size);
    assert_true(machine_discover(&machine, copy, (uint32_t)size, &why));
    assert_int_equal(machine.cpus, 3);
    assert_int_equal(machine.mpidr[2], 2);
    assert_int_equal(machine.ram_size, 16 * MIB);
    assert_int_equal(machine.smmu, 0x09050000);
    assert_int_equal(machine.ecam, 0x4010000000);
    assert_true(machine.iommu_map);
    free(copy);
}

static void smmu_and_pci_are_found(void **state)
{
    (void)state;
    make_tree(2, 1);
    assert_true(discover());
    assert_int_equal(machine.smmu, 0);
    assert_int_equal(machine.ecam, 0);
    add_device("smmuv3@9050000", 0x09050000, 4);
    assert_true(discover());
    assert_int_equal(machine.smmu, 0x09050000);
    add_device("pcie@10000000", 0x4010000000, 4);
    assert_true(discover());
    assert_int_equal(machine.ecam, 0x4010000000);
    assert_int_equal(machine.smmu, 0);
    assert_false(machine.iommu_map);
    assert_int_equal(fdt_setprop_u32(tree, fdt_path_offset(tree, "/pcie@10000000"), "iommu-map", 0),
                     0);
    assert_true(discover());
    assert_true(machine.iommu_map);
}

/* One that can't be ours must not be the guest's. */
static void smmu_elsewhere_is_refused(void **state)
{
    (void)state;
    add_device("smmuv3@9060000", 0x09060000, 4);
    assert_false(discover());
    assert_non_null(strstr(why, "SMMU"));
    add_device("smmuv3@9050000", 0x09050000, 1);
    assert_false(discover());
    assert_non_null(strstr(why, "SMMU"));
}

static void too_few_and_too_many_processors_are_told_apart(void **state)
{
    (void)state;
    for (unsigned cpus = 0; cpus <= 70; cpus++) {
        make_tree(cpus, 1);
        assert_int_equal(discover(), cpus >= 2 && cpus <= MACHINE_CPUS_MAX);
        assert_true(cpus >= 2 || strstr(why, "-smp") != NULL);
        assert_true(cpus <= MACHINE_CPUS_MAX || strstr(why, "65") != NULL);
    }
}

/* In a heap block of just that size, so that the sanitizer sees a step too far. */
static void discover_exactly(const uint8_t *bytes, uint32_t size, uint32_t room)
{
    uint8_t *copy = aligned_alloc(8, (size + 7) & ~7u);
    memcpy(copy, bytes, size);
    (void)machine_discover(&machine, copy, room, &why);
    assert_true(machine.ram_base == 0 || machine.cpus <= MACHINE_CPUS_MAX);
    free(copy);
}

static void a_truncated_tree_is_refused(void **state)
{
    (void)state;
    make_tree(4, 1);
    uint32_t size = fdt_totalsize(tree);
    for (uint32_t room = 0; room < size; room++) {
        assert_false(machine_discover(&machine, tree, room, &why));
        assert_non_null(why);
    }
    assert_true(machine_discover(&machine, tree, size, &why));
}

static void no_damage_leads_outside_the_tree(void **state)
{
    static const uint8_t values[] = { 0x00, 0x01, 0x03, 0x7f, 0x80, 0xff };
    (void)state;
    make_tree(4, 2);
    uint32_t size = (fdt_totalsize(tree) + 7) & ~7u;
    for (uint32_t at = 0; at < size; at++) {
        uint8_t kept = tree[at];
        for (unsigned n = 0; n < sizeof values; n++) {
            tree[at] = values[n];
            discover_exactly(tree, size, size);
        }
        tree[at] = kept;
    }
}

/* ---- The shim's memory ---- */

static void expect_own_memory(const struct own_memory *own, uint64_t end)
{
    const uint64_t starts[] = { own->image, own->cpus,  own->vps,    own->tables,
                                own->fdt,   own->rings, own->header, own->header + 4096 };
    for (unsigned n = 0; n + 1 < sizeof starts / sizeof starts[0]; n++) {
        assert_true(starts[n] < starts[n + 1]);
        assert_int_equal(starts[n] % 4096, 0);
    }
    assert_int_equal(own->image % (2 * MIB), 0);
    assert_int_equal(own->header + 4096, end & ~UINT64_C(4095));
    assert_true(own->cpus - own->image >= IMAGE_SIZE);
    assert_int_equal(own->tables % 4096, 0);
    assert_true(own->fdt - own->tables >= OWN_TABLES * 4096);
    assert_true(own->rings - own->fdt >= machine.fdt_size);
    assert_int_equal(own->records & (own->records - 1), 0);
    assert_int_equal(own->header - own->rings, (uint64_t)machine.cpus * own->records * 256);
}

static void own_memory_is_the_end_of_ram_in_order_and_apart(void **state)
{
    (void)state;
    for (uint32_t cpus = 2; cpus <= MACHINE_CPUS_MAX; cpus++) {
        for (unsigned odd = 0; odd < 4; odd++) {
            struct own_memory own;
            machine = (struct machine) { .ram_base = 0x40000000,
                                         .ram_size = 256 * MIB + odd * 0x21800,
                                         .fdt_size = 0x100000,
                                         .cpus = cpus };
            assert_true(own_memory_compute(&own, &machine, IMAGE_SIZE));
            expect_own_memory(&own, machine.ram_base + machine.ram_size);
        }
    }
}

static void too_little_memory_is_refused_before_anything_wraps(void **state)
{
    struct own_memory own;
    bool fits = false;
    (void)state;
    for (uint64_t size = 0; size <= 256 * MIB; size += MIB / 2) {
        machine = (struct machine) {
            .ram_base = 0x40000000, .ram_size = size, .fdt_size = 0x100000, .cpus = 2
        };
        bool now = own_memory_compute(&own, &machine, IMAGE_SIZE);
        assert_true(now || !fits); /* more memory is never worse */
        assert_true(!now || own.image - machine.ram_base >= 64 * MIB);
        fits = now;
    }
    assert_true(fits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_and_processors_are_found),
        cmocka_unit_test(qemus_own_tree_is_understood),
        cmocka_unit_test(smmu_and_pci_are_found),
        cmocka_unit_test(smmu_elsewhere_is_refused),
        cmocka_unit_test(too_few_and_too_many_processors_are_told_apart),
        cmocka_unit_test(a_truncated_tree_is_refused),
        cmocka_unit_test(no_damage_leads_outside_the_tree),
        cmocka_unit_test(own_memory_is_the_end_of_ram_in_order_and_apart),
        cmocka_unit_test(too_little_memory_is_refused_before_anything_wraps),
    };
    return cmocka_run_group_tests_name("discover", tests, NULL, NULL);
}
