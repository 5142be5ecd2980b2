/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The AT instructions; see translate.h. PSTATE.PAN has no effect on EL2 itself here (no VHE), so it
 * may be set for the moment in which an AT looks at it. */

#include <el2/translate.h>

#include <el2/sysreg.h>

#define ID_AA64MMFR1_PAN_SHIFT 20
#define PAN_2 2u

bool el2_has_pan(void)
{
    return (read_sysreg(id_aa64mmfr1_el1) >> ID_AA64MMFR1_PAN_SHIFT & 0xf) >= PAN_2;
}

/* Instructions that the assembler does not know at armv8-a: MSR PAN, #n; AT S1E1RP and S1E1WP. */
#define MSR_PAN_1 ".inst 0xd500419f\n\t"
#define MSR_PAN_0 "\n\t.inst 0xd500409f"

static void translate(uint64_t gva, enum translate_as as)
{
    switch (as) {
    case TRANSLATE_EL1_READ:
        __asm__ volatile("at s1e1r, %0" : : "r"(gva) : "memory");
        break;
    case TRANSLATE_EL1_WRITE:
        __asm__ volatile("at s1e1w, %0" : : "r"(gva) : "memory");
        break;
    case TRANSLATE_EL0_READ:
        __asm__ volatile("at s1e0r, %0" : : "r"(gva) : "memory");
        break;
    case TRANSLATE_EL0_WRITE:
        __asm__ volatile("at s1e0w, %0" : : "r"(gva) : "memory");
        break;
    case TRANSLATE_EL1_READ_PAN:
        __asm__ volatile(MSR_PAN_1 "sys #0, c7, c9, #0, %0" MSR_PAN_0 : : "r"(gva) : "memory");
        break;
    case TRANSLATE_EL1_WRITE_PAN:
        __asm__ volatile(MSR_PAN_1 "sys #0, c7, c9, #1, %0" MSR_PAN_0 : : "r"(gva) : "memory");
        break;
    }
}

uint64_t el2_translate(uint64_t gva, enum translate_as as)
{
    uint64_t of_guest = read_sysreg(par_el1);
    uint64_t answer;

    translate(gva, as);
    isb();
    answer = read_sysreg(par_el1);
    write_sysreg(par_el1, of_guest);
    isb();
    return answer;
}
