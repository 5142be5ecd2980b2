/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Guest memory that forgets quickly. See memory.h. */

#include "memory.h"

#include <string.h>

#include "report.h"

static uint8_t pattern[FUZZ_PAGES * 4096];

static void make_pattern(void)
{
    for (size_t i = 0; i < sizeof pattern; i++) {
        pattern[i] = (uint8_t)(0x40 + i / 4096 * 37 + i * 11 + i / 256);
    }
    /* Slots of messages are empty, flags are clear, as a guest leaves them. */
    memset(pattern + (size_t)FUZZ_MESSAGES * 4096, 0, 4096);
    memset(pattern + (size_t)FUZZ_EVENTS * 4096, 0, 4096);
}

void fuzz_memory_init(struct fuzz_memory *memory)
{
    make_pattern();
    memset(memory, 0, sizeof *memory);
    memcpy(memory->bytes, pattern, sizeof pattern);
}

void fuzz_memory_next(struct fuzz_memory *memory)
{
    for (uint32_t i = 0; i < memory->reads && i < FUZZ_TOUCHED; i++) {
        const struct fuzz_range *range = &memory->read[i];

        memset(memory->read_map + range->offset / 8, 0, (range->offset % 8 + range->size + 7) / 8);
    }
    if (memory->reads > FUZZ_TOUCHED) {
        memset(memory->read_map, 0, sizeof memory->read_map);
    }
    memory->reads = 0;
    memory->accesses = 0;
    memory->once = (struct oracle_verdict) { 0 };
}

void fuzz_memory_pin(struct fuzz_memory *memory, uint64_t gpa)
{
    memory->pinned[(gpa - FUZZ_BASE) / 4096] = true;
}

void fuzz_memory_restore(struct fuzz_memory *memory)
{
    for (size_t page = 0; page < FUZZ_PAGES; page++) {
        if (memory->pinned[page]) {
            memcpy(memory->bytes + page * 4096, pattern + page * 4096, 4096);
        }
    }
    for (uint32_t i = 0; i < memory->touched && i < FUZZ_TOUCHED; i++) {
        const struct fuzz_range *range = &memory->ranges[i];

        memcpy(memory->bytes + range->offset, pattern + range->offset, range->size);
    }
    if (memory->touched > FUZZ_TOUCHED) {
        memcpy(memory->bytes, pattern, sizeof pattern);
    }
    memory->touched = 0;
    fuzz_memory_next(memory);
}

static void touch(struct fuzz_memory *memory, uint64_t offset, size_t size)
{
    if (memory->touched < FUZZ_TOUCHED) {
        memory->ranges[memory->touched] =
            (struct fuzz_range) { .offset = (uint32_t)offset, .size = (uint32_t)size };
    }
    memory->touched++;
}

void fuzz_memory_poke(struct fuzz_memory *memory, uint64_t gpa, const void *from, size_t size)
{
    uint64_t offset = gpa - FUZZ_BASE;

    if (offset < sizeof memory->bytes && size != 0) {
        size = size < sizeof memory->bytes - offset ? size : sizeof memory->bytes - offset;
        touch(memory, offset, size);
        memcpy(memory->bytes + offset, from, size);
    }
}

bool fuzz_memory_is_ram(uint64_t gpa)
{
    uint64_t page = (gpa - FUZZ_BASE) / 4096;

    return page < FUZZ_PAGES && page != FUZZ_ROM && page != FUZZ_DEVICE;
}

bool fuzz_memory_is_readable(uint64_t gpa)
{
    return fuzz_memory_is_ram(gpa) || (gpa - FUZZ_BASE) / 4096 == FUZZ_ROM;
}

/* What the contract of the ops promises to hosts (shim/host.h). */
static void expect_contract(uint64_t gpa, size_t size)
{
    if (size == 0 || size > 4096 || size > 4096 - gpa % 4096) {
        fuzz_fail("op with a range that is empty or crosses a page", gpa, size);
    }
}

bool fuzz_memory_read(struct fuzz_memory *memory, uint64_t gpa, void *to, size_t size)
{
    uint64_t offset = gpa - FUZZ_BASE;

    expect_contract(gpa, size);
    memory->accesses++;
    if (!fuzz_memory_is_readable(gpa)) {
        return false;
    }
    memcpy(to, memory->bytes + offset, size);
    if (memory->twice) {
        return true;
    }
    oracle_once_read(&memory->once, memory->read_map, offset, size);
    if (memory->once.broken != 0) { /* by now the guest has changed them */
        memset(to, 0x5a, size);
    }
    if (memory->reads < FUZZ_TOUCHED) {
        memory->read[memory->reads] =
            (struct fuzz_range) { .offset = (uint32_t)offset, .size = (uint32_t)size };
    }
    memory->reads++;
    return true;
}

bool fuzz_memory_write(struct fuzz_memory *memory, uint64_t gpa, const void *from, size_t size)
{
    expect_contract(gpa, size);
    memory->accesses++;
    if (!fuzz_memory_is_ram(gpa)) {
        return false;
    }
    fuzz_memory_poke(memory, gpa, from, size);
    return true;
}

bool fuzz_memory_set_bit(struct fuzz_memory *memory, uint64_t gpa, uint32_t bit, bool *was_set)
{
    uint8_t *byte;

    expect_contract(gpa, 1);
    memory->accesses++;
    if (bit > 7) {
        fuzz_fail("bit of a byte beyond 7", gpa, bit);
    }
    if (!fuzz_memory_is_ram(gpa)) {
        return false;
    }
    byte = memory->bytes + (gpa - FUZZ_BASE);
    touch(memory, gpa - FUZZ_BASE, 1);
    *was_set = (*byte >> bit & 1) != 0;
    *byte |= (uint8_t)(1u << bit);
    return true;
}

static bool same_where_touched(const struct fuzz_memory *by, const struct fuzz_memory *one,
                               const struct fuzz_memory *other)
{
    for (size_t page = 0; page < FUZZ_PAGES; page++) {
        if (by->pinned[page] &&
            memcmp(one->bytes + page * 4096, other->bytes + page * 4096, 4096) != 0) {
            return false;
        }
    }
    for (uint32_t i = 0; i < by->touched && i < FUZZ_TOUCHED; i++) {
        const struct fuzz_range *range = &by->ranges[i];

        if (memcmp(one->bytes + range->offset, other->bytes + range->offset, range->size) != 0) {
            return false;
        }
    }
    return by->touched <= FUZZ_TOUCHED || memcmp(one->bytes, other->bytes, sizeof one->bytes) == 0;
}

bool fuzz_memory_same(const struct fuzz_memory *one, const struct fuzz_memory *other)
{
    return same_where_touched(one, one, other) && same_where_touched(other, one, other);
}
