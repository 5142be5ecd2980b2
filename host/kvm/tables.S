/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* dsdt.asl and machine.dts as compiled at build time (DSDT_AML and MACHINE_DTB name the files). */

        .section .rodata
        .balign 8
        .global acpi_dsdt, acpi_dsdt_end, machine_dtb
acpi_dsdt:
        .incbin DSDT_AML
acpi_dsdt_end:
        .balign 8
machine_dtb:
        .incbin MACHINE_DTB
        .section .note.GNU-stack, "", %progbits
