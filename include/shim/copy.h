/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Copying memory that somebody else changes meanwhile, such as a guest's: each byte is moved once,
 * by loads and stores that the compiler can neither repeat nor invent. What was copied is then the
 * private copy that everything is decided on. */

#ifndef SHIM_COPY_H
#define SHIM_COPY_H

#include <stddef.h>
#include <stdint.h>

/* 64 and 16 bytes, both ends aligned to 8; the pointers move on. In assembly, since volatile
 * accesses would be single words, and plain ones might be repeated. */
#ifdef __aarch64__
static inline void shim_copy_64(uint8_t **to, const uint8_t **from)
{
    uint64_t a, b, c, d;
    __asm__ volatile("ldp %0, %1, [%5], #16\n\t"
                     "ldp %2, %3, [%5], #16\n\t"
                     "stp %0, %1, [%4], #16\n\t"
                     "stp %2, %3, [%4], #16\n\t"
                     "ldp %0, %1, [%5], #16\n\t"
                     "ldp %2, %3, [%5], #16\n\t"
                     "stp %0, %1, [%4], #16\n\t"
                     "stp %2, %3, [%4], #16"
                     : "=&r"(a), "=&r"(b), "=&r"(c), "=&r"(d), "+r"(*to), "+r"(*from)
                     :
                     : "memory");
}

static inline void shim_copy_16(uint8_t **to, const uint8_t **from)
{
    uint64_t a, b;
    __asm__ volatile("ldp %0, %1, [%3], #16\n\t"
                     "stp %0, %1, [%2], #16"
                     : "=&r"(a), "=&r"(b), "+r"(*to), "+r"(*from)
                     :
                     : "memory");
}
#else
static inline void shim_copy_16(uint8_t **to, const uint8_t **from)
{
    for (unsigned int n = 0; n < 16; n += 8, *to += 8, *from += 8) {
        *(volatile uint64_t *)(void *)*to = *(const volatile uint64_t *)(const void *)*from;
    }
}

static inline void shim_copy_64(uint8_t **to, const uint8_t **from)
{
    for (unsigned int n = 0; n < 64; n += 16) {
        shim_copy_16(to, from);
    }
}
#endif

/* What is left when the 16-byte steps are done, or all when an end is not aligned. Naturally
 * aligned units of 8, 4 and 2 bytes are single accesses. */
static inline void shim_copy_small(volatile uint8_t *to, const volatile uint8_t *from, size_t size)
{
    size_t unit = ((uintptr_t)to | (uintptr_t)from | size);

    if (unit % 8 == 0) {
        for (; size > 0; size -= 8, to += 8, from += 8) {
            *(volatile uint64_t *)to = *(const volatile uint64_t *)from;
        }
    } else if (unit % 4 == 0) {
        for (; size > 0; size -= 4, to += 4, from += 4) {
            *(volatile uint32_t *)to = *(const volatile uint32_t *)from;
        }
    } else if (unit % 2 == 0) {
        for (; size > 0; size -= 2, to += 2, from += 2) {
            *(volatile uint16_t *)to = *(const volatile uint16_t *)from;
        }
    } else {
        for (; size > 0; size--) {
            *to++ = *from++;
        }
    }
}

/* `size` bytes, which may be 0. */
static inline void shim_copy(void *to, const void *from, size_t size)
{
    uint8_t *t = to;
    const uint8_t *f = from;

    if (((uintptr_t)t | (uintptr_t)f) % 8 == 0) {
        for (; size >= 64; size -= 64) {
            shim_copy_64(&t, &f);
        }
        for (; size >= 16; size -= 16) {
            shim_copy_16(&t, &f);
        }
    }
    if (size > 0) {
        shim_copy_small(t, f, size);
    }
}

#endif
