/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* HvCallGetVpRegisters and HvCallSetVpRegisters, one element: any name, any value, of any VP, in any
 * state. The buffers are as large as the call says, not a byte more. */

#include "formal.h"

#include "dispatch/calls/handlers.h"

#include <hv/vp_registers.h>

static void get(void)
{
    struct hv_vp_registers_header header;
    struct hv_register_value value;
    uint32_t name = (uint32_t)ANY_WORD();

    Frama_C_make_unknown((char *)&header, sizeof(header));
    //@ split name == 0;
    if (hv_get_vp_registers(&value, ANY_WORD(), FORMAL_CALLER, &header, &name) ==
        HV_STATUS_SUCCESS) {
        //@ assert value_is_written: \initialized(&value.low) && \initialized(&value.high);
    }
}

static void set(void)
{
    struct hv_vp_registers_header header;
    struct hv_vp_register_assoc assoc;

    Frama_C_make_unknown((char *)&header, sizeof(header));
    Frama_C_make_unknown((char *)&assoc, sizeof(assoc));
    //@ split assoc.name == 0;
    (void)hv_set_vp_registers(NULL, ANY_WORD(), FORMAL_CALLER, &header, &assoc);
}

int main(void)
{
    formal_any_partition();
    if (ANY_BIT()) {
        get();
    } else {
        set();
    }
    formal_check();
    return 0;
}
