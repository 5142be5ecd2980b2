/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* PSCI for the guest (Arm DEN0022). Firmware knows processors and EL2 entry points; guests know VPs
 * and EL1 entry points. What passes between the two is chosen here, by an allow-list, and no
 * address of a guest's goes down.
 *
 * The state of a VP is one word. Who may change it:
 *   DOWN -> CLAIMED        any VP that calls CPU_ON or HvCallStartVirtualProcessor;
 *                          compare-and-swap, so one of them wins
 *   CLAIMED -> WANTED      the winner, the state to start in written
 *   WANTED -> STARTING     the service core, the synthetic state reset; it then asks firmware
 *   STARTING -> DOWN       the service core, when firmware refuses
 *   STARTING -> ON         the VP, at its first step
 *   ON -> LEAVING          the VP, in CPU_OFF
 *   LEAVING -> DOWN        the service core, once firmware says that the processor is off
 * So nobody waits for anybody, and a VP that is said to be off is off. Its synthetic state lives on
 * until it is started again: a kernel that panics sends its other processors off as they are, and
 * then waits for a message in the page of one of them. */

#include "host/virt/virt.h"

#include <el2/sysreg.h>
#include <el2/sysregs.h>

#include <arm/psci.h>
#include <arm/smccc.h>

#include "host/virt/board.h"

static bool swap_state(struct cpu *cpu, enum cpu_state from, enum cpu_state to)
{
    uint64_t expected = from;
    return __atomic_compare_exchange_n(&cpu->state, &expected, to, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_ACQUIRE);
}

/* The VP of an MPIDR, all bits of it compared. The service core is none. */
static struct cpu *find_cpu(uint64_t mpidr)
{
    for (uint32_t n = 0; n < virt.vp_count; n++) {
        if (virt.cpus[n].mpidr == mpidr) {
            return &virt.cpus[n];
        }
    }
    return NULL;
}

/* Code of a guest's is in its RAM, or in flash where that is its firmware's. */
static bool entry_is_sound(uint64_t entry)
{
    const struct machine *machine = &virt.machine;
    bool in_ram = entry >= machine->ram_base && entry < machine->guest_end;
    bool in_flash = machine->route == MACHINE_ROUTE_UEFI && entry < BOARD_FLASH_END;
    return entry % 4 == 0 && (in_ram || in_flash);
}

int64_t psci_start(struct cpu *cpu)
{
    return (int32_t)smc_call(PSCI_CPU_ON | PSCI_SMC64, cpu->mpidr, (uintptr_t)start_cpu,
                             (uintptr_t)cpu);
}

/* By the winner of CLAIMED: all is written before the service core may see WANTED. */
static void want(struct cpu *target, const struct hv_initial_vp_context *start, uint64_t x0)
{
    target->start = *start;
    target->start_x0 = x0;
    shim_atomic_store_release(&target->state, CPU_WANTED);
    service_wake();
}

static int64_t cpu_on(uint64_t mpidr, uint64_t entry, uint64_t context)
{
    const struct hv_initial_vp_context start = { .pc = entry, .sctlr_el1 = GUEST_START_SCTLR_EL1 };
    struct cpu *target = find_cpu(mpidr);
    if (target == NULL) {
        return PSCI_INVALID_PARAMETERS;
    }
    if (!entry_is_sound(entry)) {
        return PSCI_INVALID_ADDRESS;
    }
    if (!swap_state(target, CPU_DOWN, CPU_CLAIMED)) {
        uint64_t state = shim_atomic_load(&target->state);
        return state == CPU_ON || state == CPU_LEAVING ? PSCI_ALREADY_ON : PSCI_ON_PENDING;
    }
    want(target, &start, context);
    return PSCI_SUCCESS;
}

/* With the MMU on, where the code is depends on tables that may change until then: a wrong address
 * is an abort that the guest takes. */
hv_status_t psci_vp_start(struct cpu *target, const struct hv_initial_vp_context *context)
{
    bool translated = (context->sctlr_el1 & SCTLR_EL1_M) != 0;
    if (!el1_sysregs_sound(context) || (!translated && !entry_is_sound(context->pc))) {
        return HV_STATUS_INVALID_REGISTER_VALUE;
    }
    if (!swap_state(target, CPU_DOWN, CPU_CLAIMED)) {
        return HV_STATUS_INVALID_VP_STATE;
    }
    want(target, context, 0);
    return HV_STATUS_SUCCESS;
}

void psci_enter(struct cpu *cpu)
{
    const struct hv_initial_vp_context start = cpu->start;
    const uint64_t x[4] = { cpu->start_x0 };

    cpu_idle_end(cpu);
    ring_event(cpu, SHIM_EVENT_VP_ON, start.pc, x[0]);
    shim_atomic_store_release(&cpu->state, CPU_ON);
    cpu_enter_guest(cpu, &start, x);
}

__attribute__((noreturn)) static void cpu_off(struct cpu *cpu)
{
    debug_flush(cpu);
    ring_event(cpu, SHIM_EVENT_VP_OFF, 0, 0);
    cpu_idle_begin(cpu);
    shim_atomic_store_release(&cpu->state, CPU_LEAVING);
    service_wake();
    (void)smc_call(PSCI_CPU_OFF, 0, 0, 0);
    for (;;) {
        wfi(); /* a VP that is LEAVING has no way back */
    }
}

static int64_t firmware_affinity_info(uint64_t mpidr)
{
    return (int32_t)smc_call(PSCI_AFFINITY_INFO | PSCI_SMC64, mpidr, 0, 0);
}

/* The guest was told that its request is accepted; a firmware that refuses leaves the VP off. */
static void start_wanted(struct cpu *cpu)
{
    shim_vp_reset(cpu->vp);
    cpu->deadline = UINT64_MAX;
    shim_atomic_store_release(&cpu->state, CPU_STARTING);
    if (psci_start(cpu) != PSCI_SUCCESS) {
        shim_atomic_store_release(&cpu->state, CPU_DOWN);
    }
}

bool psci_serve(void)
{
    bool waiting = false;
    for (uint32_t n = 0; n < virt.vp_count; n++) {
        struct cpu *cpu = &virt.cpus[n];
        uint64_t state = shim_atomic_load_acquire(&cpu->state);
        if (state == CPU_WANTED) {
            start_wanted(cpu);
        } else if (state == CPU_LEAVING &&
                   firmware_affinity_info(cpu->mpidr) == PSCI_AFFINITY_OFF) {
            shim_atomic_store_release(&cpu->state, CPU_DOWN);
        } else if (state == CPU_LEAVING) {
            waiting = true;
        }
    }
    return waiting;
}

static int64_t affinity_info(uint64_t mpidr, uint32_t level)
{
    const struct cpu *cpu = find_cpu(mpidr);
    if (cpu == NULL || level != 0) {
        return PSCI_INVALID_PARAMETERS;
    }
    switch (shim_atomic_load(&cpu->state)) {
    case CPU_DOWN:
        return PSCI_AFFINITY_OFF;
    case CPU_CLAIMED:
    case CPU_WANTED:
    case CPU_STARTING:
        return PSCI_AFFINITY_ON_PENDING;
    default:
        return PSCI_AFFINITY_ON;
    }
}

/* Standby, whatever was asked for: a power-down state may be left as if it had not been entered. */
static int64_t cpu_suspend(struct cpu *cpu, uint32_t power_state)
{
    if ((power_state & PSCI_POWER_STATE_RESERVED) != 0) {
        return PSCI_INVALID_PARAMETERS;
    }
    cpu_wait(cpu);
    return PSCI_SUCCESS;
}

void psci_machine(struct cpu *cpu, uint32_t id)
{
    bool off = id == PSCI_SYSTEM_OFF;
    debug_flush(cpu);
    ring_event(cpu, off ? SHIM_EVENT_POWER_OFF : SHIM_EVENT_RESET, 0, 0);
    ring_exit(off ? SHIM_EXIT_POWER_OFF : SHIM_EXIT_RESET);
    (void)smc_call(id, 0, 0, 0);
    for (;;) {
        wfi();
    }
}

/* What PSCI_FEATURES says: bit 0 of CPU_SUSPEND clear, the original power_state format. */
static int64_t features(uint32_t id)
{
    switch (id) {
    case PSCI_VERSION:
    case PSCI_CPU_SUSPEND:
    case PSCI_CPU_SUSPEND | PSCI_SMC64:
    case PSCI_CPU_OFF:
    case PSCI_CPU_ON:
    case PSCI_CPU_ON | PSCI_SMC64:
    case PSCI_AFFINITY_INFO:
    case PSCI_AFFINITY_INFO | PSCI_SMC64:
    case PSCI_MIGRATE_INFO_TYPE:
    case PSCI_SYSTEM_OFF:
    case PSCI_SYSTEM_RESET:
    case PSCI_FEATURES:
    case SMCCC_VERSION:
        return PSCI_SUCCESS;
    default:
        return PSCI_NOT_SUPPORTED;
    }
}

/* Arguments of 32-bit functions are W1..W3: nobody knows what is above. */
static uint64_t argument(uint32_t id, const uint64_t *x, uint32_t n)
{
    return (id & SMCCC_SMC64) != 0 ? x[n] : (uint32_t)x[n];
}

/* Functions that do something. Not inlined, so that the others need no stack. */
SHIM_NOINLINE static bool act(struct cpu *cpu, uint32_t id, uint64_t *x)
{
    switch (id) {
    case PSCI_CPU_SUSPEND:
    case PSCI_CPU_SUSPEND | PSCI_SMC64:
        x[0] = (uint64_t)cpu_suspend(cpu, (uint32_t)x[1]);
        return true;
    case PSCI_CPU_OFF:
        cpu_off(cpu);
    case PSCI_CPU_ON:
    case PSCI_CPU_ON | PSCI_SMC64:
        x[0] = (uint64_t)cpu_on(argument(id, x, 1), argument(id, x, 2), argument(id, x, 3));
        return true;
    case PSCI_SYSTEM_OFF:
    case PSCI_SYSTEM_RESET:
        psci_machine(cpu, id);
    default:
        return false;
    }
}

bool psci_call(struct cpu *cpu, uint32_t id, uint64_t *x)
{
    int64_t result;

    if (smccc_owner(id) != SMCCC_OWNER_STANDARD) {
        return false;
    }
    switch (id) {
    case PSCI_VERSION:
        result = PSCI_VERSION_1_1;
        break;
    case PSCI_AFFINITY_INFO:
    case PSCI_AFFINITY_INFO | PSCI_SMC64:
        result = affinity_info(argument(id, x, 1), (uint32_t)x[2]);
        break;
    case PSCI_MIGRATE_INFO_TYPE:
        result = PSCI_MIGRATE_NOT_REQUIRED;
        break;
    case PSCI_FEATURES:
        result = features((uint32_t)x[1]);
        break;
    default:
        return act(cpu, id, x);
    }
    x[0] = (uint64_t)result;
    return true;
}
