/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Numbers inside blobs: little-endian (ACPI, EFI, kernel images) and big-endian (fw_cfg), at any
 * alignment, one byte at a time. */

#ifndef HOST_COMMON_BYTES_H
#define HOST_COMMON_BYTES_H

#include <stdint.h>

/* `size` is 1..8 bytes. */
static inline uint64_t le_get(const uint8_t *from, uint32_t size)
{
    uint64_t value = 0;
    for (uint32_t i = size; i > 0; i--) {
        value = value << 8 | from[i - 1];
    }
    return value;
}

static inline void le_put(uint8_t *to, uint64_t value, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        to[i] = (uint8_t)(value >> (8 * i));
    }
}

static inline uint64_t be_get(const uint8_t *from, uint32_t size)
{
    uint64_t value = 0;
    for (uint32_t i = 0; i < size; i++) {
        value = value << 8 | from[i];
    }
    return value;
}

static inline void be_put(uint8_t *to, uint64_t value, uint32_t size)
{
    for (uint32_t i = size; i > 0; i--) {
        to[i - 1] = (uint8_t)value;
        value >>= 8;
    }
}

static inline uint16_t le16_get(const uint8_t *from)
{
    return (uint16_t)le_get(from, 2);
}

static inline uint32_t le32_get(const uint8_t *from)
{
    return (uint32_t)le_get(from, 4);
}

static inline uint64_t le64_get(const uint8_t *from)
{
    return le_get(from, 8);
}

static inline uint16_t be16_get(const uint8_t *from)
{
    return (uint16_t)be_get(from, 2);
}

static inline uint32_t be32_get(const uint8_t *from)
{
    return (uint32_t)be_get(from, 4);
}

#endif
