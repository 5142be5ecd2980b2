/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The engine's view of the fuzzers' host. See host.h. */

#include "host.h"

#include <string.h>

#include <shim/shim.h>

#include "report.h"

static bool gpa_read(void *host, uint64_t gpa, void *to, size_t size)
{
    return fuzz_memory_read(&((struct fuzz_host *)host)->memory, gpa, to, size);
}

static bool gpa_write(void *host, uint64_t gpa, const void *from, size_t size)
{
    return fuzz_memory_write(&((struct fuzz_host *)host)->memory, gpa, from, size);
}

static bool gpa_set_bit(void *host, uint64_t gpa, uint32_t bit, bool *was_set)
{
    return fuzz_memory_set_bit(&((struct fuzz_host *)host)->memory, gpa, bit, was_set);
}

static uint64_t reference_time(void *host)
{
    return ((struct fuzz_host *)host)->manner.time;
}

/* The number of a VP by the pointer that it was made with. */
static uint32_t number(struct fuzz_host *host, void *host_vp)
{
    ptrdiff_t vp = (uint8_t *)host_vp - host->processor;

    if (vp < 0 || vp >= FUZZ_VPS) {
        fuzz_fail("op with a processor that is none", (uint64_t)vp, 0);
    }
    return (uint32_t)vp;
}

static uint32_t rep_budget(void *opaque, void *host_vp, uint32_t done)
{
    struct fuzz_host *host = opaque;

    number(host, host_vp);
    if (host->manner.budget == 0) {
        return UINT32_MAX;
    }
    return done < host->manner.budget ? host->manner.budget - done : 0;
}

/* What the engine does to a page that it has pinned is seen in all of it. */
static void *page_pin(void *opaque, uint64_t gpa)
{
    struct fuzz_host *host = opaque;

    if (gpa % 4096 != 0) {
        fuzz_fail("half a page pinned", gpa, 0);
    }
    if (!fuzz_memory_is_ram(gpa)) {
        return NULL;
    }
    host->pins++;
    fuzz_memory_pin(&host->memory, gpa);
    return host->memory.bytes + (gpa - FUZZ_BASE);
}

static void page_unpin(void *opaque, void *page)
{
    struct fuzz_host *host = opaque;

    if (host->pins-- == 0 || page == NULL) {
        fuzz_fail("a page unpinned that was not pinned", (uint64_t)(uintptr_t)page, 0);
    }
}

static uint64_t vp_runtime(void *opaque, void *host_vp)
{
    struct fuzz_host *host = opaque;

    return host->manner.runtime + number(host, host_vp);
}

static void vp_yield(void *opaque, void *host_vp)
{
    number(opaque, host_vp);
    ((struct fuzz_host *)opaque)->effects.yields++;
}

static void interrupt_assert(void *opaque, void *host_vp, uint32_t intid)
{
    struct fuzz_host *host = opaque;

    if (intid > 31) {
        fuzz_fail("interrupt that is neither an SGI nor a PPI", intid, 0);
    }
    host->effects.pended[number(host, host_vp)] |= UINT32_C(1) << intid;
}

static void poll_wanted(void *opaque, void *host_vp)
{
    struct fuzz_host *host = opaque;

    host->effects.polled[number(host, host_vp)] = 1;
}

static hv_status_t vp_start(void *opaque, void *host_vp,
                            const struct hv_initial_vp_context *context)
{
    struct fuzz_host *host = opaque;

    host->effects.starts++;
    host->effects.start_vp = number(host, host_vp);
    host->effects.start_context = *context;
    return host->manner.start_status;
}

static uint64_t vp_mpidr(void *host, void *host_vp)
{
    return FUZZ_MPIDR(number(host, host_vp));
}

static void tlb_flush(void *host, bool stage2)
{
    ((struct fuzz_host *)host)->effects.flushed |= stage2 ? 3 : 1;
}

static void translate_gva(void *opaque, void *host_vp, uint64_t gva, uint64_t flags,
                          struct hv_translate_gva_result *result)
{
    struct fuzz_host *host = opaque;

    (void)flags;
    number(host, host_vp);
    host->effects.translations++;
    host->effects.gva = gva;
    *result = host->manner.translation;
}

struct hv_zeroed_range fuzz_zeroed_range(uint32_t index)
{
    return (struct hv_zeroed_range) { .start_page = 0x1000 + index, .page_count = index + 1 };
}

static uint32_t boot_zeroed(void *opaque, struct hv_zeroed_range *ranges, uint32_t count)
{
    struct fuzz_host *host = opaque;
    uint32_t named = host->manner.zeroed < count ? host->manner.zeroed : count;

    for (uint32_t i = 0; i < named; i++) {
        ranges[i] = fuzz_zeroed_range(i);
    }
    return named;
}

static void memory_heat(void *opaque, uint32_t heat, uint64_t gpa, uint64_t pages)
{
    struct fuzz_effects *effects = &((struct fuzz_host *)opaque)->effects;

    effects->heats++;
    effects->heat = heat;
    effects->heat_gpa = gpa;
    effects->heat_pages = pages;
}

static void debug_character(void *opaque, void *host_vp, uint8_t character)
{
    struct fuzz_host *host = opaque;

    number(host, host_vp);
    host->effects.characters++;
    host->effects.character = character;
}

static void guest_crash(void *opaque, void *host_vp, const struct shim_crash *crash)
{
    struct fuzz_host *host = opaque;
    struct fuzz_effects *effects = &host->effects;

    number(host, host_vp);
    if (crash->message_size > HV_CRASH_MESSAGE_MAX ||
        (crash->message == NULL && crash->message_size != 0)) {
        fuzz_fail("crash message of an impossible size", crash->message_size, 0);
    }
    effects->crashes++;
    effects->crash_control = crash->control;
    memcpy(effects->crash_parameter, crash->parameter, sizeof effects->crash_parameter);
    effects->crash_size = (uint32_t)crash->message_size;
    effects->crash_sum = 0;
    for (size_t i = 0; i < crash->message_size; i++) {
        effects->crash_sum = effects->crash_sum * 31 + (uint8_t)crash->message[i];
    }
}

static void guest_identified(void *opaque, void *host_vp, uint64_t guest_os_id)
{
    struct fuzz_host *host = opaque;

    number(host, host_vp);
    host->effects.identified++;
    host->effects.identity = guest_os_id;
}

static hv_status_t post(struct shim_port *port, struct shim_vp *vp,
                        const struct hv_post_message *message)
{
    struct fuzz_host *host = port->owner;

    number(host, vp->host_vp);
    host->effects.posts++;
    host->effects.posted = *message;
    return host->manner.post_status;
}

static hv_status_t signal(struct shim_port *port, struct shim_vp *vp, uint16_t flag)
{
    struct fuzz_host *host = port->owner;

    number(host, vp->host_vp);
    host->effects.signals++;
    host->effects.signal_flag = flag;
    return host->manner.signal_status;
}

static const struct shim_port_ops message_ops = { .post = post };
static const struct shim_port_ops event_ops = { .signal = signal };

void fuzz_host_init(struct fuzz_host *host)
{
    memset(host, 0, sizeof *host);
    fuzz_memory_init(&host->memory);
    host->message_port = (struct shim_port) { .ops = &message_ops, .owner = host };
    host->event_port =
        (struct shim_port) { .ops = &event_ops, .owner = host, .flag_count = FUZZ_FLAGS };
    host->closed_port = host->message_port;
    shim_port_close(&host->closed_port);
}

struct shim_host_ops fuzz_host_ops(uint32_t ops)
{
    return (struct shim_host_ops) {
        .gpa_read = gpa_read,
        .gpa_write = gpa_write,
        .reference_time = reference_time,
        .rep_budget = ops & FUZZ_OP_BUDGET ? rep_budget : NULL,
        .page_pin = ops & FUZZ_OP_PIN ? page_pin : NULL,
        .page_unpin = ops & FUZZ_OP_PIN ? page_unpin : NULL,
        .vp_runtime = ops & FUZZ_OP_RUNTIME ? vp_runtime : NULL,
        .vp_yield = ops & FUZZ_OP_YIELD ? vp_yield : NULL,
        .interrupt_assert = ops & FUZZ_OP_INTERRUPT ? interrupt_assert : NULL,
        .poll_wanted = ops & FUZZ_OP_POLL ? poll_wanted : NULL,
        .gpa_set_bit = ops & FUZZ_OP_SET_BIT ? gpa_set_bit : NULL,
        .vp_start = ops & FUZZ_OP_START ? vp_start : NULL,
        .vp_mpidr = ops & FUZZ_OP_MPIDR ? vp_mpidr : NULL,
        .tlb_flush = ops & FUZZ_OP_FLUSH ? tlb_flush : NULL,
        .translate_gva = ops & FUZZ_OP_TRANSLATE ? translate_gva : NULL,
        .boot_zeroed = ops & FUZZ_OP_ZEROED ? boot_zeroed : NULL,
        .memory_heat = ops & FUZZ_OP_HEAT ? memory_heat : NULL,
        .debug_character = ops & FUZZ_OP_DEBUG ? debug_character : NULL,
        .guest_crash = ops & FUZZ_OP_CRASH ? guest_crash : NULL,
        .guest_identified = ops & FUZZ_OP_IDENTIFIED ? guest_identified : NULL,
    };
}
