/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The exception vectors of a guest, its way to EL0 and back. Every exception is handed to C, which
 * notes it and decides where to go on (exception.c); all general registers come back unchanged, so
 * that tests may compare them. */

#include "layout.h"

.macro vector offset
        .balign 0x80
        sub     sp, sp, #272
        stp     x0, x1, [sp]
        mov     x0, #\offset
        b       exception_common
.endm

        .section .text, "ax"
        .balign 2048
        .global vectors
vectors:
        vector  0x000           // EL1t
        vector  0x080
        vector  0x100
        vector  0x180
        vector  0x200           // EL1h
        vector  0x280
        vector  0x300
        vector  0x380
        vector  0x400           // EL0, AArch64
        vector  0x480
        vector  0x500
        vector  0x580
        vector  0x600           // EL0, AArch32
        vector  0x680
        vector  0x700
        vector  0x780

exception_common:               // x0 = vector offset; x0, x1 saved
        stp     x2, x3, [sp, #16]
        stp     x4, x5, [sp, #32]
        stp     x6, x7, [sp, #48]
        stp     x8, x9, [sp, #64]
        stp     x10, x11, [sp, #80]
        stp     x12, x13, [sp, #96]
        stp     x14, x15, [sp, #112]
        stp     x16, x17, [sp, #128]
        stp     x18, x19, [sp, #144]
        stp     x20, x21, [sp, #160]
        stp     x22, x23, [sp, #176]
        stp     x24, x25, [sp, #192]
        stp     x26, x27, [sp, #208]
        stp     x28, x29, [sp, #224]
        str     x30, [sp, #240]
        mov     x1, sp
        bl      exception_handle
        ldr     x30, [sp, #240]
        ldp     x28, x29, [sp, #224]
        ldp     x26, x27, [sp, #208]
        ldp     x24, x25, [sp, #192]
        ldp     x22, x23, [sp, #176]
        ldp     x20, x21, [sp, #160]
        ldp     x18, x19, [sp, #144]
        ldp     x16, x17, [sp, #128]
        ldp     x14, x15, [sp, #112]
        ldp     x12, x13, [sp, #96]
        ldp     x10, x11, [sp, #80]
        ldp     x8, x9, [sp, #64]
        ldp     x6, x7, [sp, #48]
        ldp     x4, x5, [sp, #32]
        ldp     x2, x3, [sp, #16]
        ldp     x0, x1, [sp]
        add     sp, sp, #272
        eret

/* uint64_t el0_run(uint64_t pc, uint64_t x0): runs code at EL0 until it makes an SVC; returns its X0.
 * The SVC arrives at el0_return with the stack as it was left here. el0_run_in(pc, x0, pstate) does
 * so in another state of EL0. */
        .global el0_run, el0_run_in
el0_run:
        mov     x2, #0x3c0              // EL0t, interrupts masked
el0_run_in:
        stp     x29, x30, [sp, #-96]!
        stp     x19, x20, [sp, #16]
        stp     x21, x22, [sp, #32]
        stp     x23, x24, [sp, #48]
        stp     x25, x26, [sp, #64]
        stp     x27, x28, [sp, #80]
        msr     elr_el1, x0
        msr     spsr_el1, x2
        mov     x0, x1
        eret

        .global el0_return
el0_return:                             // x0 as EL0 left it
        ldp     x27, x28, [sp, #80]
        ldp     x25, x26, [sp, #64]
        ldp     x23, x24, [sp, #48]
        ldp     x21, x22, [sp, #32]
        ldp     x19, x20, [sp, #16]
        ldp     x29, x30, [sp], #96
        ret

/* Code for EL0, position-independent, called through its alias: loads from X0, makes an SVC. */
        .global el0_load
el0_load:
        ldr     x0, [x0]
        svc     #0

/* HVC at EL0, which is UNDEFINED there. */
        .global el0_hvc
el0_hvc:
        hvc     #1
        svc     #0

/* SMC at EL0, and an instruction that the test writes. */
        .global el0_smc, el0_slot
el0_smc:
        smc     #0
        svc     #0
        .section .slot, "awx"
el0_slot:
        nop
        svc     #0

/* AArch32, where EL0 has it: R0 in, R0 out. A32 first, T32 behind; each ends in its SVC. */
        .section .text, "ax"
        .balign 4
        .global el0_a32_hvc, el0_a32_smc, el0_a32_load, el0_t32_hvc, el0_t32_load
el0_a32_hvc:
        .inst   0xe1400071              // hvc #1
        .inst   0xef000000              // svc #0
el0_a32_smc:
        .inst   0xe1600070              // smc #0
        .inst   0xef000000
el0_a32_load:
        .inst   0xe5900000              // ldr r0, [r0]
        .inst   0xef000000
el0_t32_hvc:
        .hword  0xf7e0, 0x8001          // hvc #1
        .hword  0xdf00                  // svc #0
        .balign 4
el0_t32_load:
        .hword  0xbf00                  // nop
        .hword  0x6800                  // ldr r0, [r0]: two bytes long
        .hword  0xbf00
        .hword  0xdf00
