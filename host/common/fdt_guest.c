/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* QEMU's device tree made the guest's: what is ours is taken out, what is Hyper-V's is put in. */

#include "fdt.h"

#include "bytes.h"
#include "fdt_edit.h"

#include <libfdt.h>
#include <string.h>

#define REG_SIZE 16 /* two cells of address, two of size: what QEMU's root has */
#define VMBUS_PPI 2 /* INTID 18 */

/* The same MMIO as in vmbus.asl, as far as sizes of one cell go; high addresses by their upper
 * half. */
#define VMBUS_MMIO_LOW 0x0b000000u
#define VMBUS_MMIO_LOW_SIZE 0x01000000u
#define VMBUS_MMIO_HIGH_TOP 0x50u
#define VMBUS_MMIO_HIGH_SIZE 0xf0000000u

/* One node's reg, clipped and written back; `length` becomes what is left. */
static void clip_reg(uint8_t *reg, uint32_t *length, struct range ram)
{
    uint32_t kept = 0;
    for (uint32_t at = 0; at + REG_SIZE <= *length; at += REG_SIZE) {
        uint64_t start = be_get(reg + at, 8);
        uint64_t size = be_get(reg + at + 8, 8);
        uint64_t end = size > UINT64_MAX - start ? UINT64_MAX : start + size;
        start = start < ram.start ? ram.start : start;
        end = end > ram.end ? ram.end : end;
        if (start < end) {
            be_put(reg + kept, start, 8);
            be_put(reg + kept + 8, end - start, 8);
            kept += REG_SIZE;
        }
    }
    *length = kept;
}

static int clip_node(void *fdt, int node, struct range ram)
{
    int length;
    uint8_t *reg = fdt_getprop_w(fdt, node, "reg", &length);
    if (reg == NULL || length % REG_SIZE != 0) {
        return -FDT_ERR_BADVALUE;
    }
    uint32_t kept = (uint32_t)length;
    clip_reg(reg, &kept, ram);
    void *same;
    return fdt_setprop_placeholder(fdt, node, "reg", (int)kept, &same);
}

/* The next child of the root that is memory, after `node` (negative: from the start). */
static int next_memory(const void *fdt, int node)
{
    node = node < 0 ? fdt_first_subnode(fdt, 0) : fdt_next_subnode(fdt, node);
    for (; node >= 0; node = fdt_next_subnode(fdt, node)) {
        int length;
        const char *type = fdt_getprop(fdt, node, "device_type", &length);
        if (type != NULL && length == sizeof("memory") && memcmp(type, "memory", 7) == 0) {
            return node;
        }
    }
    return node;
}

static int next_empty_memory(const void *fdt)
{
    int length;
    int node = next_memory(fdt, -1);
    while (node >= 0 && fdt_getprop(fdt, node, "reg", &length) != NULL && length > 0) {
        node = next_memory(fdt, node);
    }
    return node;
}

int fdt_clip_memory(void *fdt, struct range ram)
{
    if (fdt_address_cells(fdt, 0) != 2 || fdt_size_cells(fdt, 0) != 2) {
        return -FDT_ERR_BADNCELLS;
    }
    for (int node = next_memory(fdt, -1); node >= 0; node = next_memory(fdt, node)) {
        int error = clip_node(fdt, node, ram);
        if (error != 0) {
            return error;
        }
    }
    /* Each round removes a node, so that this ends. */
    for (int node = next_empty_memory(fdt); node >= 0; node = next_empty_memory(fdt)) {
        int error = fdt_del_node(fdt, node);
        if (error != 0) {
            return error;
        }
    }
    return next_memory(fdt, -1) >= 0 ? 0 : -FDT_ERR_NOTFOUND;
}

/* Removes all nodes of a kind. Each round has one less, so that this ends. */
static int remove_compatible(void *fdt, const char *compatible)
{
    int node = fdt_node_offset_by_compatible(fdt, -1, compatible);
    while (node >= 0) {
        int error = fdt_del_node(fdt, node);
        if (error != 0) {
            return error;
        }
        node = fdt_node_offset_by_compatible(fdt, -1, compatible);
    }
    return node == -FDT_ERR_NOTFOUND ? 0 : node;
}

/* The ITS, which would write memory where its guest says, and what sends messages to it; the SMMU,
 * which keeps devices off what is not the guest's, and what is said to be behind it. */
static int remove_its_and_smmu(void *fdt)
{
    static const char *const references[] = { "msi-map",   "msi-map-mask",   "msi-parent",
                                              "iommu-map", "iommu-map-mask", "iommus" };
    int error = remove_compatible(fdt, "arm,gic-v3-its");
    if (error == 0) {
        error = remove_compatible(fdt, "arm,smmu-v3");
    }
    int node = error != 0 ? error : fdt_next_node(fdt, -1, NULL);
    for (; node >= 0; node = fdt_next_node(fdt, node, NULL)) {
        for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
            error = fdt_delprop(fdt, node, references[i]);
            if (error != 0 && error != -FDT_ERR_NOTFOUND) {
                return error;
            }
        }
    }
    return node == -FDT_ERR_NOTFOUND ? 0 : node;
}

int fdt_add_vmbus(void *fdt)
{
    // clang-format off
    static const uint32_t ranges[] = {
        /* address here, address outside, size */
        0, VMBUS_MMIO_LOW, 0, VMBUS_MMIO_LOW, VMBUS_MMIO_LOW_SIZE,
        VMBUS_MMIO_HIGH_TOP, 0, VMBUS_MMIO_HIGH_TOP, 0, VMBUS_MMIO_HIGH_SIZE,
    };
    // clang-format on
    static const uint32_t interrupts[] = { 1, VMBUS_PPI, 1 }; /* PPI, number, rising edge */
    int node = fdt_add_subnode(fdt, 0, "vmbus@b000000");
    int error = node < 0 ? node : fdt_set_text(fdt, node, "compatible", "microsoft,vmbus");
    if (error == 0) {
        error = fdt_setprop_u32(fdt, node, "#address-cells", 2);
    }
    if (error == 0) {
        error = fdt_setprop_u32(fdt, node, "#size-cells", 1);
    }
    for (size_t i = 0; error == 0 && i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        error = fdt_appendprop_u32(fdt, node, "ranges", ranges[i]);
    }
    for (size_t i = 0; error == 0 && i < sizeof(interrupts) / sizeof(interrupts[0]); i++) {
        error = fdt_appendprop_u32(fdt, node, "interrupts", interrupts[i]);
    }
    return error != 0 ? error : fdt_setprop_empty(fdt, node, "dma-coherent");
}

bool fdt_build_guest(void *fdt, uint32_t size, const void *machine_fdt, uint32_t machine_size,
                     const struct fdt_guest *guest, const struct fdt_chosen *chosen,
                     const char **why)
{
    if (size > INT_MAX || !fdt_sound(machine_fdt, machine_size)) {
        return refuse(why, "the machine's device tree is damaged");
    }
    if (fdt_open_into(machine_fdt, fdt, (int)size) != 0) {
        return refuse(why, "no room for the device tree and its command line");
    }
    if (fdt_clip_memory(fdt, guest->ram) != 0) {
        return refuse(why, "the machine's device tree does not describe its memory");
    }
    if (fdt_remove_cpu(fdt, guest->hidden_mpidr) != 0) {
        return refuse(why, "the machine's device tree lacks the service core");
    }
    /* On the direct routes flash holds our reset code, and is not the guest's either. */
    if (remove_its_and_smmu(fdt) != 0 ||
        (chosen != NULL && remove_compatible(fdt, "cfi-flash") != 0)) {
        return refuse(why, "the machine's device tree is damaged");
    }
    if (fdt_add_vmbus(fdt) != 0 || (chosen != NULL && fdt_set_chosen(fdt, chosen) != 0) ||
        fdt_pack_and_clear(fdt, size) != 0) {
        return refuse(why, "no room for the device tree and its command line");
    }
    return true;
}
