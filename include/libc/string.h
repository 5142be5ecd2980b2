/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What this project takes of a C library: the four functions that compilers call by themselves.
 * Freestanding builds find this header in place of a C library's, and so can't use more of it. It
 * is not installed. */

#ifndef LIBC_STRING_H
#define LIBC_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *left, const void *right, size_t size);

#endif
