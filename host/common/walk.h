/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Finding the entry of a guest's own tables (stage 1) that maps an address: for what AT does not
 * tell, which is whether code may be executed there, and for its access and dirty bits. */

#ifndef HOST_COMMON_WALK_H
#define HOST_COMMON_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of the guest's TCR_EL1, TTBR0_EL1 and TTBR1_EL1. */
struct walk_registers {
    uint64_t tcr;
    uint64_t ttbr[2];
};

/* Attributes of a block or page. */
#define WALK_AP_EL0 (UINT64_C(1) << 6)
#define WALK_AP_READ_ONLY (UINT64_C(1) << 7)
#define WALK_AF (UINT64_C(1) << 10)
#define WALK_DBM (UINT64_C(1) << 51)
#define WALK_PXN (UINT64_C(1) << 53)
#define WALK_UXN (UINT64_C(1) << 54)

struct walk_leaf {
    uint64_t gpa;        /* of the entry */
    uint64_t entry;      /* as it stands in memory */
    uint64_t attributes; /* what counts: the entry's, limited by those of the tables above */
    uint64_t target;     /* GPA that the address leads to */
};

enum walk_result {
    WALK_FOUND,
    WALK_NO_RANGE,    /* in neither half of the address space, or TCR_EL1 makes no sense */
    WALK_NOT_PRESENT, /* an invalid entry, or that half is switched off */
    WALK_NO_MEMORY,   /* a table is not in the guest's RAM */
};

typedef bool walk_read_fn(void *host, uint64_t gpa, void *to, size_t size);

/* Walks the tables for `gva`, by at most five reads of 8 bytes. Tables may change meanwhile. */
enum walk_result walk(const struct walk_registers *registers, uint64_t gva, walk_read_fn *read,
                      struct walk_leaf *leaf);

#endif
