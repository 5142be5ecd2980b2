/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What can be counted out is counted out, each case in engine and model: the fields of the control
 * word at their boundaries for every call in every form, every register name up to 0xfffff for
 * reading and writing, every address within a page and every address bit. Prints TAP. */

#include <inttypes.h>
#include <stdio.h>

#include "bench.h"
#include "report.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t cases; /* of the present test */

static struct bench *opened, *configured, *closed;

static void run(struct bench *bench, struct bench_call *call)
{
    if (bench_call(bench, call) == SHIM_AGAIN) {
        fuzz_fail("paused without a budget", call->x[0], call->x[1]);
    }
    bench_compare_state(bench);
    bench_restore(bench);
    cases++;
}

/* ---- Forms ---------------------------------------------------------------------------------- */

/* Ways to say a control word: immediate, function id, fast bit. Whether a spill page is there is
 * the bench's business. */
static const struct form {
    uint16_t immediate;
    uint32_t id;
    uint64_t fast;
} forms[] = {
    { 1, 0, HV_CONTROL_FAST },
    { 1, 0, 0 },
    { 0, HV_SMCCC_HYPERCALL, HV_CONTROL_FAST },
    { 0, HV_SMCCC_HYPERCALL, 0 },
    { 0, HV_SMCCC_SPILLED_HYPERCALL, HV_CONTROL_FAST },
    { 0, HV_SMCCC_SPILLED_HYPERCALL, 0 },
};

/* A header that many calls take: this partition, this VP. */
static struct bench_call call_of(const struct form *form, uint64_t control)
{
    struct bench_call call = { .immediate = form->immediate };
    uint64_t *x = call.x;

    if (form->immediate == 0) {
        *x++ = form->id;
    }
    *x++ = control | form->fast;
    *x++ = form->fast ? UINT64_MAX : FUZZ_GPA(FUZZ_INPUT);
    *x++ = form->fast ? HV_VP_INDEX_SELF : FUZZ_GPA(FUZZ_OUTPUT);
    *x = HV_REGISTER_VP_INDEX;
    return call;
}

static void poke_header(struct bench *bench)
{
    const uint64_t header[] = { UINT64_MAX, HV_VP_INDEX_SELF, HV_REGISTER_VP_INDEX };

    bench_poke(bench, FUZZ_GPA(FUZZ_INPUT), header, sizeof header);
}

/* ---- Control words -------------------------------------------------------------------------- */

static const uint16_t other_codes[] = { 0x0000, 0x0004, 0x0011, 0x0012, 0x003f, 0x0069, 0x006f,
                                        0x7abc, 0x8000, 0x8004, 0x8005, 0xc001, 0xffff };
static const uint32_t counts[] = { 0,   1,   2,   3,   4,   5,    6,    7,    8,    63,   127,
                                   128, 255, 256, 511, 512, 1023, 1024, 2047, 2048, 4094, 4095 };
static const uint32_t words[] = { 0, 1, 2, 3, 14, 15, 16, 17, 255, 256, 511, 512, 1022, 1023 };

static void every_start(uint16_t code, const struct form *form, uint32_t count, uint32_t variable)
{
    const uint32_t starts[] = { 0, 1, count - 1, count, count + 1, 2048, 4094, 4095 };

    for (size_t i = 0; i < COUNT(starts); i++) {
        uint64_t control = code | (uint64_t)variable << 17 | (uint64_t)count << 32 |
                           (uint64_t)(starts[i] & 0xfff) << 48;
        struct bench *benches[] = { opened, configured };

        for (size_t j = 0; j < COUNT(benches); j++) {
            struct bench_call call = call_of(form, control);

            poke_header(benches[j]);
            run(benches[j], &call);
        }
    }
}

static void every_bit(uint16_t code, const struct form *form)
{
    for (uint32_t bit = 16; bit < 64; bit++) {
        struct bench_call call = call_of(form, code | UINT64_C(1) << bit | UINT64_C(1) << 32);
        struct bench_call simple = call_of(form, code | UINT64_C(1) << bit);
        struct bench_call early = simple;

        poke_header(opened);
        run(opened, &call);
        poke_header(opened);
        run(opened, &simple);
        run(closed, &early);
    }
}

static void control_words_at_their_boundaries(void)
{
    for (uint32_t row = 0; row < model_row_count + COUNT(other_codes); row++) {
        uint16_t code =
            row < model_row_count ? model_rows[row].code : other_codes[row - model_row_count];

        for (size_t form = 0; form < COUNT(forms); form++) {
            for (size_t i = 0; i < COUNT(counts); i++) {
                for (size_t j = 0; j < COUNT(words); j++) {
                    every_start(code, &forms[form], counts[i], words[j]);
                }
            }
            every_bit(code, &forms[form]);
        }
    }
}

static void every_call_code(void)
{
    struct bench *benches[] = { opened, closed };

    for (uint32_t code = 0; code <= 0xffff; code++) {
        for (size_t form = 0; form < COUNT(forms); form++) {
            for (size_t i = 0; i < COUNT(benches); i++) {
                struct bench_call call = call_of(&forms[form], code);

                run(benches[i], &call);
            }
        }
    }
}

/* ---- Registers ------------------------------------------------------------------------------ */

static void every_register(void)
{
    static const uint64_t values[] = { 0, 0x10001 };

    for (uint32_t name = 0; name <= 0xfffff; name++) {
        struct bench_call get = call_of(&forms[0], UINT64_C(0x100000050));

        get.x[3] = name;
        run(opened, &get);
        for (size_t i = 0; i < COUNT(values); i++) {
            struct bench_call set = call_of(&forms[2], UINT64_C(0x100000051));

            set.x[4] = name;
            set.x[6] = values[i];
            run(opened, &set);
        }
    }
}

static void every_register_before_guest_os_id(void)
{
    for (uint32_t name = 0; name <= 0xfffff; name++) {
        struct bench_call get = call_of(&forms[0], UINT64_C(0x100000050));
        struct bench_call set = call_of(&forms[0], UINT64_C(0x100000051));

        get.x[3] = set.x[3] = name;
        run(closed, &get);
        run(closed, &set);
    }
}

/* ---- Addresses ------------------------------------------------------------------------------ */

static void slow_call_at(const struct model_row *row, uint32_t count, uint64_t input,
                         uint64_t output)
{
    uint64_t control = row->code | (uint64_t)(row->class == MODEL_REP ? count : 0) << 32;
    const uint64_t header[] = { UINT64_MAX, HV_VP_INDEX_SELF, HV_REGISTER_VP_INDEX };
    struct bench_call call = { .immediate = 1, .x = { control, input, output } };

    bench_poke(opened, input, header, sizeof header);
    run(opened, &call);
}

static void every_address_in_a_page(void)
{
    static const enum fuzz_page pages[] = { FUZZ_INPUT, FUZZ_SPILL, FUZZ_ROM, FUZZ_DEVICE,
                                            FUZZ_LAST };

    for (uint32_t row = 0; row < model_row_count; row++) {
        for (size_t page = 0; page < COUNT(pages); page++) {
            for (uint32_t offset = 0; offset < 4096; offset++) {
                uint64_t gpa = FUZZ_GPA(pages[page]) + offset;

                slow_call_at(&model_rows[row], 1, gpa, FUZZ_GPA(FUZZ_OUTPUT));
                slow_call_at(&model_rows[row], 1, FUZZ_GPA(FUZZ_EVENTS), gpa);
            }
        }
    }
}

static void every_length_up_to_a_page(void)
{
    for (uint32_t row = 0; row < model_row_count; row++) {
        for (uint32_t count = 1; model_rows[row].class == MODEL_REP && count < 4096; count++) {
            for (uint32_t offset = 0; offset <= 16; offset += 8) {
                slow_call_at(&model_rows[row], count, FUZZ_GPA(FUZZ_INPUT) + offset,
                             FUZZ_GPA(FUZZ_LAST) + offset);
            }
        }
    }
}

static void every_address_bit(void)
{
    for (uint32_t row = 0; row < model_row_count; row++) {
        for (uint32_t bit = 0; bit < 64; bit++) {
            uint64_t other = FUZZ_GPA(FUZZ_INPUT) ^ UINT64_C(1) << bit;

            slow_call_at(&model_rows[row], 1, other, FUZZ_GPA(FUZZ_OUTPUT));
            slow_call_at(&model_rows[row], 1, FUZZ_GPA(FUZZ_INPUT), other);
            slow_call_at(&model_rows[row], 1, UINT64_MAX << bit, FUZZ_GPA(FUZZ_OUTPUT));
            slow_call_at(&model_rows[row], 1, FUZZ_GPA(FUZZ_INPUT), UINT64_MAX << bit);
        }
    }
}

static void every_spill_address(void)
{
    for (uint64_t offset = 0; offset < (FUZZ_PAGES + 1) * 4096; offset++) {
        struct bench_call attach = { .x = { HV_SMCCC_SPILL_ATTACH, FUZZ_BASE + offset } };

        run(opened, &attach);
    }
}

int main(void)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } tests[] = {
        { "control_words_at_their_boundaries", control_words_at_their_boundaries },
        { "every_call_code", every_call_code },
        { "every_register", every_register },
        { "every_register_before_guest_os_id", every_register_before_guest_os_id },
        { "every_address_in_a_page", every_address_in_a_page },
        { "every_length_up_to_a_page", every_length_up_to_a_page },
        { "every_address_bit", every_address_bit },
        { "every_spill_address", every_spill_address },
    };

    opened = bench_make(0, BENCH_OPEN);
    configured = bench_make(0, BENCH_CONFIGURED);
    closed = bench_make(0, BENCH_CLOSED);
    printf("1..%zu\n", COUNT(tests));
    for (size_t i = 0; i < COUNT(tests); i++) {
        cases = 0;
        tests[i].run();
        printf("ok %zu - %s # %" PRIu64 " cases\n", i + 1, tests[i].name, cases);
        fflush(stdout);
    }
    return 0;
}
