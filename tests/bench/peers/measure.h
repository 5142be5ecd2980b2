/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* How a measuring guest makes its calls: the instruction that traps stands between two marks, and
 * the plugin (tests/bench/plugin) counts what runs between them. Cases are told apart by their
 * order: `run` has the names of each guest's. */

#ifndef PEERS_MEASURE_H
#define PEERS_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/guest/runtime/marks.h"

/* What the guest of each hypervisor measures (guest_*.c). */
void measure_all(void);

/* Ends the machine; 0 when all is well (start.S). */
__attribute__((noreturn)) void measure_end(uint64_t status);

static inline void expect(bool holds, uint64_t line)
{
    if (!holds) {
        measure_end(line < 255 ? line : 255);
    }
}
#define EXPECT(holds) expect((holds), __LINE__)

/* The next case: an expression that makes one call, and is true when the answer is right. A wrong
 * answer would be the cost of something else. */
#define ROUNDS 96u
#define MEASURE(...)                                                                               \
    do {                                                                                           \
        __asm__ volatile("movz xzr, %0" ::"i"(MARK_CASE));                                         \
        for (uint32_t round_ = 0; round_ < ROUNDS; round_++) {                                     \
            EXPECT(__VA_ARGS__);                                                                   \
        }                                                                                          \
    } while (0)

/* Calls that every hypervisor answers. */
#define UNKNOWN_ID UINT32_C(0xc6003a5c)
#define PSCI_VERSION UINT32_C(0x84000000)
#define IS_VERSION_1(answer) ((answer) >> 16 == 1)

#define HVC(imm16) (UINT32_C(0xd4000002) | (uint32_t)(imm16) << 5)
#define SMC(imm16) (UINT32_C(0xd4000003) | (uint32_t)(imm16) << 5)

/* What a call finds. */
struct registers {
    uint64_t x0, x1, x2, x3, x4, x5, x6, x16;
};

/* One HVC or SMC; X0 of the answer. `measured`: between marks. */
static inline __attribute__((always_inline)) uint64_t call(bool measured, uint32_t instruction,
                                                           struct registers before)
{
    register uint64_t x0 __asm__("x0") = before.x0;
    register uint64_t x1 __asm__("x1") = before.x1;
    register uint64_t x2 __asm__("x2") = before.x2;
    register uint64_t x3 __asm__("x3") = before.x3;
    register uint64_t x4 __asm__("x4") = before.x4;
    register uint64_t x5 __asm__("x5") = before.x5;
    register uint64_t x6 __asm__("x6") = before.x6;
    register uint64_t x16 __asm__("x16") = before.x16;

    __asm__ volatile("movz xzr, %[begin]\n"
                     ".inst %c[instruction]\n"
                     "movz xzr, %[end]"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5), "+r"(x6),
                       "+r"(x16)
                     : [begin] "i"(measured ? MARK_CALL : 0), [instruction] "i"(instruction),
                       [end] "i"(measured ? MARK_RETURN : 0)
                     : "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x17", "memory");
    return x0;
}

/* A store to a device's register, measured; there is nothing to be wrong. */
static inline bool store(uint64_t address)
{
    __asm__ volatile("movz xzr, %[begin]\n"
                     "str wzr, [%[address]]\n"
                     "movz xzr, %[end]" ::[begin] "i"(MARK_CALL),
                     [end] "i"(MARK_RETURN), [address] "r"(address)
                     : "memory");
    return true;
}

/* The GIC that the hypervisor gives to the guest. Group 1 and one of the processor's own interrupts
 * are enabled; none is taken by itself, since PSTATE.I stays set. */
static inline void gic_on(uint64_t distributor, uint64_t redistributor, uint32_t intid)
{
    *(volatile uint32_t *)distributor = 0x12;                      /* GICD_CTLR: ARE, group 1 */
    *(volatile uint32_t *)(redistributor + 0x10080) = ~0u;         /* GICR_IGROUPR0 */
    *(volatile uint32_t *)(redistributor + 0x10100) = 1u << intid; /* GICR_ISENABLER0 */
    __asm__ volatile("msr icc_sre_el1, %0\n"
                     "isb\n"
                     "msr icc_pmr_el1, %1\n"
                     "msr icc_igrpen1_el1, %0\n"
                     "isb" ::"r"(UINT64_C(1)),
                     "r"(UINT64_C(0xff)));
}

/* Takes the pending interrupt, and is done with it. */
static inline uint64_t interrupt_take(void)
{
    uint64_t intid;

    __asm__ volatile("mrs %0, icc_iar1_el1\n"
                     "dsb sy\n"
                     "msr icc_eoir1_el1, %0\n"
                     "isb"
                     : "=r"(intid));
    return intid;
}

#endif
