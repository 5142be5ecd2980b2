/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A VP's thread: waits until the guest wants the VP, enters the guest, handles its exits, until the
 * VP goes off. And what host/common/psci.c wants of a host. */

#include "host/kvm/monitor.h"

#include <el2/sysregs.h>

struct vp *host_vp(uint32_t index)
{
    return &monitor.threads[index].vp;
}

bool host_vp_launch(struct vp *vp)
{
    shim_atomic_store(&thread_of(vp)->asserted, 0);
    return sem_post(&thread_of(vp)->launched) == 0;
}

/* Its thread says so itself, when it has nothing more to do for the guest. */
bool host_vp_is_gone(const struct vp *vp)
{
    (void)vp;
    return true;
}

void host_vp_leave(struct vp *vp)
{
    thread_of(vp)->leaving = true;
}

/* Standby may end as soon as it has begun. */
void host_vp_wait(struct vp *vp)
{
    (void)vp;
}

void host_end(struct vp *vp, enum shim_trace_exit why)
{
    uint64_t running = SHIM_EXIT_RUNNING;
    if (__atomic_compare_exchange_n(&monitor.end, &running, why, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_RELAXED)) {
        (void)sem_post(&monitor.ended);
    }
    host_vp_leave(vp);
}

static void enter(struct thread *thread)
{
    const struct hv_initial_vp_context *start = &thread->vp.start;

    kvm_reset_vp(thread);
    reg_set(thread, REG_PC, start->pc);
    reg_set(thread, REG_PSTATE, GUEST_START_PSTATE);
    reg_set(thread, REG_GENERAL, thread->vp.start_x0);
    reg_set(thread, REG_GENERAL + UINT64_C(2) * 18, start->x18);
    reg_set(thread, REG_SP_EL1, start->sp_elh);
    reg_set(thread, REG_SCTLR_EL1, start->sctlr_el1);
    reg_set(thread, REG_MAIR_EL1, start->mair_el1);
    reg_set(thread, REG_TCR_EL1, start->tcr_el1);
    reg_set(thread, REG_VBAR_EL1, start->vbar_el1);
    reg_set(thread, REG_TTBR0_EL1, start->ttbr0_el1);
    reg_set(thread, REG_TTBR1_EL1, start->ttbr1_el1);
    thread->leaving = false;
    psci_on(&thread->vp);
}

void *vp_main(void *argument)
{
    struct thread *thread = argument;

    for (;;) {
        while (sem_wait(&thread->launched) != 0) {
        }
        enter(thread);
        while (!thread->leaving) {
            if (kvm_run(thread)) {
                exit_handle(thread);
            }
        }
        psci_left(&thread->vp);
    }
    return NULL;
}
