/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The register table: everything about every register that HvCallGetVpRegisters and
 * HvCallSetVpRegisters serve. */

#ifndef DISPATCH_REGISTERS_H
#define DISPATCH_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

#include <shim/shim.h>

#include <hv/registers.h>

struct hv_register;

/* Reads the register of `target`. Cannot fail: the SUCCESS is its caller's. */
typedef hv_status_t hv_register_get_fn(struct hv_register_value *value,
                                       const struct hv_register *row, struct shim_vp *target);

/* Writes the register of `target` for `caller`. A refusal has changed nothing. */
typedef hv_status_t hv_register_set_fn(uint64_t value, const struct hv_register *row,
                                       struct shim_vp *caller, struct shim_vp *target);

struct hv_register {
    hv_register_get_fn *get; /* NULL: no such register */
    hv_register_set_fn *set; /* NULL: read-only */
    uint64_t rights;         /* HV_PRIV_* and SHIM_NEEDS_*: all of them are needed */
    uint32_t name;           /* HV_REGISTER_* */
    uint16_t offset;         /* of the word behind it, where `get` and `set` say so */
};

/* The table (registers.c). A name's slot folds the ranges of names, 0x200, 0x90000, 0xa0000 and
 * 0xb0000 with 32 names each, and 0x100, onto one short array; other names share the slots, so that
 * a row is the name's only if it says so. (Rows in between have name 0, which shares a slot with
 * another row.) */
#define HV_REGISTER_SLOTS 128u
#define HV_REGISTER_SLOT(name) (((name) ^ (name) >> 5 ^ (name) >> 11) % HV_REGISTER_SLOTS)

_Static_assert(HV_REGISTER_SLOT(0) == HV_REGISTER_SLOT(HV_REGISTER_GUEST_CRASH_P0), "name 0");

SHIM_INTERNAL extern const struct hv_register hv_registers[HV_REGISTER_SLOTS];

/* The row of a register name, in constant time, if it is one that is served: `row->name` tells. */
static inline const struct hv_register *register_find(uint32_t name)
{
    const struct hv_register *row = &hv_registers[HV_REGISTER_SLOT(name)];

    SHIM_KEEP(row);
    return row;
}

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
