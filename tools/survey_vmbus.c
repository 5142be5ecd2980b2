/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The survey of a trace: VMBus, from what the guest posted and signalled and from what the host
 * said it did. */

#include <string.h>

#include <hv/hypercall.h>
#include <hv/message.h>

#include "tools/survey.h"
#include "vmbus/protocol.h"
#include "vmbus/vmbus.h"

#define PAYLOAD offsetof(struct hv_post_message, payload)

static uint64_t word(const struct shim_trace_record *record, size_t index)
{
    uint64_t value = 0;

    survey_input(record, index * sizeof(value), &value, sizeof(value));
    return value;
}

/* The channel of a relid; one that is new gets a place, while there are some. */
static struct survey_channel *channel_of(struct survey_vmbus *vmbus, uint64_t relid)
{
    for (size_t i = 0; i < vmbus->channel_count; i++) {
        if (vmbus->channels[i].relid == relid) {
            return &vmbus->channels[i];
        }
    }
    if (relid == 0 || relid > UINT32_MAX || vmbus->channel_count == SURVEY_CHANNELS) {
        return NULL;
    }
    vmbus->channels[vmbus->channel_count].relid = (uint32_t)relid;
    return &vmbus->channels[vmbus->channel_count++];
}

static void note_contact(struct survey_vmbus *vmbus, const struct shim_trace_record *record)
{
    struct vmbus_initiate_contact contact;

    if (survey_input(record, PAYLOAD, &contact, sizeof(contact)) &&
        vmbus->contact_count < SURVEY_CONTACTS) {
        vmbus->contacts[vmbus->contact_count++] = contact.version;
    }
}

void survey_posted(struct survey *survey, const struct survey_line *line, bool served)
{
    struct survey_vmbus *vmbus = &survey->vmbus;
    struct vmbus_channel_message message;
    uint32_t type = 0;

    if (!survey_input(&line->record, offsetof(struct hv_post_message, message_type), &type,
                      sizeof(type)) ||
        type != VMBUS_MESSAGE_TYPE ||
        !survey_input(&line->record, PAYLOAD, &message.header, sizeof(message.header))) {
        return;
    }
    if (message.header.type == VMBUS_INITIATE_CONTACT) {
        note_contact(vmbus, &line->record);
    } else if (message.header.type == VMBUS_REQUEST_OFFERS && served) {
        vmbus->offers_asked++;
    } else if (message.header.type == VMBUS_UNLOAD && served) {
        vmbus->unloads++;
    } else if (message.header.type == VMBUS_OPEN_CHANNEL && served &&
               survey_input(&line->record, PAYLOAD, &message, sizeof(message))) {
        struct survey_channel *channel = channel_of(vmbus, message.relid);
        if (channel != NULL) {
            channel->opens_asked++;
        }
    }
}

void survey_signalled(struct survey *survey, const struct survey_line *line, bool served)
{
    struct hv_signal_event event;
    struct survey_channel *channel;

    if (!survey_input(&line->record, 0, &event, sizeof(event)) ||
        event.connection_id <= VMBUS_CONNECTION_EVENT ||
        event.connection_id - VMBUS_CONNECTION_EVENT > SURVEY_CHANNELS) {
        return;
    }
    channel = channel_of(&survey->vmbus, event.connection_id - VMBUS_CONNECTION_EVENT);
    if (channel != NULL) {
        channel->signals += served;
        channel->refused += !served;
    }
}

/* Events about one channel. */
static void note_channel(struct survey_vmbus *vmbus, uint64_t event, uint64_t relid,
                         uint64_t second)
{
    struct survey_channel *channel = channel_of(vmbus, relid);

    if (channel == NULL) {
        return;
    }
    switch (event) {
    case VMBUS_EVENT_OPENED:
        channel->opened++;
        channel->target_vp = second;
        channel->open = true;
        break;
    case VMBUS_EVENT_CLOSED:
        channel->closed++;
        channel->open = false;
        break;
    case VMBUS_EVENT_BROKEN:
        channel->broken++;
        channel->fault = second;
        channel->open = false;
        break;
    case VMBUS_EVENT_RELEASED:
        channel->released++;
        channel->open = false;
        break;
    default:
        channel->version = second;
        break;
    }
}

static void note_disconnection(struct survey_vmbus *vmbus)
{
    vmbus->disconnections++;
    vmbus->connected = false;
    for (size_t i = 0; i < vmbus->channel_count; i++) {
        vmbus->channels[i].open = false;
    }
}

static void note_connection(struct survey_vmbus *vmbus, uint64_t version, uint64_t vp)
{
    vmbus->connections++;
    vmbus->connected = true;
    vmbus->version = version;
    vmbus->target_vp = vp;
}

static void note_vmbus(struct survey_vmbus *vmbus, uint64_t event, uint64_t first, uint64_t second)
{
    switch (event) {
    case VMBUS_EVENT_CONNECTED:
        note_connection(vmbus, first, second);
        break;
    case VMBUS_EVENT_DISCONNECTED:
        note_disconnection(vmbus);
        break;
    case VMBUS_EVENT_DROPPED:
        vmbus->dropped++;
        break;
    case VMBUS_EVENT_REFUSED:
        vmbus->refused++;
        break;
    case VMBUS_EVENT_IGNORED:
        vmbus->ignored++;
        break;
    case VMBUS_EVENT_OPENED:
    case VMBUS_EVENT_CLOSED:
    case VMBUS_EVENT_BROKEN:
    case VMBUS_EVENT_RELEASED:
    case VMBUS_EVENT_AGREED:
        note_channel(vmbus, event, first, second);
        break;
    case VMBUS_EVENT_BEAT_LOST:
        vmbus->beats_seen = true;
        vmbus->beats_lost = first;
        vmbus->beats_sent = second;
        break;
    case VMBUS_EVENT_TIME_SYNC:
        vmbus->time_syncs++;
        break;
    case VMBUS_EVENT_SHUTDOWN_SENT:
        vmbus->shutdowns_sent++;
        break;
    case VMBUS_EVENT_SHUTDOWN_ANSWERED:
        vmbus->shutdowns_answered++;
        vmbus->shutdown_status = first;
        break;
    default:
        break;
    }
}

void survey_vmbus_event(struct survey *survey, const struct shim_trace_record *record)
{
    struct survey_vmbus *vmbus = &survey->vmbus;

    switch (record->control) {
    case SHIM_EVENT_VMBUS:
        note_vmbus(vmbus, word(record, 0), word(record, 1), word(record, 2));
        break;
    case SHIM_EVENT_MESSAGE:
        vmbus->messages++;
        break;
    case SHIM_EVENT_DELIVERED:
        vmbus->delivered++;
        break;
    case SHIM_EVENT_BEATS:
        vmbus->beats_seen = true;
        vmbus->beats_sent = word(record, 0);
        vmbus->beats_answered = word(record, 1);
        vmbus->beats_lost = word(record, 2);
        break;
    default:
        break;
    }
}
