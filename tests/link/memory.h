/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* This hypervisor has no C library either. */

#ifndef LINK_MEMORY_H
#define LINK_MEMORY_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *left, const void *right, size_t size);

#endif
