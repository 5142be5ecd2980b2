/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The features and their bits (TLFS hv_partition_privilege_mask, feature-discovery). */

#include "tools/features.h"

#include <stdio.h>
#include <string.h>

#include <hv/calls.h>
#include <hv/privilege.h>

#include "dispatch/call.h"

#define PRIVILEGE(privilege)                                                                       \
    .word = FEATURE_PRIVILEGES, .bit = HV_PRIV_##privilege, .right = HV_PRIV_##privilege

// clang-format off
const struct feature features[] = {
    { "hypercalls", "AccessHypercallMsrs", "announce itself (GuestOsId)",
      PRIVILEGE(ACCESS_HYPERCALL_MSRS) },
    { "vp-index", "AccessVpIndex", "learn its processors' numbers", PRIVILEGE(ACCESS_VP_INDEX) },
    { "vp-runtime", "AccessVpRunTimeReg", "read how long a VP ran", PRIVILEGE(ACCESS_VP_RUN_TIME_REG) },
    { "reference-counter", "AccessPartitionReferenceCounter", "read the time by a call",
      PRIVILEGE(ACCESS_PARTITION_REFERENCE_COUNTER) },
    { "reference-tsc", "AccessPartitionReferenceTsc", "read the time from a page, without a call",
      PRIVILEGE(ACCESS_PARTITION_REFERENCE_TSC) },
    { "synic", "AccessSynicRegs", "get messages and events", PRIVILEGE(ACCESS_SYNIC_REGS) },
    { "timers", "AccessSyntheticTimerRegs", "set synthetic timers",
      PRIVILEGE(ACCESS_SYNTHETIC_TIMER_REGS) },
    { "direct-timers", "DirectSyntheticTimers", "get timer expiries straight as an interrupt",
      .word = FEATURE_FEATURES, .bit = HV_FEATURE_DIRECT_SYNTHETIC_TIMERS_AVAILABLE },
    { "assist-page", "AccessIntrCtrlRegs", "register a VP assist page",
      PRIVILEGE(ACCESS_INTR_CTRL_REGS) },
    { "post-messages", "PostMessages", "post messages, above all VMBus's", PRIVILEGE(POST_MESSAGES) },
    { "signal-events", "SignalEvents", "signal the other end of a channel", PRIVILEGE(SIGNAL_EVENTS) },
    { "partition-id", "AccessPartitionId", "learn its partition's number",
      PRIVILEGE(ACCESS_PARTITION_ID) },
    { "start-vp", "StartVirtualProcessor", "start processors by a call",
      PRIVILEGE(START_VIRTUAL_PROCESSOR) },
    { "debugging", "Debugging", "write debug characters", PRIVILEGE(DEBUGGING) },
    { "extended", "EnableExtendedHypercalls", "make calls from 0x8000 on",
      PRIVILEGE(ENABLE_EXTENDED_HYPERCALLS) },
    { "crash", "GuestCrashRegsAvailable", "tell of its crash (GuestCrashP0-P4, GuestCrashCtl)",
      .word = FEATURE_FEATURES, .bit = HV_FEATURE_GUEST_CRASH_REGS_AVAILABLE,
      .right = SHIM_NEEDS_GUEST_CRASH },
    { "sint-polling", "SintPollingModeAvailable", "poll a SINT instead of being interrupted",
      .word = FEATURE_FEATURES, .bit = HV_FEATURE_SINT_POLLING_MODE_AVAILABLE, .rare = true },
    { "ex-masks", "ExProcessorMasks", "name more than 64 processors in one call",
      .word = FEATURE_HINTS, .bit = HV_RECOMMEND_EX_PROCESSOR_MASKS },
    { "cluster-ipi", "SyntheticClusterIpi", "send IPIs by a call",
      .word = FEATURE_HINTS, .bit = HV_RECOMMEND_SYNTHETIC_CLUSTER_IPI,
      .right = SHIM_NEEDS_INTERRUPTS },
    { "spin-wait", "LongSpinWaitCount", "say that it spins for long", .word = FEATURE_SPINS,
      .call = HV_CALL_NOTIFY_LONG_SPIN_WAIT },
    { "tlb-flush", "flush calls", "flush TLBs of other processors", .word = FEATURE_UNANNOUNCED,
      .right = SHIM_NEEDS_TLB_FLUSH },
    { "translate", "TranslateVirtualAddress", "have an address translated",
      .word = FEATURE_UNANNOUNCED, .right = SHIM_NEEDS_TRANSLATE },
    { "vp-by-mpidr", "GetVpIndexFromApicId", "find a VP by its MPIDR", .word = FEATURE_UNANNOUNCED,
      .right = SHIM_NEEDS_MPIDR },
    { "direct-calls", "direct calls", "post and signal without a connection",
      .word = FEATURE_UNANNOUNCED, .right = SHIM_NEEDS_DIRECT },
    { "guest-idle", "AccessGuestIdleReg", "sleep by a register", PRIVILEGE(ACCESS_GUEST_IDLE_REG), .rare = true },
    { "frequencies", "AccessFrequencyRegs", "read clock frequencies",
      PRIVILEGE(ACCESS_FREQUENCY_REGS), .rare = true },
    { "vsm", "AccessVsm", "use virtual trust levels", PRIVILEGE(ACCESS_VSM), .rare = true },
    { "vp-registers", "AccessVpRegisters", "reach registers of other partitions",
      PRIVILEGE(ACCESS_VP_REGISTERS), .rare = true },
    { "isolation", "Isolation", "be isolated from its host", PRIVILEGE(ISOLATION), .rare = true },
    { "memory-pool", "AccessMemoryPool", "deposit memory", PRIVILEGE(ACCESS_MEMORY_POOL), .rare = true },
    { "create-partitions", "CreatePartitions", "make partitions", PRIVILEGE(CREATE_PARTITIONS), .rare = true },
    { "create-port", "CreatePort", "make ports", PRIVILEGE(CREATE_PORT), .rare = true },
    { "connect-port", "ConnectPort", "connect ports", PRIVILEGE(CONNECT_PORT), .rare = true },
    { "stats", "AccessStats", "map statistics", PRIVILEGE(ACCESS_STATS), .rare = true },
    { "cpu-management", "CpuManagement", "manage physical processors", PRIVILEGE(CPU_MANAGEMENT), .rare = true },
};
// clang-format on

const size_t feature_count = sizeof(features) / sizeof(features[0]);
_Static_assert(sizeof(features) / sizeof(features[0]) <= FEATURES_MAX, "an array per feature");

size_t feature_find(const char *key, size_t size)
{
    size_t i = 0;

    while (i < feature_count &&
           (strlen(features[i].key) != size || memcmp(features[i].key, key, size) != 0)) {
        i++;
    }
    return i;
}

bool feature_offered(const struct feature *feature, const struct hv_register_value *privileges,
                     const struct hv_register_value *hints)
{
    switch (feature->word) {
    case FEATURE_PRIVILEGES:
        return (privileges->low & feature->bit) != 0;
    case FEATURE_FEATURES:
        return (privileges->high & feature->bit) != 0;
    case FEATURE_HINTS:
        return (hints->low & feature->bit) != 0;
    case FEATURE_SPINS:
        return hints->low >> HV_LONG_SPIN_WAIT_COUNT_SHIFT != HV_LONG_SPIN_WAIT_NEVER;
    default:
        return false;
    }
}

/* A host takes privileges away by the partition's mask, and with an op what comes with it. */
static bool can_be_withheld(const struct feature *feature)
{
    return feature->word == FEATURE_PRIVILEGES || feature->right == SHIM_NEEDS_GUEST_CRASH;
}

bool feature_mask(const char *keys, struct hv_register_value *mask, char *why, size_t room)
{
    *mask = (struct hv_register_value) { 0 };
    for (;;) {
        size_t size = strcspn(keys, ",");
        size_t found = feature_find(keys, size);
        if (found == feature_count) {
            snprintf(why, room, "unknown feature '%.*s'", (int)(size < 32 ? size : 32), keys);
            return false;
        }
        if (!can_be_withheld(&features[found])) {
            snprintf(why, room, "feature '%s' cannot be withheld: it is no privilege of its own",
                     features[found].key);
            return false;
        }
        *(features[found].word == FEATURE_PRIVILEGES ? &mask->low : &mask->high) |=
            features[found].bit;
        if (keys[size] == '\0') {
            return true;
        }
        keys += size + 1;
    }
}
