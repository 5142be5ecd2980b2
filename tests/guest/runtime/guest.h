/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The runtime of the guest images: tests and their report, single calls with all registers in view,
 * exceptions that are noted and survived, processors, the timer interrupt.
 *
 * An image is one test file linked with the runtime. It defines `tests`; the runtime runs them in
 * order on the first processor, reports in TAP on the serial console and powers off by PSCI. */

#ifndef GUEST_GUEST_H
#define GUEST_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout.h"

/* --- Tests ------------------------------------------------------------------------------- */

struct test {
    const char *name; /* a behaviour */
    void (*run)(void);
};
extern const struct test tests[]; /* of the image; ends with a NULL name */

/* State what must hold. A test fails when one of its expectations does; the first few are shown. */
#define EXPECT(condition) expect((condition), #condition, __FILE__, __LINE__)
#define EXPECT_EQ(actual, wanted)                                                                  \
    expect_equal((uint64_t)(actual), (uint64_t)(wanted), #actual, __FILE__, __LINE__)
bool expect(bool holds, const char *text, const char *file, int line);
bool expect_equal(uint64_t actual, uint64_t wanted, const char *text, const char *file, int line);

/* Names what is being tried, shown with an expectation that fails from here on. NULL: nothing. */
void expect_context(const char *what, uint64_t value);

/* The present test is not for this machine: TAP "# SKIP". */
void test_skip(const char *why);

/* Any processor may print. */
void print(const char *text);
void print_hex(uint64_t value);
void print_decimal(uint64_t value);
void note(const char *text, uint64_t value); /* a line "# text 0x…" */

/* Ends the run as a failure, "Bail out!". */
__attribute__((noreturn)) void bail_out(const char *why);

/* --- The machine as the boot data describe it -------------------------------------------- */

struct machine {
    const void *fdt;
    uint64_t boot_x1_to_x3; /* OR of X1..X3 at entry; the boot protocol wants 0 */
    uint64_t ram_end;       /* end of the guest's RAM */
    uint64_t all_ram_end;   /* end of the machine's RAM: boot argument ram=MiB; 0 when not given */
    uint32_t cpus;          /* boot argument cpus=N; 1 when not given */
    bool psci_by_hvc;       /* by the device tree; only when no hypervisor runs below us */
};
extern struct machine machine;

/* A number in the boot arguments, `name` including its "="; `otherwise` when it is not there. */
uint64_t boot_argument(const char *name, uint64_t otherwise);

/* How often to do what a test does `n` times: an n-th of it where the boot argument share=N says
 * that calls are slow here, for hosts in user space below an emulator. */
uint32_t turns(uint32_t n);

/* --- Exceptions -------------------------------------------------------------------------- */

/* The last synchronous exception or SError of a processor. */
struct trap {
    uint64_t count; /* since trap_begin() */
    uint64_t vector;
    uint64_t esr;
    uint64_t elr;
    uint64_t far;
    uint64_t spsr;
    uint64_t daif; /* in the handler */
};
#define ESR_EC(esr) (((esr) >> 26) & 0x3f)
#define ESR_IL (UINT64_C(1) << 25)
#define ESR_WNR UINT64_C(0x40)
#define ESR_FSC(esr) ((esr)&0x3f)
#define EC_UNKNOWN 0x00u
#define EC_INSTRUCTION_ABORT_LOWER 0x20u
#define EC_INSTRUCTION_ABORT 0x21u
#define EC_DATA_ABORT_LOWER 0x24u
#define EC_DATA_ABORT 0x25u
#define FSC_EXTERNAL_ABORT 0x10u

/* From trap_begin() to trap_end() exceptions are noted and passed over: execution goes on behind
 * the instruction, or at X30 when it was the fetch that failed. Outside, they end the run. */
void trap_begin(void);
struct trap trap_end(void);

/* Accesses that may fault. True when they did not. */
bool try_read64(uint64_t address, uint64_t *value);
bool try_write64(uint64_t address, uint64_t value);

/* Code of these names at EL0, by its alias there, until it makes an SVC. */
uint64_t el0_run(uint64_t pc, uint64_t x0);
uint64_t el0_run_in(uint64_t pc, uint64_t x0, uint64_t pstate);
void el0_load(void);
void el0_hvc(void);
void el0_smc(void);
extern uint32_t el0_slot[]; /* writable: one instruction, then the SVC */
extern const uint32_t el0_a32_hvc[], el0_a32_smc[], el0_a32_load[], el0_t32_hvc[], el0_t32_load[];

/* --- Interrupts -------------------------------------------------------------------------- */

#define INTID_VMBUS 18u /* the PPI that the tests give to SINTs */
#define INTID_VIRTUAL_TIMER 27u

void gic_init(void); /* distributor, once; and this processor's part */
void gic_init_cpu(void);
void gic_enable(uint32_t intids); /* more of this processor's SGIs and PPIs: bit n is INTID n */
void irq_enable(void);
void irq_disable(void);
uint64_t now(void);                /* virtual counter */
uint64_t microseconds(uint64_t n); /* in ticks of the counter */
void timer_at(uint64_t deadline);  /* one interrupt on this processor */
void timer_off(void);
void irq_wait(void); /* sleeps until an interrupt, and takes it; they are masked before and after */

/* Sleeps until `condition`, which an interrupt here makes true, or for `us` microseconds. */
#define SLEEP_UNTIL(condition, us)                                                                 \
    do {                                                                                           \
        uint64_t end_ = now() + microseconds(us);                                                  \
        while (!(condition) && now() < end_) {                                                     \
            timer_at(end_);                                                                        \
            irq_wait();                                                                            \
        }                                                                                          \
        timer_off();                                                                               \
    } while (0)

/* --- Processors -------------------------------------------------------------------------- */

#define CPUS_MAX 64u
#define STACK_SIZE 16384u

struct cpu {
    uint64_t stack_top;    /* CPU_STACK_TOP */
    uint64_t suspended_sp; /* CPU_SUSPENDED_SP */
    uint64_t mpidr;        /* affinity fields */
    uint32_t index;
    bool trapping;
    struct trap trap;
    void (*entry)(void *argument);
    void *argument;
    bool finished;            /* set when `entry` has returned */
    uint64_t entry_registers; /* OR of the registers that PSCI wants to be zero at entry */
    uint64_t entry_el;
    volatile uint64_t irqs[32];   /* taken, by INTID */
    volatile uint64_t tick_worst; /* longest delay of a timer interrupt seen, counter ticks */
    uint64_t tick_period;         /* re-arm the timer by this much; 0: one shot */
    uint64_t irq_elr;             /* where the last interrupt hit, and the registers there */
    uint64_t irq_x[2];
    void (*on_irq)(uint32_t intid); /* called for each, before it is counted; may be NULL */
};
_Static_assert(offsetof(struct cpu, stack_top) == CPU_STACK_TOP, "start.S");
_Static_assert(offsetof(struct cpu, suspended_sp) == CPU_SUSPENDED_SP, "start.S");

extern struct cpu cpus[CPUS_MAX];
static inline struct cpu *this_cpu(void)
{
    struct cpu *cpu;
    __asm__ volatile("mrs %0, tpidr_el1" : "=r"(cpu));
    return cpu;
}

/* Starts processor `index` in `entry`; it goes off when that returns. PSCI status. */
int64_t cpu_start(uint32_t index, void (*entry)(void *), void *argument);
/* Waits until the processor is off; false after two seconds. */
bool cpu_wait_off(uint32_t index);

/* This processor goes off, and returns when another one starts it at cpu_resume with its struct cpu
 * as context id. */
void cpu_off_until_resumed(void);
void cpu_resume(void);

/* An entry point for CPU_ON that writes its context id to context_id_found[0] and goes off. */
void context_id_stub(void);
extern uint64_t context_id_found[];

/* --- Calls ------------------------------------------------------------------------------- */

/* One HVC or SMC: registers before, then registers after. */
struct call {
    uint64_t x[31];
    uint64_t nzcv; /* CALL_NZCV */
    uint64_t sp_before;
    uint64_t sp_after;
};
_Static_assert(offsetof(struct call, nzcv) == CALL_NZCV, "call.S");
_Static_assert(offsetof(struct call, sp_before) == CALL_SP_BEFORE, "call.S");
_Static_assert(offsetof(struct call, sp_after) == CALL_SP_AFTER, "call.S");

typedef void call_fn(struct call *call);
call_fn call_hvc0, call_hvc1, call_smc0, call_smc1, call_slot, call_hvc1_el1t, call_undefined_el1t;
extern const uint32_t call_hvc0_insn[], call_hvc1_insn[], call_smc0_insn[];
extern uint32_t call_slot_insn[];
void call_slot_set(uint32_t instruction);
/* Writes an instruction, for execution. */
void instruction_set(uint32_t *where, uint32_t instruction);
#define INSN_HVC(imm16) (0xd4000002u | (uint32_t)(imm16) << 5)
#define INSN_SMC(imm16) (0xd4000003u | (uint32_t)(imm16) << 5)

/* An SMCCC or PSCI call; X0 of the answer. */
uint64_t smc(uint64_t id, uint64_t a1, uint64_t a2, uint64_t a3);
uint64_t hvc0(uint64_t id, uint64_t a1, uint64_t a2, uint64_t a3);
uint64_t psci(uint64_t id, uint64_t a1, uint64_t a2, uint64_t a3); /* by the machine's conduit */

/* --- Small things ------------------------------------------------------------------------ */

uint64_t random_next(uint64_t *state);
void wait_microseconds(uint64_t n); /* share=N times as long */
static inline uint64_t gpa(const volatile void *pointer)
{
    return (uint64_t)(uintptr_t)pointer; /* identity map */
}

#endif
