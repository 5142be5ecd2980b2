/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What calls cost on a machine with one processor, each in every form that has room for it. */

#include <arm/smccc.h>

#include "tests/guest/runtime/marks.h"
#include "tests/bench/guest/measure.h"
#include "tests/guest/runtime/psci.h"
#include "tests/guest/runtime/synic.h"

/* Ports of the loopback option, to this processor (host/common/loopback.c). */
#define EVENT_PORT(sint) (0x10800u | (sint))
#define HOST_PORT 0x12000u
#define MESSAGE_PORT(sint) (0x11000u | (sint))
#define NO_PORT 0x55555u
#define SINT 5u
#define FLAG 7u
#define INTID 20u

static void setup(void)
{
    measure_init();
    call_slot_set(INSN_HVC(2));
    gic_init();
    gic_enable(1u << INTID);
    synic_on();
    sint_set(SINT, INTID);
}

/* --- What is not a hypercall -------------------------------------------------------------- */

static void make_unknown_smccc_id(void)
{
    EXPECT_EQ(hvc0(0xc6003a5c, 0, 0, 0), SMCCC_NOT_SUPPORTED);
}

static void make_smccc_version(void)
{
    hvc0(SMCCC_VERSION, 0, 0, 0);
}

static void make_smccc_version_by_smc(void)
{
    smc(SMCCC_VERSION, 0, 0, 0);
}

static void make_psci_version(void)
{
    smc(PSCI_VERSION, 0, 0, 0);
}

static void make_uid(void)
{
    hvc0(SMCCC_VENDOR_HYP_UID, 0, 0, 0);
}

static void make_undefined(void)
{
    trap_begin();
    call_slot(&(struct call) { .nzcv = 0 });
    EXPECT_EQ(trap_end().count, 1);
}

static void make_abort(void)
{
    uint64_t value;

    trap_begin();
    __asm__ volatile(
        "movz xzr, %[call]\n\t"
        "ldr %[value], [%[address]]\n\t"
        "movz xzr, %[back]"
        : [value] "=r"(value)
        : [address] "r"(machine.ram_end), [call] "i"(MARK_CALL), [back] "i"(MARK_RETURN));
    EXPECT_EQ(trap_end().count, 1);
}

static void what_is_not_a_hypercall(void)
{
    plain_row("unknown SMCCC id", "HVC #0", make_unknown_smccc_id);
    plain_row("SMCCC_VERSION", "HVC #0", make_smccc_version);
    plain_row("vendor UID", "HVC #0", make_uid);
    plain_row("SMCCC_VERSION", "SMC #0", make_smccc_version_by_smc);
    plain_row("PSCI_VERSION", "SMC #0", make_psci_version);
    plain_row("Undefined injected", "HVC #2", make_undefined);
    plain_row("abort injected", "load", make_abort);
}

/* --- Refusals, and the smallest call ------------------------------------------------------ */

static void small_calls(void)
{
    static const struct job jobs[] = {
        { .name = "unknown call code",
          .control = 0x7abc,
          .result = HV_STATUS_INVALID_HYPERCALL_CODE },
        { .name = "privilege missing",
          .control = HV_CALL_CREATE_PARTITION,
          .result = HV_STATUS_ACCESS_DENIED },
        { .name = "NotifyLongSpinWait", .control = HV_CALL_NOTIFY_LONG_SPIN_WAIT, .input = 8 },
    };

    for (uint32_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
        job_rows(&jobs[i]);
    }
}

/* --- Registers ---------------------------------------------------------------------------- */

static void fill_get(uint64_t *input, uint32_t name, uint32_t count)
{
    input[0] = HV_PARTITION_ID_SELF;
    input[1] = HV_VP_INDEX_SELF;
    for (uint32_t i = 0; i < (count + 1) / 2; i++) {
        input[2 + i] = (uint64_t)name << 32 | name;
    }
}

static void fill_get_index(uint64_t *input)
{
    fill_get(input, HV_REGISTER_VP_INDEX, 128);
}

static void fill_get_time(uint64_t *input)
{
    fill_get(input, HV_REGISTER_TIME_REF_COUNT, 1);
}

static void fill_set(uint64_t *input)
{
    input[0] = HV_PARTITION_ID_SELF;
    input[1] = HV_VP_INDEX_SELF;
    input[2] = HV_REGISTER_SIRBP;
    input[4] = 0x1000;
}

#define GET(title, filler, count)                                                                  \
    {                                                                                              \
        .name = (title), .control = HV_CALL_GET_VP_REGISTERS | CONTROL_REPS(count),                \
        .fill = (filler), .input = 16 + 4 * (count), .output = 16 * (count),                       \
        .result = DONE_REPS(count),                                                                \
    }

static void registers(void)
{
    static const struct job jobs[] = {
        GET("GetVpRegisters, VpIndex", fill_get_index, 1),
        GET("GetVpRegisters, TimeRefCount", fill_get_time, 1),
        GET("GetVpRegisters, 2 registers", fill_get_index, 2),
        GET("GetVpRegisters, 4 registers", fill_get_index, 4),
        GET("GetVpRegisters, 16 registers", fill_get_index, 16),
        GET("GetVpRegisters, 64 registers", fill_get_index, 64),
        GET("GetVpRegisters, 65 registers, continued once", fill_get_index, 65),
        GET("GetVpRegisters, 128 registers, continued once", fill_get_index, 128),
        { .name = "SetVpRegisters, SIRBP",
          .control = HV_CALL_SET_VP_REGISTERS | CONTROL_REPS(1),
          .fill = fill_set,
          .input = 48,
          .result = DONE_REPS(1) },
    };

    for (uint32_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
        job_rows(&jobs[i]);
    }
}

/* --- Events, messages, interrupts --------------------------------------------------------- */

static void fill_signal(uint64_t *input)
{
    input[0] = EVENT_PORT(SINT) | (uint64_t)FLAG << 32;
}

static void fill_signal_nobody(uint64_t *input)
{
    input[0] = NO_PORT | (uint64_t)FLAG << 32;
}

static void fill_signal_host(uint64_t *input)
{
    input[0] = HOST_PORT;
}

static void flag_clear(void)
{
    EXPECT(event_take(SINT, FLAG));
}

static void events(void)
{
    static const struct job host = { .name = "SignalEvent, to the host",
                                     .control = HV_CALL_SIGNAL_EVENT,
                                     .fill = fill_signal_host,
                                     .input = 8 };
    static const struct job fresh = { .name = "SignalEvent, fresh",
                                      .control = HV_CALL_SIGNAL_EVENT,
                                      .fill = fill_signal,
                                      .input = 8,
                                      .after = flag_clear };
    static const struct job again = { .name = "SignalEvent, already set",
                                      .control = HV_CALL_SIGNAL_EVENT,
                                      .fill = fill_signal,
                                      .input = 8 };
    static const struct job nobody = { .name = "SignalEvent, no such connection",
                                       .control = HV_CALL_SIGNAL_EVENT,
                                       .fill = fill_signal_nobody,
                                       .input = 8,
                                       .result = HV_STATUS_INVALID_CONNECTION_ID };

    job_rows(&host);
    job_rows(&fresh);
    job_rows(&again);
    flag_clear();
    job_rows(&nobody);
}

static void fill_post(uint64_t *input, uint32_t connection, uint32_t size)
{
    struct hv_post_message *post = (struct hv_post_message *)(void *)input;

    *post = (struct hv_post_message) { .connection_id = connection,
                                       .message_type = 1,
                                       .payload_size = size };
}

static void fill_post_0(uint64_t *input)
{
    fill_post(input, MESSAGE_PORT(SINT), 0);
}

static void fill_post_16(uint64_t *input)
{
    fill_post(input, MESSAGE_PORT(SINT), 16);
}

static void fill_post_240(uint64_t *input)
{
    fill_post(input, MESSAGE_PORT(SINT), 240);
}

static void fill_post_nobody(uint64_t *input)
{
    fill_post(input, NO_PORT, 240);
}

static void message_wait(void)
{
    struct hv_message message;

    SLEEP_UNTIL(synic()->slots[SINT].type != HV_MESSAGE_TYPE_NONE, 1000000);
    EXPECT(message_take(SINT, &message));
}

#define POST(title, filler)                                                                        \
    .name = (title), .control = HV_CALL_POST_MESSAGE, .fill = (filler),                            \
    .input = sizeof(struct hv_post_message)

static void messages(void)
{
    static const struct job jobs[] = {
        { POST("PostMessage, 0 bytes", fill_post_0), .after = message_wait },
        { POST("PostMessage, 16 bytes", fill_post_16), .after = message_wait },
        { POST("PostMessage, 240 bytes", fill_post_240), .after = message_wait },
        { POST("PostMessage, no such connection", fill_post_nobody),
          .result = HV_STATUS_INVALID_CONNECTION_ID },
    };

    for (uint32_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
        job_rows(&jobs[i]);
    }
}

static void fill_ipi(uint64_t *input)
{
    input[0] = INTID;
    input[1] = 1;
}

static void interrupts(void)
{
    static const struct job ipi = { .name = "SendSyntheticClusterIpi, 1 processor",
                                    .control = HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI,
                                    .fill = fill_ipi,
                                    .input = 16 };

    job_rows(&ipi);
}

const struct test tests[] = {
    { "GuestOsId is set, the counter on", setup },
    { "what is not a hypercall", what_is_not_a_hypercall },
    { "small calls", small_calls },
    { "registers", registers },
    { "events", events },
    { "messages", messages },
    { "interrupts", interrupts },
    { NULL, NULL },
};
