/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What the standalone host parses: QEMU's device tree, ACPI tables and loader script, fw_cfg's
 * directory, kernels; and a guest at the fw_cfg proxy. Each starts from what QEMU really has, in
 * memory of its exact size, and is then damaged. The shim's own memory can't be touched at all:
 * whoever reaches it dies. */

#include <stdlib.h>
#include <sys/mman.h>

#include <libfdt.h>

#include "cursor.h"
#include "report.h"

#include "host/virt/acpi.h"
#include "host/virt/acpi_script.h"
#include "host/virt/boot_data.h"
#include "host/common/bytes.h"
#include "host/virt/discover.h"
#include "host/common/fdt.h"
#include "host/virt/fw_cfg.h"
#include "host/common/loader.h"
#include "tests/unit/machine/device.h"

#define HIDDEN_CPU 2u
#define ROOM 0x2000u
#define DAMAGES 16u

/* ---- Damage --------------------------------------------------------------------------------- */

/* A number that tends to be one too many, somewhere. */
static uint64_t any_number(struct cursor *cursor)
{
    static const uint64_t numbers[] = { 0,          1,          2,          3,          4,
                                        7,          8,          36,         64,         127,
                                        128,        255,        256,        4096,       0xffff,
                                        0x7fffffff, 0x80000000, 0xfffffffc, UINT32_MAX, UINT64_MAX,
                                        0x40000000, GUEST_END };
    uint8_t choice = take8(cursor);

    return choice < 200 ? numbers[choice % (sizeof numbers / sizeof numbers[0])] : take64(cursor);
}

static void damage(struct cursor *cursor, uint8_t *data, uint32_t size, bool big_endian)
{
    for (uint32_t i = 0; i < DAMAGES && cursor->left > 4 && size > 8; i++) {
        uint32_t at = (uint32_t)take(cursor, 3) % size;
        uint64_t number = any_number(cursor);
        uint32_t width = 1u << take8(cursor) % 4;

        if (at + width > size) {
            at = size - width;
        }
        if (big_endian) {
            be_put(data + at, number, width);
        } else {
            memcpy(data + at, &number, width);
        }
        if (once_in(cursor, 4)) {
            break;
        }
    }
}

/* A copy of its exact size and with room, if any, behind; cut short now and then. */
static uint8_t *copy_of(struct cursor *cursor, const uint8_t *from, uint32_t *size, uint32_t room)
{
    uint8_t *copy;

    if (once_in(cursor, 16)) {
        *size = (uint32_t)take(cursor, 3) % (*size + 1);
    }
    copy = calloc(1, *size + room != 0 ? *size + room : 1);
    if (copy == NULL) {
        abort();
    }
    memcpy(copy, from, *size);
    return copy;
}

/* ---- ACPI ----------------------------------------------------------------------------------- */

struct file {
    uint8_t *data;
    uint32_t size;
};

struct files {
    struct file files[ACPI_SCRIPT_FILES_MAX];
    uint32_t count;
    uint32_t tables;
};

static bool allocate(void *context, const char *name, uint64_t align, uint8_t **data,
                     uint64_t *address, uint32_t *size)
{
    struct files *files = context;
    struct file *file = &files->files[files->count];

    if (align == 0 || (align & (align - 1)) != 0) {
        fuzz_fail("alignment that is no power of two", align, 0);
    }
    if (files->count == ACPI_SCRIPT_FILES_MAX) {
        return false;
    }
    file->size = strcmp(name, ACPI_FILE_TABLES) == 0 ? files->tables : 36;
    file->data = calloc(1, file->size != 0 ? file->size : 1);
    *data = file->data;
    *size = file->size;
    *address = 0x48000000 + files->count++ * UINT64_C(0x1000000);
    return true;
}

static bool write_file(void *context, const char *name, uint32_t offset, const uint8_t *value,
                       uint32_t size)
{
    (void)context;
    (void)offset;
    (void)value;
    if (size == 0 || size > 8 || strnlen(name, ACPI_SCRIPT_NAME_SIZE) == ACPI_SCRIPT_NAME_SIZE) {
        fuzz_fail("pointer of an impossible size", size, 0);
    }
    return true;
}

static void link_tables(const struct acpi_blob *script, uint32_t tables)
{
    struct files files = { .tables = tables };
    const struct acpi_linker linker = { &files, allocate, write_file };
    const char *why = NULL;
    uint64_t rsdp = 0;

    if (!acpi_link(script, &linker, &rsdp, &why) && why == NULL) {
        fuzz_fail("linking failed without a reason", 0, 0);
    }
    for (uint32_t i = 0; i < files.count; i++) {
        free(files.files[i].data);
    }
}

/* The tables up to the end of the last one: QEMU's file is mostly padding. */
static uint32_t tables_size(void)
{
    static uint32_t size;

    if (size == 0) {
        size = (uint32_t)(captured_tables_end - captured_tables);
        while (size > 8 && captured_tables[size - 1] == 0) {
            size--;
        }
        size = (size + 7) & ~7u;
    }
    return size;
}

static void fuzz_acpi(struct cursor *cursor)
{
    uint32_t size = tables_size();
    uint32_t script_size = (uint32_t)(captured_script_end - captured_script);
    uint8_t *data = copy_of(cursor, captured_tables, &size, ROOM);
    uint8_t *commands = copy_of(cursor, captured_script, &script_size, 0);
    struct acpi_blob tables = { data, size, size + ROOM };
    struct acpi_blob script = { commands, script_size, script_size };
    const char *why = NULL;

    damage(cursor, commands, script_size, false);
    damage(cursor, data, size, false);
    if (!acpi_patch(&tables, &script, acpi_vmbus_aml,
                    (uint32_t)(acpi_vmbus_aml_end - acpi_vmbus_aml), HIDDEN_CPU, &why) &&
        why == NULL) {
        fuzz_fail("patching failed without a reason", 0, 0);
    }
    if (tables.size > tables.capacity) {
        fuzz_fail("tables that outgrew their room", tables.size, tables.capacity);
    }
    link_tables(&script, tables.size);
    free(data);
    free(commands);
}

/* ---- Device trees --------------------------------------------------------------------------- */

static const uint8_t *packed_tree(uint32_t *size)
{
    static uint8_t *tree;

    if (tree == NULL) {
        size_t room = (size_t)(captured_fdt_end - captured_fdt);

        tree = malloc(room);
        if (tree == NULL || fdt_open_into(captured_fdt, tree, (int)room) != 0 ||
            fdt_pack(tree) != 0) {
            fuzz_fail("the captured tree is broken", 0, 0);
        }
    }
    *size = fdt_totalsize(tree);
    return tree;
}

static void fuzz_tree(struct cursor *cursor)
{
    uint32_t tree_size;
    const uint8_t *whole = packed_tree(&tree_size);
    uint8_t *tree = copy_of(cursor, whole, &tree_size, 0);
    uint32_t built_size = tree_size + FDT_ROOM;
    void *built = malloc(built_size);
    const struct fdt_guest guest = { { 0x40000000, GUEST_END }, HIDDEN_CPU };
    const struct fdt_chosen chosen = { .bootargs = "console=ttyAMA0",
                                       .initrd = { 0x48000000, 0x48001000 } };
    struct machine machine;
    const char *why = NULL;

    damage(cursor, tree, tree_size, true);
    if (!fdt_build_guest(built, built_size, tree, tree_size, &guest,
                         once_in(cursor, 2) ? &chosen : NULL, &why)) {
        if (why == NULL) {
            fuzz_fail("a tree refused without a reason", 0, 0);
        }
    } else if (fdt_check_header(built) != 0 || fdt_totalsize(built) > built_size) {
        fuzz_fail("a tree that is none", fdt_totalsize(built), built_size);
    }
    (void)fdt_build_chosen(built, built_size, tree, tree_size, &chosen, &why);
    if (machine_discover(&machine, tree, tree_size, &why) &&
        (machine.cpus < 2 || machine.cpus > MACHINE_CPUS_MAX ||
         machine.ram_base > UINT64_MAX - machine.ram_size)) {
        fuzz_fail("an impossible machine", machine.cpus, machine.ram_base);
    }
    free(built);
    free(tree);
}

/* ---- Directory, kernel ----------------------------------------------------------------------- */

static void fuzz_directory(struct cursor *cursor)
{
    static const char *const names[] = { "etc/acpi/tables", "a", "", "opt/org.hvshim/boot" };
    uint8_t whole[4 + 4 * FW_CFG_ENTRY_SIZE] = { 0, 0, 0, 4 };
    uint32_t size = sizeof whole;
    struct fw_cfg_file file;
    uint8_t *copy;

    for (uint32_t i = 0; i < 4; i++) {
        be_put(whole + 4 + i * FW_CFG_ENTRY_SIZE, 100 + i, 4);
        be_put(whole + 8 + i * FW_CFG_ENTRY_SIZE, 0x20 + i, 2);
        memcpy(whole + 12 + i * FW_CFG_ENTRY_SIZE, names[i], strlen(names[i]));
    }
    copy = copy_of(cursor, whole, &size, 0);
    damage(cursor, copy, size, true);
    for (uint32_t i = 0; i < 4; i++) {
        (void)fw_cfg_directory_find(copy, size, names[i], &file);
    }
    (void)fw_cfg_directory_count(copy, size);
    free(copy);
}

static void fuzz_kernel(struct cursor *cursor)
{
    uint8_t whole[256] = { 0x4d, 0x5a };
    uint32_t size = sizeof whole;
    struct kernel_image image;
    struct layout layout;
    const char *why = NULL;
    uint64_t file = any_number(cursor), initrd = any_number(cursor), tables = any_number(cursor);
    const struct range ram = { 0x40000000, 0x40000000 + (any_number(cursor) & 0xffffffffff) };
    uint8_t *head;

    memcpy(whole + 56, "ARM\x64", 4);
    be_put(whole + 16, 0x00000300, 4);
    head = copy_of(cursor, whole, &size, 0);
    damage(cursor, head, size, false);
    if (kernel_image_parse(head, size, file < size ? size : file, &image, &why) &&
        layout_place(ram, &image, initrd, tables, &layout, &why)) {
        if (range_overlaps(layout.kernel, layout.initrd) ||
            range_overlaps(layout.kernel, layout.tables) ||
            range_overlaps(layout.initrd, layout.tables) ||
            !range_holds(ram, layout.kernel.start, layout.kernel.end - layout.kernel.start) ||
            !range_holds(ram, layout.tables.start, layout.tables.end - layout.tables.start)) {
            fuzz_fail("a layout that overlaps or leaves RAM", layout.kernel.start,
                      layout.tables.start);
        }
    }
    free(head);
}

/* ---- The proxy ------------------------------------------------------------------------------ */

#define DESCRIPTOR (RAM_BASE + 0x1000)

static uint16_t keys[8];

/* Items of all kinds, and no way into the shim's memory. */
static void start_proxy(void)
{
    static struct machine machine;
    static const uint8_t text[] = "0123456789abcdef";
    static const uint8_t zero[64];
    const char *why = NULL;

    if (!device_start(&machine)) {
        fuzz_fail("the machine's addresses are taken", RAM_BASE, 0);
    }
    keys[0] = FW_CFG_KEY_FILE_DIRECTORY;
    keys[1] = device_add_file("etc/text", text, sizeof text);
    keys[2] = device_add_file("opt/org.hvshim/boot", "uefi", 5);
    keys[3] = device_add_file("etc/ramfb", zero, 28);
    keys[4] = device_add_file("etc/vmgenid_guid", zero, 64);
    keys[5] = device_add_file("etc/vmgenid_addr", zero, 8);
    keys[6] = device_add_file("etc/hardware_errors_addr", zero, 8);
    device_add_acpi();
    if (!fw_cfg_proxy_init(&machine, &why)) {
        fuzz_fail("the proxy does not start", 0, 0);
    }
    if (mprotect((void *)(uintptr_t)GUEST_END, SHIM_SIZE, PROT_NONE) != 0) {
        fuzz_fail("the shim's memory can't be protected", 0, 0);
    }
}

static uint64_t any_address(struct cursor *cursor)
{
    static const uint64_t addresses[] = { RAM_BASE + 0x10000, GUEST_END - 8, GUEST_END - 1,
                                          GUEST_END,          GUEST_END + 1, RAM_BASE - 1,
                                          RAM_BASE,           DESCRIPTOR,    UINT64_MAX - 7 };
    uint8_t choice = take8(cursor);

    return choice < 220 ? addresses[choice % 9] : take64(cursor);
}

static void dma(struct cursor *cursor)
{
    uint8_t *descriptor = (uint8_t *)(uintptr_t)DESCRIPTOR;
    uint16_t key = once_in(cursor, 8) ? take16(cursor) : keys[take8(cursor) % 7];
    uint32_t control = (uint32_t)key << 16 | take8(cursor) % 64;
    uint32_t length = (uint32_t)any_number(cursor);
    uint64_t at = once_in(cursor, 16) ? any_address(cursor) : DESCRIPTOR;

    if (length > 0x10000 && length < 0x7fff0000) {
        length %= 0x10000; /* what takes long is another test's business */
    }
    be_put(descriptor, control, 4);
    be_put(descriptor + 4, length, 4);
    be_put(descriptor + 8, any_address(cursor), 8);
    if (once_in(cursor, 4)) { /* an item's own contents: addresses of the guest's */
        be_put((uint8_t *)(uintptr_t)(RAM_BASE + 0x10000), any_address(cursor), 8);
        be_put((uint8_t *)(uintptr_t)(RAM_BASE + 0x10008), any_number(cursor), 8);
    }
    if (once_in(cursor, 4)) {
        fw_cfg_proxy_write(FW_CFG_DMA, 4, __builtin_bswap32((uint32_t)(at >> 32)));
        fw_cfg_proxy_write(FW_CFG_DMA + 4, 4, __builtin_bswap32((uint32_t)at));
    } else {
        fw_cfg_proxy_write(FW_CFG_DMA, 8, __builtin_bswap64(at));
    }
}

static void fuzz_proxy(struct cursor *cursor)
{
    static bool started;

    if (!started) {
        start_proxy();
        started = true;
    }
    fw_cfg_proxy_write(FW_CFG_SELECTOR, 2, 0);
    for (int step = 0; step < 8 && cursor->left != 0; step++) {
        uint8_t choice = take8(cursor);

        if (choice < 176) {
            dma(cursor);
        } else if (choice < 208) {
            fw_cfg_proxy_write(FW_CFG_SELECTOR, 2, __builtin_bswap16(keys[choice % 7]));
        } else if (choice < 232) {
            (void)fw_cfg_proxy_read(choice % 24, 1u << choice % 4);
        } else {
            fw_cfg_proxy_write((uint32_t)take16(cursor) % 4096, 1u << choice % 4, take64(cursor));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const targets[])(struct cursor *) = { fuzz_acpi, fuzz_tree, fuzz_directory,
                                                        fuzz_kernel, fuzz_proxy };
    struct cursor cursor = { data, size };

    targets[take8(&cursor) % 5](&cursor);
    return 0;
}
