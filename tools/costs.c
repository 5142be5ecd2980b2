/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Which measurement stands for which call, and reading it out of the baseline: a line for each case
 * and form, {"case": "...", "convention": "...", "instructions": N, ...}. */

#include "tools/costs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hv/calls.h>

extern const char costs_baseline[]; /* costs_baseline.S */

#define ANY SURVEY_NO_SUBJECT

const char *const costs_form_names[COSTS_FORMS] = {
    [COSTS_NATIVE_FAST] = "native fast", [COSTS_NATIVE_SLOW] = "native slow",
    [COSTS_SMCCC_FAST] = "SMCCC fast",   [COSTS_SMCCC_SLOW] = "SMCCC slow",
    [COSTS_COMPACT] = "compact",         [COSTS_COMPACT_SPILL] = "compact spill",
};

/* The first row that fits counts. */
static const struct {
    uint32_t code;
    uint32_t subject; /* ANY: of all */
    uint16_t reps;    /* 0: a simple call */
    const char *name;
} rows[] = {
    { HV_CALL_GET_VP_REGISTERS, HV_REGISTER_TIME_REF_COUNT, 1, "GetVpRegisters, TimeRefCount" },
    { HV_CALL_GET_VP_REGISTERS, ANY, 1, "GetVpRegisters, VpIndex" },
    { HV_CALL_GET_VP_REGISTERS, ANY, 2, "GetVpRegisters, 2 registers" },
    { HV_CALL_GET_VP_REGISTERS, ANY, 4, "GetVpRegisters, 4 registers" },
    { HV_CALL_SET_VP_REGISTERS, ANY, 1, "SetVpRegisters, SIRBP" },
    { HV_CALL_SIGNAL_EVENT, ANY, 0, "SignalEvent, fresh" },
    { HV_CALL_POST_MESSAGE, ANY, 0, "PostMessage, 240 bytes" },
    { HV_CALL_NOTIFY_LONG_SPIN_WAIT, ANY, 0, "NotifyLongSpinWait" },
    { HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI, ANY, 0, "SendSyntheticClusterIpi, 1 processor" },
};

uint32_t costs_rows(void)
{
    return sizeof(rows) / sizeof(rows[0]);
}

const char *costs_row_name(uint32_t i)
{
    return rows[i].name;
}

static uint32_t instructions(const char *name, const char *form)
{
    char line[128];
    const char *at;

    snprintf(line, sizeof(line),
             "{\"case\": \"%s\", \"convention\": \"%s\", \"instructions\": ", name, form);
    at = strstr(costs_baseline, line);
    return at != NULL ? (uint32_t)strtoul(at + strlen(line), NULL, 10) : 0;
}

bool costs_named(const char *name, struct costs *costs)
{
    bool any = false;

    *costs = (struct costs) { .name = name };
    for (uint32_t form = 0; form < COSTS_FORMS; form++) {
        costs->instructions[form] = instructions(name, costs_form_names[form]);
        any = any || costs->instructions[form] != 0;
    }
    return any;
}

static bool form_of(const struct survey_step *step, enum costs_form *form)
{
    switch (step->convention) {
    case SHIM_CONVENTION_NATIVE:
        *form = step->fast ? COSTS_NATIVE_FAST : COSTS_NATIVE_SLOW;
        return true;
    case SHIM_CONVENTION_SMCCC:
        *form = step->fast ? COSTS_SMCCC_FAST : COSTS_SMCCC_SLOW;
        return true;
    default:
        return false; /* of a compact call a trace does not tell whether it spilled */
    }
}

bool costs_of(const struct survey_step *step, enum costs_form *form, struct costs *costs)
{
    if (step->kind != SHIM_TRACE_CALL || step->status != HV_STATUS_SUCCESS ||
        !form_of(step, form)) {
        return false;
    }
    for (uint32_t i = 0; i < costs_rows(); i++) {
        if (rows[i].code == step->code && rows[i].reps == step->reps &&
            (rows[i].subject == ANY || rows[i].subject == step->subject)) {
            return costs_named(rows[i].name, costs);
        }
    }
    return false;
}
