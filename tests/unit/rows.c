/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The tests' hypercall table and its handlers. See rows.h. */

#include "rows.h"

#include <string.h>

#include <hv/calls.h>
#include <hv/vp_registers.h>

#include "dispatch/call.h"
#include "dispatch/calls/handlers.h"

struct rows_calls rows_calls;

static uint64_t sum_of(const uint64_t *header, uint64_t control)
{
    uint64_t sum = *header;

    for (uint32_t i = 0; i < hv_control_variable_header(control); i++) {
        sum += header[1 + i];
    }
    return sum;
}

static HV_HANDLER(sum)
{
    uint64_t *result = out;

    rows_calls.calls++;
    uint64_t total = sum_of(header, control);
    result[0] = total;
    result[1] = hv_control_variable_header(control);
    return HV_STATUS_SUCCESS;
}

static HV_HANDLER(sum_rep)
{
    const uint64_t *in = element;
    uint64_t *result = out;

    rows_calls.calls++;
    if (*in == ROW_BAD_ELEMENT) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    *result = *in + sum_of(header, control);
    return HV_STATUS_SUCCESS;
}

static HV_HANDLER(narrow)
{
    const uint64_t *in = element;
    uint32_t *result = out;

    rows_calls.calls++;
    *result = (uint32_t)*in * 2;
    return HV_STATUS_SUCCESS;
}

static HV_HANDLER(withdraw)
{
    const uint64_t *words = header;
    uint64_t *result = out;

    rows_calls.calls++;
    *result = words[1];
    return HV_STATUS_SUCCESS;
}

static HV_HANDLER(copy_page)
{
    rows_calls.calls++;
    memcpy(out, header, HV_PAGE_SIZE);
    return HV_STATUS_SUCCESS;
}

static HV_HANDLER(copy_half)
{
    rows_calls.calls++;
    memcpy(out, header, HV_PAGE_SIZE / 2);
    return HV_STATUS_SUCCESS;
}

static HV_HANDLER(store)
{
    rows_calls.calls++;
    memcpy(&rows_calls.last, element, sizeof rows_calls.last);
    return HV_STATUS_SUCCESS;
}

static HV_HANDLER(refuse)
{
    const uint64_t *status = header;
    uint64_t *result = out;

    rows_calls.calls++;
    if (*status == HV_STATUS_SUCCESS) {
        *result = UINT64_C(0x5a5a5a5a5a5a5a5a);
    }
    return (hv_status_t)*status;
}

static HV_HANDLER(low_byte)
{
    const uint64_t *in = element;
    uint8_t *result = out;

    rows_calls.calls++;
    *result = (uint8_t)*in;
    return HV_STATUS_SUCCESS;
}

static HV_HANDLER(nothing)
{
    uint64_t *result = out;

    rows_calls.calls++;
    *result = UINT64_C(0x6e6f7468696e67);
    return HV_STATUS_SUCCESS;
}

const struct hv_call hv_calls[HV_CALL_SLOTS] = {
    [0] = { HV_CALL_NONE },
    [ROW_SUM] = { .name = "Sum",
                  HV_CALL_SERVED(ROW_SUM, HV_CALL_SIMPLE, 8, 0, 16, sum),
                  .variable_header = true,
                  HV_CALL_NEEDS(0) },
    [ROW_SUM_REP] = { .name = "SumRep",
                      HV_CALL_SERVED(ROW_SUM_REP, HV_CALL_REP, 8, 8, 8, sum_rep),
                      .variable_header = true,
                      HV_CALL_NEEDS(0) },
    [ROW_NARROW] = { .name = "Narrow",
                     HV_CALL_SERVED(ROW_NARROW, HV_CALL_REP, 16, 8, 4, narrow),
                     HV_CALL_NEEDS(0) },
    [ROW_WITHDRAW] = { .name = "Withdraw",
                       HV_CALL_SERVED(ROW_WITHDRAW, HV_CALL_REP, 16, 0, 8, withdraw),
                       HV_CALL_NEEDS(0) },
    [ROW_LARGE] = { .name = "Large",
                    HV_CALL_SERVED(ROW_LARGE, HV_CALL_SIMPLE, 4096, 0, 4096, copy_page),
                    HV_CALL_NEEDS(0) },
    [ROW_HALF] = { .name = "Half",
                   HV_CALL_SERVED(ROW_HALF, HV_CALL_SIMPLE, 2048, 0, 2048, copy_half),
                   HV_CALL_NEEDS(0) },
    [ROW_STORE] = { .name = "Store",
                    HV_CALL_SERVED(ROW_STORE, HV_CALL_REP, 8, 128, 0, store),
                    HV_CALL_NEEDS(0) },
    [ROW_STATUS] = { .name = "Status",
                     HV_CALL_SERVED(ROW_STATUS, HV_CALL_SIMPLE, 8, 0, 8, refuse),
                     HV_CALL_NEEDS(0) },
    [ROW_BYTES] = { .name = "Bytes",
                    HV_CALL_SERVED(ROW_BYTES, HV_CALL_REP, 8, 8, 1, low_byte),
                    HV_CALL_NEEDS(0) },
    [ROW_NOTHING] = { .name = "Nothing",
                      HV_CALL_SERVED(ROW_NOTHING, HV_CALL_REP, 0, 0, 8, nothing),
                      HV_CALL_NEEDS(0) },
    [HV_CALL_SET_VP_REGISTERS] = /* the bench sets GuestOsId with it */
    { .name = "HvCallSetVpRegisters",
      HV_CALL_SERVED(HV_CALL_SET_VP_REGISTERS, HV_CALL_REP, sizeof(struct hv_vp_registers_header),
                     sizeof(struct hv_vp_register_assoc), 0, hv_set_vp_registers),
      HV_CALL_NEEDS_EARLY(0) },
};
