/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Device trees: /chosen for both direct routes, and the tree of /chosen alone. */

#include "fdt.h"

#include "fdt_edit.h"

#include <libfdt.h>
#include <string.h>

#define SECURE_BOOT_DISABLED 2 /* Linux, enum efi_secureboot_mode */

/* Seeds are secrets of one boot: they go to the guest, and only once. */
static const char *const seeds[] = { "kaslr-seed", "rng-seed" };

int fdt_set_text(void *fdt, int node, const char *name, const char *text)
{
    return fdt_setprop(fdt, node, name, text, (int)(strlen(text) + 1));
}

static int set_range(void *fdt, int node, const struct range *initrd)
{
    if (initrd->start == initrd->end) {
        return 0;
    }
    int error = fdt_setprop_u64(fdt, node, "linux,initrd-start", initrd->start);
    return error != 0 ? error : fdt_setprop_u64(fdt, node, "linux,initrd-end", initrd->end);
}

static int set_efi(void *fdt, int node, const struct efi_tables *efi)
{
    if (efi == NULL) {
        return 0;
    }
    int error = fdt_setprop_u64(fdt, node, "linux,uefi-system-table", efi->system_table);
    if (error == 0) {
        error = fdt_setprop_u64(fdt, node, "linux,uefi-mmap-start", efi->memory_map);
    }
    if (error == 0) {
        error = fdt_setprop_u32(fdt, node, "linux,uefi-mmap-size", efi->memory_map_size);
    }
    if (error == 0) {
        error = fdt_setprop_u32(fdt, node, "linux,uefi-mmap-desc-size", efi->descriptor_size);
    }
    if (error == 0) {
        error = fdt_setprop_u32(fdt, node, "linux,uefi-mmap-desc-ver", efi->descriptor_version);
    }
    /* Linux 6.1 takes no EFI information at all when this one is missing. */
    return error != 0 ? error
                      : fdt_setprop_u32(fdt, node, "linux,uefi-secure-boot", SECURE_BOOT_DISABLED);
}

int fdt_set_chosen(void *fdt, const struct fdt_chosen *chosen)
{
    int node = fdt_path_offset(fdt, "/chosen");
    if (node == -FDT_ERR_NOTFOUND) {
        node = fdt_add_subnode(fdt, 0, "chosen");
    }
    if (node < 0) {
        return node;
    }
    int error = 0;
    if (chosen->bootargs[0] != '\0') {
        error = fdt_set_text(fdt, node, "bootargs", chosen->bootargs);
    }
    if (error == 0) {
        error = set_range(fdt, node, &chosen->initrd);
    }
    return error != 0 ? error : set_efi(fdt, node, chosen->efi);
}

static int copy_seeds(void *fdt, const void *machine_fdt)
{
    int from = fdt_path_offset(machine_fdt, "/chosen");
    int node = fdt_path_offset(fdt, "/chosen");
    for (size_t i = 0; from >= 0 && i < sizeof(seeds) / sizeof(seeds[0]); i++) {
        int length;
        const void *seed = fdt_getprop(machine_fdt, from, seeds[i], &length);
        int error = seed == NULL ? 0 : fdt_setprop(fdt, node, seeds[i], seed, length);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

bool fdt_sound(const void *fdt, uint32_t size)
{
    return ((uintptr_t)fdt & 7) == 0 && size >= sizeof(struct fdt_header) &&
           fdt_off_mem_rsvmap(fdt) % 8 == 0 && fdt_off_dt_struct(fdt) % 4 == 0 &&
           fdt_check_full(fdt, size) == 0;
}

int fdt_pack_and_clear(void *fdt, uint32_t size)
{
    int error = fdt_pack(fdt);
    if (error == 0) {
        memset((uint8_t *)fdt + fdt_totalsize(fdt), 0, size - fdt_totalsize(fdt));
    }
    return error;
}

bool fdt_build_chosen(void *fdt, uint32_t size, const void *machine_fdt, uint32_t machine_size,
                      const struct fdt_chosen *chosen, const char **why)
{
    if (size > INT_MAX || !fdt_sound(machine_fdt, machine_size)) {
        return refuse(why, "the machine's device tree is damaged");
    }
    if (fdt_create_empty_tree(fdt, (int)size) != 0 || fdt_set_chosen(fdt, chosen) != 0 ||
        copy_seeds(fdt, machine_fdt) != 0 || fdt_pack_and_clear(fdt, size) != 0) {
        return refuse(why, "no room for the device tree and its command line");
    }
    return true;
}
