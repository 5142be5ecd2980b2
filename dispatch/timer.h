/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Synthetic timers (TLFS timers): written by their VP as registers, run by its delivery context. */

#ifndef DISPATCH_TIMER_H
#define DISPATCH_TIMER_H

#include <shim/shim.h>

/* Neither enabled nor due. */
void timer_reset(struct shim_timer *timer);

/* Config as the guest reads it: a one-shot timer that is due is no longer enabled. */
uint64_t timer_config(const struct shim_timer *timer, uint64_t now);

/* The VP's writes. */
hv_status_t timer_config_write(struct shim_timer *timer, uint64_t config, uint64_t now);
void timer_count_write(struct shim_timer *timer, uint64_t count, uint64_t now);

/* Acts on what is due; SINTs in `blocked` take no message now. Returns when to be called again, in
 * reference time, UINT64_MAX for never. */
uint64_t timers_poll(struct shim_vp *vp, uint32_t *blocked);

#endif
