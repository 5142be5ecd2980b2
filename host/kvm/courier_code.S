/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What the courier executes, MMU off, each piece ending in an exit to the monitor. */

        .section .rodata
        .balign 4
        .global courier_code, courier_code_flush, courier_code_end

/* X0: the SGI frame of a VP's redistributor. W1: INTIDs to make pending. Those PPIs that are active
 * are left out, and told in W3. */
courier_code:
        ldr     w3, [x0, #0x300]        // GICR_ISACTIVER0
        and     w3, w3, #0xffff0000
        and     w3, w3, w1
        bic     w4, w1, w3
        str     w4, [x0, #0x200]        // GICR_ISPENDR0
        dsb     sy
        hvc     #0

/* All translations of the guest, which share the VMID of this VP, on all processors. */
courier_code_flush:
        tlbi    vmalle1is
        dsb     ish
        isb
        hvc     #0
courier_code_end:

        .section .note.GNU-stack, "", %progbits
