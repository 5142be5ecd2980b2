/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The monitor's way of handling exits, on the build machine with sanitizers, below a KVM that is
 * none: exits that guests have caused (tests/kvm/corpus) and others, mutated, over memory and page
 * tables that are mutated too. What a guest does must never end the monitor, and touches its own
 * registers and RAM alone.
 *
 * fuzz_exit ROUNDS CORPUS [SEED] */

#include "host/kvm/monitor.h"

#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include <arm/esr.h>
#include <arm/psci.h>
#include <hv/calls.h>
#include <hv/hypercall.h>

#include "host/common/board.h"
#include "tests/kvm/exits.h"
#include "tests/kvm/fake_kvm.h"

#define RAM_SIZE (UINT64_C(4) << 20)
#define RECORDS 1024u
#define GUARD UINT64_C(0x10000)
#define HVC(immediate) (0xd4000002u | (uint32_t)(immediate) << 5)
#define NEW_TABLES 64u /* one exit of so many has its MMU set anew */
#define CORPUS_MAX 4096u
#define LINE_MAX 2048

struct monitor monitor = { .ram_base = BOARD_RAM };

static uint64_t seed = 1, served, replayed, handled;

/* ---- The guest ---- */

static uint64_t random_word(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static uint64_t one_of(const uint64_t *words, size_t count)
{
    return words[random_word() % count];
}

static uint64_t somewhere(void)
{
    const uint64_t starts[] = { monitor.ram_base, monitor.ram_end - 8, monitor.ram_end, 0,
                                BOARD_PL011,      UINT64_MAX - 7 };
    uint64_t within = random_word() % 3 == 0 ? random_word() % RAM_SIZE : random_word() % 64 * 8;
    return random_word() % 4 == 0 ? random_word() : one_of(starts, 6) + within;
}

static uint64_t control_word(void)
{
    static const uint64_t codes[] = {
        HV_CALL_GET_VP_REGISTERS,
        HV_CALL_SET_VP_REGISTERS,
        HV_CALL_POST_MESSAGE,
        HV_CALL_SIGNAL_EVENT,
        HV_CALL_GET_PARTITION_ID,
        HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI,
        HV_CALL_START_VIRTUAL_PROCESSOR,
        HV_CALL_OUTPUT_DEBUG_CHARACTER,
        HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE,
    };
    uint64_t word = random_word() % 3 == 0 ? random_word() % 0x200 : one_of(codes, 9);
    word |= random_word() % 2 == 0 ? HV_CONTROL_FAST : 0;
    word |= random_word() % 3 * (UINT64_C(1) << HV_CONTROL_REP_COUNT_SHIFT);
    return random_word() % 8 == 0 ? word ^ UINT64_C(1) << random_word() % 64 : word;
}

static uint64_t first_register(void)
{
    static const uint64_t ids[] = {
        HV_SMCCC_HYPERCALL, HV_SMCCC_HYPERCALL,       0x46005302,        0x8600ff01,
        PSCI_VERSION,       PSCI_CPU_ON | PSCI_SMC64, PSCI_CPU_OFF,      PSCI_AFFINITY_INFO,
        PSCI_FEATURES,      PSCI_CPU_SUSPEND,         PSCI_SYSTEM_RESET, 0xc6005301,
    };
    return random_word() % 2 == 0 ? control_word() : one_of(ids, 12);
}

/* The instruction that it came by, where the guest's tables, such as they are, say that it is. */
static void place_instruction(struct thread *thread)
{
    uint64_t pc = monitor.ram_base + random_word() % 0x1000 * 4 + 4;
    uint32_t instruction = HVC(random_word() % 4 == 0 ? random_word() & 0xffff : random_word() % 2);
    uint32_t other = (uint32_t)random_word();

    *(uint32_t *)(uintptr_t)(pc - 4) = random_word() % 16 == 0 ? other : instruction;
    reg_set(thread, REG_PC, random_word() % 16 == 0 ? somewhere() : pc);
    if (random_word() % NEW_TABLES == 0) {
        reg_set(thread, REG_SCTLR_EL1, random_word() % 2);
        reg_set(thread, REG_TCR_EL1, random_word() % 2 == 0 ? random_word() : 0x280803519);
        reg_set(thread, REG_TTBR0_EL1, somewhere());
        reg_set(thread, REG_TTBR1_EL1, somewhere());
        for (uint32_t n = 0; n < 512; n++) {
            uint64_t entry = (somewhere() & ~UINT64_C(0xfff)) | (random_word() % 4) | 1 << 10;
            *(uint64_t *)(uintptr_t)(monitor.ram_base + 0x8000 + n * 8) = entry;
        }
    }
}

static void call(struct thread *thread)
{
    thread->run->exit_reason = KVM_EXIT_HYPERCALL;
    thread->run->hypercall.longmode = random_word() % 4 == 0;
    place_instruction(thread);
    for (uint64_t n = 1; n < SHIM_REGISTERS; n++) {
        const uint64_t values[] = { somewhere(), random_word() % 0x100000, random_word() % 8,
                                    HV_REGISTER_GUEST_OS_ID + random_word() % 4,
                                    HV_REGISTER_SINT0 + random_word() % 0x18 };
        reg_set(thread, REG_GENERAL + 2 * n, one_of(values, 5));
    }
    reg_set(thread, REG_GENERAL, first_register());
    reg_set(thread, REG_GENERAL + 2, control_word());
    if (random_word() % 2 == 0) { /* self, self: what most calls begin with */
        reg_set(thread, REG_GENERAL + 4, UINT64_MAX);
        reg_set(thread, REG_GENERAL + 6, 0xfffffffe);
    }
}

/* ---- What guests have done ---- */

enum kind { HVC_EXIT, SMC_EXIT, MMIO_EXIT, NISV_EXIT };
static struct {
    enum kind kind;
    uint64_t words[EXIT_WORDS];
} corpus[CORPUS_MAX];
static uint32_t corpus_size;

static void corpus_read(const char *path)
{
    static const char *const kinds[] = { "hvc", "smc", "mmio", "nisv" };
    static char line[LINE_MAX];
    FILE *file = fopen(path, "r");

    while (file != NULL && corpus_size < CORPUS_MAX && fgets(line, sizeof line, file) != NULL) {
        char *at = line + strcspn(line, " \n");
        bool known = false;
        for (uint32_t kind = 0; kind < 4; kind++) {
            if (strncmp(line, kinds[kind], (size_t)(at - line)) == 0 && line[0] != '\n') {
                corpus[corpus_size].kind = (enum kind)kind;
                known = true;
            }
        }
        if (!known) {
            continue; /* a comment */
        }
        for (uint32_t n = 0; n < EXIT_WORDS && *at == ' '; n++) {
            corpus[corpus_size].words[n] = strtoull(at, &at, 16);
        }
        corpus_size++;
    }
    if (file == NULL || corpus_size == 0) {
        (void)fprintf(stderr, "%s: no exits in there\n", path);
        exit(2);
    }
    (void)fclose(file);
}

/* An address of that guest's RAM is the one of ours that has the same place in its page. */
static uint64_t in_our_ram(uint64_t word)
{
    bool is_address = word >= monitor.ram_base && word < monitor.ram_base + (UINT64_C(3) << 30);
    return is_address ? monitor.ram_base + word % RAM_SIZE : word;
}

static uint64_t mutated(uint64_t word)
{
    switch (random_word() % 6) {
    case 0:
        return somewhere();
    case 1:
        return random_word();
    case 2:
        return control_word();
    case 3:
        return word + random_word() % 17 - 8;
    default:
        return word ^ UINT64_C(1) << random_word() % 64;
    }
}

static void call_again(struct thread *thread, bool smc, const uint64_t *words)
{
    uint64_t pc = monitor.ram_base + random_word() % 0x1000 * 4 + 4;
    uint64_t input;

    thread->run->exit_reason = KVM_EXIT_HYPERCALL;
    thread->run->hypercall.longmode = smc;
    reg_set(thread, REG_SCTLR_EL1, 0);
    reg_set(thread, REG_PC, pc);
    *(uint32_t *)(uintptr_t)(pc - 4) = HVC(words[EXIT_IMMEDIATE] & 0xffff);
    for (uint64_t n = 0; n < SHIM_REGISTERS; n++) {
        reg_set(thread, REG_GENERAL + 2 * n, in_our_ram(words[EXIT_X0 + n]));
    }
    input = in_our_ram(words[EXIT_X0 + (words[EXIT_IMMEDIATE] == HV_HVC_HYPERCALL ? 1 : 2)]);
    (void)memory_write(NULL, input, &words[EXIT_INPUT], EXIT_INPUT_WORDS * 8);
}

/* One that was recorded, as it was or with a few words changed. */
static void recorded(struct thread *thread)
{
    uint32_t which = (uint32_t)(random_word() % corpus_size);
    uint64_t words[EXIT_WORDS];
    struct kvm_run *run = thread->run;

    memcpy(words, corpus[which].words, sizeof words);
    for (uint64_t n = random_word() % 4; n > 0; n--) {
        uint64_t at = random_word() % (random_word() % 2 == 0 ? EXIT_WORDS : EXIT_INPUT);
        words[at] = mutated(words[at]);
    }
    replayed++;
    if (corpus[which].kind <= SMC_EXIT) {
        call_again(thread, corpus[which].kind == SMC_EXIT, words);
    } else if (corpus[which].kind == MMIO_EXIT) {
        run->exit_reason = KVM_EXIT_MMIO;
        run->mmio.phys_addr = words[EXIT_GPA];
        run->mmio.len = (uint32_t)words[EXIT_LENGTH];
        run->mmio.is_write = words[EXIT_IS_WRITE] & 1;
        memcpy(run->mmio.data, &words[EXIT_DATA], sizeof run->mmio.data);
    } else {
        run->exit_reason = KVM_EXIT_ARM_NISV;
        run->arm_nisv.esr_iss = words[EXIT_ISS];
    }
}

static void access_device(struct thread *thread)
{
    thread->run->exit_reason = KVM_EXIT_MMIO;
    thread->run->mmio.phys_addr =
        random_word() % 4 == 0 ? somewhere() : BOARD_PL011 + random_word() % PL011_SIZE;
    thread->run->mmio.len =
        random_word() % 4 == 0 ? (uint32_t)random_word() : 1u << random_word() % 4;
    thread->run->mmio.is_write = random_word() % 2;
    memset(thread->run->mmio.data, (int)random_word() & 0xff, sizeof thread->run->mmio.data);
}

static void odd_access(struct thread *thread)
{
    thread->run->exit_reason = KVM_EXIT_ARM_NISV;
    thread->run->arm_nisv.esr_iss = random_word();
}

/* ---- Rounds ---- */

/* Without a GuestOsId nearly all is refused; a guest may have taken its own away. */
static void introduce(void)
{
    uint64_t x[SHIM_REGISTERS] = {
        HV_SMCCC_HYPERCALL,
        HV_CALL_SET_VP_REGISTERS | HV_CONTROL_FAST | UINT64_C(1) << HV_CONTROL_REP_COUNT_SHIFT,
        HV_PARTITION_ID_SELF,
        HV_VP_INDEX_SELF,
        HV_REGISTER_GUEST_OS_ID,
        0,
        UINT64_C(0x8100000000000000),
    };
    if (shim_hvc(&monitor.shim_vps[0], HV_HVC_SMCCC, x) != SHIM_DONE || (x[0] & 0xffff) != 0) {
        fail(2, "no GuestOsId: 0x%llx", (unsigned long long)x[0]);
    }
}

static void make_machine(void)
{
    static struct kvm_run runs[FAKE_VPS];
    uint64_t rings = (FAKE_VPS + 1) * RECORDS * sizeof(struct shim_trace_slot);
    uint64_t start = monitor.ram_base - GUARD;
    uint64_t size = RAM_SIZE + rings + HV_PAGE_SIZE + 2 * GUARD;
    void *ram = mmap((void *)start, size, PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

    if (ram != (void *)start ||
        mprotect((void *)monitor.ram_base, size - 2 * GUARD, PROT_READ | PROT_WRITE) != 0) {
        fail(2, "no memory at 0x%llx", (unsigned long long)start);
    }
    monitor.ram_end = monitor.ram_base + RAM_SIZE;
    guest.vp_count = FAKE_VPS;
    guest.vps = monitor.shim_vps;
    guest.loopback = true;
    timebase_init(UNITS_PER_SECOND);
    for (uint32_t n = 0; n <= FAKE_VPS; n++) {
        monitor.threads[n].vp.index = n;
        monitor.threads[n].vp.ring = &monitor.threads[n].ring;
    }
    rings_init((struct shim_trace_slot *)(uintptr_t)monitor.ram_end, RECORDS,
               (struct shim_trace_header *)(uintptr_t)(monitor.ram_end + rings));
    partition_make(true);
    for (uint32_t n = 0; n < FAKE_VPS; n++) {
        monitor.threads[n].run = &runs[n];
        monitor.threads[n].vp.mpidr = n;
        monitor.threads[n].id = pthread_self();
        psci_on(&monitor.threads[n].vp);
    }
    read_instructions();
}

/* The turns of the service thread, and of VPs' threads between their exits. A VP that nobody starts
 * again is started here. */
static void serve(void)
{
    fake_running = NULL;
    for (uint32_t n = 0; n < FAKE_VPS; n++) {
        struct thread *thread = &monitor.threads[n];
        if (thread->leaving) {
            thread->leaving = false;
            psci_left(&thread->vp);
        } else if (thread->vp.state == VP_STARTING ||
                   (thread->vp.state == VP_DOWN && random_word() % 4 == 0)) {
            psci_on(&thread->vp);
        }
    }
    (void)service_round();
    (void)interrupts_send();
    monitor.end = SHIM_EXIT_RUNNING;
}

int main(int argc, char **argv)
{
    static void (*const exits[])(struct thread *) = { recorded, recorded,      recorded,  call,
                                                      call,     access_device, odd_access };
    uint64_t rounds = argc > 1 ? strtoull(argv[1], NULL, 0) : 100000;

    if (argc < 3) {
        (void)fputs("usage: fuzz_exit ROUNDS CORPUS [SEED]\n", stderr);
        return 2;
    }
    corpus_read(argv[2]);
    seed = argc > 3 ? strtoull(argv[3], NULL, 0) : (uint64_t)time(NULL) | 1;
    (void)printf("# seed %llu\n", (unsigned long long)seed);
    (void)fflush(stdout);
    if (freopen("/dev/null", "w", stdout) == NULL) { /* the PL011's */
        return 2;
    }
    make_machine();
    for (uint64_t n = 0; n < rounds; n++) {
        struct thread *thread = &monitor.threads[random_word() % FAKE_VPS];
        if (n % 32 == 0) {
            introduce();
        }
        if (n % 8 == 0) {
            serve();
        }
        if (!vp_is_on(&thread->vp) || thread->leaving) {
            continue;
        }
        fake_running = thread;
        exits[random_word() % 7](thread);
        exit_handle(thread);
        served += thread->run->exit_reason == KVM_EXIT_HYPERCALL &&
                  reg_get(thread, REG_GENERAL) % 0x10000 == HV_STATUS_SUCCESS;
        handled++;
    }
    (void)fprintf(stderr,
                  "ok 1 - %llu exits, %llu of them recorded ones (of %u), mutated: %llu calls "
                  "done, %llu aborts, %llu flushes\n1..1\n",
                  (unsigned long long)handled, (unsigned long long)replayed, corpus_size,
                  (unsigned long long)served, (unsigned long long)fake_aborts,
                  (unsigned long long)fake_flushes);
    return 0;
}
