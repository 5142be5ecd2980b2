/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What a guest tells whoever profiles it (tests/bench/plugin): instructions `movz xzr, #MARK_...`,
 * which do nothing on any processor. For C and for assembly. */

#ifndef GUEST_MARKS_H
#define GUEST_MARKS_H

#define MARK_CASE 0xbe0c   /* what follows belongs to the next case; the first one is number 0 */
#define MARK_END 0xbe0f    /* round trips from here on are of no case */
#define MARK_CALL 0xbe0a   /* the next instruction traps, by its nature or by what it accesses */
#define MARK_RETURN 0xbe0e /* the guest has the processor again */

#endif
