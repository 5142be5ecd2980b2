/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Loading a guest: kernel and initrd out of files, then the tables that tell of the machine. */

#include "host/kvm/monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <libfdt.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "host/common/efi.h"
#include "host/common/fdt.h"
#include "host/common/fdt_edit.h"
#include "host/common/loader.h"

#define TABLES_ROOM (UINT64_C(4) << 20)
#define FDT_MAX 0x10000u
#define RNG_SEED 32u
#define KASLR_SEED 8u

extern const uint8_t machine_dtb[];

static const uint8_t *map_file(const char *path, uint64_t *size)
{
    struct stat status = { 0 };
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const void *bytes = MAP_FAILED;

    if (file >= 0 && fstat(file, &status) == 0) {
        if (!S_ISREG(status.st_mode) || status.st_size == 0) {
            fail(2, "%s: %s", path, S_ISREG(status.st_mode) ? "is empty" : "is no file");
        }
        bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    }
    if (bytes == MAP_FAILED) {
        fail(2, "%s: %s", path, strerror(errno));
    }
    *size = (uint64_t)status.st_size;
    return bytes;
}

static struct layout load_files(const struct boot_files *files, struct range ram)
{
    struct kernel_image image;
    struct layout layout;
    uint64_t kernel_size, initrd_size = 0;
    const char *why = "";
    const uint8_t *kernel = map_file(files->kernel, &kernel_size);
    const uint8_t *initrd = files->initrd != NULL ? map_file(files->initrd, &initrd_size) : kernel;
    uint64_t head_size = kernel_size < KERNEL_HEAD_SIZE ? kernel_size : KERNEL_HEAD_SIZE;

    if (!kernel_image_parse(kernel, head_size, kernel_size, &image, &why) ||
        !layout_place(ram, &image, initrd_size, TABLES_ROOM, &layout, &why)) {
        fail(2, "%s: %s", files->kernel, why);
    }
    memcpy(place_pointer(layout.kernel.start), kernel, kernel_size);
    memcpy(place_pointer(layout.initrd.start), initrd, initrd_size);
    return layout;
}

/* The machine's tree, for as many VPs as there are, and the courier. */
static void *machine_tree(void)
{
    static uint8_t tree[FDT_MAX] SHIM_ALIGNED(8);
    uint8_t seeds[RNG_SEED + KASLR_SEED];
    bool made = fdt_open_into(machine_dtb, tree, sizeof tree) == 0 &&
                getrandom(seeds, sizeof seeds, 0) == (ssize_t)sizeof seeds;
    int chosen = made ? fdt_path_offset(tree, "/chosen") : 0;

    made = made && fdt_setprop(tree, chosen, "rng-seed", seeds, RNG_SEED) == 0 &&
           fdt_setprop(tree, chosen, "kaslr-seed", seeds + RNG_SEED, KASLR_SEED) == 0;
    for (uint32_t n = MAX_VPS; made && n > guest.vp_count; n--) {
        made = fdt_remove_cpu(tree, n) == 0;
    }
    if (!made) {
        fail(11, "the tree of the machine could not be made");
    }
    return tree;
}

void boot_load(const struct boot_files *files, uint64_t *entry, uint64_t *x0)
{
    const struct range ram = { monitor.ram_base, monitor.ram_end };
    const struct fdt_guest part = { ram, .hidden_mpidr = guest.vp_count };
    struct layout layout = load_files(files, ram);
    struct space space = { layout.tables.start, layout.tables.end };
    struct fdt_chosen chosen = { .bootargs = files->append, .initrd = layout.initrd };
    const void *tree = machine_tree();
    struct efi_tables efi;
    const char *why = "no room for the tables of the guest";
    bool made = space_take(&space, FDT_MAX, 8, x0);

    if (made && files->acpi) {
        chosen.efi = &efi;
        made = efi_build(&space, ram, layout.tables.start, acpi_build(&space), &efi, &why) &&
               fdt_build_chosen(place_pointer(*x0), FDT_MAX, tree, FDT_MAX, &chosen, &why);
    } else if (made) {
        made = fdt_build_guest(place_pointer(*x0), FDT_MAX, tree, FDT_MAX, &part, &chosen, &why);
    }
    if (!made) {
        fail(2, "%s", why);
    }
    *entry = layout.kernel.start;
}
