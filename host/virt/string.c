/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The functions of <string.h> that the EL2 image needs: what compilers call on their own, and what
 * libfdt uses. Small rather than fast, except that memcpy() and memset() move 16 bytes at a time
 * where both ends are aligned.
 *
 * Compilers like to turn such loops into calls of the very functions written here. The empty
 * assembly in each loop keeps them from it. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <shim/copy.h>

#define KEEP_LOOP(pointer) __asm__ volatile("" : "+r"(pointer))

typedef uint64_t __attribute__((may_alias)) word;

/* Copies upwards, right for ranges that overlap when `t` is the lower one. */
static void copy_up(uint8_t *t, const uint8_t *f, size_t size)
{
    if ((((uintptr_t)t | (uintptr_t)f) & 7) == 0) {
        for (; size >= 64; size -= 64) {
            shim_copy_64(&t, &f);
        }
        for (; size >= 16; size -= 16, t += 16, f += 16) {
            uint64_t low = ((const word *)f)[0];
            uint64_t high = ((const word *)f)[1];
            ((word *)t)[0] = low;
            ((word *)t)[1] = high;
            KEEP_LOOP(t);
        }
    }
    for (; size > 0; size--) {
        *t++ = *f++;
        KEEP_LOOP(t);
    }
}

static void copy_down(uint8_t *t, const uint8_t *f, size_t size)
{
    for (; size > 0; size--) {
        t[size - 1] = f[size - 1];
        KEEP_LOOP(t);
    }
}

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    copy_up(to, from, size);
    return to;
}

void *memmove(void *to, const void *from, size_t size)
{
    if ((uintptr_t)to - (uintptr_t)from >= size) {
        copy_up(to, from, size); /* `to` does not start within the source */
    } else {
        copy_down(to, from, size);
    }
    return to;
}

void *memset(void *to, int byte, size_t size)
{
    uint8_t *t = to;
    if (((uintptr_t)t & 7) == 0) {
        uint64_t pattern = UINT64_C(0x0101010101010101) * (uint8_t)byte;
        for (; size >= 16; size -= 16, t += 16) {
            ((word *)t)[0] = pattern;
            ((word *)t)[1] = pattern;
            KEEP_LOOP(t);
        }
    }
    for (; size > 0; size--) {
        *t++ = (uint8_t)byte;
        KEEP_LOOP(t);
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
    const uint8_t *x = a;
    const uint8_t *y = b;
    for (; size > 0; size--, x++, y++) {
        if (*x != *y) {
            return *x < *y ? -1 : 1;
        }
    }
    return 0;
}

void *memchr(const void *from, int byte, size_t size)
{
    const uint8_t *f = from;
    for (; size > 0; size--, f++) {
        if (*f == (uint8_t)byte) {
            return (void *)(uintptr_t)f;
        }
    }
    return NULL;
}

size_t strlen(const char *string)
{
    size_t length = 0;
    while (string[length] != '\0') {
        length++;
        KEEP_LOOP(string);
    }
    return length;
}

size_t strnlen(const char *string, size_t size)
{
    size_t length = 0;
    while (length < size && string[length] != '\0') {
        length++;
    }
    return length;
}

int strcmp(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return (uint8_t)*a - (uint8_t)*b;
}

char *strchr(const char *string, int character)
{
    for (; *string != (char)character; string++) {
        if (*string == '\0') {
            return NULL;
        }
    }
    return (char *)(uintptr_t)string;
}

char *strrchr(const char *string, int character)
{
    const char *last = NULL;
    do {
        if (*string == (char)character) {
            last = string;
        }
    } while (*string++ != '\0');
    return (char *)(uintptr_t)last;
}
