/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The hypercall table: everything about every officially named call, served or not. Ascending by
 * code.
 * Slots between stay empty: such a code has a row like a call that is named but not served. */

#include "call.h"

#include <hv/calls.h>
#include <hv/direct.h>
#include <hv/extended.h>
#include <hv/message.h>
#include <hv/privilege.h>
#include <hv/processor.h>
#include <hv/vp_registers.h>

#include "calls/handlers.h"

// clang-format off
const struct hv_call hv_calls[HV_CALL_SLOTS] = {
    [0] = { HV_CALL_NONE },
    [HV_CALL_SLOT(HV_CALL_SWITCH_VIRTUAL_ADDRESS_SPACE)] =
        { .name = "HvCallSwitchVirtualAddressSpace", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_NAMED(HV_CALL_SWITCH_VIRTUAL_ADDRESS_SPACE, HV_CALL_SIMPLE, 8, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE)] =
        { .name = "HvCallFlushVirtualAddressSpace", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_SERVED(HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE, HV_CALL_SIMPLE,
                         sizeof(struct hv_flush_virtual), 0, 0, hv_flush_virtual_address_space),
          HV_CALL_NEEDS(SHIM_NEEDS_TLB_FLUSH) },
    [HV_CALL_SLOT(HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST)] =
        { .name = "HvCallFlushVirtualAddressList", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_SERVED(HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST, HV_CALL_REP,
                         sizeof(struct hv_flush_virtual), 8, 0, hv_flush_virtual_address_list),
          HV_CALL_NEEDS(SHIM_NEEDS_TLB_FLUSH) },
    [HV_CALL_SLOT(HV_CALL_GET_LOGICAL_PROCESSOR_RUN_TIME)] =
        { .name = "HvCallGetLogicalProcessorRunTime", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_GET_LOGICAL_PROCESSOR_RUN_TIME, HV_CALL_SIMPLE, 0, 0, 32),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_NOTIFY_LONG_SPIN_WAIT)] =
        { .name = "HvCallNotifyLongSpinWait", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_SERVED(HV_CALL_NOTIFY_LONG_SPIN_WAIT, HV_CALL_SIMPLE, 8, 0, 0,
                         hv_notify_long_spin_wait), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_PARKED_VIRTUAL_PROCESSORS)] =
        { .name = "HvCallParkedVirtualProcessors", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_PARKED_VIRTUAL_PROCESSORS, HV_CALL_SIMPLE, 8, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_INVOKE_HYPERVISOR_DEBUGGER)] =
        { .name = "HvCallInvokeHypervisorDebugger", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_INVOKE_HYPERVISOR_DEBUGGER, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI)] =
        { .name = "HvCallSendSyntheticClusterIpi", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_SERVED(HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI, HV_CALL_SIMPLE,
                         sizeof(struct hv_send_ipi), 0, 0, hv_send_synthetic_cluster_ipi),
          HV_CALL_NEEDS(SHIM_NEEDS_INTERRUPTS) },
    [HV_CALL_SLOT(HV_CALL_MODIFY_VTL_PROTECTION_MASK)] =
        { .name = "HvCallModifyVtlProtectionMask", .audience = HV_AUDIENCE_VTL,
          HV_CALL_NAMED(HV_CALL_MODIFY_VTL_PROTECTION_MASK, HV_CALL_REP, 16, 8, 0),
          HV_CALL_NEEDS(HV_PRIV_ACCESS_VSM) },
    [HV_CALL_SLOT(HV_CALL_ENABLE_PARTITION_VTL)] =
        { .name = "HvCallEnablePartitionVtl", .audience = HV_AUDIENCE_VTL,
          HV_CALL_NAMED(HV_CALL_ENABLE_PARTITION_VTL, HV_CALL_SIMPLE, 16, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_ACCESS_VSM) },
    [HV_CALL_SLOT(HV_CALL_DISABLE_PARTITION_VTL)] =
        { .name = "HvCallDisablePartitionVtl", .audience = HV_AUDIENCE_VTL,
          HV_CALL_NAMED(HV_CALL_DISABLE_PARTITION_VTL, HV_CALL_SIMPLE, 0, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_ENABLE_VP_VTL)] =
        { .name = "HvCallEnableVpVtl", .audience = HV_AUDIENCE_VTL,
          HV_CALL_NAMED(HV_CALL_ENABLE_VP_VTL, HV_CALL_SIMPLE, 88, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_ACCESS_VSM) },
    [HV_CALL_SLOT(HV_CALL_DISABLE_VP_VTL)] =
        { .name = "HvCallDisableVpVtl", .audience = HV_AUDIENCE_VTL,
          HV_CALL_NAMED(HV_CALL_DISABLE_VP_VTL, HV_CALL_SIMPLE, 0, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_VTL_CALL)] =
        { .name = "HvCallVtlCall", .audience = HV_AUDIENCE_VTL,
          HV_CALL_NAMED(HV_CALL_VTL_CALL, HV_CALL_VTL, 0, 0, 0), HV_CALL_NEEDS(HV_PRIV_ACCESS_VSM) },
    [HV_CALL_SLOT(HV_CALL_VTL_RETURN)] =
        { .name = "HvCallVtlReturn", .audience = HV_AUDIENCE_VTL,
          HV_CALL_NAMED(HV_CALL_VTL_RETURN, HV_CALL_VTL, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_ACCESS_VSM) },
    [HV_CALL_SLOT(HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE_EX)] =
        { .name = "HvCallFlushVirtualAddressSpaceEx", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_SERVED(HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE_EX, HV_CALL_SIMPLE,
                         sizeof(struct hv_flush_virtual_ex), 0, 0,
                         hv_flush_virtual_address_space_ex),
 .variable_header = true, HV_CALL_NEEDS(SHIM_NEEDS_TLB_FLUSH) },
    [HV_CALL_SLOT(HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST_EX)] =
        { .name = "HvCallFlushVirtualAddressListEx", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_SERVED(HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST_EX, HV_CALL_REP,
                         sizeof(struct hv_flush_virtual_ex), 8, 0,
                         hv_flush_virtual_address_list_ex),
 .variable_header = true, HV_CALL_NEEDS(SHIM_NEEDS_TLB_FLUSH) },
    [HV_CALL_SLOT(HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI_EX)] =
        { .name = "HvCallSendSyntheticClusterIpiEx", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_SERVED(HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI_EX, HV_CALL_SIMPLE,
                         sizeof(struct hv_send_ipi_ex), 0, 0, hv_send_synthetic_cluster_ipi_ex),
          .variable_header = true, HV_CALL_NEEDS(SHIM_NEEDS_INTERRUPTS) },
    [HV_CALL_SLOT(HV_CALL_CREATE_PARTITION)] =
        { .name = "HvCallCreatePartition", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_CREATE_PARTITION, HV_CALL_SIMPLE, 48, 0, 8),
          HV_CALL_NEEDS(HV_PRIV_CREATE_PARTITIONS) },
    [HV_CALL_SLOT(HV_CALL_INITIALIZE_PARTITION)] =
        { .name = "HvCallInitializePartition", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_INITIALIZE_PARTITION, HV_CALL_SIMPLE, 8, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CREATE_PARTITIONS) },
    [HV_CALL_SLOT(HV_CALL_FINALIZE_PARTITION)] =
        { .name = "HvCallFinalizePartition", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_FINALIZE_PARTITION, HV_CALL_SIMPLE, 8, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CREATE_PARTITIONS) },
    [HV_CALL_SLOT(HV_CALL_DELETE_PARTITION)] =
        { .name = "HvCallDeletePartition", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_DELETE_PARTITION, HV_CALL_SIMPLE, 8, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CREATE_PARTITIONS) },
    [HV_CALL_SLOT(HV_CALL_GET_PARTITION_PROPERTY)] =
        { .name = "HvCallGetPartitionProperty", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_GET_PARTITION_PROPERTY, HV_CALL_SIMPLE, 16, 0, 8),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_SET_PARTITION_PROPERTY)] =
        { .name = "HvCallSetPartitionProperty", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_SET_PARTITION_PROPERTY, HV_CALL_SIMPLE, 24, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_GET_PARTITION_ID)] =
        { .name = "HvCallGetPartitionId", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_SERVED(HV_CALL_GET_PARTITION_ID, HV_CALL_SIMPLE, 0, 0,
                         sizeof(hv_partition_id_t), hv_get_partition_id),
          HV_CALL_NEEDS(HV_PRIV_ACCESS_PARTITION_ID) },
    [HV_CALL_SLOT(HV_CALL_GET_NEXT_CHILD_PARTITION)] =
        { .name = "HvCallGetNextChildPartition", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_GET_NEXT_CHILD_PARTITION, HV_CALL_SIMPLE, 16, 0, 8),
          HV_CALL_NEEDS(HV_PRIV_CREATE_PARTITIONS) },
    [HV_CALL_SLOT(HV_CALL_DEPOSIT_MEMORY)] =
        { .name = "HvCallDepositMemory", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_DEPOSIT_MEMORY, HV_CALL_REP, 8, 8, 0),
          HV_CALL_NEEDS(HV_PRIV_ACCESS_MEMORY_POOL) },
    [HV_CALL_SLOT(HV_CALL_WITHDRAW_MEMORY)] =
        { .name = "HvCallWithdrawMemory", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_WITHDRAW_MEMORY, HV_CALL_REP, 16, 0, 8),
          HV_CALL_NEEDS(HV_PRIV_ACCESS_MEMORY_POOL) },
    [HV_CALL_SLOT(HV_CALL_GET_MEMORY_BALANCE)] =
        { .name = "HvCallGetMemoryBalance", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_GET_MEMORY_BALANCE, HV_CALL_SIMPLE, 16, 0, 16),
          HV_CALL_NEEDS(HV_PRIV_ACCESS_MEMORY_POOL) },
    [HV_CALL_SLOT(HV_CALL_MAP_GPA_PAGES)] =
        { .name = "HvCallMapGpaPages", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_MAP_GPA_PAGES, HV_CALL_REP, 24, 8, 0),
          HV_CALL_NEEDS(HV_PRIV_CREATE_PARTITIONS) },
    [HV_CALL_SLOT(HV_CALL_UNMAP_GPA_PAGES)] =
        { .name = "HvCallUnmapGpaPages", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_UNMAP_GPA_PAGES, HV_CALL_REP, 24, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CREATE_PARTITIONS) },
    [HV_CALL_SLOT(HV_CALL_INSTALL_INTERCEPT)] =
        { .name = "HvCallInstallIntercept", .audience = HV_AUDIENCE_BOTH,
          HV_CALL_NAMED(HV_CALL_INSTALL_INTERCEPT, HV_CALL_SIMPLE, 24, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CREATE_PARTITIONS) },
    [HV_CALL_SLOT(HV_CALL_CREATE_VP)] =
        { .name = "HvCallCreateVp", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_CREATE_VP, HV_CALL_SIMPLE, 40, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CREATE_PARTITIONS) },
    [HV_CALL_SLOT(HV_CALL_DELETE_VP)] =
        { .name = "HvCallDeleteVp", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_DELETE_VP, HV_CALL_SIMPLE, 16, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CREATE_PARTITIONS) },
    /* HV_PRIV_ACCESS_VP_REGISTERS is for architectural registers; the others have privileges
     * of their own. */
    [HV_CALL_SLOT(HV_CALL_GET_VP_REGISTERS)] =
        { .name = "HvCallGetVpRegisters", .audience = HV_AUDIENCE_BOTH,
          HV_CALL_SERVED(HV_CALL_GET_VP_REGISTERS, HV_CALL_REP,
                         sizeof(struct hv_vp_registers_header), sizeof(uint32_t),
                         sizeof(struct hv_register_value), hv_get_vp_registers), HV_CALL_NEEDS_EARLY(0) },
    /* HV_PRIV_ACCESS_VP_REGISTERS is for architectural registers; the others have privileges
     * of their own. */
    [HV_CALL_SLOT(HV_CALL_SET_VP_REGISTERS)] =
        { .name = "HvCallSetVpRegisters", .audience = HV_AUDIENCE_BOTH,
          HV_CALL_SERVED(HV_CALL_SET_VP_REGISTERS, HV_CALL_REP,
                         sizeof(struct hv_vp_registers_header),
                         sizeof(struct hv_vp_register_assoc), 0, hv_set_vp_registers),
          HV_CALL_NEEDS_EARLY(0) },
    [HV_CALL_SLOT(HV_CALL_TRANSLATE_VIRTUAL_ADDRESS)] =
        { .name = "HvCallTranslateVirtualAddress", .audience = HV_AUDIENCE_BOTH,
          HV_CALL_SERVED(HV_CALL_TRANSLATE_VIRTUAL_ADDRESS, HV_CALL_SIMPLE,
                         sizeof(struct hv_translate_virtual_address), 0,
                         sizeof(struct hv_translate_gva_result), hv_translate_virtual_address),
          HV_CALL_NEEDS(SHIM_NEEDS_TRANSLATE) },
    [HV_CALL_SLOT(HV_CALL_READ_GPA)] =
        { .name = "HvCallReadGpa", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_READ_GPA, HV_CALL_SIMPLE, 32, 0, 24), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_WRITE_GPA)] =
        { .name = "HvCallWriteGpa", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_WRITE_GPA, HV_CALL_SIMPLE, 48, 0, 8), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_ASSERT_VIRTUAL_INTERRUPT_DEPRECATED)] =
        { .name = "HvCallAssertVirtualInterruptDeprecated", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_ASSERT_VIRTUAL_INTERRUPT_DEPRECATED, HV_CALL_SIMPLE, 32, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_CLEAR_VIRTUAL_INTERRUPT)] =
        { .name = "HvCallClearVirtualInterrupt", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_CLEAR_VIRTUAL_INTERRUPT, HV_CALL_SIMPLE, 8, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_CREATE_PORT_DEPRECATED)] =
        { .name = "HvCallCreatePortDeprecated", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_CREATE_PORT_DEPRECATED, HV_CALL_SIMPLE, 48, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CREATE_PORT) },
    [HV_CALL_SLOT(HV_CALL_DELETE_PORT)] =
        { .name = "HvCallDeletePort", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_DELETE_PORT, HV_CALL_SIMPLE, 16, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_CONNECT_PORT_DEPRECATED)] =
        { .name = "HvCallConnectPortDeprecated", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_CONNECT_PORT_DEPRECATED, HV_CALL_SIMPLE, 40, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CONNECT_PORT) },
    [HV_CALL_SLOT(HV_CALL_GET_PORT_PROPERTY)] =
        { .name = "HvCallGetPortProperty", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_GET_PORT_PROPERTY, HV_CALL_SIMPLE, 24, 0, 8), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_DISCONNECT_PORT)] =
        { .name = "HvCallDisconnectPort", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_DISCONNECT_PORT, HV_CALL_SIMPLE, 16, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_POST_MESSAGE)] =
        { .name = "HvCallPostMessage", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_SERVED(HV_CALL_POST_MESSAGE, HV_CALL_SIMPLE,
                         sizeof(struct hv_post_message), 0, 0, hv_post_message),
          HV_CALL_NEEDS(HV_PRIV_POST_MESSAGES) },
    [HV_CALL_SLOT(HV_CALL_SIGNAL_EVENT)] =
        { .name = "HvCallSignalEvent", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_SERVED(HV_CALL_SIGNAL_EVENT, HV_CALL_SIMPLE,
                         sizeof(struct hv_signal_event), 0, 0, hv_signal_event),
          HV_CALL_NEEDS(HV_PRIV_SIGNAL_EVENTS) },
    [HV_CALL_SLOT(HV_CALL_SAVE_PARTITION_STATE)] =
        { .name = "HvCallSavePartitionState", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_SAVE_PARTITION_STATE, HV_CALL_SIMPLE, 16, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_RESTORE_PARTITION_STATE)] =
        { .name = "HvCallRestorePartitionState", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_RESTORE_PARTITION_STATE, HV_CALL_SIMPLE, 0, 0, 8),
          HV_CALL_NEEDS(HV_PRIV_CREATE_PARTITIONS) },
    [HV_CALL_SLOT(HV_CALL_INITIALIZE_EVENT_LOG_BUFFER_GROUP)] =
        { .name = "HvCallInitializeEventLogBufferGroup", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_INITIALIZE_EVENT_LOG_BUFFER_GROUP, HV_CALL_SIMPLE, 32, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_FINALIZE_EVENT_LOG_BUFFER_GROUP)] =
        { .name = "HvCallFinalizeEventLogBufferGroup", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_FINALIZE_EVENT_LOG_BUFFER_GROUP, HV_CALL_SIMPLE, 8, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_CREATE_EVENT_LOG_BUFFER)] =
        { .name = "HvCallCreateEventLogBuffer", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_CREATE_EVENT_LOG_BUFFER, HV_CALL_SIMPLE, 16, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_DELETE_EVENT_LOG_BUFFER)] =
        { .name = "HvCallDeleteEventLogBuffer", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_DELETE_EVENT_LOG_BUFFER, HV_CALL_SIMPLE, 8, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_MAP_EVENT_LOG_BUFFER)] =
        { .name = "HvCallMapEventLogBuffer", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_MAP_EVENT_LOG_BUFFER, HV_CALL_SIMPLE, 8, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_UNMAP_EVENT_LOG_BUFFER)] =
        { .name = "HvCallUnmapEventLogBuffer", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_UNMAP_EVENT_LOG_BUFFER, HV_CALL_SIMPLE, 8, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_SET_EVENT_LOG_GROUP_SOURCES)] =
        { .name = "HvCallSetEventLogGroupSources", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_SET_EVENT_LOG_GROUP_SOURCES, HV_CALL_SIMPLE, 16, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_RELEASE_EVENT_LOG_BUFFER)] =
        { .name = "HvCallReleaseEventLogBuffer", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_RELEASE_EVENT_LOG_BUFFER, HV_CALL_SIMPLE, 8, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_FLUSH_EVENT_LOG_BUFFER)] =
        { .name = "HvCallFlushEventLogBuffer", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_FLUSH_EVENT_LOG_BUFFER, HV_CALL_SIMPLE, 8, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_POST_DEBUG_DATA)] =
        { .name = "HvCallPostDebugData", .audience = HV_AUDIENCE_BOTH,
          HV_CALL_NAMED(HV_CALL_POST_DEBUG_DATA, HV_CALL_SIMPLE, 0, 0, 8),
          HV_CALL_NEEDS(HV_PRIV_DEBUGGING) },
    [HV_CALL_SLOT(HV_CALL_RETRIEVE_DEBUG_DATA)] =
        { .name = "HvCallRetrieveDebugData", .audience = HV_AUDIENCE_BOTH,
          HV_CALL_NAMED(HV_CALL_RETRIEVE_DEBUG_DATA, HV_CALL_SIMPLE, 16, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_DEBUGGING) },
    [HV_CALL_SLOT(HV_CALL_RESET_DEBUG_SESSION)] =
        { .name = "HvCallResetDebugSession", .audience = HV_AUDIENCE_BOTH,
          HV_CALL_NAMED(HV_CALL_RESET_DEBUG_SESSION, HV_CALL_SIMPLE, 8, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_DEBUGGING) },
    [HV_CALL_SLOT(HV_CALL_MAP_STATS_PAGE)] =
        { .name = "HvCallMapStatsPage", .audience = HV_AUDIENCE_BOTH,
          HV_CALL_NAMED(HV_CALL_MAP_STATS_PAGE, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_ACCESS_STATS) },
    [HV_CALL_SLOT(HV_CALL_UNMAP_STATS_PAGE)] =
        { .name = "HvCallUnmapStatsPage", .audience = HV_AUDIENCE_BOTH,
          HV_CALL_NAMED(HV_CALL_UNMAP_STATS_PAGE, HV_CALL_SIMPLE, 24, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_ACCESS_STATS) },
    [HV_CALL_SLOT(HV_CALL_MAP_SPARSE_GPA_PAGES)] =
        { .name = "HvCallMapSparseGpaPages", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_MAP_SPARSE_GPA_PAGES, HV_CALL_REP, 16, 16, 0),
          HV_CALL_NEEDS(HV_PRIV_CREATE_PARTITIONS) },
    [HV_CALL_SLOT(HV_CALL_SET_SYSTEM_PROPERTY)] =
        { .name = "HvCallSetSystemProperty", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_SET_SYSTEM_PROPERTY, HV_CALL_SIMPLE, 24, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CONFIGURE_PROFILER) },
    [HV_CALL_SLOT(HV_CALL_SET_PORT_PROPERTY)] =
        { .name = "HvCallSetPortProperty", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_SET_PORT_PROPERTY, HV_CALL_SIMPLE, 32, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CREATE_PORT) },
    [HV_CALL_SLOT(HV_CALL_OUTPUT_DEBUG_CHARACTER)] =
        { .name = "HvCallOutputDebugCharacter", .audience = HV_AUDIENCE_BOTH,
          HV_CALL_SERVED(HV_CALL_OUTPUT_DEBUG_CHARACTER, HV_CALL_SIMPLE,
                         sizeof(uint64_t), 0, 0, hv_output_debug_character),
          HV_CALL_NEEDS(HV_PRIV_DEBUGGING) },
    [HV_CALL_SLOT(HV_CALL_ADD_LOGICAL_PROCESSOR)] =
        { .name = "HvCallAddLogicalProcessor", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_ADD_LOGICAL_PROCESSOR, HV_CALL_SIMPLE, 16, 0, 56),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_REMOVE_LOGICAL_PROCESSOR)] =
        { .name = "HvCallRemoveLogicalProcessor", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_REMOVE_LOGICAL_PROCESSOR, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_QUERY_NUMA_DISTANCE)] =
        { .name = "HvCallQueryNumaDistance", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_QUERY_NUMA_DISTANCE, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_SET_LOGICAL_PROCESSOR_PROPERTY)] =
        { .name = "HvCallSetLogicalProcessorProperty", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_SET_LOGICAL_PROCESSOR_PROPERTY, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_GET_LOGICAL_PROCESSOR_PROPERTY)] =
        { .name = "HvCallGetLogicalProcessorProperty", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_GET_LOGICAL_PROCESSOR_PROPERTY, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_GET_SYSTEM_PROPERTY)] =
        { .name = "HvCallGetSystemProperty", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_GET_SYSTEM_PROPERTY, HV_CALL_SIMPLE, 8, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_MAP_DEVICE_INTERRUPT)] =
        { .name = "HvCallMapDeviceInterrupt", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_MAP_DEVICE_INTERRUPT, HV_CALL_SIMPLE, 80, 0, 24),
          .variable_header = true, HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_UNMAP_DEVICE_INTERRUPT)] =
        { .name = "HvCallUnmapDeviceInterrupt", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_UNMAP_DEVICE_INTERRUPT, HV_CALL_SIMPLE, 48, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_RETARGET_DEVICE_INTERRUPT)] =
        { .name = "HvCallRetargetDeviceInterrupt", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_NAMED(HV_CALL_RETARGET_DEVICE_INTERRUPT, HV_CALL_SIMPLE, 56, 0, 0),
          .variable_header = true, HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_MAP_DEVICE_PAGES)] =
        { .name = "HvCallMapDevicePages", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_MAP_DEVICE_PAGES, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_UNMAP_DEVICE_PAGES)] =
        { .name = "HvCallUnmapDevicePages", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_UNMAP_DEVICE_PAGES, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_ATTACH_DEVICE)] =
        { .name = "HvCallAttachDevice", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_ATTACH_DEVICE, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_DETACH_DEVICE)] =
        { .name = "HvCallDetachDevice", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_DETACH_DEVICE, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_NOTIFY_STANDBY_TRANSITION)] =
        { .name = "HvCallNotifyStandbyTransition", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_NOTIFY_STANDBY_TRANSITION, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_PREPARE_FOR_SLEEP)] =
        { .name = "HvCallPrepareForSleep", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_PREPARE_FOR_SLEEP, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_PREPARE_FOR_HIBERNATE)] =
        { .name = "HvCallPrepareForHibernate", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_PREPARE_FOR_HIBERNATE, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_NOTIFY_PARTITION_EVENT)] =
        { .name = "HvCallNotifyPartitionEvent", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_NOTIFY_PARTITION_EVENT, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_GET_LOGICAL_PROCESSOR_REGISTERS)] =
        { .name = "HvCallGetLogicalProcessorRegisters", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_GET_LOGICAL_PROCESSOR_REGISTERS, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_SET_LOGICAL_PROCESSOR_REGISTERS)] =
        { .name = "HvCallSetLogicalProcessorRegisters", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_SET_LOGICAL_PROCESSOR_REGISTERS, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_QUERY_ASSOCIATED_LPS_FOR_MCA)] =
        { .name = "HvCallQueryAssociatedLpsforMca", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_QUERY_ASSOCIATED_LPS_FOR_MCA, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_NOTIFY_PORT_RING_EMPTY)] =
        { .name = "HvCallNotifyPortRingEmpty", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_NOTIFY_PORT_RING_EMPTY, HV_CALL_SIMPLE, 8, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_INJECT_SYNTHETIC_MACHINE_CHECK)] =
        { .name = "HvCallInjectSyntheticMachineCheck", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_INJECT_SYNTHETIC_MACHINE_CHECK, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CPU_MANAGEMENT) },
    [HV_CALL_SLOT(HV_CALL_SCRUB_PARTITION)] =
        { .name = "HvCallScrubPartition", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_SCRUB_PARTITION, HV_CALL_SIMPLE, 0, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_COLLECT_LIVEDUMP)] =
        { .name = "HvCallCollectLivedump", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_COLLECT_LIVEDUMP, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_DEBUGGING) },
    [HV_CALL_SLOT(HV_CALL_DISABLE_HYPERVISOR)] =
        { .name = "HvCallDisableHypervisor", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_DISABLE_HYPERVISOR, HV_CALL_SIMPLE, 0, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_MODIFY_SPARSE_GPA_PAGES)] =
        { .name = "HvCallModifySparseGpaPages", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_MODIFY_SPARSE_GPA_PAGES, HV_CALL_REP, 16, 8, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_REGISTER_INTERCEPT_RESULT)] =
        { .name = "HvCallRegisterInterceptResult", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_REGISTER_INTERCEPT_RESULT, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_UNREGISTER_INTERCEPT_RESULT)] =
        { .name = "HvCallUnregisterInterceptResult", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_UNREGISTER_INTERCEPT_RESULT, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_ASSERT_VIRTUAL_INTERRUPT)] =
        { .name = "HvCallAssertVirtualInterrupt", .audience = HV_AUDIENCE_BOTH,
          HV_CALL_SERVED(HV_CALL_ASSERT_VIRTUAL_INTERRUPT, HV_CALL_SIMPLE,
                         sizeof(struct hv_assert_virtual_interrupt), 0, 0,
                         hv_assert_virtual_interrupt),
 HV_CALL_NEEDS(SHIM_NEEDS_DIRECT | SHIM_NEEDS_MPIDR) },
    [HV_CALL_SLOT(HV_CALL_CREATE_PORT)] =
        { .name = "HvCallCreatePort", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_CREATE_PORT, HV_CALL_SIMPLE, 56, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CREATE_PORT) },
    [HV_CALL_SLOT(HV_CALL_CONNECT_PORT)] =
        { .name = "HvCallConnectPort", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_CONNECT_PORT, HV_CALL_SIMPLE, 72, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_CONNECT_PORT) },
    [HV_CALL_SLOT(HV_CALL_GET_SPA_PAGE_LIST)] =
        { .name = "HvCallGetSpaPageList", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_GET_SPA_PAGE_LIST, HV_CALL_SIMPLE, 0, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_START_VIRTUAL_PROCESSOR)] =
        { .name = "HvCallStartVirtualProcessor", .audience = HV_AUDIENCE_BOTH,
          HV_CALL_SERVED(HV_CALL_START_VIRTUAL_PROCESSOR, HV_CALL_SIMPLE,
                         sizeof(struct hv_start_virtual_processor), 0, 0,
                         hv_start_virtual_processor),
 HV_CALL_NEEDS(HV_PRIV_START_VIRTUAL_PROCESSOR) },
    [HV_CALL_SLOT(HV_CALL_GET_VP_INDEX_FROM_APIC_ID)] =
        { .name = "HvCallGetVpIndexFromApicId", .audience = HV_AUDIENCE_BOTH,
          HV_CALL_SERVED(HV_CALL_GET_VP_INDEX_FROM_APIC_ID, HV_CALL_REP,
                         sizeof(struct hv_get_vp_index_from_apic_id), 8, 4,
                         hv_get_vp_index_from_apic_id),
 HV_CALL_NEEDS(SHIM_NEEDS_MPIDR) },
    [HV_CALL_SLOT(HV_CALL_TRANSLATE_VIRTUAL_ADDRESS_EX)] =
        { .name = "HvCallTranslateVirtualAddressEx", .audience = HV_AUDIENCE_BOTH,
          HV_CALL_SERVED(HV_CALL_TRANSLATE_VIRTUAL_ADDRESS_EX, HV_CALL_SIMPLE,
                         sizeof(struct hv_translate_virtual_address), 0,
                         sizeof(struct hv_translate_gva_result), hv_translate_virtual_address),
          HV_CALL_NEEDS(SHIM_NEEDS_TRANSLATE) },
    [HV_CALL_SLOT(HV_CALL_CHECK_FOR_IO_INTERCEPT)] =
        { .name = "HvCallCheckForIoIntercept", .audience = HV_AUDIENCE_BOTH,
          HV_CALL_NAMED(HV_CALL_CHECK_FOR_IO_INTERCEPT, HV_CALL_SIMPLE, 24, 0, 8),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_FLUSH_GUEST_PHYSICAL_ADDRESS_SPACE)] =
        { .name = "HvCallFlushGuestPhysicalAddressSpace", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_SERVED(HV_CALL_FLUSH_GUEST_PHYSICAL_ADDRESS_SPACE, HV_CALL_SIMPLE,
                         sizeof(struct hv_flush_guest_physical), 0, 0,
                         hv_flush_guest_physical_address_space),
 HV_CALL_NEEDS(SHIM_NEEDS_TLB_FLUSH) },
    [HV_CALL_SLOT(HV_CALL_FLUSH_GUEST_PHYSICAL_ADDRESS_LIST)] =
        { .name = "HvCallFlushGuestPhysicalAddressList", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_SERVED(HV_CALL_FLUSH_GUEST_PHYSICAL_ADDRESS_LIST, HV_CALL_REP,
                         sizeof(struct hv_flush_guest_physical), 8, 0,
                         hv_flush_guest_physical_address_list),
 HV_CALL_NEEDS(SHIM_NEEDS_TLB_FLUSH) },
    [HV_CALL_SLOT(HV_CALL_CREATE_DEVICE_DOMAIN)] =
        { .name = "HvCallCreateDeviceDomain", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_CREATE_DEVICE_DOMAIN, HV_CALL_SIMPLE, 0, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_ATTACH_DEVICE_DOMAIN)] =
        { .name = "HvCallAttachDeviceDomain", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_ATTACH_DEVICE_DOMAIN, HV_CALL_SIMPLE, 0, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_MAP_DEVICE_GPA_PAGES)] =
        { .name = "HvCallMapDeviceGpaPages", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_MAP_DEVICE_GPA_PAGES, HV_CALL_SIMPLE, 0, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_UNMAP_DEVICE_GPA_PAGES)] =
        { .name = "HvCallUnmapDeviceGpaPages", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_UNMAP_DEVICE_GPA_PAGES, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_SIGNAL_EVENT_DIRECT)] =
        { .name = "HvCallSignalEventDirect", .audience = HV_AUDIENCE_BOTH,
          HV_CALL_SERVED(HV_CALL_SIGNAL_EVENT_DIRECT, HV_CALL_SIMPLE,
                         sizeof(struct hv_signal_event_direct), 0, 8, hv_signal_event_direct),
          HV_CALL_NEEDS(SHIM_NEEDS_DIRECT) },
    [HV_CALL_SLOT(HV_CALL_POST_MESSAGE_DIRECT)] =
        { .name = "HvCallPostMessageDirect", .audience = HV_AUDIENCE_BOTH,
          HV_CALL_SERVED(HV_CALL_POST_MESSAGE_DIRECT, HV_CALL_SIMPLE,
                         sizeof(struct hv_post_message_direct), 0, 0, hv_post_message_direct),
          HV_CALL_NEEDS(SHIM_NEEDS_DIRECT) },
    [HV_CALL_SLOT(HV_CALL_DISPATCH_VP)] =
        { .name = "HvCallDispatchVp", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_DISPATCH_VP, HV_CALL_SIMPLE, 32, 0, 8), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_DETACH_DEVICE_DOMAIN)] =
        { .name = "HvCallDetachDeviceDomain", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_DETACH_DEVICE_DOMAIN, HV_CALL_SIMPLE, 0, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_DELETE_DEVICE_DOMAIN)] =
        { .name = "HvCallDeleteDeviceDomain", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_DELETE_DEVICE_DOMAIN, HV_CALL_SIMPLE, 0, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_QUERY_DEVICE_DOMAIN)] =
        { .name = "HvCallQueryDeviceDomain", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_QUERY_DEVICE_DOMAIN, HV_CALL_SIMPLE, 0, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_MAP_SPARSE_DEVICE_GPA_PAGES)] =
        { .name = "HvCallMapSparseDeviceGpaPages", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_MAP_SPARSE_DEVICE_GPA_PAGES, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_UNMAP_SPARSE_DEVICE_GPA_PAGES)] =
        { .name = "HvCallUnmapSparseDeviceGpaPages", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_UNMAP_SPARSE_DEVICE_GPA_PAGES, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_GET_GPA_PAGES_ACCESS_STATE)] =
        { .name = "HvCallGetGpaPagesAccessState", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_GET_GPA_PAGES_ACCESS_STATE, HV_CALL_REP, 24, 0, 1),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_CONFIGURE_DEVICE_DOMAIN)] =
        { .name = "HvCallConfigureDeviceDomain", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_CONFIGURE_DEVICE_DOMAIN, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_FLUSH_DEVICE_DOMAIN)] =
        { .name = "HvCallFlushDeviceDomain", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_FLUSH_DEVICE_DOMAIN, HV_CALL_SIMPLE, 0, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_CHECK_SPARSE_GPA_PAGE_VTL_ACCESS)] =
        { .name = "HvCallCheckSparseGpaPageVtlAccess", .audience = HV_AUDIENCE_VTL,
          HV_CALL_NAMED(HV_CALL_CHECK_SPARSE_GPA_PAGE_VTL_ACCESS, HV_CALL_REP, 16, 8, 8),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_ACQUIRE_SPARSE_SPA_PAGE_HOST_ACCESS)] =
        { .name = "HvCallAcquireSparseSpaPageHostAccess", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_ACQUIRE_SPARSE_SPA_PAGE_HOST_ACCESS, HV_CALL_REP, 0, 8, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_RELEASE_SPARSE_SPA_PAGE_HOST_ACCESS)] =
        { .name = "HvCallReleaseSparseSpaPageHostAccess", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_RELEASE_SPARSE_SPA_PAGE_HOST_ACCESS, HV_CALL_REP, 0, 8, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_ACCEPT_GPA_PAGES)] =
        { .name = "HvCallAcceptGpaPages", .audience = HV_AUDIENCE_VTL,
          HV_CALL_NAMED(HV_CALL_ACCEPT_GPA_PAGES, HV_CALL_REP, 24, 8, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_UNACCEPT_GPA_PAGES)] =
        { .name = "HvCallUnacceptGpaPages", .audience = HV_AUDIENCE_VTL,
          HV_CALL_NAMED(HV_CALL_UNACCEPT_GPA_PAGES, HV_CALL_REP, 24, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_MODIFY_SPARSE_GPA_PAGE_HOST_VISIBILITY)] =
        { .name = "HvCallModifySparseGpaPageHostVisibility", .audience = HV_AUDIENCE_VTL,
          HV_CALL_NAMED(HV_CALL_MODIFY_SPARSE_GPA_PAGE_HOST_VISIBILITY, HV_CALL_REP, 16, 8, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_MAP_VP_STATE_PAGE)] =
        { .name = "HvCallMapVpStatePage", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_MAP_VP_STATE_PAGE, HV_CALL_SIMPLE, 24, 0, 8), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_UNMAP_VP_STATE_PAGE)] =
        { .name = "HvCallUnmapVpStatePage", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_UNMAP_VP_STATE_PAGE, HV_CALL_SIMPLE, 16, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_GET_VP_STATE)] =
        { .name = "HvCallGetVpState", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_GET_VP_STATE, HV_CALL_SIMPLE, 40, 0, 200),
          .variable_header = true, HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_SET_VP_STATE)] =
        { .name = "HvCallSetVpState", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_SET_VP_STATE, HV_CALL_SIMPLE, 40, 0, 0), .variable_header = true,
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_GET_VP_SET_FROM_MDA)] =
        { .name = "HvCallGetVpSetFromMda", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_GET_VP_SET_FROM_MDA, HV_CALL_SIMPLE, 24, 0, 4104),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_IMPORT_ISOLATED_PAGES)] =
        { .name = "HvCallImportIsolatedPages", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_IMPORT_ISOLATED_PAGES, HV_CALL_SIMPLE, 0, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_COMPLETE_ISOLATED_IMPORT)] =
        { .name = "HvCallCompleteIsolatedImport", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_COMPLETE_ISOLATED_IMPORT, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_ISSUE_SNP_PSP_GUEST_REQUEST)] =
        { .name = "HvCallIssueSnpPspGuestRequest", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_ISSUE_SNP_PSP_GUEST_REQUEST, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_GET_VP_CPUID_VALUES)] =
        { .name = "HvCallGetVpCpuidValues", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_GET_VP_CPUID_VALUES, HV_CALL_REP, 24, 8, 16), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_LOG_HYPERVISOR_SYSTEM_CONFIG)] =
        { .name = "HvCallLogHypervisorSystemConfig", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_LOG_HYPERVISOR_SYSTEM_CONFIG, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_GET_PARTITION_PROPERTY_EX)] =
        { .name = "HvCallGetPartitionPropertyEx", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_GET_PARTITION_PROPERTY_EX, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_RESTORE_PARTITION_TIME)] =
        { .name = "HvCallRestorePartitionTime", .audience = HV_AUDIENCE_VTL,
          HV_CALL_NAMED(HV_CALL_RESTORE_PARTITION_TIME, HV_CALL_SIMPLE, 32, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_MEMORY_MAPPED_IO_READ)] =
        { .name = "HvCallMemoryMappedIoRead", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_NAMED(HV_CALL_MEMORY_MAPPED_IO_READ, HV_CALL_SIMPLE, 16, 0, 64),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_MEMORY_MAPPED_IO_WRITE)] =
        { .name = "HvCallMemoryMappedIoWrite", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_NAMED(HV_CALL_MEMORY_MAPPED_IO_WRITE, HV_CALL_SIMPLE, 80, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_SET_PARTITION_PROPERTY_EX)] =
        { .name = "HvCallSetPartitionPropertyEx", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_SET_PARTITION_PROPERTY_EX, HV_CALL_SIMPLE, 24, 0, 0),
          .variable_header = true, HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_DISABLE_HYPERVISOR_EX)] =
        { .name = "HvCallDisableHypervisorEx", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_DISABLE_HYPERVISOR_EX, HV_CALL_SIMPLE, 0, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_INSTALL_INTERCEPT_EX)] =
        { .name = "HvCallInstallInterceptEx", .audience = HV_AUDIENCE_BOTH,
          HV_CALL_NAMED(HV_CALL_INSTALL_INTERCEPT_EX, HV_CALL_REP, 48, 128, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_PIN_GPA_PAGE_RANGES)] =
        { .name = "HvCallPinGpaPageRanges", .audience = HV_AUDIENCE_VTL,
          HV_CALL_NAMED(HV_CALL_PIN_GPA_PAGE_RANGES, HV_CALL_REP, 8, 8, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_UNPIN_GPA_PAGE_RANGES)] =
        { .name = "HvCallUnpinGpaPageRanges", .audience = HV_AUDIENCE_VTL,
          HV_CALL_NAMED(HV_CALL_UNPIN_GPA_PAGE_RANGES, HV_CALL_REP, 8, 8, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_QUERY_SPARSE_GPA_PAGE_HOST_VISIBILITY)] =
        { .name = "HvCallQuerySparseGpaPageHostVisibility", .audience = HV_AUDIENCE_VTL,
          HV_CALL_NAMED(HV_CALL_QUERY_SPARSE_GPA_PAGE_HOST_VISIBILITY, HV_CALL_REP, 8, 8, 1),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_SET_VIRTUAL_INTERRUPT_TARGET)] =
        { .name = "HvCallSetVirtualInterruptTarget", .audience = HV_AUDIENCE_ROOT,
          HV_CALL_NAMED(HV_CALL_SET_VIRTUAL_INTERRUPT_TARGET, HV_CALL_SIMPLE, 24, 0, 0),
          HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_CALL_MAP_STATS_PAGE2)] =
        { .name = "HvCallMapStatsPage2", .audience = HV_AUDIENCE_BOTH,
          HV_CALL_NAMED(HV_CALL_MAP_STATS_PAGE2, HV_CALL_SIMPLE, 32, 0, 0), HV_CALL_NEEDS(0) },
    [HV_CALL_SLOT(HV_EXT_CALL_QUERY_CAPABILITIES)] =
        { .name = "HvExtCallQueryCapabilities", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_SERVED(HV_EXT_CALL_QUERY_CAPABILITIES, HV_CALL_SIMPLE, 0, 0, 8,
                         hv_ext_query_capabilities),
 HV_CALL_NEEDS(HV_PRIV_ENABLE_EXTENDED_HYPERCALLS) },
    [HV_CALL_SLOT(HV_EXT_CALL_GET_BOOT_ZEROED_MEMORY)] =
        { .name = "HvExtCallGetBootZeroedMemory", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_SERVED(HV_EXT_CALL_GET_BOOT_ZEROED_MEMORY, HV_CALL_SIMPLE, 0, 0,
                         sizeof(struct hv_boot_zeroed_memory), hv_ext_get_boot_zeroed_memory),
          HV_CALL_NEEDS(HV_PRIV_ENABLE_EXTENDED_HYPERCALLS | SHIM_NEEDS_BOOT_ZEROED) },
    [HV_CALL_SLOT(HV_EXT_CALL_MEMORY_HEAT_HINT)] =
        { .name = "HvExtCallMemoryHeatHint", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_SERVED(HV_EXT_CALL_MEMORY_HEAT_HINT, HV_CALL_REP, 8, 8, 0,
                         hv_ext_memory_heat_hint),
 HV_CALL_NEEDS(HV_PRIV_ENABLE_EXTENDED_HYPERCALLS | SHIM_NEEDS_MEMORY_HEAT) },
    [HV_CALL_SLOT(HV_EXT_CALL_EPF_SETUP)] =
        { .name = "HvExtCallEpfSetup", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_NAMED(HV_EXT_CALL_EPF_SETUP, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_ENABLE_EXTENDED_HYPERCALLS) },
    [HV_CALL_SLOT(HV_EXT_CALL_MEMORY_HEAT_HINT_ASYNC)] =
        { .name = "HvExtCallMemoryHeatHintAsync", .audience = HV_AUDIENCE_GUEST,
          HV_CALL_NAMED(HV_EXT_CALL_MEMORY_HEAT_HINT_ASYNC, HV_CALL_SIMPLE, 0, 0, 0),
          HV_CALL_NEEDS(HV_PRIV_ENABLE_EXTENDED_HYPERCALLS) },
    [HV_CALL_SLOT(HV_CALL_VBS_VM_CALL_REPORT)] =
        { .name = "HvCallVbsVmCallReport", .audience = HV_AUDIENCE_VTL,
          HV_CALL_NAMED(HV_CALL_VBS_VM_CALL_REPORT, HV_CALL_SIMPLE, 64, 0, 2048),
          HV_CALL_NEEDS(0) },
};
// clang-format on
