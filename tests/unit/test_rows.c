/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of the engine (dispatch/hypercall.c, block.c, spill.c) on calls of shapes that the
 * product's table names but does not serve yet: variable headers, narrow and absent elements, whole
 * pages. Links the tests' own table (rows.c). */

#include "harness.h"
#include "rows.h"

static uint64_t words[512];

static void fill_words(void)
{
    for (unsigned i = 0; i < 512; i++) {
        words[i] = UINT64_C(0x0101010101010101) * (i % 251) + i;
    }
}

/* The i-th 64-bit word of an answer. */
static uint64_t word_of(const struct answer *answer, unsigned i)
{
    uint64_t word;

    memcpy(&word, answer->output + 8 * i, sizeof word);
    return word;
}

static uint64_t sum(unsigned from, unsigned count)
{
    uint64_t total = 0;

    for (unsigned i = from; i < from + count; i++) {
        total += words[i];
    }
    return total;
}

/* D2, V2: a variable header of every size that fits is brought whole; one word more is refused. */
static void every_variable_header(struct world *world, enum form form)
{
    fill_words();
    for (uint32_t count = 0; count <= 1023; count++) {
        struct request request = {
            .code = ROW_SUM,
            .variable_words = count,
            .input = words,
            .input_size = 8 + 8 * (size_t)count,
            .output_size = 16,
        };

        if (request.input_size > sizeof words) {
            request.input_size = sizeof words; /* as much as there is to lay out */
        }
        if (8 + 8 * count <= 4096 && form_fits(form, &request)) {
            struct answer answer = guest_call(world, form, &request);

            assert_int_equal(answer.status, HV_STATUS_SUCCESS);
            assert_int_equal(word_of(&answer, 0), sum(0, 1 + count));
            assert_int_equal(word_of(&answer, 1), count);
        } else {
            expect_refusal(world, form, &request,
                           form_is_fast(form) ? HV_STATUS_INVALID_HYPERCALL_INPUT
                                              : HV_STATUS_INVALID_ALIGNMENT);
            assert_int_equal(world->host.accesses, 0);
        }
    }
}

static void variable_header_of_every_size(void **state)
{
    for_each_convention(state, every_variable_header);
}

/* The rep list starts behind the variable header. */
static void variable_header_and_reps(struct world *world, enum form form)
{
    fill_words();
    for (uint32_t budget = 0; budget <= 4; budget++) {
        for (uint32_t variable = 0; variable <= 3; variable++) {
            struct request request = {
                .code = ROW_SUM_REP,
                .rep = true,
                .count = 4,
                .variable_words = variable,
                .input = words,
                .input_size = 8 + 8 * (size_t)variable + 32,
                .output_size = 32,
            };
            struct answer answer;

            if (!form_fits(form, &request)) {
                continue;
            }
            world->host.budget = budget;
            answer = guest_call(world, form, &request);
            assert_int_equal(answer.result, hv_result(HV_STATUS_SUCCESS, 4));
            assert_int_equal(answer.entries, budget == 0 ? 1 : (4 + budget - 1) / budget);
            for (unsigned i = 0; i < 4; i++) {
                assert_int_equal(word_of(&answer, i),
                                 words[1 + variable + i] + sum(0, 1 + variable));
            }
        }
    }
}

static void rep_list_starts_behind_the_variable_header(void **state)
{
    for_each_convention(state, variable_header_and_reps);
}

/* R3: a bad element at any place, reached in any number of entries. */
static void bad_element(struct world *world, enum form form)
{
    uint64_t input[5] = { 1 };
    struct request request = {
        .code = ROW_SUM_REP,
        .rep = true,
        .count = 4,
        .input = input,
        .input_size = sizeof input,
        .output_size = 32,
    };

    for (uint32_t budget = 0; form_fits(form, &request) && budget <= 4; budget++) {
        for (uint32_t bad = 0; bad < 4; bad++) {
            struct answer answer;

            for (unsigned i = 0; i < 4; i++) {
                input[1 + i] = i == bad ? ROW_BAD_ELEMENT : 0x100 + i;
            }
            world->host.budget = budget;
            answer = guest_call(world, form, &request);
            assert_int_equal(answer.result, hv_result(HV_STATUS_INVALID_PARAMETER, bad));
            for (unsigned i = 0; i < bad; i++) {
                assert_int_equal(word_of(&answer, i), 0x101 + i);
            }
        }
    }
}

static void elements_before_a_bad_one_are_answered(void **state)
{
    for_each_convention(state, bad_element);
}

/* Elements smaller than a register: those before rep start keep what an earlier entry wrote. */
static void narrow_elements(struct world *world, enum form form)
{
    fill_words();
    for (uint32_t count = 1; count <= 9; count++) {
        struct request request = {
            .code = ROW_NARROW,
            .rep = true,
            .count = count,
            .input = words,
            .input_size = 16 + 8 * (size_t)count,
            .output_size = 4 * (size_t)count,
        };

        for (uint32_t budget = 0; form_fits(form, &request) && budget <= count; budget++) {
            struct answer answer;

            world->host.budget = budget;
            answer = guest_call(world, form, &request);
            assert_int_equal(answer.result, hv_result(HV_STATUS_SUCCESS, count));
            for (uint32_t i = 0; i < count; i++) {
                uint32_t value;

                memcpy(&value, answer.output + 4 * i, sizeof value);
                assert_int_equal(value, (uint32_t)words[2 + i] * 2);
            }
        }
    }
}

static void narrow_elements_survive_continuation(void **state)
{
    for_each_convention(state, narrow_elements);
}

/* In the compact form a guest without a page may start anywhere; there is nothing to read back. */
static void compact_rep_start_without_a_page_reads_no_memory(void **state)
{
    struct world *world = *state;
    struct request request = {
        .code = ROW_NARROW,
        .rep = true,
        .count = 3,
        .start = 2,
        .input = words,
        .input_size = 40,
        .output_size = 12,
    };
    struct answer answer;
    uint32_t last;

    fill_words();
    answer = guest_call(world, FORM_COMPACT, &request);
    assert_int_equal(answer.result, hv_result(HV_STATUS_SUCCESS, 3));
    assert_int_equal(world->host.accesses, 0);
    memcpy(&last, answer.output + 8, sizeof last);
    assert_int_equal(last, (uint32_t)words[4] * 2);
    assert_memory_equal(answer.output, words, 8); /* X2 as it was: the first input word */
}

static void no_input_elements(struct world *world, enum form form)
{
    struct request request = {
        .code = ROW_WITHDRAW,
        .rep = true,
        .count = 5,
        .input = words,
        .input_size = 16,
        .output_size = 40,
    };

    fill_words();
    for (uint32_t budget = 0; form_fits(form, &request) && budget <= 5; budget++) {
        struct answer answer;

        world->host.budget = budget;
        answer = guest_call(world, form, &request);
        assert_int_equal(answer.result, hv_result(HV_STATUS_SUCCESS, 5));
        for (unsigned i = 0; i < 5; i++) {
            assert_int_equal(word_of(&answer, i), words[1]);
        }
    }
}

static void rep_call_without_input_elements(void **state)
{
    for_each_convention(state, no_input_elements);
}

/* C5: sizes are compared as wholes; 4095 of the largest element are 524 KiB. */
static void largest_lists(struct world *world, enum form form)
{
    static const uint32_t counts[] = { 1, 15, 16, 31, 32, 512, 4095 };

    fill_words();
    for (unsigned i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct request request = {
            .code = ROW_STORE,
            .rep = true,
            .count = counts[i],
            .input = words,
            .input_size = 8 + 128 * (size_t)counts[i],
        };
        bool fits = form_fits(form, &request);

        rows_calls.calls = 0;
        request.input_size = request.input_size < sizeof words ? request.input_size : sizeof words;
        if (fits) {
            assert_int_equal(guest_call(world, form, &request).reps, counts[i]);
            assert_int_equal(rows_calls.calls, counts[i]);
            assert_int_equal(rows_calls.last, words[1 + 16 * (counts[i] - 1)]);
        } else {
            expect_refusal(world, form, &request,
                           form_is_fast(form) ? HV_STATUS_INVALID_HYPERCALL_INPUT
                                              : HV_STATUS_INVALID_ALIGNMENT);
            assert_int_equal(rows_calls.calls, 0);
        }
    }
}

static void lists_that_do_not_fit_are_refused_before_the_handler(void **state)
{
    for_each_convention(state, largest_lists);
}

static void page_sized_blocks(struct world *world, enum form form)
{
    struct request requests[] = {
        { .code = ROW_LARGE, .input = words, .input_size = 4096, .output_size = 4096 },
        { .code = ROW_HALF, .input = words, .input_size = 2048, .output_size = 2048 },
    };

    fill_words();
    for (unsigned i = 0; i < 2; i++) {
        if (form_fits(form, &requests[i])) {
            struct answer answer = guest_call(world, form, &requests[i]);
            assert_int_equal(answer.status, HV_STATUS_SUCCESS);
            assert_memory_equal(answer.output, words, requests[i].output_size);
        } else {
            expect_refusal(world, form, &requests[i], HV_STATUS_INVALID_HYPERCALL_INPUT);
        }
    }
}

static void blocks_may_fill_a_page(void **state)
{
    for_each_convention(state, page_sized_blocks);
}

/* Whatever status a handler gives, a simple call's output appears only with SUCCESS. */
static void every_status(struct world *world, enum form form)
{
    for (uint64_t status = 1; status < 0x90; status++) {
        struct request request = {
            .code = ROW_STATUS,
            .input = &status,
            .input_size = sizeof status,
            .output_size = 8,
        };

        if (status != HV_STATUS_TIME_OUT) { /* which no handler returns */
            expect_refusal(world, form, &request, (hv_status_t)status);
        }
    }
}

static void failed_simple_call_has_no_output(void **state)
{
    for_each_convention(state, every_status);
}

/* Output of one byte an element: what lies around it in the register or page stays. */
static void byte_elements(struct world *world, enum form form)
{
    fill_words();
    for (uint32_t count = 1; count <= 8; count++) {
        struct request request = {
            .code = ROW_BYTES,
            .rep = true,
            .count = count,
            .input = words,
            .input_size = 8 + 8 * (size_t)count,
            .output_size = count,
        };
        struct answer answer;

        if (form_fits(form, &request)) {
            answer = guest_call(world, form, &request);
            assert_int_equal(answer.reps, count);
            for (uint32_t i = 0; i < count; i++) {
                assert_int_equal(answer.output[i], (uint8_t)words[1 + i]);
            }
        }
    }
}

static void byte_elements_leave_their_surroundings(void **state)
{
    for_each_convention(state, byte_elements);
}

/* A block of no bytes is not looked for, wherever its address points. */
static void no_input(struct world *world, enum form form)
{
    struct request request = {
        .code = ROW_NOTHING, .rep = true, .count = 2, .input = "", .output_size = 16
    };

    if (form_fits(form, &request)) {
        struct answer answer = guest_call(world, form, &request);

        assert_int_equal(answer.result, hv_result(HV_STATUS_SUCCESS, 2));
        assert_int_equal(word_of(&answer, 0), UINT64_C(0x6e6f7468696e67));
        assert_int_equal(word_of(&answer, 1), UINT64_C(0x6e6f7468696e67));
    }
}

static void call_without_input_reads_none(void **state)
{
    for_each_convention(state, no_input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(call_without_input_reads_none),
        UNIT_TEST(variable_header_of_every_size),
        UNIT_TEST(rep_list_starts_behind_the_variable_header),
        UNIT_TEST(elements_before_a_bad_one_are_answered),
        UNIT_TEST(narrow_elements_survive_continuation),
        UNIT_TEST(compact_rep_start_without_a_page_reads_no_memory),
        UNIT_TEST(rep_call_without_input_elements),
        UNIT_TEST(lists_that_do_not_fit_are_refused_before_the_handler),
        UNIT_TEST(blocks_may_fill_a_page),
        UNIT_TEST(failed_simple_call_has_no_output),
        UNIT_TEST(byte_elements_leave_their_surroundings),
    };

    return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
