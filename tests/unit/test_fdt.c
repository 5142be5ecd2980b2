/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Device trees: memory cut to the guest's, the service core and what refers to it gone, VMBus
 * there; and trees that are damaged are refused or done right, never followed out of bounds. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <libfdt.h>

#include "host/virt/acpi.h"
#include "host/common/bytes.h"
#include "host/common/fdt.h"
#include "host/common/fdt_edit.h"
#include "machine/device.h"
#include "machine/random.h"

#define TREE_SIZE 16384
#define MUTATIONS 3000
#define HIDDEN 0x101

static uint8_t tree[TREE_SIZE] __attribute__((aligned(8)));
static const char *why;

static int add_node(int parent, const char *name, const char *type)
{
    int node = fdt_add_subnode(tree, parent, name);
    assert_true(node > 0);
    if (type != NULL) {
        assert_int_equal(fdt_set_text(tree, node, "device_type", type), 0);
    }
    return node;
}

static int node_of(const char *path)
{
    return fdt_path_offset(tree, path);
}

/* A root with two cells of address and size, and nothing below it. */
static int start(void **state)
{
    (void)state;
    why = NULL;
    memset(tree, 0, sizeof(tree));
    return fdt_create_empty_tree(tree, TREE_SIZE) == 0 &&
                   fdt_setprop_u32(tree, 0, "#address-cells", 2) == 0 &&
                   fdt_setprop_u32(tree, 0, "#size-cells", 2) == 0
               ? 0
               : -1;
}

static void add_memory(const char *name, const uint64_t *reg, int count)
{
    int node = add_node(0, name, "memory");
    assert_int_equal(fdt_setprop(tree, node, "reg", NULL, 0), 0);
    for (int i = 0; i < count; i++) {
        assert_int_equal(fdt_appendprop_u64(tree, node, "reg", reg[i]), 0);
    }
}

static void expect_reg(const char *path, const uint64_t *reg, int count)
{
    int length;
    const uint8_t *bytes = fdt_getprop(tree, node_of(path), "reg", &length);
    assert_non_null(bytes);
    assert_int_equal(length, 8 * count);
    for (int i = 0; i < count; i++) {
        assert_int_equal(be_get(bytes + 8 * i, 8), reg[i]);
    }
}

static void memory_is_cut_to_the_guests(void **state)
{
    (void)state;
    const struct range ram = { 0x40000000, 0x60000000 };
    add_memory("memory@40000000", (uint64_t[]) { 0x40000000, 0x10000000 }, 2);
    add_memory("memory@50000000",
               (uint64_t[]) { 0x50000000, 0x8000000, 0x5c000000, 0x8000000, 0x68000000, 0x1000 },
               6);
    add_memory("memory@70000000", (uint64_t[]) { 0x70000000, 0x10000000 }, 2);
    add_memory("memory@80000000", (uint64_t[]) { 0x80000000, UINT64_MAX }, 2);
    assert_int_equal(fdt_clip_memory(tree, ram), 0);
    expect_reg("/memory@40000000", (uint64_t[]) { 0x40000000, 0x10000000 }, 2);
    expect_reg("/memory@50000000", (uint64_t[]) { 0x50000000, 0x8000000, 0x5c000000, 0x4000000 },
               4);
    assert_int_equal(node_of("/memory@70000000"), -FDT_ERR_NOTFOUND);
    assert_int_equal(node_of("/memory@80000000"), -FDT_ERR_NOTFOUND);
}

/* F4: all relations of one range of memory to the guest's, page by page. */
static void no_page_of_the_shim_remains(void **state)
{
    const struct range ram = { 3, 6 };
    for (uint64_t from = 0; from < 9; from++) {
        for (uint64_t to = from; to < 9; to++) {
            start(state);
            add_memory("memory@0", (uint64_t[]) { from, to - from }, 2);
            uint64_t first = from > 3 ? from : 3;
            uint64_t last = to < 6 ? to : 6;
            int error = fdt_clip_memory(tree, ram);
            if (first < last) {
                assert_int_equal(error, 0);
                expect_reg("/memory@0", (uint64_t[]) { first, last - first }, 2);
            } else {
                assert_int_equal(error, -FDT_ERR_NOTFOUND);
                assert_int_equal(node_of("/memory@0"), -FDT_ERR_NOTFOUND);
            }
        }
    }
}

static void memory_of_another_form_is_refused(void **state)
{
    const struct range ram = { 0, UINT64_MAX };
    assert_int_equal(fdt_clip_memory(tree, ram), -FDT_ERR_NOTFOUND);
    int node = add_node(0, "memory", "memory");
    assert_int_equal(fdt_clip_memory(tree, ram), -FDT_ERR_BADVALUE); /* no reg */
    assert_int_equal(fdt_setprop_u64(tree, node, "reg", 0), 0);
    assert_int_equal(fdt_clip_memory(tree, ram), -FDT_ERR_BADVALUE); /* half a reg */
    start(state);
    add_memory("memory@0", (uint64_t[]) { 0, 1 }, 2);
    assert_int_equal(fdt_setprop_u32(tree, 0, "#size-cells", 1), 0);
    assert_int_equal(fdt_clip_memory(tree, ram), -FDT_ERR_BADNCELLS);
}

/* Four processors in two clusters, the last one alone in a third; all have phandle 0x10 + n. */
static void add_cpus(int cells)
{
    static const uint32_t mpidr[] = { 0, 1, 0x100, HIDDEN };
    static const char *const names[] = { "cpu@0", "cpu@1", "cpu@100", "cpu@101" };
    int cpus = add_node(0, "cpus", NULL);
    assert_int_equal(fdt_setprop_u32(tree, cpus, "#address-cells", (uint32_t)cells), 0);
    assert_int_equal(fdt_setprop_u32(tree, cpus, "#size-cells", 0), 0);
    for (int n = 0; n < 4; n++) {
        int node = add_node(node_of("/cpus"), names[n], "cpu");
        assert_int_equal(cells == 1 ? fdt_setprop_u32(tree, node, "reg", mpidr[n])
                                    : fdt_setprop_u64(tree, node, "reg", mpidr[n]),
                         0);
        assert_int_equal(fdt_setprop_u32(tree, node, "phandle", 0x10 + (uint32_t)n), 0);
    }
    static const char *const places[] = { "/cpus/cpu-map/cluster0/core0",
                                          "/cpus/cpu-map/cluster0/core1",
                                          "/cpus/cpu-map/cluster1/core0",
                                          "/cpus/cpu-map/cluster2/core0" };
    int map = add_node(node_of("/cpus"), "cpu-map", NULL);
    assert_true(map > 0);
    for (int n = 0; n < 4; n++) {
        char cluster[] = "cluster0";
        cluster[7] = places[n][21];
        int node = fdt_subnode_offset(tree, node_of("/cpus/cpu-map"), cluster);
        if (node < 0) {
            node = add_node(node_of("/cpus/cpu-map"), cluster, NULL);
        }
        node = add_node(node, places[n] + 23, NULL);
        assert_int_equal(fdt_setprop_u32(tree, node, "cpu", 0x10 + (uint32_t)n), 0);
    }
}

static void hidden_processor_goes_with_its_place(void **state)
{
    for (int cells = 1; cells <= 2; cells++) {
        start(state);
        add_cpus(cells);
        assert_true(node_of("/cpus/cpu@101") > 0);
        assert_int_equal(fdt_remove_cpu(tree, HIDDEN), 0);
        assert_int_equal(node_of("/cpus/cpu@101"), -FDT_ERR_NOTFOUND);
        assert_int_equal(node_of("/cpus/cpu-map/cluster2"), -FDT_ERR_NOTFOUND);
        assert_true(node_of("/cpus/cpu-map/cluster0/core1") > 0);
        assert_true(node_of("/cpus/cpu-map/cluster1/core0") > 0);
        assert_true(node_of("/cpus/cpu@100") > 0);
        assert_int_equal(fdt_remove_cpu(tree, HIDDEN), -FDT_ERR_NOTFOUND);
    }
}

/* Even the last processor leaves the map itself. */
static void map_itself_stays(void **state)
{
    (void)state;
    add_cpus(1);
    for (uint32_t n = 0; n < 4; n++) {
        static const uint32_t mpidr[] = { 0, 1, 0x100, HIDDEN };
        assert_int_equal(fdt_remove_cpu(tree, mpidr[n]), 0);
    }
    assert_true(node_of("/cpus/cpu-map") > 0);
    assert_true(fdt_first_subnode(tree, node_of("/cpus/cpu-map")) < 0);
}

static void hidden_processor_goes_from_affinities(void **state)
{
    (void)state;
    add_cpus(1);
    int node = add_node(0, "pmu", NULL);
    for (uint32_t n = 0; n < 4; n++) {
        assert_int_equal(fdt_appendprop_u32(tree, node, "interrupt-affinity", 0x13 - n), 0);
        for (uint32_t cell = 0; cell < 3; cell++) {
            assert_int_equal(fdt_appendprop_u32(tree, node, "interrupts", 10 * n + cell), 0);
        }
    }
    assert_int_equal(fdt_remove_cpu(tree, 1), 0); /* phandle 0x11, third in the list */
    int length;
    const uint8_t *list = fdt_getprop(tree, node_of("/pmu"), "interrupt-affinity", &length);
    assert_int_equal(length, 12);
    assert_int_equal(be32_get(list), 0x13);
    assert_int_equal(be32_get(list + 4), 0x12);
    assert_int_equal(be32_get(list + 8), 0x10);
    const uint8_t *interrupts = fdt_getprop(tree, node_of("/pmu"), "interrupts", &length);
    assert_int_equal(length, 36);
    assert_int_equal(be32_get(interrupts + 12), 10);
    assert_int_equal(be32_get(interrupts + 24), 30);
    assert_int_equal(fdt_check_full(tree, TREE_SIZE), 0);
}

static void vmbus_is_as_its_binding_says(void **state)
{
    (void)state;
    int length;
    assert_int_equal(fdt_add_vmbus(tree), 0);
    int node = fdt_node_offset_by_compatible(tree, -1, "microsoft,vmbus");
    assert_true(node > 0);
    assert_int_equal(fdt_address_cells(tree, node), 2);
    assert_int_equal(fdt_size_cells(tree, node), 1);
    const uint8_t *ranges = fdt_getprop(tree, node, "ranges", &length);
    assert_int_equal(length, 2 * 4 * (2 + 2 + 1));
    assert_int_equal(be_get(ranges, 8), 0x0b000000);
    assert_int_equal(be_get(ranges + 8, 8), 0x0b000000);
    assert_int_equal(be32_get(ranges + 16), 0x01000000);
    assert_int_equal(be_get(ranges + 20, 8), UINT64_C(0x5000000000));
    const uint8_t *interrupts = fdt_getprop(tree, node, "interrupts", &length);
    assert_int_equal(length, 12);
    assert_int_equal(be32_get(interrupts), 1); /* PPI */
    assert_int_equal(be32_get(interrupts + 4), 2);
    assert_int_equal(be32_get(interrupts + 8), 1); /* rising edge */
    assert_non_null(fdt_getprop(tree, node, "dma-coherent", NULL));
}

static bool aml_holds(uint64_t number, uint32_t size)
{
    for (const uint8_t *at = acpi_vmbus_aml; at + size <= acpi_vmbus_aml_end; at++) {
        if (le_get(at, size) == number) {
            return true;
        }
    }
    return false;
}

/* The same addresses by ACPI: first and last byte of the low MMIO, first of the high, INTID. */
static void vmbus_is_the_same_by_acpi(void **state)
{
    (void)state;
    assert_true(aml_holds(0x0b000000, 4));
    assert_true(aml_holds(0x0bffffff, 4));
    assert_true(aml_holds(UINT64_C(0x5000000000), 8));
    assert_true(aml_holds(18, 4));
}

static bool build(void *to, uint32_t size, const uint8_t *from, uint32_t from_size)
{
    const struct fdt_guest guest = { { RAM_BASE, GUEST_END }, 2 };
    const struct fdt_chosen chosen = { .bootargs = "quiet", .initrd = { RAM_BASE, RAM_BASE + 1 } };
    return fdt_build_guest(to, size, from, from_size, &guest, &chosen, &why);
}

static void too_little_room_is_refused(void **state)
{
    (void)state;
    uint32_t machine_size = (uint32_t)(captured_fdt_end - captured_fdt);
    uint8_t *to = malloc(machine_size + FDT_ROOM);
    assert_non_null(to);
    assert_true(build(to, machine_size + FDT_ROOM, captured_fdt, machine_size));
    uint32_t needed = fdt_totalsize(to);
    assert_true(needed < TREE_SIZE);
    /* Each size that is too small, in memory of just that size: refused, and nothing written past.
     */
    for (uint32_t size = 1; size < needed; size += 97) {
        uint8_t *small = malloc(size);
        assert_false(build(small, size, captured_fdt, machine_size));
        free(small);
    }
    const struct fdt_chosen chosen = { .bootargs = "console=ttyAMA0" };
    for (uint32_t size = 1; size < 200; size++) {
        uint8_t *small = malloc(size);
        assert_false(fdt_build_chosen(small, size, captured_fdt, machine_size, &chosen, &why));
        free(small);
    }
    free(to);
}

/* What is built from a damaged tree is a sound tree without memory of the shim's. */
static void expect_sound(const void *fdt)
{
    assert_int_equal(fdt_check_full(fdt, fdt_totalsize(fdt)), 0);
    assert_int_equal(fdt_node_offset_by_compatible(fdt, -1, "arm,smmu-v3"), -FDT_ERR_NOTFOUND);
    int node = fdt_first_subnode(fdt, 0);
    for (; node >= 0; node = fdt_next_subnode(fdt, node)) {
        int length;
        const char *type = fdt_getprop(fdt, node, "device_type", &length);
        if (type == NULL || length != 7 || memcmp(type, "memory", 7) != 0) {
            continue;
        }
        const uint8_t *reg = fdt_getprop(fdt, node, "reg", &length);
        for (int i = 0; i < length; i += 16) {
            struct range ram = { RAM_BASE, GUEST_END };
            assert_true(range_holds(ram, be_get(reg + i, 8), be_get(reg + i + 8, 8)));
        }
    }
}

/* QEMU's tree without the room that QEMU leaves in it. */
static const void *packed(void)
{
    static uint8_t whole[1 << 20] __attribute__((aligned(8)));
    memcpy(whole, captured_fdt, (size_t)(captured_fdt_end - captured_fdt));
    assert_int_equal(fdt_pack(whole), 0);
    return whole;
}

/* However many there are, and whoever is said to be behind them, at whatever depth. */
static void smmus_go_with_what_refers_to_them(void **state)
{
    (void)state;
    static const char *const references[] = { "iommu-map", "iommu-map-mask", "iommus" };
    static uint8_t built[TREE_SIZE + FDT_ROOM] __attribute__((aligned(8)));
    assert_int_equal(fdt_open_into(packed(), tree, TREE_SIZE), 0);
    int node = add_node(0, "smmu@1000", NULL);
    assert_int_equal(fdt_set_text(tree, node, "compatible", "arm,smmu-v3"), 0);
    node = add_node(node_of("/platform-bus@c000000"), "device@0", NULL);
    for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
        assert_int_equal(fdt_setprop_u32(tree, node, references[i], 1), 0);
    }
    assert_true(build(built, sizeof built, tree, TREE_SIZE));
    expect_sound(built);
    for (node = fdt_next_node(built, -1, NULL); node >= 0;
         node = fdt_next_node(built, node, NULL)) {
        for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
            assert_null(fdt_getprop(built, node, references[i], NULL));
        }
    }
    assert_true(fdt_path_offset(built, "/platform-bus@c000000/device@0") > 0);
    assert_true(fdt_path_offset(built, "/pcie@10000000") > 0);
}

static void damaged_trees_do_no_harm(void **state)
{
    (void)state;
    const void *whole = packed();
    uint64_t seed = 0x13198a2e03707344;
    uint32_t built = 0;
    uint32_t size = fdt_totalsize(whole);
    uint8_t *damaged = malloc(size); /* no more, so that the sanitizer sees each step outside */
    uint8_t *to = malloc(size + FDT_ROOM);
    assert_non_null(damaged);
    assert_non_null(to);
    for (int i = 0; i < MUTATIONS; i++) {
        memcpy(damaged, whole, size);
        for (uint64_t n = random_word(&seed) % 4; n < 4; n++) {
            uint64_t r = random_word(&seed);
            uint32_t where = (r & 7) == 0 ? (uint32_t)(r >> 8) % 40 : (uint32_t)(r >> 8) % size;
            damaged[where] = (r & 8) != 0 ? (uint8_t)(r >> 40) : (uint8_t) - (uint8_t)(r >> 4 & 1);
        }
        if (build(to, size + FDT_ROOM, damaged, size)) {
            expect_sound(to);
            built++;
        }
    }
    assert_in_range(built, 1, MUTATIONS - 1);
    free(damaged);
    free(to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(memory_is_cut_to_the_guests, start),
        cmocka_unit_test_setup(no_page_of_the_shim_remains, start),
        cmocka_unit_test_setup(memory_of_another_form_is_refused, start),
        cmocka_unit_test_setup(hidden_processor_goes_with_its_place, start),
        cmocka_unit_test_setup(map_itself_stays, start),
        cmocka_unit_test_setup(hidden_processor_goes_from_affinities, start),
        cmocka_unit_test_setup(vmbus_is_as_its_binding_says, start),
        cmocka_unit_test_setup(vmbus_is_the_same_by_acpi, start),
        cmocka_unit_test_setup(too_little_room_is_refused, start),
        cmocka_unit_test_setup(smmus_go_with_what_refers_to_them, start),
        cmocka_unit_test_setup(damaged_trees_do_no_harm, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
