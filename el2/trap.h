/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Entry to and exit from a guest, and what the vectors call. */

#ifndef EL2_TRAP_H
#define EL2_TRAP_H

#include <stdint.h>

#include <el2/frame.h>

/* The vector tables, for VBAR_EL2: of guests that are not traced, and of those that are. */
extern const char el2_vectors[];
extern const char el2_vectors_traced[];

/* The one that processors take before they enter a guest. */
extern const char *el2_guest_vectors;

/* Leaves EL2 by ELR_EL2 and SPSR_EL2 with the registers of `frame`, which is this processor's from
 * now on: SP_EL2 stays there, and the stack below it is empty again. frame->vp must be set. */
__attribute__((noreturn)) void el2_enter(struct el2_frame *frame);

/* From vectors.S: an HVC with a verdict other than SHIM_DONE and SHIM_NOT_OURS. */
void el2_hvc_verdict(uint32_t verdict);

/* From now on each HVC leaves a record in the ring of its frame, and el2_host_trap() is told of all
 * other traps. Before any guest runs. */
void el2_trace(void);

/* From vectors.S: any other trap of the guest. */
void el2_trap(struct el2_frame *frame);

/* From vectors.S, or when our own code finds a bug: reports and stops the machine. `vector` is the
 * number of the vector, 0 to 15. */
__attribute__((noreturn)) void el2_panic(uint64_t vector, const struct el2_frame *frame);

#endif
