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
static void inject_at(struct vp *vp, uint64_t pc)
{
    struct el1_state state = {
        .pc = pc,
        .pstate = reg_get(vp, REG_PSTATE),
        .vbar = reg_get(vp, REG_VBAR_EL1),
        .sctlr = reg_get(vp, REG_SCTLR_EL1),
    };
    inject_undefined(&state, vp->pstate_features);
    reg_set(vp, REG_ELR_EL1, state.elr);
    reg_set(vp, REG_SPSR_EL1, state.spsr);
    reg_set(vp, REG_ESR_EL1, state.esr);
    reg_set(vp, REG_PC, state.pc);
    reg_set(vp, REG_PSTATE, state.pstate);
}

static enum shim_verdict serve_call(struct vp *vp, bool smc, uint16_t immediate, uint64_t *x)
{
    struct shim_vp *shim = &monitor.shim_vps[vp->index];
    enum shim_verdict verdict = smc ? shim_smc(shim, x) : ring_hvc(shim, immediate, x);

    if (verdict == SHIM_NOT_OURS) {
        if (!psci_call(vp, x)) {
            x[0] = SMCCC_NOT_SUPPORTED;
        }
        return SHIM_DONE;
    }
    return verdict;
}

/* All of X0..X17, those that change back. */
static enum shim_verdict serve_registers(struct vp *vp, bool smc, uint16_t immediate)
{
    uint64_t x[SHIM_REGISTERS], before[SHIM_REGISTERS];
    enum shim_verdict verdict;

    for (uint32_t n = 0; n < SHIM_REGISTERS; n++) {
        x[n] = before[n] = reg_get(vp, REG_GENERAL + UINT64_C(2) * n);
    }
    verdict = serve_call(vp, smc, immediate, x);
    if (interrupts_send() != UINT64_MAX) {
        service_wake();
    }
    for (uint32_t n = 0; n < SHIM_REGISTERS; n++) {
        if (x[n] != before[n]) {
            reg_set(vp, REG_GENERAL + UINT64_C(2) * n, x[n]);
        }
    }
    return verdict;
}

/* PC is behind the instruction already, for SMC too. An HVC that can't be read was unmapped or
 * changed by another VP just now: the VP goes back and finds out for itself. */
static void hypercall(struct vp *vp)
{
    bool smc = (vp->run->hypercall.longmode & HYPERCALL_SMC) != 0;
    uint64_t pc = reg_get(vp, REG_PC) - 4;
    uint16_t immediate = 0;
    enum shim_verdict verdict = SHIM_AGAIN;

    if (smc || instruction_immediate(vp, pc, &immediate)) {
        verdict = serve_registers(vp, smc, immediate);
    }
    if (verdict == SHIM_AGAIN) {
        reg_set(vp, REG_PC, pc);
    } else if (verdict == SHIM_UNDEFINED) {
        inject_at(vp, pc);
    }
}

/* KVM writes ESR_EL1 when it is asked for the abort, and leaves out that it was a write. */
static void abort_access(struct vp *vp, bool write)
{
    kvm_inject_abort(vp);
    if (write) {
        reg_set(vp, REG_ESR_EL1, reg_get(vp, REG_ESR_EL1) | ESR_ABORT_WNR);
    }
}

/* Registers of the PL011 are 16 bits wide, and 4 apart: any access touches one of them. */
static void device_access(struct vp *vp)
{
    struct kvm_run *run = vp->run;
    uint32_t length = run->mmio.len <= sizeof run->mmio.data ? run->mmio.len : 0;
    uint32_t value = 0;

    if (run->mmio.is_write) {
        memcpy(&value, run->mmio.data, length < sizeof value ? length : sizeof value);
    }
    if (length > sizeof value || !pl011_access(run->mmio.phys_addr, run->mmio.is_write, &value)) {
        abort_access(vp, run->mmio.is_write);
    } else if (!run->mmio.is_write) {
        memset(run->mmio.data, 0, sizeof run->mmio.data);
        memcpy(run->mmio.data, &value, length);
    }
}

void exit_handle(struct vp *vp)
{
    switch (vp->run->exit_reason) {
    case KVM_EXIT_HYPERCALL:
        hypercall(vp);
        break;
    case KVM_EXIT_MMIO:
        device_access(vp);
        break;
    case KVM_EXIT_ARM_NISV: /* by an instruction that only emulation of it could tell more about */
        abort_access(vp, (vp->run->arm_nisv.esr_iss & ESR_ABORT_WNR) != 0);
        break;
    case KVM_EXIT_INTR:
        break;
    default:
        fail(11, "VP %u left the guest for a reason that nobody handles here: %u", vp->index,
             vp->run->exit_reason);
    }
}
