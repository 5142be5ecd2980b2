/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What the plugin writes when QEMU ends: lines of words, described in docs/performance.md. */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/plugin/profile.h"

static const char *const level_names[LEVELS] = { "below", "EL2" };
static const char *const phase_names[PHASES] = { "below", "EL2", "start" };

static uint64_t length(const struct window *window)
{
    return window->at[BELOW].instructions + window->at[EL2].instructions;
}

static int by_length(const void *a, const void *b)
{
    uint64_t first = length(a);
    uint64_t second = length(b);

    return (first > second) - (first < second);
}

static void print_counts(FILE *file, const struct counts *counts)
{
    fprintf(file, " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64,
            counts->instructions, counts->sysreg, counts->barriers, counts->loads, counts->stores,
            counts->system);
}

/* The median of the windows, and how many of them are like it. */
static void report_case(FILE *file, size_t number, const struct round_trips *trips,
                        uint64_t skipped)
{
    size_t skip = trips->count < skipped ? trips->count : (size_t)skipped;
    size_t count = trips->count - skip;
    struct window *windows = grown(NULL, count, sizeof(*windows));
    const struct window *median = &windows[count / 2];
    size_t alike = 0;

    if (count == 0) {
        free(windows);
        return;
    }
    memcpy(windows, &trips->windows[skip], count * sizeof(*windows));
    qsort(windows, count, sizeof(*windows), by_length);
    for (size_t i = 0; i < count; i++) {
        alike += memcmp(&windows[i], median, sizeof(*median)) == 0;
    }
    for (int level = EL2; level >= BELOW; level--) {
        fprintf(file, "case %zu %s %zu %zu %" PRIu64 " %" PRIu64, number, level_names[level], count,
                alike, windows[0].at[level].instructions,
                windows[count - 1].at[level].instructions);
        print_counts(file, &median->at[level]);
        fprintf(file, "\n");
    }
    free(windows);
}

void report_figures(FILE *file, const struct profile *profile, uint64_t skip)
{
    fprintf(file, "# case number level windows alike least most instructions sysreg barriers loads "
                  "stores system\n");
    for (size_t i = 0; i < profile->case_count; i++) {
        report_case(file, i, &profile->cases[i], skip);
    }
    fprintf(file, "# processor number phase instructions sysreg barriers loads stores system "
                  "entries\n");
    for (size_t i = 0; i < VCPUS_MAX; i++) {
        const struct vcpu *vcpu = &profile->vcpus[i];

        for (int phase = START; vcpu->seen && phase >= GUEST; phase--) {
            fprintf(file, "processor %zu %s", i, phase_names[phase]);
            print_counts(file, &vcpu->all[phase]);
            fprintf(file, " %" PRIu64 "\n", phase == HYPERVISOR ? vcpu->entries : 0);
        }
    }
}

void report_steps(FILE *file, const struct profile *profile)
{
    fprintf(file, "# case level address opcode\n");
    for (size_t i = 0; i < profile->case_count; i++) {
        for (size_t step = 0; step < profile->cases[i].step_count; step++) {
            const struct step *at = &profile->cases[i].steps[step];

            fprintf(file, "%zu %s %016" PRIx64 " %08" PRIx32 "\n", i, level_names[at->level],
                    at->instruction->address, at->instruction->opcode);
        }
    }
}
