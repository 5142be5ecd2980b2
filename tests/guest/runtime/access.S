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
        access_routine load_nontemporal, ldnp x1, x2, [x0]
        access_routine store_nontemporal, stnp x1, x2, [x0]
        access_routine load_exclusive_pair, ldxp x1, x2, [x0]
        access_routine load_vector, .inst 0x3dc00000       // ldr q0, [x0]
        access_routine store_vector, .inst 0x3d800000      // str q0, [x0]
        access_routine store_four, .inst 0x4c002000        // st1 {v0.16b-v3.16b}, [x0]
        access_routine clean_to_coherency, dc cvac, x0
        access_routine clean_to_unification, dc cvau, x0
        access_routine clean_invalidate, dc civac, x0
        access_routine invalidate, dc ivac, x0
        access_routine invalidate_fetch, ic ivau, x0
        access_routine prefetch, prfm pstl1keep, [x0]
        access_routine translate, at s1e1w, x0
        // From ARMv8.1 on.
        access_routine atomic_add, .inst 0xf8210002        // ldadd x1, x2, [x0]
        access_routine atomic_set, .inst 0xf821301f        // stset x1, [x0]
        access_routine atomic_swap, .inst 0xf8218002       // swp x1, x2, [x0]
        access_routine compare_swap, .inst 0xc8a17c02      // cas x1, x2, [x0]
        access_routine compare_swap_pair, .inst 0x48227c04 // casp x2, x3, x4, x5, [x0]
