/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* PCI as hostile guests use it: functions of the first bus, their capabilities, registers behind a
 * BAR (PCI 3.0, 6). One instruction without write-back each, as a hypervisor may stand in for. */

#ifndef GUEST_PCI_H
#define GUEST_PCI_H

#include <stdint.h>

#define PCI_ECAM UINT64_C(0x4010000000)
#define PCI_FUNCTIONS 256u
#define PCI_FUNCTION_SIZE 4096u
#define PCI_COMMAND 0x04u
#define PCI_COMMAND_ON 0x6u /* memory, bus master */
#define PCI_BAR(n) (0x10u + 4u * (n))
#define PCI_CAPABILITIES 0x34u
#define PCI_CAPABILITIES_MAX 48u
#define PCI_WINDOW UINT64_C(0x10000000) /* addresses for BARs */

static inline uint32_t get32(uint64_t address)
{
    uint32_t value;
    __asm__ volatile("ldr %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
    return value;
}

static inline void put32(uint64_t address, uint32_t value)
{
    __asm__ volatile("str %w0, [%1]" ::"r"(value), "r"(address) : "memory");
}

static inline void put16(uint64_t address, uint16_t value)
{
    __asm__ volatile("strh %w0, [%1]" ::"r"((uint32_t)value), "r"(address) : "memory");
}

static inline void put8(uint64_t address, uint8_t value)
{
    __asm__ volatile("strb %w0, [%1]" ::"r"((uint32_t)value), "r"(address) : "memory");
}

/* Configuration space of the first function with this device and vendor; 0 when there is none. */
static inline uint64_t pci_find(uint32_t id)
{
    for (uint32_t n = 0; n < PCI_FUNCTIONS; n++) {
        uint64_t function = PCI_ECAM + n * PCI_FUNCTION_SIZE;
        if (get32(function) == id) {
            return function;
        }
    }
    return 0;
}

/* The capability whose first word, under `mask`, is `value`; 0 when there is none. */
static inline uint64_t pci_capability(uint64_t function, uint32_t mask, uint32_t value)
{
    uint32_t at = get32(function + PCI_CAPABILITIES) & 0xfc;

    for (uint32_t n = 0; at != 0 && n < PCI_CAPABILITIES_MAX; n++) {
        if ((get32(function + at) & mask) == value) {
            return function + at;
        }
        at = get32(function + at) >> 8 & 0xfc;
    }
    return 0;
}

#endif
