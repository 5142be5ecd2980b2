/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The image: where it is linked to run at first, and how it is recognised. Also read by start.S and
 * by the linker script. */

#ifndef HOST_VIRT_IMAGE_H
#define HOST_VIRT_IMAGE_H

/* In RAM, above QEMU's device tree and the memory that firmware uses at first, and in the smallest
 * machine that there is. From here the image moves itself to the top of RAM. */
#define IMAGE_LINK_ADDRESS 0x40400000

/* Eight bytes at offset 8: "HVSHIMV1". */
#define IMAGE_MAGIC 0x31564d4948535648
#define IMAGE_MAGIC_OFFSET 8

#ifndef __ASSEMBLER__

/* Bounds that the linker script sets. All but the end are multiples of 4 KiB. */
extern char image_start[];
extern char image_constants[]; /* code ends */
extern char image_data[];      /* constants end */
extern char image_bss[];       /* what is stored in the file ends */
extern char image_end[];

#endif
#endif
