/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The file directory of fw_cfg: finding names in it without believing its sizes. */

#include "fw_cfg.h"

#include "host/common/bytes.h"

#include <string.h>

static uint8_t scratch[FW_CFG_DIRECTORY_MAX];

uint32_t fw_cfg_directory_count(const uint8_t *directory, uint32_t size)
{
    if (size < 4) {
        return 0;
    }
    uint32_t count = be32_get(directory);
    uint32_t room = (size - 4) / FW_CFG_ENTRY_SIZE;
    return count < room ? count : room;
}

bool fw_cfg_directory_find(const uint8_t *directory, uint32_t size, const char *name,
                           struct fw_cfg_file *file)
{
    size_t length = strlen(name) + 1; /* the NUL is compared as well */
    uint32_t count = fw_cfg_directory_count(directory, size);
    for (uint32_t i = 0; i < count && length <= FW_CFG_NAME_SIZE; i++) {
        const uint8_t *entry = directory + 4 + i * FW_CFG_ENTRY_SIZE;
        if (memcmp(entry + 8, name, length) == 0) {
            file->size = be32_get(entry);
            file->key = be16_get(entry + 4);
            return true;
        }
    }
    return false;
}

uint32_t fw_cfg_directory_read(uint8_t *directory)
{
    if (!fw_cfg_read(FW_CFG_KEY_FILE_DIRECTORY, 0, directory, 4)) {
        return 0;
    }
    uint32_t count = be32_get(directory);
    if (count > FW_CFG_FILES_MAX) {
        return 0;
    }
    uint32_t size = 4 + count * FW_CFG_ENTRY_SIZE;
    /* Once more from the start: the count is the one that was checked. */
    if (!fw_cfg_read(FW_CFG_KEY_FILE_DIRECTORY, 4, directory + 4, size - 4)) {
        return 0;
    }
    return size;
}

bool fw_cfg_find(const char *name, struct fw_cfg_file *file)
{
    uint32_t size = fw_cfg_directory_read(scratch);
    return fw_cfg_directory_find(scratch, size, name, file);
}
