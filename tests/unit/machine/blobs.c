/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Captured ACPI blobs in memory of their own. */

#include "blobs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "device.h"
#include "host/common/bytes.h"

struct acpi_blob tables;
struct acpi_blob script;
const char *why;

uint32_t blobs_aml_size(void)
{
    return (uint32_t)(acpi_vmbus_aml_end - acpi_vmbus_aml);
}

static struct acpi_blob blob_of(const uint8_t *start, const uint8_t *end, uint32_t room)
{
    uint32_t size = (uint32_t)(end - start);
    struct acpi_blob blob = { malloc(size + room), size, size + room };
    memcpy(blob.data, start, size);
    memset(blob.data + size, 0, room);
    return blob;
}

int blobs_start(void **state)
{
    (void)state;
    tables = blob_of(captured_tables, captured_tables_end, BLOB_ROOM);
    script = blob_of(captured_script, captured_script_end, 0);
    why = NULL;
    return 0;
}

int blobs_stop(void **state)
{
    (void)state;
    free(tables.data);
    free(script.data);
    return 0;
}

bool blobs_patch(void)
{
    return acpi_patch(&tables, &script, acpi_vmbus_aml, blobs_aml_size(), BLOB_HIDDEN_CPU, &why);
}

uint32_t blobs_offset_of(const char *signature)
{
    for (uint32_t i = 0; i + 36 < tables.size; i++) {
        if (memcmp(tables.data + i, signature, 4) == 0) {
            return i;
        }
    }
    fail_msg("QEMU has no %s", signature);
    return 0;
}

struct acpi_script_command *blobs_command_of(uint32_t code)
{
    for (uint32_t i = 0; i < acpi_script_count(&script); i++) {
        if (acpi_script_at(&script, i)->code == code) {
            return acpi_script_at(&script, i);
        }
    }
    fail_msg("no such command");
    return NULL;
}
