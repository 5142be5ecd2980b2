/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The PL011 of the board; see console.h. QEMU's needs no set-up. */

#include "host/virt/console.h"

#include <el2/host.h>
#include <el2/sysreg.h>

#include <arm/psci.h>

#include "host/common/board.h"
#include "host/virt/io.h"

#define PL011_DR (BOARD_PL011 + 0x00u)
#define PL011_FR (BOARD_PL011 + 0x18u)
#define PL011_FR_TXFF 0x20u
#define POLLS 1000000u /* a device that never takes the character does not stop us */

void el2_host_console(char character)
{
    for (uint32_t i = 0; i < POLLS && (io_read32(PL011_FR) & PL011_FR_TXFF) != 0; i++) {
    }
    io_write32(PL011_DR, (uint8_t)character);
}

void console_put(const char *string)
{
    while (*string != '\0') {
        el2_host_console(*string++);
    }
}

void console_put_decimal(uint64_t value)
{
    char digits[21];
    char *first = &digits[sizeof digits - 1];
    *first = '\0';
    do {
        *--first = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    console_put(first);
}

void console_fail(const char *why)
{
    console_put("hvshim: ");
    console_put(why);
    console_put("\r\n");
    (void)smc_call(PSCI_SYSTEM_OFF, 0, 0, 0);
    for (;;) {
        wfi();
    }
}
