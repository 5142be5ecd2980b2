/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The host of the unit tests: memory, ops, log, faults. See fake_host.h. */

#include "fake_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <shim/shim.h>

#include "tests/oracles/oracles.h"

static bool readable(uint64_t page)
{
    return page != PAGE_HOLE && page != PAGE_DEVICE;
}

static bool writable(uint64_t page)
{
    return readable(page) && page != PAGE_ROM;
}

uint8_t *fake_host_at(struct fake_host *host, uint64_t gpa)
{
    uint64_t page = (gpa - GUEST_BASE) / HV_PAGE_SIZE;

    if (gpa < GUEST_BASE || page >= GUEST_PAGES) {
        return NULL;
    }
    return &host->memory[page][gpa % HV_PAGE_SIZE];
}

/* The contract of both memory ops; the log; the fault that a test asked for. Returns the memory, or
 * NULL when the access is to fail. */
static uint8_t *start_access(struct fake_host *host, enum fake_op op, uint64_t gpa, size_t size)
{
    struct fake_access access = { .op = op, .gpa = gpa, .size = size };
    uint8_t *memory = fake_host_at(host, gpa);

    assert_in_range(size, 1, HV_PAGE_SIZE);
    assert_true(size <= HV_PAGE_SIZE - gpa % HV_PAGE_SIZE); /* no wrap, one page */
    if (host->interfere != NULL) {
        host->interfere(host, &access);
    }
    if (memory != NULL) {
        uint64_t page = (gpa - GUEST_BASE) / HV_PAGE_SIZE;
        access.done = op == OP_READ ? readable(page) : writable(page);
    }
    if (host->fail_access != 0 && --host->fail_access == 0) {
        access.done = false;
    }
    if (host->accesses < FAKE_LOG) {
        host->log[host->accesses] = access;
    }
    host->accesses++;
    return access.done ? memory : NULL;
}

static bool gpa_read(void *opaque, uint64_t gpa, void *to, size_t size)
{
    struct fake_host *host = opaque;
    struct oracle_verdict once = { 0 };
    uint8_t *memory = start_access(host, OP_READ, gpa, size);

    if (memory == NULL) {
        return false;
    }
    memcpy(to, memory, size);
    oracle_once_read(&once, host->read_map, gpa - GUEST_BASE, size);
    host->read_twice |= once.broken != 0;
    for (size_t i = 0; i < size; i++) {
        memory[i] = host->change_after_read ? (uint8_t)~memory[i] : memory[i];
    }
    return true;
}

static bool gpa_write(void *opaque, uint64_t gpa, const void *from, size_t size)
{
    struct fake_host *host = opaque;
    uint8_t *memory = start_access(host, OP_WRITE, gpa, size);

    if (memory == NULL) {
        return false;
    }
    memcpy(memory, from, size);
    host->writes++;
    return true;
}

void *fake_page_pin(void *opaque, uint64_t gpa)
{
    struct fake_host *host = opaque;

    assert_int_equal(gpa % HV_PAGE_SIZE, 0);
    if (gpa == GPA(PAGE_HOLE) || gpa == GPA(PAGE_ROM) || gpa == GPA(PAGE_DEVICE) ||
        fake_host_at(host, gpa) == NULL) {
        return NULL;
    }
    host->pins++;
    return fake_host_at(host, gpa);
}

static void page_unpin(void *opaque, void *page)
{
    struct fake_host *host = opaque;

    assert_non_null(page);
    host->pins--;
    assert_true(host->pins >= 0);
}

static bool gpa_set_bit(void *opaque, uint64_t gpa, uint32_t bit, bool *was_set)
{
    struct fake_host *host = opaque;
    uint8_t *memory = start_access(host, OP_SET_BIT, gpa, 1);

    assert_in_range(bit, 0, 7);
    if (memory == NULL) {
        return false;
    }
    *was_set = (*memory >> bit & 1) != 0;
    *memory |= (uint8_t)(1u << bit);
    return true;
}

/* Every op about a processor comes with the pointer that the VP was made with. */
static struct fake_host *processor_op(void *opaque, void *host_vp)
{
    struct fake_host *host = opaque;
    ptrdiff_t vp = (uint8_t *)host_vp - host->processor;

    assert_in_range(vp, 0, FAKE_VPS - 1);
    host->last_vp = (uint32_t)vp;
    return host;
}

static uint64_t reference_time(void *host)
{
    return ((struct fake_host *)host)->time;
}

static uint64_t vp_runtime(void *host, void *host_vp)
{
    return processor_op(host, host_vp)->runtime;
}

static uint32_t rep_budget(void *opaque, void *host_vp, uint32_t done)
{
    struct fake_host *host = processor_op(opaque, host_vp);

    host->budget_asked++;
    return done == 0 ? host->budget == 0 ? UINT32_MAX : host->budget : 0;
}

static void vp_yield(void *host, void *host_vp)
{
    processor_op(host, host_vp)->yields++;
}

static hv_status_t post(struct shim_port *port, struct shim_vp *vp,
                        const struct hv_post_message *message)
{
    struct fake_host *host = processor_op(port->owner, vp->host_vp);

    host->posts++;
    host->posted = *message;
    return host->post_status;
}

static hv_status_t signal(struct shim_port *port, struct shim_vp *vp, uint16_t flag)
{
    struct fake_host *host = processor_op(port->owner, vp->host_vp);

    host->signals++;
    host->signal_flag = flag;
    return host->signal_status;
}

static const struct shim_port_ops message_port_ops = { .post = post };
static const struct shim_port_ops event_port_ops = { .signal = signal };

static void interrupt_assert(void *opaque, void *host_vp, uint32_t intid)
{
    struct fake_host *host = processor_op(opaque, host_vp);

    assert_in_range(intid, 0, 31); /* an SGI or a PPI, nothing else */
    if (host->interrupts < FAKE_INTERRUPTS) {
        host->interrupt[host->interrupts] =
            (struct fake_interrupt) { .vp = host->last_vp, .intid = intid };
    }
    host->interrupts++;
    host->interrupt_intid = intid;
    host->interrupt_vp = host->last_vp;
}

static void poll_wanted(void *host, void *host_vp)
{
    processor_op(host, host_vp)->polls++;
}

static hv_status_t vp_start(void *opaque, void *host_vp,
                            const struct hv_initial_vp_context *context)
{
    struct fake_host *host = processor_op(opaque, host_vp);

    host->starts++;
    host->start_vp = host->last_vp;
    host->start_context = *context;
    return host->start_status;
}

static uint64_t vp_mpidr(void *opaque, void *host_vp)
{
    const struct fake_host *host = opaque;

    return host->mpidr[(uint8_t *)host_vp - host->processor];
}

static void tlb_flush(void *opaque, bool stage2)
{
    struct fake_host *host = opaque;

    host->flushes++;
    host->stage2_flushes += stage2;
}

static void translate_gva(void *opaque, void *host_vp, uint64_t gva, uint64_t flags,
                          struct hv_translate_gva_result *result)
{
    struct fake_host *host = processor_op(opaque, host_vp);

    host->translations++;
    host->translated_gva = gva;
    host->translate_flags = flags;
    *result = host->translation;
}

static uint32_t boot_zeroed(void *opaque, struct hv_zeroed_range *ranges, uint32_t count)
{
    const struct fake_host *host = opaque;

    assert_in_range(host->zeroed_ranges, 0, count);
    for (uint32_t i = 0; i < host->zeroed_ranges; i++) {
        ranges[i] = (struct hv_zeroed_range) { .start_page = 0x1000 + i, .page_count = i };
    }
    return host->zeroed_ranges;
}

static void memory_heat(void *opaque, uint32_t heat, uint64_t gpa, uint64_t pages)
{
    struct fake_host *host = opaque;

    host->heats++;
    host->heat = heat;
    host->heat_gpa = gpa;
    host->heat_pages = pages;
}

static void debug_character(void *opaque, void *host_vp, uint8_t character)
{
    struct fake_host *host = processor_op(opaque, host_vp);

    host->characters++;
    host->character = character;
}

static void guest_crash(void *opaque, void *host_vp, const struct shim_crash *crash)
{
    struct fake_host *host = processor_op(opaque, host_vp);

    assert_in_range(crash->message_size, 0, HV_CRASH_MESSAGE_MAX);
    assert_true(crash->message != NULL || crash->message_size == 0);
    host->crashes++;
    host->crash = *crash;
    if (crash->message != NULL) {
        memcpy(host->crash_message, crash->message, crash->message_size);
    }
}

static void guest_identified(void *opaque, void *host_vp, uint64_t guest_os_id)
{
    struct fake_host *host = processor_op(opaque, host_vp);

    host->introductions++;
    host->guest_os_id = guest_os_id;
}

static void trace(void *opaque, void *host_vp, enum shim_trace_event event, uint64_t first,
                  uint64_t second)
{
    struct fake_host *host = processor_op(opaque, host_vp);

    host->events++;
    host->event = event;
    host->event_words[0] = first;
    host->event_words[1] = second;
}

static uint64_t counter(void)
{
    return FAKE_COUNTER;
}

enum shim_verdict fake_hvc(struct shim_vp *vp, uint16_t imm16, uint64_t x[SHIM_REGISTERS])
{
    struct fake_host *host = vp->partition->host;
    if (!host->traced[vp->index]) {
        return shim_hvc(vp, imm16, x);
    }
    struct shim_trace_ring ring = { .slots = &host->slot };
    memset(&host->slot, 0xa5, sizeof host->slot); /* an older record's bytes */
    enum shim_verdict verdict = shim_trace_hvc(vp, imm16, x, &ring, counter);

    if (ring.written != 0) {
        host->traces++;
        host->last_vp = vp->index;
        shim_trace_read(&host->slot, vp->index, &host->trace);
    }
    return verdict;
}

const struct shim_host_ops fake_ops = {
    .gpa_read = gpa_read,
    .gpa_write = gpa_write,
    .page_unpin = page_unpin,
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

void fake_host_forget(struct fake_host *host)
{
    memset(&host->log, 0,
           offsetof(struct fake_host, fail_access) - offsetof(struct fake_host, log));
    memset(host->read_map, 0, sizeof host->read_map);
    host->read_twice = false;
}

void fake_host_init(struct fake_host *host)
{
    memset(host, 0, sizeof *host);
    host->message_port = (struct shim_port) { .ops = &message_port_ops, .owner = host };
    host->event_port =
        (struct shim_port) { .ops = &event_port_ops, .owner = host, .flag_count = FAKE_FLAGS };
    for (uint32_t vp = 0; vp < FAKE_VPS; vp++) {
        host->mpidr[vp] = UINT64_C(0x80000000) | (uint64_t)vp << 8; /* RES1, and Aff1 */
    }
    for (size_t page = 0; page < GUEST_PAGES; page++) {
        for (size_t i = 0; i < HV_PAGE_SIZE; i++) {
            host->memory[page][i] = (uint8_t)(0x40 + page * 37 + i * 11 + i / 256);
        }
    }
}
