/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The processors of a guest: the first one's way into the tests, the others by PSCI. */

#include "guest.h"
#include "internal.h"
#include "psci.h"

#define MPIDR_AFFINITY UINT64_C(0xff00ffffff)
#define MPIDR_PER_CLUSTER 16u /* of QEMU's virt machine with a GICv3 */

static uint8_t stacks[CPUS_MAX][STACK_SIZE] __attribute__((aligned(16)));
struct cpu cpus[CPUS_MAX] = {
    [0] = { .stack_top = (uint64_t)&stacks[1], .index = 0 }, /* start.S needs it before C runs */
};

static void cpus_init(void)
{
    for (uint32_t i = 0; i < CPUS_MAX; i++) {
        cpus[i].index = i;
        cpus[i].stack_top = gpa(&stacks[i]) + STACK_SIZE;
        cpus[i].mpidr = (i / MPIDR_PER_CLUSTER) << 8 | i % MPIDR_PER_CLUSTER;
    }
}

void guest_main(const void *fdt, uint64_t boot_x1_to_x3)
{
    cpus_init();
    cpus[0].entry_el = READ_SYSREG(currentel) >> 2;
    machine_find(fdt, boot_x1_to_x3);
    if (cpus[0].entry_el != 1 || (READ_SYSREG(mpidr_el1) & MPIDR_AFFINITY) != cpus[0].mpidr) {
        bail_out("entered at the wrong exception level or on the wrong processor");
    }
    tests_run();
}

void secondary_main(struct cpu *cpu, uint64_t entry_registers)
{
    cpu->entry_el = READ_SYSREG(currentel) >> 2;
    cpu->entry_registers = entry_registers;
    cpu->entry(cpu->argument);
    __atomic_store_n(&cpu->finished, true, __ATOMIC_RELEASE);
    psci(PSCI_CPU_OFF, 0, 0, 0);
    bail_out("CPU_OFF returned");
}

int64_t cpu_start(uint32_t index, void (*entry)(void *), void *argument)
{
    struct cpu *cpu = &cpus[index];

    cpu->entry = entry;
    cpu->argument = argument;
    cpu->finished = false;
    __asm__ volatile("dsb sy" ::: "memory");
    return (int64_t)psci(PSCI_CPU_ON_64, cpu->mpidr, (uint64_t)(uintptr_t)secondary_start,
                         gpa(cpu));
}

bool cpu_wait_off(uint32_t index)
{
    uint64_t end = now() + microseconds(2000000 * boot_argument("share=", 1));

    /* A firmware may call a processor off that it has not started yet: ask both. */
    while (!__atomic_load_n(&cpus[index].finished, __ATOMIC_ACQUIRE) ||
           psci(PSCI_AFFINITY_INFO_64, cpus[index].mpidr, 0, 0) != PSCI_AFFINITY_OFF) {
        if (now() > end) {
            return false;
        }
    }
    return true;
}

void instruction_set(uint32_t *where, uint32_t instruction)
{
    *(volatile uint32_t *)where = instruction;
    __asm__ volatile("dc cvau, %0\n\t"
                     "dsb ish\n\t"
                     "ic ivau, %0\n\t"
                     "dsb ish\n\t"
                     "isb" ::"r"(where)
                     : "memory");
}

void call_slot_set(uint32_t instruction)
{
    instruction_set(call_slot_insn, instruction);
}

static uint64_t call_one(call_fn *by, uint64_t id, uint64_t a1, uint64_t a2, uint64_t a3)
{
    struct call call = { .x = { id, a1, a2, a3 } };

    by(&call);
    return call.x[0];
}

uint64_t smc(uint64_t id, uint64_t a1, uint64_t a2, uint64_t a3)
{
    return call_one(call_smc0, id, a1, a2, a3);
}

uint64_t hvc0(uint64_t id, uint64_t a1, uint64_t a2, uint64_t a3)
{
    return call_one(call_hvc0, id, a1, a2, a3);
}

uint64_t psci(uint64_t id, uint64_t a1, uint64_t a2, uint64_t a3)
{
    return machine.psci_by_hvc ? hvc0(id, a1, a2, a3) : smc(id, a1, a2, a3);
}

/* xorshift64*: the same sequence in every run. */
uint64_t random_next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}
