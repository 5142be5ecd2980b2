/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Measuring calls from inside of the guest, see measure.h. */

#include "tests/bench/guest/measure.h"

#include <string.h>

#include "tests/guest/runtime/marks.h"
#include "tests/guest/runtime/sysreg.h"

#define WARM_UP 16u
#define CALLS 64u /* per measurement */

#define COMPACT_INPUT 40u
#define COMPACT_OUTPUT 16u
#define SPILL_HALF 2048u
#define FAST_BLOCK 128u
#define PAIRS(bytes) (((bytes) + 15u) & ~15u)

/* INST_RETIRED, at EL2 only: NSH counts EL2; P and U with NSK and NSU clear exclude EL1 and EL0
 * (Arm ARM D13.4.8, PMEVTYPER<n>_EL0). */
#define PMEVTYPER_EL2_INSTRUCTIONS (UINT64_C(0x08) | UINT64_C(1) << 27 | UINT64_C(3) << 30)
#define PMCR_E UINT64_C(1)

const struct form forms[FORMS] = {
    { "native fast", &native, true, false }, { "native slow", &native, false, false },
    { "SMCCC fast", &smccc, true, false },   { "SMCCC slow", &smccc, false, false },
    { "compact", &compact, true, false },    { "compact spill", &compact, true, true },
};

uint64_t in_page[512] __attribute__((aligned(4096)));
uint64_t out_page[512] __attribute__((aligned(4096)));

/* What is measured: a job in a form, or something plain. */
struct subject {
    const struct job *job;
    const struct form *form;
    void (*plain)(void);
};

#define MARK(mark) __asm__ volatile("movz xzr, %0" ::"i"(mark))

static uint32_t case_number;

void measure_init(void)
{
    guest_os_id_set();
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

bool job_fits(const struct job *job, const struct form *form)
{
    if (!form->fast) {
        return true;
    }
    if (!form->convention->spills) {
        return PAIRS(job->input) + PAIRS(job->output) <= FAST_BLOCK;
    }
    return form->page ? job->input <= SPILL_HALF && job->output <= SPILL_HALF
                      : job->input <= COMPACT_INPUT && job->output <= COMPACT_OUTPUT;
}

static void make(const struct subject *subject)
{
    const struct job *job = subject->job;
    const struct form *form = subject->form;
    uint64_t result;

    if (job == NULL) {
        subject->plain();
        return;
    }
    result = form->fast
                 ? call_fast(form->convention, job->control | HV_CONTROL_FAST, in_page,
                             (job->input + 7) / 8, NULL)
                 : call_slow(form->convention, job->control, job->input != 0 ? gpa(in_page) : 0,
                             job->output != 0 ? gpa(out_page) : 0, NULL);
    EXPECT_EQ(result, job->result);
}

static uint64_t count(const struct subject *subject, uint32_t calls)
{
    uint64_t total = 0;

    for (uint32_t i = 0; i < calls; i++) {
        uint64_t from = counter();

        make(subject);
        total += (uint32_t)(counter() - from);
        if (subject->job != NULL && subject->job->after != NULL) {
            subject->job->after();
        }
    }
    return total;
}

/* Instructions per call, when nothing is new any more. */
static uint64_t measure(const struct subject *subject)
{
    uint64_t total;

    count(subject, WARM_UP);
    MARK(MARK_CASE);
    total = count(subject, CALLS);
    MARK(MARK_END);
    case_number++;
    EXPECT(total != 0);          /* else nobody counts */
    EXPECT_EQ(total % CALLS, 0); /* exact, or something else ran in between */
    return total / CALLS;
}

static void print_line(const char *kind, uint64_t instructions)
{
    print("# ");
    print(kind);
    print(" ");
    print_decimal(case_number - 1);
    print(" ");
    print_decimal(instructions);
    print(" ");
}

static void print_name(const char *name, const char *form)
{
    print(name);
    print("; ");
    print(form);
    print("\n");
}

static uint64_t measure_job(const struct job *job, const struct form *form)
{
    uint64_t instructions;

    expect_context(job->name, (uint64_t)(form - forms));
    memset(in_page, 0, sizeof(in_page));
    if (job->fill != NULL) {
        job->fill(in_page);
    }
    if (form->page) {
        EXPECT_EQ(spill_attach(), 0);
    }
    instructions = measure(&(const struct subject) { .job = job, .form = form });
    if (form->page) {
        EXPECT_EQ(spill_detach(), 0);
    }
    expect_context(NULL, 0);
    return instructions;
}

void job_row(const struct job *job, const struct form *form)
{
    uint64_t instructions = measure_job(job, form);

    print_line("row", instructions);
    print_name(job->name, form->name);
}

void job_rows(const struct job *job)
{
    for (uint32_t i = 0; i < FORMS; i++) {
        if (job_fits(job, &forms[i])) {
            job_row(job, &forms[i]);
        }
    }
}

void plain_row(const char *name, const char *how, void (*make_it)(void))
{
    uint64_t instructions;

    expect_context(name, 0);
    instructions = measure(&(const struct subject) { .plain = make_it });
    expect_context(NULL, 0);
    print_line("row", instructions);
    print_name(name, how);
}

void job_point(const struct job *job, const struct form *form, const char *series, uint64_t x)
{
    uint64_t instructions = measure_job(job, form);

    print_line("point", instructions);
    print_decimal(x);
    print(" ");
    print_name(series, form->name);
}
