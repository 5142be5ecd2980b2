/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What the parts of the plugin share: what is known of an instruction, of a processor, of a case.
 */

#ifndef BENCH_PROFILE_H
#define BENCH_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tests/bench/plugin/a64.h"

#define VCPUS_MAX 256u

enum level { BELOW, EL2, LEVELS };

/* What a processor has done: at its levels, and before it first came below EL2. */
enum phase { GUEST = BELOW, HYPERVISOR = EL2, START, PHASES };

struct counts {
    uint64_t instructions, sysreg, system, barriers, loads, stores;
};

struct window {
    struct counts at[LEVELS];
};

struct instruction {
    uint64_t address;
    uintptr_t host_address; /* tells apart what has the same virtual address */
    uint32_t opcode;
    uint32_t mark;
    struct a64_kind kind;
};

struct step {
    const struct instruction *instruction;
    enum level level;
};

/* The windows of a case, and the way of the last of them. */
struct round_trips {
    struct window *windows;
    size_t count;
    struct step *steps;
    size_t step_count;
};

struct vcpu {
    enum level level;
    bool seen;
    bool arriving; /* the instruction before was HVC, below EL2 */
    bool open;     /* a window is */
    bool trapping; /* the next instruction is the one that traps */
    const struct instruction *last;
    enum phase phase; /* of the instruction before */
    uint64_t entries; /* from below to EL2 */
    struct counts all[PHASES];
    struct window window;
    struct step *steps;
    size_t step_count, step_room;
};

struct profile {
    struct round_trips *cases;
    size_t case_count;
    bool counting; /* between MARK_CASE and MARK_END */
    struct vcpu vcpus[VCPUS_MAX];
};

/* At which level a processor executes an instruction, and what that does to the level of the next.
 * Both for each instruction, in this order. With `high`, EL2 is the upper half of addresses. */
enum level level_of(struct vcpu *vcpu, const struct instruction *at, bool high);
void level_leave(struct vcpu *vcpu, const struct instruction *at);

/* The figures, without the first `skip` windows of each case; and every step of the last windows.
 */
void report_figures(FILE *file, const struct profile *profile, uint64_t skip);
void report_steps(FILE *file, const struct profile *profile);

/* `array` with room for `count` elements. Ends QEMU when there is no memory. */
void *grown(void *array, size_t count, size_t size);

#endif
