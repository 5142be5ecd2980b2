/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A hypercall table of the tests: classes and shapes of calls that the product's table has, but
 * serves no handler for yet. A program that links rows.o in place of dispatch/table.o runs the
 * engine on it. */

#ifndef TESTS_UNIT_ROWS_H
#define TESTS_UNIT_ROWS_H

#include <stdint.h>

enum {
    ROW_SUM = 0x0001,      /* simple, variable header: 8 bytes in, 16 out */
    ROW_SUM_REP = 0x0002,  /* rep, variable header: 8 + n * 8 in, n * 8 out */
    ROW_NARROW = 0x0003,   /* rep: 16 + n * 8 in, n * 4 out */
    ROW_WITHDRAW = 0x0004, /* rep without input elements: 16 in, n * 8 out */
    ROW_LARGE = 0x0005,    /* simple: a page in, a page out */
    ROW_HALF = 0x0006,     /* simple: half a page in, half a page out */
    ROW_STORE = 0x0007,    /* rep: 8 + n * 128 in, no output */
    ROW_STATUS = 0x0008,   /* simple: 8 in, 8 out; refuses with the status it is given */
    ROW_BYTES = 0x0009,    /* rep: 8 + n * 8 in, n * 1 out */
    ROW_NOTHING = 0x000a,  /* rep without any input: n * 8 out */
};

#define ROW_BAD_ELEMENT UINT64_C(0xbad) /* an element that ROW_SUM_REP refuses */

struct rows_calls {
    uint32_t calls; /* handlers that ran */
    uint64_t last;  /* first word of ROW_STORE's last element */
};
extern struct rows_calls rows_calls;

#endif
