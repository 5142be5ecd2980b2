/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* How a harness says that a promise was broken. */

#ifndef TESTS_FUZZ_REPORT_H
#define TESTS_FUZZ_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Are these bytes the same? What has padding was cleared before it was filled. */
static inline bool fuzz_same(const void *one, const void *other, size_t size)
{
    return memcmp(one, other, size) == 0;
}

/* Prints what, and two numbers about it, then ends the program as fuzzers expect of a finding. */
_Noreturn void fuzz_fail(const char *what, uint64_t first, uint64_t second);

/* Called by fuzz_fail() before it ends the program; NULL: nothing. Prints what was being done. */
extern void (*fuzz_explain)(void);

#endif
