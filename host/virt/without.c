/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Withholding features: privileges by the partition's mask, others by the op that they need. */

#include "host/virt/without.h"

#include <hv/privilege.h>

#include <stddef.h>
#include <string.h>

/* Features of the upper half that can be taken. */
#define TAKEN_BY_OPS HV_FEATURE_GUEST_CRASH_REGS_AVAILABLE

static bool digit(char c, uint64_t *value)
{
    if (c >= '0' && c <= '9') {
        *value = (uint64_t)(c - '0');
    } else if (c >= 'a' && c <= 'f') {
        *value = (uint64_t)(c - 'a') + 10;
    } else {
        return false;
    }
    return true;
}

bool without_apply(const char *bits, uint64_t *privileges, struct shim_host_ops *ops)
{
    uint64_t halves[2] = { 0 }, value; /* upper, lower */

    if (memchr(bits, '\0', WITHOUT_DIGITS) != NULL || bits[WITHOUT_DIGITS] != '\0') {
        return false;
    }
    for (uint32_t i = 0; i < WITHOUT_DIGITS; i++) {
        uint64_t *half = &halves[i / (WITHOUT_DIGITS / 2)];
        if (!digit(bits[i], &value)) {
            return false;
        }
        *half = *half << 4 | value;
    }
    if ((halves[0] & ~TAKEN_BY_OPS) != 0) {
        return false;
    }
    *privileges &= ~halves[1];
    if ((halves[0] & HV_FEATURE_GUEST_CRASH_REGS_AVAILABLE) != 0) {
        ops->guest_crash = NULL;
    }
    return true;
}
