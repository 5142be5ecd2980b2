/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Instruction classes by mask and value, as the Arm ARM prints them (C4.1, "A64 instruction set
 * encoding"). SVE and the extensions for memory tagging, 64-byte accesses and memory copies are not
 * told apart, nor are loads with pointer authentication: nothing that is measured here uses them.
 */

#include "tests/bench/plugin/a64.h"

#define BIT(word, n) (((word) >> (n)) & 1u)
#define BITS(word, high, low) (((word) >> (low)) & ((1u << ((high) - (low) + 1)) - 1))

/* Exclusive, acquire, release, compare and swap: bit 22 is L; o2 (23), o1 (21). */
static void exclusive(uint32_t word, struct a64_kind *kind)
{
    bool pair = BIT(word, 23) == 0 && BIT(word, 21) == 1;
    bool swaps = BIT(word, 21) == 1 && (BIT(word, 23) == 1 || BIT(word, 31) == 0);
    uint8_t registers = pair ? 2 : 1;

    kind->loads = swaps || BIT(word, 22) == 1 ? registers : 0;
    kind->stores = swaps || BIT(word, 22) == 0 ? registers : 0;
}

static bool is_atomic(uint32_t word)
{
    return BITS(word, 29, 24) == 0x38 && BIT(word, 21) == 1 && BITS(word, 11, 10) == 0;
}

/* LDAPR has its place among the atomic operations, but only loads. */
static void atomic(uint32_t word, struct a64_kind *kind)
{
    kind->loads = 1;
    kind->stores = BITS(word, 15, 12) == 0xc ? 0 : 1;
}

/* One register: opc (23:22) says load or store, V (26) how to read it. PRFM is neither. */
static void single(uint32_t word, struct a64_kind *kind)
{
    uint32_t opc = BITS(word, 23, 22);
    bool vector = BIT(word, 26) == 1;
    bool load = vector ? (opc & 1) == 1 : opc != 0;

    if (!vector && opc == 2 && BITS(word, 31, 30) == 3) {
        return;
    }
    kind->loads = load ? 1 : 0;
    kind->stores = load ? 0 : 1;
}

static void literal(uint32_t word, struct a64_kind *kind)
{
    kind->loads = BITS(word, 31, 30) == 3 && BIT(word, 26) == 0 ? 0 : 1; /* 3: PRFM */
}

static void by_l(uint32_t word, struct a64_kind *kind, uint8_t registers)
{
    kind->loads = BIT(word, 22) == 1 ? registers : 0;
    kind->stores = BIT(word, 22) == 0 ? registers : 0;
}

static void load_store(uint32_t word, struct a64_kind *kind)
{
    switch (BITS(word, 29, 27)) {
    case 1: /* 001: exclusive and ordered, or structures of vectors */
        if (BIT(word, 26) == 0) {
            exclusive(word, kind);
        } else {
            by_l(word, kind, 1);
        }
        break;
    case 3: /* 011: literal, or unscaled with acquire and release */
        if (BIT(word, 24) == 0) {
            literal(word, kind);
        } else {
            single(word, kind);
        }
        break;
    case 5: /* 101: pairs */
        by_l(word, kind, 2);
        break;
    default: /* 111 */
        if (is_atomic(word)) {
            atomic(word, kind);
        } else {
            single(word, kind);
        }
        break;
    }
}

/* op0 (20:19): 0 hints, barriers and PSTATE, by CRn (15:12); 1 SYS; 2 and 3 registers. */
static void system_class(uint32_t word, struct a64_kind *kind)
{
    uint32_t crn = BITS(word, 15, 12);
    uint32_t op2 = BITS(word, 7, 5);

    switch (BITS(word, 20, 19)) {
    case 0:
        kind->barriers = crn == 3 && op2 != 2 ? 1 : 0; /* 2: CLREX */
        kind->sysreg = crn == 4 ? 1 : 0;
        break;
    case 1:
        kind->system = 1;
        break;
    default:
        kind->sysreg = 1;
        break;
    }
}

struct a64_kind a64_kind(uint32_t instruction)
{
    uint32_t class = instruction >> 24;
    struct a64_kind kind = { .hvc = (instruction & 0xffe0001fu) == 0xd4000002u,
                             .eret = instruction == 0xd69f03e0u ||
                                     (instruction & 0xfffffbffu) == 0xd69f0bffu };

    /* 101 in bits 28:26, but neither what generates exceptions nor what is of the system. */
    kind.branch = (class & 0x1c) == 0x14 && class != 0xd4 && class != 0xd5 && !kind.eret;
    if ((instruction & 0x0a000000u) == 0x08000000u) {
        load_store(instruction, &kind);
    } else if ((instruction & 0xffc00000u) == 0xd5000000u) {
        system_class(instruction, &kind);
    }
    return kind;
}

uint32_t a64_mark(uint32_t instruction)
{
    return (instruction & 0xffe0001fu) == 0xd280001fu ? BITS(instruction, 20, 5) : 0;
}
