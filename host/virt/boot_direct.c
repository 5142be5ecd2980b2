/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The direct routes: kernel, initrd and command line come out of fw_cfg, then the tables that tell
 * the kernel about the machine. Guest RAM holds nothing of the shim's afterwards. */

#include "boot_data.h"

#include "host/common/bytes.h"
#include "host/common/efi.h"
#include "host/common/fdt.h"
#include "fw_cfg.h"
#include "host/common/loader.h"

#include <string.h>

#define COMMAND_LINE_MAX 16384
#define TABLES_ROOM (UINT64_C(4) << 20) /* more than all tables together */
#define FDT_MAX (UINT64_C(2) << 20)     /* Linux booting.rst */

static uint8_t kernel_head[KERNEL_HEAD_SIZE];
static char command_line[COMMAND_LINE_MAX];

/* Everything known while a guest is being put together. */
struct boot {
    const struct machine *machine;
    struct layout layout;
    struct space space; /* layout.tables */
    struct fdt_chosen chosen;
    uint64_t fdt; /* address */
};

static bool item_size(uint16_t key, uint32_t *size)
{
    uint8_t bytes[4];
    bool read = fw_cfg_read(key, 0, bytes, sizeof(bytes));
    *size = le32_get(bytes); /* the device gives these numbers in little-endian */
    return read;
}

static bool load_command_line(const char **why)
{
    uint32_t size;
    if (!item_size(FW_CFG_KEY_CMDLINE_SIZE, &size)) {
        return refuse(why, "fw_cfg failed to give the command line");
    }
    if (size >= sizeof(command_line)) {
        return refuse(why, "the kernel's command line is longer than 16383 bytes");
    }
    memset(command_line, 0, sizeof(command_line));
    return fw_cfg_read(FW_CFG_KEY_CMDLINE_DATA, 0, command_line, size) ||
           refuse(why, "fw_cfg failed to give the command line");
}

static bool load_files(struct boot *boot, const char **why)
{
    const struct machine *machine = boot->machine;
    struct kernel_image image;
    uint32_t kernel_size;
    uint32_t initrd_size;
    if (!item_size(FW_CFG_KEY_KERNEL_SIZE, &kernel_size) ||
        !item_size(FW_CFG_KEY_INITRD_SIZE, &initrd_size)) {
        return refuse(why, "fw_cfg failed to give the kernel's size");
    }
    if (kernel_size == 0) {
        return refuse(why, "there is no kernel: direct boot needs one");
    }
    memset(kernel_head, 0, sizeof(kernel_head));
    if (!fw_cfg_read(FW_CFG_KEY_KERNEL_DATA, 0, kernel_head, sizeof(kernel_head))) {
        return refuse(why, "fw_cfg failed to give the kernel");
    }
    if (!kernel_image_parse(kernel_head, sizeof(kernel_head), kernel_size, &image, why) ||
        !layout_place(machine_guest_ram(machine), &image, initrd_size, TABLES_ROOM, &boot->layout,
                      why)) {
        return false;
    }
    /* QEMU's tree lay at the base of RAM; it has seeds and memory that are not the guest's. */
    memset(place_pointer(machine->ram_base), 0, machine->fdt_size);
    boot->chosen.initrd = boot->layout.initrd;
    return (fw_cfg_read(FW_CFG_KEY_KERNEL_DATA, 0, place_pointer(boot->layout.kernel.start),
                        kernel_size) &&
            fw_cfg_read(FW_CFG_KEY_INITRD_DATA, 0, place_pointer(boot->layout.initrd.start),
                        initrd_size)) ||
           refuse(why, "fw_cfg failed to give kernel and initrd");
}

/* What the ACPI linker asks for, with struct boot as its context. */
static bool place_acpi_file(void *context, const char *name, uint64_t align, uint8_t **data,
                            uint64_t *address, uint32_t *size)
{
    struct boot *boot = context;
    const struct acpi_files *files;
    const char *why;
    struct fw_cfg_file file;
    bool is_tables = strcmp(name, ACPI_FILE_TABLES) == 0;
    if (!fw_cfg_find(name, &file) || !acpi_files_load(&files, &why)) {
        return false;
    }
    *size = is_tables ? files->tables.size : file.size;
    if (!space_take(&boot->space, *size, align, address)) {
        return false;
    }
    *data = place_pointer(*address);
    if (is_tables) {
        memcpy(*data, files->tables.data, *size);
        return true;
    }
    return fw_cfg_read(file.key, 0, *data, *size);
}

static bool write_file(void *context, const char *name, uint32_t offset, const uint8_t *value,
                       uint32_t size)
{
    (void)context;
    struct fw_cfg_file file;
    return fw_cfg_find(name, &file) && offset <= file.size && size <= file.size - offset &&
           fw_cfg_write(file.key, offset, value, size);
}

/* Takes the most that the device tree may need; it is packed later. */
static bool take_fdt(struct boot *boot, uint64_t tree_size, uint32_t *size, const char **why)
{
    uint64_t room = tree_size + strlen(command_line) + FDT_ROOM;
    if (room > FDT_MAX || !space_take(&boot->space, room, 8, &boot->fdt)) {
        return refuse(why, "no room for the device tree");
    }
    *size = (uint32_t)room;
    return true;
}

static bool finish_acpi(struct boot *boot, const char **why)
{
    const struct machine *machine = boot->machine;
    const struct acpi_linker linker = { boot, place_acpi_file, write_file };
    const struct acpi_files *files;
    struct efi_tables efi;
    uint64_t rsdp;
    uint32_t size;
    if (!take_fdt(boot, 0, &size, why) || !acpi_files_load(&files, why) ||
        !acpi_link(&files->script, &linker, &rsdp, why) ||
        !efi_build(&boot->space, machine_guest_ram(machine), boot->layout.tables.start, rsdp, &efi,
                   why)) {
        return false;
    }
    boot->chosen.efi = &efi;
    return fdt_build_chosen(place_pointer(boot->fdt), size, machine->fdt, machine->fdt_size,
                            &boot->chosen, why);
}

static bool finish_dt(struct boot *boot, const char **why)
{
    const struct machine *machine = boot->machine;
    const struct fdt_guest guest = { machine_guest_ram(machine), machine_service_core(machine) };
    uint32_t size;
    return take_fdt(boot, machine->fdt_size, &size, why) &&
           fdt_build_guest(place_pointer(boot->fdt), size, machine->fdt, machine->fdt_size, &guest,
                           &boot->chosen, why);
}

static uint64_t highest(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

bool boot_direct(const struct machine *machine, struct guest_entry *entry, const char **why)
{
    struct boot boot = { .machine = machine, .chosen.bootargs = command_line };
    if (!fw_cfg_proxy_init(machine, why) || !load_command_line(why) || !load_files(&boot, why)) {
        return false;
    }
    boot.space = (struct space) { boot.layout.tables.start, boot.layout.tables.end };
    bool acpi = machine->route == MACHINE_ROUTE_ACPI;
    if (!(acpi ? finish_acpi(&boot, why) : finish_dt(&boot, why))) {
        return false;
    }
    *entry = (struct guest_entry) {
        .pc = boot.layout.kernel.start,
        .x = { boot.fdt },
        .written_end =
            highest(highest(boot.layout.kernel.end, boot.layout.initrd.end), boot.space.next),
    };
    return true;
}
