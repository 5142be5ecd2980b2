/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* vmbus.asl as compiled at build time (VMBUS_AML names the file). */

    .section .rodata.acpi_vmbus_aml, "a"
    .balign 8
    .global acpi_vmbus_aml
acpi_vmbus_aml:
    .incbin VMBUS_AML
    .global acpi_vmbus_aml_end
acpi_vmbus_aml_end:
    .section .note.GNU-stack, "", %progbits
