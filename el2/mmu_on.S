/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* void mmu_on(const struct mmu_registers *registers): from the MMU off to the MMU on, without a
 * stack, so that processors that just started can call it. Changes X1..X4 only. */

    .section .text.mmu_on, "ax"
    .global mmu_on
mmu_on:
    ldp x1, x2, [x0]
    ldp x3, x4, [x0, #16]
    tlbi alle2
    tlbi alle1
    ic iallu
    dsb nsh
    msr mair_el2, x1
    msr tcr_el2, x2
    msr ttbr0_el2, x3
    isb
    msr sctlr_el2, x4
    isb
    ret
    dsb nsh // no speculation past the return
    isb
