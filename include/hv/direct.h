/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Blocks of the direct calls (TLFS HvCallSignalEventDirect; HvCallPostMessageDirect in the layout
 * that OpenHCL and OpenVMM use, where the TLFS page contradicts itself). */

#ifndef HV_DIRECT_H
#define HV_DIRECT_H

#include <stddef.h>

#include <hv/message.h>
#include <hv/types.h>

struct hv_signal_event_direct {
    hv_partition_id_t partition_id;
    hv_vp_index_t vp_index;
    uint8_t target_vtl; /* a plain VTL */
    uint8_t sint;
    uint16_t flag_number;
};
_Static_assert(sizeof(struct hv_signal_event_direct) == 16, "TLFS HvCallSignalEventDirect");

struct hv_post_message_direct {
    hv_partition_id_t partition_id;
    hv_vp_index_t vp_index;
    uint8_t target_vtl; /* a plain VTL */
    uint8_t padding[3];
    uint8_t sint;
    uint8_t padding2[3];
    uint8_t message[HV_MESSAGE_SIZE]; /* struct hv_message, not aligned */
    uint8_t padding3[4];
};
_Static_assert(sizeof(struct hv_post_message_direct) == 280, "HvCallPostMessageDirect");
_Static_assert(offsetof(struct hv_post_message_direct, message) == 20, "HvCallPostMessageDirect");

#endif
