/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The handlers that the table names, by the file that holds them. Each serves the TLFS call of its
 * name; call.h says what it gets. */

#ifndef DISPATCH_CALLS_HANDLERS_H
#define DISPATCH_CALLS_HANDLERS_H

#include "dispatch/call.h"

/* vp_registers.c */
HV_HANDLER(hv_get_vp_registers);
HV_HANDLER(hv_set_vp_registers);

/* messages.c */
HV_HANDLER(hv_post_message);
HV_HANDLER(hv_signal_event);

/* direct.c */
HV_HANDLER(hv_post_message_direct);
HV_HANDLER(hv_signal_event_direct);

/* interrupts.c */
HV_HANDLER(hv_send_synthetic_cluster_ipi);
HV_HANDLER(hv_send_synthetic_cluster_ipi_ex);
HV_HANDLER(hv_assert_virtual_interrupt);
HV_HANDLER(hv_get_vp_index_from_apic_id);

/* virtual_processor.c */
HV_HANDLER(hv_start_virtual_processor);

/* memory.c */
HV_HANDLER(hv_flush_virtual_address_space);
HV_HANDLER(hv_flush_virtual_address_space_ex);
HV_HANDLER(hv_flush_virtual_address_list);
HV_HANDLER(hv_flush_virtual_address_list_ex);
HV_HANDLER(hv_flush_guest_physical_address_space);
HV_HANDLER(hv_flush_guest_physical_address_list);
HV_HANDLER(hv_translate_virtual_address);

/* debug.c */
HV_HANDLER(hv_output_debug_character);

/* partition.c */
HV_HANDLER(hv_get_partition_id);

/* spin_wait.c */
HV_HANDLER(hv_notify_long_spin_wait);

/* extended.c */
HV_HANDLER(hv_ext_query_capabilities);
HV_HANDLER(hv_ext_get_boot_zeroed_memory);
HV_HANDLER(hv_ext_memory_heat_hint);

#endif
