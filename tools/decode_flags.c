/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Words of flags, spelled out. Names are the TLFS's, without what all of a word have in common. */

#include "tools/decode_flags.h"

#include <inttypes.h>

#include <hv/privilege.h>
#include <hv/registers.h>
#include <hv/timer.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void put_flag(FILE *out, uint64_t value, const struct decode_flag *flag)
{
    unsigned shift = (unsigned)__builtin_ctzll(flag->mask);
    uint64_t field = (value & flag->mask) >> shift;

    if (flag->mask >> shift == 1) {
        fputs(flag->name, out);
    } else {
        fprintf(out, field < 256 ? "%s=%" PRIu64 : "%s=0x%" PRIx64, flag->name, field);
    }
}

void decode_flags(FILE *out, uint64_t value, const struct decode_flag *flags)
{
    const char *between = "";
    uint64_t unnamed = value;

    for (; flags->mask != 0; flags++) {
        if ((value & flags->mask) != 0) {
            fputs(between, out);
            put_flag(out, value, flags);
            between = "|";
            unnamed &= ~flags->mask;
        }
    }
    if (unnamed != 0 || value == 0) {
        fprintf(out, unnamed != 0 ? "%s0x%" PRIx64 : "%s%" PRIx64, between, unnamed);
    }
}

/* ---- Registers ---- */

static const struct decode_flag privileges[] = {
    { HV_PRIV_ACCESS_VP_RUN_TIME_REG, "VpRunTime" },
    { HV_PRIV_ACCESS_PARTITION_REFERENCE_COUNTER, "ReferenceCounter" },
    { HV_PRIV_ACCESS_SYNIC_REGS, "Synic" },
    { HV_PRIV_ACCESS_SYNTHETIC_TIMER_REGS, "SyntheticTimers" },
    { HV_PRIV_ACCESS_INTR_CTRL_REGS, "IntrCtrl" },
    { HV_PRIV_ACCESS_HYPERCALL_MSRS, "Hypercall" },
    { HV_PRIV_ACCESS_VP_INDEX, "VpIndex" },
    { HV_PRIV_ACCESS_RESET_REG, "Reset" },
    { HV_PRIV_ACCESS_STATS_REG, "StatsReg" },
    { HV_PRIV_ACCESS_PARTITION_REFERENCE_TSC, "ReferenceTsc" },
    { HV_PRIV_ACCESS_GUEST_IDLE_REG, "GuestIdle" },
    { HV_PRIV_ACCESS_FREQUENCY_REGS, "Frequency" },
    { HV_PRIV_ACCESS_DEBUG_MSRS, "DebugRegs" },
    { HV_PRIV_ACCESS_REENLIGHTENMENT_CONTROLS, "Reenlightenment" },
    { HV_PRIV_ACCESS_ROOT_SCHEDULER_MSR, "RootScheduler" },
    { HV_PRIV_ACCESS_TSC_INVARIANT_CONTROLS, "TscInvariant" },
    { HV_PRIV_CREATE_PARTITIONS, "CreatePartitions" },
    { HV_PRIV_ACCESS_PARTITION_ID, "PartitionId" },
    { HV_PRIV_ACCESS_MEMORY_POOL, "MemoryPool" },
    { HV_PRIV_ADJUST_MESSAGE_BUFFERS, "MessageBuffers" },
    { HV_PRIV_POST_MESSAGES, "PostMessages" },
    { HV_PRIV_SIGNAL_EVENTS, "SignalEvents" },
    { HV_PRIV_CREATE_PORT, "CreatePort" },
    { HV_PRIV_CONNECT_PORT, "ConnectPort" },
    { HV_PRIV_ACCESS_STATS, "Stats" },
    { HV_PRIV_DEBUGGING, "Debugging" },
    { HV_PRIV_CPU_MANAGEMENT, "CpuManagement" },
    { HV_PRIV_CONFIGURE_PROFILER, "Profiler" },
    { HV_PRIV_ACCESS_VP_EXIT_TRACING, "VpExitTracing" },
    { HV_PRIV_ENABLE_EXTENDED_GVA_RANGES_FLUSH_VA_LIST, "ExtendedGvaRanges" },
    { HV_PRIV_ACCESS_VSM, "Vsm" },
    { HV_PRIV_ACCESS_VP_REGISTERS, "VpRegisters" },
    { HV_PRIV_FAST_HYPERCALL_OUTPUT, "FastHypercallOutput" },
    { HV_PRIV_ENABLE_EXTENDED_HYPERCALLS, "ExtendedHypercalls" },
    { HV_PRIV_START_VIRTUAL_PROCESSOR, "StartVirtualProcessor" },
    { HV_PRIV_ISOLATION, "Isolation" },
    { 0, NULL },
};

static const struct decode_flag features[] = {
    { HV_FEATURE_GUEST_CRASH_REGS_AVAILABLE, "GuestCrashRegs" },
    { HV_FEATURE_SINT_POLLING_MODE_AVAILABLE, "SintPollingMode" },
    { HV_FEATURE_DIRECT_SYNTHETIC_TIMERS_AVAILABLE, "DirectSyntheticTimers" },
    { 0, NULL },
};

static const struct decode_flag hints[] = {
    { HV_RECOMMEND_SYNTHETIC_CLUSTER_IPI, "SyntheticClusterIpi" },
    { HV_RECOMMEND_EX_PROCESSOR_MASKS, "ExProcessorMasks" },
    { UINT64_C(0xffffffff) << HV_LONG_SPIN_WAIT_COUNT_SHIFT, "LongSpinWaitCount" },
    { 0, NULL },
};

static const struct decode_flag sint_flags[] = {
    { HV_SINT_VECTOR, "vector" },
    { HV_SINT_MASKED, "MASKED" },
    { HV_SINT_AUTO_EOI, "AUTO_EOI" },
    { HV_SINT_POLLING, "POLLING" },
    { 0, NULL },
};

static const struct decode_flag timer_flags[] = {
    { HV_TIMER_ENABLED, "ENABLED" }, { HV_TIMER_PERIODIC, "PERIODIC" },
    { HV_TIMER_LAZY, "LAZY" },       { HV_TIMER_AUTO_ENABLE, "AUTO_ENABLE" },
    { HV_TIMER_VECTOR, "vector" },   { HV_TIMER_DIRECT_MODE, "DIRECT" },
    { HV_TIMER_SINT, "sint" },       { 0, NULL },
};

static const struct decode_flag crash_flags[] = {
    { HV_CRASH_CTL_MESSAGE, "MESSAGE" },
    { HV_CRASH_CTL_NOTIFY, "NOTIFY" },
    { 0, NULL },
};

/* Registers from..to, every `step`-th. */
static const struct {
    uint32_t from, to, step;
    const struct decode_flag *low, *high;
} register_flags[] = {
    { HV_REGISTER_PRIVILEGES_AND_FEATURES_INFO, HV_REGISTER_PRIVILEGES_AND_FEATURES_INFO, 1,
      privileges, features },
    { HV_REGISTER_FEATURES_INFO, HV_REGISTER_FEATURES_INFO, 1, hints, NULL },
    { HV_REGISTER_GUEST_CRASH_CTL, HV_REGISTER_GUEST_CRASH_CTL, 1, crash_flags, NULL },
    { HV_REGISTER_SINT0, HV_REGISTER_SINT15, 1, sint_flags, NULL },
    { HV_REGISTER_STIMER0_CONFIG, HV_REGISTER_STIMER0_CONFIG + 2 * HV_SYNTHETIC_TIMERS - 1, 2,
      timer_flags, NULL },
};

void decode_register_flags(FILE *out, uint32_t name, const struct hv_register_value *value)
{
    for (size_t i = 0; i < COUNT(register_flags) && (value->low | value->high) != 0; i++) {
        if (name >= register_flags[i].from && name <= register_flags[i].to &&
            (name - register_flags[i].from) % register_flags[i].step == 0) {
            fputs(" {", out);
            decode_flags(out, value->low, register_flags[i].low);
            if (register_flags[i].high != NULL && value->high != 0) {
                fputs("; ", out);
                decode_flags(out, value->high, register_flags[i].high);
            }
            fputc('}', out);
        }
    }
}
