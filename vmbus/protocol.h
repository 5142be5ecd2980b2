/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The VMBus control protocol on the wire, as far as it is served: what a guest posts to a message
 * port and what the host sends to SINT 2. Little-endian; offsets in bytes from the start of the
 * payload; pages are of 4096 bytes, whatever the guest's are. The TLFS does not describe it;
 * layouts are as Linux (include/linux/hyperv.h, drivers/hv/hyperv_vmbus.h), FreeBSD
 * (sys/dev/hyperv/vmbus) and OpenVMM (vmbus_core) agree on. */

#ifndef VMBUS_PROTOCOL_H
#define VMBUS_PROTOCOL_H

#include <stddef.h>
#include <stdint.h>

/* Transport. */
#define VMBUS_SINT 2u                  /* messages and events of every VP */
#define VMBUS_MESSAGE_TYPE 1u          /* SynIC message type, both directions */
#define VMBUS_CONNECTION_MESSAGE 1u    /* message port; before 5.0 the only one */
#define VMBUS_CONNECTION_MESSAGE_5 4u  /* where INITIATE_CONTACT comes in from 5.0 on */
#define VMBUS_CONNECTION_EVENT 0x2000u /* plus relid: where the guest signals a channel; ours */

/* Message types. Numbers that only a host sends are here as well: from a guest they are dropped. */
enum vmbus_message_type {
    VMBUS_OFFER_CHANNEL = 1,
    VMBUS_RESCIND_CHANNEL_OFFER = 2,
    VMBUS_REQUEST_OFFERS = 3,
    VMBUS_ALL_OFFERS_DELIVERED = 4,
    VMBUS_OPEN_CHANNEL = 5,
    VMBUS_OPEN_CHANNEL_RESULT = 6,
    VMBUS_CLOSE_CHANNEL = 7,
    VMBUS_GPADL_HEADER = 8,
    VMBUS_GPADL_BODY = 9,
    VMBUS_GPADL_CREATED = 10,
    VMBUS_GPADL_TEARDOWN = 11,
    VMBUS_GPADL_TORNDOWN = 12,
    VMBUS_RELID_RELEASED = 13,
    VMBUS_INITIATE_CONTACT = 14,
    VMBUS_VERSION_RESPONSE = 15,
    VMBUS_UNLOAD = 16,
    VMBUS_UNLOAD_RESPONSE = 17,
    VMBUS_TL_CONNECT_REQUEST = 21,
    VMBUS_MODIFY_CHANNEL = 22,
    VMBUS_TL_CONNECT_RESULT = 23,
    VMBUS_MODIFY_CHANNEL_RESPONSE = 24,
};

/* Status of an answer: NTSTATUS. Guests look for "not zero" only. */
#define VMBUS_STATUS_SUCCESS 0x00000000u
#define VMBUS_STATUS_INVALID_PARAMETER 0xc000000du
#define VMBUS_STATUS_INSUFFICIENT_RESOURCES 0xc000009au
#define VMBUS_STATUS_INVALID_DEVICE_STATE 0xc0000184u
#define VMBUS_STATUS_CONNECTION_REFUSED 0xc0000236u

#define VMBUS_VP_NONE UINT32_MAX /* target VP of a channel that wants no events */

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

/* As Windows writes it: three numbers and eight bytes. */
struct vmbus_guid {
    uint32_t a;
    uint16_t b;
    uint16_t c;
    uint8_t d[8];
};
_Static_assert(sizeof(struct vmbus_guid) == 16, "GUID");

/* Host: "this device is there". */
struct vmbus_offer_channel {
    struct vmbus_header header;
    struct vmbus_guid interface; /* class of the device */
    struct vmbus_guid instance;
    uint32_t reserved[4];
    uint16_t flags;
    uint16_t mmio_megabytes;
    uint32_t pipe_type; /* first word of 120 bytes that the class defines */
    uint8_t user[116];
    uint16_t sub_channel; /* 0: the primary one */
    uint16_t mmio_megabytes_optional;
    uint32_t relid;
    uint8_t monitor_id;
    uint8_t monitor_allocated;    /* bit 0: signalled by the monitor page; 0: by hypercall */
    uint16_t dedicated_interrupt; /* bit 0: event flags alone say which channel it is */
    uint32_t connection_id;       /* for HvCallSignalEvent */
};
#define VMBUS_OFFER_ENUMERATE_INTERFACE 0x0001u
#define VMBUS_OFFER_PIPE 0x0010u
#define VMBUS_PIPE_MESSAGE 4u
#define VMBUS_MONITOR_NONE 0xffu
_Static_assert(offsetof(struct vmbus_offer_channel, interface) == 8, "OFFER_CHANNEL");
_Static_assert(offsetof(struct vmbus_offer_channel, instance) == 24, "OFFER_CHANNEL");
_Static_assert(offsetof(struct vmbus_offer_channel, flags) == 56, "OFFER_CHANNEL");
_Static_assert(offsetof(struct vmbus_offer_channel, pipe_type) == 60, "OFFER_CHANNEL");
_Static_assert(offsetof(struct vmbus_offer_channel, sub_channel) == 180, "OFFER_CHANNEL");
_Static_assert(offsetof(struct vmbus_offer_channel, relid) == 184, "OFFER_CHANNEL");
_Static_assert(offsetof(struct vmbus_offer_channel, connection_id) == 192, "OFFER_CHANNEL");
_Static_assert(sizeof(struct vmbus_offer_channel) == 196, "OFFER_CHANNEL");

/* Guest: CLOSE_CHANNEL, RELID_RELEASED. Host: RESCIND_CHANNEL_OFFER. */
struct vmbus_channel_message {
    struct vmbus_header header;
    uint32_t relid;
};
_Static_assert(sizeof(struct vmbus_channel_message) == 12, "CLOSE_CHANNEL");

/* Guest: opens a channel on a GPADL that holds both rings. */
struct vmbus_open_channel {
    struct vmbus_header header;
    uint32_t relid;
    uint32_t open_id; /* the answer bears it */
    uint32_t gpadl_id;
    uint32_t target_vp;       /* gets the events, or VMBUS_VP_NONE */
    uint32_t downstream_page; /* where the host's ring begins, behind the guest's */
    uint8_t user[120];
};
_Static_assert(offsetof(struct vmbus_open_channel, downstream_page) == 24, "OPEN_CHANNEL");
_Static_assert(sizeof(struct vmbus_open_channel) == 148, "OPEN_CHANNEL below 6.0");

struct vmbus_open_channel_result {
    struct vmbus_header header;
    uint32_t relid;
    uint32_t open_id;
    uint32_t status;
};
_Static_assert(sizeof(struct vmbus_open_channel_result) == 20, "OPEN_CHANNEL_RESULT");

/* Guest: shares pages. Ranges follow, at offset 20 and thus not aligned: a word of byte count and
 * byte offset, then a page number for each page that is touched, 64 bits each. */
struct vmbus_gpadl_header {
    struct vmbus_header header;
    uint32_t relid;
    uint32_t gpadl_id;
    uint16_t range_bytes; /* of all ranges, in this message and in those that follow */
    uint16_t range_count;
};
_Static_assert(sizeof(struct vmbus_gpadl_header) == 20, "GPADL_HEADER without ranges");

/* Guest: more of the ranges. */
struct vmbus_gpadl_body {
    struct vmbus_header header;
    uint32_t number; /* 0 from most guests */
    uint32_t gpadl_id;
};
_Static_assert(sizeof(struct vmbus_gpadl_body) == 16, "GPADL_BODY without page numbers");

struct vmbus_gpadl_created {
    struct vmbus_header header;
    uint32_t relid;
    uint32_t gpadl_id;
    uint32_t status;
};
_Static_assert(sizeof(struct vmbus_gpadl_created) == 20, "GPADL_CREATED");

struct vmbus_gpadl_teardown {
    struct vmbus_header header;
    uint32_t relid;
    uint32_t gpadl_id;
};
_Static_assert(sizeof(struct vmbus_gpadl_teardown) == 16, "GPADL_TEARDOWN");

struct vmbus_gpadl_torndown {
    struct vmbus_header header;
    uint32_t gpadl_id;
};
_Static_assert(sizeof(struct vmbus_gpadl_torndown) == 12, "GPADL_TORNDOWN");

/* Guest: another VP is to get the events. */
struct vmbus_modify_channel {
    struct vmbus_header header;
    uint32_t relid;
    uint32_t target_vp;
};
_Static_assert(sizeof(struct vmbus_modify_channel) == 16, "MODIFY_CHANNEL");

struct vmbus_modify_channel_response { /* from 5.3 on */
    struct vmbus_header header;
    uint32_t relid;
    uint32_t status;
};
_Static_assert(sizeof(struct vmbus_modify_channel_response) == 16, "MODIFY_CHANNEL_RESPONSE");

/* Guest: a socket to the host. */
struct vmbus_tl_connect_request {
    struct vmbus_header header;
    struct vmbus_guid endpoint;
    struct vmbus_guid service;
};
_Static_assert(sizeof(struct vmbus_tl_connect_request) == 40, "TL_CONNECT_REQUEST");

struct vmbus_tl_connect_result {
    struct vmbus_header header;
    struct vmbus_guid endpoint;
    struct vmbus_guid service;
    uint32_t status;
};
_Static_assert(sizeof(struct vmbus_tl_connect_result) == 44, "TL_CONNECT_RESULT");

#endif
