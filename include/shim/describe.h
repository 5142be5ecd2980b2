/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Names of what travels through the interface, for traces and logs. The strings are static; NULL
 * means that nobody has named the number. */

#ifndef SHIM_DESCRIBE_H
#define SHIM_DESCRIBE_H

#include <stdint.h>

#include <hv/status.h>

/* "HvCallPostMessage" and the like; the TLFS's spelling. */
const char *shim_call_name(uint16_t code);

/* "INVALID_PARAMETER" and the like: the TLFS name without HV_STATUS_. */
const char *shim_status_name(hv_status_t status);

/* "HvRegisterGuestOsId" and the like, served or not. */
const char *shim_register_name(uint32_t name);

/* What a partition needs to make a call, or to reach a register: an HV_PRIV_* mask, all of it; 0
 * for nothing, or for a number that is not served. Bits 63:56, which the TLFS reserves, are rights
 * that come with a host op. */
uint64_t shim_call_right(uint16_t code);
uint64_t shim_register_right(uint32_t name);

#endif
