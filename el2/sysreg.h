/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* System registers and barriers, by the names of the Arm ARM. Registers that the assembler does not
 * know at armv8-a are given by their encoding, as S3_4_C1_C2_6. */

#ifndef EL2_SYSREG_H
#define EL2_SYSREG_H

#include <stdint.h>

#define read_sysreg(name)                                                                          \
    ({                                                                                             \
        uint64_t value_;                                                                           \
        __asm__ volatile("mrs %0, " #name : "=r"(value_));                                         \
        value_;                                                                                    \
    })

#define write_sysreg(name, value)                                                                  \
    do {                                                                                           \
        uint64_t write_ = (value);                                                                 \
        __asm__ volatile("msr " #name ", %0" : : "r"(write_));                                     \
    } while (0)

static inline void isb(void)
{
    __asm__ volatile("isb" : : : "memory");
}

static inline void dsb_sy(void)
{
    __asm__ volatile("dsb sy" : : : "memory");
}

static inline void dsb_ish(void)
{
    __asm__ volatile("dsb ish" : : : "memory");
}

/* All translations of stage 1 of EL1 and EL0 under the present VMID, on all processors; and those
 * of stage 2 with them. Table entries written before are seen after. */
static inline void tlb_flush_guest_stage1(void)
{
    __asm__ volatile("dsb ishst\n\ttlbi vmalle1is\n\tdsb ish\n\tisb" : : : "memory");
}

static inline void tlb_flush_guest_all(void)
{
    __asm__ volatile("dsb ishst\n\ttlbi vmalls12e1is\n\tdsb ish\n\tisb" : : : "memory");
}

static inline void wfi(void)
{
    __asm__ volatile("dsb sy\n\twfi" : : : "memory");
}

static inline void wfe(void)
{
    __asm__ volatile("wfe" : : : "memory");
}

/* A call of the firmware below: id, three arguments, X0 back. Nothing else goes down. */
static inline int64_t smc_call(uint64_t id, uint64_t a1, uint64_t a2, uint64_t a3)
{
    register uint64_t x0 __asm__("x0") = id;
    register uint64_t x1 __asm__("x1") = a1;
    register uint64_t x2 __asm__("x2") = a2;
    register uint64_t x3 __asm__("x3") = a3;
    register uint64_t x4 __asm__("x4") = 0;
    register uint64_t x5 __asm__("x5") = 0;
    register uint64_t x6 __asm__("x6") = 0;
    register uint64_t x7 __asm__("x7") = 0;
    __asm__ volatile(
        "smc #0"
        : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5), "+r"(x6), "+r"(x7)
        :
        : "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "memory");
    return (int64_t)x0;
}

#endif
