/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What `capture` took from QEMU, inside a test program (its folder is searched). */

    .section .rodata

.macro captured name, file
    .balign 64
    .global captured_\name
captured_\name:
    .incbin "\file"
    .global captured_\name\()_end
captured_\name\()_end:
.endm

    captured tables, "tables"
    captured script, "script"
    captured rsdp, "rsdp"
    captured fdt, "virt.dtb"

    .section .note.GNU-stack, "", %progbits
