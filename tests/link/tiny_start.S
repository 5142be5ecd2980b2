/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Entry at EL2, the vectors of which one is used, and the way into the guest. MMU off: a toy. */

        .section .head, "ax"
        .global start
start:  mrs     x0, mpidr_el1           // one processor; others stay
        and     x0, x0, #0xff
        cbnz    x0, 9f
        ldr     x0, =stack_end
        mov     sp, x0
        ldr     x0, =vectors
        msr     vbar_el2, x0
        mov     x0, #0x33ff             // CPTR_EL2: no traps
        msr     cptr_el2, x0
        mov     x0, #3                  // CNTHCTL_EL2: timers are the guest's
        msr     cnthctl_el2, x0
        msr     cntvoff_el2, xzr
        mrs     x0, midr_el1
        msr     vpidr_el2, x0
        mrs     x0, mpidr_el1
        msr     vmpidr_el2, x0
        mov     x0, #0xf
        msr     s3_4_c12_c9_5, x0       // ICC_SRE_EL2: system registers, also at EL1
        isb
        bl      tiny_init
        ldr     x0, =0x80080000         // HCR_EL2: RW, TSC
        msr     hcr_el2, x0
        ldr     x0, =0x30d00800
        msr     sctlr_el1, x0
        mov     x0, #0x3c5              // EL1h, DAIF
        msr     spsr_el2, x0
        ldr     x0, =0x40080000
        msr     elr_el2, x0
        ldr     x0, =0x40000000         // QEMU's device tree
        mov     x1, xzr
        mov     x2, xzr
        mov     x3, xzr
        isb
        eret
9:      wfi
        b       9b

/* X0..X30 as an array on the stack, and back. */
        .macro  trap_vector
        .balign 128
        b       trap_entry
        .endm
        .macro  dead_vector
        .balign 128
        b       dead
        .endm

        .text
        .balign 2048
vectors:
        .rept   8
        dead_vector
        .endr
        trap_vector                     // synchronous, lower EL, AArch64
        .rept   7
        dead_vector
        .endr

trap_entry:
        sub     sp, sp, #256
        stp     x0, x1, [sp, #0]
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
        mov     x0, sp
        bl      tiny_trap
        ldp     x0, x1, [sp, #0]
        ldp     x2, x3, [sp, #16]
        ldp     x4, x5, [sp, #32]
        ldp     x6, x7, [sp, #48]
        ldp     x8, x9, [sp, #64]
        ldp     x10, x11, [sp, #80]
        ldp     x12, x13, [sp, #96]
        ldp     x14, x15, [sp, #112]
        ldp     x16, x17, [sp, #128]
        ldp     x18, x19, [sp, #144]
        ldp     x20, x21, [sp, #160]
        ldp     x22, x23, [sp, #176]
        ldp     x24, x25, [sp, #192]
        ldp     x26, x27, [sp, #208]
        ldp     x28, x29, [sp, #224]
        ldr     x30, [sp, #240]
        add     sp, sp, #256
        eret

dead:   mrs     x0, esr_el2
        mrs     x1, elr_el2
        bl      tiny_dead

        .bss
        .balign 16
        .skip   16384
stack_end:
