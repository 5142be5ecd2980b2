/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Names for people, of statuses and registers: see names.c. */

#ifndef DISPATCH_NAMES_H
#define DISPATCH_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include <shim/compiler.h>

struct shim_name {
    uint32_t code;
    const char *name;
};

/* Both ascending by code. */
SHIM_INTERNAL extern const struct shim_name name_statuses[];
SHIM_INTERNAL extern const struct shim_name name_registers[];
SHIM_INTERNAL extern const size_t name_status_count;
SHIM_INTERNAL extern const size_t name_register_count;

#endif
