/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The rows of the register table, and those registers that are a word of storage. */

#include "registers.h"

#include "call.h"
#include "message.h"

#include <hv/privilege.h>
#include <hv/registers.h>

static uint64_t *word_at(void *base, uint16_t offset)
{
    return (uint64_t *)(void *)((uint8_t *)base + offset);
}

/* A word of the VP. */
static hv_status_t vp_word_get(struct hv_register_value *value, const struct hv_register *row,
                               struct shim_vp *target)
{
    value->low = shim_atomic_load(word_at(target, row->offset));
    value->high = 0;
    return HV_STATUS_SUCCESS;
}

static hv_status_t vp_word_set(uint64_t value, const struct hv_register *row,
                               struct shim_vp *caller, struct shim_vp *target)
{
    (void)caller;
    shim_atomic_store(word_at(target, row->offset), value);
    return HV_STATUS_SUCCESS;
}

/* A word of the partition. */
static hv_status_t partition_word_get(struct hv_register_value *value,
                                      const struct hv_register *row, struct shim_vp *target)
{
    value->low = shim_atomic_load(word_at(target->partition, row->offset));
    value->high = 0;
    return HV_STATUS_SUCCESS;
}

static hv_status_t partition_word_set(uint64_t value, const struct hv_register *row,
                                      struct shim_vp *caller, struct shim_vp *target)
{
    (void)caller;
    shim_atomic_store(word_at(target->partition, row->offset), value);
    return HV_STATUS_SUCCESS;
}

/* 128 bits of the partition that never change. */
static hv_status_t information_get(struct hv_register_value *value, const struct hv_register *row,
                                   struct shim_vp *target)
{
    const uint64_t *words = word_at(target->partition, row->offset);

    value->low = words[0];
    value->high = words[1];
    return HV_STATUS_SUCCESS;
}

static hv_status_t vp_index_get(struct hv_register_value *value, const struct hv_register *row,
                                struct shim_vp *target)
{
    (void)row;
    value->low = target->index;
    value->high = 0;
    return HV_STATUS_SUCCESS;
}

static hv_status_t vp_runtime_get(struct hv_register_value *value, const struct hv_register *row,
                                  struct shim_vp *target)
{
    const struct shim_partition *partition = target->partition;

    (void)row;
    value->low = partition->ops->vp_runtime(partition->host, target->host_vp);
    value->high = 0;
    return HV_STATUS_SUCCESS;
}

static hv_status_t time_ref_count_get(struct hv_register_value *value,
                                      const struct hv_register *row, struct shim_vp *target)
{
    const struct shim_partition *partition = target->partition;

    (void)row;
    value->low = partition->ops->reference_time(partition->host);
    value->high = 0;
    return HV_STATUS_SUCCESS;
}

static hv_status_t sversion_get(struct hv_register_value *value, const struct hv_register *row,
                                struct shim_vp *target)
{
    (void)row;
    (void)target;
    value->low = HV_SYNIC_VERSION_1;
    value->high = 0;
    return HV_STATUS_SUCCESS;
}

/* EOM reads as zero (TLFS inter-partition-communication). */
static hv_status_t zero_get(struct hv_register_value *value, const struct hv_register *row,
                            struct shim_vp *target)
{
    (void)row;
    (void)target;
    value->low = 0;
    value->high = 0;
    return HV_STATUS_SUCCESS;
}

/* What the crash registers can do; never what was last written (Linux sends its message only then).
 */
static hv_status_t guest_crash_ctl_get(struct hv_register_value *value,
                                       const struct hv_register *row, struct shim_vp *target)
{
    (void)row;
    (void)target;
    value->low = HV_CRASH_CTL_NOTIFY | HV_CRASH_CTL_MESSAGE;
    value->high = 0;
    return HV_STATUS_SUCCESS;
}

/* Slots may have become reachable: messages may wait for that. */
static hv_status_t synic_word_set(uint64_t value, const struct hv_register *row,
                                  struct shim_vp *caller, struct shim_vp *target)
{
    vp_word_set(value, row, caller, target);
    if ((value & HV_SYNIC_ENABLE) != 0) {
        poll_request(target);
    }
    return HV_STATUS_SUCCESS;
}

static hv_status_t eom_set(uint64_t value, const struct hv_register *row, struct shim_vp *caller,
                           struct shim_vp *target)
{
    (void)row;
    (void)caller;
    (void)value;
    poll_request(target);
    return HV_STATUS_SUCCESS;
}

/* An unmasked SINT names a PPI: what Linux takes from ACPI, and all that can be made pending on one
 * processor. A masked one may hold anything, its reset value above all. */
static hv_status_t sint_set(uint64_t value, const struct hv_register *row, struct shim_vp *caller,
                            struct shim_vp *target)
{
    uint64_t vector = value & HV_SINT_VECTOR;

    if ((value & HV_SINT_MASKED) == 0 &&
        (vector < HV_SINT_VECTOR_MIN || vector > HV_SINT_VECTOR_MAX)) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    return vp_word_set(value, row, caller, target);
}

/* What may be read, and written if at all, before GuestOsId is set (TLFS HvCallGetVpRegisters,
 * HvCallSetVpRegisters), and what only afterwards. */
#define EARLY UINT64_C(0)
#define LATE SHIM_NEEDS_GUEST_OS_ID

#define IN_VP(field) .offset = offsetof(struct shim_vp, field)
#define IN_PARTITION(field) .offset = offsetof(struct shim_partition, field)

// clang-format off
#define INFORMATION(register, field)                                                               \
    [HV_REGISTER_SLOT(register)] =                                                                 \
        { .name = register, .get = information_get, IN_PARTITION(field), .rights = EARLY }
#define CRASH_PARAMETER(number)                                                                    \
    [HV_REGISTER_SLOT(HV_REGISTER_GUEST_CRASH_P0 + (number))] =                                    \
        { .name = HV_REGISTER_GUEST_CRASH_P0 + (number), .get = partition_word_get,                \
          .set = partition_word_set, IN_PARTITION(crash_parameter[number]),                        \
          .rights = EARLY | SHIM_NEEDS_GUEST_CRASH }
#define SINT(number)                                                                               \
    [HV_REGISTER_SLOT(HV_REGISTER_SINT0 + (number))] =                                             \
        { .name = HV_REGISTER_SINT0 + (number), .get = vp_word_get, .set = sint_set,               \
          IN_VP(sint[number]), .rights = LATE | HV_PRIV_ACCESS_SYNIC_REGS }
#define SYNIC(register, how_get, how_set, ...)                                                     \
    [HV_REGISTER_SLOT(register)] = { .name = register, .get = how_get, .set = how_set,             \
                                     .rights = LATE | HV_PRIV_ACCESS_SYNIC_REGS, __VA_ARGS__ }

#define TIMER(number)                                                                              \
    [HV_REGISTER_SLOT(HV_REGISTER_STIMER0_CONFIG + 2 * (number))] =                                \
        { .name = HV_REGISTER_STIMER0_CONFIG + 2 * (number), .get = timer_config_get,              \
          .set = timer_config_set, IN_VP(timers[number]),                                          \
          .rights = LATE | HV_PRIV_ACCESS_SYNTHETIC_TIMER_REGS },                                      \
    [HV_REGISTER_SLOT(HV_REGISTER_STIMER0_COUNT + 2 * (number))] =                                 \
        { .name = HV_REGISTER_STIMER0_COUNT + 2 * (number), .get = timer_count_get,                \
          .set = timer_count_set, IN_VP(timers[number]),                                           \
          .rights = LATE | HV_PRIV_ACCESS_SYNTHETIC_TIMER_REGS }

const struct hv_register hv_registers[HV_REGISTER_SLOTS] = {
    INFORMATION(HV_REGISTER_HYPERVISOR_VERSION, hypervisor_version),
    INFORMATION(HV_REGISTER_PRIVILEGES_AND_FEATURES_INFO, privileges_and_features),
    INFORMATION(HV_REGISTER_FEATURES_INFO, features),
    INFORMATION(HV_REGISTER_IMPLEMENTATION_LIMITS_INFO, limits),
    INFORMATION(HV_REGISTER_HARDWARE_FEATURES_INFO, hardware_features),

    CRASH_PARAMETER(0), CRASH_PARAMETER(1), CRASH_PARAMETER(2), CRASH_PARAMETER(3),
    CRASH_PARAMETER(4),
    [HV_REGISTER_SLOT(HV_REGISTER_GUEST_CRASH_CTL)] =
        { .name = HV_REGISTER_GUEST_CRASH_CTL, .get = guest_crash_ctl_get, .set = guest_crash_ctl_set,
          .rights = EARLY | SHIM_NEEDS_GUEST_CRASH },

    [HV_REGISTER_SLOT(HV_REGISTER_VP_RUNTIME)] =
        { .name = HV_REGISTER_VP_RUNTIME, .get = vp_runtime_get,
          .rights = LATE | HV_PRIV_ACCESS_VP_RUN_TIME_REG },
    [HV_REGISTER_SLOT(HV_REGISTER_GUEST_OS_ID)] =
        { .name = HV_REGISTER_GUEST_OS_ID, .get = partition_word_get, .set = guest_os_id_set,
          IN_PARTITION(guest_os_id), .rights = EARLY | HV_PRIV_ACCESS_HYPERCALL_MSRS },
    [HV_REGISTER_SLOT(HV_REGISTER_VP_INDEX)] =
        { .name = HV_REGISTER_VP_INDEX, .get = vp_index_get, .rights = LATE | HV_PRIV_ACCESS_VP_INDEX },
    [HV_REGISTER_SLOT(HV_REGISTER_TIME_REF_COUNT)] =
        { .name = HV_REGISTER_TIME_REF_COUNT, .get = time_ref_count_get,
          .rights = EARLY | HV_PRIV_ACCESS_PARTITION_REFERENCE_COUNTER },
    [HV_REGISTER_SLOT(HV_REGISTER_VP_ASSIST_PAGE)] =
        { .name = HV_REGISTER_VP_ASSIST_PAGE, .get = vp_word_get, .set = vp_word_set,
          IN_VP(assist_page), .rights = LATE | HV_PRIV_ACCESS_INTR_CTRL_REGS },
    [HV_REGISTER_SLOT(HV_REGISTER_REFERENCE_TSC)] =
        { .name = HV_REGISTER_REFERENCE_TSC, .get = partition_word_get, .set = reference_tsc_set,
          IN_PARTITION(reference_tsc), .rights = LATE | HV_PRIV_ACCESS_PARTITION_REFERENCE_TSC },

    SINT(0), SINT(1), SINT(2), SINT(3), SINT(4), SINT(5), SINT(6), SINT(7),
    SINT(8), SINT(9), SINT(10), SINT(11), SINT(12), SINT(13), SINT(14), SINT(15),
    SYNIC(HV_REGISTER_SCONTROL, vp_word_get, synic_word_set, IN_VP(scontrol)),
    SYNIC(HV_REGISTER_SVERSION, sversion_get, NULL, .offset = 0),
    SYNIC(HV_REGISTER_SIFP, vp_word_get, vp_word_set, IN_VP(siefp)),
    SYNIC(HV_REGISTER_SIPP, vp_word_get, synic_word_set, IN_VP(simp)),
    SYNIC(HV_REGISTER_EOM, zero_get, eom_set, .offset = 0),
    SYNIC(HV_REGISTER_SIRBP, vp_word_get, vp_word_set, IN_VP(sirbp)),

    TIMER(0), TIMER(1), TIMER(2), TIMER(3),
};
// clang-format on
