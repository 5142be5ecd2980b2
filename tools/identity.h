/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Who is who, and what a discovery register said, as text. */

#ifndef TOOLS_IDENTITY_H
#define TOOLS_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <hv/types.h>

enum identity_system {
    IDENTITY_NONE, /* never said */
    IDENTITY_LINUX,
    IDENTITY_FREEBSD,
    IDENTITY_WINDOWS,
    IDENTITY_OTHER,
};

/* What a guest says it is by GuestOsId (TLFS hv_register_guest_os_id). */
enum identity_system identity_system(uint64_t guest_os_id);

/* Writes the guest's name and version: "Linux 6.1.192", "Windows NT 10.0, build 26100". */
void identity_guest(FILE *out, uint64_t guest_os_id);

/* Writes a hypervisor's version: "10.0.20348". */
void identity_hypervisor(FILE *out, const struct hv_register_value *version);

/* Writes what a value of a discovery register means. False, and nothing written, for registers that
 * have no form of their own. */
bool identity_register(FILE *out, uint32_t name, const struct hv_register_value *value);

#endif
