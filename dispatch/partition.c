/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Partitions and VPs: how they are made and reset, and how one finds another. */

#include <shim/shim.h>

#include <hv/privilege.h>

#include <string.h>

#include "call.h"
#include "registers.h"

#define VPS_MAX 4096u

/* How often a guest should spin before it tells us: a hint is worth more than a spin of this
 * length. */
#define LONG_SPIN_WAIT_COUNT UINT32_C(0xfff)

/* What the library serves whatever the host can do. */
#define PRIVILEGES_ALWAYS                                                                          \
    (HV_PRIV_ACCESS_PARTITION_REFERENCE_COUNTER | HV_PRIV_ACCESS_HYPERCALL_MSRS |                  \
     HV_PRIV_ACCESS_VP_INDEX | HV_PRIV_ACCESS_PARTITION_ID | HV_PRIV_ENABLE_EXTENDED_HYPERCALLS)

/* A host op that is missing takes what needs it away. */
static uint64_t privileges_served(const struct shim_host_ops *ops)
{
    uint64_t privileges = PRIVILEGES_ALWAYS;

    if (ops->vp_runtime != NULL) {
        privileges |= HV_PRIV_ACCESS_VP_RUN_TIME_REG;
    }
    if (ops->interrupt_assert != NULL && ops->poll_wanted != NULL) {
        privileges |= HV_PRIV_ACCESS_SYNIC_REGS;
    }
    if (ops->message_post != NULL) {
        privileges |= HV_PRIV_POST_MESSAGES;
    }
    if (ops->event_signal != NULL) {
        privileges |= HV_PRIV_SIGNAL_EVENTS;
    }
    if (ops->guest_crash != NULL) {
        privileges |= SHIM_NEEDS_GUEST_CRASH;
    }
    return privileges;
}

/* What the guest is told, which is what it gets. */
static void describe_features(struct shim_partition *partition)
{
    uint32_t spins =
        partition->ops->vp_yield != NULL ? LONG_SPIN_WAIT_COUNT : HV_LONG_SPIN_WAIT_NEVER;

    partition->privileges_and_features.low = partition->privileges & ~SHIM_NEEDS_RESERVED_BITS;
    if ((partition->privileges & SHIM_NEEDS_GUEST_CRASH) != 0) {
        partition->privileges_and_features.high = HV_FEATURE_GUEST_CRASH_REGS_AVAILABLE;
    }
    partition->features.low = (uint64_t)spins << HV_LONG_SPIN_WAIT_COUNT_SHIFT;
    partition->hardware_features.low = HV_HARDWARE_SECOND_LEVEL_ADDRESS_TRANSLATION_IN_USE;
    partition->limits.low = partition->vp_count; /* MaxVirtualProcessors; the rest is not exposed */
}

static bool config_is_sound(const struct shim_partition_config *config)
{
    const struct shim_host_ops *ops = config->ops;

    return ops != NULL && ops->gpa_read != NULL && ops->gpa_write != NULL &&
           ops->reference_time != NULL && config->vps != NULL && config->vp_count != 0 &&
           config->vp_count <= VPS_MAX && config->partition_id != 0 &&
           config->partition_id != HV_PARTITION_ID_SELF;
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
    partition->privileges =
        privileges_served(config->ops) & (config->privileges | SHIM_NEEDS_RESERVED_BITS);
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
    vp->spill_page = 0;
    vp->queue.count = 0;
}

void shim_partition_reset(struct shim_partition *partition)
{
    partition->guest_os_id = 0;
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
