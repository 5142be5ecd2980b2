/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The monitor with a look at each exit before it is handled: the linker puts this between the two
 * (--wrap=exit_handle). What is new is added to the file that HVSHIM_KVM_EXITS names, as seeds for
 * tests/kvm/fuzz_exit.c. New is what differs in kind, function, or form. */

#include "host/kvm/monitor.h"

#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hv/hypercall.h>

#include "tests/kvm/exits.h"

#define MOST 300u /* lines of one guest */
#define LINE (EXIT_WORDS * 17 + 16)

void __real_exit_handle(struct thread *thread); /* NOLINT(bugprone-reserved-identifier): ld's */
void __wrap_exit_handle(struct thread *thread); /* NOLINT(bugprone-reserved-identifier) */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Under `lock`. */
static bool is_new(const char *kind, uint64_t first, uint64_t second)
{
    static struct {
        const char *kind;
        uint64_t first, second;
    } seen[MOST];
    static uint32_t count;

    for (uint32_t n = 0; n < count; n++) {
        if (seen[n].kind == kind && seen[n].first == first && seen[n].second == second) {
            return false;
        }
    }
    if (count == MOST) {
        return false;
    }
    seen[count].kind = kind;
    seen[count].first = first;
    seen[count++].second = second;
    return true;
}

static void put_line(const char *kind, const uint64_t *words, uint32_t count)
{
    char line[LINE];
    int used = snprintf(line, sizeof line, "%s", kind);
    const char *path = getenv("HVSHIM_KVM_EXITS");
    int file = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

    while (count > 0 && words[count - 1] == 0) {
        count--;
    }
    for (uint32_t n = 0; n < count; n++) {
        used += snprintf(line + used, sizeof line - (size_t)used, " %llx",
                         (unsigned long long)words[n]);
    }
    line[used++] = '\n';
    if (file >= 0) {
        (void)!write(file, line, (size_t)used);
        (void)close(file);
    }
}

static void note_call(struct thread *thread)
{
    static const char hvc[] = "hvc", smc[] = "smc";
    const char *kind = (thread->run->hypercall.longmode & 1) != 0 ? smc : hvc;
    uint64_t words[EXIT_WORDS] = { 0 };
    const uint64_t *x = &words[EXIT_X0];
    uint16_t immediate = 0;

    if (kind == hvc) {
        (void)instruction_immediate(thread, reg_get(thread, REG_PC) - 4, &immediate);
    }
    words[EXIT_IMMEDIATE] = immediate;
    for (uint64_t n = 0; n < SHIM_REGISTERS; n++) {
        words[EXIT_X0 + n] = reg_get(thread, REG_GENERAL + 2 * n);
    }
    bool native = immediate == HV_HVC_HYPERCALL;
    uint64_t control = native ? x[0] : x[1];
    if ((control & HV_CONTROL_FAST) == 0) {
        (void)memory_read(NULL, native ? x[1] : x[2], &words[EXIT_INPUT], EXIT_INPUT_WORDS * 8);
    }
    uint64_t function = (uint64_t)immediate << 32 | (uint32_t)(native ? 0 : x[0]);
    if (is_new(kind, function, (control & 0x1ffff) | (control >> 32 != 0 ? 1u << 17 : 0))) {
        put_line(kind, words, EXIT_WORDS);
    }
}

void __wrap_exit_handle(struct thread *thread) /* NOLINT(bugprone-reserved-identifier) */
{
    const struct kvm_run *run = thread->run;

    pthread_mutex_lock(&lock);
    if (run->exit_reason == KVM_EXIT_HYPERCALL) {
        note_call(thread);
    } else if (run->exit_reason == KVM_EXIT_MMIO) {
        uint64_t words[] = { run->mmio.phys_addr, run->mmio.len, run->mmio.is_write, 0 };
        memcpy(&words[EXIT_DATA], run->mmio.data, sizeof words[EXIT_DATA]);
        if (is_new("mmio", words[EXIT_GPA], words[EXIT_LENGTH] << 1 | words[EXIT_IS_WRITE])) {
            put_line("mmio", words, 4);
        }
    } else if (run->exit_reason == KVM_EXIT_ARM_NISV) {
        uint64_t word = run->arm_nisv.esr_iss;
        if (is_new("nisv", word, 0)) {
            put_line("nisv", &word, 1);
        }
    }
    pthread_mutex_unlock(&lock);
    __real_exit_handle(thread);
}
