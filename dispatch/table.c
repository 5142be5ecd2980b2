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
    [HV_CALL_SLOT(HV_CALL_SWITCH_VIRTUAL_ADDRESS_SPACE)] =
        { .code = HV_CALL_SWITCH_VIRTUAL_ADDRESS_SPACE, .name = "HvCallSwitchVirtualAddressSpace",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_GUEST, HV_CALL_BLOCK(8, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE)] =
        { .code = HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE, .name = "HvCallFlushVirtualAddressSpace",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_GUEST,
          HV_CALL_BLOCK(sizeof(struct hv_flush_virtual), 0, 0), .privilege = SHIM_NEEDS_TLB_FLUSH,
          .handler = hv_flush_virtual_address_space },
    [HV_CALL_SLOT(HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST)] =
        { .code = HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST, .name = "HvCallFlushVirtualAddressList",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_GUEST,
          HV_CALL_BLOCK(sizeof(struct hv_flush_virtual), 8, 0), .privilege = SHIM_NEEDS_TLB_FLUSH,
          .handler = hv_flush_virtual_address_list },
    [HV_CALL_SLOT(HV_CALL_GET_LOGICAL_PROCESSOR_RUN_TIME)] =
        { .code = HV_CALL_GET_LOGICAL_PROCESSOR_RUN_TIME,
          .name = "HvCallGetLogicalProcessorRunTime",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(0, 0, 32),
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_NOTIFY_LONG_SPIN_WAIT)] =
        { .code = HV_CALL_NOTIFY_LONG_SPIN_WAIT, .name = "HvCallNotifyLongSpinWait",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_GUEST, HV_CALL_BLOCK(8, 0, 0),
          .handler = hv_notify_long_spin_wait },
    [HV_CALL_SLOT(HV_CALL_PARKED_VIRTUAL_PROCESSORS)] =
        { .code = HV_CALL_PARKED_VIRTUAL_PROCESSORS, .name = "HvCallParkedVirtualProcessors",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(8, 0, 0),
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_INVOKE_HYPERVISOR_DEBUGGER)] =
        { .code = HV_CALL_INVOKE_HYPERVISOR_DEBUGGER, .name = "HvCallInvokeHypervisorDebugger",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI)] =
        { .code = HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI, .name = "HvCallSendSyntheticClusterIpi",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_GUEST,
          HV_CALL_BLOCK(sizeof(struct hv_send_ipi), 0, 0), .privilege = SHIM_NEEDS_INTERRUPTS,
          .handler = hv_send_synthetic_cluster_ipi },
    [HV_CALL_SLOT(HV_CALL_MODIFY_VTL_PROTECTION_MASK)] =
        { .code = HV_CALL_MODIFY_VTL_PROTECTION_MASK, .name = "HvCallModifyVtlProtectionMask",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_VTL, HV_CALL_BLOCK(16, 8, 0),
          .privilege = HV_PRIV_ACCESS_VSM },
    [HV_CALL_SLOT(HV_CALL_ENABLE_PARTITION_VTL)] =
        { .code = HV_CALL_ENABLE_PARTITION_VTL, .name = "HvCallEnablePartitionVtl",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_VTL, HV_CALL_BLOCK(16, 0, 0),
          .privilege = HV_PRIV_ACCESS_VSM },
    [HV_CALL_SLOT(HV_CALL_DISABLE_PARTITION_VTL)] =
        { .code = HV_CALL_DISABLE_PARTITION_VTL, .name = "HvCallDisablePartitionVtl",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_VTL },
    [HV_CALL_SLOT(HV_CALL_ENABLE_VP_VTL)] =
        { .code = HV_CALL_ENABLE_VP_VTL, .name = "HvCallEnableVpVtl",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_VTL, HV_CALL_BLOCK(88, 0, 0),
          .privilege = HV_PRIV_ACCESS_VSM },
    [HV_CALL_SLOT(HV_CALL_DISABLE_VP_VTL)] =
        { .code = HV_CALL_DISABLE_VP_VTL, .name = "HvCallDisableVpVtl",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_VTL },
    [HV_CALL_SLOT(HV_CALL_VTL_CALL)] =
        { .code = HV_CALL_VTL_CALL, .name = "HvCallVtlCall",
          .class = HV_CALL_VTL, .audience = HV_AUDIENCE_VTL, .privilege = HV_PRIV_ACCESS_VSM },
    [HV_CALL_SLOT(HV_CALL_VTL_RETURN)] =
        { .code = HV_CALL_VTL_RETURN, .name = "HvCallVtlReturn",
          .class = HV_CALL_VTL, .audience = HV_AUDIENCE_VTL, .privilege = HV_PRIV_ACCESS_VSM },
    [HV_CALL_SLOT(HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE_EX)] =
        { .code = HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE_EX,
          .name = "HvCallFlushVirtualAddressSpaceEx",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_GUEST,
          HV_CALL_BLOCK(sizeof(struct hv_flush_virtual_ex), 0, 0), .variable_header = true,
          .privilege = SHIM_NEEDS_TLB_FLUSH, .handler = hv_flush_virtual_address_space_ex },
    [HV_CALL_SLOT(HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST_EX)] =
        { .code = HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST_EX, .name = "HvCallFlushVirtualAddressListEx",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_GUEST,
          HV_CALL_BLOCK(sizeof(struct hv_flush_virtual_ex), 8, 0), .variable_header = true,
          .privilege = SHIM_NEEDS_TLB_FLUSH, .handler = hv_flush_virtual_address_list_ex },
    [HV_CALL_SLOT(HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI_EX)] =
        { .code = HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI_EX, .name = "HvCallSendSyntheticClusterIpiEx",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_GUEST,
          HV_CALL_BLOCK(sizeof(struct hv_send_ipi_ex), 0, 0), .variable_header = true,
          .privilege = SHIM_NEEDS_INTERRUPTS, .handler = hv_send_synthetic_cluster_ipi_ex },
    [HV_CALL_SLOT(HV_CALL_CREATE_PARTITION)] =
        { .code = HV_CALL_CREATE_PARTITION, .name = "HvCallCreatePartition",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(48, 0, 8),
          .privilege = HV_PRIV_CREATE_PARTITIONS },
    [HV_CALL_SLOT(HV_CALL_INITIALIZE_PARTITION)] =
        { .code = HV_CALL_INITIALIZE_PARTITION, .name = "HvCallInitializePartition",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(8, 0, 0),
          .privilege = HV_PRIV_CREATE_PARTITIONS },
    [HV_CALL_SLOT(HV_CALL_FINALIZE_PARTITION)] =
        { .code = HV_CALL_FINALIZE_PARTITION, .name = "HvCallFinalizePartition",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(8, 0, 0),
          .privilege = HV_PRIV_CREATE_PARTITIONS },
    [HV_CALL_SLOT(HV_CALL_DELETE_PARTITION)] =
        { .code = HV_CALL_DELETE_PARTITION, .name = "HvCallDeletePartition",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(8, 0, 0),
          .privilege = HV_PRIV_CREATE_PARTITIONS },
    [HV_CALL_SLOT(HV_CALL_GET_PARTITION_PROPERTY)] =
        { .code = HV_CALL_GET_PARTITION_PROPERTY, .name = "HvCallGetPartitionProperty",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(16, 0, 8) },
    [HV_CALL_SLOT(HV_CALL_SET_PARTITION_PROPERTY)] =
        { .code = HV_CALL_SET_PARTITION_PROPERTY, .name = "HvCallSetPartitionProperty",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(24, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_GET_PARTITION_ID)] =
        { .code = HV_CALL_GET_PARTITION_ID, .name = "HvCallGetPartitionId",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_GUEST,
          HV_CALL_BLOCK(0, 0, sizeof(hv_partition_id_t)),
          .privilege = HV_PRIV_ACCESS_PARTITION_ID, .handler = hv_get_partition_id },
    [HV_CALL_SLOT(HV_CALL_GET_NEXT_CHILD_PARTITION)] =
        { .code = HV_CALL_GET_NEXT_CHILD_PARTITION, .name = "HvCallGetNextChildPartition",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(16, 0, 8),
          .privilege = HV_PRIV_CREATE_PARTITIONS },
    [HV_CALL_SLOT(HV_CALL_DEPOSIT_MEMORY)] =
        { .code = HV_CALL_DEPOSIT_MEMORY, .name = "HvCallDepositMemory",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(8, 8, 0),
          .privilege = HV_PRIV_ACCESS_MEMORY_POOL },
    [HV_CALL_SLOT(HV_CALL_WITHDRAW_MEMORY)] =
        { .code = HV_CALL_WITHDRAW_MEMORY, .name = "HvCallWithdrawMemory",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(16, 0, 8),
          .privilege = HV_PRIV_ACCESS_MEMORY_POOL },
    [HV_CALL_SLOT(HV_CALL_GET_MEMORY_BALANCE)] =
        { .code = HV_CALL_GET_MEMORY_BALANCE, .name = "HvCallGetMemoryBalance",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(16, 0, 16),
          .privilege = HV_PRIV_ACCESS_MEMORY_POOL },
    [HV_CALL_SLOT(HV_CALL_MAP_GPA_PAGES)] =
        { .code = HV_CALL_MAP_GPA_PAGES, .name = "HvCallMapGpaPages",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(24, 8, 0),
          .privilege = HV_PRIV_CREATE_PARTITIONS },
    [HV_CALL_SLOT(HV_CALL_UNMAP_GPA_PAGES)] =
        { .code = HV_CALL_UNMAP_GPA_PAGES, .name = "HvCallUnmapGpaPages",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(24, 0, 0),
          .privilege = HV_PRIV_CREATE_PARTITIONS },
    [HV_CALL_SLOT(HV_CALL_INSTALL_INTERCEPT)] =
        { .code = HV_CALL_INSTALL_INTERCEPT, .name = "HvCallInstallIntercept",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_BOTH, HV_CALL_BLOCK(24, 0, 0),
          .privilege = HV_PRIV_CREATE_PARTITIONS },
    [HV_CALL_SLOT(HV_CALL_CREATE_VP)] =
        { .code = HV_CALL_CREATE_VP, .name = "HvCallCreateVp",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(40, 0, 0),
          .privilege = HV_PRIV_CREATE_PARTITIONS },
    [HV_CALL_SLOT(HV_CALL_DELETE_VP)] =
        { .code = HV_CALL_DELETE_VP, .name = "HvCallDeleteVp",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(16, 0, 0),
          .privilege = HV_PRIV_CREATE_PARTITIONS },
    [HV_CALL_SLOT(HV_CALL_GET_VP_REGISTERS)] =
        { .code = HV_CALL_GET_VP_REGISTERS, .name = "HvCallGetVpRegisters",
          /* HV_PRIV_ACCESS_VP_REGISTERS is for architectural registers; the others have privileges
           * of their own. */
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_BOTH,
          HV_CALL_BLOCK(sizeof(struct hv_vp_registers_header), sizeof(uint32_t),
                        sizeof(struct hv_register_value)),
          .early = true, .handler = hv_get_vp_registers },
    [HV_CALL_SLOT(HV_CALL_SET_VP_REGISTERS)] =
        { .code = HV_CALL_SET_VP_REGISTERS, .name = "HvCallSetVpRegisters",
          /* HV_PRIV_ACCESS_VP_REGISTERS is for architectural registers; the others have privileges
           * of their own. */
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_BOTH,
          HV_CALL_BLOCK(sizeof(struct hv_vp_registers_header), sizeof(struct hv_vp_register_assoc),
                        0),
          .early = true, .handler = hv_set_vp_registers },
    [HV_CALL_SLOT(HV_CALL_TRANSLATE_VIRTUAL_ADDRESS)] =
        { .code = HV_CALL_TRANSLATE_VIRTUAL_ADDRESS, .name = "HvCallTranslateVirtualAddress",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_BOTH,
          HV_CALL_BLOCK(sizeof(struct hv_translate_virtual_address), 0,
                        sizeof(struct hv_translate_gva_result)),
          .privilege = SHIM_NEEDS_TRANSLATE, .handler = hv_translate_virtual_address },
    [HV_CALL_SLOT(HV_CALL_READ_GPA)] =
        { .code = HV_CALL_READ_GPA, .name = "HvCallReadGpa",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(32, 0, 24) },
    [HV_CALL_SLOT(HV_CALL_WRITE_GPA)] =
        { .code = HV_CALL_WRITE_GPA, .name = "HvCallWriteGpa",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(48, 0, 8) },
    [HV_CALL_SLOT(HV_CALL_ASSERT_VIRTUAL_INTERRUPT_DEPRECATED)] =
        { .code = HV_CALL_ASSERT_VIRTUAL_INTERRUPT_DEPRECATED,
          .name = "HvCallAssertVirtualInterruptDeprecated",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(32, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_CLEAR_VIRTUAL_INTERRUPT)] =
        { .code = HV_CALL_CLEAR_VIRTUAL_INTERRUPT, .name = "HvCallClearVirtualInterrupt",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(8, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_CREATE_PORT_DEPRECATED)] =
        { .code = HV_CALL_CREATE_PORT_DEPRECATED, .name = "HvCallCreatePortDeprecated",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(48, 0, 0),
          .privilege = HV_PRIV_CREATE_PORT },
    [HV_CALL_SLOT(HV_CALL_DELETE_PORT)] =
        { .code = HV_CALL_DELETE_PORT, .name = "HvCallDeletePort",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(16, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_CONNECT_PORT_DEPRECATED)] =
        { .code = HV_CALL_CONNECT_PORT_DEPRECATED, .name = "HvCallConnectPortDeprecated",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(40, 0, 0),
          .privilege = HV_PRIV_CONNECT_PORT },
    [HV_CALL_SLOT(HV_CALL_GET_PORT_PROPERTY)] =
        { .code = HV_CALL_GET_PORT_PROPERTY, .name = "HvCallGetPortProperty",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(24, 0, 8) },
    [HV_CALL_SLOT(HV_CALL_DISCONNECT_PORT)] =
        { .code = HV_CALL_DISCONNECT_PORT, .name = "HvCallDisconnectPort",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(16, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_POST_MESSAGE)] =
        { .code = HV_CALL_POST_MESSAGE, .name = "HvCallPostMessage",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_GUEST,
          HV_CALL_BLOCK(sizeof(struct hv_post_message), 0, 0), .privilege = HV_PRIV_POST_MESSAGES,
          .handler = hv_post_message },
    [HV_CALL_SLOT(HV_CALL_SIGNAL_EVENT)] =
        { .code = HV_CALL_SIGNAL_EVENT, .name = "HvCallSignalEvent",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_GUEST,
          HV_CALL_BLOCK(sizeof(struct hv_signal_event), 0, 0), .privilege = HV_PRIV_SIGNAL_EVENTS,
          .handler = hv_signal_event },
    [HV_CALL_SLOT(HV_CALL_SAVE_PARTITION_STATE)] =
        { .code = HV_CALL_SAVE_PARTITION_STATE, .name = "HvCallSavePartitionState",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(16, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_RESTORE_PARTITION_STATE)] =
        { .code = HV_CALL_RESTORE_PARTITION_STATE, .name = "HvCallRestorePartitionState",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(0, 0, 8),
          .privilege = HV_PRIV_CREATE_PARTITIONS },
    [HV_CALL_SLOT(HV_CALL_INITIALIZE_EVENT_LOG_BUFFER_GROUP)] =
        { .code = HV_CALL_INITIALIZE_EVENT_LOG_BUFFER_GROUP,
          .name = "HvCallInitializeEventLogBufferGroup",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(32, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_FINALIZE_EVENT_LOG_BUFFER_GROUP)] =
        { .code = HV_CALL_FINALIZE_EVENT_LOG_BUFFER_GROUP,
          .name = "HvCallFinalizeEventLogBufferGroup",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(8, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_CREATE_EVENT_LOG_BUFFER)] =
        { .code = HV_CALL_CREATE_EVENT_LOG_BUFFER, .name = "HvCallCreateEventLogBuffer",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(16, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_DELETE_EVENT_LOG_BUFFER)] =
        { .code = HV_CALL_DELETE_EVENT_LOG_BUFFER, .name = "HvCallDeleteEventLogBuffer",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(8, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_MAP_EVENT_LOG_BUFFER)] =
        { .code = HV_CALL_MAP_EVENT_LOG_BUFFER, .name = "HvCallMapEventLogBuffer",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(8, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_UNMAP_EVENT_LOG_BUFFER)] =
        { .code = HV_CALL_UNMAP_EVENT_LOG_BUFFER, .name = "HvCallUnmapEventLogBuffer",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(8, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_SET_EVENT_LOG_GROUP_SOURCES)] =
        { .code = HV_CALL_SET_EVENT_LOG_GROUP_SOURCES, .name = "HvCallSetEventLogGroupSources",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(16, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_RELEASE_EVENT_LOG_BUFFER)] =
        { .code = HV_CALL_RELEASE_EVENT_LOG_BUFFER, .name = "HvCallReleaseEventLogBuffer",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(8, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_FLUSH_EVENT_LOG_BUFFER)] =
        { .code = HV_CALL_FLUSH_EVENT_LOG_BUFFER, .name = "HvCallFlushEventLogBuffer",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(8, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_POST_DEBUG_DATA)] =
        { .code = HV_CALL_POST_DEBUG_DATA, .name = "HvCallPostDebugData",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_BOTH, HV_CALL_BLOCK(0, 0, 8),
          .privilege = HV_PRIV_DEBUGGING },
    [HV_CALL_SLOT(HV_CALL_RETRIEVE_DEBUG_DATA)] =
        { .code = HV_CALL_RETRIEVE_DEBUG_DATA, .name = "HvCallRetrieveDebugData",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_BOTH, HV_CALL_BLOCK(16, 0, 0),
          .privilege = HV_PRIV_DEBUGGING },
    [HV_CALL_SLOT(HV_CALL_RESET_DEBUG_SESSION)] =
        { .code = HV_CALL_RESET_DEBUG_SESSION, .name = "HvCallResetDebugSession",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_BOTH, HV_CALL_BLOCK(8, 0, 0),
          .privilege = HV_PRIV_DEBUGGING },
    [HV_CALL_SLOT(HV_CALL_MAP_STATS_PAGE)] =
        { .code = HV_CALL_MAP_STATS_PAGE, .name = "HvCallMapStatsPage",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_BOTH,
          .privilege = HV_PRIV_ACCESS_STATS },
    [HV_CALL_SLOT(HV_CALL_UNMAP_STATS_PAGE)] =
        { .code = HV_CALL_UNMAP_STATS_PAGE, .name = "HvCallUnmapStatsPage",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_BOTH, HV_CALL_BLOCK(24, 0, 0),
          .privilege = HV_PRIV_ACCESS_STATS },
    [HV_CALL_SLOT(HV_CALL_MAP_SPARSE_GPA_PAGES)] =
        { .code = HV_CALL_MAP_SPARSE_GPA_PAGES, .name = "HvCallMapSparseGpaPages",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(16, 16, 0),
          .privilege = HV_PRIV_CREATE_PARTITIONS },
    [HV_CALL_SLOT(HV_CALL_SET_SYSTEM_PROPERTY)] =
        { .code = HV_CALL_SET_SYSTEM_PROPERTY, .name = "HvCallSetSystemProperty",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(24, 0, 0),
          .privilege = HV_PRIV_CONFIGURE_PROFILER },
    [HV_CALL_SLOT(HV_CALL_SET_PORT_PROPERTY)] =
        { .code = HV_CALL_SET_PORT_PROPERTY, .name = "HvCallSetPortProperty",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(32, 0, 0),
          .privilege = HV_PRIV_CREATE_PORT },
    [HV_CALL_SLOT(HV_CALL_OUTPUT_DEBUG_CHARACTER)] =
        { .code = HV_CALL_OUTPUT_DEBUG_CHARACTER, .name = "HvCallOutputDebugCharacter",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_BOTH,
          HV_CALL_BLOCK(sizeof(uint64_t), 0, 0), .privilege = HV_PRIV_DEBUGGING,
          .handler = hv_output_debug_character },
    [HV_CALL_SLOT(HV_CALL_ADD_LOGICAL_PROCESSOR)] =
        { .code = HV_CALL_ADD_LOGICAL_PROCESSOR, .name = "HvCallAddLogicalProcessor",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(16, 0, 56),
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_REMOVE_LOGICAL_PROCESSOR)] =
        { .code = HV_CALL_REMOVE_LOGICAL_PROCESSOR, .name = "HvCallRemoveLogicalProcessor",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT,
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_QUERY_NUMA_DISTANCE)] =
        { .code = HV_CALL_QUERY_NUMA_DISTANCE, .name = "HvCallQueryNumaDistance",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT,
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_SET_LOGICAL_PROCESSOR_PROPERTY)] =
        { .code = HV_CALL_SET_LOGICAL_PROCESSOR_PROPERTY,
          .name = "HvCallSetLogicalProcessorProperty",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT,
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_GET_LOGICAL_PROCESSOR_PROPERTY)] =
        { .code = HV_CALL_GET_LOGICAL_PROCESSOR_PROPERTY,
          .name = "HvCallGetLogicalProcessorProperty",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT,
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_GET_SYSTEM_PROPERTY)] =
        { .code = HV_CALL_GET_SYSTEM_PROPERTY, .name = "HvCallGetSystemProperty",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(8, 0, 0),
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_MAP_DEVICE_INTERRUPT)] =
        { .code = HV_CALL_MAP_DEVICE_INTERRUPT, .name = "HvCallMapDeviceInterrupt",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(80, 0, 24),
          .variable_header = true, .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_UNMAP_DEVICE_INTERRUPT)] =
        { .code = HV_CALL_UNMAP_DEVICE_INTERRUPT, .name = "HvCallUnmapDeviceInterrupt",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(48, 0, 0),
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_RETARGET_DEVICE_INTERRUPT)] =
        { .code = HV_CALL_RETARGET_DEVICE_INTERRUPT, .name = "HvCallRetargetDeviceInterrupt",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_GUEST, HV_CALL_BLOCK(56, 0, 0),
          .variable_header = true },
    [HV_CALL_SLOT(HV_CALL_MAP_DEVICE_PAGES)] =
        { .code = HV_CALL_MAP_DEVICE_PAGES, .name = "HvCallMapDevicePages",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT,
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_UNMAP_DEVICE_PAGES)] =
        { .code = HV_CALL_UNMAP_DEVICE_PAGES, .name = "HvCallUnmapDevicePages",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT,
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_ATTACH_DEVICE)] =
        { .code = HV_CALL_ATTACH_DEVICE, .name = "HvCallAttachDevice",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT,
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_DETACH_DEVICE)] =
        { .code = HV_CALL_DETACH_DEVICE, .name = "HvCallDetachDevice",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT,
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_NOTIFY_STANDBY_TRANSITION)] =
        { .code = HV_CALL_NOTIFY_STANDBY_TRANSITION, .name = "HvCallNotifyStandbyTransition",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT,
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_PREPARE_FOR_SLEEP)] =
        { .code = HV_CALL_PREPARE_FOR_SLEEP, .name = "HvCallPrepareForSleep",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT,
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_PREPARE_FOR_HIBERNATE)] =
        { .code = HV_CALL_PREPARE_FOR_HIBERNATE, .name = "HvCallPrepareForHibernate",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT,
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_NOTIFY_PARTITION_EVENT)] =
        { .code = HV_CALL_NOTIFY_PARTITION_EVENT, .name = "HvCallNotifyPartitionEvent",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT,
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_GET_LOGICAL_PROCESSOR_REGISTERS)] =
        { .code = HV_CALL_GET_LOGICAL_PROCESSOR_REGISTERS,
          .name = "HvCallGetLogicalProcessorRegisters",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT,
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_SET_LOGICAL_PROCESSOR_REGISTERS)] =
        { .code = HV_CALL_SET_LOGICAL_PROCESSOR_REGISTERS,
          .name = "HvCallSetLogicalProcessorRegisters",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT,
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_QUERY_ASSOCIATED_LPS_FOR_MCA)] =
        { .code = HV_CALL_QUERY_ASSOCIATED_LPS_FOR_MCA, .name = "HvCallQueryAssociatedLpsforMca",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT,
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_NOTIFY_PORT_RING_EMPTY)] =
        { .code = HV_CALL_NOTIFY_PORT_RING_EMPTY, .name = "HvCallNotifyPortRingEmpty",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(8, 0, 0),
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_INJECT_SYNTHETIC_MACHINE_CHECK)] =
        { .code = HV_CALL_INJECT_SYNTHETIC_MACHINE_CHECK,
          .name = "HvCallInjectSyntheticMachineCheck",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT,
          .privilege = HV_PRIV_CPU_MANAGEMENT },
    [HV_CALL_SLOT(HV_CALL_SCRUB_PARTITION)] =
        { .code = HV_CALL_SCRUB_PARTITION, .name = "HvCallScrubPartition",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_COLLECT_LIVEDUMP)] =
        { .code = HV_CALL_COLLECT_LIVEDUMP, .name = "HvCallCollectLivedump",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, .privilege = HV_PRIV_DEBUGGING },
    [HV_CALL_SLOT(HV_CALL_DISABLE_HYPERVISOR)] =
        { .code = HV_CALL_DISABLE_HYPERVISOR, .name = "HvCallDisableHypervisor",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_MODIFY_SPARSE_GPA_PAGES)] =
        { .code = HV_CALL_MODIFY_SPARSE_GPA_PAGES, .name = "HvCallModifySparseGpaPages",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(16, 8, 0) },
    [HV_CALL_SLOT(HV_CALL_REGISTER_INTERCEPT_RESULT)] =
        { .code = HV_CALL_REGISTER_INTERCEPT_RESULT, .name = "HvCallRegisterInterceptResult",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_UNREGISTER_INTERCEPT_RESULT)] =
        { .code = HV_CALL_UNREGISTER_INTERCEPT_RESULT, .name = "HvCallUnregisterInterceptResult",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_ASSERT_VIRTUAL_INTERRUPT)] =
        { .code = HV_CALL_ASSERT_VIRTUAL_INTERRUPT, .name = "HvCallAssertVirtualInterrupt",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_BOTH,
          HV_CALL_BLOCK(sizeof(struct hv_assert_virtual_interrupt), 0, 0),
          .privilege = SHIM_NEEDS_DIRECT | SHIM_NEEDS_MPIDR,
          .handler = hv_assert_virtual_interrupt },
    [HV_CALL_SLOT(HV_CALL_CREATE_PORT)] =
        { .code = HV_CALL_CREATE_PORT, .name = "HvCallCreatePort",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(56, 0, 0),
          .privilege = HV_PRIV_CREATE_PORT },
    [HV_CALL_SLOT(HV_CALL_CONNECT_PORT)] =
        { .code = HV_CALL_CONNECT_PORT, .name = "HvCallConnectPort",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(72, 0, 0),
          .privilege = HV_PRIV_CONNECT_PORT },
    [HV_CALL_SLOT(HV_CALL_GET_SPA_PAGE_LIST)] =
        { .code = HV_CALL_GET_SPA_PAGE_LIST, .name = "HvCallGetSpaPageList",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_START_VIRTUAL_PROCESSOR)] =
        { .code = HV_CALL_START_VIRTUAL_PROCESSOR, .name = "HvCallStartVirtualProcessor",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_BOTH,
          HV_CALL_BLOCK(sizeof(struct hv_start_virtual_processor), 0, 0),
          .privilege = HV_PRIV_START_VIRTUAL_PROCESSOR, .handler = hv_start_virtual_processor },
    [HV_CALL_SLOT(HV_CALL_GET_VP_INDEX_FROM_APIC_ID)] =
        { .code = HV_CALL_GET_VP_INDEX_FROM_APIC_ID, .name = "HvCallGetVpIndexFromApicId",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_BOTH,
          HV_CALL_BLOCK(sizeof(struct hv_get_vp_index_from_apic_id), 8, 4),
          .privilege = SHIM_NEEDS_MPIDR, .handler = hv_get_vp_index_from_apic_id },
    [HV_CALL_SLOT(HV_CALL_TRANSLATE_VIRTUAL_ADDRESS_EX)] =
        { .code = HV_CALL_TRANSLATE_VIRTUAL_ADDRESS_EX, .name = "HvCallTranslateVirtualAddressEx",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_BOTH,
          HV_CALL_BLOCK(sizeof(struct hv_translate_virtual_address), 0,
                        sizeof(struct hv_translate_gva_result)),
          .privilege = SHIM_NEEDS_TRANSLATE, .handler = hv_translate_virtual_address },
    [HV_CALL_SLOT(HV_CALL_CHECK_FOR_IO_INTERCEPT)] =
        { .code = HV_CALL_CHECK_FOR_IO_INTERCEPT, .name = "HvCallCheckForIoIntercept",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_BOTH, HV_CALL_BLOCK(24, 0, 8) },
    [HV_CALL_SLOT(HV_CALL_FLUSH_GUEST_PHYSICAL_ADDRESS_SPACE)] =
        { .code = HV_CALL_FLUSH_GUEST_PHYSICAL_ADDRESS_SPACE,
          .name = "HvCallFlushGuestPhysicalAddressSpace",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_GUEST,
          HV_CALL_BLOCK(sizeof(struct hv_flush_guest_physical), 0, 0),
          .privilege = SHIM_NEEDS_TLB_FLUSH, .handler = hv_flush_guest_physical_address_space },
    [HV_CALL_SLOT(HV_CALL_FLUSH_GUEST_PHYSICAL_ADDRESS_LIST)] =
        { .code = HV_CALL_FLUSH_GUEST_PHYSICAL_ADDRESS_LIST,
          .name = "HvCallFlushGuestPhysicalAddressList",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_GUEST,
          HV_CALL_BLOCK(sizeof(struct hv_flush_guest_physical), 8, 0),
          .privilege = SHIM_NEEDS_TLB_FLUSH, .handler = hv_flush_guest_physical_address_list },
    [HV_CALL_SLOT(HV_CALL_CREATE_DEVICE_DOMAIN)] =
        { .code = HV_CALL_CREATE_DEVICE_DOMAIN, .name = "HvCallCreateDeviceDomain",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_ATTACH_DEVICE_DOMAIN)] =
        { .code = HV_CALL_ATTACH_DEVICE_DOMAIN, .name = "HvCallAttachDeviceDomain",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_MAP_DEVICE_GPA_PAGES)] =
        { .code = HV_CALL_MAP_DEVICE_GPA_PAGES, .name = "HvCallMapDeviceGpaPages",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_UNMAP_DEVICE_GPA_PAGES)] =
        { .code = HV_CALL_UNMAP_DEVICE_GPA_PAGES, .name = "HvCallUnmapDeviceGpaPages",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_SIGNAL_EVENT_DIRECT)] =
        { .code = HV_CALL_SIGNAL_EVENT_DIRECT, .name = "HvCallSignalEventDirect",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_BOTH,
          HV_CALL_BLOCK(sizeof(struct hv_signal_event_direct), 0, 8),
          .privilege = SHIM_NEEDS_DIRECT, .handler = hv_signal_event_direct },
    [HV_CALL_SLOT(HV_CALL_POST_MESSAGE_DIRECT)] =
        { .code = HV_CALL_POST_MESSAGE_DIRECT, .name = "HvCallPostMessageDirect",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_BOTH,
          HV_CALL_BLOCK(sizeof(struct hv_post_message_direct), 0, 0),
          .privilege = SHIM_NEEDS_DIRECT, .handler = hv_post_message_direct },
    [HV_CALL_SLOT(HV_CALL_DISPATCH_VP)] =
        { .code = HV_CALL_DISPATCH_VP, .name = "HvCallDispatchVp",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(32, 0, 8) },
    [HV_CALL_SLOT(HV_CALL_DETACH_DEVICE_DOMAIN)] =
        { .code = HV_CALL_DETACH_DEVICE_DOMAIN, .name = "HvCallDetachDeviceDomain",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_DELETE_DEVICE_DOMAIN)] =
        { .code = HV_CALL_DELETE_DEVICE_DOMAIN, .name = "HvCallDeleteDeviceDomain",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_QUERY_DEVICE_DOMAIN)] =
        { .code = HV_CALL_QUERY_DEVICE_DOMAIN, .name = "HvCallQueryDeviceDomain",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_MAP_SPARSE_DEVICE_GPA_PAGES)] =
        { .code = HV_CALL_MAP_SPARSE_DEVICE_GPA_PAGES, .name = "HvCallMapSparseDeviceGpaPages",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_UNMAP_SPARSE_DEVICE_GPA_PAGES)] =
        { .code = HV_CALL_UNMAP_SPARSE_DEVICE_GPA_PAGES, .name = "HvCallUnmapSparseDeviceGpaPages",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_GET_GPA_PAGES_ACCESS_STATE)] =
        { .code = HV_CALL_GET_GPA_PAGES_ACCESS_STATE, .name = "HvCallGetGpaPagesAccessState",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(24, 0, 1) },
    [HV_CALL_SLOT(HV_CALL_CONFIGURE_DEVICE_DOMAIN)] =
        { .code = HV_CALL_CONFIGURE_DEVICE_DOMAIN, .name = "HvCallConfigureDeviceDomain",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_FLUSH_DEVICE_DOMAIN)] =
        { .code = HV_CALL_FLUSH_DEVICE_DOMAIN, .name = "HvCallFlushDeviceDomain",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_CHECK_SPARSE_GPA_PAGE_VTL_ACCESS)] =
        { .code = HV_CALL_CHECK_SPARSE_GPA_PAGE_VTL_ACCESS,
          .name = "HvCallCheckSparseGpaPageVtlAccess",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_VTL, HV_CALL_BLOCK(16, 8, 8) },
    [HV_CALL_SLOT(HV_CALL_ACQUIRE_SPARSE_SPA_PAGE_HOST_ACCESS)] =
        { .code = HV_CALL_ACQUIRE_SPARSE_SPA_PAGE_HOST_ACCESS,
          .name = "HvCallAcquireSparseSpaPageHostAccess",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(0, 8, 0) },
    [HV_CALL_SLOT(HV_CALL_RELEASE_SPARSE_SPA_PAGE_HOST_ACCESS)] =
        { .code = HV_CALL_RELEASE_SPARSE_SPA_PAGE_HOST_ACCESS,
          .name = "HvCallReleaseSparseSpaPageHostAccess",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(0, 8, 0) },
    [HV_CALL_SLOT(HV_CALL_ACCEPT_GPA_PAGES)] =
        { .code = HV_CALL_ACCEPT_GPA_PAGES, .name = "HvCallAcceptGpaPages",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_VTL, HV_CALL_BLOCK(24, 8, 0) },
    [HV_CALL_SLOT(HV_CALL_UNACCEPT_GPA_PAGES)] =
        { .code = HV_CALL_UNACCEPT_GPA_PAGES, .name = "HvCallUnacceptGpaPages",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_VTL, HV_CALL_BLOCK(24, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_MODIFY_SPARSE_GPA_PAGE_HOST_VISIBILITY)] =
        { .code = HV_CALL_MODIFY_SPARSE_GPA_PAGE_HOST_VISIBILITY,
          .name = "HvCallModifySparseGpaPageHostVisibility",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_VTL, HV_CALL_BLOCK(16, 8, 0) },
    [HV_CALL_SLOT(HV_CALL_MAP_VP_STATE_PAGE)] =
        { .code = HV_CALL_MAP_VP_STATE_PAGE, .name = "HvCallMapVpStatePage",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(24, 0, 8) },
    [HV_CALL_SLOT(HV_CALL_UNMAP_VP_STATE_PAGE)] =
        { .code = HV_CALL_UNMAP_VP_STATE_PAGE, .name = "HvCallUnmapVpStatePage",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(16, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_GET_VP_STATE)] =
        { .code = HV_CALL_GET_VP_STATE, .name = "HvCallGetVpState",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(40, 0, 200),
          .variable_header = true },
    [HV_CALL_SLOT(HV_CALL_SET_VP_STATE)] =
        { .code = HV_CALL_SET_VP_STATE, .name = "HvCallSetVpState",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(40, 0, 0),
          .variable_header = true },
    [HV_CALL_SLOT(HV_CALL_GET_VP_SET_FROM_MDA)] =
        { .code = HV_CALL_GET_VP_SET_FROM_MDA, .name = "HvCallGetVpSetFromMda",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(24, 0, 4104) },
    [HV_CALL_SLOT(HV_CALL_IMPORT_ISOLATED_PAGES)] =
        { .code = HV_CALL_IMPORT_ISOLATED_PAGES, .name = "HvCallImportIsolatedPages",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_COMPLETE_ISOLATED_IMPORT)] =
        { .code = HV_CALL_COMPLETE_ISOLATED_IMPORT, .name = "HvCallCompleteIsolatedImport",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_ISSUE_SNP_PSP_GUEST_REQUEST)] =
        { .code = HV_CALL_ISSUE_SNP_PSP_GUEST_REQUEST, .name = "HvCallIssueSnpPspGuestRequest",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_GET_VP_CPUID_VALUES)] =
        { .code = HV_CALL_GET_VP_CPUID_VALUES, .name = "HvCallGetVpCpuidValues",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(24, 8, 16) },
    [HV_CALL_SLOT(HV_CALL_LOG_HYPERVISOR_SYSTEM_CONFIG)] =
        { .code = HV_CALL_LOG_HYPERVISOR_SYSTEM_CONFIG, .name = "HvCallLogHypervisorSystemConfig",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_GET_PARTITION_PROPERTY_EX)] =
        { .code = HV_CALL_GET_PARTITION_PROPERTY_EX, .name = "HvCallGetPartitionPropertyEx",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_RESTORE_PARTITION_TIME)] =
        { .code = HV_CALL_RESTORE_PARTITION_TIME, .name = "HvCallRestorePartitionTime",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_VTL, HV_CALL_BLOCK(32, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_MEMORY_MAPPED_IO_READ)] =
        { .code = HV_CALL_MEMORY_MAPPED_IO_READ, .name = "HvCallMemoryMappedIoRead",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_GUEST, HV_CALL_BLOCK(16, 0, 64) },
    [HV_CALL_SLOT(HV_CALL_MEMORY_MAPPED_IO_WRITE)] =
        { .code = HV_CALL_MEMORY_MAPPED_IO_WRITE, .name = "HvCallMemoryMappedIoWrite",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_GUEST, HV_CALL_BLOCK(80, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_SET_PARTITION_PROPERTY_EX)] =
        { .code = HV_CALL_SET_PARTITION_PROPERTY_EX, .name = "HvCallSetPartitionPropertyEx",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(24, 0, 0),
          .variable_header = true },
    [HV_CALL_SLOT(HV_CALL_DISABLE_HYPERVISOR_EX)] =
        { .code = HV_CALL_DISABLE_HYPERVISOR_EX, .name = "HvCallDisableHypervisorEx",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT },
    [HV_CALL_SLOT(HV_CALL_INSTALL_INTERCEPT_EX)] =
        { .code = HV_CALL_INSTALL_INTERCEPT_EX, .name = "HvCallInstallInterceptEx",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_BOTH, HV_CALL_BLOCK(48, 128, 0) },
    [HV_CALL_SLOT(HV_CALL_PIN_GPA_PAGE_RANGES)] =
        { .code = HV_CALL_PIN_GPA_PAGE_RANGES, .name = "HvCallPinGpaPageRanges",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_VTL, HV_CALL_BLOCK(8, 8, 0) },
    [HV_CALL_SLOT(HV_CALL_UNPIN_GPA_PAGE_RANGES)] =
        { .code = HV_CALL_UNPIN_GPA_PAGE_RANGES, .name = "HvCallUnpinGpaPageRanges",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_VTL, HV_CALL_BLOCK(8, 8, 0) },
    [HV_CALL_SLOT(HV_CALL_QUERY_SPARSE_GPA_PAGE_HOST_VISIBILITY)] =
        { .code = HV_CALL_QUERY_SPARSE_GPA_PAGE_HOST_VISIBILITY,
          .name = "HvCallQuerySparseGpaPageHostVisibility",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_VTL, HV_CALL_BLOCK(8, 8, 1) },
    [HV_CALL_SLOT(HV_CALL_SET_VIRTUAL_INTERRUPT_TARGET)] =
        { .code = HV_CALL_SET_VIRTUAL_INTERRUPT_TARGET, .name = "HvCallSetVirtualInterruptTarget",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_ROOT, HV_CALL_BLOCK(24, 0, 0) },
    [HV_CALL_SLOT(HV_CALL_MAP_STATS_PAGE2)] =
        { .code = HV_CALL_MAP_STATS_PAGE2, .name = "HvCallMapStatsPage2",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_BOTH, HV_CALL_BLOCK(32, 0, 0) },
    [HV_CALL_SLOT(HV_EXT_CALL_QUERY_CAPABILITIES)] =
        { .code = HV_EXT_CALL_QUERY_CAPABILITIES, .name = "HvExtCallQueryCapabilities",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_GUEST, HV_CALL_BLOCK(0, 0, 8),
          .privilege = HV_PRIV_ENABLE_EXTENDED_HYPERCALLS, .handler = hv_ext_query_capabilities },
    [HV_CALL_SLOT(HV_EXT_CALL_GET_BOOT_ZEROED_MEMORY)] =
        { .code = HV_EXT_CALL_GET_BOOT_ZEROED_MEMORY, .name = "HvExtCallGetBootZeroedMemory",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_GUEST,
          HV_CALL_BLOCK(0, 0, sizeof(struct hv_boot_zeroed_memory)),
          .privilege = HV_PRIV_ENABLE_EXTENDED_HYPERCALLS | SHIM_NEEDS_BOOT_ZEROED,
          .handler = hv_ext_get_boot_zeroed_memory },
    [HV_CALL_SLOT(HV_EXT_CALL_MEMORY_HEAT_HINT)] =
        { .code = HV_EXT_CALL_MEMORY_HEAT_HINT, .name = "HvExtCallMemoryHeatHint",
          .class = HV_CALL_REP, .audience = HV_AUDIENCE_GUEST, HV_CALL_BLOCK(8, 8, 0),
          .privilege = HV_PRIV_ENABLE_EXTENDED_HYPERCALLS | SHIM_NEEDS_MEMORY_HEAT,
          .handler = hv_ext_memory_heat_hint },
    [HV_CALL_SLOT(HV_EXT_CALL_EPF_SETUP)] =
        { .code = HV_EXT_CALL_EPF_SETUP, .name = "HvExtCallEpfSetup",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_GUEST,
          .privilege = HV_PRIV_ENABLE_EXTENDED_HYPERCALLS },
    [HV_CALL_SLOT(HV_EXT_CALL_MEMORY_HEAT_HINT_ASYNC)] =
        { .code = HV_EXT_CALL_MEMORY_HEAT_HINT_ASYNC, .name = "HvExtCallMemoryHeatHintAsync",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_GUEST,
          .privilege = HV_PRIV_ENABLE_EXTENDED_HYPERCALLS },
    [HV_CALL_SLOT(HV_CALL_VBS_VM_CALL_REPORT)] =
        { .code = HV_CALL_VBS_VM_CALL_REPORT, .name = "HvCallVbsVmCallReport",
          .class = HV_CALL_SIMPLE, .audience = HV_AUDIENCE_VTL, HV_CALL_BLOCK(64, 0, 2048) },
};
// clang-format on
