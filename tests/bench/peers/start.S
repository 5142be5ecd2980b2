/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Where a measuring guest begins: the arm64 Image header, which every host here accepts, a stack, and
 * C. The MMU stays off, interrupts stay masked, and the code runs wherever it was put. */

        .section .head, "ax"
        .global image_head
image_head:
        b       start                   // Image header: code0
        .long   0
        .quad   0x80000                 // from the base of RAM
        .quad   image_size              // .bss counts, so that nobody places anything in it
        .quad   0x2                     // little-endian, 4 KiB pages
        .quad   0, 0, 0
        .ascii  "ARM\x64"
        .long   0

start:  adrp    x0, stack_top
        add     x0, x0, :lo12:stack_top
        mov     sp, x0
        bl      measure_all
        mov     x0, #0                  // whoever fails does not come back


/* void measure_end(uint64_t status), which does not return: semihosting, SYS_EXIT. The emulator
 * itself answers it, whatever hypervisor is below. */
        .global measure_end
measure_end:
        sub     sp, sp, #16
        mov     x2, #0x26               // ADP_Stopped_ApplicationExit 0x20026
        movk    x2, #0x2, lsl #16
        stp     x2, x0, [sp]
        mov     x1, sp
        mov     w0, #0x18               // SYS_EXIT
        hlt     #0xf000
        b       .

        .section .bss, "aw", %nobits
        .balign 16
        .skip   4096
stack_top:
