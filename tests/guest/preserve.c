/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What calls must leave alone: vector and floating-point registers, flags, and the system registers
 * of EL1 and EL0, around thousands of mixed calls. General registers are compared in every other
 * test. */

#include <arm/smccc.h>

#include "hypercall.h"
#include "sysreg.h"
#include "vector_state.h"

#define ROUNDS 2000u

/* A system register and how to read it. */
struct sysreg {
    const char *name;
    uint64_t (*read)(void);
};

#define SYSREG(register_name)                                                                      \
    static uint64_t read_##register_name(void)                                                     \
    {                                                                                              \
        return READ_SYSREG(register_name);                                                         \
    }
/* Of the performance monitors, which some hosts leave out (ID_AA64DFR0_EL1.PMUVer): zero then. */
#define SYSREG_PMU(register_name)                                                                  \
    static uint64_t read_##register_name(void)                                                     \
    {                                                                                              \
        uint64_t version = READ_SYSREG(id_aa64dfr0_el1) >> 8 & 0xf;                                \
                                                                                                   \
        return version == 0 || version == 0xf ? 0 : READ_SYSREG(register_name);                    \
    }
// clang-format off
SYSREG(sctlr_el1) SYSREG(actlr_el1) SYSREG(cpacr_el1) SYSREG(ttbr0_el1) SYSREG(ttbr1_el1)
SYSREG(tcr_el1) SYSREG(mair_el1) SYSREG(amair_el1) SYSREG(vbar_el1) SYSREG(contextidr_el1)
SYSREG(tpidr_el0) SYSREG(tpidrro_el0) SYSREG(tpidr_el1) SYSREG(par_el1) SYSREG(sp_el0)
SYSREG(elr_el1) SYSREG(spsr_el1) SYSREG(esr_el1) SYSREG(far_el1) SYSREG(afsr0_el1) SYSREG(afsr1_el1)
SYSREG(cntkctl_el1) SYSREG(cntp_cval_el0) SYSREG(cntv_cval_el0) SYSREG(cntv_ctl_el0)
SYSREG(csselr_el1) SYSREG(mdscr_el1) SYSREG(mpidr_el1) SYSREG(midr_el1) SYSREG(daif) SYSREG(spsel)
SYSREG(currentel)
SYSREG(icc_pmr_el1) SYSREG(icc_igrpen1_el1)
SYSREG(icc_bpr1_el1) SYSREG(icc_ctlr_el1) SYSREG(icc_sre_el1) SYSREG(dbgbvr0_el1)
SYSREG(dbgbcr0_el1) SYSREG(dbgwvr0_el1)
SYSREG_PMU(pmcr_el0) SYSREG_PMU(pmcntenset_el0) SYSREG_PMU(pmselr_el0) SYSREG_PMU(pmuserenr_el0)
SYSREG_PMU(pmintenset_el1) SYSREG_PMU(pmccfiltr_el0)

#define ROW(register_name) { #register_name, read_##register_name }
static const struct sysreg sysregs[] = {
    ROW(sctlr_el1), ROW(actlr_el1), ROW(cpacr_el1), ROW(ttbr0_el1), ROW(ttbr1_el1), ROW(tcr_el1),
    ROW(mair_el1), ROW(amair_el1), ROW(vbar_el1), ROW(contextidr_el1), ROW(tpidr_el0),
    ROW(tpidrro_el0), ROW(tpidr_el1), ROW(par_el1), ROW(sp_el0), ROW(elr_el1), ROW(spsr_el1),
    ROW(esr_el1), ROW(far_el1), ROW(afsr0_el1), ROW(afsr1_el1), ROW(cntkctl_el1),
    ROW(cntp_cval_el0), ROW(cntv_cval_el0), ROW(cntv_ctl_el0), ROW(csselr_el1), ROW(mdscr_el1),
    ROW(mpidr_el1), ROW(midr_el1), ROW(daif), ROW(spsel), ROW(currentel), ROW(pmcr_el0),
    ROW(pmcntenset_el0), ROW(pmselr_el0), ROW(pmuserenr_el0), ROW(pmintenset_el1),
    ROW(pmccfiltr_el0), ROW(icc_pmr_el1), ROW(icc_igrpen1_el1), ROW(icc_bpr1_el1),
    ROW(icc_ctlr_el1), ROW(icc_sre_el1), ROW(dbgbvr0_el1), ROW(dbgbcr0_el1), ROW(dbgwvr0_el1),
};
// clang-format on
#define SYSREGS (sizeof(sysregs) / sizeof(sysregs[0]))

/* Values that differ from reset, where any value is harmless. */
static void sysregs_mark(void)
{
    WRITE_SYSREG(ttbr1_el1, 0x123456000);
    WRITE_SYSREG(contextidr_el1, 0x13572468);
    WRITE_SYSREG(tpidr_el0, 0x1111222233334444);
    WRITE_SYSREG(tpidrro_el0, 0x5555666677778888);
    WRITE_SYSREG(sp_el0, 0x9999aaaabbbbcccc);
    WRITE_SYSREG(elr_el1, 0xddddeeeeffff0004);
    WRITE_SYSREG(spsr_el1, 0x800003c5);
    WRITE_SYSREG(esr_el1, 0x56000001);
    WRITE_SYSREG(far_el1, 0x0123456789abcdef);
    WRITE_SYSREG(cntp_cval_el0, 0x7000000000000001);
    WRITE_SYSREG(cntv_cval_el0, 0x7000000000000002);
    WRITE_SYSREG(dbgbvr0_el1, 0x40000000);
    WRITE_SYSREG(dbgwvr0_el1, 0x48000000);
    __asm__ volatile("at s1e1r, %0\n\tisb" ::"r"(gpa(sysregs)));
}

/* One call of each kind; answers do not matter here. */
static void mixed_calls(uint32_t round)
{
    struct hv_register_value value;
    uint64_t word = 0x55555;

    register_get(&native, HV_REGISTER_TIME_REF_COUNT, &value);
    register_get(&smccc, HV_REGISTER_VP_INDEX, &value);
    register_get(&compact, HV_REGISTER_VP_RUNTIME, &value);
    register_set(&smccc, HV_REGISTER_SIRBP, (uint64_t)round << 12);
    call_fast(&native, CONTROL_FAST(HV_CALL_SIGNAL_EVENT), &word, 1, NULL);
    call_fast(&compact, CONTROL_FAST(0x7abc), NULL, 0, NULL);
    call_slow(&native, HV_CALL_POST_MESSAGE, gpa(sysregs) & ~UINT64_C(7), 0, NULL);
    hvc0(SMCCC_VENDOR_HYP_UID, 0, 0, 0);
    smc(SMCCC_VERSION, 0, 0, 0);
    hvc0(0xc4003a5c, 0, 0, 0);
}

static void system_registers_survive_calls(void)
{
    uint64_t before[SYSREGS];

    guest_os_id_set();
    sysregs_mark();
    for (uint32_t i = 0; i < SYSREGS; i++) {
        before[i] = sysregs[i].read();
    }
    for (uint32_t round = 0; round < turns(ROUNDS); round++) {
        mixed_calls(round);
    }
    for (uint32_t i = 0; i < SYSREGS; i++) {
        expect_context(sysregs[i].name, i);
        EXPECT_EQ(sysregs[i].read(), before[i]);
    }
}

static struct vector_state wanted, found;

static void vector_registers_survive_calls(void)
{
    uint64_t random = 1;

    for (uint32_t i = 0; i < 64; i++) {
        wanted.v[i] = random_next(&random);
    }
    wanted.fpcr = 0x03c00000; /* rounding mode, flush to zero, default NaN */
    wanted.fpsr = 0x0800009f; /* cumulative flags */
    vector_load(&wanted);
    for (uint32_t round = 0; round < turns(ROUNDS); round++) {
        mixed_calls(round);
    }
    vector_store(&found);
    for (uint32_t i = 0; i < 64; i++) {
        expect_context("half of a vector register", i);
        EXPECT_EQ(found.v[i], wanted.v[i]);
    }
    EXPECT_EQ(found.fpcr, wanted.fpcr);
    EXPECT_EQ(found.fpsr, wanted.fpsr);
}

/* FP and SIMD trapped to EL1 by the guest itself: calls go on without. */
static void calls_need_no_floating_point(void)
{
    WRITE_SYSREG(cpacr_el1, 0);
    __asm__ volatile("isb");
    mixed_calls(1);
    EXPECT_EQ(READ_SYSREG(cpacr_el1), 0);
    WRITE_SYSREG(cpacr_el1, UINT64_C(3) << 20);
    __asm__ volatile("isb");
}

/* Keys of pointer authentication, where there is any: EL2 neither traps nor changes them. */
static void pointer_authentication_keys_survive_calls(void)
{
    if ((READ_SYSREG(id_aa64isar1_el1) & UINT64_C(0xff000ff0)) == 0) {
        test_skip("no pointer authentication");
        return;
    }
    WRITE_SYSREG(s3_0_c2_c1_0, 0x1122334455667788); /* APIAKeyLo_EL1 */
    WRITE_SYSREG(s3_0_c2_c3_1, 0x99aabbccddeeff00); /* APGAKeyHi_EL1 */
    mixed_calls(2);
    EXPECT_EQ(READ_SYSREG(s3_0_c2_c1_0), 0x1122334455667788);
    EXPECT_EQ(READ_SYSREG(s3_0_c2_c3_1), 0x99aabbccddeeff00);
}

static void flags_survive_calls(void)
{
    for (uint64_t flags = 0; flags < 16; flags++) {
        struct call before, call;

        call_prepare(&smccc, CONTROL_FAST(HV_CALL_NOTIFY_LONG_SPIN_WAIT), &before);
        before.nzcv = flags << 28;
        call = before;
        call_hvc0(&call);
        expect_registers(&before, &call, 1);
    }
}

const struct test tests[] = {
    { "system registers survive calls", system_registers_survive_calls },
    { "vector registers, FPCR and FPSR survive calls", vector_registers_survive_calls },
    { "calls need no floating point", calls_need_no_floating_point },
    { "pointer authentication keys survive calls", pointer_authentication_keys_survive_calls },
    { "flags survive calls", flags_survive_calls },
    { NULL, NULL },
};
