/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Words to the person at the console (PL011): before the guest runs, and when EL2 has failed.
 * Nothing that a guest does otherwise writes here. */

#ifndef HOST_VIRT_CONSOLE_H
#define HOST_VIRT_CONSOLE_H

#include <stdint.h>

void console_put(const char *string);
void console_put_decimal(uint64_t value);

/* Set-up failed: "hvshim: " and the sentence, and the machine stops. */
__attribute__((noreturn)) void console_fail(const char *why);

#endif
