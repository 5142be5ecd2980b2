/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The monitor's way of handling exits, on the build machine with sanitizers, below a KVM that is
 * none: exits that a guest may cause, mutated, over memory and page tables that are mutated too.
 * What a guest does must never end the monitor, and touches its own registers and RAM alone.
 *
 * fuzz_exit ROUNDS [SEED] */

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

#include "host/virt/board.h"

#define VPS 3u
#define RAM_SIZE (UINT64_C(4) << 20)
#define RINGS (UINT64_C(1) << 20)
#define GUARD UINT64_C(0x10000)
#define REGISTERS 0x10000u /* by the low half of KVM's name */
#define HVC(immediate) (0xd4000002u | (uint32_t)(immediate) << 5)
#define NEW_TABLES 64u /* one exit of so many has its MMU set anew */

struct monitor monitor = {
    .ram_base = BOARD_RAM,
    .vp_count = VPS,
    .loopback = true,
    .lock = PTHREAD_MUTEX_INITIALIZER,
    .changed = PTHREAD_COND_INITIALIZER,
    .delivery = PTHREAD_MUTEX_INITIALIZER,
};
uint64_t power_off_wanted;

static uint64_t registers[VPS][REGISTERS];
static uint64_t now, seed = 1, flushed, aborts, served;

/* ---- What the monitor asks of KVM, the courier and the clock ---- */

void fail(int status, const char *format, ...)
{
    (void)status;
    (void)fprintf(stderr, "the monitor gave up: %s\n", format);
    abort();
}

uint64_t reg_get(struct vp *vp, uint64_t id)
{
    return registers[vp->index][id % REGISTERS];
}

void reg_set(struct vp *vp, uint64_t id, uint64_t value)
{
    registers[vp->index][id % REGISTERS] = value;
}

bool kvm_run(struct vp *vp)
{
    (void)vp;
    return false;
}

void kvm_reset_vp(struct vp *vp)
{
    memset(registers[vp->index], 0, sizeof registers[0]);
}

void kvm_inject_abort(struct vp *vp)
{
    (void)vp;
    aborts++;
}

void kvm_set_spi(uint32_t spi, bool level)
{
    (void)spi;
    (void)level;
}

uint64_t courier_pend(const struct vp *vp, uint64_t intids)
{
    return (vp->index + now) % 4 == 0 ? intids & 0xffff0000 : 0;
}

void courier_flush_tlb(void)
{
    flushed++;
}

uint64_t clock_counter(void)
{
    return now += 7;
}

uint64_t clock_reference(void)
{
    return clock_counter();
}

uint64_t clock_tsc_scale(void)
{
    return UINT64_C(1) << 60;
}

int64_t clock_tsc_offset(void)
{
    return 0;
}

void clock_describe(uint64_t *whole, uint64_t *fraction, uint64_t *origin)
{
    *whole = 1;
    *fraction = *origin = 0;
}

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
static void place_instruction(struct vp *vp)
{
    uint64_t pc = monitor.ram_base + random_word() % 0x1000 * 4 + 4;
    uint32_t instruction = HVC(random_word() % 4 == 0 ? random_word() & 0xffff : random_word() % 2);
    uint32_t other = (uint32_t)random_word();

    *(uint32_t *)(uintptr_t)(pc - 4) = random_word() % 16 == 0 ? other : instruction;
    reg_set(vp, REG_PC, random_word() % 16 == 0 ? somewhere() : pc);
    if (random_word() % NEW_TABLES == 0) {
        reg_set(vp, REG_SCTLR_EL1, random_word() % 2);
        reg_set(vp, REG_TCR_EL1, random_word() % 2 == 0 ? random_word() : 0x280803519);
        reg_set(vp, REG_TTBR0_EL1, somewhere());
        reg_set(vp, REG_TTBR1_EL1, somewhere());
        for (uint32_t n = 0; n < 512; n++) {
            uint64_t entry = (somewhere() & ~UINT64_C(0xfff)) | (random_word() % 4) | 1 << 10;
            *(uint64_t *)(uintptr_t)(monitor.ram_base + 0x8000 + n * 8) = entry;
        }
    }
}

static void call(struct vp *vp)
{
    vp->run->exit_reason = KVM_EXIT_HYPERCALL;
    vp->run->hypercall.longmode = random_word() % 4 == 0;
    place_instruction(vp);
    for (uint64_t n = 1; n < SHIM_REGISTERS; n++) {
        const uint64_t values[] = { somewhere(), random_word() % 0x100000, random_word() % 8,
                                    HV_REGISTER_GUEST_OS_ID + random_word() % 4,
                                    HV_REGISTER_SINT0 + random_word() % 0x18 };
        reg_set(vp, REG_GENERAL + 2 * n, one_of(values, 5));
    }
    reg_set(vp, REG_GENERAL, first_register());
    reg_set(vp, REG_GENERAL + 2, control_word());
    if (random_word() % 2 == 0) { /* self, self: what most calls begin with */
        reg_set(vp, REG_GENERAL + 4, UINT64_MAX);
        reg_set(vp, REG_GENERAL + 6, 0xfffffffe);
    }
}

static void access_device(struct vp *vp)
{
    vp->run->exit_reason = KVM_EXIT_MMIO;
    vp->run->mmio.phys_addr =
        random_word() % 4 == 0 ? somewhere() : BOARD_PL011 + random_word() % PL011_SIZE;
    vp->run->mmio.len = random_word() % 4 == 0 ? (uint32_t)random_word() : 1u << random_word() % 4;
    vp->run->mmio.is_write = random_word() % 2;
    memset(vp->run->mmio.data, (int)random_word() & 0xff, sizeof vp->run->mmio.data);
}

static void odd_access(struct vp *vp)
{
    vp->run->exit_reason = KVM_EXIT_ARM_NISV;
    vp->run->arm_nisv.esr_iss = random_word();
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
    static struct kvm_run runs[VPS];
    uint64_t start = monitor.ram_base - GUARD;
    uint64_t size = RAM_SIZE + RINGS + 2 * GUARD;
    void *ram = mmap((void *)start, size, PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

    if (ram != (void *)start ||
        mprotect((void *)monitor.ram_base, RAM_SIZE + RINGS, PROT_READ | PROT_WRITE) != 0) {
        fail(2, "no memory at 0x%llx", (unsigned long long)start);
    }
    monitor.ram_end = monitor.ram_base + RAM_SIZE;
    monitor.rings_end = monitor.ram_end + RINGS;
    rings_init();
    service_init();
    partition_make();
    for (uint32_t n = 0; n < VPS; n++) {
        monitor.vps[n].run = &runs[n];
        monitor.vps[n].mpidr = n;
        monitor.vps[n].thread = pthread_self();
        monitor.vps[n].state = VP_ON;
    }
}

/* The delivery context's turn, as service.c takes it, and VPs that went off or are wanted are on.
 */
static void serve(void)
{
    for (uint32_t n = 0; n < VPS; n++) {
        (void)shim_vp_poll(&monitor.shim_vps[n]);
        if (monitor.vps[n].state != VP_ON && random_word() % 4 == 0) {
            shim_vp_reset(&monitor.shim_vps[n]);
            monitor.vps[n].state = VP_ON;
        }
    }
    (void)vmbus_serve();
    (void)loopback_serve();
    (void)interrupts_send();
    monitor.end = SHIM_EXIT_RUNNING;
}

int main(int argc, char **argv)
{
    static void (*const exits[])(struct vp *) = { call, call, call, access_device, odd_access };
    uint64_t rounds = argc > 1 ? strtoull(argv[1], NULL, 0) : 100000;

    seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (uint64_t)time(NULL) | 1;
    (void)printf("# seed %llu\n", (unsigned long long)seed);
    (void)fflush(stdout);
    if (freopen("/dev/null", "w", stdout) == NULL) { /* the PL011's */
        return 2;
    }
    make_machine();
    for (uint64_t n = 0; n < rounds; n++) {
        struct vp *vp = &monitor.vps[random_word() % VPS];
        exits[random_word() % 5](vp);
        exit_handle(vp);
        served += vp->run->exit_reason == KVM_EXIT_HYPERCALL &&
                  reg_get(vp, REG_GENERAL) % 0x10000 == HV_STATUS_SUCCESS;
        if (n % 32 == 0) {
            introduce();
        }
        if (n % 8 == 0) {
            serve();
        }
    }
    (void)fprintf(stderr, "ok 1 - %llu exits: %llu calls done, %llu aborts, %llu flushes\n1..1\n",
                  (unsigned long long)rounds, (unsigned long long)served,
                  (unsigned long long)aborts, (unsigned long long)flushed);
    return 0;
}
