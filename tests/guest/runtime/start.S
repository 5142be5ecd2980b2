/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Where a guest image begins: the arm64 Image header, the entry of the first processor and of those
 * that PSCI CPU_ON starts. Each processor turns its MMU on, so that memory is cacheable, and calls C.
 * X0 at entry: the device tree, or the context id of CPU_ON, which is our struct cpu. */

#include "layout.h"

        .section .head, "ax"
        .global image_head
image_head:
        b       start                   // Image header: code0
        .long   0
        .quad   GUEST_TEXT_OFFSET       // from the base of RAM
        .quad   image_size              // .bss counts, so that nobody places anything in it
        .quad   0x2                     // little-endian, 4 KiB pages
        .quad   0, 0, 0
        .ascii  "ARM\x64"
        .long   0

start:  mov     x19, x0                 // the device tree
        mov     x20, x1                 // what else the boot protocol says: all zero
        orr     x20, x20, x2
        orr     x20, x20, x3
        bl      mmu_on
        ADR_L(x0, bss_start)
        ADR_L(x1, bss_end)
1:      cmp     x0, x1
        b.hs    2f
        str     xzr, [x0], #8
        b       1b
2:      ADR_L(x0, cpus)                // element 0 is the first processor
        bl      cpu_adopt
        mov     x0, x19
        mov     x1, x20
        bl      guest_main
3:      wfi
        b       3b

/* A processor that CPU_ON started. The registers that PSCI wants to be zero are handed to C. */
        .section .text, "ax"
        .global secondary_start
secondary_start:
        mov     x19, x0                 // context id
        orr     x20, x1, x2
        orr     x20, x20, x3
        orr     x20, x20, x4
        orr     x20, x20, x17
        orr     x20, x20, x18
        orr     x20, x20, x29
        orr     x20, x20, x30
        bl      mmu_on
        mov     x0, x19
        bl      cpu_adopt
        mov     x0, x19
        mov     x1, x20
        bl      secondary_main
1:      wfi
        b       1b

/* void cpu_off_until_resumed(void): off by CPU_OFF; returns when another processor starts this one at
 * cpu_resume, context id its struct cpu. */
        .global cpu_off_until_resumed, cpu_resume
cpu_off_until_resumed:
        stp     x29, x30, [sp, #-96]!
        stp     x19, x20, [sp, #16]
        stp     x21, x22, [sp, #32]
        stp     x23, x24, [sp, #48]
        stp     x25, x26, [sp, #64]
        stp     x27, x28, [sp, #80]
        mrs     x1, tpidr_el1
        mov     x2, sp
        str     x2, [x1, #CPU_SUSPENDED_SP]
        movz    w0, #0x8400, lsl #16    // CPU_OFF
        movk    w0, #0x0002
        smc     #0
        b       .                       // it must not return

cpu_resume:
        mov     x19, x0
        bl      mmu_on
        mov     x0, x19
        bl      cpu_adopt
        ldr     x1, [x19, #CPU_SUSPENDED_SP]
        mov     sp, x1
        ldp     x27, x28, [sp, #80]
        ldp     x25, x26, [sp, #64]
        ldp     x23, x24, [sp, #48]
        ldp     x21, x22, [sp, #32]
        ldp     x19, x20, [sp, #16]
        ldp     x29, x30, [sp], #96
        ret

/* x0 = struct cpu of this processor. Sets stack, TPIDR_EL1, vectors; x30 returns on the new stack. */
cpu_adopt:
        msr     tpidr_el1, x0
        ldr     x1, [x0, #CPU_STACK_TOP]
        msr     spsel, #1
        mov     sp, x1
        ADR_L(x1, vectors)
        msr     vbar_el1, x1
        mov     x1, #(3 << 20)          // CPACR_EL1.FPEN: FP and SIMD without traps
        msr     cpacr_el1, x1
        isb
        ret

/* Identity map, see pagetable. Changes x0. */
mmu_on: tlbi    vmalle1
        ic      iallu
        ADR_L(x0, pagetable)
        msr     ttbr0_el1, x0
        ldr     x0, =GUEST_MAIR
        msr     mair_el1, x0
        ldr     x0, =GUEST_TCR
        msr     tcr_el1, x0
        dsb     sy
        isb
        ldr     x0, =GUEST_SCTLR
        msr     sctlr_el1, x0
        isb
        ret

/* One table of 512 blocks of 1 GiB covers 39 bits of virtual address: device registers below the
 * base of RAM, all else as memory, also what lies behind RAM. Two entries are aliases of the first
 * GiB of RAM, so that a virtual address can differ from the physical one. */
        .section .data, "aw"
        .balign 4096
        .global pagetable
pagetable:
        .quad   GUEST_BLOCK_DEVICE
        .set    gib, 1
        .rept   GUEST_ALIAS_EL1 - 1
        .quad   (gib << 30) | GUEST_BLOCK_MEMORY
        .set    gib, gib + 1
        .endr
        .quad   (1 << 30) | GUEST_BLOCK_MEMORY          // GUEST_ALIAS_EL1
        .quad   (1 << 30) | GUEST_BLOCK_MEMORY_EL0      // GUEST_ALIAS_EL0
        .rept   512 - GUEST_ALIAS_EL0 - 1
        .quad   0
        .endr

/* Another entry for CPU_ON: notes X0 as it came in context_id_found[0], and goes off. MMU off, so the
 * word is written behind the caches: it stands in a line of its own. */
        .section .text, "ax"
        .global context_id_stub
context_id_stub:
        adrp    x9, context_id_found
        add     x9, x9, :lo12:context_id_found
        dc      civac, x9
        dsb     sy
        str     x0, [x9]
        dsb     sy
        movz    w0, #0x8400, lsl #16    // CPU_OFF
        movk    w0, #0x0002
        smc     #0
1:      wfi
        b       1b

        .section .bss, "aw", %nobits
        .balign 256
        .global context_id_found
context_id_found:
        .skip   256
