/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/calls/memory.c: flushes of translations, and translations asked for. */

#include "harness.h"

#include <hv/processor.h>

#define ELEMENTS 3u

/* Any of the six flushes. */
struct flush {
    uint64_t words[8]; /* header, banks, list */
};

enum flush_call { SPACE, SPACE_EX, LIST, LIST_EX, GUEST_SPACE, GUEST_LIST, FLUSHES };

static const struct {
    uint16_t code;
    uint8_t header; /* words */
    bool set;       /* a set of VPs in place of the mask */
    bool list;
    bool stage2;
    uint64_t legal; /* flags */
} flushes[FLUSHES] = {
    [SPACE] = { 0x0002, 3, false, false, false, 7 },
    [SPACE_EX] = { 0x0013, 4, true, false, false, 7 },
    [LIST] = { 0x0003, 3, false, true, false, 3 },
    [LIST_EX] = { 0x0014, 4, true, true, false, 3 },
    [GUEST_SPACE] = { 0x00af, 2, false, false, true, 0 },
    [GUEST_LIST] = { 0x00b0, 2, false, true, true, 0 },
};

static struct request request_flush(enum flush_call call, const struct flush *flush)
{
    uint32_t count = flushes[call].list ? ELEMENTS : 0;

    return (struct request) { .code = flushes[call].code,
                              .rep = flushes[call].list,
                              .count = count,
                              .input = flush,
                              .input_size = 8 * (flushes[call].header + count) };
}

/* Every flag that the call has, alone and together: all of the guest's translations go, on all
 * processors, before the call returns. */
static void flush_all(struct world *world, enum form form)
{
    for (enum flush_call call = 0; call < FLUSHES; call++) {
        struct flush flush = { .words = { 0x5000, 0, 0, 0, UINT64_MAX, 0xfff } };
        const struct request request = request_flush(call, &flush);

        for (uint64_t flags = 0; flags < 16; flags++) {
            flush.words[1] = flags;
            if (!form_fits(form, &request)) {
                continue;
            }
            if ((flags & ~flushes[call].legal) != 0) {
                expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
                continue;
            }
            assert_int_equal(guest_call(world, form, &request).status, HV_STATUS_SUCCESS);
            assert_int_not_equal(world->host.flushes, 0);
            assert_int_equal(world->host.stage2_flushes,
                             flushes[call].stage2 ? world->host.flushes : 0);
        }
    }
}

static void every_flush_takes_all_translations(void **state)
{
    for_each_convention(state, flush_all);
}

static void flush_flags(struct world *world, enum form form)
{
    for (enum flush_call call = 0; call < FLUSHES; call++) {
        for (unsigned bit = 3; bit < 64; bit++) {
            const struct flush flush = { .words = { 0, UINT64_C(1) << bit } };
            const struct request request = request_flush(call, &flush);

            if (form_fits(form, &request)) {
                expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
            }
        }
    }
}

static void reserved_flush_flags_are_refused(void **state)
{
    for_each_convention(state, flush_flags);
}

/* V4: whatever an entry of the list says. */
static void flush_entries(struct world *world, enum form form)
{
    static const uint64_t entries[] = { 0,
                                        0xfff,
                                        UINT64_C(0x0000fffffffff000),
                                        UINT64_C(0xffff000000000fff),
                                        UINT64_C(0xfffffffffffff000),
                                        UINT64_C(0x8000000000000fff),
                                        UINT64_MAX };
    struct flush flush = { .words = { 0 } };
    const struct request request = request_flush(GUEST_LIST, &flush);
    const struct request virtual = request_flush(LIST, &flush);

    for (unsigned i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        flush.words[2] = flush.words[3] = flush.words[4] = flush.words[5] = entries[i];
        if (form_fits(form, &request)) {
            assert_int_equal(guest_call(world, form, &request).result,
                             hv_result(HV_STATUS_SUCCESS, ELEMENTS));
        }
        if (form_fits(form, &virtual)) {
            assert_int_equal(guest_call(world, form, &virtual).result,
                             hv_result(HV_STATUS_SUCCESS, ELEMENTS));
        }
    }
}

static void any_range_may_be_flushed(void **state)
{
    for_each_convention(state, flush_entries);
}

/* A mask or set without anybody in it is no mistake; a set that contradicts itself is. */
static void flush_sets(struct world *world, enum form form)
{
    struct flush flush = { .words = { 0 } };
    struct request request = request_flush(SPACE_EX, &flush);

    assert_int_equal(guest_call(world, form, &request).status, HV_STATUS_SUCCESS);
    assert_int_equal(world->host.flushes, 1);
    flush.words[3] = 1; /* one bank, which is not there */
    expect_refusal(world, form, &request, HV_STATUS_INVALID_HYPERCALL_INPUT);
    flush.words[2] = 2;
    expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
    flush.words[2] = 0;
    request.variable_words = 1;
    request.input_size += 8;
    flush.words[4] = UINT64_MAX;
    assert_int_equal(guest_call(world, form, &request).status, HV_STATUS_SUCCESS);
}

static void empty_set_flushes_and_a_bad_one_is_refused(void **state)
{
    for_each_convention(state, flush_sets);
}

/* ---- Translations -----------------------------------------------------------------------------
 */

static struct hv_translate_virtual_address valid_translation(void)
{
    return (struct hv_translate_virtual_address) {
        .partition_id = HV_PARTITION_ID_SELF,
        .vp_index = HV_VP_INDEX_SELF,
        .flags = HV_TRANSLATE_GVA_VALIDATE_READ | HV_TRANSLATE_GVA_PAN_CLEAR,
        .gva_page = 0xfffff12345678,
    };
}

static struct request request_translate(uint16_t code,
                                        const struct hv_translate_virtual_address *input)
{
    return (struct request) {
        .code = code, .input = input, .input_size = sizeof *input, .output_size = 16
    };
}

static const uint16_t translations[] = { HV_CALL_TRANSLATE_VIRTUAL_ADDRESS,
                                         HV_CALL_TRANSLATE_VIRTUAL_ADDRESS_EX };

/* The call succeeds when it was in order, whatever becomes of the address. */
static void translate(struct world *world, enum form form)
{
    for (uint32_t code = HV_TRANSLATE_GVA_SUCCESS; code <= HV_TRANSLATE_GVA_GPA_NO_WRITE_ACCESS;
         code++) {
        const struct hv_translate_gva_result result = { .result_code = code,
                                                        .cache_type = 6,
                                                        .gpa_page = 0x12345 + code };

        world->host.translation = result;
        for (unsigned i = 0; i < 2; i++) {
            const struct hv_translate_virtual_address input = valid_translation();
            const struct request request = request_translate(translations[i], &input);
            struct answer answer = guest_call(world, form, &request);

            assert_int_equal(answer.result, HV_STATUS_SUCCESS);
            assert_memory_equal(answer.output, &result, sizeof result);
            assert_int_equal(world->host.translations, 1);
            assert_int_equal(world->host.translated_gva, UINT64_C(0xfffff12345678000));
            assert_int_equal(world->host.translate_flags, input.flags);
        }
    }
}

static void failed_translation_is_a_result_not_a_status(void **state)
{
    for_each_convention(state, translate);
}

static void translate_flags(struct world *world, enum form form)
{
    struct hv_translate_virtual_address input = valid_translation();
    const struct request request = request_translate(translations[0], &input);

    for (unsigned bit = 0; bit < 56; bit++) {
        input.flags = UINT64_C(1) << bit;
        if ((input.flags & UINT64_C(0x3f7)) != 0) { /* 0x8 and 0x400 are x64's */
            assert_int_equal(guest_call(world, form, &request).status, HV_STATUS_SUCCESS);
            assert_int_equal(world->host.translate_flags, input.flags);
        } else {
            expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
        }
    }
    for (uint64_t vtl = 0; vtl < 256; vtl++) {
        hv_status_t status = (vtl & 0xe0) != 0            ? HV_STATUS_INVALID_PARAMETER
                             : vtl <= 0x10                ? HV_STATUS_SUCCESS
                             : vtl == 0x11 || vtl == 0x12 ? HV_STATUS_ACCESS_DENIED
                                                          : HV_STATUS_INVALID_PARAMETER;

        input.flags = vtl << 56 | 1;
        if (status != HV_STATUS_SUCCESS) {
            expect_refusal(world, form, &request, status);
        } else {
            assert_int_equal(guest_call(world, form, &request).status, status);
            assert_int_equal(world->host.translate_flags, 1);
        }
    }
}

static void translation_flags_of_arm64_only(void **state)
{
    for_each_convention(state, translate_flags);
}

static void translate_badly(struct world *world, enum form form)
{
    struct hv_translate_virtual_address input = valid_translation();
    const struct request request = request_translate(translations[1], &input);

    world->vp = 1;
    input.partition_id = 77;
    expect_refusal(world, form, &request, HV_STATUS_INVALID_PARTITION_ID);
    input = valid_translation();
    input.vp_index = FAKE_VPS;
    expect_refusal(world, form, &request, HV_STATUS_INVALID_VP_INDEX);
    input.vp_index = 0; /* another one: its registers are in motion */
    expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
    input.vp_index = 1;
    assert_int_equal(guest_call(world, form, &request).status, HV_STATUS_SUCCESS);
    input.reserved = 1;
    expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
    input = valid_translation();
    input.gva_page = UINT64_C(1) << 52;
    expect_refusal(world, form, &request, HV_STATUS_INVALID_PARAMETER);
    input.gva_page--;
    assert_int_equal(guest_call(world, form, &request).status, HV_STATUS_SUCCESS);
    assert_int_equal(world->host.translated_gva, UINT64_C(0xfffffffffffff000));
}

static void translation_that_makes_no_sense_is_refused(void **state)
{
    for_each_convention(state, translate_badly);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(every_flush_takes_all_translations),
        UNIT_TEST(reserved_flush_flags_are_refused),
        UNIT_TEST(any_range_may_be_flushed),
        UNIT_TEST(empty_set_flushes_and_a_bad_one_is_refused),
        UNIT_TEST(failed_translation_is_a_result_not_a_status),
        UNIT_TEST(translation_flags_of_arm64_only),
        UNIT_TEST(translation_that_makes_no_sense_is_refused),
    };

    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
