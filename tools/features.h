/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What a hypervisor may offer a guest, one row per feature: the bit that announces it, the right
 * that its calls and registers need. Reports, comparisons and `hvshim-boot --without` read these.
 */

#ifndef TOOLS_FEATURES_H
#define TOOLS_FEATURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hv/types.h>

/* Where a feature is announced. */
enum feature_word {
    FEATURE_PRIVILEGES, /* HvRegisterPrivilegesAndFeaturesInfo, bits 63:0 */
    FEATURE_FEATURES,   /* the same, bits 127:64 */
    FEATURE_HINTS,      /* HvRegisterFeaturesInfo, bits 63:0 */
    FEATURE_SPINS,      /* HvRegisterFeaturesInfo, bits 63:32: all ones mean never */
    FEATURE_UNANNOUNCED,
};

struct feature {
    const char *key;   /* what people type */
    const char *name;  /* the TLFS's, where it has one */
    const char *about; /* what it is good for */
    enum feature_word word;
    uint64_t bit;   /* in that word */
    uint64_t right; /* what the library's tables ask for (shim_call_right()); 0: see `call` */
    uint16_t call;  /* without a right of its own: the one call behind it, or 0 */
    bool rare;      /* not for ordinary guests, or served by no host of this project */
};

extern const struct feature features[];
extern const size_t feature_count;
#define FEATURES_MAX 64u

/* The row of a key; feature_count when there is none. */
size_t feature_find(const char *key, size_t size);

/* Whether the words that a guest was given announce the feature. FEATURE_UNANNOUNCED: false. */
bool feature_offered(const struct feature *feature, const struct hv_register_value *privileges,
                     const struct hv_register_value *hints);

/* Puts the bits of HvRegisterPrivilegesAndFeaturesInfo that stand for `keys`, separated by commas,
 * into `mask`. False when there is a key that no host can withhold by itself, named in `why`. */
bool feature_mask(const char *keys, struct hv_register_value *mask, char *why, size_t room);

#endif
