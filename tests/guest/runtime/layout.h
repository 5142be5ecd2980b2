/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What start.S, the linker script and C agree on: where an image lives, how EL1's memory is mapped
 * (Arm ARM D8, VMSAv8-64), and the offsets of struct cpu that assembly uses. */

#ifndef GUEST_LAYOUT_H
#define GUEST_LAYOUT_H

#define GUEST_RAM_BASE 0x40000000
#define GUEST_TEXT_OFFSET 0x80000

/* Attr0 Device-nGnRE, Attr1 Normal write-back. */
#define GUEST_MAIR 0xff04
/* T0SZ 25, TTBR1 off, write-back inner shareable walks, 4 KiB granule, 40-bit addresses. */
#define GUEST_TCR 0x280803519
/* RES1 bits, I, C, M; SA and A so that misaligned accesses fault. */
#define GUEST_SCTLR 0x30d0180f

#define GUEST_BLOCK_DEVICE 0x0060000000000401     /* UXN, PXN, AF, Attr0 */
#define GUEST_BLOCK_MEMORY 0x0040000000000705     /* UXN, AF, inner shareable, Attr1 */
#define GUEST_BLOCK_MEMORY_EL0 0x0020000000000745 /* PXN, AF, inner shareable, EL0 too, Attr1 */

#define GUEST_ALIAS_EL1 500 /* GiB index of an alias of 0x40000000 */
#define GUEST_ALIAS_EL0 501 /* the same for EL0 */

/* struct cpu (guest.h asserts them). */
#define CPU_STACK_TOP 0
#define CPU_SUSPENDED_SP 8

/* struct call (guest.h asserts them). */
#define CALL_NZCV 248
#define CALL_SP_BEFORE 256
#define CALL_SP_AFTER 264

/* Address of a symbol, for assembly. */
// clang-format off
#define ADR_L(register, symbol)                                                                    \
    adrp register, symbol;                                                                         \
    add register, register, :lo12:symbol
// clang-format on

#endif
