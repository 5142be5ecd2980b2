/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Ready-made calls of the kinds that the engine tells apart. */

#ifndef TESTS_UNIT_REQUESTS_H
#define TESTS_UNIT_REQUESTS_H

#include "harness.h"

#define REGISTERS_MAX 8u

/* HvCallGetVpRegisters: a header and names. */
struct get_registers {
    struct hv_vp_registers_header header;
    uint32_t names[REGISTERS_MAX];
};

/* HvCallSetVpRegisters: a header and elements. */
struct set_registers {
    struct hv_vp_registers_header header;
    struct hv_vp_register_assoc elements[REGISTERS_MAX];
};

static const struct hv_vp_registers_header header_self = {
    .partition_id = HV_PARTITION_ID_SELF,
    .vp_index = HV_VP_INDEX_SELF,
};

/* The request that makes this input. The input must outlive it. */
static inline struct request request_get(const struct get_registers *input, uint32_t count)
{
    return (struct request) {
        .code = HV_CALL_GET_VP_REGISTERS,
        .rep = true,
        .count = count,
        .input = input,
        .input_size = sizeof input->header + count * sizeof input->names[0],
        .output_size = count * sizeof(struct hv_register_value),
    };
}

static inline struct request request_set(const struct set_registers *input, uint32_t count)
{
    return (struct request) {
        .code = HV_CALL_SET_VP_REGISTERS,
        .rep = true,
        .count = count,
        .input = input,
        .input_size = sizeof input->header + count * sizeof input->elements[0],
        .changes_state = true,
    };
}

static inline struct request request_signal(const struct hv_signal_event *input)
{
    return (struct request) {
        .code = HV_CALL_SIGNAL_EVENT,
        .input = input,
        .input_size = sizeof *input,
    };
}

static inline struct request request_post(const struct hv_post_message *input)
{
    return (struct request) {
        .code = HV_CALL_POST_MESSAGE,
        .input = input,
        .input_size = sizeof *input,
    };
}

static inline struct request request_partition_id(void)
{
    return (struct request) { .code = HV_CALL_GET_PARTITION_ID, .output_size = 8 };
}

#endif
