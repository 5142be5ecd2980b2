/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What of fw_cfg a guest gets to see. Ours instead of the machine's: the patched ACPI files, and a
 * directory without the files meant for the shim. The ACPI files are read when the guest first
 * selects one, since QEMU completes them at that moment from what the guest's firmware has set up.
 * Should they be beyond patching, the guest gets them as they are. */

#include "fw_cfg_view.h"

#include "boot_data.h"
#include "host/common/bytes.h"
#include "fw_cfg.h"

#include <string.h>

#define SHIM_FILES "opt/org.hvshim/"
#define HIDDEN_MAX 16

#define RAMFB "etc/ramfb"
#define RAMFB_ADDRESS 0 /* big-endian, as all of it */
#define RAMFB_WIDTH 16
#define RAMFB_HEIGHT 20
#define RAMFB_STRIDE 24
#define RAMFB_SIZE 28
#define RAMFB_PIXEL 4

/* Files that take the address at which the guest has put another file (little-endian). */
#define POINTERS 2
static const struct {
    const char *name;
    const char *target;
} pointers[POINTERS] = {
    { "etc/vmgenid_addr", "etc/vmgenid_guid" },
    { "etc/hardware_errors_addr", "etc/hardware_errors" },
};
#define POINTER_SIZE 8

/* Key 0 is the signature's: it stands for "there is no such file". */
struct pointer_item {
    uint16_t key;
    uint32_t target_size;
};

static struct {
    const struct machine *machine;
    uint16_t tables;
    uint16_t script;
    uint16_t rsdp;
    uint16_t ramfb;
    struct pointer_item pointers[POINTERS];
    uint16_t hidden[HIDDEN_MAX];
    uint32_t hidden_count;
    const struct acpi_files *acpi; /* NULL until a guest asks for them */
    uint32_t directory_size;
    uint8_t directory[FW_CFG_DIRECTORY_MAX];
} view;

/* Bits that the device ignores must not make another item of a hidden one. */
static uint16_t canonical(uint16_t key)
{
    return key & (uint16_t)~FW_CFG_KEY_WRITE_CHANNEL;
}

static bool is_hidden(uint16_t key)
{
    for (uint32_t i = 0; i < view.hidden_count; i++) {
        if (view.hidden[i] == key) {
            return true;
        }
    }
    return false;
}

static uint16_t key_of(const char *name)
{
    struct fw_cfg_file file;
    bool found = fw_cfg_directory_find(view.directory, view.directory_size, name, &file);
    return found ? file.key : 0;
}

/* The size by which a guest knows a file. */
static uint32_t file_size(uint16_t key, uint32_t size)
{
    if (view.acpi != NULL && key == view.tables) {
        return view.acpi->tables.size;
    }
    return view.acpi != NULL && key == view.script ? view.acpi->script.size : size;
}

/* Drops the shim's files from the directory just read; `hide` is called for each. */
static void directory_filter(void (*hide)(uint16_t key))
{
    uint32_t count = fw_cfg_directory_count(view.directory, view.directory_size);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *entry = view.directory + 4 + i * FW_CFG_ENTRY_SIZE;
        uint16_t key = be16_get(entry + 4);
        if (memcmp(entry + 8, SHIM_FILES, sizeof(SHIM_FILES) - 1) == 0) {
            hide(key);
            continue;
        }
        uint8_t *to = view.directory + 4 + kept * FW_CFG_ENTRY_SIZE;
        memmove(to, entry, FW_CFG_ENTRY_SIZE);
        be_put(to, file_size(key, be32_get(to)), 4);
        kept++;
    }
    be_put(view.directory, kept, 4);
    view.directory_size = 4 + kept * FW_CFG_ENTRY_SIZE;
}

static void hide_new(uint16_t key)
{
    if (view.hidden_count < HIDDEN_MAX) {
        view.hidden[view.hidden_count] = canonical(key);
    }
    view.hidden_count++;
}

static void hide_known(uint16_t key)
{
    (void)key;
}

bool fw_cfg_view_init(const struct machine *machine, const char **why)
{
    memset(&view, 0, sizeof(view));
    view.machine = machine;
    acpi_files_init(machine);
    view.directory_size = fw_cfg_directory_read(view.directory);
    if (view.directory_size == 0) {
        return refuse(why, "fw_cfg's directory of files is damaged or too large");
    }
    view.tables = key_of(ACPI_FILE_TABLES);
    view.script = key_of(ACPI_FILE_LOADER);
    view.rsdp = key_of(ACPI_FILE_RSDP);
    view.ramfb = key_of(RAMFB);
    for (uint32_t i = 0; i < POINTERS; i++) {
        struct fw_cfg_file target;
        if (fw_cfg_directory_find(view.directory, view.directory_size, pointers[i].target,
                                  &target)) {
            view.pointers[i] = (struct pointer_item) { key_of(pointers[i].name), target.size };
        }
    }
    directory_filter(hide_new);
    return view.hidden_count <= HIDDEN_MAX ||
           refuse(why, "fw_cfg holds more than 16 files for the shim");
}

void fw_cfg_view_select(uint16_t key)
{
    key = canonical(key);
    if (key == FW_CFG_KEY_FILE_DIRECTORY) {
        view.directory_size = fw_cfg_directory_read(view.directory);
        directory_filter(hide_known);
        return;
    }
    const char *why;
    const struct acpi_files *files;
    bool acpi = key != 0 && (key == view.tables || key == view.script || key == view.rsdp);
    if (acpi && acpi_files_load(&files, &why)) {
        view.acpi = files;
    }
}

/* Bytes of an item of ours; zeros past its end, like the device's. */
static void copy_out(const uint8_t *item, uint32_t item_size, uint32_t offset, void *to,
                     uint32_t size)
{
    uint32_t left = offset < item_size ? item_size - offset : 0;
    uint32_t copied = size < left ? size : left;
    if (copied > 0) {
        memcpy(to, item + offset, copied);
    }
    memset((uint8_t *)to + copied, 0, size - copied);
}

bool fw_cfg_view_read(uint16_t key, uint32_t offset, void *to, uint32_t size)
{
    key = canonical(key);
    if (is_hidden(key)) {
        memset(to, 0, size);
    } else if (key == FW_CFG_KEY_FILE_DIRECTORY) {
        copy_out(view.directory, view.directory_size, offset, to, size);
    } else if (view.acpi != NULL && key == view.tables) {
        copy_out(view.acpi->tables.data, view.acpi->tables.size, offset, to, size);
    } else if (view.acpi != NULL && key == view.script) {
        copy_out(view.acpi->script.data, view.acpi->script.size, offset, to, size);
    } else {
        return fw_cfg_read(key, offset, to, size);
    }
    return true;
}

/* Whether a frame buffer lies in the guest's RAM. */
static bool ramfb_sound(const uint8_t *config)
{
    uint64_t width = be32_get(config + RAMFB_WIDTH);
    uint64_t height = be32_get(config + RAMFB_HEIGHT);
    uint64_t stride = be32_get(config + RAMFB_STRIDE);
    if (stride < width * RAMFB_PIXEL) {
        stride = width * RAMFB_PIXEL;
    }
    /* Stride has 34 bits at most and height 32: bounded by division, not by the product. */
    return height == 0 || (stride <= UINT64_MAX / height &&
                           range_holds(machine_guest_ram(view.machine),
                                       be_get(config + RAMFB_ADDRESS, 8), stride * height));
}

bool fw_cfg_view_write(uint16_t key, const uint8_t *from, uint32_t size)
{
    key = canonical(key);
    if (key == 0) {
        return false;
    }
    if (key == view.ramfb && size == RAMFB_SIZE) {
        return ramfb_sound(from) && fw_cfg_write(key, 0, from, size);
    }
    for (uint32_t i = 0; i < POINTERS; i++) {
        if (key == view.pointers[i].key && size == POINTER_SIZE) {
            return range_holds(machine_guest_ram(view.machine), le64_get(from),
                               view.pointers[i].target_size) &&
                   fw_cfg_write(key, 0, from, size);
        }
    }
    return false;
}
