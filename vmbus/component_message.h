/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Messages of integration components: the payload of an in-band packet. The host asks, the guest
 * answers with the same packet, flags changed. Layouts are as Linux (include/linux/hyperv.h),
 * FreeBSD (vmbus_icreg.h) and OpenVMM (hyperv_ic_protocol) agree on. */

#ifndef VMBUS_COMPONENT_MESSAGE_H
#define VMBUS_COMPONENT_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

/* Major in bits 15:0, minor in 31:16, as the wire has it. */
#define COMPONENT_VERSION(major, minor) ((uint32_t)(major) | (uint32_t)(minor) << 16)
#define COMPONENT_FRAMEWORK_1_0 COMPONENT_VERSION(1, 0)
#define COMPONENT_FRAMEWORK_3_0 COMPONENT_VERSION(3, 0)

enum component_type {
    COMPONENT_NEGOTIATE = 0,
    COMPONENT_HEARTBEAT = 1,
    COMPONENT_SHUTDOWN = 3,
    COMPONENT_TIME_SYNC = 4,
};

#define COMPONENT_FLAG_TRANSACTION 0x01u
#define COMPONENT_FLAG_REQUEST 0x02u
#define COMPONENT_FLAG_RESPONSE 0x04u

struct component_header {
    uint32_t pipe_type; /* 1: data */
    uint32_t pipe_size; /* of all that follows these two words */
    uint32_t framework; /* version; 0 in a negotiation */
    uint16_t type;      /* enum component_type */
    uint16_t version_major;
    uint16_t version_minor;
    uint16_t body_size;
    uint32_t status; /* 0 = done */
    uint8_t transaction;
    uint8_t flags;
    uint16_t reserved;
};
#define COMPONENT_PIPE_DATA 1u
#define COMPONENT_PIPE_HEADER 8u
_Static_assert(offsetof(struct component_header, framework) == 8, "component message");
_Static_assert(offsetof(struct component_header, type) == 12, "component message");
_Static_assert(offsetof(struct component_header, version_major) == 14, "component message");
_Static_assert(offsetof(struct component_header, body_size) == 18, "component message");
_Static_assert(offsetof(struct component_header, status) == 20, "component message");
_Static_assert(offsetof(struct component_header, transaction) == 24, "component message");
_Static_assert(sizeof(struct component_header) == 28, "component message");

/* Body of a negotiation. Framework versions come first; the answer has one of each, or none. */
#define COMPONENT_FRAMEWORKS 2u
#define COMPONENT_VERSIONS 4u /* of messages, at most */
struct component_negotiate {
    uint16_t framework_count;
    uint16_t message_count;
    uint32_t reserved;
    uint32_t versions[COMPONENT_FRAMEWORKS + COMPONENT_VERSIONS];
};
_Static_assert(offsetof(struct component_negotiate, versions) == 8, "component negotiation");

struct component_heartbeat {
    uint64_t sequence; /* the answer has one more */
    uint32_t application_state;
    uint32_t reserved[7];
};
_Static_assert(sizeof(struct component_heartbeat) == 40, "heartbeat");

struct component_shutdown {
    uint32_t reason;
    uint32_t timeout; /* seconds */
    uint32_t flags;   /* 0: power off */
    uint16_t text[1024];
};
#define COMPONENT_SHUTDOWN_PLANNED 0x80000000u
_Static_assert(offsetof(struct component_shutdown, text) == 12, "shutdown");
_Static_assert(sizeof(struct component_shutdown) == 2060, "shutdown");

/* From message version 4.0 on. */
struct component_time_sync {
    uint64_t host_time;      /* 100 ns since 1601 */
    uint64_t reference_time; /* the guest's own counter at that moment */
    uint8_t flags;
    uint8_t leap;
    uint8_t stratum;
    uint8_t reserved[5];
};
_Static_assert(offsetof(struct component_time_sync, flags) == 16, "time synchronisation");
_Static_assert(sizeof(struct component_time_sync) == 24, "time synchronisation");

/* Before. The message ends with the flags. */
struct component_time_sync_3 {
    uint64_t host_time;
    uint64_t reference_time;
    uint64_t round_trip;
    uint8_t flags;
};
#define COMPONENT_TIME_SYNC_3_SIZE 25u
#define COMPONENT_TIME_SYNC_4 COMPONENT_VERSION(4, 0)
#define COMPONENT_TIME_FLAG_SYNC 0x01u   /* set the clock */
#define COMPONENT_TIME_FLAG_SAMPLE 0x02u /* take note */
_Static_assert(offsetof(struct component_time_sync_3, flags) == 24, "time synchronisation");

#endif
