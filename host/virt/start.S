/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The first instructions: from flash at 0 or from RAM, with the MMU off, to image_move() at the
 * address that the image is linked for, and on to boot_main() at the top of RAM. And the first
 * instructions of every other processor. */

#include <arm/psci.h>
#include <host/virt/cpu.h>
#include <host/virt/image.h>

#define SCTLR_EL2_OFF 0x30c50830 /* RES1 bits: MMU and caches off */
#define PL011_BASE 0x09000000

.macro address register, symbol
    adrp \register, \symbol
    add \register, \register, :lo12:\symbol
.endm

.macro constant register, value
    movz \register, #(\value & 0xffff)
    movk \register, #((\value >> 16) & 0xffff), lsl #16
.endm

/* A branch that ends here; speculation ends with it. */
.macro leave register
    br \register
    dsb nsh
    isb
.endm

    .section .text.start, "ax"
    .global start
start:
    b begin
    .balign 8
    .quad IMAGE_MAGIC

begin:
    msr daifset, #0xf
    mrs x9, CurrentEL
    cmp x9, #(2 << 2)
    b.ne wrong_level
    constant x1, SCTLR_EL2_OFF
    msr sctlr_el2, x1
    isb

    /* Where the image is linked to run: copy it there, unless that is here. Flash can't be
     * written, so nothing is stored before. X10 = here, X11 = there. */
    address x10, start
    constant x11, IMAGE_LINK_ADDRESS
    cmp x10, x11
    b.eq linked
    address x12, image_bss
    mov x13, x11
1:  ldp x2, x3, [x10], #16
    stp x2, x3, [x13], #16
    cmp x10, x12
    b.lo 1b
    address x10, start
    dsb sy
    ic iallu
    dsb sy
    isb
    adr x2, linked
    sub x2, x2, x10
    add x2, x2, x11
    leave x2

linked:
    address x1, image_bss
    address x2, image_end
1:  stp xzr, xzr, [x1], #16
    cmp x1, x2
    b.lo 1b
    bl use_boot_stack
    bl image_move

    /* X0 = where the image is now. */
    address x1, start
    adr x2, moved
    sub x2, x2, x1
    add x2, x2, x0
    leave x2

moved:
    bl use_boot_stack
    bl boot_main

/* Stack and vectors of this copy of the image. Changes X1. */
use_boot_stack:
    address x1, el2_vectors
    msr vbar_el2, x1
    isb
    address x1, boot_stack_end
    mov sp, x1
    ret
    dsb nsh
    isb

/* X0 = struct cpu: a processor that firmware starts at our request. */
    .global start_cpu
start_cpu:
    msr daifset, #0xf
    mov x19, x0
    constant x1, SCTLR_EL2_OFF
    msr sctlr_el2, x1
    isb
    address x1, el2_vectors
    msr vbar_el2, x1
    address x0, cpu_mmu
    bl mmu_on
    add x1, x19, #CPU_FRAME
    mov sp, x1
    mov x0, x19
    bl cpu_main

/* X9 = CurrentEL. There is no stack yet, and at EL3 all processors are here: one speaks. */
wrong_level:
    mrs x1, mpidr_el1
    tst x1, #0xffffff
    b.ne 4f
    adr x1, message
    lsr x9, x9, #2
    constant x2, PL011_BASE
1:  ldrb w3, [x1], #1
    cbz w3, 2f
    cmp w3, #'?'
    b.ne 3f
    add w3, w9, #'0'
3:  str w3, [x2]
    b 1b
2:  cmp x9, #1
    b.ne 4f
    constant x0, PSCI_SYSTEM_OFF /* at EL1, QEMU's firmware listens to HVC */
    hvc #0
4:  wfi
    b 4b

message:
    .asciz "hvshim: started at EL?, needs EL2: give QEMU -M virt,virtualization=on\r\n"

    .section .bss.boot_stack, "aw", %nobits
    .balign 16
    .space BOOT_STACK_SIZE
boot_stack_end:
