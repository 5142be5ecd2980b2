/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* PSCI for the guest (Arm DEN0022), by an allow-list: which VPs run, and for how long the machine.
 * What the host below does for it, be it firmware or an operating system, are a few functions of
 * host.h.
 *
 * The state of a VP is one word. Who may change it:
 *   DOWN -> CLAIMED        any VP that calls CPU_ON or HvCallStartVirtualProcessor;
 *                          compare-and-swap, so one of them wins
 *   CLAIMED -> WANTED      the winner, the state to start in written
 *   WANTED -> STARTING     the service core, the synthetic state reset; it then asks the host
 *   STARTING -> DOWN       the service core, when the host refuses
 *   STARTING -> ON         the VP, at its first step
 *   ON -> LEAVING          the VP, after CPU_OFF
 *   LEAVING -> DOWN        the service core, once the host says that it is off
 * So nobody waits for anybody, and a VP that is said to be off is off. Its synthetic state lives on
 * until it is started again: a kernel that panics sends its other processors off as they are, and
 * then waits for a message in the page of one of them. */

#include "host/common/host.h"

#include <el2/sysregs.h>

#include <arm/psci.h>
#include <arm/smccc.h>

#define PC_UNALIGNED UINT64_C(3)
#define VBAR_EL1_RES0 UINT64_C(0x7ff)
#define SCTLR_EL1_RES0 (UINT64_C(1) << 17)
#define TCR_EL1_RES0 (UINT64_C(1) << 6 | UINT64_C(1) << 35 | UINT64_C(3) << 62)

static bool swap_state(struct vp *vp, enum vp_state from, enum vp_state to)
{
    uint64_t expected = from;
    return __atomic_compare_exchange_n(&vp->state, &expected, to, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_ACQUIRE);
}

/* The VP of an MPIDR, all bits of it compared. The service core is none. */
static struct vp *find_vp(uint64_t mpidr)
{
    for (uint32_t n = 0; n < guest.vp_count; n++) {
        struct vp *vp = host_vp(n);
        if (vp->mpidr == mpidr) {
            return vp;
        }
    }
    return NULL;
}

static bool entry_is_sound(uint64_t entry)
{
    return (entry & PC_UNALIGNED) == 0 && memory_holds_code(entry);
}

/* Whether a processor can start at EL1 in this state: little-endian, with no bit set that is
 * reserved to all processors. With the MMU on, where the code is depends on tables that may change
 * until then: a wrong address is an abort that the guest takes. */
static bool state_is_sound(const struct hv_initial_vp_context *start)
{
    bool translated = (start->sctlr_el1 & SCTLR_EL1_M) != 0;
    return (start->pc & PC_UNALIGNED) == 0 && (translated || entry_is_sound(start->pc)) &&
           (start->vbar_el1 & VBAR_EL1_RES0) == 0 &&
           (start->sctlr_el1 & (SCTLR_EL1_EE | SCTLR_EL1_RES0)) == 0 &&
           (start->tcr_el1 & TCR_EL1_RES0) == 0;
}

/* By the winner of CLAIMED: all is written before the service core may see WANTED. */
static void want(struct vp *target, const struct hv_initial_vp_context *start, uint64_t x0)
{
    target->start = *start;
    target->start_x0 = x0;
    shim_atomic_store_release(&target->state, VP_WANTED);
    service_wake();
}

static int64_t cpu_on(uint64_t mpidr, uint64_t entry, uint64_t context)
{
    const struct hv_initial_vp_context start = { .pc = entry, .sctlr_el1 = GUEST_START_SCTLR_EL1 };
    struct vp *target = find_vp(mpidr);
    if (target == NULL) {
        return PSCI_INVALID_PARAMETERS;
    }
    if (!entry_is_sound(entry)) {
        return PSCI_INVALID_ADDRESS;
    }
    if (!swap_state(target, VP_DOWN, VP_CLAIMED)) {
        uint64_t state = shim_atomic_load(&target->state);
        return state == VP_ON || state == VP_LEAVING ? PSCI_ALREADY_ON : PSCI_ON_PENDING;
    }
    want(target, &start, context);
    return PSCI_SUCCESS;
}

hv_status_t psci_vp_start(struct vp *target, const struct hv_initial_vp_context *context)
{
    if (!state_is_sound(context)) {
        return HV_STATUS_INVALID_REGISTER_VALUE;
    }
    if (!swap_state(target, VP_DOWN, VP_CLAIMED)) {
        return HV_STATUS_INVALID_VP_STATE;
    }
    want(target, context, 0);
    return HV_STATUS_SUCCESS;
}

void psci_on(struct vp *vp)
{
    ring_event(vp, SHIM_EVENT_VP_ON, vp->start.pc, vp->start_x0);
    shim_atomic_store_release(&vp->state, VP_ON);
}

void psci_left(struct vp *vp)
{
    shim_atomic_store_release(&vp->state, VP_LEAVING);
    service_wake();
}

/* The guest was told that its request is accepted; a host that refuses leaves the VP off. */
static void start_wanted(struct vp *vp)
{
    shim_vp_reset(vp->shim);
    vp->deadline = UINT64_MAX;
    shim_atomic_store_release(&vp->state, VP_STARTING);
    if (!host_vp_launch(vp)) {
        shim_atomic_store_release(&vp->state, VP_DOWN);
    }
}

bool psci_serve(void)
{
    bool waiting = false;
    for (uint32_t n = 0; n < guest.vp_count; n++) {
        struct vp *vp = host_vp(n);
        uint64_t state = shim_atomic_load_acquire(&vp->state);
        if (state == VP_WANTED) {
            start_wanted(vp);
        } else if (state == VP_LEAVING && host_vp_is_gone(vp)) {
            shim_atomic_store_release(&vp->state, VP_DOWN);
        } else if (state == VP_LEAVING) {
            waiting = true;
        }
    }
    return waiting;
}

static int64_t affinity_info(uint64_t mpidr, uint32_t level)
{
    const struct vp *vp = find_vp(mpidr);
    if (vp == NULL || level != 0) {
        return PSCI_INVALID_PARAMETERS;
    }
    switch (shim_atomic_load(&vp->state)) {
    case VP_DOWN:
        return PSCI_AFFINITY_OFF;
    case VP_CLAIMED:
    case VP_WANTED:
    case VP_STARTING:
        return PSCI_AFFINITY_ON_PENDING;
    default:
        return PSCI_AFFINITY_ON;
    }
}

/* Standby, whatever was asked for: a power-down state may be left as if it had not been entered. */
static int64_t cpu_suspend(struct vp *vp, uint32_t power_state)
{
    if ((power_state & PSCI_POWER_STATE_RESERVED) != 0) {
        return PSCI_INVALID_PARAMETERS;
    }
    host_vp_wait(vp);
    return PSCI_SUCCESS;
}

static int64_t cpu_off(struct vp *vp)
{
    debug_flush(vp);
    ring_event(vp, SHIM_EVENT_VP_OFF, 0, 0);
    host_vp_leave(vp);
    return PSCI_SUCCESS;
}

static int64_t system_ends(struct vp *vp, uint32_t id)
{
    bool off = id == PSCI_SYSTEM_OFF;
    debug_flush(vp);
    ring_event(vp, off ? SHIM_EVENT_POWER_OFF : SHIM_EVENT_RESET, 0, 0);
    host_end(vp, off ? SHIM_EXIT_POWER_OFF : SHIM_EXIT_RESET);
    return PSCI_SUCCESS;
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

/* All but the version; not inlined, so that what is asked often needs no stack. */
SHIM_NOINLINE static bool call(struct vp *vp, uint32_t id, uint64_t *x)
{
    int64_t result;

    switch (id) {
    case PSCI_CPU_SUSPEND:
    case PSCI_CPU_SUSPEND | PSCI_SMC64:
        result = cpu_suspend(vp, (uint32_t)x[1]);
        break;
    case PSCI_CPU_OFF:
        result = cpu_off(vp);
        break;
    case PSCI_CPU_ON:
    case PSCI_CPU_ON | PSCI_SMC64:
        result = cpu_on(argument(id, x, 1), argument(id, x, 2), argument(id, x, 3));
        break;
    case PSCI_AFFINITY_INFO:
    case PSCI_AFFINITY_INFO | PSCI_SMC64:
        result = affinity_info(argument(id, x, 1), (uint32_t)x[2]);
        break;
    case PSCI_MIGRATE_INFO_TYPE:
        result = PSCI_MIGRATE_NOT_REQUIRED;
        break;
    case PSCI_SYSTEM_OFF:
    case PSCI_SYSTEM_RESET:
        result = system_ends(vp, id);
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

bool psci_call(struct vp *vp, uint32_t id, uint64_t *x)
{
    if (smccc_owner(id) != SMCCC_OWNER_STANDARD) {
        return false;
    }
    if (id != PSCI_VERSION) {
        return call(vp, id, x);
    }
    x[0] = PSCI_VERSION_1_1;
    return true;
}
