/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Hypercalls as a guest makes them, see hypercall.h. */

#include "hypercall.h"

#include "tests/oracles/oracles.h"

#define PATTERN UINT64_C(0x5a00a5a5c3c30000)

const struct convention native = {
    .name = "native", .call = call_hvc1, .control = 0, .window = 1, .words = 16, .slow = true
};
const struct convention smccc = { .name = "smccc",
                                  .call = call_hvc0,
                                  .id = HV_SMCCC_HYPERCALL,
                                  .control = 1,
                                  .window = 2,
                                  .words = 16,
                                  .slow = true };
const struct convention compact = { .name = "compact",
                                    .call = call_hvc0,
                                    .id = HV_SMCCC_SPILLED_HYPERCALL,
                                    .control = 1,
                                    .window = 2,
                                    .words = 5,
                                    .spills = true };
const struct convention *const conventions[3] = { &native, &smccc, &compact };

static uint8_t spill_pages[CPUS_MAX][HV_PAGE_SIZE] __attribute__((aligned(4096)));

uint8_t *spill_page(void)
{
    return spill_pages[this_cpu()->index];
}

uint64_t spill_attach(void)
{
    return hvc0(HV_SMCCC_SPILL_ATTACH, gpa(spill_page()) | HV_SPILL_ATTACH_ENABLE, 0, 0);
}

uint64_t spill_detach(void)
{
    return hvc0(HV_SMCCC_SPILL_ATTACH, 0, 0, 0);
}

void call_prepare(const struct convention *convention, uint64_t control, struct call *call)
{
    for (uint32_t i = 0; i < 31; i++) {
        call->x[i] = PATTERN + i;
    }
    call->nzcv = UINT64_C(0xf0000000);
    call->x[0] = convention->id;
    call->x[convention->control] = control;
}

uint64_t call_fast(const struct convention *convention, uint64_t control, const uint64_t *input,
                   uint32_t words, struct call *call)
{
    struct call own;
    volatile uint64_t *page = (volatile uint64_t *)(uintptr_t)gpa(spill_page());

    call = call != NULL ? call : &own;
    call_prepare(convention, control, call);
    for (uint32_t i = 0; i < words; i++) {
        if (i < convention->words) {
            call->x[convention->window + i] = input[i];
        } else {
            page[i] = input[i];
        }
    }
    convention->call(call);
    return call->x[0];
}

uint64_t call_slow(const struct convention *convention, uint64_t control, uint64_t input_gpa,
                   uint64_t output_gpa, struct call *call)
{
    struct call own;

    call = call != NULL ? call : &own;
    call_prepare(convention, control, call);
    call->x[convention->window] = input_gpa;
    call->x[convention->window + 1] = output_gpa;
    convention->call(call);
    return call->x[0];
}

uint32_t fast_output_register(const struct convention *convention, uint32_t input, uint32_t output)
{
    if (convention->spills) {
        return convention->window;
    }
    if (convention->id != 0) {
        return convention->window + 2 * ((input + 15) / 16);
    }
    return convention->window + convention->words - 2 * ((output + 15) / 16);
}

bool expect_registers(const struct call *before, const struct call *after, uint64_t changed)
{
    struct oracle_verdict verdict = oracle_refuse(before->x, after->x, 31, changed);

    if (verdict.broken != 0) {
        EXPECT_EQ(after->x[verdict.first], before->x[verdict.first]);
        note("  register", verdict.first);
        return false;
    }
    return EXPECT_EQ(after->sp_after, after->sp_before) && EXPECT_EQ(after->nzcv, before->nzcv);
}

uint64_t register_get(const struct convention *convention, uint32_t name,
                      struct hv_register_value *value)
{
    const uint64_t input[] = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF, name };
    uint32_t out = fast_output_register(convention, 20, 16);
    struct call call;
    uint64_t result;

    result = call_fast(convention, CONTROL_FAST(HV_CALL_GET_VP_REGISTERS) | CONTROL_REPS(1), input,
                       3, &call);
    value->low = call.x[out];
    value->high = call.x[out + 1];
    return result;
}

uint64_t register_set(const struct convention *convention, uint32_t name, uint64_t low)
{
    const uint64_t input[] = { HV_PARTITION_ID_SELF, HV_VP_INDEX_SELF, name, 0, low, 0 };

    return call_fast(convention, CONTROL_FAST(HV_CALL_SET_VP_REGISTERS) | CONTROL_REPS(1), input, 6,
                     NULL);
}

void guest_os_id_set(void)
{
    if (STATUS(register_set(&smccc, HV_REGISTER_GUEST_OS_ID, GUEST_OS_ID)) != HV_STATUS_SUCCESS) {
        bail_out("GuestOsId can't be set");
    }
}
