/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* One HVC or SMC with every general register chosen by the test and every one read back:
 * void call_xxx(struct call *call), see guest.h. */

#include "layout.h"
#include "marks.h"

.macro call_routine name, instruction:vararg
        .global \name, \name\()_insn
        .balign 16
\name:
        stp     x29, x30, [sp, #-112]!
        stp     x19, x20, [sp, #16]
        stp     x21, x22, [sp, #32]
        stp     x23, x24, [sp, #48]
        stp     x25, x26, [sp, #64]
        stp     x27, x28, [sp, #80]
        stp     x18, x0, [sp, #96]      // the call is found here again
        mov     x1, sp
        str     x1, [x0, #CALL_SP_BEFORE]
        ldr     x1, [x0, #CALL_NZCV]
        msr     nzcv, x1
        mov     x30, x0
        ldp     x0, x1, [x30]
        ldp     x2, x3, [x30, #16]
        ldp     x4, x5, [x30, #32]
        ldp     x6, x7, [x30, #48]
        ldp     x8, x9, [x30, #64]
        ldp     x10, x11, [x30, #80]
        ldp     x12, x13, [x30, #96]
        ldp     x14, x15, [x30, #112]
        ldp     x16, x17, [x30, #128]
        ldp     x18, x19, [x30, #144]
        ldp     x20, x21, [x30, #160]
        ldp     x22, x23, [x30, #176]
        ldp     x24, x25, [x30, #192]
        ldp     x26, x27, [x30, #208]
        ldp     x28, x29, [x30, #224]
        ldr     x30, [x30, #240]
        movz    xzr, #MARK_CALL
\name\()_insn:
        \instruction
        movz    xzr, #MARK_RETURN
        str     x30, [sp, #-16]!
        ldr     x30, [sp, #120]         // struct call
        stp     x0, x1, [x30]
        stp     x2, x3, [x30, #16]
        stp     x4, x5, [x30, #32]
        stp     x6, x7, [x30, #48]
        stp     x8, x9, [x30, #64]
        stp     x10, x11, [x30, #80]
        stp     x12, x13, [x30, #96]
        stp     x14, x15, [x30, #112]
        stp     x16, x17, [x30, #128]
        stp     x18, x19, [x30, #144]
        stp     x20, x21, [x30, #160]
        stp     x22, x23, [x30, #176]
        stp     x24, x25, [x30, #192]
        stp     x26, x27, [x30, #208]
        stp     x28, x29, [x30, #224]
        ldr     x1, [sp], #16
        str     x1, [x30, #240]
        mrs     x1, nzcv
        str     x1, [x30, #CALL_NZCV]
        mov     x1, sp
        str     x1, [x30, #CALL_SP_AFTER]
        ldp     x27, x28, [sp, #80]
        ldp     x25, x26, [sp, #64]
        ldp     x23, x24, [sp, #48]
        ldp     x21, x22, [sp, #32]
        ldp     x19, x20, [sp, #16]
        ldr     x18, [sp, #96]
        ldp     x29, x30, [sp], #112
        ret
.endm

        .section .text, "ax"
        call_routine call_hvc0, hvc #0
        call_routine call_hvc1, hvc #1
        call_routine call_smc0, smc #0
        call_routine call_smc1, smc #1

/* The same on SP_EL0, that is at EL1t. The stack is the caller's, under the other name. */
        .global call_hvc1_el1t, call_undefined_el1t
call_hvc1_el1t:
        adr     x1, call_hvc1
        b       1f
call_undefined_el1t:
        adr     x1, call_slot
1:      stp     x29, x30, [sp, #-16]!
        mov     x29, sp
        sub     x2, sp, #2048           // exceptions come to SP_EL1, below this
        msr     spsel, #0
        mov     sp, x29
        msr     spsel, #1
        mov     sp, x2
        msr     spsel, #0
        blr     x1
        msr     spsel, #1
        mov     sp, x29
        ldp     x29, x30, [sp], #16
        ret

/* The instruction of this one is written by call_slot_set(): for one processor at a time. */
        .section .slot, "awx"
        call_routine call_slot, nop
