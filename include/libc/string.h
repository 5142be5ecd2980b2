/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What this project takes of a C library. Freestanding builds find this header in place of a C
 * library's, and so can't use more of it. It is not installed. */

#ifndef LIBC_STRING_H
#define LIBC_STRING_H

#include <stddef.h>

/* Compilers call these by themselves; the archive needs no others. */
void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *left, const void *right, size_t size);

/* For libfdt, in the standalone host alone: see host/virt/string.c. */
void *memchr(const void *from, int byte, size_t size);
size_t strlen(const char *string);
size_t strnlen(const char *string, size_t size);
int strcmp(const char *a, const char *b);
char *strchr(const char *string, int character);
char *strrchr(const char *string, int character);

#endif
