/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Which measurement stands for which call, and reading it out of the budget: lines of
 * "name: native SMCCC compact". */

#include "tools/costs.h"

#include <stdlib.h>
#include <string.h>

#include <hv/calls.h>

extern const char costs_budget[]; /* costs_budget.S */

#define ANY SURVEY_NO_SUBJECT

/* The first row that fits counts. */
static const struct {
    uint32_t code;
    uint32_t subject; /* ANY: of all */
    uint16_t reps;    /* 0: a simple call */
    bool fast;
    const char *name;
} rows[] = {
    { HV_CALL_GET_VP_REGISTERS, HV_REGISTER_TIME_REF_COUNT, 1, true,
      "GetVpRegisters, TimeRefCount" },
    { HV_CALL_GET_VP_REGISTERS, ANY, 1, true, "GetVpRegisters, VpIndex" },
    { HV_CALL_GET_VP_REGISTERS, ANY, 2, true, "GetVpRegisters, 2 registers, fast" },
    { HV_CALL_GET_VP_REGISTERS, ANY, 4, true, "GetVpRegisters, 4 registers, fast" },
    { HV_CALL_GET_VP_REGISTERS, ANY, 1, false, "GetVpRegisters, 1 register, by memory" },
    { HV_CALL_SET_VP_REGISTERS, ANY, 1, true, "SetVpRegisters, SIRBP" },
    { HV_CALL_SIGNAL_EVENT, ANY, 0, true, "SignalEvent, flag set, interrupt raised" },
    { HV_CALL_POST_MESSAGE, ANY, 0, false, "PostMessage of 240 bytes, taken" },
    { HV_CALL_NOTIFY_LONG_SPIN_WAIT, ANY, 0, true, "NotifyLongSpinWait" },
    { HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI, ANY, 0, true, "SendSyntheticClusterIpi, one processor" },
};

uint32_t costs_rows(void)
{
    return sizeof(rows) / sizeof(rows[0]);
}

const char *costs_row_name(uint32_t i)
{
    return rows[i].name;
}

bool costs_named(const char *name, struct costs *costs)
{
    size_t size = strlen(name);

    for (const char *line = costs_budget; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, size) != 0 || line[size] != ':') {
            continue;
        }
        char *at = (char *)(uintptr_t)line + size + 1;
        *costs = (struct costs) { .name = name };
        for (uint32_t i = 0; i < COSTS_CONVENTIONS && *at == ' '; i++) {
            costs->instructions[i] = (uint32_t)strtoul(at, &at, 10);
        }
        return true;
    }
    return false;
}

bool costs_of(const struct survey_step *step, struct costs *costs)
{
    if (step->kind != SHIM_TRACE_CALL || step->status != HV_STATUS_SUCCESS) {
        return false;
    }
    for (uint32_t i = 0; i < costs_rows(); i++) {
        if (rows[i].code == step->code && rows[i].reps == step->reps &&
            rows[i].fast == step->fast &&
            (rows[i].subject == ANY || rows[i].subject == step->subject)) {
            return costs_named(rows[i].name, costs);
        }
    }
    return false;
}
