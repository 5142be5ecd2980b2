/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The guest's memory as the library reaches it: RAM below the shim's own, all or nothing. Guests
 * change it while we copy. */

#include "host/virt/virt.h"

#include <el2/sysreg.h>

#include <shim/copy.h>

#define EXCLUSIVE_TRIES 128u

/* Whether `size` bytes from *gpa on are the guest's RAM. `size` is at most a page, so nothing here
 * wraps. The clamp keeps a processor that speculates past the check out of our own memory. */
static inline bool is_guest_memory(uint64_t *gpa, size_t size)
{
    const struct machine *machine = &virt.machine;
    uint64_t offset = *gpa - machine->ram_base;
    uint64_t count = machine->guest_end - machine->ram_base - size + 1;

    if (SHIM_UNLIKELY(offset >= count)) {
        return false;
    }
    *gpa = machine->ram_base + shim_index_nospec(offset, count);
    return true;
}

bool memory_read(void *host, uint64_t gpa, void *to, size_t size)
{
    (void)host;
    if (!is_guest_memory(&gpa, size)) {
        return false;
    }
    shim_copy(to, (const void *)gpa, size);
    return true;
}

bool memory_write(void *host, uint64_t gpa, const void *from, size_t size)
{
    (void)host;
    if (!is_guest_memory(&gpa, size)) {
        return false;
    }
    shim_copy((void *)gpa, from, size);
    return true;
}

/* Nothing of the guest's memory ever moves or goes away. */
void *memory_pin(void *host, uint64_t gpa)
{
    (void)host;
    return is_guest_memory(&gpa, HV_PAGE_SIZE) ? (void *)gpa : NULL;
}

/* ---- A bit of a byte that the guest changes at the same time ---- */

/* ID_AA64ISAR0_EL1.Atomic: the instructions of ARMv8.1. */
static bool has_atomics(void)
{
    return (read_sysreg(id_aa64isar0_el1) >> 20 & 0xf) >= 2;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the instruction writes it */
static uint32_t set_by_atomic(uint8_t *byte, uint32_t mask)
{
    uint32_t old;
    __asm__ volatile(".arch_extension lse\n\t"
                     "ldsetalb %w2, %w0, %1"
                     : "=r"(old), "+Q"(*byte)
                     : "r"(mask)
                     : "memory");
    return old;
}

/* False: somebody else wrote near the byte in between. */
/* NOLINTNEXTLINE(readability-non-const-parameter): the instruction writes it */
static inline bool try_exclusive(uint8_t *byte, uint32_t mask, uint32_t *old)
{
    uint32_t next, failed;
    __asm__ volatile("ldaxrb %w0, %3\n\t"
                     "orr %w1, %w0, %w4\n\t"
                     "stlxrb %w2, %w1, %3"
                     : "=&r"(*old), "=&r"(next), "=&r"(failed), "+Q"(*byte)
                     : "r"(mask)
                     : "memory");
    return failed == 0;
}

/* A guest that hammers its own flags can make every try fail, but not keep us: in the end the bit
 * is just stored. That may undo what was written to the seven other bits in this moment: a flag
 * comes back, or is lost, of the guest that did it, and of nobody else. The bit is reported as
 * clear before: one interrupt too many, never one too few. */
static uint32_t set_by_exclusives(uint8_t *byte, uint32_t mask)
{
    uint32_t old;
    for (uint32_t n = 0; n < EXCLUSIVE_TRIES; n++) {
        if (try_exclusive(byte, mask, &old)) {
            return old;
        }
    }
    *(volatile uint8_t *)byte = (uint8_t)(old | mask);
    return 0;
}

bool memory_set_bit(void *host, uint64_t gpa, uint32_t bit, bool *was_set)
{
    (void)host;
    uint32_t mask = 1u << bit;
    uint32_t old;
    if (!is_guest_memory(&gpa, 1)) {
        return false;
    }
    old = has_atomics() ? set_by_atomic((uint8_t *)gpa, mask)
                        : set_by_exclusives((uint8_t *)gpa, mask);
    *was_set = (old & mask) != 0;
    return true;
}

bool memory_exchange(uint64_t gpa, uint64_t from, uint64_t to)
{
    return gpa % sizeof to == 0 && is_guest_memory(&gpa, sizeof to) &&
           __atomic_compare_exchange_n((uint64_t *)gpa, &from, to, true, __ATOMIC_ACQ_REL,
                                       __ATOMIC_RELAXED);
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
