/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What el2/ wants of the hypervisor that it is linked into. All run with interrupts masked, on the
 * processor of the VP that trapped. */

#ifndef EL2_HOST_H
#define EL2_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include <el2/frame.h>

struct shim_vp;

/* An HVC that shim_hvc() left alone (SHIM_NOT_OURS): answers in X0..X3 of the frame, which is a
 * light one. SMCCC wants X0 = -1 for what nobody knows. */
void el2_host_hvc(struct el2_frame *frame);

/* The same of an SMC. */
void el2_host_smc(struct el2_frame *frame);

/* Of a traced guest, an HVC that vectors.S does not note itself: its blocks were in memory, or its
 * verdict is not SHIM_DONE. Returns the verdict. */
uint32_t el2_host_note_hvc(struct el2_frame *frame, uint32_t verdict);

/* The guest waits for an interrupt (WFI); returns when it may go on. */
void el2_host_wait(struct shim_vp *vp);

/* One load or store of the guest that stage 2 stopped. */
struct el2_access {
    uint64_t gpa;  /* of its first byte; all of it lies in one 4 KiB page */
    uint32_t size; /* 1, 2, 4 or 8 bytes */
    bool write;
};

/* Emulates `access`: takes the bytes stored from `value`, or leaves the bytes loaded there, low end
 * first. False when nothing is emulated at this address: the guest gets an external abort. */
bool el2_host_access(struct shim_vp *vp, const struct el2_access *access, uint64_t *value);

/* A trap other than an HVC, for traces. */
struct el2_trap_note {
    uint64_t time; /* CNTPCT_EL0 when it came in */
    uint64_t esr;
    uint64_t pc;
    uint64_t far; /* of aborts: FAR_EL2, */
    uint64_t gpa; /* and its page; 0 otherwise */
    uint64_t x0;  /* before */
};

/* It has been served, and its VP is traced. */
void el2_host_trap(struct shim_vp *vp, const struct el2_trap_note *note);

/* One character of a panic report. */
void el2_host_console(char character);

/* EL2 failed and has reported it: stops the machine. */
__attribute__((noreturn)) void el2_host_panic(uint64_t esr, uint64_t elr);

#endif
