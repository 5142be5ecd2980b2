/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Findings, in words. See report.h. */

#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void (*fuzz_explain)(void);

_Noreturn void fuzz_fail(const char *what, uint64_t first, uint64_t second)
{
    fprintf(stderr, "FINDING: %s (0x%" PRIx64 ", 0x%" PRIx64 ")\n", what, first, second);
    if (fuzz_explain != NULL) {
        fuzz_explain();
    }
    abort();
}
