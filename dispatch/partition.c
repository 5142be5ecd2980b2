/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Partitions and VPs: how they are made and reset, and how one finds another. */

#include <shim/shim.h>

#include <hv/privilege.h>

#include <string.h>

#include "call.h"
#include "registers.h"
#include "spill.h"
#include "timer.h"

#define VPS_MAX 4096u

/* How often a guest should spin before it tells us: a hint is worth more than a spin of this
 * length. */
#define LONG_SPIN_WAIT_COUNT UINT32_C(0xfff)

/* All that the library can serve. */
#define PRIVILEGES_SERVED                                                                          \
    (HV_PRIV_ACCESS_VP_RUN_TIME_REG | HV_PRIV_ACCESS_PARTITION_REFERENCE_COUNTER |                 \
     HV_PRIV_ACCESS_SYNIC_REGS | HV_PRIV_ACCESS_SYNTHETIC_TIMER_REGS |                             \
     HV_PRIV_ACCESS_INTR_CTRL_REGS | HV_PRIV_ACCESS_HYPERCALL_MSRS | HV_PRIV_ACCESS_VP_INDEX |     \
     HV_PRIV_ACCESS_PARTITION_REFERENCE_TSC | HV_PRIV_ACCESS_PARTITION_ID |                        \
     HV_PRIV_POST_MESSAGES | HV_PRIV_SIGNAL_EVENTS | HV_PRIV_DEBUGGING |                           \
     HV_PRIV_ENABLE_EXTENDED_HYPERCALLS | HV_PRIV_START_VIRTUAL_PROCESSOR | SHIM_NEEDS_ALL)

/* What a guest loses when the host lacks an op. */
static uint64_t lost(bool has_op, uint64_t rights)
{
    return has_op ? 0 : rights;
}

static uint64_t lost_to_ops(const struct shim_host_ops *ops)
{
    uint64_t delivery = HV_PRIV_ACCESS_SYNIC_REGS | HV_PRIV_ACCESS_SYNTHETIC_TIMER_REGS;

    return lost(ops->vp_runtime != NULL, HV_PRIV_ACCESS_VP_RUN_TIME_REG) |
           lost(ops->interrupt_assert != NULL,
                delivery | SHIM_NEEDS_INTERRUPTS | SHIM_NEEDS_DIRECT) |
           lost(ops->poll_wanted != NULL, delivery | SHIM_NEEDS_DIRECT) |
           lost(ops->gpa_set_bit != NULL, SHIM_NEEDS_DIRECT) |
           lost(ops->vp_start != NULL, HV_PRIV_START_VIRTUAL_PROCESSOR) |
           lost(ops->vp_mpidr != NULL, SHIM_NEEDS_MPIDR) |
           lost(ops->tlb_flush != NULL, SHIM_NEEDS_TLB_FLUSH) |
           lost(ops->translate_gva != NULL, SHIM_NEEDS_TRANSLATE) |
           lost(ops->boot_zeroed != NULL, SHIM_NEEDS_BOOT_ZEROED) |
           lost(ops->memory_heat != NULL, SHIM_NEEDS_MEMORY_HEAT) |
           lost(ops->debug_character != NULL, HV_PRIV_DEBUGGING) |
           lost(ops->guest_crash != NULL, SHIM_NEEDS_GUEST_CRASH);
}

static uint64_t lost_to_config(const struct shim_partition_config *config)
{
    return lost(config->connections != NULL, HV_PRIV_POST_MESSAGES | HV_PRIV_SIGNAL_EVENTS) |
           lost(config->reference_tsc_scale != 0, HV_PRIV_ACCESS_PARTITION_REFERENCE_TSC) |
           lost(config->direct_calls, SHIM_NEEDS_DIRECT);
}

/* What the guest is told, which is what it gets. */
static void describe_features(struct shim_partition *partition)
{
    uint32_t spins =
        partition->ops->vp_yield != NULL ? LONG_SPIN_WAIT_COUNT : HV_LONG_SPIN_WAIT_NEVER;

    partition->privileges_and_features.low = partition->privileges & ~SHIM_NEEDS_ALL;
    if ((partition->privileges & SHIM_NEEDS_GUEST_CRASH) != 0) {
        partition->privileges_and_features.high |= HV_FEATURE_GUEST_CRASH_REGS_AVAILABLE;
    }
    if ((partition->privileges & HV_PRIV_ACCESS_SYNTHETIC_TIMER_REGS) != 0) {
        partition->privileges_and_features.high |= HV_FEATURE_DIRECT_SYNTHETIC_TIMERS_AVAILABLE;
    }
    partition->features.low = (uint64_t)spins << HV_LONG_SPIN_WAIT_COUNT_SHIFT;
    if ((partition->privileges & (SHIM_NEEDS_INTERRUPTS | SHIM_NEEDS_TLB_FLUSH)) != 0) {
        partition->features.low |= HV_RECOMMEND_EX_PROCESSOR_MASKS;
    }
    partition->hardware_features.low = HV_HARDWARE_SECOND_LEVEL_ADDRESS_TRANSLATION_IN_USE;
    partition->limits.low = partition->vp_count; /* MaxVirtualProcessors; the rest is not exposed */
}

static bool config_is_sound(const struct shim_partition_config *config)
{
    const struct shim_host_ops *ops = config->ops;

    return ops != NULL && ops->gpa_read != NULL && ops->gpa_write != NULL &&
           ops->reference_time != NULL && config->vps != NULL && config->vp_count != 0 &&
           config->vp_count <= VPS_MAX && config->partition_id != 0 &&
           config->partition_id != HV_PARTITION_ID_SELF &&
           (config->connections == NULL ||
            (config->connection_slots != 0 &&
             (config->connection_slots & (config->connection_slots - 1)) == 0));
}

bool shim_partition_init(struct shim_partition *partition,
                         const struct shim_partition_config *config)
{
    if (!config_is_sound(config)) {
        return false;
    }
    memset(partition, 0, sizeof(*partition));
    partition->ops = config->ops;
    partition->host = config->host;
    partition->vps = config->vps;
    partition->vp_count = config->vp_count;
    partition->partition_id = config->partition_id;
    partition->hypervisor_version = config->hypervisor_version;
    partition->connections = config->connections;
    partition->connection_slots = config->connection_slots;
    partition->reference_tsc_scale = config->reference_tsc_scale;
    partition->reference_tsc_offset = config->reference_tsc_offset;
    partition->privileges = PRIVILEGES_SERVED & (config->privileges | SHIM_NEEDS_ALL) &
                            ~(lost_to_ops(config->ops) | lost_to_config(config));
    partition->rights = partition->privileges;
    describe_features(partition);
    return true;
}

bool shim_vp_init(struct shim_vp *vp, struct shim_partition *partition, hv_vp_index_t index,
                  void *host_vp)
{
    if (index >= partition->vp_count || vp != &partition->vps[index]) {
        return false;
    }
    memset(vp, 0, sizeof(*vp));
    vp->partition = partition;
    vp->index = index;
    vp->host_vp = host_vp;
    shim_vp_reset(vp);
    return true;
}

void shim_vp_reset(struct shim_vp *vp)
{
    vp->scontrol = 0;
    vp->simp = 0;
    vp->siefp = 0;
    vp->sirbp = 0;
    for (uint32_t sint = 0; sint < HV_SYNIC_SINT_COUNT; sint++) {
        vp->sint[sint] = HV_SINT_RESET;
    }
    for (uint32_t timer = 0; timer < HV_SYNTHETIC_TIMERS; timer++) {
        timer_reset(&vp->timers[timer]);
    }
    vp->slots_in_use = 0;
    vp->assist_page = 0;
    spill_detach(vp);
    vp->queue.count = 0;
}

void shim_partition_reset(struct shim_partition *partition)
{
    partition->guest_os_id = 0;
    partition->rights = partition->privileges;
    partition->reference_tsc = 0;
    memset(partition->crash_parameter, 0, sizeof(partition->crash_parameter));
}

struct shim_vp *vp_find(struct shim_vp *vp, hv_vp_index_t index)
{
    const struct shim_partition *partition = vp->partition;

    if (index == HV_VP_INDEX_SELF) {
        return vp;
    }
    if (index >= partition->vp_count) {
        return NULL;
    }
    return &partition->vps[shim_index_nospec(index, partition->vp_count)];
}

hv_status_t check_partition_self(const struct shim_vp *vp, hv_partition_id_t partition_id)
{
    if (partition_id == HV_PARTITION_ID_SELF || partition_id == vp->partition->partition_id) {
        return HV_STATUS_SUCCESS;
    }
    return HV_STATUS_INVALID_PARTITION_ID;
}

/* There is VTL 0 only. A higher one that could exist is denied, what could not is a bad parameter.
 */
hv_status_t check_input_vtl(uint8_t input_vtl)
{
    uint32_t target = input_vtl & HV_INPUT_VTL_TARGET;

    if ((input_vtl & HV_INPUT_VTL_RESERVED) != 0) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    if ((input_vtl & HV_INPUT_VTL_USE_TARGET) == 0 || target == 0) {
        return HV_STATUS_SUCCESS; /* the caller's own */
    }
    return target > HV_VTL_MAX ? HV_STATUS_INVALID_PARAMETER : HV_STATUS_ACCESS_DENIED;
}

hv_status_t check_vtl(uint8_t vtl)
{
    return check_input_vtl(vtl > HV_VTL_MAX ? HV_INPUT_VTL_RESERVED
                                            : (uint8_t)(vtl | HV_INPUT_VTL_USE_TARGET));
}
