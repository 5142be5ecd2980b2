/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A VP's thread: waits until the guest wants the VP, enters the guest, handles its exits, until the
 * VP goes off. */

#include "host/kvm/monitor.h"

#define PSTATE_START UINT64_C(0x3c5) /* EL1h, DAIF masked */

bool vp_is_on(struct vp *vp)
{
    return __atomic_load_n(&vp->state, __ATOMIC_ACQUIRE) == VP_ON;
}

static void set_state(struct vp *vp, enum vp_state state)
{
    pthread_mutex_lock(&monitor.lock);
    __atomic_store_n(&vp->state, state, __ATOMIC_RELEASE);
    pthread_mutex_unlock(&monitor.lock);
}

void vp_leave(struct vp *vp)
{
    set_state(vp, VP_OFF);
}

void machine_end(enum shim_trace_exit why)
{
    pthread_mutex_lock(&monitor.lock);
    if (monitor.end == SHIM_EXIT_RUNNING) {
        monitor.end = why;
        pthread_cond_broadcast(&monitor.changed);
    }
    pthread_mutex_unlock(&monitor.lock);
}

static void wait_until_wanted(struct vp *vp)
{
    pthread_mutex_lock(&monitor.lock);
    while (vp->state != VP_WANTED || monitor.end != SHIM_EXIT_RUNNING) {
        pthread_cond_wait(&monitor.changed, &monitor.lock);
    }
    pthread_mutex_unlock(&monitor.lock);
}

/* Nobody delivers to a VP while its synthetic state is reset. */
static void enter(struct vp *vp)
{
    const struct hv_initial_vp_context *start = &vp->start;

    pthread_mutex_lock(&monitor.delivery);
    shim_vp_reset(&monitor.shim_vps[vp->index]);
    vp->deadline = UINT64_MAX;
    shim_atomic_store(&vp->asserted, 0);
    pthread_mutex_unlock(&monitor.delivery);

    kvm_reset_vp(vp);
    reg_set(vp, REG_PC, start->pc);
    reg_set(vp, REG_PSTATE, PSTATE_START);
    reg_set(vp, REG_GENERAL, vp->start_x0);
    reg_set(vp, REG_GENERAL + UINT64_C(2) * 18, start->x18);
    reg_set(vp, REG_SP_EL1, start->sp_elh);
    reg_set(vp, REG_SCTLR_EL1, start->sctlr_el1);
    reg_set(vp, REG_MAIR_EL1, start->mair_el1);
    reg_set(vp, REG_TCR_EL1, start->tcr_el1);
    reg_set(vp, REG_VBAR_EL1, start->vbar_el1);
    reg_set(vp, REG_TTBR0_EL1, start->ttbr0_el1);
    reg_set(vp, REG_TTBR1_EL1, start->ttbr1_el1);
    ring_event(vp, SHIM_EVENT_VP_ON, start->pc, vp->start_x0);
    set_state(vp, VP_ON);
}

void *vp_main(void *argument)
{
    struct vp *vp = argument;

    for (;;) {
        wait_until_wanted(vp);
        enter(vp);
        while (vp_is_on(vp)) {
            if (kvm_run(vp)) {
                exit_handle(vp);
            }
        }
    }
    return NULL;
}
