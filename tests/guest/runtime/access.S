/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* One memory access each, at the address in X0, by the first instruction of the routine: access.h. */

.macro access_routine name, instruction:vararg
        .global access_\name
access_\name:
        \instruction
        ret
.endm

        .section .text, "ax"
        access_routine load8, ldrb w1, [x0]
        access_routine load16, ldrh w1, [x0]
        access_routine load32, ldr w1, [x0]
        access_routine load64, ldr x1, [x0]
        access_routine load_signed, ldrsb x1, [x0]
        access_routine load_to_zero, ldr xzr, [x0]
        access_routine load_pair, ldp x1, x2, [x0]
        access_routine load_writeback, ldr x1, [x0], #8
        access_routine load_exclusive, ldxr x1, [x0]
        access_routine load_acquire, ldar x1, [x0]
        access_routine store8, strb w1, [x0]
        access_routine store16, strh w1, [x0]
        access_routine store32, str w1, [x0]
        access_routine store64, str x1, [x0]
        access_routine store_zero, str xzr, [x0]
        access_routine store_pair, stp x1, x2, [x0]
        access_routine store_writeback, str x1, [x0], #8
        access_routine store_release, stlr x1, [x0]
        access_routine zero_block, dc zva, x0
