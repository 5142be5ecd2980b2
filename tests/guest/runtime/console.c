/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Text on the machine's PL011, one line of one processor at a time as far as callers keep to whole
 * lines. Polled; no set-up needed on QEMU's virt machine. */

#include "guest.h"

#define PL011_DR ((volatile uint32_t *)0x09000000)
#define PL011_FR ((volatile uint32_t *)0x09000018)
#define PL011_FR_TXFF 0x20u

static void print_character(char c)
{
    while ((*PL011_FR & PL011_FR_TXFF) != 0) {
    }
    *PL011_DR = (uint32_t)(unsigned char)c;
}

void print(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\n') {
            print_character('\r');
        }
        print_character(*text);
    }
}

static void print_number(uint64_t value, uint64_t base)
{
    char digits[24];
    size_t at = sizeof(digits) - 1;

    digits[at] = '\0';
    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    print(&digits[at]);
}

void print_hex(uint64_t value)
{
    print("0x");
    print_number(value, 16);
}

void print_decimal(uint64_t value)
{
    print_number(value, 10);
}

void note(const char *text, uint64_t value)
{
    print("# ");
    print(text);
    print(" ");
    print_hex(value);
    print("\n");
}
