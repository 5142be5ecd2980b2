/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The SynIC of a processor as a guest uses it: pages, SINTs, messages taken out of their slots,
 * synthetic timers, reference time. */

#ifndef GUEST_SYNIC_H
#define GUEST_SYNIC_H

#include <hv/timer.h>

#include "hypercall.h"

#define DONE hv_result(HV_STATUS_SUCCESS, 1) /* of a call with one element */
#define UNITS_PER_MS 10000u                  /* of reference time */

struct synic {
    struct hv_message slots[HV_SYNIC_SINT_COUNT];
    volatile uint64_t flags[HV_SYNIC_SINT_COUNT][32];
};
_Static_assert(sizeof(struct synic) == 2 * HV_PAGE_SIZE, "SIMP and SIEFP");

extern struct synic synics[CPUS_MAX];
struct synic *synic(void); /* of this processor */

/* Both pages, empty, and SCONTROL on; SINTs stay as they are. */
void synic_on(void);
void synic_off(void);
void sint_set(uint32_t sint, uint64_t value);

/* Copies the message of a slot out and frees the slot as a guest must, EOM included. False when the
 * slot is empty. */
bool message_take(uint32_t sint, struct hv_message *message);

/* Clears the flag; whether it was set. */
bool event_take(uint32_t sint, uint32_t flag);

uint64_t reference_time(void);

/* Registers of timer `index`; result values. */
uint64_t timer_config_set(uint32_t index, uint64_t config);
uint64_t timer_count_set(uint32_t index, uint64_t count);
uint64_t timer_config_get(uint32_t index);
#define TIMER_DIRECT(intid) (HV_TIMER_DIRECT_MODE | (uint64_t)(intid) << HV_TIMER_VECTOR_SHIFT)
#define TIMER_SINT(sint) ((uint64_t)(sint) << HV_TIMER_SINT_SHIFT)

#endif
