/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The one report of a failure of EL2 itself: registers as they were, then the machine stops. No
 * guest can make us come here; if one did, that is the bug that the report is about. */

#include <el2/trap.h>

#include <el2/host.h>
#include <el2/sysreg.h>

static void put_string(const char *string)
{
    while (*string != '\0') {
        el2_host_console(*string++);
    }
}

static void put_hex(uint64_t value)
{
    for (int shift = 60; shift >= 0; shift -= 4) {
        el2_host_console("0123456789abcdef"[(value >> shift) & 0xf]);
    }
}

static void put_register(const char *name, uint64_t value)
{
    put_string("  ");
    put_string(name);
    put_string(" ");
    put_hex(value);
}

static void put_frame(const struct el2_frame *frame)
{
    for (unsigned n = 0; n < 31; n++) {
        const char name[] = { 'X', n < 10 ? '0' : (char)('0' + n / 10), (char)('0' + n % 10), 0 };
        put_register(name, frame->x[n]);
        if (n % 4 == 3) {
            put_string("\r\n");
        }
    }
    put_register("SP ", (uint64_t)(uintptr_t)(frame + 1));
    put_string("\r\n");
}

void el2_panic(uint64_t vector, const struct el2_frame *frame)
{
    static uint64_t claimed; /* shared: the first processor to fail sets it, and reports */
    uint64_t esr = read_sysreg(esr_el2);
    uint64_t elr = read_sysreg(elr_el2);

    while (__atomic_exchange_n(&claimed, 1, __ATOMIC_RELAXED) != 0) {
        wfi();
    }
    put_string("\r\nhvshim: EL2 panic, vector");
    put_register("", vector);
    put_string("\r\n");
    put_register("ESR_EL2", esr);
    put_register("ELR_EL2", elr);
    put_register("FAR_EL2", read_sysreg(far_el2));
    put_string("\r\n");
    put_register("SPSR_EL2", read_sysreg(spsr_el2));
    put_register("HPFAR_EL2", read_sysreg(hpfar_el2));
    put_register("MPIDR_EL1", read_sysreg(mpidr_el1));
    put_string("\r\n");
    put_frame(frame);
    el2_host_panic(esr, elr);
}
