/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Events and traps as text. */

#include "tools/decode_event.h"

#include <inttypes.h>
#include <string.h>

#include <arm/esr.h>
#include <arm/psci.h>
#include <vmbus/vmbus.h>

static const char *const event_names[] = {
    [SHIM_EVENT_VP_ON] = "VP_ON",         [SHIM_EVENT_VP_OFF] = "VP_OFF",
    [SHIM_EVENT_RESET] = "RESET",         [SHIM_EVENT_POWER_OFF] = "POWER_OFF",
    [SHIM_EVENT_MESSAGE] = "MESSAGE",     [SHIM_EVENT_PANIC] = "PANIC",
    [SHIM_EVENT_VMBUS] = "VMBUS",         [SHIM_EVENT_BEATS] = "BEATS",
    [SHIM_EVENT_REQUEST] = "REQUEST",     [SHIM_EVENT_INTERRUPT] = "INTERRUPT",
    [SHIM_EVENT_DELIVERED] = "DELIVERED", [SHIM_EVENT_TIMER] = "TIMER",
};

/* Of SHIM_EVENT_VMBUS: what happened, and what its two numbers are. NULL: there is none. */
static const struct {
    const char *name;
    const char *first;
    const char *second;
} vmbus_events[] = {
    [VMBUS_EVENT_CONNECTED] = { "connected", "version", "vp" },
    [VMBUS_EVENT_DISCONNECTED] = { "disconnected", "version", NULL },
    [VMBUS_EVENT_DROPPED] = { "dropped", "type", "size" },
    [VMBUS_EVENT_REFUSED] = { "refused", "type", "relid" },
    [VMBUS_EVENT_OPENED] = { "opened", "relid", "vp" },
    [VMBUS_EVENT_CLOSED] = { "closed", "relid", NULL },
    [VMBUS_EVENT_BROKEN] = { "broken", "relid", "fault" },
    [VMBUS_EVENT_RELEASED] = { "released", "relid", NULL },
    [VMBUS_EVENT_AGREED] = { "agreed", "relid", "version" },
    [VMBUS_EVENT_IGNORED] = { "ignored", "relid", "size" },
    [VMBUS_EVENT_BEAT_LOST] = { "beat-lost", "lost", "sent" },
    [VMBUS_EVENT_TIME_SYNC] = { "time-sync", "host", "reference" },
    [VMBUS_EVENT_SHUTDOWN_SENT] = { "shutdown-sent", NULL, NULL },
    [VMBUS_EVENT_SHUTDOWN_ANSWERED] = { "shutdown-answered", "status", NULL },
};

static const char *const request_names[] = {
    [SHIM_REQUEST_SHUTDOWN] = "shutdown",
    [SHIM_REQUEST_TIME_SYNC] = "time-sync",
    [SHIM_REQUEST_TIME_STEP] = "time-step",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

uint64_t decode_word(const struct shim_trace_record *record, size_t index)
{
    uint64_t value = 0;

    if ((index + 1) * sizeof(value) <= record->input_held && index < SHIM_TRACE_INPUT / 8) {
        memcpy(&value, record->input + index * sizeof(value), sizeof(value));
    }
    return value;
}

const char *decode_event_name(uint64_t event)
{
    return event < COUNT(event_names) ? event_names[event] : NULL;
}

static void decode_vmbus(FILE *out, const struct shim_trace_record *record)
{
    uint64_t event = decode_word(record, 0);

    if (event >= COUNT(vmbus_events)) {
        fprintf(out, " %" PRIu64 " 0x%" PRIx64 " 0x%" PRIx64, event, decode_word(record, 1),
                decode_word(record, 2));
        return;
    }
    fprintf(out, " %s", vmbus_events[event].name);
    if (vmbus_events[event].first != NULL) {
        fprintf(out, " %s=0x%" PRIx64, vmbus_events[event].first, decode_word(record, 1));
    }
    if (vmbus_events[event].second != NULL) {
        fprintf(out, " %s=0x%" PRIx64, vmbus_events[event].second, decode_word(record, 2));
    }
}

static void decode_request(FILE *out, uint64_t request, uint64_t argument)
{
    if (request < COUNT(request_names) && request_names[request] != NULL) {
        fprintf(out, " %s %" PRId64, request_names[request], (int64_t)argument);
    } else {
        fprintf(out, " %" PRIu64 " %" PRId64, request, (int64_t)argument);
    }
}

void decode_event(FILE *out, const struct shim_trace_record *record)
{
    uint64_t first = decode_word(record, 0), second = decode_word(record, 1);

    if (record->control >= COUNT(event_names)) {
        fprintf(out, "event %" PRIu64 " 0x%" PRIx64 " 0x%" PRIx64, record->control, first, second);
        return;
    }
    fprintf(out, "event %s", event_names[record->control]);
    switch (record->control) {
    case SHIM_EVENT_VP_ON:
        fprintf(out, " entry=0x%" PRIx64 " context=0x%" PRIx64, first, second);
        break;
    case SHIM_EVENT_MESSAGE:
    case SHIM_EVENT_DELIVERED:
        fprintf(out, " sint=%" PRIu64 " type=0x%" PRIx64, first, second);
        break;
    case SHIM_EVENT_PANIC:
        fprintf(out, " ESR_EL2=0x%" PRIx64 " ELR_EL2=0x%" PRIx64, first, second);
        break;
    case SHIM_EVENT_VMBUS:
        decode_vmbus(out, record);
        break;
    case SHIM_EVENT_BEATS:
        fprintf(out, " sent=%" PRIu64 " answered=%" PRIu64 " lost=%" PRIu64, first, second,
                decode_word(record, 2));
        break;
    case SHIM_EVENT_REQUEST:
        decode_request(out, first, second);
        break;
    case SHIM_EVENT_INTERRUPT:
        fprintf(out, " intid=%" PRIu64, first);
        break;
    case SHIM_EVENT_TIMER:
        fprintf(out, " timer=%" PRIu64 " due=%" PRIu64 ".%07" PRIu64, first, second / 10000000,
                second % 10000000);
        break;
    default:
        break;
    }
}

/* ---- Traps ---- */

static const char *const trap_names[ESR_EC_COUNT] = {
    [ESR_EC_UNKNOWN] = "undefined instruction",
    [ESR_EC_WFX] = "WFx",
    [0x07] = "SIMD",
    [ESR_EC_SMC64] = "SMC",
    [0x18] = "system register",
    [0x19] = "SVE",
    [ESR_EC_INSTRUCTION_ABORT_LOWER] = "instruction abort",
    [ESR_EC_DATA_ABORT_LOWER] = "data abort",
};

static const char *const wait_names[] = { "WFI", "WFE", "WFIT", "WFET" };

static const struct {
    uint32_t id;
    const char *name;
} psci_names[] = {
    { PSCI_VERSION, "PSCI_VERSION" },
    { PSCI_CPU_SUSPEND, "PSCI_CPU_SUSPEND" },
    { PSCI_CPU_OFF, "PSCI_CPU_OFF" },
    { PSCI_CPU_ON, "PSCI_CPU_ON" },
    { PSCI_AFFINITY_INFO, "PSCI_AFFINITY_INFO" },
    { PSCI_MIGRATE_INFO_TYPE, "PSCI_MIGRATE_INFO_TYPE" },
    { PSCI_SYSTEM_OFF, "PSCI_SYSTEM_OFF" },
    { PSCI_SYSTEM_RESET, "PSCI_SYSTEM_RESET" },
    { PSCI_FEATURES, "PSCI_FEATURES" },
};

const char *decode_trap_name(uint64_t esr)
{
    return esr_ec(esr) == ESR_EC_WFX ? wait_names[esr_wfx_ti(esr)] : trap_names[esr_ec(esr)];
}

/* The function that an SMC asked for. */
static void decode_function(FILE *out, uint32_t id)
{
    for (size_t i = 0; i < COUNT(psci_names); i++) {
        if (psci_names[i].id == (id & ~(uint32_t)PSCI_SMC64)) {
            fprintf(out, " %s", psci_names[i].name);
            return;
        }
    }
    fprintf(out, " function=0x%08" PRIx32, id);
}

void decode_trap(FILE *out, const struct shim_trace_record *record)
{
    const char *name = decode_trap_name(record->control);
    uint32_t class = esr_ec(record->control);

    if (name != NULL) {
        fprintf(out, "trap %s", name);
    } else {
        fprintf(out, "trap class 0x%02" PRIx32, class);
    }
    if (class == ESR_EC_SMC64) {
        decode_function(out, (uint32_t)decode_word(record, SHIM_TRAP_X0));
    } else if (class != ESR_EC_WFX) {
        fprintf(out, " ESR_EL2=0x%" PRIx64, record->control);
    }
    fprintf(out, " pc=0x%" PRIx64, decode_word(record, SHIM_TRAP_PC));
    if (class == ESR_EC_DATA_ABORT_LOWER || class == ESR_EC_INSTRUCTION_ABORT_LOWER) {
        fprintf(out, " %s gpa=0x%" PRIx64 " va=0x%" PRIx64,
                (record->control & ESR_ABORT_WNR) != 0 ? "write" : "read",
                decode_word(record, SHIM_TRAP_GPA) |
                    (decode_word(record, SHIM_TRAP_FAR) & UINT64_C(0xfff)),
                decode_word(record, SHIM_TRAP_FAR));
    }
}
