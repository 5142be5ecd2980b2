/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The four functions that compilers call by themselves: all that the archive needs. */

#include "memory.h"

#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    return memmove(to, from, size);
}

void *memmove(void *to, const void *from, size_t size)
{
    uint8_t *target = to;
    const uint8_t *source = from;

    for (size_t i = 0; i < size; i++) {
        size_t at = target <= source ? i : size - 1 - i;
        target[at] = source[at];
    }
    return to;
}

void *memset(void *to, int value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        ((uint8_t *)to)[i] = (uint8_t)value;
    }
    return to;
}

int memcmp(const void *left, const void *right, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        int difference = ((const uint8_t *)left)[i] - ((const uint8_t *)right)[i];
        if (difference != 0) {
            return difference;
        }
    }
    return 0;
}
