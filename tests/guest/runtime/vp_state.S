/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Entry points for HvCallStartVirtualProcessor, see vp_state.h. */

        .section .text, "ax"
        .global vp_state_stub
vp_state_stub:
        msr     tpidr_el1, x30          // X30 is needed; it comes back below
        adrp    x30, vp_state_found
        add     x30, x30, :lo12:vp_state_found
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
        mrs     x0, tpidr_el1
        mov     x1, sp
        stp     x0, x1, [x30, #240]
        mrs     x0, sctlr_el1
        mrs     x1, mair_el1
        stp     x0, x1, [x30, #256]
        mrs     x0, tcr_el1
        mrs     x1, vbar_el1
        stp     x0, x1, [x30, #272]
        mrs     x0, ttbr0_el1
        mrs     x1, ttbr1_el1
        stp     x0, x1, [x30, #288]
        mrs     x0, currentel
        mrs     x1, daif
        stp     x0, x1, [x30, #304]
        mrs     x0, spsel
        str     x0, [x30, #320]
        dsb     sy
        movz    w0, #0x8400, lsl #16    // CPU_OFF
        movk    w0, #0x0002
        smc     #0
1:      wfi
        b       1b

        .global vp_adopt_stub
vp_adopt_stub:
        mov     x1, x0
        mov     x0, x18
        msr     tpidr_el1, x0
        mov     x2, #(3 << 20)          // CPACR_EL1.FPEN
        msr     cpacr_el1, x2
        isb
        bl      secondary_main
1:      wfi
        b       1b

        .section .bss, "aw", %nobits
        .balign 512
        .global vp_state_found
vp_state_found:
        .skip   512
