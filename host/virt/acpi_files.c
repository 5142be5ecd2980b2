/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The machine's ACPI files: read once, patched once, kept in the shim's own memory. */

#include "boot_data.h"

#include "fw_cfg.h"

#include <string.h>

enum state { NOT_LOADED, LOADED, FAILED };

static uint8_t tables_bytes[ACPI_TABLES_MAX] __attribute__((aligned(64)));
static uint8_t script_bytes[ACPI_SCRIPT_MAX] __attribute__((aligned(64)));
static struct acpi_files loaded;
static const char *failure;
static enum state state;
static const struct machine *machine;

static bool blob_read(const char *name, struct acpi_blob *blob)
{
    struct fw_cfg_file file;
    if (!fw_cfg_find(name, &file) || file.size > blob->capacity) {
        return false;
    }
    memset(blob->data, 0, blob->capacity);
    blob->size = file.size;
    return fw_cfg_read(file.key, 0, blob->data, file.size);
}

static bool load(const char **why)
{
    loaded.tables = (struct acpi_blob) { .data = tables_bytes, .capacity = sizeof(tables_bytes) };
    loaded.script = (struct acpi_blob) { .data = script_bytes, .capacity = sizeof(script_bytes) };
    if (!blob_read(ACPI_FILE_TABLES, &loaded.tables) ||
        !blob_read(ACPI_FILE_LOADER, &loaded.script)) {
        return refuse(why, "ACPI: the machine offers no tables, or too large ones");
    }
    return acpi_patch(&loaded.tables, &loaded.script, acpi_vmbus_aml,
                      (uint32_t)(acpi_vmbus_aml_end - acpi_vmbus_aml),
                      machine_service_core(machine), why);
}

void acpi_files_init(const struct machine *the_machine)
{
    machine = the_machine;
    state = NOT_LOADED;
}

bool acpi_files_load(const struct acpi_files **files, const char **why)
{
    if (state == NOT_LOADED) {
        state = load(&failure) ? LOADED : FAILED;
    }
    *files = &loaded;
    return state == LOADED || refuse(why, failure);
}
