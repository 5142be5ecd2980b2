/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* dsdt.asl as compiled at build time (DSDT_AML names the file). */

        .section .rodata
        .balign 8
        .global acpi_dsdt, acpi_dsdt_end
acpi_dsdt:
        .incbin DSDT_AML
acpi_dsdt_end:
        .section .note.GNU-stack, "", %progbits
