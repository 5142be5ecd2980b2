/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Filters: see filter.h. Values are compared as they are printed, so that what is seen can be asked
 * for; a name that no record could have is an error when it is given, not a trace without lines. */

#include "tools/filter.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <shim/describe.h>
#include <shim/shim.h>

#include <hv/hypercall.h>
#include <hv/calls.h>
#include <hv/vp_registers.h>

#include "tools/decode.h"

const char filter_help[] =
    "  call=NAME,...        hypercalls, with or without HvCall: GetVpRegisters, 0x5c\n"
    "  status=NAME,...      what was answered: SUCCESS, ACCESS_DENIED, 0x5\n"
    "  register=NAME,...    what HvCallGet/SetVpRegisters is about: GuestOsId, Sint2\n"
    "  vp=N,...             processors; the one behind the guest's own is the hypervisor's\n"
    "  convention=NAME,...  native, smccc, compact\n"
    "  kind=NAME,...        call, smccc, crash, text, event, debug, hvc, trap\n";

static const char *const key_names[FILTER_KEYS] = {
    [FILTER_CALL] = "call", [FILTER_STATUS] = "status",         [FILTER_VP] = "vp",
    [FILTER_KIND] = "kind", [FILTER_CONVENTION] = "convention", [FILTER_REGISTER] = "register",
};

#define KINDS (SHIM_TRACE_TRAP + 1) /* that records of machines have */

/* ---- Values ---- */

/* A word of a list. */
struct value {
    const char *text;
    size_t size;
};

/* The next value of a list, which moves on; false at its end. */
static bool next_value(const char **list, struct value *value)
{
    if (*list == NULL) {
        return false;
    }
    value->text = *list;
    value->size = strcspn(*list, ",");
    *list = (*list)[value->size] == ',' ? *list + value->size + 1 : NULL;
    return true;
}

static bool is_name(const struct value *value, const char *name)
{
    return name != NULL && strlen(name) == value->size &&
           strncasecmp(value->text, name, value->size) == 0;
}

/* The same for a name whose prefix may be left out. */
static bool is_short_name(const struct value *value, const char *name, const char *prefix)
{
    size_t size = strlen(prefix);

    return is_name(value, name) ||
           (name != NULL && strncmp(name, prefix, size) == 0 && is_name(value, name + size));
}

static bool is_number(const struct value *value, uint64_t number)
{
    char *end;
    uint64_t given = strtoull(value->text, &end, 0);

    return value->size != 0 && value->text[0] >= '0' && value->text[0] <= '9' &&
           end == value->text + value->size && given == number;
}

static bool is_call(const struct value *value, uint32_t code)
{
    const char *name = shim_call_name((uint16_t)code);

    return is_number(value, code) || is_short_name(value, name, "HvCall") ||
           is_short_name(value, name, "HvExtCall");
}

static bool is_status(const struct value *value, uint32_t status)
{
    return is_number(value, status) ||
           is_short_name(value, shim_status_name((hv_status_t)status), "HV_STATUS_");
}

static bool is_register(const struct value *value, uint32_t name)
{
    return is_number(value, name) || is_short_name(value, shim_register_name(name), "HvRegister");
}

static bool is_kind(const struct value *value, uint32_t kind)
{
    return kind != SHIM_TRACE_NONE && is_name(value, decode_kind_name((uint8_t)kind));
}

static bool is_convention(const struct value *value, uint32_t convention)
{
    return convention != SHIM_CONVENTION_NONE &&
           is_name(value, decode_convention_name((uint8_t)convention));
}

static bool is_vp(const struct value *value, uint32_t vp)
{
    return is_number(value, vp);
}

static bool (*const comparisons[FILTER_KEYS])(const struct value *, uint32_t) = {
    [FILTER_CALL] = is_call, [FILTER_STATUS] = is_status,         [FILTER_VP] = is_vp,
    [FILTER_KIND] = is_kind, [FILTER_CONVENTION] = is_convention, [FILTER_REGISTER] = is_register,
};

/* ---- Adding ---- */

/* Numbers that a name can stand for, to say that it stands for none. */
static const uint32_t limits[FILTER_KEYS] = {
    [FILTER_CALL] = 0x10000, [FILTER_STATUS] = 0x10000, [FILTER_VP] = 4097,
    [FILTER_KIND] = KINDS,   [FILTER_CONVENTION] = 3,   [FILTER_REGISTER] = 0x100000,
};

static bool means_something(enum filter_key key, const struct value *value)
{
    for (uint32_t number = 0; number < limits[key]; number++) {
        if (comparisons[key](value, number)) {
            return true;
        }
    }
    return false;
}

static bool find_key(const char *text, struct filter_term *term)
{
    for (unsigned key = 0; key < FILTER_KEYS; key++) {
        size_t size = strlen(key_names[key]);
        if (strncmp(text, key_names[key], size) == 0) {
            term->negated = text[size] == '!';
            size += term->negated;
            term->key = (enum filter_key)key;
            term->values = text + size + 1;
            if (text[size] == '=') {
                return true;
            }
        }
    }
    return false;
}

bool filter_add(struct filter *filter, const char *text, char *why, size_t room)
{
    struct filter_term term;
    struct value value;

    if (!find_key(text, &term)) {
        snprintf(why, room,
                 "'%s' is none of call=, status=, register=, vp=, convention=, kind= (or != )",
                 text);
        return false;
    }
    for (const char *list = term.values; next_value(&list, &value);) {
        if (!means_something(term.key, &value)) {
            snprintf(why, room, "'%.*s' is no %s", (int)value.size, value.text,
                     key_names[term.key]);
            return false;
        }
    }
    if (filter->count == FILTER_MAX) {
        snprintf(why, room, "more than %u filters", FILTER_MAX);
        return false;
    }
    filter->kinds |= term.key == FILTER_KIND;
    filter->terms[filter->count++] = term;
    return true;
}

/* ---- Asking ---- */

static bool is_one_of(const struct filter_term *term, uint32_t number)
{
    struct value value;

    for (const char *list = term->values; next_value(&list, &value);) {
        if (comparisons[term->key](&value, number)) {
            return true;
        }
    }
    return false;
}

/* One of the registers that a call names, as far as the record holds them. */
static bool has_register(const struct filter_term *term, const struct shim_trace_record *record)
{
    bool set = hv_control_code(record->control) == HV_CALL_SET_VP_REGISTERS;
    size_t stride = set ? sizeof(struct hv_vp_register_assoc) : sizeof(uint32_t);
    size_t at = sizeof(struct hv_vp_registers_header);
    uint32_t name;

    for (; at + sizeof(name) <= record->input_held; at += stride) {
        memcpy(&name, record->input + at, sizeof(name));
        if (is_one_of(term, name)) {
            return true;
        }
    }
    return false;
}

static bool is_about_registers(const struct shim_trace_record *record)
{
    uint16_t code = hv_control_code(record->control);

    return code == HV_CALL_GET_VP_REGISTERS || code == HV_CALL_SET_VP_REGISTERS;
}

/* What a term asks about is not there in records of other kinds: they do not pass, negated or not.
 */
static bool passes(const struct filter_term *term, const struct shim_trace_record *record)
{
    bool call = record->kind == SHIM_TRACE_CALL;

    switch (term->key) {
    case FILTER_VP:
        return is_one_of(term, record->vp_index) != term->negated;
    case FILTER_KIND:
        return is_one_of(term, record->kind) != term->negated;
    case FILTER_CALL:
        return call && is_one_of(term, hv_control_code(record->control)) != term->negated;
    case FILTER_CONVENTION:
        return call && is_one_of(term, record->convention) != term->negated;
    case FILTER_STATUS:
        return call && record->verdict == SHIM_DONE &&
               is_one_of(term, (uint32_t)(record->result & HV_RESULT_STATUS)) != term->negated;
    default:
        return call && is_about_registers(record) && has_register(term, record) != term->negated;
    }
}

bool filter_passes(const struct filter *filter, const struct shim_trace_record *record)
{
    if (!filter->kinds && record->kind == SHIM_TRACE_TRAP) {
        return false;
    }
    for (size_t i = 0; i < filter->count; i++) {
        if (!passes(&filter->terms[i], record)) {
            return false;
        }
    }
    return true;
}
