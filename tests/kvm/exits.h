/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Exits as tests/kvm/record.c writes them down and tests/kvm/fuzz_exit.c reads them again: a line
 * each, a kind and words in hexadecimal, of which those at the end are left out that are 0. */

#ifndef TESTS_KVM_EXITS_H
#define TESTS_KVM_EXITS_H

#include <stdint.h>

#define EXIT_INPUT_WORDS 32u

enum { /* words of "hvc" and "smc" */
       EXIT_IMMEDIATE,
       EXIT_X0,
       EXIT_INPUT = EXIT_X0 + 18, /* what is in memory where a slow call's input is */
       EXIT_WORDS = EXIT_INPUT + EXIT_INPUT_WORDS,
};
enum { /* words of "mmio" */
       EXIT_GPA,
       EXIT_LENGTH,
       EXIT_IS_WRITE,
       EXIT_DATA,
};
enum { EXIT_ISS }; /* the word of "nisv" */

#endif
