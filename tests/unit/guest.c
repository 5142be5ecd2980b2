/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The guest of the unit tests: lays out one call in each convention, executes it under watch, and
 * reads the answer. Written from the description of the conventions alone. */

#include "harness.h"

#include "tests/oracles/oracles.h"

#define COMPACT_REGISTERS 40u /* bytes in X2..X6 */
#define COMPACT_ANSWER 16u    /* bytes in X2, X3 */

static const struct {
    uint16_t immediate;
    uint32_t id; /* SMCCC function id; 0: none */
    uint8_t control;
    uint8_t block; /* first register of the block, or of the two GPAs */
    bool fast;
} forms[FORMS] = {
    [FORM_NATIVE_FAST] = { 1, 0, 0, 1, true },
    [FORM_NATIVE_SLOW] = { 1, 0, 0, 1, false },
    [FORM_SMCCC_FAST] = { 0, 0x46000001, 1, 2, true },
    [FORM_SMCCC_SLOW] = { 0, 0x46000001, 1, 2, false },
    [FORM_COMPACT] = { 0, 0x46005302, 1, 2, true },
    [FORM_COMPACT_SPILLED] = { 0, 0x46005302, 1, 2, true },
    [FORM_COMPACT_PINNED] = { 0, 0x46005302, 1, 2, true },
};

bool form_is_fast(enum form form)
{
    return forms[form].fast;
}

uint16_t form_immediate(enum form form)
{
    return forms[form].immediate;
}

unsigned form_control_register(enum form form)
{
    return forms[form].control;
}

static bool has_page(enum form form)
{
    return form == FORM_COMPACT_SPILLED || form == FORM_COMPACT_PINNED;
}

static size_t pairs(size_t bytes)
{
    return (bytes + 15) / 16;
}

bool form_fits(enum form form, const struct request *request)
{
    switch (form) {
    case FORM_COMPACT:
        return request->input_size <= COMPACT_REGISTERS && request->output_size <= COMPACT_ANSWER;
    case FORM_COMPACT_SPILLED:
    case FORM_COMPACT_PINNED:
        return request->input_size <= 2048 && request->output_size <= 2048;
    case FORM_NATIVE_SLOW:
    case FORM_SMCCC_SLOW:
        return request->input_size <= 4096 && request->output_size <= 4096;
    default:
        return pairs(request->input_size) + pairs(request->output_size) <= 8;
    }
}

/* The register where fast output starts. Compact answers start where its block does. */
static size_t output_register(enum form form, const struct request *request)
{
    switch (form) {
    case FORM_NATIVE_FAST:
        return 17 - 2 * pairs(request->output_size);
    case FORM_SMCCC_FAST:
        return 2 + 2 * pairs(request->input_size);
    default:
        return 2;
    }
}

static uint64_t input_gpa(const struct request *request)
{
    return request->input_gpa != 0 ? request->input_gpa : GPA(PAGE_INPUT);
}

static uint64_t output_gpa(const struct request *request)
{
    return request->output_gpa != 0 ? request->output_gpa : GPA(PAGE_OUTPUT);
}

/* Guest memory as the guest itself writes it: whatever exists there takes the bytes. */
static void poke(struct world *world, uint64_t gpa, const void *from, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t *byte = fake_host_at(&world->host, gpa + i);
        if (byte != NULL) {
            *byte = ((const uint8_t *)from)[i];
        }
    }
}

static void prepare_block(struct world *world, enum form form, const struct request *request,
                          uint64_t *block)
{
    size_t in_registers = form_is_fast(form) ? HV_FAST_BLOCK_SIZE : 0;

    if (form == FORM_COMPACT || has_page(form)) {
        const struct shim_vp *vp = &world->vps[world->vp];
        uint64_t attached = has_page(form) ? GPA(PAGE_SPILL) | 1 : 0;

        in_registers = COMPACT_REGISTERS;
        world->ops.page_pin = form == FORM_COMPACT_PINNED ? fake_page_pin : NULL;
        if (vp->spill_page != attached ||
            (vp->spill_pinned != NULL) != (form == FORM_COMPACT_PINNED)) {
            assert_int_equal(guest_spill_attach(world, attached), 0);
        }
        if (request->input_size > COMPACT_REGISTERS) {
            poke(world, GPA(PAGE_SPILL) + COMPACT_REGISTERS,
                 (const uint8_t *)request->input + COMPACT_REGISTERS,
                 request->input_size - COMPACT_REGISTERS);
        }
    }
    if (in_registers != 0) {
        size_t size = request->input_size < in_registers ? request->input_size : in_registers;
        memcpy(block, size != 0 ? request->input : "", size);
        return;
    }
    /* A GPA that the call does not use may be anything: leave the pattern, misaligned. */
    block[0] |= 1;
    block[1] |= 1;
    if (request->input_size != 0) {
        block[0] = input_gpa(request);
        poke(world, block[0], request->input, request->input_size);
    }
    if (request->output_size != 0) {
        block[1] = output_gpa(request);
    }
}

void guest_prepare(struct world *world, enum form form, const struct request *request,
                   uint64_t x[SHIM_REGISTERS])
{
    registers_fill(x);
    if (forms[form].id != 0) {
        /* Bits 63:32 are no part of the id; nor is the SVE hint, here as the pattern has it. */
        x[0] = (x[0] & (UINT64_C(0xffffffff00000000) | UINT64_C(1) << 16)) | forms[form].id;
    }
    x[forms[form].control] = request->code | (forms[form].fast ? HV_CONTROL_FAST : 0) |
                             (uint64_t)request->variable_words << 17 |
                             (uint64_t)request->count << 32 | (uint64_t)request->start << 48 |
                             request->control;
    prepare_block(world, form, request, &x[forms[form].block]);
}

/* Bytes of output that are there after an entry, of elements before this one included. */
static size_t output_done(enum shim_verdict verdict, const struct request *request, uint64_t result,
                          uint64_t control)
{
    size_t element =
        request->rep && request->count != 0 ? request->output_size / request->count : 0;

    if (verdict == SHIM_AGAIN) {
        return hv_control_rep_start(control) * element;
    }
    if (verdict != SHIM_DONE) {
        return 0;
    }
    if (request->rep) {
        return ((result & HV_RESULT_REPS) >> HV_RESULT_REPS_SHIFT) * element;
    }
    return (result & HV_RESULT_STATUS) == HV_STATUS_SUCCESS ? request->output_size : 0;
}

/* Makes a range of `before` equal to `after`: a range that the call was entitled to change. */
static void allow(void *before, const void *after, size_t from, size_t to)
{
    if (from < to) {
        memcpy((uint8_t *)before + from, (const uint8_t *)after + from, to - from);
    }
}

static void expect_only_allowed_registers(enum form form, const struct request *request,
                                          enum shim_verdict verdict, size_t done,
                                          uint64_t before[SHIM_REGISTERS], const uint64_t *after)
{
    unsigned control = forms[form].control;

    if (verdict == SHIM_DONE) {
        before[0] = after[0];
    }
    if (verdict == SHIM_AGAIN) {
        before[control] =
            hv_control_with_rep_start(before[control], hv_control_rep_start(after[control]));
    }
    if (form == FORM_COMPACT || has_page(form)) {
        done = verdict != SHIM_DONE ? 0 : done < COMPACT_ANSWER ? done : COMPACT_ANSWER;
    }
    if (forms[form].fast && done != 0) {
        size_t first = output_register(form, request);
        allow(&before[first], &after[first], 0, done);
    }
    assert_int_equal(oracle_refuse(before, after, SHIM_REGISTERS, 0).broken, 0);
}

/* What is left of earlier calls in the VP's buffers is nobody's business: eight bytes of it in a
 * row are a leak. */
static void expect_nothing_of_earlier_calls(const void *bytes, size_t size)
{
    assert_int_equal(oracle_canary_leaked(bytes, size, ORACLE_CANARY_SIZE).broken, 0);
}

static void expect_only_allowed_memory(struct world *world, enum form form,
                                       const struct request *request, size_t done,
                                       struct snapshot *snapshot)
{
    uint64_t at = has_page(form) ? GPA(PAGE_SPILL) + 2048 : output_gpa(request);
    size_t from = request->rep && request->count != 0
                      ? request->start * (request->output_size / request->count)
                      : 0;

    if (world->host.change_after_read) {
        return; /* memory is not what the library alone made it */
    }
    if (form != FORM_COMPACT && !(forms[form].fast && !has_page(form)) && done > from) {
        size_t offset = at - GUEST_BASE;
        allow(snapshot->memory, world->host.memory, offset + from, offset + done);
        expect_nothing_of_earlier_calls((const uint8_t *)world->host.memory + offset + from,
                                        done - from);
    }
    snapshot_expect_same_memory(snapshot, world);
}

enum shim_verdict guest_enter(struct world *world, enum form form, const struct request *request,
                              uint64_t x[SHIM_REGISTERS])
{
    static struct snapshot before; /* large */
    struct shim_vp *vp = &world->vps[world->vp];
    uint64_t registers[SHIM_REGISTERS];
    enum shim_verdict verdict;
    size_t done;

    oracle_canary_fill(vp->input, sizeof vp->input);
    oracle_canary_fill(vp->output, sizeof vp->output);
    snapshot_take(&before, world);
    memcpy(registers, x, sizeof registers);
    fake_host_forget(&world->host);
    verdict = fake_hvc(vp, forms[form].immediate, x);

    done = output_done(verdict, request, x[0], x[forms[form].control]);
    expect_only_allowed_registers(form, request, verdict, done, registers, x);
    expect_only_allowed_memory(world, form, request, done, &before);
    expect_nothing_of_earlier_calls(x, SHIM_REGISTERS * sizeof x[0]);
    assert_false(world->host.read_twice);
    if (verdict == SHIM_DONE) {
        assert_int_equal(x[0] & ~(HV_RESULT_STATUS | HV_RESULT_REPS), 0);
        assert_int_not_equal(x[0] & HV_RESULT_STATUS, HV_STATUS_TIME_OUT);
    }
    if (!request->changes_state) {
        snapshot_expect_same_state(&before, world);
    }
    return verdict;
}

void guest_collect(struct world *world, enum form form, const struct request *request,
                   const uint64_t x[SHIM_REGISTERS], struct answer *answer)
{
    answer->result = x[0];
    answer->status = (hv_status_t)(x[0] & HV_RESULT_STATUS);
    answer->reps = (uint32_t)((x[0] & HV_RESULT_REPS) >> HV_RESULT_REPS_SHIFT);
    if (!form_fits(form, request)) {
        return;
    }
    if (has_page(form)) {
        memcpy(answer->output, &world->host.memory[PAGE_SPILL][2048], request->output_size);
    } else if (forms[form].fast) {
        memcpy(answer->output, &x[output_register(form, request)], request->output_size);
    } else if (request->output_size != 0) {
        const uint8_t *from = fake_host_at(&world->host, output_gpa(request));
        size_t size = from == NULL ? 0 : request->output_size;
        memcpy(answer->output, size != 0 ? from : (const uint8_t *)"", size);
    }
}

struct answer guest_call(struct world *world, enum form form, const struct request *request)
{
    struct answer answer = { .entries = 0 };
    struct request now = *request;
    uint64_t x[SHIM_REGISTERS];

    guest_prepare(world, form, request, x);
    do {
        answer.verdict = guest_enter(world, form, &now, x);
        answer.entries++;
        now.start = hv_control_rep_start(x[forms[form].control]);
    } while (answer.verdict == SHIM_AGAIN);
    guest_collect(world, form, request, x, &answer);
    return answer;
}
