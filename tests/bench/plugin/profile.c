/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A plugin for QEMU that counts what a hypervisor executes for its guest.
 *
 * Round trips: a guest puts marks (tests/guest/runtime/marks.h) around an instruction that traps.
 * Each stretch between MARK_CALL and MARK_RETURN is a window; the trapping instruction itself is
 * not counted, the hypervisor's last ERET is. Whole runs: what each processor executed, at EL2 and
 * below.
 *
 * Arguments:
 *   out=FILE     where the figures go when QEMU ends; the format is in docs/performance.md
 *   skip=N       the first N windows of each case are warm-up and left out (0)
 *   el2=tracked  EL2 is entered through its vectors and left by ERET (the default)
 *   el2=high     EL2 is what runs at addresses of the upper half: a kernel of the host with VHE,
 *                whose guest and applications keep to the lower one
 *   trace=FILE   every instruction of the last window of each case: case, level, address, opcode
 */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/plugin/profile.h"
#include "tests/bench/plugin/qemu_plugin.h"
#include "tests/guest/runtime/marks.h"

static struct {
    const char *out, *trace;
    uint64_t skip;
    bool high;
} options;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of what follows */
static struct profile profile;

/* What QEMU has translated. Never freed: it may execute a block as long as it lives. */
struct block {
    struct block *before;
    struct instruction all[];
};
static struct block *blocks;

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_API;

__attribute__((noreturn)) static void die(const char *what)
{
    fprintf(stderr, "profile: %s\n", what);
    exit(2);
}

void *grown(void *array, size_t count, size_t size)
{
    void *more = realloc(array, (count != 0 ? count : 1) * size);

    if (more == NULL) {
        die("out of memory");
    }
    return more;
}

/* --- Windows ----------------------------------------------------------------------------- */

static void add(struct counts *counts, const struct a64_kind *kind)
{
    counts->instructions++;
    counts->sysreg += kind->sysreg;
    counts->system += kind->system;
    counts->barriers += kind->barriers;
    counts->loads += kind->loads;
    counts->stores += kind->stores;
}

static void case_begin(void)
{
    pthread_mutex_lock(&lock);
    profile.cases = grown(profile.cases, profile.case_count + 1, sizeof(*profile.cases));
    profile.cases[profile.case_count++] = (struct round_trips) { .count = 0 };
    profile.counting = true;
    pthread_mutex_unlock(&lock);
}

static void case_end(void)
{
    pthread_mutex_lock(&lock);
    profile.counting = false;
    pthread_mutex_unlock(&lock);
}

static void window_begin(struct vcpu *vcpu)
{
    vcpu->open = true;
    vcpu->trapping = true;
    vcpu->window = (struct window) { .at = { { 0 } } };
    vcpu->step_count = 0;
}

static void keep_steps(struct round_trips *trips, const struct vcpu *vcpu)
{
    trips->steps = grown(trips->steps, vcpu->step_count, sizeof(*trips->steps));
    memcpy(trips->steps, vcpu->steps, vcpu->step_count * sizeof(*trips->steps));
    trips->step_count = vcpu->step_count;
}

static void window_end(struct vcpu *vcpu)
{
    pthread_mutex_lock(&lock);
    if (vcpu->open && profile.counting) {
        struct round_trips *trips = &profile.cases[profile.case_count - 1];

        trips->windows = grown(trips->windows, trips->count + 1, sizeof(*trips->windows));
        trips->windows[trips->count++] = vcpu->window;
        if (options.trace != NULL) {
            keep_steps(trips, vcpu);
        }
    }
    pthread_mutex_unlock(&lock);
    vcpu->open = false;
}

static void note_step(struct vcpu *vcpu, const struct instruction *at, enum level level)
{
    if (vcpu->step_count == vcpu->step_room) {
        vcpu->step_room = vcpu->step_room == 0 ? 4096 : 2 * vcpu->step_room;
        vcpu->steps = grown(vcpu->steps, vcpu->step_room, sizeof(*vcpu->steps));
    }
    vcpu->steps[vcpu->step_count++] = (struct step) { at, level };
}

/* What traps is the guest's; what follows is EL2's, whatever led there. */
static void in_window(struct vcpu *vcpu, const struct instruction *at, enum level level)
{
    if (vcpu->trapping) {
        vcpu->trapping = false;
        vcpu->arriving = true;
        return;
    }
    add(&vcpu->window.at[level], &at->kind);
    if (options.trace != NULL) {
        note_step(vcpu, at, level);
    }
}

static void on_mark(struct vcpu *vcpu, uint32_t mark)
{
    if (mark == MARK_CASE) {
        case_begin();
    } else if (mark == MARK_END) {
        case_end();
    } else if (mark == MARK_CALL) {
        window_begin(vcpu);
    } else {
        window_end(vcpu);
    }
}

static void count_phase(struct vcpu *vcpu, const struct instruction *at, enum level level)
{
    bool started = vcpu->all[GUEST].instructions != 0;
    enum phase phase = level == BELOW ? GUEST : started ? HYPERVISOR : START;

    vcpu->entries += phase == HYPERVISOR && vcpu->phase == GUEST;
    vcpu->phase = phase;
    add(&vcpu->all[phase], &at->kind);
}

static void on_instruction(unsigned int index, void *data)
{
    const struct instruction *at = data;
    struct vcpu *vcpu = &profile.vcpus[index % VCPUS_MAX];
    enum level level = level_of(vcpu, at, options.high);

    count_phase(vcpu, at, level);
    level_leave(vcpu, at);
    if (at->mark != 0) {
        on_mark(vcpu, at->mark);
    } else if (vcpu->open) {
        in_window(vcpu, at, level);
    }
}

static uint32_t mark_of(uint32_t opcode)
{
    uint32_t mark = a64_mark(opcode);

    bool known = mark == MARK_CASE || mark == MARK_END || mark == MARK_CALL || mark == MARK_RETURN;

    return known ? mark : 0;
}

static void on_block(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    size_t count = qemu_plugin_tb_n_insns(block);
    struct block *kept = grown(NULL, 1, sizeof(*kept) + count * sizeof(kept->all[0]));

    (void)id;
    pthread_mutex_lock(&lock);
    kept->before = blocks;
    blocks = kept;
    pthread_mutex_unlock(&lock);
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, i);
        uint32_t opcode;

        memcpy(&opcode, qemu_plugin_insn_data(insn), sizeof(opcode));
        kept->all[i] =
            (struct instruction) { .address = qemu_plugin_insn_vaddr(insn),
                                   .host_address = (uintptr_t)qemu_plugin_insn_haddr(insn),
                                   .opcode = opcode,
                                   .mark = mark_of(opcode),
                                   .kind = a64_kind(opcode) };
        qemu_plugin_register_vcpu_insn_exec_cb(insn, on_instruction, QEMU_PLUGIN_CB_NO_REGS,
                                               &kept->all[i]);
    }
}

static void write_file(const char *name, void (*print)(FILE *file))
{
    FILE *file = fopen(name, "w");

    if (file == NULL) {
        perror(name);
        return;
    }
    print(file);
    if (fclose(file) != 0) {
        perror(name);
    }
}

static void print_figures(FILE *file)
{
    report_figures(file, &profile, options.skip);
}

static void print_steps(FILE *file)
{
    report_steps(file, &profile);
}

static void on_exit_of_qemu(qemu_plugin_id_t id, void *data)
{
    (void)id;
    (void)data;
    write_file(options.out, print_figures);
    if (options.trace != NULL) {
        write_file(options.trace, print_steps);
    }
}

/* --- Arguments --------------------------------------------------------------------------- */

static bool argument(const char *text)
{
    if (strncmp(text, "out=", 4) == 0) {
        options.out = strdup(text + 4);
    } else if (strncmp(text, "trace=", 6) == 0) {
        options.trace = strdup(text + 6);
    } else if (strncmp(text, "skip=", 5) == 0) {
        options.skip = strtoull(text + 5, NULL, 10);
    } else if (strcmp(text, "el2=high") == 0) {
        options.high = true;
    } else {
        return strcmp(text, "el2=tracked") == 0;
    }
    return true;
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++) {
        if (!argument(argv[i])) {
            fprintf(stderr, "profile: unknown argument '%s'\n", argv[i]);
            return -1;
        }
    }
    if (options.out == NULL) {
        fprintf(stderr, "profile: out=FILE is missing\n");
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_block);
    qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
    return 0;
}
