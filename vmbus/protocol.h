/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The VMBus control protocol on the wire, as far as it is served: what a guest posts to a message
 * port and what the host sends to SINT 2. Little-endian; offsets in bytes from the start of the
 * payload. The TLFS does not describe it; layouts are as Linux (include/linux/hyperv.h,
 * drivers/hv/hyperv_vmbus.h), FreeBSD (sys/dev/hyperv/vmbus) and OpenVMM (vmbus_core) agree on. */

#ifndef VMBUS_PROTOCOL_H
#define VMBUS_PROTOCOL_H

#include <stddef.h>
#include <stdint.h>

/* Transport. */
#define VMBUS_SINT 2u                 /* messages and events of every VP */
#define VMBUS_MESSAGE_TYPE 1u         /* SynIC message type, both directions */
#define VMBUS_CONNECTION_MESSAGE 1u   /* message port; before 5.0 the only one */
#define VMBUS_CONNECTION_MESSAGE_5 4u /* where INITIATE_CONTACT comes in from 5.0 on */

/* Message types. Numbers that only a host sends are here as well: from a guest they are dropped. */
enum vmbus_message_type {
    VMBUS_REQUEST_OFFERS = 3,
    VMBUS_ALL_OFFERS_DELIVERED = 4,
    VMBUS_INITIATE_CONTACT = 14,
    VMBUS_VERSION_RESPONSE = 15,
    VMBUS_UNLOAD = 16,
    VMBUS_UNLOAD_RESPONSE = 17,
};

/* Protocol versions: major in bits 31:16, minor in 15:0. */
#define VMBUS_VERSION(major, minor) (((uint32_t)(major) << 16) | (uint32_t)(minor))
#define VMBUS_VERSION_5_0 VMBUS_VERSION(5, 0)
#define VMBUS_VERSION_5_1 VMBUS_VERSION(5, 1)
#define VMBUS_VERSION_5_2 VMBUS_VERSION(5, 2)
#define VMBUS_VERSION_5_3 VMBUS_VERSION(5, 3)

/* Start of every message, and the whole of REQUEST_OFFERS, ALL_OFFERS_DELIVERED, UNLOAD and
 * UNLOAD_RESPONSE. */
struct vmbus_header {
    uint32_t type;    /* enum vmbus_message_type */
    uint32_t padding; /* sent as 0, ignored on receipt */
};
_Static_assert(sizeof(struct vmbus_header) == 8, "VMBus message header");

/* Guest: "I would like to speak this version". */
struct vmbus_initiate_contact {
    struct vmbus_header header;
    uint32_t version;
    uint32_t target_vp; /* VP that gets the host's messages */
    uint8_t sint;       /* from 5.0 on, and only on connection 4; else part of a page address */
    uint8_t vtl;        /* from 5.1 on, likewise */
    uint8_t padding[2];
    uint32_t features;              /* from 6.0 on */
    uint64_t monitor_host_to_guest; /* GPAs of monitor pages; both or none */
    uint64_t monitor_guest_to_host;
};
_Static_assert(offsetof(struct vmbus_initiate_contact, version) == 8, "INITIATE_CONTACT");
_Static_assert(offsetof(struct vmbus_initiate_contact, target_vp) == 12, "INITIATE_CONTACT");
_Static_assert(offsetof(struct vmbus_initiate_contact, sint) == 16, "INITIATE_CONTACT");
_Static_assert(offsetof(struct vmbus_initiate_contact, vtl) == 17, "INITIATE_CONTACT");
_Static_assert(offsetof(struct vmbus_initiate_contact, features) == 20, "INITIATE_CONTACT");
_Static_assert(offsetof(struct vmbus_initiate_contact, monitor_host_to_guest) == 24,
               "INITIATE_CONTACT");
_Static_assert(offsetof(struct vmbus_initiate_contact, monitor_guest_to_host) == 32,
               "INITIATE_CONTACT");
_Static_assert(sizeof(struct vmbus_initiate_contact) == 40, "INITIATE_CONTACT without client id");

/* Host: yes or no. A refusal is all zero past the header. */
struct vmbus_version_response {
    struct vmbus_header header;
    uint8_t version_supported; /* 1 = connected; the only field that Linux decides by */
    uint8_t connection_state;  /* 0; guests take others for success as well */
    uint8_t padding[2];
    uint32_t message_connection; /* connection id for all later messages (from 5.0 on) */
};
_Static_assert(offsetof(struct vmbus_version_response, version_supported) == 8, "VERSION_RESPONSE");
_Static_assert(offsetof(struct vmbus_version_response, connection_state) == 9, "VERSION_RESPONSE");
_Static_assert(offsetof(struct vmbus_version_response, message_connection) == 12,
               "VERSION_RESPONSE");
_Static_assert(sizeof(struct vmbus_version_response) == 16, "VERSION_RESPONSE below 6.0");

#endif
