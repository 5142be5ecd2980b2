/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Taking a processor out of a device tree: its node, its place in cpu-map, and its entry in lists
 * of affinities. */

#include "fdt_edit.h"

#include "bytes.h"

#include <libfdt.h>
#include <string.h>

static bool is_cpu(const void *fdt, int node, uint32_t cells, uint64_t mpidr)
{
    int type_length;
    int reg_length;
    const char *type = fdt_getprop(fdt, node, "device_type", &type_length);
    const uint8_t *reg = fdt_getprop(fdt, node, "reg", &reg_length);
    return type != NULL && type_length == sizeof("cpu") && memcmp(type, "cpu", 4) == 0 &&
           reg != NULL && reg_length == (int)(4 * cells) && be_get(reg, 4 * cells) == mpidr;
}

static int find_cpu(const void *fdt, uint64_t mpidr)
{
    int cpus = fdt_path_offset(fdt, "/cpus");
    if (cpus < 0) {
        return cpus;
    }
    int cells = fdt_address_cells(fdt, cpus);
    if (cells != 1 && cells != 2) {
        return -FDT_ERR_BADNCELLS;
    }
    int node = fdt_first_subnode(fdt, cpus);
    while (node >= 0 && !is_cpu(fdt, node, (uint32_t)cells, mpidr)) {
        node = fdt_next_subnode(fdt, node);
    }
    return node;
}

/* A node of cpu-map that now describes nothing: no processor, no children. */
static bool is_empty_place(const void *fdt, int node)
{
    return fdt_first_subnode(fdt, node) < 0 && fdt_getprop(fdt, node, "cpu", NULL) == NULL;
}

/* Removes the places of cpu-map that name `phandle`, and those above that this leaves empty. */
static int remove_place(void *fdt, uint32_t phandle)
{
    fdt32_t wanted = cpu_to_fdt32(phandle);
    int map = fdt_path_offset(fdt, "/cpus/cpu-map");
    int node = fdt_node_offset_by_prop_value(fdt, map, "cpu", &wanted, sizeof(wanted));
    while (map >= 0 && node > map) {
        int parent = fdt_parent_offset(fdt, node);
        int error = fdt_del_node(fdt, node);
        if (error != 0) {
            return error;
        }
        node = parent > map && is_empty_place(fdt, parent)
                   ? parent
                   : fdt_node_offset_by_prop_value(fdt, map, "cpu", &wanted, sizeof(wanted));
    }
    return 0;
}

/* Takes bytes out of a property. The caller has checked that they are in it. */
static int cut(void *fdt, int node, const char *name, uint32_t at, uint32_t size)
{
    int length;
    uint8_t *bytes = fdt_getprop_w(fdt, node, name, &length);
    uint32_t rest = (uint32_t)length - at - size;
    memmove(bytes + at, bytes + at + size, rest);
    void *same;
    return fdt_setprop_placeholder(fdt, node, name, (int)(at + rest), &same);
}

/* One node's list of affinities, one phandle per interrupt: drops that of the processor together
 * with its interrupt. */
static int remove_affinity(void *fdt, int node, uint32_t phandle)
{
    int length;
    int interrupts_length = 0;
    const uint8_t *list = fdt_getprop(fdt, node, "interrupt-affinity", &length);
    uint32_t count = list == NULL ? 0 : (uint32_t)length / 4;
    for (uint32_t i = 0; i < count; i++) {
        if (be32_get(list + 4 * i) != phandle) {
            continue;
        }
        if (fdt_getprop(fdt, node, "interrupts", &interrupts_length) != NULL &&
            (uint32_t)interrupts_length % count == 0) {
            uint32_t each = (uint32_t)interrupts_length / count;
            int error = cut(fdt, node, "interrupts", i * each, each);
            if (error != 0) {
                return error;
            }
        }
        return cut(fdt, node, "interrupt-affinity", 4 * i, 4);
    }
    return 0;
}

static int remove_affinities(void *fdt, uint32_t phandle)
{
    int node = fdt_next_node(fdt, -1, NULL);
    while (node >= 0) {
        int error = remove_affinity(fdt, node, phandle);
        if (error != 0) {
            return error;
        }
        node = fdt_next_node(fdt, node, NULL);
    }
    return node == -FDT_ERR_NOTFOUND ? 0 : node;
}

int fdt_remove_cpu(void *fdt, uint64_t mpidr)
{
    int node = find_cpu(fdt, mpidr);
    if (node < 0) {
        return node;
    }
    uint32_t phandle = fdt_get_phandle(fdt, node);
    int error = fdt_del_node(fdt, node);
    if (error != 0 || phandle == 0) {
        return error;
    }
    error = remove_place(fdt, phandle);
    return error != 0 ? error : remove_affinities(fdt, phandle);
}
