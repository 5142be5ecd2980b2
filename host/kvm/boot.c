/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Loading a guest: kernel and initrd out of files, then the tables that tell of the machine. */

#include "host/kvm/boot.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/virt/efi.h"
#include "host/virt/loader.h"

#define TABLES_ROOM (UINT64_C(4) << 20)
#define FDT_MAX 0x10000u

static int open_file(const char *path, uint64_t *size)
{
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &status) != 0) {
        fail(2, "%s: %s", path, strerror(errno));
    }
    *size = (uint64_t)status.st_size;
    return file;
}

static void read_file(const char *path, int file, void *to, uint64_t size)
{
    for (uint64_t done = 0; done < size;) {
        ssize_t got = read(file, (uint8_t *)to + done, size - done);
        if (got <= 0) {
            fail(2, "%s: %s", path, got == 0 ? "became shorter" : strerror(errno));
        }
        done += (uint64_t)got;
    }
    (void)close(file);
}

static struct layout load_files(const struct boot_files *files)
{
    static uint8_t head[KERNEL_HEAD_SIZE];
    struct range ram = { monitor.ram_base, monitor.ram_end };
    struct kernel_image image;
    struct layout layout;
    uint64_t kernel_size, initrd_size = 0;
    const char *why = "";
    int kernel = open_file(files->kernel, &kernel_size);
    int initrd = files->initrd != NULL ? open_file(files->initrd, &initrd_size) : -1;

    if (pread(kernel, head, sizeof head, 0) < 0) {
        fail(2, "%s: %s", files->kernel, strerror(errno));
    }
    if (!kernel_image_parse(head, sizeof head, kernel_size, &image, &why) ||
        !layout_place(ram, &image, initrd_size, TABLES_ROOM, &layout, &why)) {
        fail(2, "%s: %s", files->kernel, why);
    }
    read_file(files->kernel, kernel, place_pointer(layout.kernel.start), kernel_size);
    if (initrd >= 0) {
        read_file(files->initrd, initrd, place_pointer(layout.initrd.start), initrd_size);
    }
    return layout;
}

void boot_load(const struct boot_files *files, uint64_t *entry, uint64_t *x0)
{
    struct layout layout = load_files(files);
    struct space space = { layout.tables.start, layout.tables.end };
    struct fdt_chosen chosen = { .bootargs = files->append, .initrd = layout.initrd };
    struct range ram = { monitor.ram_base, monitor.ram_end };
    struct efi_tables efi;
    uint64_t rsdp;
    const char *why = "no room for the tables of the guest";
    bool made = space_take(&space, FDT_MAX, 8, x0);

    if (made && files->acpi) {
        made = acpi_build(&space, &rsdp) &&
               efi_build(&space, ram, layout.tables.start, rsdp, &efi, &why);
        chosen.efi = &efi;
    }
    if (!made || !tree_build(place_pointer(*x0), FDT_MAX, &chosen, !files->acpi)) {
        fail(2, "%s", why);
    }
    *entry = layout.kernel.start;
}
