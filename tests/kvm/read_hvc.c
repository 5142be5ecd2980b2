/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What the monitor makes of an HVC that is there, has gone just now, or will never be readable:
 * before exits are fuzzed. */

#include "tests/kvm/fake_kvm.h"

#define HVC_1 0xd4000022u
#define M 1u /* of SCTLR_EL1 */
#define EE (1u << 25)
#define TCR (64u - 39) /* pages of 4 KiB: the first table has entries of 1 GiB */

void read_instructions(void)
{
    const uint64_t hvc = monitor.ram_base + 0x2000, table = monitor.ram_base + 0x1000;
    const struct {
        uint64_t sctlr, tcr, pc;
        enum shim_verdict verdict;
    } cases[] = {
        { 0, 0, hvc, SHIM_DONE },
        { M, TCR, hvc, SHIM_DONE },
        { M, TCR, hvc + 4, SHIM_AGAIN },               /* another instruction */
        { M, TCR, 0x2000, SHIM_AGAIN },                /* not mapped */
        { 0, 0, monitor.ram_end, SHIM_UNDEFINED },     /* not RAM */
        { M, TCR, monitor.ram_end, SHIM_UNDEFINED },   /* nor what is mapped */
        { M, TCR, UINT64_C(1) << 39, SHIM_UNDEFINED }, /* no such address */
        { M, 64 - 50, hvc, SHIM_UNDEFINED },           /* nor such tables */
        { M | EE, TCR, hvc, SHIM_UNDEFINED },
    };

    *(uint32_t *)(uintptr_t)hvc = HVC_1;
    *(uint64_t *)(uintptr_t)(table + 8) = monitor.ram_base | 1 << 10 | 1;
    reg_set(&monitor.threads[0], REG_TTBR0_EL1, table);
    for (size_t n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        uint16_t immediate = 0;
        reg_set(&monitor.threads[0], REG_SCTLR_EL1, cases[n].sctlr);
        reg_set(&monitor.threads[0], REG_TCR_EL1, cases[n].tcr);
        if (instruction_immediate(&monitor.threads[0], cases[n].pc, &immediate) !=
                cases[n].verdict ||
            (cases[n].verdict == SHIM_DONE && immediate != 1)) {
            fail(2, "instruction %zu is read wrongly", n);
        }
    }
    reg_set(&monitor.threads[0], REG_SCTLR_EL1, 0);
}
