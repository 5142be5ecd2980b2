/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A host that may do anything that include/shim/host.h allows, whenever it is asked: guest memory
 * holds other bytes at each look, or is gone. What the library promises of its arguments is asserted
 * here, and so proved of every call. */

#include "formal.h"

uint8_t formal_guest_page[4096];
volatile uint64_t formal_entropy;

uint64_t formal_between(uint64_t min, uint64_t max)
{
    uint64_t value = formal_entropy;

    return value < min ? min : value > max ? max : value;
}

static bool read(void *host, uint64_t gpa, void *to, size_t size)
{
    (void)host;
    (void)gpa;
    /* It is: that size is 1 to 4096, and that the read stays in its page, is what `copies` proves of
     * copy_message(), the only reader here. */
    if (size > 4096) {
        size = 4096;
    }
    //@ assert read_has_place: \valid((char *)to + (0 .. size - 1));
    if (ANY_BIT()) {
        return false;
    }
    Frama_C_make_unknown(to, size);
    return true;
}

static bool write(void *host, uint64_t gpa, const void *from, size_t size)
{
    (void)host;
    //@ assert write_to_one_page: 1 <= size <= 4096 - gpa % 4096;
    //@ assert write_of_ours: \valid_read((const char *)from + (0 .. size - 1));
    //@ assert write_of_something: \initialized((const char *)from + (0 .. size - 1));
    return ANY_BIT();
}

static void *pin(void *host, uint64_t gpa)
{
    (void)host;
    //@ assert pins_a_page: gpa % 4096 == 0;
    return ANY_BIT() ? formal_guest_page : NULL;
}

static void unpin(void *host, void *page)
{
    (void)host;
    //@ assert unpins_what_was_pinned: page == (void *)formal_guest_page;
}

static uint64_t reference_time(void *host)
{
    (void)host;
    return ANY_WORD();
}

static uint32_t rep_budget(void *host, void *host_vp, uint32_t done)
{
    (void)host;
    (void)host_vp;
    (void)done;
    return (uint32_t)ANY_WORD();
}

static uint64_t vp_runtime(void *host, void *host_vp)
{
    (void)host;
    (void)host_vp;
    return ANY_WORD();
}

static void vp_yield(void *host, void *host_vp)
{
    (void)host;
    (void)host_vp;
}

static void interrupt_assert(void *host, void *host_vp, uint32_t intid)
{
    (void)host;
    (void)host_vp;
    (void)intid;
}

static void poll_wanted(void *host, void *host_vp)
{
    (void)host;
    (void)host_vp;
}

static bool gpa_set_bit(void *host, uint64_t gpa, uint32_t bit, bool *was_set)
{
    (void)host;
    (void)gpa;
    //@ assert bit_of_a_byte: bit < 8;
    if (ANY_BIT()) {
        return false;
    }
    *was_set = ANY_BIT();
    return true;
}

static hv_status_t vp_start(void *host, void *host_vp, const struct hv_initial_vp_context *context)
{
    (void)host;
    (void)host_vp;
    //@ assert context_is_ours: \valid_read(context) && \initialized(context);
    return (hv_status_t)ANY_WORD();
}

static uint64_t vp_mpidr(void *host, void *host_vp)
{
    (void)host;
    (void)host_vp;
    return ANY_WORD();
}

static void tlb_flush(void *host, bool stage2)
{
    (void)host;
    (void)stage2;
}

static void translate_gva(void *host, void *host_vp, uint64_t gva, uint64_t flags,
                          struct hv_translate_gva_result *result)
{
    (void)host;
    (void)host_vp;
    (void)gva;
    (void)flags;
    //@ assert result_has_place: \valid(result);
    Frama_C_make_unknown((char *)result, sizeof(*result));
}

static uint32_t boot_zeroed(void *host, struct hv_zeroed_range *ranges, uint32_t count)
{
    (void)host;
    //@ assert ranges_have_place: \valid(ranges + (0 .. count - 1));
    Frama_C_make_unknown((char *)ranges, count * sizeof(*ranges));
    return (uint32_t)formal_between(0, count);
}

static void memory_heat(void *host, uint32_t heat, uint64_t gpa, uint64_t pages)
{
    (void)host;
    (void)heat;
    (void)gpa;
    (void)pages;
}

static void debug_character(void *host, void *host_vp, uint8_t character)
{
    (void)host;
    (void)host_vp;
    (void)character;
}

static void guest_crash(void *host, void *host_vp, const struct shim_crash *crash)
{
    (void)host;
    (void)host_vp;
    if (crash->message != NULL) {
        //@ assert message_is_ours: \valid_read(crash->message + (0 .. crash->message_size - 1));
    }
}

static void guest_identified(void *host, void *host_vp, uint64_t guest_os_id)
{
    (void)host;
    (void)host_vp;
    (void)guest_os_id;
}

static void trace(void *host, void *host_vp, enum shim_trace_event event, uint64_t first,
                  uint64_t second)
{
    (void)host;
    (void)host_vp;
    (void)event;
    (void)first;
    (void)second;
}

struct shim_host_ops formal_ops = {
    .gpa_read = read,
    .gpa_write = write,
    .page_pin = pin,
    .page_unpin = unpin,
    .reference_time = reference_time,
    .rep_budget = rep_budget,
    .vp_runtime = vp_runtime,
    .vp_yield = vp_yield,
    .interrupt_assert = interrupt_assert,
    .poll_wanted = poll_wanted,
    .gpa_set_bit = gpa_set_bit,
    .vp_start = vp_start,
    .vp_mpidr = vp_mpidr,
    .tlb_flush = tlb_flush,
    .translate_gva = translate_gva,
    .boot_zeroed = boot_zeroed,
    .memory_heat = memory_heat,
    .debug_character = debug_character,
    .guest_crash = guest_crash,
    .guest_identified = guest_identified,
    .trace = trace,
};

static hv_status_t post(struct shim_port *port, struct shim_vp *vp,
                        const struct hv_post_message *message)
{
    (void)port;
    (void)vp;
    //@ assert posted_is_checked: message->payload_size <= 240 && message->message_type != 0;
    return (hv_status_t)ANY_WORD();
}

static hv_status_t signal(struct shim_port *port, struct shim_vp *vp, uint16_t flag)
{
    (void)vp;
    //@ assert flag_is_the_ports: flag < port->flag_count;
    return (hv_status_t)ANY_WORD();
}

const struct shim_port_ops formal_port_ops = { .post = post, .signal = signal };
