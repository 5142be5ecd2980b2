/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Guest memory of the fuzzers: a few pages, of which some are no RAM. It starts from the same
 * pattern each time, and remembers what was touched, so that going back costs what was touched and
 * no more. Engine and model have one each; afterwards both must be the same. */

#ifndef TESTS_FUZZ_MEMORY_H
#define TESTS_FUZZ_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/oracles/oracles.h"

#define FUZZ_BASE UINT64_C(0x40000000)
enum fuzz_page {
    FUZZ_INPUT,
    FUZZ_OUTPUT,
    FUZZ_SPILL,
    FUZZ_MESSAGES,
    FUZZ_EVENTS,
    FUZZ_CRASH,
    FUZZ_ROM,    /* read, not written */
    FUZZ_DEVICE, /* neither */
    FUZZ_LAST,   /* RAM, and the end of it */
    FUZZ_PAGES,
};
#define FUZZ_GPA(page) (FUZZ_BASE + (uint64_t)(page)*4096)
#define FUZZ_TOUCHED 256u

struct fuzz_range {
    uint32_t offset;
    uint32_t size;
};

struct fuzz_memory {
    uint8_t bytes[FUZZ_PAGES * 4096];
    bool twice;                 /* delivery may look at a slot again: no oracle ONCE */
    struct oracle_verdict once; /* a byte that is read a second time is another one by then */
    uint8_t read_map[FUZZ_PAGES * 4096 / 8];
    bool pinned[FUZZ_PAGES];
    uint32_t touched; /* ranges written, or changed; the last one takes all when there are many */
    struct fuzz_range ranges[FUZZ_TOUCHED];
    uint32_t reads; /* since fuzz_memory_next() */
    struct fuzz_range read[FUZZ_TOUCHED];
    uint64_t accesses;
};

void fuzz_memory_init(struct fuzz_memory *memory);

/* Back to the pattern. */
void fuzz_memory_restore(struct fuzz_memory *memory);

/* A new entry: bytes may be read once more. */
void fuzz_memory_next(struct fuzz_memory *memory);

/* The engine may write anywhere in this page from now on, without telling. */
void fuzz_memory_pin(struct fuzz_memory *memory, uint64_t gpa);

/* As the guest itself does it; whatever does not lie in memory is left out. */
void fuzz_memory_poke(struct fuzz_memory *memory, uint64_t gpa, const void *from, size_t size);

/* As host ops are to do it: all or nothing. The range must not cross a page. */
bool fuzz_memory_read(struct fuzz_memory *memory, uint64_t gpa, void *to, size_t size);
bool fuzz_memory_write(struct fuzz_memory *memory, uint64_t gpa, const void *from, size_t size);
bool fuzz_memory_set_bit(struct fuzz_memory *memory, uint64_t gpa, uint32_t bit, bool *was_set);

/* Is this a page of RAM? One that can be read? */
bool fuzz_memory_is_ram(uint64_t gpa);
bool fuzz_memory_is_readable(uint64_t gpa);

/* Both must be equal, as far as either was touched. */
bool fuzz_memory_same(const struct fuzz_memory *one, const struct fuzz_memory *other);

#endif
