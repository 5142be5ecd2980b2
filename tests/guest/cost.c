/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What calls cost: EL2 instructions from the trap to the next instruction of the guest, the ERET
 * among them, counted by the guest's own PMU. With QEMU's -icount the figures are exact and repeat;
 * none may be above its budget (tests/guest/budget). They are instructions, not time. */

#include <arm/smccc.h>

#include "access.h"
#include "figures.h"
#include "marks.h"
#include "psci.h"
#include "synic.h"
#include "sysreg.h"

#define CALLS 64u /* per measurement */
#define NATIVE 1u /* bit n: conventions[n] */
#define SMCCC 2u
#define COMPACT 4u
#define BY_MEMORY (NATIVE | SMCCC)
#define ALL (NATIVE | SMCCC | COMPACT)
#define ONCE NATIVE /* no hypercall: one column */

/* Ports of the loopback option, to this processor (host/virt/loopback.c). */
#define EVENT_PORT(sint) (0x10000u | (sint))
#define MESSAGE_PORT(sint) (0x11000u | (sint))
#define SINT 5u
#define INTID 20u

/* INST_RETIRED, at EL2 only: NSH counts EL2; P and U with NSK and NSU clear exclude EL1 and EL0
 * (Arm ARM D13.4.8, PMEVTYPER<n>_EL0). */
#define PMEVTYPER_EL2_INSTRUCTIONS (UINT64_C(0x08) | UINT64_C(1) << 27 | UINT64_C(3) << 30)
#define PMCR_E UINT64_C(1)

struct cost {
    const char *name; /* of a line of the budget */
    void (*make)(const struct convention *convention);
    uint32_t columns;
    void (*after)(void); /* each call, and not counted; may be NULL */
};

static uint64_t in_page[512] __attribute__((aligned(4096)));
static uint64_t out_page[512] __attribute__((aligned(4096)));
static struct hv_post_message post __attribute__((aligned(4096)));

static void counter_start(void)
{
    WRITE_SYSREG(pmevtyper0_el0, PMEVTYPER_EL2_INSTRUCTIONS);
    WRITE_SYSREG(pmevcntr0_el0, 0);
    WRITE_SYSREG(pmcntenset_el0, 1);
    WRITE_SYSREG(pmcr_el0, PMCR_E);
    __asm__ volatile("isb");
}

static uint64_t counter(void)
{
    __asm__ volatile("isb");
    return READ_SYSREG(pmevcntr0_el0);
}

/* Instructions per call, in the last of a few rounds, when nothing is new any more. */
static uint64_t measure(const struct cost *cost, const struct convention *convention)
{
    uint64_t from = 0;
    uint64_t total = 0;

    __asm__ volatile("movz xzr, %0" ::"i"(MARK_CASE));
    for (uint32_t round = 0; round < 3; round++) {
        total = 0;
        for (uint32_t i = 0; i < CALLS; i++) {
            from = counter();
            cost->make(convention);
            total += (uint32_t)(counter() - from);
            if (cost->after != NULL) {
                cost->after();
            }
        }
    }
    EXPECT_EQ(total % CALLS, 0); /* exact, or something else ran in between */
    return total / CALLS;
}

static void run(const struct cost *cost)
{
    const char *figures = budget_line(cost->name);
    uint64_t found[3] = { 0 };

    EXPECT(figures != NULL);
    if (figures == NULL) {
        figures = "";
    }
    for (uint32_t i = 0; i < 3; i++) {
        uint64_t limit = next_figure(&figures);

        if ((cost->columns >> i & 1) != 0) {
            expect_context(conventions[i]->name, limit);
            found[i] = measure(cost, conventions[i]);
            EXPECT(found[i] > 0); /* else nobody counts */
            EXPECT(found[i] <= limit);
        }
    }
    print("# cost: ");
    print(cost->name);
    print(":");
    for (uint32_t i = 0; i < 3; i++) {
        print(" ");
        if ((cost->columns >> i & 1) != 0) {
            print_decimal(found[i]);
        } else {
            print("-");
        }
    }
    print("\n");
}

static void make_unknown_smccc_id(const struct convention *convention)
{
    (void)convention;
    hvc0(0xc6003a5c, 0, 0, 0);
}

static void make_smccc_version(const struct convention *convention)
{
    (void)convention;
    hvc0(SMCCC_VERSION, 0, 0, 0);
}

static void make_smccc_version_by_smc(const struct convention *convention)
{
    (void)convention;
    smc(SMCCC_VERSION, 0, 0, 0);
}

static void make_psci_version(const struct convention *convention)
{
    (void)convention;
    smc(PSCI_VERSION, 0, 0, 0);
}

static void make_uid(const struct convention *convention)
{
    (void)convention;
    hvc0(SMCCC_VENDOR_HYP_UID, 0, 0, 0);
}

static void make_undefined(const struct convention *convention)
{
    (void)convention;
    trap_begin();
    call_slot(&(struct call) { .nzcv = 0 });
    trap_end();
}

static void make_abort(const struct convention *convention)
{
    (void)convention;
    trap_begin();
    access_load64(machine.ram_end);
    trap_end();
}

static void make_unknown_code(const struct convention *convention)
{
    call_fast(convention, CONTROL_FAST(0x7abc), NULL, 0, NULL);
}

static void make_denied(const struct convention *convention)
{
    call_fast(convention, CONTROL_FAST(HV_CALL_CREATE_PARTITION), NULL, 0, NULL);
}

static void make_long_spin_wait(const struct convention *convention)
{
    call_fast(convention, CONTROL_FAST(HV_CALL_NOTIFY_LONG_SPIN_WAIT), NULL, 0, NULL);
}

static void make_get_vp_index(const struct convention *convention)
{
    struct hv_register_value value;

    register_get(convention, HV_REGISTER_VP_INDEX, &value);
}

static void make_get_time(const struct convention *convention)
{
    struct hv_register_value value;

    register_get(convention, HV_REGISTER_TIME_REF_COUNT, &value);
}

/* `count` times VpIndex, fast; with a spill page in the compact form. */
static void get_fast(const struct convention *convention, uint32_t count)
{
    in_page[0] = HV_PARTITION_ID_SELF;
    in_page[1] = HV_VP_INDEX_SELF;
    for (uint32_t i = 0; i < (count + 1) / 2; i++) {
        in_page[2 + i] = (uint64_t)HV_REGISTER_VP_INDEX << 32 | HV_REGISTER_VP_INDEX;
    }
    call_fast(convention, CONTROL_FAST(HV_CALL_GET_VP_REGISTERS) | CONTROL_REPS(count), in_page,
              2 + (count + 1) / 2, NULL);
}

static void make_get_2(const struct convention *convention)
{
    get_fast(convention, 2);
}

static void make_get_4(const struct convention *convention)
{
    get_fast(convention, 4);
}

static void get_slow(const struct convention *convention, uint32_t count)
{
    in_page[0] = HV_PARTITION_ID_SELF;
    in_page[1] = HV_VP_INDEX_SELF;
    for (uint32_t i = 0; i < (count + 1) / 2; i++) {
        in_page[2 + i] = (uint64_t)HV_REGISTER_VP_INDEX << 32 | HV_REGISTER_VP_INDEX;
    }
    call_slow(convention, HV_CALL_GET_VP_REGISTERS | CONTROL_REPS(count), gpa(in_page),
              gpa(out_page), NULL);
}

static void make_get_slow_1(const struct convention *convention)
{
    get_slow(convention, 1);
}

static void make_get_slow_16(const struct convention *convention)
{
    get_slow(convention, 16);
}

static void make_set(const struct convention *convention)
{
    register_set(convention, HV_REGISTER_SIRBP, 0x1000);
}

static void make_signal_refused(const struct convention *convention)
{
    uint64_t word = 0x55555;

    call_fast(convention, CONTROL_FAST(HV_CALL_SIGNAL_EVENT), &word, 1, NULL);
}

static uint64_t signal(const struct convention *convention)
{
    uint64_t word = EVENT_PORT(SINT) | UINT64_C(7) << 32;

    return call_fast(convention, CONTROL_FAST(HV_CALL_SIGNAL_EVENT), &word, 1, NULL);
}

static void make_signal(const struct convention *convention)
{
    EXPECT_EQ(signal(convention), HV_STATUS_SUCCESS);
}

static void flag_clear(void)
{
    EXPECT(event_take(SINT, 7));
}

static void make_ipi(const struct convention *convention)
{
    const uint64_t input[] = { INTID, 1 };

    EXPECT_EQ(
        call_fast(convention, CONTROL_FAST(HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI), input, 2, NULL),
        HV_STATUS_SUCCESS);
}

static void message_wait(void)
{
    struct hv_message message;

    SLEEP_UNTIL(synic()->slots[SINT].type != HV_MESSAGE_TYPE_NONE, 1000000);
    EXPECT(message_take(SINT, &message));
}

static uint64_t post_to(const struct convention *convention, uint32_t connection)
{
    post = (struct hv_post_message) { .connection_id = connection,
                                      .message_type = 1,
                                      .payload_size = HV_MESSAGE_PAYLOAD_MAX };
    return convention->slow
               ? call_slow(convention, HV_CALL_POST_MESSAGE, gpa(&post), 0, NULL)
               : call_fast(convention, CONTROL_FAST(HV_CALL_POST_MESSAGE),
                           (const uint64_t *)(const void *)&post, sizeof(post) / 8, NULL);
}

static void make_post(const struct convention *convention)
{
    EXPECT_EQ(post_to(convention, MESSAGE_PORT(SINT)), HV_STATUS_SUCCESS);
}

/* To a connection that does not exist: all of the way but the host's. */
static void make_post_refused(const struct convention *convention)
{
    post_to(convention, 0x55555);
}

static void setup(void)
{
    guest_os_id_set();
    EXPECT_EQ(spill_attach(), 0);
    call_slot_set(INSN_HVC(2));
    gic_init();
    gic_enable(1u << INTID);
    synic_on();
    sint_set(SINT, INTID);
    counter_start();
}

/* One test per line of the budget. */
#define COST_AFTER(id, title, columns, after)                                                      \
    static void cost_##id(void)                                                                    \
    {                                                                                              \
        run(&(const struct cost) { title, make_##id, columns, after });                            \
    }
#define COST(id, title, columns) COST_AFTER(id, title, columns, NULL)

// clang-format off
COST(unknown_smccc_id, "unknown SMCCC id", ONCE)
COST(smccc_version, "SMCCC_VERSION", ONCE)
COST(smccc_version_by_smc, "SMCCC_VERSION by SMC", ONCE)
COST(psci_version, "PSCI_VERSION", ONCE)
COST(uid, "vendor UID", ONCE)
COST(undefined, "HVC #2, UNDEF injected", ONCE)
COST(abort, "load from hidden memory, abort injected", ONCE)
COST(unknown_code, "unknown call code", ALL)
COST(denied, "privilege missing", ALL)
COST(long_spin_wait, "NotifyLongSpinWait", ALL)
COST(get_vp_index, "GetVpRegisters, VpIndex", ALL)
COST(get_time, "GetVpRegisters, TimeRefCount", ALL)
COST(get_2, "GetVpRegisters, 2 registers, fast", ALL)
COST(get_4, "GetVpRegisters, 4 registers, fast", ALL)
COST(get_slow_1, "GetVpRegisters, 1 register, by memory", BY_MEMORY)
COST(get_slow_16, "GetVpRegisters, 16 registers, by memory", BY_MEMORY)
COST(set, "SetVpRegisters, SIRBP", ALL)
COST(signal_refused, "SignalEvent, no such connection", ALL)
COST(post_refused, "PostMessage of 240 bytes, no such connection", ALL)
COST_AFTER(signal, "SignalEvent, flag set, interrupt raised", ALL, flag_clear)
COST_AFTER(post, "PostMessage of 240 bytes, taken", ALL, message_wait)
COST(ipi, "SendSyntheticClusterIpi, one processor", ALL)

const struct test tests[] = {
    { "GuestOsId is set, a spill page attached, the counter on", setup },
    { "unknown SMCCC id", cost_unknown_smccc_id },
    { "SMCCC_VERSION", cost_smccc_version },
    { "SMCCC_VERSION by SMC", cost_smccc_version_by_smc },
    { "PSCI_VERSION", cost_psci_version },
    { "vendor UID", cost_uid },
    { "HVC #2", cost_undefined },
    { "abort injected", cost_abort },
    { "unknown call code", cost_unknown_code },
    { "privilege missing", cost_denied },
    { "NotifyLongSpinWait", cost_long_spin_wait },
    { "GetVpRegisters, VpIndex", cost_get_vp_index },
    { "GetVpRegisters, TimeRefCount", cost_get_time },
    { "GetVpRegisters, 2 registers, fast", cost_get_2 },
    { "GetVpRegisters, 4 registers, fast", cost_get_4 },
    { "GetVpRegisters, 1 register, by memory", cost_get_slow_1 },
    { "GetVpRegisters, 16 registers, by memory", cost_get_slow_16 },
    { "SetVpRegisters, SIRBP", cost_set },
    { "SignalEvent, no such connection", cost_signal_refused },
    { "PostMessage, no such connection", cost_post_refused },
    { "SignalEvent, flag set, interrupt raised", cost_signal },
    { "PostMessage, taken", cost_post },
    { "SendSyntheticClusterIpi, one processor", cost_ipi },
    { NULL, NULL },
};
// clang-format on
