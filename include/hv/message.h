/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* SynIC messages: the slot a guest reads and the block it posts (TLFS hv_message,
 * HvCallPostMessage, inter-partition-communication). */

#ifndef HV_MESSAGE_H
#define HV_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#define HV_MESSAGE_SIZE 256u
#define HV_MESSAGE_PAYLOAD_MAX 240u

#define HV_MESSAGE_TYPE_NONE UINT32_C(0)
#define HV_MESSAGE_TYPE_HYPERVISOR (UINT32_C(1) << 31) /* types that only the hypervisor sends */
#define HV_MESSAGE_FLAG_PENDING 0x01u

/* One slot of the message page (SIMP): slot n belongs to SINT n. Type 0 means empty. */
struct hv_message {
    uint32_t type;
    uint8_t payload_size; /* bytes */
    uint8_t flags;
    uint16_t reserved;
    uint64_t origin; /* port id */
    uint64_t payload[HV_MESSAGE_PAYLOAD_MAX / 8];
};
_Static_assert(sizeof(struct hv_message) == HV_MESSAGE_SIZE, "TLFS hv_message");
_Static_assert(offsetof(struct hv_message, flags) == 5, "TLFS hv_message_flags");
_Static_assert(offsetof(struct hv_message, payload) == 16, "TLFS hv_message");

/* Input of HvCallPostMessage. */
struct hv_post_message {
    uint32_t connection_id;
    uint32_t reserved;
    uint32_t message_type;
    uint32_t payload_size; /* bytes */
    uint64_t payload[HV_MESSAGE_PAYLOAD_MAX / 8];
};
_Static_assert(sizeof(struct hv_post_message) == 256, "TLFS HvCallPostMessage input");

/* Input of HvCallSignalEvent. */
struct hv_signal_event {
    uint32_t connection_id;
    uint16_t flag_number;
    uint16_t reserved;
};
_Static_assert(sizeof(struct hv_signal_event) == 8, "TLFS HvCallSignalEvent input");

#define HV_CONNECTION_ID_RESERVED UINT32_C(0xff000000)

#endif
