/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* On AArch64, the console is the PL011 of QEMU's virt machine. */

#include <stdint.h>

#include "console.h"

void console(const char *line)
{
    volatile uint32_t *uart = (volatile uint32_t *)UINT64_C(0x09000000);

    while (*line != '\0') {
        *uart = (uint8_t)*line++;
    }
    *uart = '\n';
}
