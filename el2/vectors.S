/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The exception vectors of EL2, and the only way out to a guest. An HVC takes one straight line
 * from its vector to its ERET: save what C may clobber, ask the library, restore. Everything else of
 * the guest saves all registers and goes to el2_trap(). An exception of EL2 itself is a bug of ours:
 * one report, and the machine stops. */

#include <arm/esr.h>
#include <arm/psci.h>
#include <el2/frame.h>

/* X0..X18 and X30: what a C function may change (AAPCS64). SP is the frame. */
.macro save_light
    stp x0, x1, [sp, #EL2_FRAME_X(0)]
    stp x2, x3, [sp, #EL2_FRAME_X(2)]
    stp x4, x5, [sp, #EL2_FRAME_X(4)]
    stp x6, x7, [sp, #EL2_FRAME_X(6)]
    stp x8, x9, [sp, #EL2_FRAME_X(8)]
    stp x10, x11, [sp, #EL2_FRAME_X(10)]
    stp x12, x13, [sp, #EL2_FRAME_X(12)]
    stp x14, x15, [sp, #EL2_FRAME_X(14)]
    stp x16, x17, [sp, #EL2_FRAME_X(16)]
    stp x18, x30, [sp, #EL2_FRAME_X(18)]
.endm

.macro restore_light
    ldp x2, x3, [sp, #EL2_FRAME_X(2)]
    ldp x4, x5, [sp, #EL2_FRAME_X(4)]
    ldp x6, x7, [sp, #EL2_FRAME_X(6)]
    ldp x8, x9, [sp, #EL2_FRAME_X(8)]
    ldp x10, x11, [sp, #EL2_FRAME_X(10)]
    ldp x12, x13, [sp, #EL2_FRAME_X(12)]
    ldp x14, x15, [sp, #EL2_FRAME_X(14)]
    ldp x16, x17, [sp, #EL2_FRAME_X(16)]
    ldp x18, x30, [sp, #EL2_FRAME_X(18)]
    ldp x0, x1, [sp, #EL2_FRAME_X(0)]
.endm

/* After a light save: the rest. X30's place in the light frame becomes X19's. */
.macro save_rest
    stp x19, x20, [sp, #EL2_FRAME_X(19)]
    stp x21, x22, [sp, #EL2_FRAME_X(21)]
    stp x23, x24, [sp, #EL2_FRAME_X(23)]
    stp x25, x26, [sp, #EL2_FRAME_X(25)]
    stp x27, x28, [sp, #EL2_FRAME_X(27)]
    stp x29, x30, [sp, #EL2_FRAME_X(29)]
.endm

.macro restore_full
    restore_light
    ldp x19, x20, [sp, #EL2_FRAME_X(19)]
    ldp x21, x22, [sp, #EL2_FRAME_X(21)]
    ldp x23, x24, [sp, #EL2_FRAME_X(23)]
    ldp x25, x26, [sp, #EL2_FRAME_X(25)]
    ldp x27, x28, [sp, #EL2_FRAME_X(27)]
    ldp x29, x30, [sp, #EL2_FRAME_X(29)]
.endm

/* ERET, and what keeps processors from speculating past it with the guest's registers in place
 * (CVE-2020-13844). Never executed, so it costs nothing. */
.macro exit_to_guest
    eret
    dsb nsh
    isb
.endm

.macro slot name
    .balign 0x80
\name:
.endm

/* A vector that only a bug reaches. X0 is parked in TPIDR_EL2, which has no other use; a second
 * fault, of the report itself, finds vectors that stop at once. */
.macro bug name, number
    slot \name
    msr tpidr_el2, x0
    adr x0, last_vectors
    msr vbar_el2, x0
    isb
    mov x0, #\number
    b report_bug
.endm

/* A pair of registers on its way to the guest, into the record at X18 as well. */
.macro restore_recorded first, second
    ldp x\first, x\second, [sp, #EL2_FRAME_X(\first)]
    stp x\first, x\second, [x18, #EL2_RECORD_X(\first)]
.endm

/* Out of a traced call that is done, W0 = 0: its record is written while its registers come back.
 * The control word is in `control`, X4 = X0 or X5 = X1 as they came. Blocks in memory are noted by
 * C. X18 = slot, which is nobody's before it has its number, X30. */
.macro leave_recorded control
    ldr x1, [sp, #EL2_FRAME_VP]
    ldp x4, x5, [sp, #EL2_FRAME_BEFORE(0)]
    ldr w1, [x1, #EL2_VP_FETCHED]
    tbz \control, #EL2_CONTROL_FAST_BIT, note
    cbnz w1, note
    ldp x1, x2, [sp, #EL2_FRAME_SLOTS]
    ldr x30, [sp, #EL2_FRAME_WRITTEN]
    and x2, x2, x30
    add x18, x1, x2, lsl #EL2_RECORD_SHIFT
    add x30, x30, #1
    str xzr, [x18, #EL2_RECORD_SEQUENCE]
    dmb ishst
    ldp x8, x9, [sp, #EL2_FRAME_TIME]
    ldp x6, x7, [sp, #EL2_FRAME_BEFORE(2)]
    mrs x10, cntpct_el0
    str x30, [sp, #EL2_FRAME_WRITTEN]
    sub w10, w10, w8
    stp w10, w9, [x18, #EL2_RECORD_SPENT]
    stp x8, xzr, [x18, #EL2_RECORD_TIME]
    stp x4, x5, [x18, #EL2_RECORD_BEFORE(0)]
    stp x6, x7, [x18, #EL2_RECORD_BEFORE(2)]
    restore_recorded 2, 3
    restore_recorded 4, 5
    restore_recorded 6, 7
    restore_recorded 8, 9
    restore_recorded 10, 11
    restore_recorded 12, 13
    restore_recorded 14, 15
    restore_recorded 16, 17
    restore_recorded 0, 1
    stlr x30, [x18]
    ldp x18, x30, [sp, #EL2_FRAME_X(18)]
    exit_to_guest
.endm

/* HVC, and every other trap of the guest. With ESR_EL2 alone, no barrier: ELR_EL2 and SPSR_EL2 still
 * hold what ERET needs. Less the class and length of an HVC, ESR_EL2 is the imm16. */
.macro guest_sync
    save_light
    mrs x4, esr_el2
    mov w5, #ESR_HVC64
    ldr x2, [sp, #EL2_FRAME_VP]
    mov x3, sp
    subs w4, w4, w5
    b.ne not_smccc
    bl shim_hvc_smccc
    cbnz w0, verdict
    restore_light
    exit_to_guest
.endm

/* The same of a guest that is traced: what its record cannot learn afterwards is kept as well. */
.macro guest_sync_traced
    save_light
    mrs x6, cntpct_el0
    stp x0, x1, [sp, #EL2_FRAME_BEFORE(0)]
    stp x2, x3, [sp, #EL2_FRAME_BEFORE(2)]
    mrs x4, esr_el2
    mov w5, #ESR_HVC64
    ldr x2, [sp, #EL2_FRAME_VP]
    stp x6, x4, [sp, #EL2_FRAME_TIME]
    mov x3, sp
    subs w4, w4, w5
    b.ne not_smccc_traced
    bl shim_hvc_smccc
    b smccc_done_traced
.endm

/* Interrupts and SErrors of the guest are the guest's: HCR_EL2.{AMO,IMO,FMO} are clear. AArch32
 * exists at EL0 only, where HVC is undefined: what traps from there is never ours. */
.macro vectors traced
    bug sync_el2_sp0\traced, 0
    bug irq_el2_sp0\traced, 1
    bug fiq_el2_sp0\traced, 2
    bug serror_el2_sp0\traced, 3

    bug sync_el2\traced, 4
    bug irq_el2\traced, 5
    bug fiq_el2\traced, 6
    bug serror_el2\traced, 7

    slot sync_lower_a64\traced
    guest_sync\traced
    bug irq_lower_a64\traced, 9
    bug fiq_lower_a64\traced, 10
    bug serror_lower_a64\traced, 11

    slot sync_lower_a32\traced
    save_light
    b trap
    bug irq_lower_a32\traced, 13
    bug fiq_lower_a32\traced, 14
    bug serror_lower_a32\traced, 15
    .balign 0x80
.endm

    .section .text.vectors, "ax"

/* Both in one page, so that either tells where the image is (tools/hvshim.gdb). */
    .global el2_vectors
    .global el2_vectors_traced
    .balign 0x1000
el2_vectors:
    vectors
el2_vectors_traced:
    vectors _traced

/* X0, X1 = the guest's, X2 = VP, X3 = frame, W4 = ESR_EL2 less what an HVC #0 has there. */
not_smccc:
    cmp w4, #EL2_HVC_NATIVE
    b.ne other_immediate
    bl shim_hvc_native
    cbnz w0, verdict
    restore_light
    exit_to_guest

other_immediate:
    lsr w1, w4, #16
    cbnz w1, trap
    mov x0, x2
    mov w1, w4
    mov x2, x3
    bl shim_hvc
    cbnz w0, verdict
    restore_light
    exit_to_guest

/* An HVC that the library did not simply answer: W0 = verdict, light frame, X19..X29 live. Calls of
 * other services of the SMCCC come first, and cheap: guests ask for these in passing. */
verdict:
    tbz w0, #EL2_VERDICT_NOT_OURS_BIT, odd_verdict
    mov x0, sp
    bl el2_host_hvc
    restore_light
    exit_to_guest

odd_verdict:
    bl el2_hvc_verdict
    restore_light
    exit_to_guest

/* ---- The same of a traced guest ---- */

not_smccc_traced:
    cmp w4, #EL2_HVC_NATIVE
    b.ne other_immediate_traced
    bl shim_hvc_native
    cbnz w0, verdict_traced
    leave_recorded x4

other_immediate_traced:
    lsr w1, w4, #16
    cbnz w1, trap
    mov x0, x2
    mov w1, w4
    mov x2, x3
    bl shim_hvc
    b verdict_traced

smccc_done_traced:
    cbnz w0, verdict_traced
    leave_recorded x5

/* W0 = verdict. */
verdict_traced:
    tbnz w0, #EL2_VERDICT_NOT_OURS_BIT, verdict
note:
    mov w1, w0
    mov x0, sp
    bl el2_host_note_hvc
    cbnz w0, odd_verdict
    restore_light
    exit_to_guest

/* Light frame saved, X19..X30 live. */
trap:
    save_rest
    mov x0, sp
    bl el2_trap
    restore_full
    exit_to_guest

/* void el2_enter(struct el2_frame *frame): leaves EL2 by ELR_EL2 and SPSR_EL2 with the frame's
 * registers. The stack that called is gone. */
    .global el2_enter
el2_enter:
    mov sp, x0
    restore_full
    exit_to_guest

/* X0 = number of the vector, TPIDR_EL2 = X0 before, the rest as it was. */
report_bug:
    sub sp, sp, #EL2_FRAME_SIZE
    save_light
    save_rest
    mrs x1, tpidr_el2
    str x1, [sp, #EL2_FRAME_X(0)]
    mov x1, sp
    bl el2_panic
1:  wfi
    b 1b

/* The report faulted itself: nothing can be trusted but the firmware. */
.macro stop
    .balign 0x80
    mov w0, #(PSCI_SYSTEM_OFF & 0xffff)
    movk w0, #(PSCI_SYSTEM_OFF >> 16), lsl #16
    smc #0
1:  wfi
    b 1b
.endm

    .balign 0x800
last_vectors:
    .rept 16
    stop
    .endr
