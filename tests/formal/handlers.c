/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Every handler of the table, called as engine.c and the contract of formal_handler() say that the
 * engine calls it, and with nothing more: any header, variable header and element, in a buffer that
 * ends where they may end; a place for one element's output, not a byte more. */

#include "formal.h"

#include "dispatch/call.h"

#include <hv/calls.h>
#include <hv/processor.h>

#define BLOCK 4096u
#define TOO_MANY 100u

/* A control word that admission lets pass, of blocks that fit into one page. */
static uint64_t admitted(const struct hv_call *row, uint64_t words, uint64_t start)
{
    uint64_t control = row->code | (ANY_BIT() ? HV_CONTROL_FAST : 0);

    control |= words << HV_CONTROL_VARIABLE_HEADER_SHIFT;
    if (row->class == HV_CALL_REP) {
        control |= formal_between(start + 1, HV_REP_MAX) << HV_CONTROL_REP_COUNT_SHIFT;
    }
    return control | start << HV_CONTROL_REP_START_SHIFT;
}

/* Words of a variable header: one number at a time of those that a set can have, the rest at once.
 */
static uint64_t any_banks(void)
{
    return ANY_BIT() ? formal_between(0, HV_VP_SET_BANKS) : TOO_MANY;
}

/* What lies behind the headers of a simple call is left without a value: a handler that reads it is
 * found out. The element of a rep call is anywhere behind the headers. */
static void call(const struct hv_call *row)
{
    uint8_t block[BLOCK];
    uint8_t output[BLOCK];
    uint8_t *out = output + (BLOCK - row->element_out);
    bool reps = row->class == HV_CALL_REP;
    uint64_t words = row->variable_header ? any_banks() : 0;
    //@ split words;
    uint32_t headers = row->header_size + 8 * (uint32_t)words;
    uint32_t size = row->element_in;
    uint64_t start = 0;
    const uint8_t *element = block + headers;

    //@ assert sizes_fit: row->header_size + row->element_in <= 4096 && row->element_out <= 4096;
    if (reps && headers + size > BLOCK) {
        return;
    }
    Frama_C_make_unknown((char *)block, reps ? BLOCK : headers);
    if (reps) {
        start = formal_between(0, (BLOCK - headers) / size - 1);
        element = block + headers + size * formal_between(0, (BLOCK - headers) / size - 1);
    }
    if (row->handler(out, admitted(row, words, start), FORMAL_CALLER, block, element) ==
        HV_STATUS_SUCCESS) {
        //@ assert output_is_written: \initialized(out + (0 .. row->element_out - 1));
    }
    //@ merge words;
    //@ slevel merge;
}

/* Registers have a proof of their own, registers.c. */
static bool is_one(const struct hv_call *row)
{
    return row->handler != NULL && row->code != HV_CALL_GET_VP_REGISTERS &&
           row->code != HV_CALL_SET_VP_REGISTERS;
}

int main(void)
{
    formal_any_partition();
    //@ loop unroll 400;
    for (uint32_t slot = 0; slot < HV_CALL_SLOTS; slot++) {
        if (is_one(&hv_calls[slot])) {
            formal_any_partition();
            call(&hv_calls[slot]);
            formal_check();
        }
    }
    return 0;
}
