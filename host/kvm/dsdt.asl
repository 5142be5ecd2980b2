/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The guest's DSDT: processors and the serial port. VMBus has a table of its own, host/virt's; so
 * has CPUS, the number of processors (acpi.c). */

DefinitionBlock ("", "DSDT", 2, "HVSHIM", "KVM", 1)
{
    External (\_SB.CPUS, IntObj)

    Scope (\_SB)
    {
        Device (C000) { Name (_HID, "ACPI0007") Name (_UID, 0) Method (_STA) { Return (HAVE (0)) } }
        Device (C001) { Name (_HID, "ACPI0007") Name (_UID, 1) Method (_STA) { Return (HAVE (1)) } }
        Device (C002) { Name (_HID, "ACPI0007") Name (_UID, 2) Method (_STA) { Return (HAVE (2)) } }
        Device (C003) { Name (_HID, "ACPI0007") Name (_UID, 3) Method (_STA) { Return (HAVE (3)) } }
        Device (C004) { Name (_HID, "ACPI0007") Name (_UID, 4) Method (_STA) { Return (HAVE (4)) } }
        Device (C005) { Name (_HID, "ACPI0007") Name (_UID, 5) Method (_STA) { Return (HAVE (5)) } }
        Device (C006) { Name (_HID, "ACPI0007") Name (_UID, 6) Method (_STA) { Return (HAVE (6)) } }
        Device (C007) { Name (_HID, "ACPI0007") Name (_UID, 7) Method (_STA) { Return (HAVE (7)) } }

        Method (HAVE, 1)
        {
            If (Arg0 < CPUS)
            {
                Return (0x0f)
            }
            Return (0)
        }

        Device (COM0)
        {
            Name (_HID, "ARMH0011")
            Name (_UID, 0)
            Name (_CRS, ResourceTemplate ()
            {
                Memory32Fixed (ReadWrite, 0x09000000, 0x00001000)
                Interrupt (ResourceConsumer, Level, ActiveHigh, Exclusive) { 33 }
            })
        }
    }
}
