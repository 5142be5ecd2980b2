/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The device tree of the machine, in the words of QEMU's virt board, so that guests of the one find
 * their way in the other. */

#include "host/kvm/boot.h"

#include <stdio.h>
#include <libfdt.h>
#include <sys/random.h>

#include "host/virt/board.h"
#include "host/virt/fdt_edit.h"

#define GIC_PHANDLE 1u
#define CLOCK_PHANDLE 2u
#define CLOCK_HZ 24000000u
#define SEED_SIZE 32u

/* A tree under construction; the first error stays. */
struct tree {
    void *fdt;
    int error;
};

static int node(struct tree *tree, int parent, const char *name)
{
    int offset = tree->error != 0 ? 0 : fdt_add_subnode(tree->fdt, parent, name);
    if (offset < 0) {
        tree->error = offset;
    }
    return offset < 0 ? 0 : offset;
}

static void text(struct tree *tree, int at, const char *name, const char *value)
{
    tree->error = tree->error != 0 ? tree->error : fdt_set_text(tree->fdt, at, name, value);
}

static void cells(struct tree *tree, int at, const char *name, const uint32_t *values,
                  uint32_t count)
{
    for (uint32_t n = 0; n < count && tree->error == 0; n++) {
        tree->error = fdt_appendprop_u32(tree->fdt, at, name, values[n]);
    }
}

static void cell(struct tree *tree, int at, const char *name, uint32_t value)
{
    cells(tree, at, name, &value, 1);
}

static void reg(struct tree *tree, int at, uint64_t start, uint64_t size)
{
    const uint32_t values[] = { (uint32_t)(start >> 32), (uint32_t)start, (uint32_t)(size >> 32),
                                (uint32_t)size };
    cells(tree, at, "reg", values, 4);
}

static void empty(struct tree *tree, int at, const char *name)
{
    tree->error = tree->error != 0 ? tree->error : fdt_setprop_empty(tree->fdt, at, name);
}

/* Nodes come before their siblings: a new one is written last, and found first. */
static void add_cpus(struct tree *tree)
{
    int cpus = node(tree, 0, "cpus");
    cell(tree, cpus, "#address-cells", 1);
    cell(tree, cpus, "#size-cells", 0);
    for (uint32_t n = monitor.vp_count; n > 0; n--) {
        uint32_t mpidr = (uint32_t)monitor.vps[n - 1].mpidr;
        char name[16];
        (void)snprintf(name, sizeof name, "cpu@%x", mpidr);
        int cpu = node(tree, cpus, name);
        text(tree, cpu, "device_type", "cpu");
        text(tree, cpu, "compatible", "arm,armv8");
        text(tree, cpu, "enable-method", "psci");
        cell(tree, cpu, "reg", mpidr);
    }
}

static void add_gic(struct tree *tree)
{
    int gic = node(tree, 0, "intc@8000000");
    text(tree, gic, "compatible", "arm,gic-v3");
    cell(tree, gic, "#interrupt-cells", 3);
    empty(tree, gic, "interrupt-controller");
    reg(tree, gic, BOARD_GICD, 0x10000);
    reg(tree, gic, BOARD_GICR, GICR_REGION);
    cell(tree, gic, "phandle", GIC_PHANDLE);
}

static void add_timer(struct tree *tree)
{
    static const uint32_t interrupts[] = { 1, 13, 4, 1, 14, 4, 1, 11, 4, 1, 10, 4 };
    int timer = node(tree, 0, "timer");
    text(tree, timer, "compatible", "arm,armv8-timer");
    cells(tree, timer, "interrupts", interrupts, 12);
    empty(tree, timer, "always-on");
}

static void add_console(struct tree *tree)
{
    static const uint32_t interrupt[] = { 0, PL011_SPI, 4 };
    static const uint32_t clocks[] = { CLOCK_PHANDLE, CLOCK_PHANDLE };
    static const char compatible[] = "arm,pl011\0arm,primecell";
    static const char names[] = "uartclk\0apb_pclk";
    int clock = node(tree, 0, "apb-pclk");
    text(tree, clock, "compatible", "fixed-clock");
    cell(tree, clock, "#clock-cells", 0);
    cell(tree, clock, "clock-frequency", CLOCK_HZ);
    cell(tree, clock, "phandle", CLOCK_PHANDLE);
    int console = node(tree, 0, "pl011@9000000");
    reg(tree, console, BOARD_PL011, PL011_SIZE);
    cells(tree, console, "interrupts", interrupt, 3);
    cells(tree, console, "clocks", clocks, 2);
    if (tree->error == 0) {
        tree->error = fdt_setprop(tree->fdt, console, "compatible", compatible, sizeof compatible);
    }
    if (tree->error == 0) {
        tree->error = fdt_setprop(tree->fdt, console, "clock-names", names, sizeof names);
    }
}

static void add_machine(struct tree *tree)
{
    text(tree, 0, "compatible", "linux,dummy-virt");
    cell(tree, 0, "#address-cells", 2);
    cell(tree, 0, "#size-cells", 2);
    cell(tree, 0, "interrupt-parent", GIC_PHANDLE);
    int psci = node(tree, 0, "psci");
    text(tree, psci, "compatible", "arm,psci-1.0");
    text(tree, psci, "method", "hvc");
    int memory = node(tree, 0, "memory@40000000");
    text(tree, memory, "device_type", "memory");
    reg(tree, memory, monitor.ram_base, monitor.ram_end - monitor.ram_base);
    add_cpus(tree);
    add_gic(tree);
    add_timer(tree);
    add_console(tree);
    tree->error = tree->error != 0 ? tree->error : fdt_add_vmbus(tree->fdt);
}

static void add_seed(struct tree *tree, const char *name, size_t size)
{
    uint8_t seed[SEED_SIZE];
    int chosen = fdt_path_offset(tree->fdt, "/chosen");
    if (tree->error == 0 && getrandom(seed, size, 0) == (ssize_t)size) {
        tree->error = fdt_setprop(tree->fdt, chosen, name, seed, (int)size);
    }
}

bool tree_build(void *fdt, uint32_t size, const struct fdt_chosen *chosen, bool machine)
{
    struct tree tree = { fdt, fdt_create_empty_tree(fdt, (int)size) };

    if (machine) {
        add_machine(&tree);
    }
    tree.error = tree.error != 0 ? tree.error : fdt_set_chosen(fdt, chosen);
    add_seed(&tree, "kaslr-seed", 8);
    add_seed(&tree, "rng-seed", SEED_SIZE);
    return tree.error == 0 && fdt_pack_and_clear(fdt, size) == 0;
}
