/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* How a harness says that a promise was broken. */

#ifndef TESTS_FUZZ_REPORT_H
#define TESTS_FUZZ_REPORT_H

#include <stdint.h>

/* Prints what, and two numbers about it, then ends the program as fuzzers expect of a finding. */
_Noreturn void fuzz_fail(const char *what, uint64_t first, uint64_t second);

/* Called by fuzz_fail() before it ends the program; NULL: nothing. Prints what was being done. */
extern void (*fuzz_explain)(void);

#endif
