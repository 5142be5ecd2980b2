/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Arguments of the hypercalls as text. A record holds the beginning of the blocks only, and its
 * sizes are a stranger's: everything is read through block_read(). */

#include "tools/decode_call.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include <shim/describe.h>
#include <shim/shim.h>

#include <hv/calls.h>
#include <hv/hypercall.h>
#include <hv/message.h>
#include <hv/types.h>
#include <hv/vp_registers.h>

#include "tools/decode_flags.h"
#include "vmbus/protocol.h"

#define UNKNOWN_CALL_BYTES 32u

/* A block as far as the record holds it. */
struct block {
    const uint8_t *bytes;
    size_t size;
};

static struct block input_block(const struct shim_trace_record *record)
{
    return (struct block) { record->input, record->input_held < SHIM_TRACE_INPUT
                                               ? record->input_held
                                               : SHIM_TRACE_INPUT };
}

static struct block output_block(const struct shim_trace_record *record)
{
    return (struct block) { record->output, record->output_held < SHIM_TRACE_OUTPUT
                                                ? record->output_held
                                                : SHIM_TRACE_OUTPUT };
}

/* Copies `size` bytes at `offset`; false when the record does not hold all of them. */
static bool block_read(struct block block, size_t offset, void *to, size_t size)
{
    if (offset > block.size || size > block.size - offset) {
        return false;
    }
    memcpy(to, block.bytes + offset, size);
    return true;
}

static void decode_partition(FILE *out, hv_partition_id_t id)
{
    if (id == HV_PARTITION_ID_SELF) {
        fputs("self", out);
    } else {
        fprintf(out, "0x%" PRIx64, id);
    }
}

static void decode_vp(FILE *out, hv_vp_index_t index)
{
    if (index == HV_VP_INDEX_SELF) {
        fputs("self", out);
    } else if (index == HV_ANY_VP) {
        fputs("any", out);
    } else {
        fprintf(out, "%" PRIu32, index);
    }
}

static void decode_register_name(FILE *out, uint32_t number)
{
    static const char prefix[] = "HvRegister";
    const char *name = shim_register_name(number);

    if (name == NULL) {
        fprintf(out, "register 0x%08" PRIx32, number);
    } else if (strncmp(name, prefix, sizeof(prefix) - 1) == 0) {
        fputs(name + sizeof(prefix) - 1, out);
    } else {
        fputs(name, out);
    }
}

static void decode_value(FILE *out, const struct hv_register_value *value)
{
    if (value->high != 0) {
        fprintf(out, "=0x%" PRIx64 "%016" PRIx64, value->high, value->low);
    } else {
        fprintf(out, "=0x%" PRIx64, value->low);
    }
}

/* Whether the record holds the output: it is noted for calls that succeeded. */
static bool has_output(const struct shim_trace_record *record)
{
    return record->verdict == SHIM_DONE && (record->result & HV_RESULT_STATUS) == HV_STATUS_SUCCESS;
}

/* HvCallGetVpRegisters, HvCallSetVpRegisters: one element behind another. */
static void decode_registers(FILE *out, const struct shim_trace_record *record)
{
    bool set = hv_control_code(record->control) == HV_CALL_SET_VP_REGISTERS;
    size_t stride = set ? sizeof(struct hv_vp_register_assoc) : sizeof(uint32_t);
    struct block input = input_block(record), output = output_block(record);
    struct hv_vp_registers_header header;
    struct hv_register_value value;
    uint32_t count = hv_control_rep_count(record->control), name, i;

    if (!block_read(input, 0, &header, sizeof(header))) {
        return;
    }
    decode_partition(out, header.partition_id);
    fputs(", vp ", out);
    decode_vp(out, header.vp_index);
    if (header.input_vtl != 0) {
        fprintf(out, ", vtl 0x%02x", header.input_vtl);
    }
    for (i = 0; i < count; i++) {
        size_t offset = sizeof(header) + i * stride;
        if (!block_read(input, offset, &name, sizeof(name))) {
            break;
        }
        fputs(", ", out);
        decode_register_name(out, name);
        bool known = set ? block_read(input, offset + offsetof(struct hv_vp_register_assoc, value),
                                      &value, sizeof(value))
                         : has_output(record) &&
                               block_read(output, i * sizeof(value), &value, sizeof(value));
        if (known) {
            decode_value(out, &value);
            decode_register_flags(out, name, &value);
        }
    }
    if (i < count) {
        fprintf(out, ", %" PRIu32 " more", count - i);
    }
}

/* What guests may post, served or not; Linux include/linux/hyperv.h, enum
 * vmbus_channel_message_type. */
static const char *const vmbus_message_names[] = {
    [1] = "OFFER_CHANNEL",
    [2] = "RESCIND_CHANNEL_OFFER",
    [VMBUS_REQUEST_OFFERS] = "REQUEST_OFFERS",
    [VMBUS_ALL_OFFERS_DELIVERED] = "ALL_OFFERS_DELIVERED",
    [5] = "OPEN_CHANNEL",
    [6] = "OPEN_CHANNEL_RESULT",
    [7] = "CLOSE_CHANNEL",
    [8] = "GPADL_HEADER",
    [9] = "GPADL_BODY",
    [10] = "GPADL_CREATED",
    [11] = "GPADL_TEARDOWN",
    [12] = "GPADL_TORNDOWN",
    [13] = "RELID_RELEASED",
    [VMBUS_INITIATE_CONTACT] = "INITIATE_CONTACT",
    [VMBUS_VERSION_RESPONSE] = "VERSION_RESPONSE",
    [VMBUS_UNLOAD] = "UNLOAD",
    [VMBUS_UNLOAD_RESPONSE] = "UNLOAD_RESPONSE",
    [21] = "TL_CONNECT_REQUEST",
    [22] = "MODIFY_CHANNEL",
    [24] = "MODIFY_CHANNEL_RESPONSE",
};

void decode_vmbus_message_name(FILE *out, uint32_t type)
{
    if (type >= sizeof(vmbus_message_names) / sizeof(vmbus_message_names[0]) ||
        vmbus_message_names[type] == NULL) {
        fprintf(out, "VMBus message %" PRIu32, type);
    } else {
        fputs(vmbus_message_names[type], out);
    }
}

/* The VMBus message that a posted message carries, if it is one. */
static void decode_vmbus(FILE *out, struct block input)
{
    struct vmbus_initiate_contact contact;
    struct vmbus_header header;
    size_t payload = offsetof(struct hv_post_message, payload);

    if (!block_read(input, payload, &header, sizeof(header))) {
        return;
    }
    fputs(", ", out);
    decode_vmbus_message_name(out, header.type);
    if (header.type == VMBUS_INITIATE_CONTACT &&
        block_read(input, payload, &contact, sizeof(contact))) {
        fprintf(out, " %" PRIu32 ".%" PRIu32, contact.version >> 16, contact.version & 0xffff);
    }
}

static void decode_post_message(FILE *out, const struct shim_trace_record *record)
{
    struct block input = input_block(record);
    uint32_t words[4]; /* connection, reserved, type, size */

    if (!block_read(input, 0, words, sizeof(words))) {
        return;
    }
    fprintf(out, "connection 0x%" PRIx32 ", type 0x%" PRIx32 ", %" PRIu32 " bytes", words[0],
            words[2], words[3]);
    if (words[2] == VMBUS_MESSAGE_TYPE && words[3] >= sizeof(struct vmbus_header)) {
        decode_vmbus(out, input);
    }
}

static void decode_signal_event(FILE *out, const struct shim_trace_record *record)
{
    struct hv_signal_event event;

    if (block_read(input_block(record), 0, &event, sizeof(event))) {
        fprintf(out, "connection 0x%" PRIx32 ", flag %u", event.connection_id, event.flag_number);
    }
}

/* A call without a form of its own: the control word, and the beginning of the input. */
static void decode_unknown(FILE *out, const struct shim_trace_record *record)
{
    struct block input = input_block(record);

    fprintf(out, "control 0x%016" PRIx64, record->control);
    for (size_t i = 0; i < input.size && i < UNKNOWN_CALL_BYTES; i++) {
        fprintf(out, "%s%02x", i == 0 ? ", input " : i % 8 == 0 ? " " : "", input.bytes[i]);
    }
    if (record->input_size > input.size || input.size > UNKNOWN_CALL_BYTES) {
        size_t shown = input.size < UNKNOWN_CALL_BYTES ? input.size : UNKNOWN_CALL_BYTES;
        fprintf(out, " and %zu bytes more", record->input_size - shown);
    }
}

/* The arguments, as far as the record has them. */
static void decode_input(FILE *out, const struct shim_trace_record *record)
{
    switch (hv_control_code(record->control)) {
    case HV_CALL_GET_VP_REGISTERS:
    case HV_CALL_SET_VP_REGISTERS:
        decode_registers(out, record);
        break;
    case HV_CALL_POST_MESSAGE:
        decode_post_message(out, record);
        break;
    case HV_CALL_SIGNAL_EVENT:
        decode_signal_event(out, record);
        break;
    default:
        if (!decode_fields(out, record)) {
            decode_unknown(out, record);
        }
        break;
    }
}

void decode_call_arguments(FILE *out, const struct shim_trace_record *record)
{
    /* A call that was refused at the door, or whose block could not be read. */
    if (record->input_size != 0 && record->input_held == 0) {
        fprintf(out, "input of %u bytes not read", record->input_size);
    } else {
        decode_input(out, record);
    }
    if (!hv_control_fast(record->control)) {
        fprintf(out, ", in @0x%" PRIx64, record->block_gpa[0]);
        if (record->output_size != 0) {
            fprintf(out, ", out @0x%" PRIx64, record->block_gpa[1]);
        }
    }
}
