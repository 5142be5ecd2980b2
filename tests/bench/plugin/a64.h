/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What an A64 instruction costs besides its slot, told from its encoding (Arm ARM C4.1). */

#ifndef BENCH_A64_H
#define BENCH_A64_H

#include <stdbool.h>
#include <stdint.h>

struct a64_kind {
    uint8_t sysreg;   /* MRS, MSR, of either form */
    uint8_t system;   /* SYS: TLBI, DC, IC, AT */
    uint8_t barriers; /* DSB, DMB, ISB, SB */
    uint8_t loads;    /* registers loaded: LDP is two */
    uint8_t stores;   /* registers stored; an atomic operation is a load and a store */
    bool branch;      /* the next instruction may be any, without an exception; not ERET */
    bool hvc;
    bool eret;
};

struct a64_kind a64_kind(uint32_t instruction);

/* The immediate of `movz xzr, #imm`, or 0. */
uint32_t a64_mark(uint32_t instruction);

#endif
