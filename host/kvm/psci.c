/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* PSCI 1.1 for the guest (Arm DEN0022), by HVC and by SMC. KVM could do this itself, but would not
 * say when a VP starts, which is when the library has to forget what it knew of it. */

#include "host/kvm/monitor.h"

#include <arm/psci.h>
#include <arm/smccc.h>

#define SCTLR_EL1_RESET                                                                            \
    UINT64_C(0x30d00800) /* MMU and caches off, reserved bits as they must be                      \
                          */
#define SCTLR_EL1_M UINT64_C(1)
#define SCTLR_EL1_REFUSED (UINT64_C(1) << 25 | UINT64_C(1) << 17) /* big-endian; reserved */
#define TCR_EL1_RES0 (UINT64_C(1) << 6 | UINT64_C(1) << 35 | UINT64_C(3) << 62)
#define VBAR_EL1_RES0 UINT64_C(0x7ff)
#define MPIDR_AFFINITY UINT64_C(0xff00ffffff)

static struct vp *find_vp(uint64_t mpidr)
{
    for (uint32_t n = 0; n < monitor.vp_count; n++) {
        if (monitor.vps[n].mpidr == mpidr) {
            return &monitor.vps[n];
        }
    }
    return NULL;
}

static bool entry_is_sound(uint64_t entry)
{
    return entry % 4 == 0 && entry >= monitor.ram_base && entry < monitor.ram_end;
}

/* The state that the VP was in; only a VP that is off starts. */
static enum vp_state start(struct vp *vp, const struct hv_initial_vp_context *context, uint64_t x0)
{
    pthread_mutex_lock(&monitor.lock);
    enum vp_state state = vp->state;
    if (state == VP_OFF) {
        vp->start = *context;
        vp->start_x0 = x0;
        vp->state = VP_WANTED;
        pthread_cond_broadcast(&monitor.changed);
    }
    pthread_mutex_unlock(&monitor.lock);
    return state;
}

static int64_t cpu_on(uint64_t mpidr, uint64_t entry, uint64_t x0)
{
    const struct hv_initial_vp_context context = { .pc = entry, .sctlr_el1 = SCTLR_EL1_RESET };
    struct vp *vp = find_vp(mpidr);

    if (vp == NULL) {
        return PSCI_INVALID_PARAMETERS;
    }
    if (!entry_is_sound(entry)) {
        return PSCI_INVALID_ADDRESS;
    }
    switch (start(vp, &context, x0)) {
    case VP_OFF:
        return PSCI_SUCCESS;
    case VP_WANTED:
        return PSCI_ON_PENDING;
    default:
        return PSCI_ALREADY_ON;
    }
}

hv_status_t psci_vp_start(struct vp *vp, const struct hv_initial_vp_context *context)
{
    bool translated = (context->sctlr_el1 & SCTLR_EL1_M) != 0;
    if (context->pc % 4 != 0 || (!translated && !entry_is_sound(context->pc)) ||
        (context->sctlr_el1 & SCTLR_EL1_REFUSED) != 0 || (context->tcr_el1 & TCR_EL1_RES0) != 0 ||
        (context->vbar_el1 & VBAR_EL1_RES0) != 0) {
        return HV_STATUS_INVALID_REGISTER_VALUE;
    }
    return start(vp, context, 0) == VP_OFF ? HV_STATUS_SUCCESS : HV_STATUS_INVALID_VP_STATE;
}

static int64_t affinity_info(uint64_t mpidr, uint64_t level)
{
    struct vp *vp = find_vp(mpidr);
    int64_t result = PSCI_AFFINITY_ON;

    if (vp == NULL || level != 0) {
        return PSCI_INVALID_PARAMETERS;
    }
    pthread_mutex_lock(&monitor.lock);
    if (vp->state != VP_ON) {
        result = vp->state == VP_OFF ? PSCI_AFFINITY_OFF : PSCI_AFFINITY_ON_PENDING;
    }
    pthread_mutex_unlock(&monitor.lock);
    return result;
}

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

/* Standby may end as soon as it has begun. */
static int64_t cpu_suspend(uint64_t power_state)
{
    return (power_state & PSCI_POWER_STATE_RESERVED) != 0 ? PSCI_INVALID_PARAMETERS : PSCI_SUCCESS;
}

static int64_t system_ends(struct vp *vp, bool off)
{
    debug_flush(vp);
    ring_event(vp, off ? SHIM_EVENT_POWER_OFF : SHIM_EVENT_RESET, 0, 0);
    machine_end(off ? SHIM_EXIT_POWER_OFF : SHIM_EXIT_RESET);
    vp_leave(vp);
    return PSCI_SUCCESS;
}

bool psci_call(struct vp *vp, uint64_t x[SHIM_REGISTERS])
{
    uint32_t id = smccc_function_id(x[0]);
    uint64_t mask = (id & SMCCC_SMC64) != 0 ? UINT64_MAX : UINT32_MAX; /* of the arguments */
    int64_t result;

    switch (id) {
    case PSCI_VERSION:
        result = PSCI_VERSION_1_1;
        break;
    case PSCI_CPU_SUSPEND:
    case PSCI_CPU_SUSPEND | PSCI_SMC64:
        result = cpu_suspend((uint32_t)x[1]);
        break;
    case PSCI_CPU_OFF:
        debug_flush(vp);
        ring_event(vp, SHIM_EVENT_VP_OFF, 0, 0);
        vp_leave(vp);
        return true;
    case PSCI_CPU_ON:
    case PSCI_CPU_ON | PSCI_SMC64:
        result = cpu_on(x[1] & mask, x[2] & mask, x[3] & mask);
        break;
    case PSCI_AFFINITY_INFO:
    case PSCI_AFFINITY_INFO | PSCI_SMC64:
        result = affinity_info(x[1] & mask, (uint32_t)x[2]);
        break;
    case PSCI_MIGRATE_INFO_TYPE:
        result = PSCI_MIGRATE_NOT_REQUIRED;
        break;
    case PSCI_SYSTEM_OFF:
    case PSCI_SYSTEM_RESET:
        result = system_ends(vp, id == PSCI_SYSTEM_OFF);
        break;
    case PSCI_FEATURES:
        result = features((uint32_t)x[1]);
        break;
    default:
        return false;
    }
    x[0] = (uint64_t)result;
    return true;
}
