/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The register table: everything about every register that HvCallGetVpRegisters and
 * HvCallSetVpRegisters serve. */

#ifndef DISPATCH_REGISTERS_H
#define DISPATCH_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

#include <shim/shim.h>

struct hv_register;

/* Reads the register of `target`. Cannot fail. */
typedef void hv_register_get_fn(const struct hv_register *row, struct shim_vp *target,
                                struct hv_register_value *value);

/* Writes the register of `target` for `caller`. A refusal has changed nothing. */
typedef hv_status_t hv_register_set_fn(const struct hv_register *row, struct shim_vp *caller,
                                       struct shim_vp *target, uint64_t value);

struct hv_register {
    hv_register_get_fn *get; /* NULL: no such register */
    hv_register_set_fn *set; /* NULL: read-only */
    uint64_t privilege;      /* HV_PRIV_* mask or SHIM_NEEDS_*, all of it needed */
    uint32_t name;           /* HV_REGISTER_* */
    uint16_t offset;         /* of the word behind it, where `get` and `set` say so */
    bool early_get;          /* before GuestOsId is set (TLFS HvCallGetVpRegisters) */
    bool early_set;          /* before GuestOsId is set (TLFS HvCallSetVpRegisters) */
};

/* The row of a register name, in constant time; one without `get` for a name that is not served. */
const struct hv_register *register_find(uint32_t name);

/* Rows whose write does more than store a word (calls/guest_state.c). */
hv_register_set_fn guest_os_id_set;
hv_register_set_fn guest_crash_ctl_set;

/* Timers and the reference TSC page (calls/timers.c). `offset` is a timer's in the VP. */
hv_register_get_fn timer_config_get;
hv_register_get_fn timer_count_get;
hv_register_set_fn timer_config_set;
hv_register_set_fn timer_count_set;
hv_register_set_fn reference_tsc_set;

#endif
