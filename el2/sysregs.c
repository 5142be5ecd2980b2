/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The table of EL2's registers; see sysregs.h. A register that the architecture added later stands
 * with the ID register field that shows it. EL2's own translation is el2/mmu.c's. */

#include <el2/sysregs.h>

#include <el2/sysreg.h>
#include <el2/trap.h>

#include <stdbool.h>
#include <stddef.h>

/* ---- Features: a field of an ID register, and its least value ---- */

enum id_register { PFR0, PFR1, DFR0, ISAR1, ISAR2, MMFR0, MMFR1, MMFR3, ID_REGISTERS };

enum feature {
    ALWAYS,
    SVE,
    SME,
    RAS,
    RAS_1P1,
    AMU,
    CSV2_2,
    MTE2,
    PAUTH_APA,
    PAUTH_API,
    PAUTH_APA3,
    LS64,
    MOPS,
    FGT,
    ECV_2,
    VHE,
    HCX,
    TCRX,
    SCTLRX,
    S1PIE,
    S1POE,
    PMU,
    SPE,
    TRF,
    TRBE,
    FEATURES,
};

static const struct {
    uint8_t id;    /* enum id_register */
    uint8_t shift; /* of its 4-bit field */
    uint8_t least;
} feature_fields[FEATURES] = {
    [SVE] = { PFR0, 32, 1 },         [SME] = { PFR1, 24, 1 },       [RAS] = { PFR0, 28, 1 },
    [RAS_1P1] = { PFR0, 28, 2 },     [AMU] = { PFR0, 44, 1 },       [CSV2_2] = { PFR0, 56, 2 },
    [MTE2] = { PFR1, 8, 2 },         [PAUTH_APA] = { ISAR1, 4, 1 }, [PAUTH_API] = { ISAR1, 8, 1 },
    [PAUTH_APA3] = { ISAR2, 12, 1 }, [LS64] = { ISAR1, 60, 1 },     [MOPS] = { ISAR2, 16, 1 },
    [FGT] = { MMFR0, 56, 1 },        [ECV_2] = { MMFR0, 60, 2 },    [VHE] = { MMFR1, 8, 1 },
    [HCX] = { MMFR1, 40, 1 },        [TCRX] = { MMFR3, 0, 1 },      [SCTLRX] = { MMFR3, 4, 1 },
    [S1PIE] = { MMFR3, 8, 1 },       [S1POE] = { MMFR3, 16, 1 },    [PMU] = { DFR0, 8, 1 },
    [SPE] = { DFR0, 32, 1 },         [TRF] = { DFR0, 40, 1 },       [TRBE] = { DFR0, 44, 1 },
};

/* What the values are computed from. */
struct cpu {
    uint64_t id[ID_REGISTERS];
    const struct el2_sysreg_values *values;
};

static void read_id_registers(uint64_t id[ID_REGISTERS])
{
    id[PFR0] = read_sysreg(id_aa64pfr0_el1);
    id[PFR1] = read_sysreg(id_aa64pfr1_el1);
    id[DFR0] = read_sysreg(id_aa64dfr0_el1);
    id[ISAR1] = read_sysreg(id_aa64isar1_el1);
    id[ISAR2] = read_sysreg(S3_0_C0_C6_2); /* ID_AA64ISAR2_EL1 */
    id[MMFR0] = read_sysreg(id_aa64mmfr0_el1);
    id[MMFR1] = read_sysreg(id_aa64mmfr1_el1);
    id[MMFR3] = read_sysreg(S3_0_C0_C7_3); /* ID_AA64MMFR3_EL1 */
}

static bool has(const struct cpu *cpu, enum feature feature)
{
    return ((cpu->id[feature_fields[feature].id] >> feature_fields[feature].shift) & 0xf) >=
           feature_fields[feature].least;
}

/* `bits` where the feature exists. */
static uint64_t with(const struct cpu *cpu, enum feature feature, uint64_t bits)
{
    return has(cpu, feature) ? bits : 0;
}

/* ---- Values that depend on the processor ---- */

#define BIT(n) (UINT64_C(1) << (n))

/* Stage 2 on, EL1 in AArch64; no tables of the guest in device memory, where reading one may abort
 * an AT of ours; set/way and implementation-defined registers, SMC and WFI trapped;
 * interrupts, FP, debug and the rest are the guest's own. */
static uint64_t hcr_el2(const struct cpu *cpu)
{
    const uint64_t vm = BIT(0), swio = BIT(1), ptw = BIT(2), twi = BIT(13), tsc = BIT(19),
                   tidcp = BIT(20), rw = BIT(31), api_apk = BIT(40) | BIT(41), fien = BIT(47),
                   enscxt = BIT(53), ata = BIT(56);
    return vm | swio | ptw | twi | tsc | tidcp | rw |
           (with(cpu, PAUTH_APA, api_apk) | with(cpu, PAUTH_API, api_apk) |
            with(cpu, PAUTH_APA3, api_apk)) |
           with(cpu, RAS_1P1, fien) | with(cpu, CSV2_2, enscxt) | with(cpu, MTE2, ata);
}

/* No trap of FP, SVE, SME; bits that are RES1 with E2H clear. */
static uint64_t cptr_el2(const struct cpu *cpu)
{
    const uint64_t res1 = 0x22ff, tz = BIT(8), tsm = BIT(12);
    return res1 | (has(cpu, SVE) ? 0 : tz) | (has(cpu, SME) ? 0 : tsm);
}

/* Debug, performance counters (all of them), SPE and trace buffers belong to EL1. HPMD stays clear:
 * a guest may count what it costs here; that tells it times, which it can measure anyway. */
static uint64_t mdcr_el2(const struct cpu *cpu)
{
    const uint64_t e2pb_el1 = 3 << 12, e2tb_el1 = 3 << 24;
    uint64_t pmu = (cpu->id[DFR0] >> feature_fields[PMU].shift) & 0xf;
    uint64_t hpmn = pmu != 0 && pmu != 0xf ? (read_sysreg(pmcr_el0) >> 11) & 0x1f : 0;
    return hpmn | with(cpu, SPE, e2pb_el1) | with(cpu, TRBE, e2tb_el1);
}

static uint64_t hcrx_el2(const struct cpu *cpu)
{
    const uint64_t ls64 = BIT(0) | BIT(1) | BIT(2), mscen = BIT(11), tcr2en = BIT(14),
                   sctlr2en = BIT(15);
    return with(cpu, LS64, ls64) | with(cpu, MOPS, mscen) | with(cpu, TCRX, tcr2en) |
           with(cpu, SCTLRX, sctlr2en);
}

/* Fine-grained traps: none but of what this table does not know (bits that trap when clear). */
static uint64_t hfgxtr_el2(const struct cpu *cpu)
{
    const uint64_t sme = BIT(54) | BIT(55), s1pie = BIT(57) | BIT(58), s1poe = BIT(59) | BIT(60);
    return with(cpu, SME, sme) | with(cpu, S1PIE, s1pie) | with(cpu, S1POE, s1poe);
}

static uint64_t vpidr_el2(const struct cpu *cpu)
{
    (void)cpu;
    return read_sysreg(midr_el1);
}

static uint64_t vmpidr_el2(const struct cpu *cpu)
{
    (void)cpu;
    return read_sysreg(mpidr_el1);
}

static uint64_t vtcr_el2(const struct cpu *cpu)
{
    return cpu->values->vtcr;
}

static uint64_t vttbr_el2(const struct cpu *cpu)
{
    return cpu->values->vttbr;
}

static uint64_t vbar_el2(const struct cpu *cpu)
{
    (void)cpu;
    return (uint64_t)(uintptr_t)el2_guest_vectors;
}

/* ---- The table ---- */

struct row {
    void (*write)(uint64_t value);
    uint64_t value; /* when there is no function */
    uint64_t (*compute)(const struct cpu *cpu);
    enum feature feature;
};

#define WRITER(label, name)                                                                        \
    static void write_##label(uint64_t value)                                                      \
    {                                                                                              \
        write_sysreg(name, value);                                                                 \
    }

WRITER(vbar_el2, vbar_el2)
WRITER(hcr_el2, hcr_el2)
WRITER(hcrx_el2, S3_4_C1_C2_2)
WRITER(hacr_el2, hacr_el2)
WRITER(hstr_el2, hstr_el2)
WRITER(actlr_el2, actlr_el2)
WRITER(cptr_el2, cptr_el2)
WRITER(mdcr_el2, mdcr_el2)
WRITER(vpidr_el2, vpidr_el2)
WRITER(vmpidr_el2, vmpidr_el2)
WRITER(vtcr_el2, vtcr_el2)
WRITER(vttbr_el2, vttbr_el2)
WRITER(tpidr_el2, tpidr_el2)
WRITER(contextidr_el2, S3_4_C13_C0_1)
WRITER(scxtnum_el2, S3_4_C13_C0_7)
WRITER(cnthctl_el2, cnthctl_el2)
WRITER(cntvoff_el2, cntvoff_el2)
WRITER(cntpoff_el2, S3_4_C14_C0_6)
WRITER(cnthp_ctl_el2, cnthp_ctl_el2)
WRITER(cnthv_ctl_el2, S3_4_C14_C3_1)
WRITER(ich_hcr_el2, S3_4_C12_C11_0)
WRITER(ich_vmcr_el2, S3_4_C12_C11_7)
WRITER(zcr_el2, S3_4_C1_C2_0)
WRITER(smcr_el2, S3_4_C1_C2_6)
WRITER(smprimap_el2, S3_4_C1_C2_5)
WRITER(hfgrtr_el2, S3_4_C1_C1_4)
WRITER(hfgwtr_el2, S3_4_C1_C1_5)
WRITER(hfgitr_el2, S3_4_C1_C1_6)
WRITER(hdfgrtr_el2, S3_4_C3_C1_4)
WRITER(hdfgwtr_el2, S3_4_C3_C1_5)
WRITER(vdisr_el2, S3_4_C12_C1_1)
WRITER(vsesr_el2, S3_4_C5_C2_3)
WRITER(pmscr_el2, S3_4_C9_C9_0)
WRITER(trfcr_el2, S3_4_C1_C2_1)

static void write_icc_sre_el2(uint64_t value)
{
    write_sysreg(S3_4_C12_C9_5, value);
    isb(); /* the ICH registers exist only with SRE in force */
}

#define CNTHCTL_EL1PCTEN_EL1PCEN UINT64_C(3) /* physical counter and timer are the guest's */
#define ICC_SRE_ALL UINT64_C(0xf)            /* system registers, and EL1 may choose; no bypass */
#define LEN_ALL UINT64_C(0xf)                /* all vector lengths that exist */
#define SMCR_FA64 BIT(31)

// clang-format off
static const struct row rows[] = {
    { write_vbar_el2,       0,                        vbar_el2,   ALWAYS },
    { write_actlr_el2,      0,                        NULL,       ALWAYS },
    { write_hacr_el2,       0,                        NULL,       ALWAYS },
    { write_hstr_el2,       0,                        NULL,       ALWAYS },
    { write_cptr_el2,       0,                        cptr_el2,   ALWAYS },
    { write_mdcr_el2,       0,                        mdcr_el2,   ALWAYS },
    { write_vpidr_el2,      0,                        vpidr_el2,  ALWAYS },
    { write_vmpidr_el2,     0,                        vmpidr_el2, ALWAYS },
    { write_vtcr_el2,       0,                        vtcr_el2,   ALWAYS },
    { write_vttbr_el2,      0,                        vttbr_el2,  ALWAYS },
    { write_tpidr_el2,      0,                        NULL,       ALWAYS },
    { write_cnthctl_el2,    CNTHCTL_EL1PCTEN_EL1PCEN, NULL,       ALWAYS },
    { write_cntvoff_el2,    0,                        NULL,       ALWAYS },
    { write_cnthp_ctl_el2,  0,                        NULL,       ALWAYS },
    { write_icc_sre_el2,    ICC_SRE_ALL,              NULL,       ALWAYS }, /* GICv3 is required */
    { write_ich_hcr_el2,    0,                        NULL,       ALWAYS },
    { write_ich_vmcr_el2,   0,                        NULL,       ALWAYS },
    { write_contextidr_el2, 0,                        NULL,       VHE },
    { write_cnthv_ctl_el2,  0,                        NULL,       VHE },
    { write_cntpoff_el2,    0,                        NULL,       ECV_2 },
    { write_scxtnum_el2,    0,                        NULL,       CSV2_2 },
    { write_zcr_el2,        LEN_ALL,                  NULL,       SVE },
    { write_smcr_el2,       LEN_ALL | SMCR_FA64,      NULL,       SME },
    { write_smprimap_el2,   0,                        NULL,       SME },
    { write_hcrx_el2,       0,                        hcrx_el2,   HCX },
    { write_hfgrtr_el2,     0,                        hfgxtr_el2, FGT },
    { write_hfgwtr_el2,     0,                        hfgxtr_el2, FGT },
    { write_hfgitr_el2,     0,                        NULL,       FGT },
    { write_hdfgrtr_el2,    0,                        NULL,       FGT },
    { write_hdfgwtr_el2,    0,                        NULL,       FGT },
    { write_vdisr_el2,      0,                        NULL,       RAS },
    { write_vsesr_el2,      0,                        NULL,       RAS },
    { write_pmscr_el2,      0,                        NULL,       SPE },
    { write_trfcr_el2,      0,                        NULL,       TRF },
    { write_hcr_el2,        0,                        hcr_el2,    ALWAYS }, /* last: stage 2 on */
};
// clang-format on

void el2_sysregs_set(const struct el2_sysreg_values *values)
{
    struct cpu cpu = { .values = values };
    read_id_registers(cpu.id);
    for (size_t n = 0; n < sizeof rows / sizeof rows[0]; n++) {
        const struct row *row = &rows[n];
        if (has(&cpu, row->feature)) {
            row->write(row->compute != NULL ? row->compute(&cpu) : row->value);
        }
    }
    isb();
    __asm__ volatile("tlbi alle1\n\tdsb nsh\n\tisb" : : : "memory");
}

/* ---- EL1 ---- */

/* SCTLR_EL1 last: from then on a processor may walk by the others. */
void el1_sysregs_set(const struct hv_initial_vp_context *start)
{
    write_sysreg(mair_el1, start->mair_el1);
    write_sysreg(tcr_el1, start->tcr_el1);
    write_sysreg(ttbr0_el1, start->ttbr0_el1);
    write_sysreg(ttbr1_el1, start->ttbr1_el1);
    write_sysreg(vbar_el1, start->vbar_el1);
    write_sysreg(sp_el1, start->sp_elh);
    isb();
    write_sysreg(sctlr_el1, start->sctlr_el1);
    isb();
    __asm__ volatile("tlbi vmalle1\n\tic iallu\n\tdsb nsh\n\tisb" : : : "memory");
}
