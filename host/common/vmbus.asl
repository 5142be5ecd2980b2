/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What stands behind QEMU's DSDT: the VMBus device as Hyper-V guests look for it, below a module
 * device that offers it MMIO in two holes of QEMU's memory map. Compile with iasl -f: "VMBus" is not
 * an id of ACPI's form. The header of this table is dropped; the terms join the DSDT. */

DefinitionBlock ("", "SSDT", 2, "HVSHIM", "VMBUS", 1)
{
    Scope (\_SB)
    {
        Device (VMOD)
        {
            Name (_HID, "ACPI0004")
            Name (_UID, Zero)
            Name (_CRS, ResourceTemplate ()
            {
                DWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, Cacheable, ReadWrite,
                    0x00000000, 0x0B000000, 0x0BFFFFFF, 0x00000000, 0x01000000)
                QWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, Cacheable, ReadWrite,
                    0x0000000000000000, 0x0000005000000000, 0x0000005FFFFFFFFF,
                    0x0000000000000000, 0x0000001000000000)
            })

            Device (VMBS)
            {
                Name (_HID, "VMBus")
                Name (_UID, Zero)
                Name (_CCA, One)
                Name (_CRS, ResourceTemplate ()
                {
                    /* PPI 2: the interrupt of SINT 2 messages and events */
                    Interrupt (ResourceConsumer, Edge, ActiveHigh, Exclusive) { 18 }
                })
            }
        }
    }
}
