/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Features that the person at the command line does not want offered, to see what a guest does
 * without them. */

#ifndef HOST_VIRT_WITHOUT_H
#define HOST_VIRT_WITHOUT_H

#include <stdbool.h>
#include <stdint.h>

#include <shim/host.h>

#define WITHOUT_DIGITS 32u

/* `bits` is a mask of HvRegisterPrivilegesAndFeaturesInfo in WITHOUT_DIGITS hexadecimal digits, the
 * most significant first. Takes the privileges in it from `privileges`, and from `ops` the op that
 * a feature comes with. False, and nothing changed, when it is no such mask or names a feature that
 * cannot be taken by itself. */
bool without_apply(const char *bits, uint64_t *privileges, struct shim_host_ops *ops);

#endif
