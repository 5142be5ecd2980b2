/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Traps of the guest: what each exception class means, and what the guest sees of it. A class that
 * nobody has thought of gives the guest an undefined instruction, never a hang and never EL2 state.
 */

#include <el2/trap.h>

#include <el2/host.h>
#include <el2/inject.h>
#include <el2/sysreg.h>

#include <shim/compiler.h>
#include <hv/hypercall.h>
#include <shim/shim.h>

#include <arm/esr.h>
#include <arm/pstate.h>

_Static_assert(HV_HVC_HYPERCALL == EL2_HVC_NATIVE, "vectors.S");
_Static_assert(SHIM_NOT_OURS == 1 << EL2_VERDICT_NOT_OURS_BIT, "vectors.S");
_Static_assert(((SHIM_AGAIN | SHIM_UNDEFINED) & SHIM_NOT_OURS) == 0, "vectors.S");

#define RECORD(field) offsetof(struct shim_trace_slot, field)
_Static_assert(RECORD(sequence) == EL2_RECORD_SEQUENCE, "vectors.S");
_Static_assert(RECORD(spent) == EL2_RECORD_SPENT, "vectors.S");
_Static_assert(RECORD(about) == EL2_RECORD_SPENT + 4, "vectors.S");
_Static_assert(RECORD(time) == EL2_RECORD_TIME, "vectors.S");
_Static_assert(RECORD(vp_index) == EL2_RECORD_TIME + 8, "vectors.S");
_Static_assert(RECORD(output_size) == EL2_RECORD_TIME + 14, "vectors.S");
_Static_assert(RECORD(before) == EL2_RECORD_BEFORE(0), "vectors.S");
_Static_assert(RECORD(x) == EL2_RECORD_X(0), "vectors.S");
_Static_assert(sizeof(struct shim_trace_slot) == 1 << EL2_RECORD_SHIFT, "vectors.S");
_Static_assert(offsetof(struct shim_vp, fetched) == EL2_VP_FETCHED, "vectors.S");
_Static_assert(HV_CONTROL_FAST == UINT64_C(1) << EL2_CONTROL_FAST_BIT, "vectors.S");
_Static_assert(ESR_HVC64 >> 24 == SHIM_TRACE_HVC_CLASS, "vectors.S");

#define HVC_SIZE 4
#define HPFAR_EL2_FIPA UINT64_C(0x00000ffffffffff0)
#define HPFAR_EL2_FIPA_TO_GPA 8 /* bits 43:4 are bits 51:12 of the address */
#define GPA_PAGE_OFFSET UINT64_C(0xfff)

static struct el1_state guest_state(void)
{
    return (struct el1_state) {
        .pc = read_sysreg(elr_el2),
        .pstate = read_sysreg(spsr_el2),
        .elr = read_sysreg(elr_el1),
        .spsr = read_sysreg(spsr_el1),
        .esr = read_sysreg(esr_el1),
        .far = read_sysreg(far_el1),
        .vbar = read_sysreg(vbar_el1),
        .sctlr = read_sysreg(sctlr_el1),
    };
}

static void guest_state_set(const struct el1_state *state)
{
    write_sysreg(elr_el2, state->pc);
    write_sysreg(spsr_el2, state->pstate);
    write_sysreg(elr_el1, state->elr);
    write_sysreg(spsr_el1, state->spsr);
    write_sysreg(esr_el1, state->esr);
    write_sysreg(far_el1, state->far);
}

static uint32_t features(void)
{
    return el1_features(read_sysreg(id_aa64pfr1_el1), read_sysreg(id_aa64mmfr1_el1));
}

/* `back` bytes before ELR_EL2. */
static void undefined_at(uint64_t back)
{
    struct el1_state state = guest_state();
    state.pc -= back;
    inject_undefined(&state, features());
    guest_state_set(&state);
}

/* The trapped instruction is done: on to the next. */
static void next_instruction(uint64_t esr)
{
    uint64_t size = (esr & ESR_IL) != 0 ? 4 : 2;
    write_sysreg(elr_el2, read_sysreg(elr_el2) + size);
    write_sysreg(spsr_el2, pstate_after_instruction(read_sysreg(spsr_el2)));
}

/* ELR_EL2 of an HVC is the instruction after it. */
void el2_hvc_verdict(uint32_t verdict)
{
    if (verdict == SHIM_AGAIN) {
        write_sysreg(elr_el2, read_sysreg(elr_el2) - HVC_SIZE);
    } else {
        undefined_at(HVC_SIZE);
    }
}

static void on_unknown(struct el2_frame *frame, uint64_t esr)
{
    (void)frame;
    (void)esr;
    undefined_at(0);
}

/* ELR_EL2 of a trapped SMC is the SMC itself. */
static void on_smc64(struct el2_frame *frame, uint64_t esr)
{
    next_instruction(esr); /* first: a processor that goes off does not come back here */
    if (shim_smc(frame->vp, frame->x) == SHIM_NOT_OURS) {
        el2_host_smc(frame);
    }
}

static void on_wfx(struct el2_frame *frame, uint64_t esr)
{
    if (esr_wfx_ti(esr) == 0) {
        el2_host_wait(frame->vp);
    }
    next_instruction(esr); /* WFE and the timed forms may end at once, by architecture */
}

static void external_abort(uint64_t esr)
{
    struct el1_state state = guest_state();
    inject_external_abort(&state, features(), esr, read_sysreg(far_el2));
    guest_state_set(&state);
}

static void on_instruction_abort(struct el2_frame *frame, uint64_t esr)
{
    (void)frame;
    external_abort(esr);
}

static uint64_t faulting_page(void)
{
    return (read_sysreg(hpfar_el2) & HPFAR_EL2_FIPA) << HPFAR_EL2_FIPA_TO_GPA;
}

/* An access that can be emulated: the syndrome describes it wholly (ISV), HPFAR_EL2 is valid, and
 * it does not leave its page. From AArch32 nothing is. */
static bool access_decode(uint64_t esr, struct el2_access *access)
{
    if ((esr & ESR_ABORT_ISV) == 0 || (esr & ESR_ABORT_S1PTW) != 0 ||
        !esr_is_translation_fault(esr) || pstate_is_aarch32(read_sysreg(spsr_el2))) {
        return false;
    }
    access->gpa = faulting_page() | (read_sysreg(far_el2) & GPA_PAGE_OFFSET);
    access->size = esr_access_size(esr);
    access->write = (esr & ESR_ABORT_WNR) != 0;
    return access->gpa % access->size == 0;
}

/* A loaded value as it goes into its register: cut to size, sign-extended where the instruction
 * does (SSE), to 32 or 64 bits (SF). */
static uint64_t loaded_value(uint64_t value, uint64_t esr)
{
    uint32_t unused = 64 - 8 * esr_access_size(esr);
    if ((esr & ESR_ABORT_SSE) != 0) {
        value = (uint64_t)((int64_t)(value << unused) >> unused);
    } else {
        value = (value << unused) >> unused;
    }
    return (esr & ESR_ABORT_SF) != 0 ? value : (uint32_t)value;
}

static void on_data_abort(struct el2_frame *frame, uint64_t esr)
{
    struct el2_access access;
    if (!access_decode(esr, &access)) {
        external_abort(esr);
        return;
    }
    uint32_t rt = esr_access_register(esr); /* 31 reads as zero and is not written */
    uint64_t value = access.write && rt < 31 ? frame->x[rt] : 0;
    if (!el2_host_access(frame->vp, &access, &value)) {
        external_abort(esr);
        return;
    }
    if (!access.write && rt < 31) {
        frame->x[rt] = loaded_value(value, esr);
    }
    next_instruction(esr);
}

const char *el2_guest_vectors = el2_vectors;

typedef void trap_handler(struct el2_frame *frame, uint64_t esr);

static trap_handler *const trap_handlers[ESR_EC_COUNT] = {
    [ESR_EC_WFX] = on_wfx,
    [ESR_EC_SMC64] = on_smc64,
    [ESR_EC_INSTRUCTION_ABORT_LOWER] = on_instruction_abort,
    [ESR_EC_DATA_ABORT_LOWER] = on_data_abort,
};

/* A processor that goes off in its trap leaves no note of it. */
static void note_trap(struct el2_frame *frame, uint64_t esr)
{
    uint32_t class = esr_ec(esr);
    trap_handler *handler = trap_handlers[class];
    bool abort = class == ESR_EC_DATA_ABORT_LOWER || class == ESR_EC_INSTRUCTION_ABORT_LOWER;
    const struct el2_trap_note note = {
        .time = read_sysreg(cntpct_el0),
        .esr = esr,
        .pc = read_sysreg(elr_el2),
        .far = abort ? read_sysreg(far_el2) : 0,
        .gpa = abort ? faulting_page() : 0,
        .x0 = frame->x[0],
    };
    (handler != NULL ? handler : on_unknown)(frame, esr);
    el2_host_trap(frame->vp, &note);
}

static trap_handler *const noting_handlers[ESR_EC_COUNT] = { [0 ... ESR_EC_COUNT - 1] = note_trap };

/* Which of the two: so that traps cost nothing more while nobody wants to know. */
static trap_handler *const *handlers = trap_handlers;

void el2_trace(void)
{
    handlers = noting_handlers;
    el2_guest_vectors = el2_vectors_traced;
}

void el2_trap(struct el2_frame *frame)
{
    uint64_t esr = read_sysreg(esr_el2);
    trap_handler *handler = handlers[esr_ec(esr)];
    if (handler == NULL) {
        handler = on_unknown;
    }
    handler(frame, esr);
}
