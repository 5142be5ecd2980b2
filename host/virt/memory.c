/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The guest's memory as the library reaches it: RAM below the shim's own, all or nothing. Guests
 * change it while we copy, so each byte is moved once, by loads and stores that the compiler can
 * neither repeat nor invent. */

#include "host/virt/virt.h"

#include <el2/sysreg.h>

#define EXCLUSIVE_TRIES 128u

/* `size` is at most a page, so nothing here wraps. The clamp keeps a processor that speculates past
 * the check out of our own memory. */
static void *guest_memory(uint64_t gpa, size_t size)
{
    const struct machine *machine = &virt.machine;
    uint64_t offset = gpa - machine->ram_base;
    uint64_t guest_size = machine->guest_end - machine->ram_base;
    if (offset >= guest_size || size > guest_size - offset) {
        return NULL;
    }
    return (void *)(machine->ram_base + shim_index_nospec(offset, guest_size));
}

/* 64 and 16 bytes, both ends aligned to 8. In assembly, since volatile accesses would be single
 * words, and plain ones might be repeated. */
static inline void copy_64(void *to, const void *from)
{
    uint64_t a, b, c, d;
    __asm__ volatile("ldp %0, %1, [%5]\n\t"
                     "ldp %2, %3, [%5, #16]\n\t"
                     "stp %0, %1, [%4]\n\t"
                     "stp %2, %3, [%4, #16]\n\t"
                     "ldp %0, %1, [%5, #32]\n\t"
                     "ldp %2, %3, [%5, #48]\n\t"
                     "stp %0, %1, [%4, #32]\n\t"
                     "stp %2, %3, [%4, #48]"
                     : "=&r"(a), "=&r"(b), "=&r"(c), "=&r"(d)
                     : "r"(to), "r"(from)
                     : "memory");
}

static inline void copy_16(void *to, const void *from)
{
    uint64_t a, b;
    __asm__ volatile("ldp %0, %1, [%3]\n\t"
                     "stp %0, %1, [%2]"
                     : "=&r"(a), "=&r"(b)
                     : "r"(to), "r"(from)
                     : "memory");
}

/* What is left when the 16-byte steps are done, or all when an end is not aligned. */
static void copy_small(volatile uint8_t *to, const volatile uint8_t *from, size_t size)
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

static inline void copy(uint8_t *to, const uint8_t *from, size_t size)
{
    if (((uintptr_t)to | (uintptr_t)from) % 8 == 0) {
        for (; size >= 64; size -= 64, to += 64, from += 64) {
            copy_64(to, from);
        }
        for (; size >= 16; size -= 16, to += 16, from += 16) {
            copy_16(to, from);
        }
    }
    if (size > 0) {
        copy_small(to, from, size);
    }
}

bool memory_read(void *host, uint64_t gpa, void *to, size_t size)
{
    (void)host;
    const void *from = guest_memory(gpa, size);
    if (from == NULL) {
        return false;
    }
    copy(to, from, size);
    return true;
}

bool memory_write(void *host, uint64_t gpa, const void *from, size_t size)
{
    (void)host;
    void *to = guest_memory(gpa, size);
    if (to == NULL) {
        return false;
    }
    copy(to, from, size);
    return true;
}

/* ---- A bit of a byte that the guest changes at the same time ---- */

/* ID_AA64ISAR0_EL1.Atomic: the instructions of ARMv8.1. */
static bool has_atomics(void)
{
    return (read_sysreg(id_aa64isar0_el1) >> 20 & 0xf) >= 2;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the instruction writes it */
static uint8_t set_by_atomic(uint8_t *byte, uint8_t mask)
{
    uint32_t old;
    __asm__ volatile(".arch_extension lse\n\t"
                     "ldsetalb %w2, %w0, %1"
                     : "=r"(old), "+Q"(*byte)
                     : "r"((uint32_t)mask)
                     : "memory");
    return (uint8_t)old;
}

/* False: somebody else wrote near the byte in between. */
/* NOLINTNEXTLINE(readability-non-const-parameter): the instruction writes it */
static bool try_exclusive(uint8_t *byte, uint8_t mask, uint8_t *old)
{
    uint32_t now, next, failed;
    __asm__ volatile("ldaxrb %w0, %3\n\t"
                     "orr %w1, %w0, %w4\n\t"
                     "stlxrb %w2, %w1, %3"
                     : "=&r"(now), "=&r"(next), "=&r"(failed), "+Q"(*byte)
                     : "r"((uint32_t)mask)
                     : "memory");
    *old = (uint8_t)now;
    return failed == 0;
}

/* A guest that hammers its own flags can make every try fail, but not keep us: in the end the bit
 * is just stored. That may undo what was written to the seven other bits in this moment: a flag
 * comes back, or is lost, of the guest that did it, and of nobody else. The bit is reported as
 * clear before: one interrupt too many, never one too few. */
static uint8_t set_by_exclusives(uint8_t *byte, uint8_t mask)
{
    uint8_t old;
    for (uint32_t n = 0; n < EXCLUSIVE_TRIES; n++) {
        if (try_exclusive(byte, mask, &old)) {
            return old;
        }
    }
    *(volatile uint8_t *)byte = old | mask;
    return 0;
}

bool memory_set_bit(void *host, uint64_t gpa, uint32_t bit, bool *was_set)
{
    (void)host;
    uint8_t *byte = guest_memory(gpa, 1);
    uint8_t mask = (uint8_t)(1u << bit);
    uint8_t old;
    if (byte == NULL) {
        return false;
    }
    old = has_atomics() ? set_by_atomic(byte, mask) : set_by_exclusives(byte, mask);
    *was_set = (old & mask) != 0;
    return true;
}

bool memory_exchange(uint64_t gpa, uint64_t from, uint64_t to)
{
    uint64_t *word = guest_memory(gpa, sizeof *word);
    return word != NULL && gpa % sizeof *word == 0 &&
           __atomic_compare_exchange_n(word, &from, to, true, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

void memory_clean(uint64_t start, uint64_t end)
{
    /* CTR_EL0.DminLine: log2 of the smallest line, in words. */
    uint64_t line = UINT64_C(4) << ((read_sysreg(ctr_el0) >> 16) & 0xf);
    for (uint64_t at = start & ~(line - 1); at < end; at += line) {
        __asm__ volatile("dc civac, %0" : : "r"(at) : "memory");
    }
    dsb_sy();
}
