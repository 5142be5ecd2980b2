/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What a call changes: nothing but what it says. Every call code there is, in every convention,
 * fast and by memory; services of the SMCCC; what is no call at all. Before and after each, all
 * that a guest can see of its processor: X0 to X30, SP, flags, V0 to V31, FPCR, FPSR, and every
 * system register that EL1 can read and that does not change by itself. On all processors at once.
 */

#include <arm/smccc.h>

#include "hypercall.h"
#include "psci.h"
#include "sysreg.h"
#include "vector_state.h"

#define ENCODINGS 0x4000u /* op0 2 and 3, op1 0 to 3 */
#define REGISTERS_MAX 1024u
#define INSN_MRS_X1 0xd5200001u
#define INSN_STR_X1_X0_8 0xf8008401u /* str x1, [x0], #8 */
#define INSN_RET 0xd65f03c0u
#define X0 UINT64_C(1)
#define CRASH_CODES 0x300u /* named codes end below */

/* Code that reads `count` registers, one after the other, into an array. Written at the start. */
static uint32_t reader[2 * REGISTERS_MAX + 1] __attribute__((aligned(64), section(".slot")));
static uint32_t encodings[REGISTERS_MAX];
static uint32_t count;
static uint64_t values[CPUS_MAX][2][REGISTERS_MAX];
static struct vector_state vectors_wanted[CPUS_MAX], vectors_found[CPUS_MAX];
static uint64_t pages[CPUS_MAX][512] __attribute__((aligned(4096)));
static volatile uint64_t calls_made[CPUS_MAX];

static uint32_t mrs(uint32_t encoding)
{
    return INSN_MRS_X1 | (2 + encoding / 0x2000) << 19 | (encoding & 0x1fff) << 5;
}

/* op0, op1, CRn, CRm, op2 */
#define ENCODING(op0, op1, crn, crm, op2)                                                          \
    (((op0)-2u) * 0x2000 + (op1)*0x800 + (crn)*0x80 + (crm)*8 + (op2))

/* Reading acknowledges an interrupt, or takes a character of the debugger's. NZCV is compared with
 * the general registers. */
static bool is_not_read(uint32_t encoding)
{
    return encoding == ENCODING(3, 3, 4, 2, 0) || encoding == ENCODING(3, 0, 12, 8, 0) ||
           encoding == ENCODING(3, 0, 12, 12, 0) || encoding == ENCODING(2, 3, 0, 5, 0);
}

static bool can_be_read(uint32_t encoding)
{
    struct call call = { .nzcv = 0 };

    call_slot_set(mrs(encoding) & ~1u); /* to X0 */
    trap_begin();
    call_slot(&call);
    return trap_end().count == 0;
}

static void reader_write(void)
{
    for (uint32_t i = 0; i < count; i++) {
        instruction_set(&reader[2 * i], mrs(encodings[i]));
        instruction_set(&reader[2 * i + 1], INSN_STR_X1_X0_8);
    }
    instruction_set(&reader[2 * count], INSN_RET);
}

/* The reader uses X0 and X1 only. */
static void read_all(uint64_t *into)
{
    register uint64_t *x0 __asm__("x0") = into;

    __asm__ volatile("blr %1" : "+r"(x0) : "r"(gpa(reader)) : "x1", "x30", "memory");
}

/* Drops registers that change without our doing: counters, random numbers. */
static void drop_unstable(void)
{
    uint32_t kept = 0;

    read_all(values[0][0]);
    for (uint32_t round = 0; round < 3; round++) {
        wait_microseconds(500);
        read_all(values[0][1]);
        for (uint32_t i = 0; i < count; i++) {
            if (values[0][0][i] != values[0][1][i]) {
                encodings[i] = ENCODINGS;
            }
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (encodings[i] != ENCODINGS) {
            encodings[kept++] = encodings[i];
        }
    }
    note("registers that change by themselves", count - kept);
    count = kept;
    reader_write();
}

static void registers_are_found(void)
{
    for (uint32_t encoding = 0; encoding < ENCODINGS; encoding++) {
        if (!is_not_read(encoding) && can_be_read(encoding) && count < REGISTERS_MAX) {
            encodings[count++] = encoding;
        }
    }
    reader_write();
    drop_unstable();
    note("registers watched", count);
    EXPECT(count > 100 && count < REGISTERS_MAX);
}

/* Values that are not those of reset, where any is harmless. */
static void state_mark(void)
{
    struct vector_state *wanted = &vectors_wanted[this_cpu()->index];
    uint64_t random = this_cpu()->index + 1;

    WRITE_SYSREG(ttbr1_el1, 0x123456000);
    WRITE_SYSREG(contextidr_el1, 0x13572468);
    WRITE_SYSREG(tpidr_el0, 0x1111222233334444);
    WRITE_SYSREG(tpidrro_el0, 0x5555666677778888);
    WRITE_SYSREG(sp_el0, 0x9999aaaabbbbcccc);
    WRITE_SYSREG(elr_el1, 0xddddeeeeffff0004);
    WRITE_SYSREG(spsr_el1, 0x800003c5);
    WRITE_SYSREG(esr_el1, 0x56000001);
    WRITE_SYSREG(far_el1, 0x0123456789abcdef);
    WRITE_SYSREG(afsr0_el1, 0x5a5a);
    WRITE_SYSREG(cntp_cval_el0, 0x7000000000000001);
    WRITE_SYSREG(cntv_cval_el0, 0x7000000000000002);
    WRITE_SYSREG(dbgbvr0_el1, 0x40000000);
    WRITE_SYSREG(dbgwvr0_el1, 0x48000000);
    if ((READ_SYSREG(id_aa64dfr0_el1) >> 8 & 0xf) % 0xf != 0) { /* performance monitors are there */
        WRITE_SYSREG(pmevtyper0_el0, 0x11);
    }
    __asm__ volatile("at s1e1r, %0\n\tisb" ::"r"(gpa(pages)));
    for (uint32_t i = 0; i < 64; i++) {
        wanted->v[i] = random_next(&random);
    }
    wanted->fpcr = 0x03c00000;
    wanted->fpsr = 0x0800009f;
    vector_load(wanted);
}

static void expect_vectors(void)
{
    const struct vector_state *wanted = &vectors_wanted[this_cpu()->index];
    struct vector_state *found = &vectors_found[this_cpu()->index];

    vector_store(found);
    for (uint32_t i = 0; i < 64; i++) {
        EXPECT_EQ(found->v[i], wanted->v[i]);
    }
    EXPECT_EQ(found->fpcr, wanted->fpcr);
    EXPECT_EQ(found->fpsr, wanted->fpsr);
}

/* One call with all of this before and after. Registers in `may_change` may (bit n: Xn). */
static void watched(call_fn *by, struct call *call, uint64_t may_change)
{
    uint64_t(*state)[REGISTERS_MAX] = values[this_cpu()->index];
    struct call before = *call;

    read_all(state[0]);
    by(call);
    read_all(state[1]);
    expect_registers(&before, call, may_change);
    for (uint32_t i = 0; i < count; i++) {
        if (state[0][i] != state[1][i]) {
            expect_context("op0, op1, CRn, CRm, op2", encodings[i]);
            EXPECT_EQ(state[1][i], state[0][i]);
        }
    }
    expect_vectors();
    calls_made[this_cpu()->index]++;
}

/* Where a call that succeeds answers, and a rep start. */
static uint64_t may_change(const struct convention *convention, bool fast)
{
    uint64_t block = fast ? (convention->spills ? 0xc : 0x3fffc) : 0;

    return X0 | UINT64_C(1) << convention->control | (block & 0x3ffff);
}

/* Calls that start a processor, or say that the guest has crashed, are for others to try. */
static bool is_left_out(uint32_t code)
{
    return code == HV_CALL_START_VIRTUAL_PROCESSOR;
}

static void call_watched(const struct convention *convention, uint32_t code, bool fast, bool rep)
{
    uint64_t *page = pages[this_cpu()->index];
    uint64_t control = code | (rep ? CONTROL_REPS(1) : 0);
    struct call call;

    page[0] = HV_PARTITION_ID_SELF;
    page[1] = HV_VP_INDEX_SELF;
    page[2] = HV_REGISTER_VP_INDEX;
    call_prepare(convention, fast ? control | HV_CONTROL_FAST : control, &call);
    call.x[convention->window] = fast ? page[0] : gpa(page);
    call.x[convention->window + 1] = fast ? page[1] : gpa(&page[256]);
    if (fast) {
        call.x[convention->window + 2] = page[2];
    }
    watched(convention->call, &call, may_change(convention, fast));
}

static void all_codes(void)
{
    FOR_EACH_CONVENTION(convention)
    {
        for (uint32_t n = 0; n < 0x400; n += 0x400 / turns(0x400)) {
            uint32_t code = n < CRASH_CODES ? n : 0x8000 + (n & 0xff);

            expect_context(convention->name, code);
            if (!is_left_out(code)) {
                call_watched(convention, code, true, n % 2 == 0);
                call_watched(convention, code, convention->spills, n % 2 == 0);
            }
        }
        for (uint32_t rep = 0; rep < 2; rep++) {
            call_watched(convention, HV_CALL_GET_VP_REGISTERS, true, rep);
            call_watched(convention, HV_CALL_GET_VP_REGISTERS, convention->spills, rep);
            call_watched(convention, HV_CALL_SET_VP_REGISTERS, true, rep);
        }
    }
}

static void service_calls(void)
{
    static const uint64_t ids[] = { SMCCC_VENDOR_HYP_UID, 0xc600ff01, 0x8600ff00, 0x8600ff03,
                                    0xc4003a5c,           0x84000060, 0xbf00ff01, 0x80000000,
                                    0x80000001,           0x80008000, 0x8400000a, 0x84000000,
                                    0x00000000,           0xffffffff };

    for (uint32_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        struct call call;

        expect_context("function id", ids[i]);
        call_prepare(&native, 0, &call);
        call.x[0] = ids[i];
        watched(call_hvc0, &call, 0xf);
        call_prepare(&native, 0, &call);
        call.x[0] = ids[i];
        watched(call_smc0, &call, 0xf);
    }
}

static void everything(void *argument)
{
    (void)argument;
    EXPECT_EQ(spill_attach(), 0);
    state_mark();
    all_codes();
    service_calls();
}

static void on_one_processor(void)
{
    guest_os_id_set();
    everything(NULL);
    note("calls", calls_made[0]);
    EXPECT(calls_made[0] > turns(6000));
}

static void on_all_processors(void)
{
    for (uint32_t i = 1; i < machine.cpus; i++) {
        EXPECT_EQ(cpu_start(i, everything, NULL), PSCI_SUCCESS);
    }
    everything(NULL);
    for (uint32_t i = 1; i < machine.cpus; i++) {
        uint64_t end = now() + microseconds(60000000);

        while (!__atomic_load_n(&cpus[i].finished, __ATOMIC_ACQUIRE) && now() < end) {
        }
        expect_context("processor", i);
        EXPECT(cpu_wait_off(i));
        EXPECT_EQ(calls_made[i], calls_made[0] / 2);
    }
}

const struct test tests[] = {
    { "the registers that EL1 can read are found", registers_are_found },
    { "calls change nothing but what they say", on_one_processor },
    { "nor on all processors at once", on_all_processors },
    { NULL, NULL },
};
