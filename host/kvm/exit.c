/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What a VP's exit asks for: a call, an access to a device, or the end. */

#include "host/kvm/monitor.h"

#include <linux/kvm.h>
#include <string.h>

#include <arm/esr.h>
#include <arm/smccc.h>
#include <el2/inject.h>

/* The call was an SMC. Before 6.4, these flags had another name, which headers have kept. */
#define HYPERCALL_SMC 1u

/* KVM can't be asked to inject this one: the VP takes it by hand. */
static void inject_at(struct thread *thread, uint64_t pc)
{
    struct el1_state state = {
        .pc = pc,
        .pstate = reg_get(thread, REG_PSTATE),
        .vbar = reg_get(thread, REG_VBAR_EL1),
        .sctlr = reg_get(thread, REG_SCTLR_EL1),
    };
    inject_undefined(&state, thread->pstate_features);
    reg_set(thread, REG_ELR_EL1, state.elr);
    reg_set(thread, REG_SPSR_EL1, state.spsr);
    reg_set(thread, REG_ESR_EL1, state.esr);
    reg_set(thread, REG_PC, state.pc);
    reg_set(thread, REG_PSTATE, state.pstate);
}

static enum shim_verdict serve_call(struct thread *thread, bool smc, uint16_t immediate,
                                    uint64_t *x)
{
    struct shim_vp *shim = thread->vp.shim;
    enum shim_verdict verdict =
        smc ? shim_smc(shim, x) : shim_trace_hvc(shim, immediate, x, &thread->ring, clock_counter);

    if (verdict != SHIM_NOT_OURS) {
        return verdict;
    }
    if (!psci_call(&thread->vp, smccc_function_id(x[0]), x)) {
        x[0] = SMCCC_NOT_SUPPORTED;
    }
    return SHIM_DONE;
}

/* All of X0..X17, those that change back. */
static enum shim_verdict serve_registers(struct thread *thread, bool smc, uint16_t immediate)
{
    uint64_t x[SHIM_REGISTERS], before[SHIM_REGISTERS];
    enum shim_verdict verdict;

    for (uint32_t n = 0; n < SHIM_REGISTERS; n++) {
        x[n] = before[n] = reg_get(thread, REG_GENERAL + UINT64_C(2) * n);
    }
    verdict = serve_call(thread, smc, immediate, x);
    if (interrupts_send() != UINT64_MAX) {
        service_wake();
    }
    for (uint32_t n = 0; n < SHIM_REGISTERS; n++) {
        if (x[n] != before[n]) {
            reg_set(thread, REG_GENERAL + UINT64_C(2) * n, x[n]);
        }
    }
    return verdict;
}

/* PC is behind the instruction already, for SMC too. An HVC that is not there was unmapped or
 * changed by another VP just now: the VP goes back and finds out for itself. */
static void hypercall(struct thread *thread)
{
    bool smc = (thread->run->hypercall.longmode & HYPERCALL_SMC) != 0;
    uint64_t pc = reg_get(thread, REG_PC) - 4;
    uint16_t immediate = 0;
    enum shim_verdict verdict = smc ? SHIM_DONE : instruction_immediate(thread, pc, &immediate);

    if (verdict == SHIM_DONE) {
        verdict = serve_registers(thread, smc, immediate);
    }
    if (verdict == SHIM_AGAIN) {
        reg_set(thread, REG_PC, pc);
    } else if (verdict == SHIM_UNDEFINED) {
        inject_at(thread, pc);
    }
}

/* KVM writes ESR_EL1 when it is asked for the abort, and leaves out that it was a write. */
static void abort_access(struct thread *thread, bool write)
{
    kvm_inject_abort(thread);
    if (write) {
        reg_set(thread, REG_ESR_EL1, reg_get(thread, REG_ESR_EL1) | ESR_ABORT_WNR);
    }
}

/* Registers of the PL011 are 16 bits wide, and 4 apart: any access touches one of them. */
static void device_access(struct thread *thread)
{
    struct kvm_run *run = thread->run;
    uint32_t length = run->mmio.len <= sizeof run->mmio.data ? run->mmio.len : 0;
    uint32_t value = 0;

    if (run->mmio.is_write) {
        memcpy(&value, run->mmio.data, length < sizeof value ? length : sizeof value);
    }
    if (length > sizeof value || !pl011_access(run->mmio.phys_addr, run->mmio.is_write, &value)) {
        abort_access(thread, run->mmio.is_write);
    } else if (!run->mmio.is_write) {
        memset(run->mmio.data, 0, sizeof run->mmio.data);
        memcpy(run->mmio.data, &value, length);
    }
}

void exit_handle(struct thread *thread)
{
    switch (thread->run->exit_reason) {
    case KVM_EXIT_HYPERCALL:
        hypercall(thread);
        break;
    case KVM_EXIT_MMIO:
        device_access(thread);
        break;
    case KVM_EXIT_ARM_NISV: /* by an instruction that only emulation of it could tell more about */
        abort_access(thread, (thread->run->arm_nisv.esr_iss & ESR_ABORT_WNR) != 0);
        break;
    case KVM_EXIT_INTR:
        break;
    default:
        fail(11, "VP %u left the guest for a reason that nobody handles here: %u", thread->vp.index,
             thread->run->exit_reason);
    }
}
