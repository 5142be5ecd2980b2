/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Asking the processor what an address of its guest means: the AT instructions, in the translation
 * regime of EL1 and EL0 as it stands. */

#ifndef EL2_TRANSLATE_H
#define EL2_TRANSLATE_H

#include <stdbool.h>
#include <stdint.h>

/* As whom, and for what. The last two obey PAN as if PSTATE.PAN were 1; only where el2_has_pan().
 */
enum translate_as {
    TRANSLATE_EL1_READ,
    TRANSLATE_EL1_WRITE,
    TRANSLATE_EL0_READ,
    TRANSLATE_EL0_WRITE,
    TRANSLATE_EL1_READ_PAN,
    TRANSLATE_EL1_WRITE_PAN,
};

/* PAR_EL1 of the answer; the guest's own PAR_EL1 stays as it was. */
uint64_t el2_translate(uint64_t gva, enum translate_as as);

/* AT S1E1RP and S1E1WP exist (FEAT_PAN2). */
bool el2_has_pan(void);

/* Fields of PAR_EL1. */
#define PAR_F UINT64_C(1) /* failed: FST and S tell why; else address and attributes */
#define PAR_FST UINT64_C(0x7e)
#define PAR_FST_SHIFT 1
#define PAR_S (UINT64_C(1) << 9) /* at stage 2 */
#define PAR_PA UINT64_C(0x000ffffffffff000)
#define PAR_ATTR_SHIFT 56

#endif
