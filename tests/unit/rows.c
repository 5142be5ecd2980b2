/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The tests' hypercall table and its handlers. See rows.h. */

#include "rows.h"

#include <string.h>

#include <hv/calls.h>
#include <hv/vp_registers.h>

#include "dispatch/call.h"
#include "dispatch/calls/handlers.h"

struct rows_calls rows_calls;

static uint64_t sum_of(const struct hv_args *args)
{
    const uint64_t *header = args->header;
    uint64_t sum = *header;

    for (uint32_t i = 0; i < args->variable_count; i++) {
        sum += args->variable[i];
    }
    return sum;
}

static hv_status_t sum(struct shim_vp *vp, const struct hv_args *args)
{
    uint64_t *out = args->out;

    (void)vp;
    rows_calls.calls++;
    uint64_t total = sum_of(args);
    out[0] = total;
    out[1] = args->variable_count;
    return HV_STATUS_SUCCESS;
}

static hv_status_t sum_rep(struct shim_vp *vp, const struct hv_args *args)
{
    const uint64_t *in = args->rep_in;
    uint64_t *out = args->out;

    (void)vp;
    rows_calls.calls++;
    if (*in == ROW_BAD_ELEMENT) {
        return HV_STATUS_INVALID_PARAMETER;
    }
    *out = *in + sum_of(args);
    return HV_STATUS_SUCCESS;
}

static hv_status_t narrow(struct shim_vp *vp, const struct hv_args *args)
{
    const uint64_t *in = args->rep_in;
    uint32_t *out = args->out;

    (void)vp;
    rows_calls.calls++;
    *out = (uint32_t)*in * 2;
    return HV_STATUS_SUCCESS;
}

static hv_status_t withdraw(struct shim_vp *vp, const struct hv_args *args)
{
    const uint64_t *header = args->header;
    uint64_t *out = args->out;

    (void)vp;
    rows_calls.calls++;
    *out = header[1];
    return HV_STATUS_SUCCESS;
}

static hv_status_t copy_page(struct shim_vp *vp, const struct hv_args *args)
{
    (void)vp;
    rows_calls.calls++;
    memcpy(args->out, args->header, HV_PAGE_SIZE);
    return HV_STATUS_SUCCESS;
}

static hv_status_t copy_half(struct shim_vp *vp, const struct hv_args *args)
{
    (void)vp;
    rows_calls.calls++;
    memcpy(args->out, args->header, HV_PAGE_SIZE / 2);
    return HV_STATUS_SUCCESS;
}

static hv_status_t store(struct shim_vp *vp, const struct hv_args *args)
{
    (void)vp;
    rows_calls.calls++;
    memcpy(&rows_calls.last, args->rep_in, sizeof rows_calls.last);
    return HV_STATUS_SUCCESS;
}

static hv_status_t refuse(struct shim_vp *vp, const struct hv_args *args)
{
    const uint64_t *status = args->header;
    uint64_t *out = args->out;

    (void)vp;
    rows_calls.calls++;
    if (*status == HV_STATUS_SUCCESS) {
        *out = UINT64_C(0x5a5a5a5a5a5a5a5a);
    }
    return (hv_status_t)*status;
}

static hv_status_t low_byte(struct shim_vp *vp, const struct hv_args *args)
{
    const uint64_t *in = args->rep_in;
    uint8_t *out = args->out;

    (void)vp;
    rows_calls.calls++;
    *out = (uint8_t)*in;
    return HV_STATUS_SUCCESS;
}

const struct hv_call hv_calls[HV_CALL_SLOTS] = {
    [ROW_SUM] = { .code = ROW_SUM,
                  .name = "Sum",
                  .class = HV_CALL_SIMPLE,
                  HV_CALL_BLOCK(8, 0, 16),
                  .variable_header = true,
                  .handler = sum },
    [ROW_SUM_REP] = { .code = ROW_SUM_REP,
                      .name = "SumRep",
                      .class = HV_CALL_REP,
                      HV_CALL_BLOCK(8, 8, 8),
                      .variable_header = true,
                      .handler = sum_rep },
    [ROW_NARROW] = { .code = ROW_NARROW,
                     .name = "Narrow",
                     .class = HV_CALL_REP,
                     HV_CALL_BLOCK(16, 8, 4),
                     .handler = narrow },
    [ROW_WITHDRAW] = { .code = ROW_WITHDRAW,
                       .name = "Withdraw",
                       .class = HV_CALL_REP,
                       HV_CALL_BLOCK(16, 0, 8),
                       .handler = withdraw },
    [ROW_LARGE] = { .code = ROW_LARGE,
                    .name = "Large",
                    .class = HV_CALL_SIMPLE,
                    HV_CALL_BLOCK(4096, 0, 4096),
                    .handler = copy_page },
    [ROW_HALF] = { .code = ROW_HALF,
                   .name = "Half",
                   .class = HV_CALL_SIMPLE,
                   HV_CALL_BLOCK(2048, 0, 2048),
                   .handler = copy_half },
    [ROW_STORE] = { .code = ROW_STORE,
                    .name = "Store",
                    .class = HV_CALL_REP,
                    HV_CALL_BLOCK(8, 128, 0),
                    .handler = store },
    [ROW_STATUS] = { .code = ROW_STATUS,
                     .name = "Status",
                     .class = HV_CALL_SIMPLE,
                     HV_CALL_BLOCK(8, 0, 8),
                     .handler = refuse },
    [ROW_BYTES] = { .code = ROW_BYTES,
                    .name = "Bytes",
                    .class = HV_CALL_REP,
                    HV_CALL_BLOCK(8, 8, 1),
                    .handler = low_byte },
    [HV_CALL_SET_VP_REGISTERS] = /* the bench sets GuestOsId with it */
    { .code = HV_CALL_SET_VP_REGISTERS,
      .name = "HvCallSetVpRegisters",
      .class = HV_CALL_REP,
      .header_size = sizeof(struct hv_vp_registers_header),
      .element_in = sizeof(struct hv_vp_register_assoc),
      .early = true,
      .handler = hv_set_vp_registers },
};
