/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Every way into the library with a call: any immediate, any registers, any VP, one row of the
 * table at a time, and the codes that have none. Handlers are stubs here: each may do all that the
 * contract in call.h allows, and asserts that it got what the contract promises. handlers.c and
 * registers.c prove the real ones on no more than that. */

#include "formal.h"

#include "dispatch/call.h"
#include "dispatch/convention.h"
#include "dispatch/calls/handlers.h"

#include <arm/smccc.h>
#include <hv/hypercall.h>

static uint64_t x[SHIM_REGISTERS];

static hv_status_t stub(struct shim_vp *vp, const uint8_t *header, uint8_t *out,
                        const uint8_t *element, uint64_t control, hv_handler_fn *self)
{
    const struct hv_call *row = call_find(hv_control_code(control));

    //@ assert row_is_the_calls: row->handler == self;
    //@ assert vp_is_the_caller: vp == &formal_vps[0];
    //@ assert header: \valid_read(header + (0 .. row->header_size - 1)) && \initialized(header + (0 .. row->header_size - 1));
    //@ assert element: \valid_read(element + (0 .. row->element_in - 1)) && \initialized(element + (0 .. row->element_in - 1));
    //@ assert one_buffer: \base_addr(header) == \base_addr(element);
    //@ assert place: \valid(out + (0 .. row->element_out - 1));
    //@ assert no_variable_header: (control & 0x7fe0000) == 0;
    if (ANY_BIT()) {
        return (hv_status_t)formal_between(1, UINT16_MAX);
    }
    if (row->element_out != 0) {
        Frama_C_make_unknown((char *)out, row->element_out);
    }
    Frama_C_make_unknown((char *)vp->output, sizeof(vp->output));
    return HV_STATUS_SUCCESS;
}

#define STUB(name)                                                                                 \
    HV_HANDLER(name)                                                                               \
    {                                                                                              \
        return stub(vp, header, out, element, control, name);                                      \
    }

STUB(hv_get_vp_registers)
STUB(hv_set_vp_registers)
STUB(hv_post_message)
STUB(hv_signal_event)
STUB(hv_post_message_direct)
STUB(hv_signal_event_direct)
STUB(hv_send_synthetic_cluster_ipi)
STUB(hv_send_synthetic_cluster_ipi_ex)
STUB(hv_assert_virtual_interrupt)
STUB(hv_get_vp_index_from_apic_id)
STUB(hv_start_virtual_processor)
STUB(hv_flush_virtual_address_space)
STUB(hv_flush_virtual_address_space_ex)
STUB(hv_flush_virtual_address_list)
STUB(hv_flush_virtual_address_list_ex)
STUB(hv_flush_guest_physical_address_space)
STUB(hv_flush_guest_physical_address_list)
STUB(hv_translate_virtual_address)
STUB(hv_output_debug_character)
STUB(hv_get_partition_id)
STUB(hv_notify_long_spin_wait)
STUB(hv_ext_query_capabilities)
STUB(hv_ext_get_boot_zeroed_memory)
STUB(hv_ext_memory_heat_hint)

/* A control word of these: first, first + step, first + 2 * step... */
static uint64_t any_control(uint64_t first, uint64_t step)
{
    return first + step * formal_between(0, (UINT64_MAX - first) / step);
}

static void any_call(uint64_t first, uint64_t step)
{
    Frama_C_make_unknown((char *)x, sizeof(x));
    if (ANY_BIT()) {
        x[hv_native.control] = any_control(first, step);
        (void)shim_hvc(FORMAL_CALLER, HV_HVC_HYPERCALL, x);
    } else {
        x[hv_smccc.control] = any_control(first, step);
        formal_any_spill_page();
        (void)shim_hvc(FORMAL_CALLER, HV_HVC_SMCCC, x);
    }
    //@ slevel merge;
}

/* All control words, by their low byte, which finds a row. One that is served may be the call's:
 * then the code is that byte. Or it is not: then one of the code's upper bits is the lowest that is
 * set. */
static void any_calls(void)
{
    //@ loop unroll 256;
    for (uint32_t low = 0; low < HV_CALL_DIRECT_CODES; low++) {
        if (hv_calls[low].handler == NULL) {
            any_call(low, HV_CALL_DIRECT_CODES);
            continue;
        }
        //@ assert no_variable_header: (hv_calls[low].form[2] & 0x7fe0000) == 0;
        any_call(low, HV_CONTROL_CODE + 1);
        //@ loop unroll 8;
        for (uint64_t bit = HV_CALL_DIRECT_CODES; bit <= HV_CONTROL_CODE; bit *= 2) {
            any_call(low + bit, 2 * bit);
        }
    }
}

/* Other immediates, and SMC. */
static void any_other(void)
{
    formal_any_spill_page();
    Frama_C_make_unknown((char *)x, sizeof(x));
    if (ANY_BIT()) {
        (void)shim_smc(FORMAL_CALLER, x);
    } else {
        (void)shim_hvc(FORMAL_CALLER, (uint16_t)formal_between(HV_HVC_VTL_CALL, UINT16_MAX), x);
    }
}

int main(void)
{
    formal_any_partition();
    any_calls();
    any_other();
    formal_check();
    return 0;
}
