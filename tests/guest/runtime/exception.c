/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Exceptions of a guest: expected ones are noted and passed over, interrupts are served, an SVC
 * comes back from EL0, anything else ends the run with a report. */

#include "guest.h"
#include "internal.h"

#define EC_SVC64 0x15u
#define EC_SVC32 0x11u
#define SPSR_EL1H_MASKED 0x3c5u

static void report(const struct trap *trap)
{
    note("unexpected exception, vector", trap->vector);
    note("ESR_EL1", trap->esr);
    note("ELR_EL1", trap->elr);
    note("FAR_EL1", trap->far);
    note("SPSR_EL1", trap->spsr);
    note("processor", this_cpu()->index);
    bail_out("unexpected exception");
}

static bool is_instruction_abort(uint64_t esr)
{
    return ESR_EC(esr) == EC_INSTRUCTION_ABORT || ESR_EC(esr) == EC_INSTRUCTION_ABORT_LOWER;
}

static void synchronous(struct cpu *cpu, uint64_t vector, const uint64_t *x)
{
    struct trap trap = { .vector = vector,
                         .esr = READ_SYSREG(esr_el1),
                         .elr = READ_SYSREG(elr_el1),
                         .far = READ_SYSREG(far_el1),
                         .spsr = READ_SYSREG(spsr_el1),
                         .daif = READ_SYSREG(daif) };

    if ((vector == 0x400 && ESR_EC(trap.esr) == EC_SVC64) ||
        (vector == 0x600 && ESR_EC(trap.esr) == EC_SVC32)) {
        WRITE_SYSREG(elr_el1, (uint64_t)(uintptr_t)el0_return);
        WRITE_SYSREG(spsr_el1, SPSR_EL1H_MASKED);
        return;
    }
    if (!cpu->trapping) {
        report(&trap);
    }
    trap.count = cpu->trap.count + 1;
    cpu->trap = trap;
    WRITE_SYSREG(elr_el1, is_instruction_abort(trap.esr) ? x[30] : trap.elr + 4);
}

/* Called by vectors.S with the general registers in `x`; what it leaves there is restored. */
void exception_handle(uint64_t vector, uint64_t *x)
{
    struct cpu *cpu = this_cpu();

    if ((vector & 0x180) == 0x080) {
        cpu->irq_elr = READ_SYSREG(elr_el1);
        cpu->irq_x[0] = x[0];
        cpu->irq_x[1] = x[1];
        gic_handle(cpu);
        return;
    }
    synchronous(cpu, vector, x);
}

void trap_begin(void)
{
    struct cpu *cpu = this_cpu();

    cpu->trap = (struct trap) { .count = 0 };
    cpu->trapping = true;
    __asm__ volatile("" ::: "memory");
}

struct trap trap_end(void)
{
    struct cpu *cpu = this_cpu();

    __asm__ volatile("dsb sy\n\tisb" ::: "memory"); /* late aborts count */
    cpu->trapping = false;
    return cpu->trap;
}

bool try_read64(uint64_t address, uint64_t *value)
{
    uint64_t loaded = 0;

    trap_begin();
    __asm__ volatile("ldr %0, [%1]" : "+r"(loaded) : "r"(address) : "memory");
    *value = loaded;
    return trap_end().count == 0;
}

bool try_write64(uint64_t address, uint64_t value)
{
    trap_begin();
    __asm__ volatile("str %0, [%1]" ::"r"(value), "r"(address) : "memory");
    return trap_end().count == 0;
}
