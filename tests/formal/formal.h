/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What the drivers share: arbitrary values, an arbitrary partition within its invariants, and the
 * host that may answer anything. */

#ifndef FORMAL_FORMAL_H
#define FORMAL_FORMAL_H

#include <shim/shim.h>

#include <stddef.h>

/* VPs of the partition that is proved; vp_count is anything from 1 to this. */
#define FORMAL_VPS 3u

/* Frama-C's own: `size` bytes from `bytes` on hold anything. */
#ifdef __FRAMAC__
#include <__fc_builtin.h>
#else
extern void Frama_C_make_unknown(char *bytes, size_t size);
#endif

extern volatile uint64_t formal_entropy; /* reads as anything, each time */

#define ANY_BIT() ((formal_entropy & 1) != 0)
#define ANY_WORD() formal_entropy

/* min <= result <= max */
uint64_t formal_between(uint64_t min, uint64_t max);

/* host.c: every op of the host that may do what its contract allows; each asserts of its arguments
 * what shim/host.h promises. */
extern struct shim_host_ops formal_ops;
extern uint8_t formal_guest_page[4096]; /* what page_pin() gives */
extern const struct shim_port_ops formal_port_ops;

/* state.c */
extern struct shim_partition formal_partition;
extern struct shim_vp *formal_vps; /* FORMAL_VPS of them */

/* The VP that makes the call. */
#define FORMAL_CALLER (&formal_vps[0])

/* A partition and VPs in any state that calls can have left them in. */
void formal_any_partition(void);

/* Any spill page of the caller, pinned or not, or none. */
void formal_any_spill_page(void);

/* Proof obligation: they are in such a state. */
void formal_check(void);

#endif
